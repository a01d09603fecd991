"""`create-user` creates an account; `reset-second-factor` removes a lost second factor."""

import sys
from datetime import UTC, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import OrganisationKind, Role
from core.errors import Invalid
from core.i18n import N_, _
from data.identity.accounts import actions
from data.identity.accounts.types import NewUser
from data.migrations import tables
from data.notifications.actions import queue
from data.notifications.types import NotificationKind
from jobs.commands.portal import CommandPortal, pass_portal

_NO_TERMINAL = N_(
    "Il n’y a pas de terminal où saisir le mot de passe : donnez-le par l’entrée standard, avec"
    " --password-stdin."
)


@click.command(name="create-user")
@click.option("--email", required=True, help="Adresse électronique, qui sert à se connecter.")
@click.option("--name", required=True, help="Nom affiché.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--organisation", required=True, help="Nom de l’organisation.")
@click.option("--kind", type=click.Choice([kind.value for kind in OrganisationKind]),
              help="Créer l’organisation, de cette nature, si elle n’existe pas.")  # fmt: skip
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Lire le mot de passe sur l’entrée standard.")
@pass_portal
def create_user(  # noqa: PLR0913 (one parameter per option)
    portal: CommandPortal,
    /,
    *,
    email: str,
    name: str,
    role: str,
    organisation: str,
    kind: str | None,
    language: str,
    password_stdin: bool,
) -> None:
    """Créer un compte ; le mot de passe est demandé sans être affiché."""
    database = portal.database
    password = actions.new_password(
        _password(from_stdin=password_stdin), portal.settings.operator_name
    )
    now = datetime.now(UTC)
    with database.transaction() as db:
        owner = _organisation(db, organisation, kind, now)
        new = NewUser(owner, email, name, Role(role), language)
        actions.create_user(db, new, password, now)
    click.echo(_("Compte {email} créé.", email=email.strip().lower()))


@click.command(name="reset-second-factor")
@click.option("--email", required=True, help="Adresse électronique du compte.")
@pass_portal
def reset_second_factor(portal: CommandPortal, /, *, email: str) -> None:
    """Retirer la double authentification d’un compte, qui pourra l’activer de nouveau.

    Assurez-vous d’abord de qui le demande : le mot de passe suffira.
    """
    now = datetime.now(UTC)
    with portal.database.transaction() as db:
        user_id = actions.reset_second_factor(db, email, now)
        queue(db, user_id, NotificationKind.SECOND_FACTOR_OFF, now)
    click.echo(_("Double authentification retirée ; les sessions du compte sont fermées."))


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    repeat_label = _("Répétez le mot de passe :")
    label = _("Mot de passe :")
    try:
        return click.prompt(
            label, hide_input=True, confirmation_prompt=repeat_label, prompt_suffix=" "
        )
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise Invalid(_NO_TERMINAL) from None


def _organisation(db: Session, name: str, kind: str | None, now: datetime) -> int:
    organisations = tables()["organisations"]
    named = select(organisations.c.id).where(organisations.c.name == name)
    matches = db.scalars(named).all()
    if len(matches) > 1:
        raise Invalid(N_("Plusieurs organisations s’appellent « {name} »."), name=name)
    if matches:
        return int(matches[0])
    if kind is None:
        raise Invalid(
            N_("L’organisation « {name} » n’existe pas : ajoutez --kind pour la créer."), name=name
        )
    return actions.create_organisation(db, name, OrganisationKind(kind), now)
