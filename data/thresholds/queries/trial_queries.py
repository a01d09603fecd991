"""Bind the trial queries of the screens: for one threshold, or one for each PCE."""

from functools import partial

from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.consumption.queries import load_series
from data.thresholds.queries.groups import (
    find_similar_thresholds,
    get_group_plan,
    get_group_test,
    get_plan_test,
    load_scope_members,
)
from data.thresholds.queries.trial import get_back_test, get_proposal, get_return_margin
from data.thresholds.types import PlannedTest, ThresholdDraft, ThresholdScope, TrialQueries


def get_trial_queries(db: Session, viewer: Viewer) -> TrialQueries:
    """Bind the queries of a trial to `viewer`; each checks its permission when called."""
    return TrialQueries(
        back_test=partial(get_back_test, db, viewer),
        propose=partial(get_proposal, db, viewer),
        propose_return=partial(get_return_margin, db, viewer),
        members=partial(load_scope_members, db, viewer),
        find_similar=partial(find_similar_thresholds, db, viewer),
        group_test=partial(get_group_test, db, viewer),
        series=partial(load_series, db, viewer),
    )


def get_planned_test(
    db: Session,
    viewer: Viewer,
    draft: ThresholdDraft,
    scope: ThresholdScope,
    *,
    again: bool = False,
) -> PlannedTest:
    """Return a plan and what it would have detected; raise NotFound for a hidden PCE."""
    group_plan = get_group_plan(db, viewer, draft, scope, again=again)
    return PlannedTest(draft, group_plan, get_plan_test(db, viewer, draft, group_plan))
