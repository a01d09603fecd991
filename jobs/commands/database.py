"""`migrate` and `setup` prepare a new installation."""

import click

from core.i18n import _
from jobs.commands.portal import CommandPortal, pass_portal
from jobs.setup import prepare


@click.command()
@pass_portal
def migrate(portal: CommandPortal) -> None:
    """Amener la base à la version de ce code, sans perdre de données."""
    portal.database.close()
    click.echo(_("La base est à jour."))


@click.command()
@pass_portal
def setup(portal: CommandPortal) -> None:
    """Préparer les fichiers du navigateur (npm, compression) ; le portail marche aussi sans."""
    prepare(portal.settings.var, click.echo)
