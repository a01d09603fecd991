"""What the signature of a PCE is, for who may read it: reliable, or refused with its reason."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from data.access import Viewer
from data.db import blocks
from data.pces.models import Pce
from data.pces.queries import scopes_by_id, visible
from data.pces.types import PceScope
from data.thresholds.queries.winter import (
    Readable,
    pasts_of,
    reference_span,
    temperatures_of,
)
from data.thresholds.rules.winter import expected, learn
from data.thresholds.types import Draft, Learnt, RefusedPce

_AT_ONCE = 200  # PCE whose two years are in memory at once


def readable(scope: PceScope) -> tuple[date, date]:
    """The days of a PCE that may be read; of days apart, those of the last run."""
    after = [date.fromordinal(end.toordinal() + 1) for _start, end in scope.holes]
    return max(scope.first or date.min, *after, date.min), scope.last or date.max


def learnt(db: Session, viewer: Viewer, scope: PceScope, last: date) -> Learnt:
    """The signature of a PCE over the two years that end on *last*."""
    del viewer  # *scope* is what they may read
    span = reference_span(scope.id, readable(scope), last)
    return learn(pasts_of(db, [(span, last)]))[0]


def expecting(  # noqa: PLR0913 (a draft and its PCE)
    db: Session, viewer: Viewer, draft: Draft, scope: PceScope, *, first: date, last: date
) -> tuple[Draft, Learnt]:
    """*draft* with what it expects of the days of a PCE, and the signature that says it."""
    known = learnt(db, viewer, scope, draft.learnt_to or last)
    low, high = readable(scope)
    span = Readable(scope.id, max(first, low), min(last, high))
    degrees = temperatures_of(db, [span])[scope.id]
    return replace(draft, expected=expected(known, degrees)), known


def refused(
    db: Session, viewer: Viewer, numbers: Collection[str], last: date
) -> dict[str, RefusedPce]:
    """Of the PCE *numbers*, those whose signature up to *last* is not reliable, and why."""
    found: dict[str, RefusedPce] = {}
    for block in blocks(sorted(set(numbers)), _AT_ONCE):
        mine = visible(viewer).with_only_columns(Pce.id).where(Pce.number.in_(block))
        scopes = scopes_by_id(db, viewer, list(db.scalars(mine)))
        asked = [(reference_span(scope.id, readable(scope), last), last) for scope in scopes]
        for scope, one in zip(scopes, learn(pasts_of(db, asked)), strict=True):
            if one.reason is not None:
                found[scope.number] = RefusedPce(scope.number, scope.alias, one.reason)
    return found
