"""The tags that people may be limited to, and what each limit leaves them."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.accounts.models import UserTag
from data.pces.queries import count_under, list_organisation_tags
from data.people.queries.visible import get_organisation, get_person
from data.people.types import Limit


def list_tags(
    db: Session, viewer: Viewer, organisation_id: int | None
) -> tuple[tuple[str, int], ...]:
    """The tags of an organisation that the viewer administers, and how many PCE bear each."""
    place = get_organisation(db, viewer, organisation_id)
    return list_organisation_tags(db, viewer, place.id)


def limit_to(
    db: Session, viewer: Viewer, organisation_id: int | None, tags: Collection[str]
) -> Limit:
    """What *tags* would leave of the PCE of an organisation; none leaves all of them."""
    place = get_organisation(db, viewer, organisation_id)
    wanted = tuple(sorted(set(tags)))
    some, every = count_under(db, viewer, place.id, wanted)
    return Limit(wanted, some if wanted else every, every)


def limit_of(db: Session, viewer: Viewer, user_id: int) -> Limit:
    """What somebody is limited to. Raises NotFound."""
    person = get_person(db, viewer, user_id)
    tags = db.scalars(select(UserTag.tag).where(UserTag.user_id == person.id)).all()
    return limit_to(db, viewer, person.organisation_id, tags)
