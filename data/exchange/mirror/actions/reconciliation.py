"""Match local and upstream rights once a list is complete, and find differences."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from core.bulk import insert_all, is_among, update_all
from core.database import blocks, change_rows
from data.exchange.mirror.actions.comparison import (
    OURS,
    THEIRS,
    UNLIKE,
    is_duplicate,
    linked,
    mine,
    on_the_way,
    our,
    their,
)
from data.exchange.mirror.actions.mass_ending import release
from data.exchange.mirror.models import MirrorConnection, MirrorDrift, MirrorRight, MirrorSending
from data.exchange.mirror.rules.comparison import difference, matched, unknown_here, unknown_there
from data.exchange.mirror.types import MOVING, Drift, DriftKind, OurRight, TheirRight
from data.identity.accounts.models import Organisation
from data.rights.models import AccessRight
from data.rights.queries.due import OPEN

# Local changes become messages within some minutes: until then they count as being sent.
GATHERING = timedelta(minutes=10)
UNNAMED = {"person": "", "company": "", "email": "", "phone": "", "postal_code": ""}
Key = tuple[str, str]


@dataclass(slots=True)
class Unread:
    """PCEs whose rights unreadable lines may describe; `anything` for any PCE."""

    numbers: set[str] = field(default_factory=set)
    anything: bool = False

    def may_be(self, number: str) -> bool:
        return self.anything or number in self.numbers


def settle(db: Session, organisation_id: int, round_id: int, *, whole: bool, now: datetime) -> None:
    """Forget the upstream rights missing in a list requested at `now`.

    Nothing is forgotten after an incomplete list.
    """
    alone(db, organisation_id)
    if whole:
        _forget(db, organisation_id, round_id, now)
    # Erase the names in upstream rights that were linked to local ones during the list
    mine = and_(MirrorRight.organisation_id == organisation_id, MirrorRight.right_id.is_not(None))
    named = or_(*(getattr(MirrorRight, name) != "" for name in UNNAMED))
    change_rows(db, update(MirrorRight).where(mine, named).values(UNNAMED))
    release(db, organisation_id)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Differences found by a list, compared with the known ones; keys identify differences."""

    drift_count: int
    new: Sequence[Drift]
    over: Sequence[int]  # ids of those that ended
    open_ids: Mapping[Key, int]  # ids of those that were open, by key


def weigh(db: Session, organisation_id: int, unread: Unread, *, now: datetime) -> Weighed:
    """Return the changes of open differences after a list requested at `now`; write nothing.

    Known differences stay as they are. Rights that `unread` lines may describe are not newly
    reported as missing upstream.
    """
    sends = db.scalars(select(Organisation.sends_upstream).filter_by(id=organisation_id)).one()
    waits = on_the_way(now, GATHERING if sends else timedelta())
    open_drifts = _known_rights(db, organisation_id)
    drifts = {
        drift.key: drift
        for drift in _found_differences(db, organisation_id, waits)
        if drift.kind is not DriftKind.UNKNOWN_THERE
        or drift.key in open_drifts
        or not unread.may_be(drift.number)
    }
    new = [
        drift
        for key, drift in drifts.items()
        if key not in open_drifts or open_drifts[key][1] != drift
    ]
    new.sort(key=lambda one: (one.number, one.key))
    over = [id_ for key, (id_, _drift) in open_drifts.items() if key not in drifts]
    return Weighed(len(drifts), new, over, {key: id_ for key, (id_, _drift) in open_drifts.items()})


def say_some(
    db: Session, round_: tuple[int, int], drifts: Sequence[Drift], weighed: Weighed, now: datetime
) -> None:
    """Write some of the new differences, and end the previous ones of the same rights.

    A difference repaired or reported since is left to the next list. `round_` is (organisation,
    round).
    """
    organisation_id, round_id = round_
    alone(db, organisation_id)
    query = select(MirrorDrift.right_uid, MirrorDrift.their_uid, MirrorDrift.id).where(
        MirrorDrift.organisation_id == organisation_id,
        MirrorDrift.ended_at.is_(None),
        tuple_(MirrorDrift.right_uid, MirrorDrift.their_uid).in_([drift.key for drift in drifts]),
    )
    standing = {(row[0], row[1]): row[2] for row in db.execute(query)}
    fit = [drift for drift in drifts if standing.get(drift.key) == weighed.open_ids.get(drift.key)]
    end_drifts(db, [standing[drift.key] for drift in fit if drift.key in standing], now)
    write_drifts(db, organisation_id, round_id, fit, now)


def alone(db: Session, organisation_id: int) -> bool:
    """Serialise work on an organisation's upstream rights; return whether it is connected.

    Take this lock before any other on its rights, and before the round's.
    """
    query = select(MirrorConnection.organisation_id)
    statement = query.filter_by(organisation_id=organisation_id).with_for_update()
    return db.scalar(statement) is not None


def _forget(db: Session, organisation_id: int, round_id: int, since: datetime) -> None:
    """Delete upstream rights missing in the list, except those sent during the list."""
    sent = select(MirrorSending.id).where(
        MirrorSending.right_id == MirrorRight.right_id,
        or_(MirrorSending.state.in_(MOVING), MirrorSending.ended_at > since),
    )
    is_current = func.coalesce(MirrorRight.round_id, 0) == round_id
    mine = MirrorRight.organisation_id == organisation_id
    change_rows(db, delete(MirrorRight).where(mine, ~is_current, ~sent.exists()))


def find_free(db: Session, organisation_id: int) -> Sequence[str]:
    """Return the PCEs with an upstream right that is not linked."""
    free = and_(MirrorRight.organisation_id == organisation_id, MirrorRight.right_id.is_(None))
    return list(db.scalars(select(MirrorRight.number).where(free).distinct()))


def link(db: Session, organisation_id: int, some: Sequence[str] | None = None) -> int:
    """Link upstream rights to local ones; return how many were linked.

    Linked rights no longer store the holder's name, which the local one has. `some` limits the
    search to these PCEs.
    """
    free = and_(MirrorRight.organisation_id == organisation_id, MirrorRight.right_id.is_(None))
    if some is not None:
        free = and_(free, is_among(db, MirrorRight.number, some))
    upstream_rights = [their(row) for row in db.execute(select(*THEIRS).where(free))]
    if not upstream_rights:
        return 0
    own = select(*OURS).where(AccessRight.organisation_id == organisation_id, ~linked())
    own_rights = [
        our(row)
        for numbers in blocks(sorted({upstream_right.number for upstream_right in upstream_rights}))
        for row in db.execute(own.where(is_among(db, AccessRight.number, numbers)))
    ]
    matches = matched(own_rights, upstream_rights)
    note_links(db, organisation_id, matches)
    return len(matches)


def note_links(db: Session, organisation_id: int, matches: Mapping[str, int]) -> None:
    """Store the links of upstream rights (by uid) to local ones (by id)."""
    rows = [
        ({"organisation_id": organisation_id, "uid": uid}, {"right_id": right_id, **UNNAMED})
        for uid, right_id in matches.items()
    ]
    db.flush()
    update_all(db, MirrorRight, rows)


def known_as_ours(
    db: Session, organisation_id: int, rights_by_uid: Mapping[str, TheirRight]
) -> Mapping[str, bool]:
    """Return, by uid, the rights already linked to a local one, and whether the link can hold.

    For another PCE or role, it is another right: its uid was reused.
    """
    query = select(MirrorRight.uid, AccessRight.number, AccessRight.role).join(
        AccessRight, mine(organisation_id)
    )
    return {
        row.uid: (row.number, row.role)
        == (rights_by_uid[row.uid].number, rights_by_uid[row.uid].role)
        for uids in blocks(sorted(rights_by_uid))
        for row in db.execute(query.where(is_among(db, MirrorRight.uid, uids)))
    }


def unlink(db: Session, organisation_id: int, uids: Sequence[str]) -> None:
    """Remove the links of these upstream rights."""
    rows = [({"organisation_id": organisation_id, "uid": uid}, {"right_id": None}) for uid in uids]
    update_all(db, MirrorRight, rows)


def _found_differences(
    db: Session, organisation_id: int, waits: ColumnElement[bool]
) -> Iterator[Drift]:
    unlike = select(*OURS, *THEIRS).join(MirrorRight, mine(organisation_id)).where(UNLIKE, ~waits)
    for row in db.execute(unlike):
        drift = difference(our(row), their(row[len(OURS) :]))
        if drift:
            yield drift
    free = and_(MirrorRight.organisation_id == organisation_id, MirrorRight.right_id.is_(None))
    for row in db.execute(select(*THEIRS).where(free, ~is_duplicate())):
        yield unknown_here(their(row))
    for right in _absent(db, organisation_id, ~waits):
        yield unknown_there(right)


def _absent(db: Session, organisation_id: int, *where: ColumnElement[bool]) -> Iterator[OurRight]:
    """Yield the local rights missing upstream that still allow or request something."""
    query = select(*OURS).where(
        AccessRight.organisation_id == organisation_id,
        AccessRight.state.in_(OPEN),
        ~linked(),
        *where,
    )
    return (our(row) for row in db.execute(query))


def _known_rights(db: Session, organisation_id: int) -> Mapping[Key, tuple[int, Drift]]:
    query = select(MirrorDrift).where(
        MirrorDrift.organisation_id == organisation_id, MirrorDrift.ended_at.is_(None)
    )
    drifts_by_key = {}
    for row in db.scalars(query):
        drift = drift_of(row)
        drifts_by_key[drift.key] = (row.id, drift)
    return drifts_by_key


def drift_of(row: MirrorDrift) -> Drift:
    fields = tuple(
        (name, own_value, upstream_value) for name, own_value, upstream_value in row.fields
    )
    return Drift(row.kind, row.number, row.right_uid, row.their_uid, fields)


def end_drifts(db: Session, ids: Collection[int], now: datetime) -> None:
    for block in blocks(sorted(ids)):
        change_rows(
            db,
            update(MirrorDrift)
            .where(MirrorDrift.id.in_(block), MirrorDrift.ended_at.is_(None))
            .values(ended_at=now),
        )


def write_drifts(
    db: Session, organisation_id: int, round_id: int, drifts: Sequence[Drift], now: datetime
) -> None:
    rows = [
        {
            "organisation_id": organisation_id,
            "round_id": round_id,
            "kind": drift.kind,
            "number": drift.number,
            "right_uid": drift.right_uid,
            "their_uid": drift.their_uid,
            "fields": [list(field) for field in drift.fields],
            "found_at": now,
        }
        for drift in sorted(drifts, key=lambda one: (one.number, one.key))
    ]
    insert_all(db, MirrorDrift, rows)
