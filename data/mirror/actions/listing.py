"""Hearing the list of rights of the other side: by blocks, as it comes, and then what differs."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from data.bulk import among, insert_new, update_all
from data.db import Database, blocks
from data.mirror.actions.sending import look_again
from data.mirror.actions.weighing import (
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
from data.mirror.models import MirrorFault, MirrorRight, MirrorRound
from data.mirror.types import Counts, Fault, Part, TheirRight
from data.rights.types import Kind

_AT_ONCE = 500  # lines of one transaction
_DRIFTS = 1000  # differences of one
MOST_FAULTS = 1000  # kept of one list; all of them are counted
_PLAIN = tuple(name for name in TheirRight.__dataclass_fields__ if name not in {"uid", "kinds"})
Heard = Iterable[TheirRight | Fault]


def _always(db: Session) -> None:
    del db


@dataclass(frozen=True, slots=True)
class Hearing:
    """Whose list is heard, by which round, and since when.

    `check` raises, in each transaction of it, once the round is somebody else's.
    """

    organisation_id: int
    round_id: int
    now: datetime  # that the list is asked for
    check: Callable[[Session], None] = _always


def take_list(database: Database, hearing: Hearing, heard: Heard) -> Counts:
    """Keep a list of rights as it comes, and say what differs once it is at its end.

    Nothing is written while a line is waited for. What *heard* raises goes through: the lines until
    then are kept, and no difference is said or ended. A line that cannot be taken is kept with what
    is wrong, and stands for the right that it names, else for all of its PCE: they are there.
    """
    rights = faults = 0
    unread = Unread()
    with database.transaction() as db:
        known = _begin(db, hearing)
    for block in _blocks(heard):
        told = {one.uid: one for one in block if isinstance(one, TheirRight)}  # the last word
        wrong = [one for one in block if isinstance(one, Fault)]
        with database.transaction() as db:
            hearing.check(db)
            rights += _keep(db, hearing, told, known)
            _note_faults(db, hearing, wrong[: max(0, MOST_FAULTS - faults)])
            _account_for(db, hearing, wrong, known, unread)
        faults += len(wrong)
    drifts = _compare(database, hearing, unread)
    return Counts(rights=rights, drifts=drifts, faults=faults)


def _compare(database: Database, hearing: Hearing, unread: Unread) -> int:
    """Say what differs, some in each transaction: a first list of a fleet would hold all others.

    Killed between two, some are said and some are not yet: the list is heard again, as it is only
    at the end that it was.
    """
    who, now = (hearing.organisation_id, hearing.round_id), hearing.now
    with database.transaction() as db:
        hearing.check(db)
        settle(db, *who, whole=not unread.anything, now=now)
        look_again(db, hearing.organisation_id, unread.may_be)
    with database.reading() as db:
        free = find_free(db, hearing.organisation_id)
    for some in blocks(free):
        with database.transaction() as db:
            hearing.check(db)
            alone(db, hearing.organisation_id)
            link(db, hearing.organisation_id, some)
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
        db.execute(_this(hearing).values(listed_at=now))
    return weighed.found


def _this(hearing: Hearing) -> Any:  # noqa: ANN401 (an UPDATE)
    return update(MirrorRound).where(MirrorRound.id == hearing.round_id)


def _begin(db: Session, hearing: Hearing) -> set[str]:
    """The uids of the rights that are known.

    What an attempt that broke off had heard may be gone by now: it is to be heard again.
    """
    hearing.check(db)
    mine = MirrorRight.organisation_id == hearing.organisation_id
    before = update(MirrorRight).where(mine, MirrorRight.round_id == hearing.round_id)
    db.execute(before.values(round_id=None))
    return set(db.scalars(select(MirrorRight.uid).where(mine)))


def _blocks(heard: Heard) -> Iterator[Sequence[TheirRight | Fault]]:
    lines = iter(heard)
    while block := list(islice(lines, _AT_ONCE)):
        yield block


def _keep(db: Session, hearing: Hearing, told: Mapping[str, TheirRight], known: set[str]) -> int:
    """Keep what is *told*; a right that was ours and is told of another PCE, or role, is not."""
    ours = known_as_ours(db, hearing.organisation_id, told)
    unlink(db, hearing.organisation_id, [uid for uid, same in ours.items() if not same])
    rows = [
        (
            {"organisation_id": hearing.organisation_id, "uid": uid},
            _row(one, hearing.round_id) | (UNNAMED if ours.get(uid) else {}),
        )
        for uid, one in told.items()
    ]
    update_all(db, MirrorRight, [(key, row) for key, row in rows if key["uid"] in known])
    new = [{**key, **row} for key, row in rows if key["uid"] not in known]
    insert_new(db, MirrorRight, new, ("uid",))
    known |= told.keys()
    return len(told)


def _row(one: TheirRight, round_id: int) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in _PLAIN}
    return {**plain, **{kind.value: kind in one.kinds for kind in Kind}, "round_id": round_id}


def _note_faults(db: Session, hearing: Hearing, faults: Sequence[Fault]) -> None:
    told = {"organisation_id": hearing.organisation_id, "round_id": hearing.round_id}
    db.add_all(
        MirrorFault(
            **told,
            number=one.number,
            part=Part.RIGHTS,
            at=hearing.now,
            line=one.line,
            sentence=one.sentence,
            params=dict(one.params),
            sample=one.sample,
        )
        for one in faults
    )


def _account_for(
    db: Session,
    hearing: Hearing,
    faults: Sequence[Fault],
    known: Collection[str],
    unread: Unread,
) -> None:
    """What *faults* may tell of is there: what was heard of it last stays as it is."""
    uids = [one.uid for one in faults if one.uid in known]
    numbers = {one.number for one in faults if one.uid not in known}
    unread.anything |= "" in numbers
    unread.numbers |= numbers
    if faults:
        mine = MirrorRight.organisation_id == hearing.organisation_id
        named = among(db, MirrorRight.uid, uids)
        of_pce = among(db, MirrorRight.number, sorted(numbers))
        heard = update(MirrorRight).where(mine, or_(named, of_pce))
        db.execute(heard.values(round_id=hearing.round_id))
