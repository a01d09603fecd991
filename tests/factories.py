"""One `make_…` a table, valid by default."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from data.access import OrganisationKind, Role
from data.accounts.models import Organisation, User
from data.pces.models import Pce, PceGrant
from data.pces.rules import search_text
from data.pces.types import Frequency
from data.runs.files import Incoming, folder_of
from data.runs.types import Kept

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PCE = "09999999910001"


def make_organisation(db: Session, **values: Any) -> Organisation:
    row = Organisation(
        **{"name": "Tilleuls", "kind": OrganisationKind.COMPANY, "created_at": NOW} | values
    )
    db.add(row)
    db.flush()
    return row


def make_user(db: Session, **values: Any) -> User:
    row = User(
        **{
            "email": "alice@tilleuls.example",
            "name": "Alice Tilleul",
            "role": Role.FACILITY_MANAGER,
            "password_hash": "!",
            "password_changed_at": NOW,
            "created_at": NOW,
        }
        | values
    )
    db.add(row)
    db.flush()
    return row


def make_people(db: Session) -> None:
    people = [
        ("alice", OrganisationKind.COLLECTIVITY, Role.FACILITY_MANAGER),
        ("bob", OrganisationKind.THIRD_PARTY, Role.FACILITY_MANAGER),
        ("charlie", OrganisationKind.COMPANY, Role.FACILITY_MANAGER),
        ("dora", OrganisationKind.DISTRIBUTOR, Role.ACCOUNT_MANAGER),
    ]
    for name, kind, role in people:
        organisation = make_organisation(db, name=f"Organisation de {name}", kind=kind)
        make_user(
            db,
            organisation_id=organisation.id,
            email=f"{name}@tilleuls.example",
            name=name.title(),
            role=role,
        )


def make_pce(db: Session, number: str = PCE, **values: Any) -> Pce:
    row = Pce(
        **{
            "number": number,
            "alias": "Lycée des Tilleuls",
            "frequency": Frequency.MONTHLY,
            "street": "12 rue des Tilleuls",
            "postal_code": "99123",
            "city": "Villeneuve-Exemple",
            "tariff": "T3",
        }
        | values
    )
    if "search" not in values:
        row.search = search_text(number, row.alias, row.city, "")
    db.add(row)
    db.flush()
    return row


def make_grant(db: Session, pce: Pce, organisation_id: int, **values: Any) -> PceGrant:
    row = PceGrant(
        **{
            "pce_id": pce.id,
            "organisation_id": organisation_id,
            "valid_from": date(2020, 1, 1),
        }
        | values
    )
    db.add(row)
    db.flush()
    return row


def make_kept(var: Path, content: bytes = b"x", name: str = "a.csv", most: int = 1_000_000) -> Kept:
    """A file as a deposit leaves it on the disk."""
    file = Incoming(folder_of(var), most)
    file.write(content)
    return file.keep(name)
