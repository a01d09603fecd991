"""Build a monthly chart series with the budgets over its bars."""

from dataclasses import replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import Prepared, cached
from data.metering.consumption.types import Series, SeriesStep, TogetherView
from data.metering.prices.types import PriceTarget
from data.money.budgets.models import BudgetRow
from data.money.budgets.queries.progress import list_followed_budgets
from data.money.budgets.queries.stored import list_budgets
from data.money.budgets.rules.chart import has_budget, planned
from data.money.budgets.types import TrackedBudget

_row = BudgetRow.__table__.c
_ANY = Prepared(
    select(_row.id)
    .where(
        _row.pce_id == bindparam("pce"),
        _row.organisation_id == bindparam("organisation"),
        _row.removed_at.is_(None),
    )
    .limit(1)
)


def load_budget_series(db: Session, viewer: Viewer, series: Series) -> Series:
    """Return `series` with the budgets of its PCE, when its bars can be compared with one.

    A prepared query skips the PCEs without budget, which are most.
    """
    if not has_budget(series):
        return series
    if not _ANY.raw(db, {"pce": series.pce_id, "organisation": viewer.organisation_id}):
        return series
    who = (viewer.user_id, viewer.organisation_id, viewer.role, viewer.today, viewer.limited)

    def read() -> tuple[TrackedBudget, ...]:
        return list_followed_budgets(db, viewer, list_budgets(db, viewer, series.number))

    followed_budgets = cached(db, "budgets", (who, series.number), read)
    return replace(series, planned=planned(series, followed_budgets, viewer.today))


def list_group_budgets(
    db: Session, viewer: Viewer, combined_query: TogetherView
) -> tuple[TrackedBudget, ...]:
    """Return the budgets of the selected tag in the view's unit; none unless bars are months."""
    view = combined_query.view
    if (
        not combined_query.tag
        or combined_query.holder is not None
        or view.step is not SeriesStep.MONTH
    ):
        return ()
    mine = [
        budget
        for budget in list_budgets(db, viewer)
        if budget.draft.target == PriceTarget(tag=combined_query.tag)
        and budget.draft.unit is view.unit
    ]
    followed_budgets = list_followed_budgets(db, viewer, mine) if mine else ()
    return tuple(sorted(followed_budgets, key=lambda one: one.budget.draft.first))
