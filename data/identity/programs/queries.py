"""Identify a program, and query its calls."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select, true
from sqlalchemy.orm import Session

from core.access import Role, Viewer, is_contracted
from core.database import Prepared, Rows
from core.i18n import PARIS
from data.identity.accounts.models import ApiCredential, Organisation
from data.identity.accounts.queries.security import get_program_organisation
from data.identity.accounts.types.security import ApiScope
from data.identity.programs.models import ProgramUse
from data.identity.programs.rules import opened_by
from data.identity.programs.types import Calling, CallUse, ProgramPace

_COLUMNS: list[Any] = [
    *(ApiCredential.name, ApiCredential.scopes, Organisation.id, Organisation.kind),
    *(Organisation.name, Organisation.contracted_until, ApiCredential.last_used_at),
    *(ProgramUse.day, ProgramUse.calls, ProgramUse.ready_at),
]


def _select(columns: list[Any]) -> Select[Any]:
    """Select a valid credential, its organisation and the calls counted."""
    return (
        select(*columns)
        .join(Organisation, Organisation.id == ApiCredential.organisation_id)
        .join(ProgramUse, ProgramUse.organisation_id == Organisation.id)
        .where(
            ApiCredential.id == bindparam("credential"),
            ApiCredential.revoked_at.is_(None),
            ApiCredential.expires_at > bindparam("now"),
        )
    )


_UNLOCKED = Prepared(_select(_COLUMNS))


@cache
def _program(*, postgresql: bool) -> Prepared:
    """Return the query of a credential, its organisation and its calls, locked.

    On PostgreSQL the commit then does not wait for the disk: a crash may lose the latest calls. On
    SQLite the transaction sets this itself (`durable`).
    """
    columns = list(_COLUMNS)
    if postgresql:
        columns.append(func.set_config("synchronous_commit", "off", true()))
    return Prepared(_select(columns).with_for_update(of=ProgramUse))


def find_locked_program(db: Session, credential_id: int, now: datetime) -> Calling | None:
    """Return the program of a credential and lock its counter; None for an invalid credential.

    Other calls of the organisation wait until the transaction ends.
    """
    query = _program(postgresql=db.get_bind().dialect.name == "postgresql")
    return _calling(query.rows(db, {"credential": credential_id, "now": now}), credential_id, now)


def find_program(db: Session, credential_id: int, now: datetime) -> Viewer | None:
    """Return the program of a credential that has called before, without a lock."""
    rows = _UNLOCKED.rows(db, {"credential": credential_id, "now": now})
    program = _calling(rows, credential_id, now)
    return program.viewer if program else None


def _calling(rows: Rows, credential_id: int, now: datetime) -> Calling | None:
    if not rows:
        return None
    name, scopes, organisation_id, kind, organisation, contracted_until, last, *use = rows[0]
    today = now.astimezone(PARIS).date()
    viewer = Viewer(
        user_id=-credential_id,
        organisation_id=organisation_id,
        kind=kind,
        role=Role.FACILITY_MANAGER,
        today=today,
        name=name,
        organisation=organisation,
        contracted=is_contracted(contracted_until, today),
        program=opened_by([scope for scope in ApiScope if scope in scopes]),
    )
    day, calls, ready_at = use[:3]
    return Calling(viewer, last, day, calls, ready_at)


def get_use(
    db: Session, viewer: Viewer, pace: ProgramPace, *, organisation_id: int | None = None
) -> CallUse:
    """Return the number of calls made today by the programs of an organisation."""
    home = get_program_organisation(db, viewer, organisation_id)
    query = select(ProgramUse.calls).where(
        ProgramUse.organisation_id == home, ProgramUse.day == viewer.today
    )
    return CallUse(db.scalar(query) or 0, pace)
