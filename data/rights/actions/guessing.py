"""Counting what is asked in vain: thousands of lines answer no more than the form does."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import Organisation
from data.audit.actions import note
from data.db import blocks, upsert
from data.errors import Conflict
from data.pces.models import Pce
from data.rights.actions.drafts import draft
from data.rights.actions.sparing import (
    say_doubted,
    say_guessing,
    say_refused,
    tired_until,
)
from data.rights.models import AccessRight, RightImport, RightTry
from data.rights.queries.tries import DAY, LIFTED, count_tries, list_tries, tried_by
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
    TryReason,
    VainTry,
)
from data.runs.models import Run
from i18n import N_, clock


@dataclass(frozen=True, slots=True)
class _Side:
    """Whose tries are counted together: a person's, or those of all accounts of an organisation."""

    tried: ColumnElement[bool]
    declared: ColumnElement[bool]
    looked: ColumnElement[bool]
    allowed: Callable[[int], int]


def _person(viewer: Viewer) -> _Side:
    declared, looked = AccessRight.created_by == viewer.user_id, Run.user_id == viewer.user_id
    return _Side(RightTry.user_id == viewer.user_id, declared, looked, tries.allowed)


def _organisation(viewer: Viewer) -> _Side:
    declared = AccessRight.organisation_id == viewer.organisation_id
    looked = Run.organisation_id == viewer.organisation_id
    return _Side(tried_by(viewer.organisation_id), declared, looked, tries.allowed_together)


def looked(
    run_id: int,
    plan: Plan,
    read: Iterable[tuple[int, Declaration | None]],
    outcomes: Iterable[Outcome],
) -> Looked:
    """What a file asks of the distributor, from what became of its numbered lines."""
    vain: dict[str, VainTry] = {}
    found: set[str] = set()
    for (line, declared), outcome in zip(read, outcomes, strict=True):
        if declared is None:
            continue
        if outcome.guess:
            reason = TryReason.PCE if outcome.problems else TryReason.HOLDER
            vain.setdefault(outcome.guess, VainTry(line, declared.number, reason))
        else:
            found.add(declared.number)
    return Looked(run_id, plan, frozenset(vain), len(found), vain)


def spend(db: Session, viewer: Viewer, seen: Looked, now: datetime) -> Stopped | None:
    """Count what a file asks in vain; why nothing of its answer may be told, if so.

    What was asked already today costs nothing more: a file is looked at again at each gesture.
    A file that asks too much is told its first wrong lines, as many as are left to try: as if it
    ended there. Over the limit, every file is refused, whatever it asks: a refusal alone would
    answer. See decision 47.
    """
    viewer.require(Permission.RIGHTS_DECLARE)
    row = draft(db, viewer, seen.run_id)
    _one_at_a_time(db, viewer)
    _forget(db, now)
    asked = [
        _asked(db, viewer, side, seen, now) for side in (_person(viewer), _organisation(viewer))
    ]
    new = [digest for digest in _in_order(seen) if digest in asked[0].new]
    over = next((one for one in asked if one.is_over), None)
    if over is None:
        row.checked = mark_of(seen.plan)
    else:
        new = new[: max(0, min(one.room for one in asked))]
    _count(db, viewer, new, now, seen=seen)
    if over is not None and new:  # the same file looked at again learns nothing more: it is free
        _count(db, viewer, [tries.digest(sorted(over.new - set(new)))], now, weight=0)
    if over is None or new:
        row.named, row.named_at = seen.found, now
    return _stop(db, viewer, over, now, told=bool(new)) if over else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a file asks in vain that is *new* to a side, of how much is left to it."""

    side: _Side
    vain: int  # all that the file asks in vain, told before or not
    new: frozenset[str]
    spent: int
    usual: int  # allowed whatever this file names: else a refusal would tell whether it does
    most: int  # allowed with what this file names rightly

    @property
    def room(self) -> int:
        return self.most - self.spent if self.spent <= self.usual else -1

    @property
    def is_over(self) -> bool:
        return len(self.new) > self.room


def _asked(db: Session, viewer: Viewer, side: _Side, seen: Looked, now: datetime) -> _Asked:
    named = _named_today(db, viewer, side, now)
    return _Asked(
        side,
        len(seen.vain),
        seen.vain - _known(db, side, sorted(seen.vain)),
        _spent(db, side),
        side.allowed(named),
        side.allowed(max(named, seen.found)),
    )


def _in_order(seen: Looked) -> list[str]:
    """The digests of what is asked in vain, in the order of the lines."""
    return [*seen.lines, *sorted(seen.vain - seen.lines.keys())]


def _stop(db: Session, viewer: Viewer, over: _Asked, now: datetime, *, told: bool) -> Stopped:
    """Why the file is refused; that it is counts too, where none of its lines is *told*."""
    if over.room < 0:
        stopped = Stopped(Stop.DAY, _until(db, over.side, over.side.allowed(0)))
    else:
        if not told:
            _count(db, viewer, [tries.digest(sorted(over.new))], now, weight=tries.REFUSAL)
        say_guessing(db, viewer, now)
        if over.vain > over.most:  # by itself, whatever was tried before
            stopped = Stopped(Stop.FILE)
        else:
            stopped = Stopped(Stop.SUM, _until(db, over.side, 1))
    shown, count = list_tries(db, viewer)
    return replace(stopped, tries=shown, tried=count)


def lift_tries(db: Session, viewer: Viewer, organisation_id: int, *, now: datetime) -> None:
    """Let an organisation try again at once, by files and by the form; the journal says who did.

    For the distributor's staff. Conflict when nothing was tried.
    """
    viewer.require(Permission.RIGHTS_SETTLE)
    count = count_tries(db, viewer, organisation_id, now)
    if not count:
        raise Conflict(N_("Cette organisation n’a eu aucun échec depuis 24 heures."))
    db.execute(delete(RightTry).where(tried_by(organisation_id)))
    actor, detail = (viewer.user_id, viewer.organisation_id), {"tries": count}
    note(db, now, LIFTED, ("organisation", organisation_id), actor=actor, detail=detail)


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
    """Count the identities that were not the contract's: declared again, they would be guesses.

    Those of earlier days were counted on theirs: to take them back tells nothing more.
    """
    doubtful = [
        right
        for right in rights
        if right.state is RightState.RECHECK and right.created_at > now - DAY
    ]
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
    """How many PCE were named rightly in a day: declared, or in the largest file looked at.

    The larger of both, and never a sum: neither the same lines in many files, nor the same
    declaration made and cancelled, count twice.
    """
    right = AccessRight
    known = (RightState.PENDING, RightState.ACTIVE, RightState.REFUSED, RightState.REVOKED)
    declared = select(func.count(right.pce_id.distinct())).where(
        right.organisation_id == viewer.organisation_id,
        side.declared,
        right.created_at > now - DAY,
        right.state.in_(known),
    )
    looked_at = (
        select(func.max(RightImport.named))
        .join(Run, Run.id == RightImport.run_id)
        .where(
            RightImport.organisation_id == viewer.organisation_id,
            side.looked,
            RightImport.named_at > now - DAY,
        )
    )
    return max(db.scalar(declared) or 0, db.scalar(looked_at) or 0)


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


def _count(  # noqa: PLR0913 (each by its name)
    db: Session,
    viewer: Viewer,
    digests: Collection[str],
    now: datetime,
    *,
    weight: int = 1,
    seen: Looked | None = None,
) -> None:
    """Keep what was tried, with its line where *seen* has one."""
    rows = []
    for digest in digests:
        tried = seen.lines.get(digest) if seen else None
        rows.append(
            {
                "user_id": viewer.user_id,
                "digest": digest,
                "at": now,
                "weight": weight,
                "run_id": seen.run_id if seen else None,
                "line": tried.line if tried else None,
                "number": tried.number if tried else "",
                "reason": tried.reason if tried else None,
            }
        )
    if rows:
        db.execute(upsert(db, RightTry).on_conflict_do_nothing(), rows)
