"""`migrate`, `adopt` and `setup` prepare an installation."""

import click

from core.database import Database
from core.errors import Conflict
from core.i18n import N_, _
from data.migrations import INITIAL, LAST_NUMBERED, revision_of
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
def adopt(portal: CommandPortal) -> None:
    """Reprendre une base de la révision 0078, la dernière avant « 0001_initial ».

    Toute commande qui ouvre la base le fait aussi, comme le démarrage du portail.
    """
    database = Database(portal.settings.database)
    revision = revision_of(database)
    database.close()
    if revision is None:
        raise Conflict(N_("La base est vide : il n’y a rien à reprendre, démarrez le portail."))
    portal.database.close()
    if revision == LAST_NUMBERED:
        click.echo(_("La base est reprise : révision {old}, devenue {new}.",
                     old=revision, new=INITIAL))  # fmt: skip
    else:
        click.echo(_("La base est déjà reprise, elle est à jour."))


@click.command()
@pass_portal
def setup(portal: CommandPortal) -> None:
    """Préparer les fichiers du navigateur (npm, compression) ; le portail marche aussi sans."""
    prepare(portal.settings.var, click.echo)
