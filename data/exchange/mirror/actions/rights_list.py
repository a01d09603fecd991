"""Receive the upstream list of rights by blocks, then find the differences."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.bulk import insert_new, is_among, update_all
from core.database import Database, blocks
from data.exchange.mirror.actions.reconciliation import (
    UNNAMED,
    Unread,
    alone,
    end_drifts,
    find_free,
    known_as_ours,
    link,
    say_some,
    settle,
    unlink,
    weigh,
)
from data.exchange.mirror.actions.sendings import look_again
from data.exchange.mirror.models import MirrorFault, MirrorRight, MirrorRound
from data.exchange.mirror.types import LineFault, MirrorPart, RoundCounts, TheirRight
from data.rights.types import RightDataKind

_AT_ONCE = 500  # lines in one transaction
_DRIFTS = 1000  # differences in one transaction
MOST_FAULTS = 1000  # stored per list; all are counted
_PLAIN = tuple(name for name in TheirRight.__dataclass_fields__ if name not in {"uid", "kinds"})
Heard = Iterable[TheirRight | LineFault]


def _always(db: Session) -> None:
    del db


@dataclass(frozen=True, slots=True)
class Hearing:
    """The list being received: organisation, round and start.

    `check` raises, in each of its transactions, once another worker owns the round.
    """

    organisation_id: int
    round_id: int
    now: datetime  # when the list was requested
    check: Callable[[Session], None] = _always


def take_list(database: Database, hearing: Hearing, upstream_lines: Heard) -> RoundCounts:
    """Store a list of rights while it arrives, and report the differences at its end.

    No transaction is open while waiting for lines. Errors of `upstream_lines` pass through: the
    lines read until then are stored, but no difference is reported or ended. An unreadable line is
    stored with its fault, and protects the right that it names, else all rights of its PCE.
    """
    rights = faults = 0
    unread = Unread()
    with database.transaction() as db:
        # The known uids, after resetting those of an interrupted attempt
        hearing.check(db)
        mine = MirrorRight.organisation_id == hearing.organisation_id
        before = update(MirrorRight).where(mine, MirrorRight.round_id == hearing.round_id)
        db.execute(before.values(round_id=None))
        known_uids = set(db.scalars(select(MirrorRight.uid).where(mine)))
    for block in _blocks(upstream_lines):
        rights_by_uid = {
            line.uid: line for line in block if isinstance(line, TheirRight)
        }  # the last line wins
        wrong = [line for line in block if isinstance(line, LineFault)]
        with database.transaction() as db:
            hearing.check(db)
            rights += _keep(db, hearing, rights_by_uid, known_uids)
            _note_faults(db, hearing, wrong[: max(0, MOST_FAULTS - faults)])
            _account_for(db, hearing, wrong, known_uids, unread)
        faults += len(wrong)
    drifts = _compare(database, hearing, unread)
    return RoundCounts(rights=rights, drifts=drifts, faults=faults)


def _compare(database: Database, hearing: Hearing, unread: Unread) -> int:
    """Report the differences in several short transactions, so that others can write.

    If killed in between, only some are reported: the list is then read again, since it only counts
    as read at its end.
    """
    who, now = (hearing.organisation_id, hearing.round_id), hearing.now
    with database.transaction() as db:
        hearing.check(db)
        settle(db, *who, whole=not unread.anything, now=now)
        look_again(db, hearing.organisation_id, unread.may_be)
    with database.reading() as db:
        free = find_free(db, hearing.organisation_id)
    for block in blocks(free):
        with database.transaction() as db:
            hearing.check(db)
            alone(db, hearing.organisation_id)
            link(db, hearing.organisation_id, block)
    with database.reading() as db:
        weighed = weigh(db, hearing.organisation_id, unread, now=now)
    for over in blocks(weighed.over, _DRIFTS):
        with database.transaction() as db:
            hearing.check(db)
            end_drifts(db, over, now)
    for new in blocks(weighed.new, _DRIFTS):
        with database.transaction() as db:
            hearing.check(db)
            say_some(db, who, new, weighed, now)
    with database.transaction() as db:
        hearing.check(db)
        db.execute(
            update(MirrorRound).where(MirrorRound.id == hearing.round_id).values(listed_at=now)
        )
    return weighed.drift_count


def _blocks(upstream_lines: Heard) -> Iterator[Sequence[TheirRight | LineFault]]:
    lines = iter(upstream_lines)
    while block := list(islice(lines, _AT_ONCE)):
        yield block


def _keep(
    db: Session, hearing: Hearing, rights_by_uid: Mapping[str, TheirRight], known_uids: set[str]
) -> int:
    """Store the rights in a block; unlink one that is now listed with another PCE or role."""
    same_by_uid = known_as_ours(db, hearing.organisation_id, rights_by_uid)
    unlink(db, hearing.organisation_id, [uid for uid, same in same_by_uid.items() if not same])
    rows = [
        (
            {"organisation_id": hearing.organisation_id, "uid": uid},
            _row(upstream_right, hearing.round_id) | (UNNAMED if same_by_uid.get(uid) else {}),
        )
        for uid, upstream_right in rights_by_uid.items()
    ]
    update_all(db, MirrorRight, [(key, row) for key, row in rows if key["uid"] in known_uids])
    new = [{**key, **row} for key, row in rows if key["uid"] not in known_uids]
    insert_new(db, MirrorRight, new, ("uid",))
    known_uids |= rights_by_uid.keys()
    return len(rights_by_uid)


def _row(upstream_right: TheirRight, round_id: int) -> dict[str, Any]:
    plain = {name: getattr(upstream_right, name) for name in _PLAIN}
    return {
        **plain,
        **{kind.value: kind in upstream_right.kinds for kind in RightDataKind},
        "round_id": round_id,
    }


def _note_faults(db: Session, hearing: Hearing, faults: Sequence[LineFault]) -> None:
    values = {"organisation_id": hearing.organisation_id, "round_id": hearing.round_id}
    db.add_all(
        MirrorFault(
            **values,
            number=fault.number,
            part=MirrorPart.RIGHTS,
            at=hearing.now,
            line=fault.line,
            sentence=fault.sentence,
            params=dict(fault.params),
            sample=fault.sample,
        )
        for fault in faults
    )


def _account_for(
    db: Session,
    hearing: Hearing,
    faults: Sequence[LineFault],
    known_uids: Collection[str],
    unread: Unread,
) -> None:
    """Keep the rights that `faults` may describe, as last known."""
    uids = [fault.uid for fault in faults if fault.uid in known_uids]
    numbers = {fault.number for fault in faults if fault.uid not in known_uids}
    unread.anything |= "" in numbers
    unread.numbers |= numbers
    if faults:
        mine = MirrorRight.organisation_id == hearing.organisation_id
        named = is_among(db, MirrorRight.uid, uids)
        of_pce = is_among(db, MirrorRight.number, sorted(numbers))
        statement = update(MirrorRight).where(mine, or_(named, of_pce))
        db.execute(statement.values(round_id=hearing.round_id))
