"""`migrate` and `setup`: what is done once, before anything else."""

import click

from i18n import _
from jobs.commands.portal import Portal, pass_portal
from jobs.setup import prepare


@click.command()
@pass_portal
def migrate(portal: Portal) -> None:
    """Amener la base à la version de ce code, sans perdre de données."""
    portal.database.close()
    click.echo(_("La base est à jour."))


@click.command()
@pass_portal
def setup(portal: Portal) -> None:
    """Préparer les fichiers du navigateur (npm, compression) ; le portail marche aussi sans."""
    prepare(portal.settings.var, click.echo)
