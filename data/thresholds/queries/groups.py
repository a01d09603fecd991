"""Preview a threshold on many PCEs: existing ones and past exceedances."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks
from data.metering.pces.models import Pce, PceTag
from data.metering.pces.queries import get_scope, visible
from data.metering.pces.rules import normalised
from data.thresholds.models import Threshold, ThresholdMember
from data.thresholds.queries.trial import get_back_test, get_proposal
from data.thresholds.rules.proposals import own_draft
from data.thresholds.types import (
    GroupTest,
    PceWithoutReference,
    PlannedPce,
    SimilarThreshold,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPlan,
    ThresholdScope,
)

SAMPLE = 30  # PCEs replayed at once, ten milliseconds each
_T = TypeVar("_T")


def load_scope_members(db: Session, viewer: Viewer, scope: ThresholdScope) -> Mapping[str, str]:
    """Return the readable PCEs of a scope: names by number, sorted by name."""
    viewer.require(Permission.THRESHOLDS_READ)
    tagged = select(PceTag.pce_id).where(
        PceTag.organisation_id == viewer.organisation_id, PceTag.tag == scope.tag
    )
    sites: list[tuple[str, str, str]] = []
    numbers = sorted({normalised(number) for number in scope.pces})
    for which in [
        *([Pce.id.in_(tagged)] if scope.tag else []),
        *(Pce.number.in_(block) for block in blocks(numbers)),
    ]:
        columns = visible(viewer).with_only_columns(Pce.search, Pce.number, Pce.alias)
        sites += [
            (search, number, alias) for search, number, alias in db.execute(columns.where(which))
        ]
    return {number: alias for _search, number, alias in sorted(sites)}


def find_similar_thresholds(
    db: Session,
    viewer: Viewer,
    draft: ThresholdDraft,
    numbers: Sequence[str],
    *,
    but: int | None = None,
) -> Mapping[str, SimilarThreshold]:
    """Return, by PCE, the oldest threshold that already watches it as `draft` would.

    `but` is the one being changed. Thresholds by tag and paused ones count.
    """
    viewer.require(Permission.THRESHOLDS_READ)
    matches: dict[str, SimilarThreshold] = {}
    for block in blocks(numbers):
        query = (
            select(Pce.number, Threshold.id, Threshold.name)
            .select_from(ThresholdMember)
            .join(Threshold, Threshold.id == ThresholdMember.threshold_id)
            .join(Pce, Pce.id == ThresholdMember.pce_id)
            .where(
                Pce.number.in_(block),
                Pce.id.in_(visible(viewer).with_only_columns(Pce.id)),
                ThresholdMember.until.is_(None),
                Threshold.organisation_id == viewer.organisation_id,
                Threshold.removed_at.is_(None),
                Threshold.kind == draft.kind,
                Threshold.period == draft.period,
                Threshold.id != (but or 0),
            )
            .order_by(Threshold.id)
        )
        for number, id_, name in db.execute(query):
            matches.setdefault(number, SimilarThreshold(id_, name))
    return matches


def get_group_plan(
    db: Session,
    viewer: Viewer,
    draft: ThresholdDraft,
    scope: ThresholdScope,
    *,
    again: bool = False,
) -> ThresholdPlan:
    """Plan an individual threshold for each PCE of `scope`; `again` even if one exists.

    Raise NotFound when one of them is hidden.
    """
    viewer.require(Permission.THRESHOLDS_WRITE)
    numbers = [
        *map(normalised, scope.pces),
        *(load_scope_members(db, viewer, scope) if scope.tag else ()),
    ]
    unique_numbers = list(dict.fromkeys(numbers))
    existing_thresholds = (
        {} if again else find_similar_thresholds(db, viewer, draft, unique_numbers)
    )
    rows, refused = list[PlannedPce](), list[PceWithoutReference]()
    for number in unique_numbers:
        site = get_scope(db, viewer, number)
        if number in existing_thresholds:
            continue
        proposal = get_proposal(db, viewer, draft.kind, draft.period, number)
        if proposal.reason is not None:
            refused.append(PceWithoutReference(number, site.alias, proposal.reason))
        elif proposal.values_wh or draft.kind not in {ThresholdKind.FIXED, ThresholdKind.LOW}:
            rows.append(PlannedPce(number, site.alias, proposal.values_wh, proposal.percent))
    short = len(unique_numbers) - len(existing_thresholds) - len(rows)
    return ThresholdPlan(tuple(rows), len(existing_thresholds), short, tuple(refused))


def get_plan_test(
    db: Session, viewer: Viewer, draft: ThresholdDraft, group_plan: ThresholdPlan
) -> GroupTest:
    """Return what the thresholds of a plan would have detected, each with its own values."""
    drafts = {row.number: own_draft(draft, row) for row in _spread(group_plan.rows)}
    return _tested(db, viewer, drafts, len(group_plan.rows))


def get_group_test(
    db: Session, viewer: Viewer, draft: ThresholdDraft, numbers: Sequence[str], *, own: bool
) -> GroupTest:
    """Return what `draft` would have detected in a group; `own` uses proposed values."""
    drafts = dict.fromkeys(_spread(numbers), draft)
    for number in drafts if own else ():
        proposal = get_proposal(db, viewer, draft.kind, draft.period, number)
        values = proposal.values_wh or draft.values_wh
        drafts[number] = replace(draft, values_wh=values, percent=proposal.percent or draft.percent)
    return _tested(db, viewer, drafts, len(numbers))


def _tested(
    db: Session, viewer: Viewer, drafts: Mapping[str, ThresholdDraft], pces: int
) -> GroupTest:
    tests = [get_back_test(db, viewer, draft, number) for number, draft in drafts.items()]
    used = [test.last_year_wh for test in tests if test.last_year_wh]
    return GroupTest(
        pces=pces,
        tried=len(tests),
        alerted=sum(1 for test in tests if test.exceeded),
        exceeded=sum(test.exceeded for test in tests),
        least_wh=min(used, default=0),
        most_wh=max(used, default=0),
    )


def _spread(rows: Sequence[_T]) -> Sequence[_T]:
    """Return all rows, or a fixed sample at equal distances."""
    if len(rows) <= SAMPLE:
        return rows
    return [rows[place * len(rows) // SAMPLE] for place in range(SAMPLE)]
