"""Create, change and remove budgets; each action is in their history and the journal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Invalid, NotFound
from core.i18n import N_, month_year
from data.identity.audit.actions import note
from data.metering.consumption.types import Unit
from data.metering.pces.queries import count_by_tag, get_scope
from data.metering.prices.actions.entry import HIDDEN_TAG, lock
from data.metering.prices.queries import load_prices
from data.metering.prices.types import EVERY, PricesOf, PriceTarget
from data.money.budgets.models import BudgetChange, BudgetRow
from data.money.budgets.queries.forecast_prices import load_prices_per_kwh
from data.money.budgets.queries.monthly_values import list_budget_pces
from data.money.budgets.queries.stored import BUDGETS, get_budget, list_budgets
from data.money.budgets.queries.usual_years import load_usual_years
from data.money.budgets.rules.checks import UNITS, check_alone, check_amount, check_month
from data.money.budgets.rules.money import price_weights
from data.money.budgets.rules.monthly_split import months_of, split_by_month, with_mean
from data.money.budgets.types import BudgetDraft, Phasing, UsualYear
from data.versioned_table import get_pce_number

NOBODY = N_("Choisissez un PCE ou une étiquette : le réseau entier n’a pas de budget.")
_UNPRICED = N_(
    "Aucun prix ne couvre {month} pour ces PCE : saisissez le prix du gaz, ou un budget en kWh."
)


def add(db: Session, viewer: Viewer, draft: BudgetDraft, *, now: datetime) -> int:
    """Create a budget, split over its months; return its id.

    Raise Invalid, NotFound, Forbidden, or Conflict with a budget of the same months.
    """
    viewer.require(Permission.BUDGETS_WRITE)
    lock(db, viewer)
    check(db, viewer, draft)
    check_alone(draft, [budget.draft for budget in list_budgets(db, viewer)])
    return store_all(db, viewer, [draft], now)[0]


def change(
    db: Session, viewer: Viewer, seen: tuple[int, int], draft: BudgetDraft, *, now: datetime
) -> None:
    """Replace a budget by `draft`, split again; `seen` is its id and displayed version.

    The target cannot change. Raise as `add` does, and Conflict when somebody changed it since.
    """
    viewer.require(Permission.BUDGETS_WRITE)
    lock(db, viewer)
    current_budget = get_budget(db, viewer, seen[0])
    if current_budget.draft.target != draft.target:
        raise NotFound(BUDGETS.gone)
    check(db, viewer, draft)
    others = [budget.draft for budget in list_budgets(db, viewer) if budget.id != seen[0]]
    check_alone(draft, others)
    write(db, viewer, seen, draft, phase(db, viewer, [draft])[0], now)


def remove(db: Session, viewer: Viewer, row_version: tuple[int, int], *, now: datetime) -> None:
    """Remove a budget, which can be restored for a day; its history stays."""
    viewer.require(Permission.BUDGETS_WRITE)
    lock(db, viewer)
    current_budget = get_budget(db, viewer, row_version[0])
    _of_theirs(viewer, current_budget.draft.target)
    BUDGETS.write(db, viewer, row_version, {"removed_at": now, "changed_at": now})
    key = row_version[0], row_version[1] + 1
    _say(db, viewer, key, current_budget.draft, now, "removed")


def restore(db: Session, viewer: Viewer, budget_id: int, *, now: datetime) -> None:
    """Restore a budget removed for less than a day; nothing happens if it is not removed.

    Raise NotFound, or Conflict with a budget of the same months.
    """
    viewer.require(Permission.BUDGETS_WRITE)
    lock(db, viewer)
    row = BUDGETS.find_restorable(db, viewer, budget_id, now)
    if row is None:
        return
    others = [budget.draft for budget in list_budgets(db, viewer)]
    target = PriceTarget(get_pce_number(db, row), row.tag)
    draft = BudgetDraft(row.amount, row.unit, row.first_month, target)
    check(db, viewer, draft)
    check_alone(draft, others)
    row.removed_at, row.changed_at, row.version = None, now, row.version + 1
    _say(db, viewer, (budget_id, row.version), draft, now, "restored")


def check(db: Session, viewer: Viewer, draft: BudgetDraft) -> None:
    """Check that the viewer may set `draft`; people restricted to tags set none for all PCEs."""
    if draft.unit not in UNITS or draft.first.day != 1:
        raise Invalid(N_("Un budget est en kWh ou en euros, et commence le 1er d’un mois."))
    check_amount(draft.amount)
    check_month(draft.first)
    _of_theirs(viewer, draft.target)
    if draft.target.pce:
        get_scope(db, viewer, draft.target.pce)
    elif draft.target.tag and draft.target.tag not in {
        tag for tag, _count in count_by_tag(db, viewer)
    }:
        raise Invalid(HIDDEN_TAG, tag=draft.target.tag)


def _of_theirs(viewer: Viewer, target: PriceTarget) -> None:
    if target == EVERY:
        viewer.require_whole()
        if viewer.staff:
            raise Invalid(NOBODY)


def phase(db: Session, viewer: Viewer, drafts: Sequence[BudgetDraft]) -> list[Phasing]:
    """Split each of `drafts` by month; raise Invalid for euros in a month without price."""
    phasings = []
    for phasing in phases(db, viewer, drafts):
        if isinstance(phasing, Invalid):
            raise phasing
        phasings.append(phasing)
    return phasings


def phases(db: Session, viewer: Viewer, drafts: Sequence[BudgetDraft]) -> list[Phasing | Invalid]:
    """Split each of `drafts` by month, with the error in place of an impossible split."""
    members = [list_budget_pces(db, viewer, draft.target) for draft in drafts]
    everyone = sorted({pce for ids in members for pce in ids})
    usuals = load_usual_years(db, viewer, everyone)
    money = any(draft.unit is Unit.EUR for draft in drafts)
    prices = load_prices_per_kwh(db, viewer, load_prices(db, viewer, everyone)) if money else {}
    return [
        _phased(draft, [usuals[pce] for pce in ids], prices)
        for draft, ids in zip(drafts, members, strict=True)
    ]


def _phased(draft: BudgetDraft, usuals: Sequence[UsualYear], prices: PricesOf) -> Phasing | Invalid:
    if draft.unit is not Unit.EUR:
        return split_by_month(draft.amount, draft.first, usuals)
    months = months_of(draft.first)
    costs = [
        price_weights(draft.unit, item, months, prices.get(item.pce_id, ()))
        for item in with_mean(usuals)
    ]
    weights = [sum(each[rank] for each in costs) for rank in range(len(months))]
    bare = next((item for item, cost in zip(months, weights, strict=True) if not cost), None)
    if bare is not None:
        return Invalid(_UNPRICED, month=month_year(bare))
    return split_by_month(draft.amount, draft.first, usuals, weights)


def store_all(
    db: Session, viewer: Viewer, drafts: Sequence[BudgetDraft], now: datetime
) -> list[int]:
    """Insert checked budgets; return their ids."""
    budget_ids = []
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
        _say(db, viewer, (row.id, 1), draft, now, "added")
        budget_ids.append(row.id)
    return budget_ids


def write(
    db: Session,
    viewer: Viewer,
    seen: tuple[int, int],
    draft: BudgetDraft,
    phasing: Phasing,
    now: datetime,
) -> None:
    """Update a budget with checked values; raise Conflict when somebody changed it since."""
    BUDGETS.write(db, viewer, seen, _columns(draft, phasing) | {"changed_at": now})
    _say(db, viewer, (seen[0], seen[1] + 1), draft, now, "changed")


def _columns(draft: BudgetDraft, phasing: Phasing) -> dict[str, Any]:
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


def _say(
    db: Session,
    viewer: Viewer,
    now_is: tuple[int, int],
    draft: BudgetDraft,
    now: datetime,
    what: str,
) -> None:
    """Write a version of a budget and what became of it, in its history and the journal."""
    budget_id, version = now_is
    db.add(
        BudgetChange(
            budget_id=budget_id,
            version=version,
            user_id=viewer.user_id,
            unit=draft.unit,
            amount=draft.amount,
            at=now,
            removed=what == "removed",
        )
    )
    db.flush()
    detail = {"amount": draft.amount, "unit": draft.unit.value, "first": draft.first.isoformat()}
    note(db, now, f"budgets.{what}", ("budget", budget_id), actor=viewer.actor, detail=detail)
