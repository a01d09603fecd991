"""`export-readings` writes the days of a PCE to a file."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

import click

from core.access import OrganisationKind, Role, Viewer
from core.errors import Invalid
from core.i18n import N_, PARIS, _, plural
from data.metering.consumption import files, queries
from data.metering.consumption.types import DayStatement
from data.metering.pces.queries import get_detail
from data.metering.pces.rules import number_of
from data.metering.pces.types import PceDetail
from data.provenance import DataSource
from jobs.commands.portal import CommandPortal, bar, pass_portal
from jobs.os_errors import reason_of

TABLE, ESPACE_CLIENT = "table", "espace-client"
DAY = click.DateTime(["%Y-%m-%d"])


@click.command(name="export-readings")
@click.option("--pce", metavar="NUMBER", required=True)
@click.option("--from", "first", metavar="DAY", required=True, type=DAY, help="AAAA-MM-JJ")
@click.option("--to", "last", metavar="DAY", required=True, type=DAY, help="AAAA-MM-JJ, compris")
@click.option("--layout", type=click.Choice([TABLE, ESPACE_CLIENT]), default=TABLE,
              show_default=True)  # fmt: skip
@click.option("--format", "kind", type=click.Choice(["csv", "xlsx", "ndjson"]), default="csv",
              show_default=True)  # fmt: skip
@click.option("--output", metavar="FILE", required=True,
              type=click.Path(dir_okay=False, path_type=Path))  # fmt: skip
@pass_portal
def export_readings(  # noqa: PLR0913 (one parameter per option)
    portal: CommandPortal,
    /,
    *,
    pce: str,
    first: datetime,
    last: datetime,
    layout: str,
    kind: str,
    output: Path,
) -> None:
    """Écrire les relevés quotidiens d’un PCE dans un fichier.

    La disposition « espace-client » est celle du classeur du distributeur : XLSX seulement. Elle
    n’a pas de place pour la source, ndjson non plus : ce qu’une organisation a déposé n’y est pas.
    """
    period = first.date(), last.date()
    if first > last:
        raise click.UsageError(_("La période est à l’envers : --from vient après --to."))
    if layout == ESPACE_CLIENT and kind != "xlsx":
        raise click.UsageError(_("La disposition espace-client n’existe qu’en xlsx."))
    # Console commands have the rights of a distributor administrator.
    viewer = Viewer(
        0, 0, OrganisationKind.DISTRIBUTOR, Role.ADMINISTRATOR, datetime.now(PARIS).date()
    )
    draft = _draft_of(output)
    try:
        with portal.database.reading() as db:
            detail = get_detail(db, viewer, number_of(pce))
            days = queries.iter_day_statements(db, viewer, detail.row.number, *period)
            if layout == ESPACE_CLIENT or kind == "ndjson":
                days = (day for day in days if day.source is not DataSource.DEPOSIT)
            written = _Counted(bar(days, desc=output.name, unit=" jour"))
            _write(draft, layout, kind, detail, written, (*period, viewer.today))
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)
    click.echo(
        plural(
            "{count} jour écrit dans {file}.",
            "{count} jours écrits dans {file}.",
            written.count,
            file=output,
        )
    )


def _draft_of(output: Path) -> Path:
    """Return a temporary file beside `output`. Raise Invalid if it cannot be written there."""
    draft = output.with_name(f".{output.name}.partial")
    try:
        draft.touch()
    except OSError as error:
        raise Invalid(
            N_("{file} : impossible d’écrire là ({reason})."), file=output, reason=reason_of(error)
        ) from error
    return draft


class _Counted:
    """Counts the iterated days: the progress bar does not count without a terminal."""

    def __init__(self, days: Iterable[DayStatement]) -> None:
        self.days = days
        self.count = 0

    def __iter__(self) -> Iterator[DayStatement]:
        for day in self.days:
            self.count += 1
            yield day


def _write(
    path: Path,
    layout: str,
    kind: str,
    detail: PceDetail,
    days: Iterable[DayStatement],
    span: tuple[date, date, date],
) -> None:
    first, last, today = span
    row = detail.row
    lines = (files.PceDay(row.number, row.alias, day) for day in days)
    if layout == ESPACE_CLIENT:
        head = files.SheetHead(today, row.number, row.alias, detail.address)
        files.write_espace_client(head, days, str(path))
    elif kind == "xlsx":
        files.write_table_xlsx(lines, str(path))
    else:
        pieces = (
            files.write_csv(lines)
            if kind == "csv"
            else files.write_adict(row.number, days, first=first, last=last)
        )
        with path.open("wb") as file:
            file.writelines(pieces)
