"""A series of a chart by month, with what its budgets say of its bars."""

from dataclasses import replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.budgets.models import BudgetRow
from data.budgets.queries.following import follow
from data.budgets.queries.kept import list_budgets
from data.budgets.rules.charting import has_budget, planned
from data.budgets.types import Followed
from data.consumption.types import Series, Step, TogetherView
from data.db import Prepared, kept
from data.prices.types import Target

_row = BudgetRow.__table__.c
_ANY = Prepared(
    select(_row.id)
    .where(
        _row.pce_id == bindparam("pce"),
        _row.organisation_id == bindparam("organisation"),
        _row.removed.is_(False),
    )
    .limit(1)
)


def with_budget(db: Session, viewer: Viewer, series: Series) -> Series:
    """*series* with the budgets of its PCE, where its bars may be held against one.

    One prepared question tells most PCE apart, which have none.
    """
    if not has_budget(series):
        return series
    if not _ANY.raw(db, {"pce": series.pce_id, "organisation": viewer.organisation_id}):
        return series
    who = (viewer.user_id, viewer.organisation_id, viewer.role, viewer.today, viewer.limited)

    def read() -> tuple[Followed, ...]:
        return follow(db, viewer, list_budgets(db, viewer, series.number))

    told = kept(db, ("budgets", who, series.number), read)
    return replace(series, planned=planned(series, told, viewer.today))


def group_budgets(db: Session, viewer: Viewer, asked: TogetherView) -> tuple[Followed, ...]:
    """The budgets of the tag that *asked* is of, in its unit; none where bars are no months."""
    view = asked.view
    if not asked.tag or asked.holder is not None or view.step is not Step.MONTH:
        return ()
    mine = [
        one
        for one in list_budgets(db, viewer)
        if one.draft.target == Target(tag=asked.tag) and one.draft.unit is view.unit
    ]
    told = follow(db, viewer, mine) if mine else ()
    return tuple(sorted(told, key=lambda one: one.budget.draft.first))
