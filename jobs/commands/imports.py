"""`import-readings` loads files of readings straight into the database."""

from datetime import UTC, datetime
from pathlib import Path

import click

from jobs import consumption, thresholds
from jobs.commands.portal import CommandPortal, pass_portal


@click.command(name="import-readings")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--pce", metavar="NUMBER", help="PCE des fichiers qui ne disent pas le leur.")
@pass_portal
@click.pass_context
def import_readings(
    ctx: click.Context, portal: CommandPortal, paths: tuple[Path, ...], pce: str | None
) -> None:
    """Enregistrer les relevés de chaque fichier : une ligne par fichier, ou ce qui ne va pas.

    Un PCE inconnu est créé, sans titulaire : un administrateur l’attribue.
    """
    now = datetime.now(UTC)
    status = consumption.import_readings(portal.database, paths, pce, now, click.echo)
    thresholds.evaluate(portal.database, now)
    ctx.exit(status)
