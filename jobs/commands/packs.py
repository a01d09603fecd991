"""`verify-pack`: an evidence pack judged by itself, without the server or its database."""

from pathlib import Path

import click

from data.controls.files.verifying import verify
from i18n import _, plural

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("verify-pack")
@click.argument("file", metavar="FILE", type=FILE)
def verify_pack(file: Path) -> None:
    """Vérifier le dossier de preuve FILE : chaque octet changé a sa place nommée."""
    flaws = verify(file)
    for flaw in flaws:
        click.echo(_("{place} : {problem}", place=_(flaw.place), problem=_(flaw.sentence)))
    if flaws:
        count = plural("{count} défaut trouvé.", "{count} défauts trouvés.", len(flaws))
        raise click.ClickException(count)
    click.echo(_("{file} : intact.", file=file.name))
