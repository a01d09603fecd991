"""Counting what files ask in vain, so that thousands of lines answer no more than the form does."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import Organisation, User
from data.db import blocks, upsert
from data.pces.models import Pce
from data.rights.actions.drafts import draft
from data.rights.actions.sparing import DAY, UNKNOWN, say_doubted, say_guessing
from data.rights.models import AccessRight, RightTry
from data.rights.rules import tries
from data.rights.rules.plans import mark_of
from data.rights.rules.standing import guess_of, same_name
from data.rights.types import Declaration, Looked, Outcome, Plan, RightState


def looked(
    run_id: int, plan: Plan, read: Iterable[Declaration | None], outcomes: Iterable[Outcome]
) -> Looked:
    """What a file asks of the distributor, from what became of its lines."""
    vain: set[str] = set()
    found: set[str] = set()
    for declared, outcome in zip(read, outcomes, strict=True):
        if declared is None:
            continue
        if any(problem.check == UNKNOWN for problem in outcome.problems):
            vain.add(tries.digest((declared.number, declared.postal_code)))
        elif outcome.guess:
            vain.add(outcome.guess)
        else:
            found.add(declared.number)
    return Looked(run_id, plan, frozenset(vain), len(found))


def spend(db: Session, viewer: Viewer, seen: Looked, now: datetime) -> bool:
    """Count what a file asks in vain; False, then, when nothing of its answer may be told.

    What was asked already today costs nothing more: a file is looked at again at each gesture.
    Over the limit, every file is refused, whatever it asks: a refusal alone would answer.
    """
    viewer.require(Permission.RIGHTS_WRITE)
    row = draft(db, viewer, seen.run_id)
    _one_at_a_time(db, viewer)
    _forget(db, now)
    new = seen.vain - _known(db, viewer, sorted(seen.vain))
    spent, most = _spent(db, viewer), tries.allowed(seen.found)
    if spent > most:
        return False
    if spent + len(new) > most:
        _count(db, viewer, [tries.digest(sorted(new))], now, tries.REFUSAL)
        say_guessing(db, viewer, now)
        return False
    _count(db, viewer, new, now)
    row.checked = mark_of(seen.plan)
    return True


def count_taken_back(
    db: Session, viewer: Viewer, rights: Sequence[AccessRight], now: datetime
) -> None:
    """Count the identities that were not the contract's: declared again, they would be guesses."""
    doubtful = [right for right in rights if right.state is RightState.RECHECK]
    holders = _holders(db, {right.pce_id for right in doubtful})
    told = {
        _taken_back(right, holders[right.pce_id]) for right in doubtful if holders[right.pce_id]
    }
    _count(db, viewer, told, now)


def _holders(db: Session, pce_ids: Collection[int]) -> dict[int, str]:
    """The name on the contract of each PCE, as declarations are compared with it."""
    found: dict[int, str] = {}
    query = select(Pce.id, Pce.holder_name, Organisation.name).outerjoin(
        Organisation, Organisation.id == Pce.holder_id
    )
    for block in blocks(sorted(pce_ids)):
        for row in db.execute(query.where(Pce.id.in_(block))):
            found[row.id] = row.holder_name or row.name or ""
    return found


def _taken_back(right: AccessRight, holder: str) -> str:
    """The name, when it was wrong: counted once already; else what else there was to guess."""
    name = right.company or right.person
    if right.role.authorised and not same_name(name, holder):
        return guess_of(name, holder)
    return tries.digest((right.number, right.role, name, right.email))


def remember_name(db: Session, viewer: Viewer, guess: str, now: datetime) -> None:
    """Count a name that the form tried in vain; one that was tried today costs nothing more."""
    _forget(db, now)
    if not _known(db, viewer, [guess]):
        _count(db, viewer, [guess], now)
        say_doubted(db, viewer, now)


def _one_at_a_time(db: Session, viewer: Viewer) -> None:
    db.execute(select(User.id).where(User.id == viewer.user_id).with_for_update())


def _forget(db: Session, now: datetime) -> None:
    db.execute(delete(RightTry).where(RightTry.at <= now - DAY))


def _known(db: Session, viewer: Viewer, digests: Sequence[str]) -> set[str]:
    found: set[str] = set()
    mine = select(RightTry.digest).where(RightTry.user_id == viewer.user_id)
    for block in blocks(digests):
        found |= set(db.scalars(mine.where(RightTry.digest.in_(block))))
    return found


def _spent(db: Session, viewer: Viewer) -> int:
    query = select(func.sum(RightTry.weight)).where(RightTry.user_id == viewer.user_id)
    return db.scalar(query) or 0


def _count(
    db: Session, viewer: Viewer, digests: Collection[str], now: datetime, weight: int = 1
) -> None:
    rows = [
        {"user_id": viewer.user_id, "digest": one, "at": now, "weight": weight} for one in digests
    ]
    if rows:
        db.execute(upsert(db, RightTry).on_conflict_do_nothing(), rows)
