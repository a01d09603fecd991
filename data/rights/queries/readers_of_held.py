"""List the rights and requests of others on the PCEs that the viewer's organisation holds.

Only rights of the current tenure are listed: an earlier holder's rights and reads are not.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.access import Permission, Viewer
from core.errors import NotFound
from data.identity.accounts.models import Organisation
from data.identity.audit.models import AuditEvent
from data.identity.audit.queries import READ
from data.metering.pces.models import Pce
from data.metering.pces.rules import folded
from data.rights.models import AccessRight
from data.rights.queries.detail import HIDDEN
from data.rights.queries.due import OPEN, WAITING
from data.rights.queries.lists import MOST_SELECTED
from data.rights.queries.passport import read_passport_right
from data.rights.queries.visible import COLUMNS
from data.rights.types import (
    HELD_LINES,
    HELD_READS,
    LONGEST_SEARCH,
    READ_NAMED,
    HeldCounts,
    HeldRead,
    HeldRight,
    HeldView,
    ReadPces,
    RightRole,
    RightState,
)
from data.tag_limits import within

_FIRST = case(  # pending for the holder, then active, then closed
    (AccessRight.state == RightState.PENDING, 0),
    (AccessRight.state == RightState.RECHECK, 1),
    (AccessRight.state == RightState.ACTIVE, 2),
    else_=3,
)
_OWN = (RightRole.HOLDER_SUPPLY, RightRole.HOLDER_INJECTION)


def visible_held_rights(viewer: Viewer) -> Select[AccessRight]:
    """Select the rights of others on PCEs that the viewer's organisation holds; for staff too."""
    viewer.require(Permission.RIGHTS_READ)
    since = or_(
        AccessRight.state.in_(OPEN),
        Pce.holder_since.is_(None),
        AccessRight.declared_on >= Pce.holder_since,
    )
    return (
        select(AccessRight)
        .join(Pce, Pce.id == AccessRight.pce_id)
        .where(
            Pce.holder_id == viewer.organisation_id,
            AccessRight.organisation_id != viewer.organisation_id,
            within(viewer, Pce.id),
            since,
            # Requests that wait for the organisation's mirrored distributor are not answered here.
            or_(AccessRight.relayed.is_(False), AccessRight.state.not_in(WAITING)),
        )
    )


def has_held_pce(db: Session, viewer: Viewer) -> bool:
    """Return whether the viewer's organisation holds a PCE."""
    viewer.require(Permission.RIGHTS_READ)
    mine = select(Pce.id).where(Pce.holder_id == viewer.organisation_id, within(viewer, Pce.id))
    return db.scalar(mine.limit(1)) is not None


def get_held_view(db: Session, viewer: Viewer, text: str, page: int, reads: int = 1) -> HeldView:
    """Return what the screen shows for a search, at a page clipped to the last one.

    `reads` is the page of the readers' log.
    """
    text = text[:LONGEST_SEARCH]
    counts = count_held(db, viewer)
    match_count = count_held(db, viewer, text).all if text.strip() else counts.all
    page = min(page, max(1, -(-match_count // HELD_LINES)))
    rights = list_held(db, viewer, text, offset=(page - 1) * HELD_LINES)
    skipped = (reads - 1) * HELD_READS
    acts = list_reads_of_ours(db, viewer, text, offset=skipped, limit=HELD_READS + 1)
    more = len(acts) > HELD_READS
    return HeldView(counts, match_count, rights, acts[:HELD_READS], text, page, reads, more)


def count_held(db: Session, viewer: Viewer, text: str = "") -> HeldCounts:
    query = _matching(viewer, text).with_only_columns(AccessRight.state, func.count())
    by_state: Any = query.group_by(AccessRight.state)
    counts: dict[RightState, int] = dict(db.execute(by_state).all())
    waiting, checked, active = (
        counts.pop(state, 0)
        for state in (RightState.PENDING, RightState.RECHECK, RightState.ACTIVE)
    )
    return HeldCounts(waiting, checked, active, sum(counts.values()))


def count_asked(db: Session, viewer: Viewer) -> int:
    """Count the requests that wait for the holder's answer."""
    query = visible_held_rights(viewer).where(AccessRight.state == RightState.PENDING)
    return db.scalar(query.with_only_columns(func.count())) or 0


def find_oldest_request(db: Session, viewer: Viewer) -> datetime | None:
    """Return when the oldest request that waits for the holder's answer was made."""
    query = visible_held_rights(viewer).where(AccessRight.state == RightState.PENDING)
    return db.scalar(query.with_only_columns(func.min(AccessRight.created_at)))


def list_held(
    db: Session, viewer: Viewer, text: str = "", *, offset: int = 0
) -> tuple[HeldRight, ...]:
    """Return a page of these rights by state, then third party; with the last use of each."""
    query = _matching(viewer, text).with_only_columns(*_COLUMNS)
    key = (_FIRST, AccessRight.organisation_id, AccessRight.number, AccessRight.id.desc())
    rows = db.execute(query.order_by(*key).offset(max(0, offset)).limit(HELD_LINES)).all()
    return _with_reads(db, viewer, [_read_held_right(row) for row in rows])


def list_chosen_held(
    db: Session, viewer: Viewer, state: RightState, *, uid: str = "", asker: int | None = None
) -> tuple[HeldRight, ...]:
    """Return what an answer applies to: one right, or all of an organisation in `state`.

    Empty when it changed meanwhile or was never the viewer's; `find_last_answer` tells which.
    """
    query = (
        visible_held_rights(viewer).with_only_columns(*_COLUMNS).where(AccessRight.state == state)
    )
    if state is RightState.ACTIVE:
        query = query.where(AccessRight.role.not_in(_OWN))
    which = AccessRight.uid == uid if uid else AccessRight.organisation_id == asker
    rows = db.execute(query.where(which).order_by(AccessRight.number).limit(MOST_SELECTED)).all()
    return _with_reads(db, viewer, [_read_held_right(row) for row in rows])


def list_reads_of_ours(
    db: Session, viewer: Viewer, text: str = "", *, offset: int = 0, limit: int = HELD_READS
) -> tuple[HeldRead, ...]:
    """Return the latest reads by others of PCEs held, since they are held.

    There is a line for each action: what a person read or exported at the same instant.
    """
    viewer.require(Permission.RIGHTS_READ)
    query = _acts(viewer)
    if text.strip():
        named = Organisation.name.icontains(text.strip(), autoescape=True)
        query = query.where(or_(_of_pce(text), named))
    last: Any = func.max(AuditEvent.id).desc()
    rows = db.execute(query.order_by(last).offset(max(0, offset)).limit(limit))
    return tuple(HeldRead(*row) for row in rows)


def get_read(db: Session, viewer: Viewer, read: int) -> ReadPces:
    """Return the PCEs of a line of the log; raise NotFound when it is not the viewer's."""
    viewer.require(Permission.RIGHTS_READ)
    read_event = aliased(AuditEvent)
    same = [
        getattr(AuditEvent, key).is_not_distinct_from(getattr(read_event, key)) for key in _ONE_ACT
    ]
    query = _acts(viewer).join(
        read_event, and_(read_event.id == read, read_event.object_type == READ, *same)
    )
    row = db.execute(query).one_or_none()
    if row is None:
        raise NotFound(HIDDEN)
    pces = (
        select(Pce.number, Pce.alias)
        .join(AuditEvent, AuditEvent.object_id == Pce.number)
        .join(read_event, and_(read_event.id == read, *same))
        .where(*_reads(viewer))
        .distinct()
        .order_by(Pce.alias, Pce.number)
        .limit(READ_NAMED)
    )
    return ReadPces(HeldRead(*row), tuple((number, alias) for number, alias in db.execute(pces)))


_ONE_ACT = ("at", "organisation_id", "actor_id", "action")


def _acts(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Select the readers' log by action, in the order of HeldRead's fields."""
    return (
        select(
            AuditEvent.at,
            Organisation.name,
            AuditEvent.action,
            func.min(AuditEvent.object_id),
            func.min(Pce.alias),
            func.count(AuditEvent.object_id.distinct()),
            func.max(AuditEvent.id),
        )
        .join(Pce, Pce.number == AuditEvent.object_id)
        .join(Organisation, Organisation.id == AuditEvent.organisation_id)
        .where(*_reads(viewer))
        .group_by(*(getattr(AuditEvent, key) for key in _ONE_ACT), Organisation.name)
    )


_COLUMNS: tuple[Any, ...] = (
    *COLUMNS,
    AccessRight.organisation_id,
    AccessRight.answered_at,
    Pce.alias,
)


def _matching(viewer: Viewer, text: str) -> Select[AccessRight]:
    query = visible_held_rights(viewer)
    if not text.strip():
        return query
    asks = select(Organisation.id).where(Organisation.name.icontains(text.strip(), autoescape=True))
    return query.where(or_(_of_pce(text), AccessRight.organisation_id.in_(asks)))


def _of_pce(text: str) -> ColumnElement[bool]:
    """Return whether the holder's search text or a part of the number matches."""
    digits = "".join(text.split()).lower()
    return or_(
        Pce.search.contains(folded(text.strip()), autoescape=True),
        Pce.number.icontains(digits, autoescape=True),
    )


def _read_held_right(row: Any) -> HeldRight:  # noqa: ANN401 (a row)
    right = read_passport_right(row)
    return HeldRight(right, row.organisation_id, row.alias, row.role, row.consented_on)


def _with_reads(db: Session, viewer: Viewer, rights: Sequence[HeldRight]) -> tuple[HeldRight, ...]:
    numbers = sorted({held_right.right.number for held_right in rights})[:500]
    query = (
        select(AuditEvent.object_id, AuditEvent.organisation_id, func.max(AuditEvent.at))
        .join(Pce, Pce.number == AuditEvent.object_id)
        .where(*_reads(viewer), AuditEvent.object_id.in_(numbers))
        .group_by(AuditEvent.object_id, AuditEvent.organisation_id)
    )
    last: dict[tuple[str, int | None], datetime] = {
        (number, asker): at for number, asker, at in db.execute(query)
    }
    return tuple(
        replace(held_right, read_at=last.get((held_right.right.number, held_right.asker)))
        for held_right in rights
    )


def _reads(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for log lines that a holder may see."""
    since = or_(Pce.holder_since.is_(None), AuditEvent.at >= Pce.holder_since)
    return (
        AuditEvent.object_type == READ,
        AuditEvent.organisation_id != viewer.organisation_id,
        and_(Pce.holder_id == viewer.organisation_id, within(viewer, Pce.id), since),
    )
