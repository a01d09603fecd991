"""What the screens ask before a threshold is set: of one, or of one a PCE."""

from functools import partial

from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.queries import series
from data.thresholds.queries.groups import alike, group_test, members, plan, planned_test
from data.thresholds.queries.trial import back_test, propose
from data.thresholds.types import Asks, Draft, Planned, Scope


def asks_of(db: Session, viewer: Viewer) -> Asks:
    """The queries of a trial, for *viewer*; each requires its permission when it is asked."""
    return Asks(
        back_test=partial(back_test, db, viewer),
        propose=partial(propose, db, viewer),
        members=partial(members, db, viewer),
        alike=partial(alike, db, viewer),
        group_test=partial(group_test, db, viewer),
        series=partial(series, db, viewer),
    )


def planned(
    db: Session, viewer: Viewer, draft: Draft, scope: Scope, *, again: bool = False
) -> Planned:
    """`plan`, and what it would have done. Raises NotFound when a PCE of *scope* is hidden."""
    found = plan(db, viewer, draft, scope, again=again)
    return Planned(draft, found, planned_test(db, viewer, draft, found))
