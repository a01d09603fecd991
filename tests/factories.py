"""Make rows of each table, valid by default."""

import os
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.access import OrganisationKind, Role
from data.contracts.models import Contract
from data.contracts.types import ContractState
from data.identity.accounts.models import Invitation, Organisation, User
from data.identity.accounts.queries import get_token_digest
from data.identity.settings.models import Setting
from data.metering.pces.models import Pce, PceGrant
from data.metering.pces.rules import folded, search_text
from data.metering.pces.types import Frequency
from data.rights.models import AccessRight
from data.rights.types import DeclarationOrigin, RightRole, RightState
from data.runs.files import Incoming, folder_of
from data.runs.models import Run
from data.runs.types import RunTask, StoredUpload

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PCE = "09999999910001"
_ORGANISATION = {"created_at": NOW, "contracted_until": date.max}
_USER = {"password_hash": "!", "password_changed_at": NOW, "created_at": NOW}


def make_older(path: Path, age: timedelta) -> None:
    """Move the modification time of *path* back by *age*, on the clock of its own file system."""
    stamp = path.stat().st_mtime - age.total_seconds()
    os.utime(path, (stamp, stamp))


def make_organisation(db: Session, **values: Any) -> Organisation:
    described = {"name": "Tilleuls", "kind": OrganisationKind.COMPANY}
    row = Organisation(**_ORGANISATION | described | values)
    db.add(row)
    db.flush()
    return row


def make_user(db: Session, **values: Any) -> User:
    described = {
        "email": "alice@tilleuls.example",
        "name": "Alice Tilleul",
        "role": Role.FACILITY_MANAGER,
    }
    row = User(**_USER | described | values)
    db.add(row)
    db.flush()
    return row


def make_invitation(db: Session, **values: Any) -> Invitation:
    """Make a pending invitation, whose link contains the token `jeton`."""
    row = Invitation(
        **{
            "email": "ines@tilleuls.example",
            "name": "Inès Tilleul",
            "role": Role.CLIENT,
            "token_hash": get_token_digest("jeton"),
            "created_at": NOW,
            "sent_at": NOW,
            "expires_at": NOW + timedelta(days=7),
        }
        | values
    )
    db.add(row)
    db.flush()
    return row


DOMAINS = {"bob": "thermia", "charlie": "usine"}  # of who asks: nobody asks themselves


def make_people(db: Session) -> None:
    people = [
        ("alice", OrganisationKind.COLLECTIVITY, Role.FACILITY_MANAGER),
        ("bob", OrganisationKind.THIRD_PARTY, Role.FACILITY_MANAGER),
        ("charlie", OrganisationKind.COMPANY, Role.FACILITY_MANAGER),
        ("dora", OrganisationKind.DISTRIBUTOR, Role.ACCOUNT_MANAGER),
    ]
    organisations = [
        Organisation(**_ORGANISATION | {"name": f"Organisation de {name}", "kind": kind})
        for name, kind, _ in people
    ]
    db.add_all(organisations)
    db.flush()  # one INSERT for all
    db.add_all(
        User(
            **_USER,
            organisation_id=organisation.id,
            email=f"{name}@{DOMAINS.get(name, 'tilleuls')}.example",
            name=name.title(),
            role=role,
        )
        for organisation, (name, _, role) in zip(organisations, people, strict=True)
    )
    db.flush()


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
            "contractual": True,
            "technical": True,
        }
        | values
    )
    db.add(row)
    db.flush()
    return row


def make_right(db: Session, pce: Pce, organisation_id: int, **values: Any) -> AccessRight:
    """Make the row of a right alone, without the grant that an active right brings."""
    row = AccessRight(
        **{
            "uid": str(uuid.uuid4()),
            "pce_id": pce.id,
            "organisation_id": organisation_id,
            "number": pce.number,
            "role": RightRole.AUTHORISED_SUPPLY,
            "state": RightState.ACTIVE,
            "company": "Lycée des Tilleuls",
            "holder_key": "lycee des tilleuls",
            "site": pce.alias,
            "site_key": folded(pce.alias),
            "email": "alice@tilleuls.example",
            "postal_code": "99123",
            "starts_on": date(2025, 1, 1),
            "ends_on": date(2027, 12, 31),
            "ends_key": values.get("ends_on") or date(2027, 12, 31),
            "supply_first": date(2023, 1, 1),
            "supply_last": date(2027, 12, 31),
            "informative": True,
            "published": True,
            "contractual": True,
            "technical": True,
            "created_at": NOW,
            "declared_on": date(2026, 11, 24),
            "created_by": organisation_id,
            "origin": DeclarationOrigin.DIRECT,
            "digest": "",
            "search": folded(f"{pce.alias} {pce.number} lycee des tilleuls"),
        }
        | values
    )
    db.add(row)
    db.flush()
    return row


def make_contract(db: Session, organisation_id: int, **values: Any) -> Contract:
    """Make the row of a contract in force for a year, without its end in the organisation."""
    row = Contract(
        **{
            "uid": str(uuid.uuid4()),
            "organisation_id": organisation_id,
            "number": f"C-2025-{organisation_id:06d}",
            "state": ContractState.ACTIVE,
            "version": 1,
            "created_at": NOW,
            "created_by": organisation_id,
            "changed_at": NOW,
            "signer": "",
            "starts_on": date(2025, 11, 24),
            "ends_on": date(2028, 11, 23),
            "started_at": NOW,
        }
        | values
    )
    db.add(row)
    db.flush()
    return row


def make_setting(db: Session, key: str, value: str | None, **values: Any) -> Setting:
    """Make a setting that Dora, of the distributor, changed on the screen."""
    row = {"version": 1, "changed_at": NOW, "changed_by": 4} | values
    setting = Setting(key=key, value=value, **row)
    db.add(setting)
    db.flush()
    return setting


def make_confirmed(db: Session, run_id: int) -> int:
    """Make a run that its owner confirmed, whatever its check would find."""
    db.execute(update(Run).where(Run.id == run_id).values(task=RunTask.STORE, version=1))
    return run_id


def make_kept(
    var: Path, content: bytes = b"x", name: str = "a.csv", most: int = 1_000_000
) -> StoredUpload:
    """Store a file on the disk as a deposit does."""
    file = Incoming(folder_of(var), most)
    file.write(content)
    return file.keep(name)
