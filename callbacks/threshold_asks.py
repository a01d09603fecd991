"""What a trial asks of the database, for one viewer."""

from functools import partial

from sqlalchemy.orm import Session

from components.thresholds.facts import Asks
from components.thresholds.people import people_words
from components.thresholds.planned import Previewed, Wanted
from data.access import Viewer
from data.consumption.queries import series
from data.notifications.queries import list_addresses
from data.thresholds import queries


def asks_of(db: Session, viewer: Viewer) -> Asks:
    return Asks(
        back_test=partial(queries.back_test, db, viewer),
        propose=partial(queries.propose, db, viewer),
        members=partial(queries.members, db, viewer),
        alike=partial(queries.alike, db, viewer),
        group_test=partial(queries.group_test, db, viewer),
        series=partial(series, db, viewer),
    )


def people_of(db: Session, viewer: Viewer) -> list[tuple[str, str, str]]:
    return people_words(queries.people(db, viewer), list_addresses(db, viewer))


def previewed(db: Session, viewer: Viewer, wanted: Wanted) -> Previewed:
    draft = wanted.draft(viewer.user_id)
    found = queries.plan(db, viewer, draft, wanted.scope, again=wanted.again)
    return Previewed(wanted, found, draft, queries.planned_test(db, viewer, draft, found))
