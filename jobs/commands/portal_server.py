"""`serve` starts the portal, as `make run` does."""

import click

from core.i18n import _
from jobs import serve as server
from jobs.commands.demo import (
    DEFAULT_PCES,
    DEFAULT_SEED,
    DEFAULT_YEARS,
    load_demo,
    plan_of,
    say_accounts,
)
from jobs.commands.portal import CommandPortal, pass_portal
from jobs.demo.journal import interrupted, is_empty, is_loaded
from jobs.key_rotation import require_rotated


@click.command()
@pass_portal
def serve(portal: CommandPortal) -> None:
    """Démarrer le portail : migration, démonstration si la base est vide, serveur et horloge."""
    settings = portal.settings
    where = server.Listening(settings.host, settings.port, settings.workers, settings.threads)
    server.refuse_taken(where)
    require_rotated(settings.var, settings.signing_key())
    fill_when_empty(portal)
    demo = has_demo(portal)
    portal.close()
    server.run(where, lambda well: say_ready(portal, well=well, demo=demo), say_waiting)
    click.echo(_("Portail arrêté."))


def fill_when_empty(portal: CommandPortal) -> None:
    """Load the demo into an empty database, or resume an interrupted load."""
    with portal.database.reading() as db:
        needs_demo = interrupted(db) or (portal.settings.demo and is_empty(db))
    if needs_demo:
        load_demo(portal, plan_of(portal, DEFAULT_PCES, DEFAULT_YEARS, DEFAULT_SEED))


def has_demo(portal: CommandPortal) -> bool:
    """Return whether the demo's accounts exist, and their password is still stored."""
    with portal.database.reading() as db:
        return is_loaded(db) and (portal.settings.var / "demo-password").exists()


def say_waiting(seconds: int, status: int | None) -> None:
    """Print what the start is waiting for."""
    reason = (
        _("il ne répond pas encore")
        if status is None
        else _("il répond, mais /health indique encore {status}", status=status)
    )
    message = _(
        "Le serveur web démarre depuis {seconds} s : {reason}.", seconds=seconds, reason=reason
    )
    click.echo(message, err=True)


def say_ready(portal: CommandPortal, *, well: bool, demo: bool) -> None:
    """Print the address and, in a demo, the accounts."""
    if demo:
        say_accounts(portal)
    if not well:
        click.echo(_("Attention : /health signale un problème."), err=True)
    click.echo(_("Le portail est prêt : {address} (Ctrl-C pour l’arrêter)",
                 address=portal.settings.address))  # fmt: skip
