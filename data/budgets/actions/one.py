"""Entering, changing and removing budgets; each leaves a line in its history and in the journal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.audit.actions import note
from data.budgets.models import BudgetChange, BudgetRow
from data.budgets.queries.kept import get_budget, list_budgets
from data.budgets.queries.known import members_of
from data.budgets.queries.likely import likely_prices
from data.budgets.queries.usual import usuals_of
from data.budgets.rules.checks import UNITS, check_alone, check_amount, check_month
from data.budgets.rules.money import weights_in
from data.budgets.rules.phasing import months_of, phased, with_mean
from data.budgets.types import Draft, Phasing, Usual
from data.consumption.types import Unit
from data.errors import Conflict, Invalid, NotFound
from data.pces.queries import get_scope, tags
from data.prices.actions.one import HIDDEN_TAG, lock
from data.prices.queries import prices_of
from data.prices.types import EVERY, PricesOf, Target
from i18n import N_, month_year

_LATE = N_("Quelqu’un a changé ce budget en même temps que vous : rechargez la page.")
NOBODY = N_("Choisissez un PCE ou une étiquette : le réseau entier n’a pas de budget.")
_UNPRICED = N_(
    "Aucun prix ne couvre {month} pour ces PCE : saisissez le prix du gaz, ou un budget en kWh."
)


def add(db: Session, viewer: Viewer, draft: Draft, *, now: datetime) -> int:
    """Keep a new budget, phased on its months; its id.

    Raises Invalid, NotFound, Forbidden, or Conflict with the one that has some of its months.
    """
    viewer.require(Permission.BUDGETS_WRITE)
    lock(db, viewer)
    check(db, viewer, draft)
    check_alone(draft, [one.draft for one in list_budgets(db, viewer)])
    return store_all(db, viewer, [draft], now)[0]


def change(
    db: Session, viewer: Viewer, seen: tuple[int, int], draft: Draft, *, now: datetime
) -> None:
    """Have *draft* in place of a budget, phased anew; *seen* is its id, and the version on screen.

    It stays for the same PCE. Raises as `add` does, and Conflict when somebody changed it since.
    """
    viewer.require(Permission.BUDGETS_WRITE)
    lock(db, viewer)
    found = get_budget(db, viewer, seen[0])
    if found.draft.target != draft.target:
        raise NotFound(N_("Ce budget est introuvable."))
    check(db, viewer, draft)
    others = [one.draft for one in list_budgets(db, viewer) if one.id != seen[0]]
    check_alone(draft, others)
    write(db, viewer, seen, (draft, phase(db, viewer, [draft])[0]), now)


def remove(db: Session, viewer: Viewer, seen: tuple[int, int], *, now: datetime) -> None:
    """Take a budget away: nothing is held against it any more. Its history stays."""
    viewer.require(Permission.BUDGETS_WRITE)
    lock(db, viewer)
    found = get_budget(db, viewer, seen[0])
    _of_theirs(viewer, found.draft.target)
    _put(db, seen, {"removed": True, "changed_at": now})
    _say(db, viewer, (seen[0], seen[1] + 1), found.draft, now, removed=True)


def check(db: Session, viewer: Viewer, draft: Draft) -> None:
    """Whether *draft* may be theirs; who is limited to tags sets none for all."""
    if draft.unit not in UNITS or draft.first.day != 1:
        raise Invalid(N_("Un budget est en kWh ou en euros, et commence le 1er d’un mois."))
    check_amount(draft.amount)
    check_month(draft.first)
    _of_theirs(viewer, draft.target)
    if draft.target.pce:
        get_scope(db, viewer, draft.target.pce)
    elif draft.target.tag and draft.target.tag not in {tag for tag, _count in tags(db, viewer)}:
        raise Invalid(HIDDEN_TAG, tag=draft.target.tag)


def _of_theirs(viewer: Viewer, target: Target) -> None:
    if target == EVERY:
        viewer.require_whole()
        if viewer.staff:
            raise Invalid(NOBODY)


def phase(db: Session, viewer: Viewer, drafts: Sequence[Draft]) -> list[Phasing]:
    """Each of *drafts* on its months. Raises Invalid for euros of a month without a price."""
    found = []
    for one in phases(db, viewer, drafts):
        if isinstance(one, Invalid):
            raise one
        found.append(one)
    return found


def phases(db: Session, viewer: Viewer, drafts: Sequence[Draft]) -> list[Phasing | Invalid]:
    """The same, with what is wrong in place of what cannot be phased."""
    members = [members_of(db, viewer, draft.target) for draft in drafts]
    everyone = sorted({pce for ids in members for pce in ids})
    usuals = usuals_of(db, viewer, everyone)
    money = any(draft.unit is Unit.EUR for draft in drafts)
    prices = likely_prices(db, viewer, prices_of(db, viewer, everyone)) if money else {}
    return [
        _phased(draft, [usuals[pce] for pce in ids], prices)
        for draft, ids in zip(drafts, members, strict=True)
    ]


def _phased(draft: Draft, usuals: Sequence[Usual], prices: PricesOf) -> Phasing | Invalid:
    if draft.unit is not Unit.EUR:
        return phased(draft.amount, draft.first, usuals)
    months = months_of(draft.first)
    costs = [
        weights_in(draft.unit, one, months, prices.get(one.pce_id, ())) for one in with_mean(usuals)
    ]
    weights = [sum(each[rank] for each in costs) for rank in range(len(months))]
    bare = next((one for one, cost in zip(months, weights, strict=True) if not cost), None)
    if bare is not None:
        return Invalid(_UNPRICED, month=month_year(bare))
    return phased(draft.amount, draft.first, usuals, weights)


def store_all(db: Session, viewer: Viewer, drafts: Sequence[Draft], now: datetime) -> list[int]:
    """Rows of what was checked; their ids."""
    made = []
    for draft, phasing in zip(drafts, phase(db, viewer, drafts), strict=True):
        pce = draft.target.pce
        row = BudgetRow(
            organisation_id=viewer.organisation_id,
            pce_id=get_scope(db, viewer, pce).id if pce else None,
            tag=draft.target.tag,
            changed_at=now,
            **_columns(draft, phasing),
        )
        db.add(row)
        db.flush()
        _say(db, viewer, (row.id, 1), draft, now)
        made.append(row.id)
    return made


def write(
    db: Session,
    viewer: Viewer,
    seen: tuple[int, int],
    made: tuple[Draft, Phasing],
    now: datetime,
) -> None:
    """Change a row to what was checked. Raises Conflict when somebody changed it since."""
    _put(db, seen, _columns(*made) | {"changed_at": now})
    _say(db, viewer, (seen[0], seen[1] + 1), made[0], now)


def _put(db: Session, seen: tuple[int, int], values: dict[str, Any]) -> None:
    mine = BudgetRow.id == seen[0], BudgetRow.version == seen[1], BudgetRow.removed.is_(False)
    written = update(BudgetRow).where(*mine).values(version=seen[1] + 1, **values)
    if db.scalar(written.returning(BudgetRow.id)) is None:
        raise Conflict(_LATE)


def _columns(draft: Draft, phasing: Phasing) -> dict[str, Any]:
    return {
        "unit": draft.unit,
        "amount": draft.amount,
        "first_month": draft.first,
        "months": list(phasing.months),
        "by_climate": phasing.climate,
        "by_past": phasing.past,
        "by_days": phasing.days,
        "reason": phasing.reason,
    }


def _say(  # noqa: PLR0913 (what of a budget is said)
    db: Session,
    viewer: Viewer,
    now_is: tuple[int, int],
    draft: Draft,
    now: datetime,
    *,
    removed: bool = False,
) -> None:
    budget_id, version = now_is
    db.add(
        BudgetChange(
            budget_id=budget_id,
            version=version,
            user_id=viewer.user_id,
            unit=draft.unit,
            amount=draft.amount,
            at=now,
            removed=removed,
        )
    )
    db.flush()
    what = "removed" if removed else "added" if version == 1 else "changed"
    detail = {"amount": draft.amount, "unit": draft.unit.value, "first": draft.first.isoformat()}
    actor = viewer.user_id, viewer.organisation_id
    note(db, now, f"budgets.{what}", ("budget", budget_id), actor=actor, detail=detail)
