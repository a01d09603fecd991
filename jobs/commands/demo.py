"""`demo` loads a demonstration fleet."""

import time
from datetime import UTC, datetime

import click

from core.i18n import PARIS, _, number, plural
from data.contracts.files.keys import KeySource, seal_key
from data.controls.files.storage import CONTRACTS, Storage, storage_at
from jobs.commands.portal import CommandPortal, bar, pass_portal
from jobs.demo.contracts import SealingDesk
from jobs.demo.loading import DemoLoad, load
from jobs.demo.many_controls import add_many_controls
from jobs.demo.people import ACCOUNTS, ORGANISATIONS
from jobs.demo.plan import DemoPlan

# The largest round fleet that leaves a factor of two to start in under a minute on two cores.
DEFAULT_PCES, DEFAULT_YEARS, DEFAULT_SEED = 3000, 3, 7


@click.command()
@click.option("--pces", default=DEFAULT_PCES, show_default=True, help="Nombre de PCE.",
              type=click.IntRange(1, 1_000_000))  # fmt: skip
@click.option("--years", default=DEFAULT_YEARS, show_default=True, type=click.IntRange(1, 10),
              help="Années de données quotidiennes.")  # fmt: skip
@click.option("--seed", default=DEFAULT_SEED, show_default=True, type=click.IntRange(0),
              help="Graine : la même graine donne la même flotte.")  # fmt: skip
@click.option("--controls", default=0, show_default=True, type=click.IntRange(0, 100_000),
              help="Contrôles de preuves en plus.")  # fmt: skip
@click.option("--more", is_flag=True, help="Ajouter à une démonstration déjà chargée.")
@pass_portal
def demo(
    portal: CommandPortal, pces: int, years: int, seed: int, controls: int, *, more: bool
) -> None:
    """Charger une flotte de démonstration dans une base vide.

    Interrompu, le chargement reprend où il en était à l’appel suivant.
    """
    plan = plan_of(portal, pces, years, seed)
    load_demo(portal, plan, more=more)
    if controls:
        control_count = add_many_controls(
            portal.database, plan, datetime.now(UTC), proofs_of(portal), controls
        )
        click.echo(plural("{count} contrôle ajouté.", "{count} contrôles ajoutés.", control_count))
    say_accounts(portal)


def plan_of(portal: CommandPortal, pces: int, years: int, seed: int) -> DemoPlan:
    """Return the plan of the fleet seen from today; its password is stored in `var`."""
    today = datetime.now(PARIS).date()
    return DemoPlan(pces, years, seed, today, portal.demo_password(), portal.settings.operator_name)


def proofs_of(portal: CommandPortal) -> Storage:
    return storage_at(portal.settings.proofs_url, portal.settings.var)


def desk_of(portal: CommandPortal) -> SealingDesk:
    """Return where contracts are stored, and the key that seals them."""
    settings = portal.settings
    source = KeySource(settings.seal_p12, settings.seal_password, settings.seal_anchors)
    key = seal_key(settings.var / "seal", settings.operator_name, source, now=datetime.now(UTC))
    return SealingDesk(storage_at(settings.proofs_url, settings.var, CONTRACTS), key)


def load_demo(portal: CommandPortal, plan: DemoPlan, *, more: bool = False) -> DemoLoad:
    """Load `plan` with a progress bar, and print the time it took."""
    start = time.monotonic()
    with bar(total=plan.pces, desc=_("Démonstration"), unit=" PCE") as progress_bar:
        loaded = load(
            portal.database,
            plan,
            datetime.now(UTC),
            more=more,
            storage=proofs_of(portal),
            contracts=desk_of(portal),
            progress=progress_bar.update,
        )
    click.echo(
        _("{pces} PCE et {readings} relevés quotidiens chargés en {seconds} s.",
          pces=number(loaded.pces), readings=number(loaded.readings),
          seconds=number(time.monotonic() - start, 1))
    )  # fmt: skip
    return loaded


def say_accounts(portal: CommandPortal) -> None:
    """Print the demo accounts and their password."""
    names = {key: name for key, (name, _kind) in ORGANISATIONS.items()}
    for account in ACCOUNTS:
        click.echo(f"  {account.email:<28} {account.role.value:<17} {names[account.organisation]}")
    click.echo(
        _("Mot de passe de ces comptes : {password} (gardé dans {path})",
          password=portal.demo_password(), path=portal.settings.var / "demo-password")
    )  # fmt: skip
