"""Query one right: next actor, coverage, history and effects of its end."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks
from core.errors import NotFound
from core.i18n import N_
from data.identity.accounts.models import ApiCredential, Organisation, User
from data.identity.accounts.queries import list_deciding_emails
from data.metering.pces.models import Pce
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.letter_opt_outs import list_with_stops
from data.rights.queries.provenance import find_source_file, list_letter_times
from data.rights.queries.visible import AROUND, COLUMNS, is_own_right, read_right_row, visible
from data.rights.rules.distributor_checks import doubts_of
from data.rights.rules.grants import cut, floor_of
from data.rights.rules.pending import next_step
from data.rights.types import (
    ConsentEvidence,
    Loss,
    PceFacts,
    RightDataKind,
    RightDetail,
    RightEvent,
    RightRow,
    RightSpan,
    RightState,
)

HIDDEN = N_("Ce droit d’accès est introuvable.")


def get_right(db: Session, viewer: Viewer, uid: str) -> RightDetail:
    """Return all that is known of a right; raise NotFound when it is not visible."""
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
    record = db.execute(query.where(AccessRight.uid == uid)).one_or_none()
    if record is None:
        raise NotFound(HIDDEN)
    (row,) = list_with_stops(db, [read_right_row(record)])
    facts = _facts_of(db, record)
    doubtful = viewer.staff and row.state is RightState.RECHECK
    return RightDetail(
        row=row,
        step=next_step(row, viewer.today),
        readable=_readable(row, (record.holder_since, record.commissioned_on), viewer.today),
        expected_holder=facts.holder if doubtful else "",
        expected_postal_code=facts.postal_code if doubtful else "",
        holder_emails=tuple(sorted(facts.holder_emails)) if doubtful else (),
        doubts=doubts_of(row, facts) if doubtful else frozenset(),
        renewed_by=_renewal(db, viewer, row.id),
        brought=find_source_file(db, viewer, row.id),
        written_at=list_letter_times(db, viewer, row.id),
    )


def find_only(db: Session, viewer: Viewer, uids: Sequence[str]) -> RightRow | None:
    """Return the right if `uids` has exactly one; raise NotFound when it is not visible."""
    return get_right(db, viewer, uids[0]).row if len(uids) == 1 else None


def find_last_right(db: Session, viewer: Viewer, number: str) -> RightRow | None:
    """Return the latest right of the viewer's organisation on a PCE, in any state."""
    query = visible(viewer).with_only_columns(*COLUMNS, *AROUND)
    query = query.where(is_own_right(viewer), AccessRight.number == number)
    record = db.execute(query.order_by(AccessRight.id.desc()).limit(1)).one_or_none()
    return None if record is None else read_right_row(record)


def _facts_of(db: Session, record: Any) -> PceFacts:  # noqa: ANN401 (a row)
    """Return what is known of the holder, for the distributor to compare."""
    holder_id = record.holder_id
    emails = list_deciding_emails(db, [] if holder_id is None else [holder_id])
    return PceFacts(
        postal_code=record.known_postal_code,
        holder=record.holder_name or record.holds or "",
        holder_id=holder_id,
        holder_emails=emails.get(holder_id, frozenset()),
    )


def _readable(row: RightRow, since: Sequence[date | None], today: date) -> RightSpan | None:
    """Return the days of consumption readable today through an active right, else None."""
    in_time = (row.starts_on or today) <= today <= (row.ends_on or today)
    read = row.kinds & {RightDataKind.INFORMATIVE, RightDataKind.PUBLISHED}
    if row.state is not RightState.ACTIVE or row.role.injection or not in_time or not read:
        return None
    return cut(RightSpan(row.supply_first, row.supply_last), floor_of(since))


def _renewal(db: Session, viewer: Viewer, right_id: int) -> str:
    query = visible(viewer).with_only_columns(AccessRight.uid)
    query = query.where(AccessRight.renews_id == right_id).order_by(AccessRight.id.desc())
    return db.scalar(query.limit(1)) or ""


def list_right_events(db: Session, viewer: Viewer, uid: str) -> tuple[RightEvent, ...]:
    """Return the events of a right, oldest first.

    People are named within their organisation only.
    """
    right_id = db.scalar(
        visible(viewer).with_only_columns(AccessRight.id).where(AccessRight.uid == uid)
    )
    if right_id is None:
        raise NotFound(HIDDEN)
    event, program = RightEventRow, ApiCredential
    same_user = User.id == event.user_id
    same_program = program.id == -event.user_id  # see Viewer
    if not viewer.staff:
        same_user &= User.organisation_id == viewer.organisation_id
        same_program &= program.organisation_id == viewer.organisation_id
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
        .outerjoin(User, same_user)
        .outerjoin(program, same_program)
        .where(event.right_id == right_id)
        .order_by(event.id)
    )
    return tuple(
        RightEvent(
            *row[:7],
            evidence=None if row[7] is None else ConsentEvidence(row[7], row[8] or ""),
            signed_in=bool(row[9]),
        )
        for row in db.execute(query)
    )


def get_visible_or_raise(db: Session, viewer: Viewer, uids: Collection[str]) -> None:
    """Raise NotFound unless the viewer may see all `uids`."""
    unique_uids = sorted(set(uids))
    visible_count = 0
    for start in range(0, len(unique_uids), 500):
        block = visible(viewer).where(AccessRight.uid.in_(unique_uids[start : start + 500]))
        visible_count += db.scalar(block.with_only_columns(func.count(AccessRight.id))) or 0
    if visible_count != len(unique_uids):
        raise NotFound(HIDDEN)


def get_revocation_loss(db: Session, viewer: Viewer, uids: Collection[str]) -> Loss:
    """Return what revoking the active rights of `uids` would remove."""
    get_visible_or_raise(db, viewer, uids)
    columns = (AccessRight.id, AccessRight.uid, AccessRight.pce_id, AccessRight.organisation_id)
    visible_rights = visible(viewer).where(AccessRight.state == RightState.ACTIVE)
    active = visible_rights.with_only_columns(*columns)
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
