"""One right: who must act, what it covers, what happened to it, what its end would take away."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.accounts.models import ApiCredential, Organisation, User
from data.accounts.queries import answering
from data.db import blocks
from data.errors import NotFound
from data.pces.models import Pce
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.stopped import with_stops
from data.rights.queries.visible import AROUND, COLUMNS, mine, right_row, visible
from data.rights.queries.whence import from_file, written_at
from data.rights.rules.grants import cut, floor_of
from data.rights.rules.standing import doubts_of
from data.rights.rules.waiting import next_step
from data.rights.types import (
    Evidence,
    Kind,
    Loss,
    RightDetail,
    RightEvent,
    RightRow,
    RightState,
    Span,
    Standing,
)
from i18n import N_

HIDDEN = N_("Ce droit d’accès est introuvable.")


def get_right(db: Session, viewer: Viewer, uid: str) -> RightDetail:
    """Everything known of one right; raises NotFound when it is absent or hidden."""
    query = visible(viewer).with_only_columns(
        *COLUMNS,
        *AROUND,
        Pce.holder_name,
        Pce.postal_code.label("known_postal_code"),
        Pce.holder_id,
        Organisation.name.label("holds"),
        Pce.commissioned_on,
    )
    query = query.join(Pce, Pce.id == AccessRight.pce_id)
    query = query.outerjoin(Organisation, Organisation.id == Pce.holder_id)
    found = db.execute(query.where(AccessRight.uid == uid)).one_or_none()
    if found is None:
        raise NotFound(HIDDEN)
    (row,) = with_stops(db, [right_row(found)])
    standing = _standing(db, found)
    doubtful = viewer.staff and row.state is RightState.RECHECK
    return RightDetail(
        row=row,
        step=next_step(row, viewer.today),
        readable=_readable(row, (found.holder_since, found.commissioned_on), viewer.today),
        expected_holder=standing.holder if doubtful else "",
        expected_postal_code=standing.postal_code if doubtful else "",
        holder_emails=tuple(sorted(standing.holder_emails)) if doubtful else (),
        doubts=doubts_of(row, standing) if doubtful else frozenset(),
        renewed_by=_renewal(db, viewer, row.id),
        brought=from_file(db, viewer, row.id),
        written_at=written_at(db, viewer, row.id),
    )


def find_only(db: Session, viewer: Viewer, uids: Sequence[str]) -> RightRow | None:
    """The right of *uids* when it is one alone; NotFound when it is hidden."""
    return get_right(db, viewer, uids[0]).row if len(uids) == 1 else None


def last_right(db: Session, viewer: Viewer, number: str) -> RightRow | None:
    """The last right that the viewer's organisation declared on a PCE, whatever became of it."""
    query = visible(viewer).with_only_columns(*COLUMNS, *AROUND)
    query = query.where(mine(viewer), AccessRight.number == number)
    found = db.execute(query.order_by(AccessRight.id.desc()).limit(1)).one_or_none()
    return None if found is None else right_row(found)


def _standing(db: Session, found: Any) -> Standing:  # noqa: ANN401 (a row)
    """What is known of the holder, for the distributor to compare."""
    holder_id = found.holder_id
    emails = answering(db, [] if holder_id is None else [holder_id])
    return Standing(
        postal_code=found.known_postal_code,
        holder=found.holder_name or found.holds or "",
        holder_id=holder_id,
        holder_emails=emails.get(holder_id, frozenset()),
    )


def _readable(row: RightRow, since: Sequence[date | None], today: date) -> Span | None:
    """The days that it opens today: none unless it is Active, in its time and of consumption."""
    in_time = (row.starts_on or today) <= today <= (row.ends_on or today)
    read = row.kinds & {Kind.INFORMATIVE, Kind.PUBLISHED}
    if row.state is not RightState.ACTIVE or row.role.injection or not in_time or not read:
        return None
    return cut(Span(row.supply_first, row.supply_last), floor_of(since))


def _renewal(db: Session, viewer: Viewer, right_id: int) -> str:
    query = visible(viewer).with_only_columns(AccessRight.uid)
    query = query.where(AccessRight.renews_id == right_id).order_by(AccessRight.id.desc())
    return db.scalar(query.limit(1)) or ""


def timeline(db: Session, viewer: Viewer, uid: str) -> tuple[RightEvent, ...]:
    """What happened to a right, the oldest first; persons are named to their own organisation."""
    right_id = db.scalar(
        visible(viewer).with_only_columns(AccessRight.id).where(AccessRight.uid == uid)
    )
    if right_id is None:
        raise NotFound(HIDDEN)
    event, program = RightEventRow, ApiCredential
    known = User.id == event.user_id
    ours = program.id == -event.user_id  # see Viewer
    if not viewer.staff:
        known &= User.organisation_id == viewer.organisation_id
        ours &= program.organisation_id == viewer.organisation_id
    query = (
        select(
            event.at,
            event.trigger,
            event.actor,
            event.source,
            event.before,
            event.after,
            func.coalesce(User.name, program.name, ""),
            event.address,
            event.text_version,
            event.user_id.is_not(None),
        )
        .outerjoin(User, known)
        .outerjoin(program, ours)
        .where(event.right_id == right_id)
        .order_by(event.id)
    )
    return tuple(
        RightEvent(
            *row[:7],
            evidence=None if row[7] is None else Evidence(row[7], row[8] or ""),
            signed_in=bool(row[9]),
        )
        for row in db.execute(query)
    )


def check_seen(db: Session, viewer: Viewer, uids: Collection[str]) -> None:
    """NotFound unless the viewer may see every one of *uids*."""
    wanted = sorted(set(uids))
    found = 0
    for start in range(0, len(wanted), 500):
        block = visible(viewer).where(AccessRight.uid.in_(wanted[start : start + 500]))
        found += db.scalar(block.with_only_columns(func.count(AccessRight.id))) or 0
    if found != len(wanted):
        raise NotFound(HIDDEN)


def loss_of(db: Session, viewer: Viewer, uids: Collection[str]) -> Loss:
    """What revoking the active ones of *uids* takes away, to be said before it is done."""
    check_seen(db, viewer, uids)
    columns = (AccessRight.id, AccessRight.uid, AccessRight.pce_id, AccessRight.organisation_id)
    seen = visible(viewer).where(AccessRight.state == RightState.ACTIVE)
    active = seen.with_only_columns(*columns)
    rows = [
        row
        for block in blocks(sorted(set(uids)))
        for row in db.execute(active.where(AccessRight.uid.in_(block)))
    ]
    chosen = {row.id for row in rows}
    pairs = {(row.pce_id, row.organisation_id) for row in rows}
    stays = {
        (row.pce_id, row.organisation_id)
        for block in blocks(sorted({pce_id for pce_id, _ in pairs}))
        for row in db.execute(active.where(AccessRight.pce_id.in_(block)))
        if row.id not in chosen
    }
    lost = {pce_id for pce_id, _ in pairs - stays}
    return Loss(len(rows), len(lost), uids=tuple(sorted(row.uid for row in rows)))
