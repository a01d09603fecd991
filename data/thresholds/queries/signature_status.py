"""Return a PCE's signature, reliable or refused with its reason, if the viewer can read it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks
from data.metering.pces.models import Pce
from data.metering.pces.queries import list_scopes_by_id, visible
from data.metering.pces.types import PceScope
from data.thresholds.queries.winter import (
    Readable,
    get_reference_span,
    list_references,
    load_temperatures,
)
from data.thresholds.rules.winter import expected, learn
from data.thresholds.types import LearnedReference, PceWithoutReference, ThresholdDraft

_AT_ONCE = 200  # PCEs whose two years are in memory at once


def get_readable_days(scope: PceScope) -> tuple[date, date]:
    """Return the readable days of a PCE; the last run when they are not contiguous."""
    after = [date.fromordinal(end.toordinal() + 1) for _start, end in scope.holes]
    return max(scope.first or date.min, *after, date.min), scope.last or date.max


def get_learnt_signature(
    db: Session, viewer: Viewer, scope: PceScope, last: date
) -> LearnedReference:
    """Return the signature of a PCE over the two years that end on `last`."""
    del viewer  # `scope` is already restricted to them
    span = get_reference_span(scope.id, get_readable_days(scope), last)
    return learn(list_references(db, [(span, last)]))[0]


def get_expecting_draft(
    db: Session, viewer: Viewer, draft: ThresholdDraft, scope: PceScope, *, first: date, last: date
) -> tuple[ThresholdDraft, LearnedReference]:
    """Return `draft` with its expectation for the days of a PCE, and its signature."""
    signature = get_learnt_signature(db, viewer, scope, draft.learnt_to or last)
    low, high = get_readable_days(scope)
    span = Readable(scope.id, max(first, low), min(last, high))
    degrees = load_temperatures(db, [span])[scope.id]
    return replace(draft, expected=expected(signature, degrees)), signature


def find_refused_pces(
    db: Session, viewer: Viewer, numbers: Collection[str], last: date
) -> dict[str, PceWithoutReference]:
    """Return the `numbers` without a reliable signature up to `last`, with the reason."""
    refusals: dict[str, PceWithoutReference] = {}
    for block in blocks(sorted(set(numbers)), _AT_ONCE):
        mine = visible(viewer).with_only_columns(Pce.id).where(Pce.number.in_(block))
        scopes = list_scopes_by_id(db, viewer, list(db.scalars(mine)))
        spans = [
            (get_reference_span(scope.id, get_readable_days(scope), last), last) for scope in scopes
        ]
        for scope, signature in zip(scopes, learn(list_references(db, spans)), strict=True):
            if signature.reason is not None:
                refusals[scope.number] = PceWithoutReference(
                    scope.number, scope.alias, signature.reason
                )
    return refusals
