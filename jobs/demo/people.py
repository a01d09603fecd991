"""Organisations and users of the demo; every address ends in `.example`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from core.access import OrganisationKind, Role
from data.identity.accounts.actions import create_organisation, hash_password
from data.migrations import tables
from jobs.demo.sites import Owner

THIRD_PARTY = "third_party"
CONTROLLED = "controlled"  # a third party whose proofs are requested
EMPTY = "empty"
OPERATOR = "operator"

ORGANISATIONS: Mapping[str, tuple[str, OrganisationKind]] = {
    OPERATOR: ("Réseau Gaz", OrganisationKind.DISTRIBUTOR),
    Owner.CITY: ("Ville de Val-des-Tilleuls", OrganisationKind.COLLECTIVITY),
    Owner.INDUSTRY: ("Biscuiterie Armoise", OrganisationKind.COMPANY),
    Owner.HOUSING: ("Tilia Habitat", OrganisationKind.COMPANY),
    Owner.BAKERY: ("Fournil du Faubourg", OrganisationKind.COMPANY),
    EMPTY: ("Atelier Novembre", OrganisationKind.COMPANY),
    THIRD_PARTY: ("Thermia Conseil", OrganisationKind.THIRD_PARTY),
    CONTROLLED: ("Sobrielle Énergie", OrganisationKind.THIRD_PARTY),
}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A demo account."""

    email: str
    name: str
    organisation: str  # key of ORGANISATIONS
    role: Role
    language: str = "fr"


ACCOUNTS: tuple[DemoAccount, ...] = (
    DemoAccount("camille@tilleuls.example", "Camille Verdier", Owner.CITY, Role.FACILITY_MANAGER),
    DemoAccount("hugo@tilleuls.example", "Hugo Lavigne", Owner.CITY, Role.CLIENT),
    DemoAccount("aurore@tilleuls.example", "Aurore Belmont", Owner.CITY, Role.ADMINISTRATOR),
    DemoAccount("sofia@armoise.example", "Sofia Delorme", Owner.INDUSTRY, Role.FACILITY_MANAGER),
    DemoAccount("emma@armoise.example", "Emma Wood", Owner.INDUSTRY, Role.CLIENT, "en"),
    DemoAccount("paul@armoise.example", "Paul Lenoir", Owner.INDUSTRY, Role.ADMINISTRATOR),
    DemoAccount("karim@habitat.example", "Karim Sorel", Owner.HOUSING, Role.FACILITY_MANAGER),
    DemoAccount("louise@fournil.example", "Louise Meunier", Owner.BAKERY, Role.CLIENT),
    DemoAccount("victor@novembre.example", "Victor Aubin", EMPTY, Role.CLIENT),
    DemoAccount("nadia@thermia.example", "Nadia Ferrand", THIRD_PARTY, Role.FACILITY_MANAGER),
    DemoAccount("lea@sobrielle.example", "Léa Marchal", CONTROLLED, Role.FACILITY_MANAGER),
    DemoAccount("martin@reseau.example", "Martin Roussel", OPERATOR, Role.ACCOUNT_MANAGER),
    DemoAccount("irene@reseau.example", "Irène Castel", OPERATOR, Role.ADMINISTRATOR),
)


def create_people(db: Session, password: str, operator: str, now: datetime) -> None:
    """Create every organisation and account, the distributor under the name `operator`."""
    hashed = hash_password(password)  # once: it is slow on purpose, and all share the password
    for key, (name, kind) in ORGANISATIONS.items():
        organisation = create_organisation(db, operator if key == OPERATOR else name, kind, now)
        if key not in {OPERATOR, EMPTY}:
            # Presume a paper contract of one year, as after an upgrade, until one is signed
            organisations = tables()["organisations"]
            until = (now + timedelta(days=365)).date()
            mine = update(organisations).where(organisations.c.id == organisation)
            db.execute(mine.values(contracted_until=until))
        db.execute(
            insert(tables()["users"]),
            [
                {
                    "organisation_id": organisation,
                    "email": account.email,
                    "name": account.name,
                    "role": account.role,
                    "password_hash": hashed,
                    "password_changed_at": now,
                    "language": account.language,
                    "created_at": now,
                    "demo_password": True,
                }
                for account in ACCOUNTS
                if account.organisation == key
            ],
        )


def organisation_ids(db: Session) -> dict[str, int]:
    """Return the id of each demo organisation, found by its accounts: names may be edited."""
    users = tables()["users"]
    rows = db.execute(select(users.c.email, users.c.organisation_id))
    ids_by_email = {row.email: row.organisation_id for row in rows}
    return {account.organisation: ids_by_email[account.email] for account in ACCOUNTS}
