"""Count failed lookups, so that files reveal no more than the form."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks, upsert
from core.errors import Conflict
from core.i18n import N_, clock
from data.identity.accounts.models import Organisation
from data.identity.audit.actions import note
from data.metering.pces.models import Pce
from data.rights.actions.drafts import draft
from data.rights.actions.rate_limits import (
    blocked_until,
    describe_doubted,
    describe_guessing,
    describe_refused,
)
from data.rights.models import AccessRight, RightImport, RightTry
from data.rights.queries.attempts import DAY, LIFTED, count_tries, is_try_of, list_tries
from data.rights.rules import attempts
from data.rights.rules.distributor_checks import (
    address_guess,
    list_other_rights,
    name_guess,
    pce_guess,
    same_name,
    too_many_tries,
)
from data.rights.rules.plans import mark_of
from data.rights.types import (
    Declaration,
    DeclarationOutcome,
    DeclarationProblem,
    FailedLookup,
    ImportPlan,
    LookupCost,
    PceFacts,
    RightState,
    Stop,
    Stopped,
    TryReason,
)
from data.runs.models import Run


@dataclass(frozen=True, slots=True)
class _Side:
    """Accounts whose attempts are counted together: a person or an organisation."""

    tried: ColumnElement[bool]
    declared: ColumnElement[bool]
    looked: ColumnElement[bool]
    allowed: Callable[[int], int]


def _person(viewer: Viewer) -> _Side:
    declared, looked = AccessRight.created_by == viewer.user_id, Run.user_id == viewer.user_id
    return _Side(RightTry.user_id == viewer.user_id, declared, looked, attempts.allowed)


def _organisation(viewer: Viewer) -> _Side:
    declared = AccessRight.organisation_id == viewer.organisation_id
    looked = Run.organisation_id == viewer.organisation_id
    return _Side(is_try_of(viewer.organisation_id), declared, looked, attempts.allowed_together)


def count_lookups(
    run_id: int,
    plan: ImportPlan,
    read: Iterable[tuple[int, Declaration | None]],
    outcomes: Iterable[DeclarationOutcome],
) -> LookupCost:
    """Return what a file looks up, from the outcomes of its numbered lines."""
    vain: dict[str, FailedLookup] = {}
    numbers: set[str] = set()
    for (line, declared), outcome in zip(read, outcomes, strict=True):
        if declared is None:
            continue
        if outcome.guess:
            reason = TryReason.PCE if outcome.problems else TryReason.HOLDER
            vain.setdefault(outcome.guess, FailedLookup(line, declared.number, reason))
        else:
            numbers.add(declared.number)
    return LookupCost(run_id, plan, frozenset(vain), len(numbers), vain)


def charge_lookups(
    db: Session, viewer: Viewer, lookup: LookupCost, now: datetime
) -> Stopped | None:
    """Count the failed lookups of a file; return why its result must be hidden, if so.

    Lookups already counted today are free, since a file is checked again at every change. A file
    over the limit shows its first wrong lines, as many as attempts remain, as if it ended there.
    Once over the limit, any file is refused, since a refusal would otherwise be an answer. See
    decision 47.
    """
    viewer.require(Permission.RIGHTS_DECLARE)
    row = draft(db, viewer, lookup.run_id)
    _one_at_a_time(db, viewer)
    _forget(db, now)
    side_checks = [
        _asked_lines(db, viewer, side, lookup, now)
        for side in (_person(viewer), _organisation(viewer))
    ]
    new = [digest for digest in _in_order(lookup) if digest in side_checks[0].new]
    over = next((side_check for side_check in side_checks if side_check.is_over), None)
    if over is None:
        row.checked = mark_of(lookup.plan)
    else:
        new = new[: max(0, min(side_check.room for side_check in side_checks))]
    _count(db, viewer, new, now, lookup=lookup)
    if over is not None and new:  # checking the same file again is free, as it reveals nothing more
        _count(db, viewer, [attempts.digest(sorted(over.new - set(new)))], now, weight=0)
    if over is None or new:
        row.named, row.named_at = lookup.named_count, now
    return _stop(db, viewer, over, now, lines_shown=bool(new)) if over else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """The failed lookups of a file that are `new` to a side, and what its limits leave."""

    side: _Side
    vain: int  # all failed lookups of the file, shown before or not
    new: frozenset[str]
    spent: int
    usual: int  # allowed whatever this file names, so that a refusal reveals nothing
    most: int  # allowed with the PCEs that this file names correctly

    @property
    def room(self) -> int:
        return self.most - self.spent if self.spent <= self.usual else -1

    @property
    def is_over(self) -> bool:
        return len(self.new) > self.room


def _asked_lines(
    db: Session, viewer: Viewer, side: _Side, seen: LookupCost, now: datetime
) -> _Asked:
    named = _named_today(db, viewer, side, now)
    return _Asked(
        side,
        len(seen.vain),
        seen.vain - _known_holders(db, side, sorted(seen.vain)),
        _spent(db, side),
        side.allowed(named),
        side.allowed(max(named, seen.named_count)),
    )


def _in_order(lookup: LookupCost) -> list[str]:
    """Return the digests of failed lookups in line order."""
    return [*lookup.lines, *sorted(lookup.vain - lookup.lines.keys())]


def _stop(
    db: Session, viewer: Viewer, over: _Asked, now: datetime, *, lines_shown: bool
) -> Stopped:
    """Return why the file is refused; the refusal counts too unless `lines_shown`."""
    if over.room < 0:
        stopped = Stopped(Stop.DAY, _until(db, over.side, over.side.allowed(0)))
    else:
        if not lines_shown:
            _count(db, viewer, [attempts.digest(sorted(over.new))], now, weight=attempts.REFUSAL)
        describe_guessing(db, viewer, now)
        if over.vain > over.most:  # alone, without earlier attempts
            stopped = Stopped(Stop.FILE)
        else:
            stopped = Stopped(Stop.SUM, _until(db, over.side, 1))
    vain_tries, count = list_tries(db, viewer)
    return replace(stopped, tries=vain_tries, tried=count)


def lift_tries(db: Session, viewer: Viewer, organisation_id: int, *, now: datetime) -> None:
    """Reset the failed attempts of an organisation and journal it; for staff.

    Raise Conflict when there was no attempt.
    """
    viewer.require(Permission.RIGHTS_SETTLE)
    count = count_tries(db, viewer, organisation_id, now)
    if not count:
        raise Conflict(N_("Cette organisation n’a eu aucun échec depuis 24 heures."))
    db.execute(delete(RightTry).where(is_try_of(organisation_id)))
    actor, detail = (viewer.user_id, viewer.organisation_id), {"tries": count}
    note(db, now, LIFTED, ("organisation", organisation_id), actor=actor, detail=detail)


def _until(db: Session, side: _Side, most: int) -> datetime | None:
    """Return when fewer than `most` attempts remain counted, the oldest being dropped first.

    It does not depend on what is looked up, so it reveals nothing.
    """
    tried = _tried(side)
    total_weight = 0
    for at, weight in db.execute(tried.order_by(func.max(RightTry.at).desc())):
        total_weight += weight
        if total_weight >= most:
            return at + DAY
    return None


def count_taken_back(
    db: Session, viewer: Viewer, rights: Sequence[AccessRight], now: datetime
) -> None:
    """Count cancelled declarations with a wrong identity, which would be guesses if repeated.

    Those of earlier days were counted on their day.
    """
    doubtful = [
        right
        for right in rights
        if right.state is RightState.RECHECK and right.created_at > now - DAY
    ]
    facts_by_pce = _known_of(db, {right.pce_id for right in doubtful})
    digests = {
        _taken_back(doubtful_right, facts_by_pce[doubtful_right.pce_id])
        for doubtful_right in doubtful
        if facts_by_pce[doubtful_right.pce_id].holder
    }
    _count(db, viewer, digests, now)


def _known_of(db: Session, pce_ids: Collection[int]) -> dict[int, PceFacts]:
    """Return the holder and place that declarations of each PCE are compared with."""
    facts_by_pce: dict[int, PceFacts] = {}
    query = select(
        *(Pce.id, Pce.postal_code, Pce.holder_name, Pce.holder_id, Organisation.name)
    ).outerjoin(Organisation, Organisation.id == Pce.holder_id)
    for block in blocks(sorted(pce_ids)):
        for row in db.execute(query.where(Pce.id.in_(block))):
            holder = row.holder_name or row.name or ""
            facts_by_pce[row.id] = PceFacts(row.postal_code, holder, holder_id=row.holder_id)
    return facts_by_pce


def _taken_back(right: AccessRight, facts: PceFacts) -> str:
    """Return the digest of the wrong part (code, name or address), as counted when declared."""
    name = right.company or right.person
    if list_other_rights(right.postal_code, facts):
        return pce_guess(right.number, right.postal_code, name)
    if not right.role.authorised:
        return attempts.digest((right.number, right.role, name))
    if not same_name(name, facts.holder):
        return name_guess(name, facts.holder)
    return address_guess(right.email, facts.holder_id)


def is_exhausted(db: Session, viewer: Viewer, now: datetime) -> DeclarationProblem | None:
    """Return why the form is refused today, if so, and journal the first refusal.

    Files and the form share one budget, for the person and for the organisation.
    """
    _one_at_a_time(db, viewer)
    _forget(db, now)
    tired, until = blocked_until(db, viewer, now), list[datetime | None]()
    for side in (_person(viewer), _organisation(viewer)):
        spent, least = _spent(db, side), side.allowed(0)
        if spent >= least and spent >= side.allowed(_named_today(db, viewer, side, now)):
            until.append(_until(db, side, least))
    times = [at for at in (tired, *until) if at is not None]
    if not times:
        return None
    describe_guessing(db, viewer, now)
    return too_many_tries(clock(max(times)), one_by_one=not until)


def _named_today(db: Session, viewer: Viewer, side: _Side, now: datetime) -> int:
    """Count the PCEs correctly named in a day: declared, or in the largest checked file.

    The larger of both rather than the sum, so that neither the same lines in many files nor
    repeated declarations count twice.
    """
    right = AccessRight
    named_states = (RightState.PENDING, RightState.ACTIVE, RightState.REFUSED, RightState.REVOKED)
    declared = select(func.count(right.pce_id.distinct())).where(
        right.organisation_id == viewer.organisation_id,
        side.declared,
        right.created_at > now - DAY,
        right.state.in_(named_states),
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


def record_lookups(db: Session, viewer: Viewer, outcome: DeclarationOutcome, now: datetime) -> None:
    """Count a failed lookup of the form.

    A repeated name or address is free; a PCE counts each time.
    """
    if not outcome.guess:
        return
    new = not _known_holders(db, _person(viewer), [outcome.guess])
    _count(db, viewer, [outcome.guess], now)
    if outcome.problems:
        describe_refused(db, viewer, now)
    elif new:
        describe_doubted(db, viewer, now)


def _one_at_a_time(db: Session, viewer: Viewer) -> None:
    """Serialise attempts of the organisation; statements that only refer to it do not wait."""
    home = select(Organisation.id).where(Organisation.id == viewer.organisation_id)
    db.execute(home.with_for_update(key_share=True))


def _forget(db: Session, now: datetime) -> None:
    db.execute(delete(RightTry).where(RightTry.at <= now - DAY))


def _tried(side: _Side) -> Select[datetime, int]:
    """Select each distinct attempt of a side, with its last date and its weight."""
    each = select(func.max(RightTry.at), func.max(RightTry.weight).label("weight"))
    return each.where(side.tried).group_by(RightTry.digest)


def _known_holders(db: Session, side: _Side, digests: Sequence[str]) -> set[str]:
    known_digests: set[str] = set()
    tried = select(RightTry.digest).where(side.tried)
    for block in blocks(digests):
        known_digests |= set(db.scalars(tried.where(RightTry.digest.in_(block))))
    return known_digests


def _spent(db: Session, side: _Side) -> int:
    tried = _tried(side).subquery()
    return db.scalar(select(func.sum(tried.c.weight))) or 0


def _count(
    db: Session,
    viewer: Viewer,
    digests: Collection[str],
    now: datetime,
    *,
    weight: int = 1,
    lookup: LookupCost | None = None,
) -> None:
    """Store attempts, with their line when `lookup` has one."""
    rows = []
    for digest in digests:
        tried = lookup.lines.get(digest) if lookup else None
        rows.append(
            {
                "user_id": viewer.user_id,
                "digest": digest,
                "at": now,
                "weight": weight,
                "run_id": lookup.run_id if lookup else None,
                "line": tried.line if tried else None,
                "number": tried.number if tried else "",
                "reason": tried.reason if tried else None,
            }
        )
    if rows:
        db.execute(upsert(db, RightTry).on_conflict_do_nothing(), rows)
