"""Write reports with pandas, in workers only."""

from pathlib import Path

from data.exports.files.reports.operat import write_operat
from data.exports.files.reports.savings import write_savings
from data.exports.files.reports.site_year import write_site_year
from data.exports.types import OperatReport, Report, SavingsReport


def write_report(report: Report, path: Path) -> None:
    """Write the workbook or the PDF of a report to `path`, in the language in force.

    Raise Invalid for a character that cannot be printed.
    """
    if isinstance(report, OperatReport):
        write_operat(report, path)
    elif isinstance(report, SavingsReport):
        write_savings(report, path)
    else:
        write_site_year(report, path)
