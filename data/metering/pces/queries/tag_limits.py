"""Query what people restricted to tags can see, and how many PCEs a restriction leaves."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks
from data.identity.accounts.models import User, UserTag
from data.metering.pces.models import Pce, PceGrant, PceTag
from data.metering.pces.queries.visible import get_grants_in_force_query


def load_visible_numbers(
    db: Session, user_ids: Collection[int], numbers: Collection[str]
) -> dict[int, frozenset[str]]:
    """Return, by user restricted to tags, which of `numbers` they may see; for jobs.

    Users without restriction are left out.
    """
    numbers_by_user: dict[int, set[str]] = {}
    for people in blocks(sorted(user_ids)):
        limited = select(UserTag.user_id).where(UserTag.user_id.in_(people)).distinct()
        numbers_by_user |= {user_id: set() for user_id in db.scalars(limited)}
    query = (
        select(UserTag.user_id, Pce.number)
        .join(User, User.id == UserTag.user_id)
        .join(PceTag, PceTag.tag == UserTag.tag)
        .join(Pce, Pce.id == PceTag.pce_id)
        .where(PceTag.organisation_id == User.organisation_id)
        .distinct()
    )
    for people in blocks(sorted(numbers_by_user)):
        for block in blocks(sorted(numbers)):
            near = query.where(UserTag.user_id.in_(people), Pce.number.in_(block))
            for user_id, number in db.execute(near):
                numbers_by_user[user_id].add(number)
    return {user_id: frozenset(block) for user_id, block in numbers_by_user.items()}


def list_organisation_tags(
    db: Session, viewer: Viewer, organisation_id: int
) -> tuple[tuple[str, int], ...]:
    """Return the tags of an organisation, by name, and the number of PCEs it reads with each."""
    viewer.require(Permission.PEOPLE_WRITE)
    query = (
        select(PceTag.tag, func.count())
        .join(Pce, Pce.id == PceTag.pce_id)
        .where(PceTag.organisation_id == organisation_id, _read_by(viewer, organisation_id))
        .group_by(PceTag.tag)
        .order_by(PceTag.tag)
    )
    return tuple((tag, count) for tag, count in db.execute(query))


def count_under(
    db: Session, viewer: Viewer, organisation_id: int, tags: Collection[str]
) -> tuple[int, int]:
    """Count the PCEs of an organisation with one of `tags`, and all that it reads."""
    viewer.require(Permission.PEOPLE_WRITE)
    is_readable = _read_by(viewer, organisation_id)
    tagged = select(PceTag.pce_id).where(
        PceTag.organisation_id == organisation_id, PceTag.tag.in_(tags)
    )
    query = select(func.count(Pce.id)).where(is_readable)
    return db.scalar(query.where(Pce.id.in_(tagged))) or 0, db.scalar(query) or 0


def _read_by(viewer: Viewer, organisation_id: int) -> ColumnElement[bool]:
    granted = select(PceGrant.pce_id).where(
        get_grants_in_force_query(organisation_id, viewer.today)
    )
    return or_(Pce.holder_id == organisation_id, Pce.id.in_(granted))
