"""Counting what is asked in vain: thousands of lines answer no more than the form does."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, func, select, union_all
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import ApiCredential, Organisation, User
from data.db import blocks, upsert
from data.pces.models import Pce
from data.rights.actions.drafts import draft
from data.rights.actions.sparing import DAY, say_doubted, say_guessing, say_refused, tired_until
from data.rights.models import AccessRight, RightTry
from data.rights.rules import tries
from data.rights.rules.plans import mark_of
from data.rights.rules.standing import (
    address_guess,
    elsewhere,
    name_guess,
    pce_guess,
    same_name,
    too_many_tries,
)
from data.rights.types import (
    Declaration,
    Looked,
    Outcome,
    Plan,
    Problem,
    RightState,
    Standing,
    Stop,
    Stopped,
)
from i18n import clock


@dataclass(frozen=True, slots=True)
class _Side:
    """Whose tries are counted together: a person's, or those of all accounts of an organisation."""

    tried: ColumnElement[bool]
    declared: ColumnElement[bool]
    allowed: Callable[[int], int]


def _person(viewer: Viewer) -> _Side:
    mine = AccessRight.created_by == viewer.user_id
    return _Side(RightTry.user_id == viewer.user_id, mine, tries.allowed)


def _organisation(viewer: Viewer) -> _Side:
    """Its people and its programs, whose ids are below zero."""
    people = select(User.id).where(User.organisation_id == viewer.organisation_id)
    programs = select(-ApiCredential.id).where(
        ApiCredential.organisation_id == viewer.organisation_id
    )
    ours = union_all(people, programs)
    all_of_it = AccessRight.organisation_id == viewer.organisation_id
    return _Side(RightTry.user_id.in_(ours), all_of_it, tries.allowed_together)


def looked(
    run_id: int, plan: Plan, read: Iterable[Declaration | None], outcomes: Iterable[Outcome]
) -> Looked:
    """What a file asks of the distributor, from what became of its lines."""
    vain: set[str] = set()
    found: set[str] = set()
    for declared, outcome in zip(read, outcomes, strict=True):
        if declared is None:
            continue
        if outcome.guess:
            vain.add(outcome.guess)
        else:
            found.add(declared.number)
    return Looked(run_id, plan, frozenset(vain), len(found))


def spend(db: Session, viewer: Viewer, seen: Looked, now: datetime) -> Stopped | None:
    """Count what a file asks in vain; why nothing of its answer may be told, if so.

    What was asked already today costs nothing more: a file is looked at again at each gesture.
    Over the limit, every file is refused, whatever it asks: a refusal alone would answer.
    """
    viewer.require(Permission.RIGHTS_DECLARE)
    row = draft(db, viewer, seen.run_id)
    _one_at_a_time(db, viewer)
    _forget(db, now)
    person, organisation = _person(viewer), _organisation(viewer)
    new = seen.vain - _known(db, person, sorted(seen.vain))
    stopped = _over(db, viewer, (person, tries.allowed(seen.found)), new, now)
    if stopped is None:
        shared = seen.vain - _known(db, organisation, sorted(seen.vain))
        most = tries.allowed_together(seen.found)
        if _spent(db, organisation) + len(shared) > most:  # honest files of colleagues add up
            found = max(seen.found, _named_today(db, viewer, organisation, now))
            most = tries.allowed_together(found)
        stopped = _over(db, viewer, (organisation, most), shared, now)
    if stopped is not None:
        return stopped
    _count(db, viewer, new, now)
    row.checked = mark_of(seen.plan)
    return None


def _over(
    db: Session, viewer: Viewer, limit: tuple[_Side, int], new: Collection[str], now: datetime
) -> Stopped | None:
    """Why a file that asks *new* in vain is refused, if it is; that counts too."""
    side, most = limit
    spent = _spent(db, side)
    if spent > most:
        return Stopped(Stop.DAY, _until(db, side, side.allowed(0)))
    if spent + len(new) <= most:
        return None
    _count(db, viewer, [tries.digest(sorted(new))], now, tries.REFUSAL)
    say_guessing(db, viewer, now)
    if len(new) > most:
        return Stopped(Stop.FILE)
    return Stopped(Stop.SUM, _until(db, side, 1))


def _until(db: Session, side: _Side, most: int) -> datetime | None:
    """When less than *most* is left of what was tried: the oldest is forgotten first.

    It does not depend on what is asked, so that it tells nothing of it.
    """
    tried = _tried(side)
    left = 0
    for at, weight in db.execute(tried.order_by(func.max(RightTry.at).desc())):
        left += weight
        if left >= most:
            return at + DAY
    return None


def count_taken_back(
    db: Session, viewer: Viewer, rights: Sequence[AccessRight], now: datetime
) -> None:
    """Count the identities that were not the contract's: declared again, they would be guesses."""
    doubtful = [right for right in rights if right.state is RightState.RECHECK]
    known = _known_of(db, {right.pce_id for right in doubtful})
    told = {_taken_back(one, known[one.pce_id]) for one in doubtful if known[one.pce_id].holder}
    _count(db, viewer, told, now)


def _known_of(db: Session, pce_ids: Collection[int]) -> dict[int, Standing]:
    """What declarations of each PCE are compared with: whose it is, and where."""
    found: dict[int, Standing] = {}
    query = select(
        *(Pce.id, Pce.postal_code, Pce.holder_name, Pce.holder_id, Organisation.name)
    ).outerjoin(Organisation, Organisation.id == Pce.holder_id)
    for block in blocks(sorted(pce_ids)):
        for row in db.execute(query.where(Pce.id.in_(block))):
            holder = row.holder_name or row.name or ""
            found[row.id] = Standing(row.postal_code, holder, holder_id=row.holder_id)
    return found


def _taken_back(right: AccessRight, known: Standing) -> str:
    """What was wrong: a code, a name or an address, counted when it was declared, and no more."""
    name = right.company or right.person
    if elsewhere(right.postal_code, known):
        return pce_guess(right.number, right.postal_code, name)
    if not right.role.authorised:
        return tries.digest((right.number, right.role, name))
    if not same_name(name, known.holder):
        return name_guess(name, known.holder)
    return address_guess(right.email, known.holder_id)


def spent_out(db: Session, viewer: Viewer, now: datetime) -> Problem | None:
    """Why the form answers no more today; the first time, the journal has a line of it.

    What files asked counts here, and the other way round: one budget, whichever way is tried, and
    one of the organisation, whichever of its accounts tries.
    """
    _one_at_a_time(db, viewer)
    _forget(db, now)
    tired, until = tired_until(db, viewer, now), list[datetime | None]()
    for side in (_person(viewer), _organisation(viewer)):
        spent, least = _spent(db, side), side.allowed(0)
        if spent >= least and spent >= side.allowed(_named_today(db, viewer, side, now)):
            until.append(_until(db, side, least))
    known = [at for at in (tired, *until) if at is not None]
    if not known:
        return None
    say_guessing(db, viewer, now)
    return too_many_tries(clock(max(known)), one_by_one=not until)


def _named_today(db: Session, viewer: Viewer, side: _Side, now: datetime) -> int:
    """How many declarations of a day named their holder rightly."""
    right = AccessRight
    return (
        db.scalar(
            select(func.count()).where(
                right.organisation_id == viewer.organisation_id,
                side.declared,
                right.created_at > now - DAY,
                right.state != RightState.RECHECK,
            )
        )
        or 0
    )


def remember(db: Session, viewer: Viewer, outcome: Outcome, now: datetime) -> None:
    """Count what the form asked in vain.

    A name or an address that was tried today costs nothing more; a PCE, as often as it is asked.
    """
    if not outcome.guess:
        return
    new = not _known(db, _person(viewer), [outcome.guess])
    _count(db, viewer, [outcome.guess], now)
    if outcome.problems:
        say_refused(db, viewer, now)
    elif new:
        say_doubted(db, viewer, now)


def _one_at_a_time(db: Session, viewer: Viewer) -> None:
    """Colleagues too; what only refers to the organisation does not wait."""
    home = select(Organisation.id).where(Organisation.id == viewer.organisation_id)
    db.execute(home.with_for_update(key_share=True))


def _forget(db: Session, now: datetime) -> None:
    db.execute(delete(RightTry).where(RightTry.at <= now - DAY))


def _tried(side: _Side) -> Select[datetime, int]:
    """Each thing tried, when last, and what it counts for: once, whoever of the side tried it."""
    each = select(func.max(RightTry.at), func.max(RightTry.weight).label("weight"))
    return each.where(side.tried).group_by(RightTry.digest)


def _known(db: Session, side: _Side, digests: Sequence[str]) -> set[str]:
    found: set[str] = set()
    tried = select(RightTry.digest).where(side.tried)
    for block in blocks(digests):
        found |= set(db.scalars(tried.where(RightTry.digest.in_(block))))
    return found


def _spent(db: Session, side: _Side) -> int:
    tried = _tried(side).subquery()
    return db.scalar(select(func.sum(tried.c.weight))) or 0


def _count(
    db: Session, viewer: Viewer, digests: Collection[str], now: datetime, weight: int = 1
) -> None:
    rows = [
        {"user_id": viewer.user_id, "digest": one, "at": now, "weight": weight} for one in digests
    ]
    if rows:
        db.execute(upsert(db, RightTry).on_conflict_do_nothing(), rows)
