"""Query the tags for a restriction, and the number of PCEs that each leaves."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.administration.people.queries.visible import get_organisation, get_person
from data.administration.people.types import TagLimit
from data.identity.accounts.models import UserTag
from data.metering.pces.queries import count_under, list_organisation_tags


def list_tags(
    db: Session, viewer: Viewer, organisation_id: int | None
) -> tuple[tuple[str, int], ...]:
    """Return the tags of an organisation that the viewer administers, with their PCE counts."""
    place = get_organisation(db, viewer, organisation_id)
    return list_organisation_tags(db, viewer, place.id)


def count_limited_pces(
    db: Session, viewer: Viewer, organisation_id: int | None, tags: Collection[str]
) -> TagLimit:
    """Return how many PCEs of an organisation `tags` would leave; without tags, all."""
    place = get_organisation(db, viewer, organisation_id)
    sorted_tags = tuple(sorted(set(tags)))
    tagged_count, every = count_under(db, viewer, place.id, sorted_tags)
    return TagLimit(sorted_tags, tagged_count if sorted_tags else every, every)


def get_tag_limit(db: Session, viewer: Viewer, user_id: int) -> TagLimit:
    """Return the tag limit of a person. Raise NotFound."""
    person = get_person(db, viewer, user_id)
    tags = db.scalars(select(UserTag.tag).where(UserTag.user_id == person.id)).all()
    return count_limited_pces(db, viewer, person.organisation_id, tags)
