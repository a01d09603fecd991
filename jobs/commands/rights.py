"""`end-contract` ends a third party's contract with the distributor."""

from datetime import UTC, datetime

import click
from sqlalchemy import func, select

from core.errors import NotFound
from core.i18n import N_, PARIS, plural
from data.contracts.actions import end_for
from data.identity.accounts.queries import find_person
from data.migrations import tables
from jobs.commands.portal import CommandPortal, pass_portal


@click.command(name="end-contract")
@click.option("--organisation", required=True, type=int, help="Numéro de l’organisation.")
@click.option("--by", required=True, help="Adresse du compte du distributeur qui en décide.")
@click.option(
    "--reason", default="Contrat terminé", show_default=True, help="Motif, écrit au contrat."
)
@click.confirmation_option(prompt="Clore pour de bon tous les droits de cette organisation ?")
@pass_portal
def end_contract(portal: CommandPortal, /, *, organisation: int, by: str, reason: str) -> None:
    """Terminer le contrat d’une organisation avec le distributeur, et clore ses droits.

    Les titulaires et le tiers en sont prévenus ; la chronologie de chaque droit dit pourquoi.
    """
    now = datetime.now(UTC)
    with portal.database.transaction() as db:
        today = now.astimezone(PARIS).date()
        users = tables()["users"]
        person = find_person(
            db, select(users.c.id).where(func.lower(users.c.email) == by.strip().lower()), today
        )
        if person is None:
            raise NotFound(N_("Aucun compte ouvert n’a cette adresse."))
        decides = person
        closed = end_for(db, decides, organisation, reason, now=now)
    click.echo(plural("{count} droit clos.", "{count} droits clos.", closed))
