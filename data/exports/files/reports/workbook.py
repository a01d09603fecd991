"""Write sheets and charts to a workbook with pandas.

pandas takes some 60 MB: it is imported when a file is written, by a worker, never by a web process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame, ExcelWriter

_CHART = {"x_offset": 12, "y_offset": 8, "x_scale": 1.5, "y_scale": 1.4}
_UNSAFE = dict.fromkeys(("strings_to_formulas", "strings_to_urls"), False)


@contextmanager
def open_workbook(path: Path) -> Iterator["ExcelWriter"]:
    """Open a workbook at `path`, with temporary files beside it; no text is a formula or a link."""
    import pandas as pd

    options = {"options": _UNSAFE | {"tmpdir": str(path.parent)}}
    with (
        path.open("wb") as file,
        pd.ExcelWriter(file, engine="xlsxwriter", engine_kwargs=options) as book,
    ):
        yield book


def write_sheet(book: "ExcelWriter", name: str, table: "DataFrame") -> Any:  # noqa: ANN401
    """Write a table to a sheet of its own, with its header and first column frozen."""
    table.to_excel(book, sheet_name=name)
    sheet = book.sheets[name]
    figures = book.book.add_format({"num_format": "#,##0"})
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, len(table.columns), 14, figures)
    sheet.freeze_panes(1, 1)
    return sheet


def write_charted(
    book: "ExcelWriter", name: str, table: "DataFrame", kind: str, *, rows: int, skip: int = 0
) -> Any:  # noqa: ANN401 (a chart of XlsxWriter)
    """Write a sheet and a chart of its first `rows`, a series a column but the first `skip`."""
    sheet = write_sheet(book, name, table)
    chart = book.book.add_chart({"type": kind})
    for column in range(1 + skip, len(table.columns) + 1):
        chart.add_series(
            {
                "name": [name, 0, column],
                "categories": [name, 1, skip, rows, skip],
                "values": [name, 1, column, rows, column],
            }
        )
    sheet.insert_chart(1, len(table.columns) + 2, chart, _CHART)
    return chart
