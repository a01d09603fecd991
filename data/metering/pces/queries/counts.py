"""Count the readable PCEs, their holders and tags."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.identity.accounts.models import Organisation
from data.metering.pces.models import Pce, PceGrant, PceTag
from data.metering.pces.queries.lists import is_fresh
from data.metering.pces.queries.visible import get_last_readable_day, visible, visible_with_grant
from data.metering.pces.types import PceFreshness
from data.tag_limits import knows_tag


def count_unheld(db: Session, viewer: Viewer) -> int:
    """Count the visible PCEs without holder, which an administrator must assign."""
    query = visible(viewer).with_only_columns(func.count(Pce.id))
    return db.scalar(query.where(Pce.holder_id.is_(None))) or 0


def count_pces(db: Session, viewer: Viewer) -> int:
    return db.scalar(visible(viewer).with_only_columns(func.count(Pce.id))) or 0


def has_several(db: Session, viewer: Viewer) -> bool:
    """Return whether the viewer sees more than one PCE."""
    return len(db.scalars(visible(viewer).with_only_columns(Pce.id).limit(2)).all()) > 1


def count_by_tag(db: Session, viewer: Viewer) -> list[tuple[str, int]]:
    """Return the organisation's tags and the number of visible PCEs with each, by name."""
    query = (
        select(PceTag.tag, func.count())
        .where(
            PceTag.organisation_id == viewer.organisation_id,
            PceTag.pce_id.in_(visible(viewer).with_only_columns(Pce.id)),
            knows_tag(viewer, PceTag.tag),
        )
        .group_by(PceTag.tag)
        .order_by(PceTag.tag)
    )
    return [(tag, count) for tag, count in db.execute(query)]


def count_by_freshness(db: Session, viewer: Viewer) -> dict[PceFreshness, int]:
    """Count the visible PCEs in each freshness state; every state is a key."""
    columns = [func.count(case((is_fresh(viewer, state), 1))) for state in PceFreshness]
    return dict(
        zip(PceFreshness, db.execute(visible_with_grant(viewer, *columns)).one(), strict=True)
    )


def count_stale(db: Session, viewer: Viewer, ids: Select[int]) -> int:
    """Count the stale PCEs among `ids`."""
    stale = visible_with_grant(viewer, func.count()).where(is_fresh(viewer, PceFreshness.STALE))
    return db.scalar(stale.where(Pce.id.in_(ids))) or 0


def find_latest_day(db: Session, viewer: Viewer) -> date | None:
    """Return the last gas day with a value over all visible PCEs."""
    latest: date | None = db.scalar(
        visible_with_grant(viewer, func.max(get_last_readable_day(viewer)))
    )
    return latest


def count_by_holder(db: Session, viewer: Viewer) -> list[tuple[int, str, int]]:
    """Return the organisations that hold visible PCEs as (id, name, count), by name."""
    query = (
        visible(viewer)
        .with_only_columns(Organisation.id, Organisation.name, func.count())
        .select_from(Pce)
        .join(Organisation, Organisation.id == Pce.holder_id)
        .group_by(Organisation.id, Organisation.name)
        .order_by(Organisation.name, Organisation.id)
    )
    return [(id_, name, count) for id_, name, count in db.execute(query)]


def load_holder_names(db: Session, viewer: Viewer, ids: Collection[int]) -> dict[int, str]:
    """Return the names of those of `ids` that hold a visible PCE."""
    if not ids:
        return {}
    query = (
        visible(viewer)
        .with_only_columns(Organisation.id, Organisation.name)
        .select_from(Pce)
        .join(Organisation, Organisation.id == Pce.holder_id)
        .where(Organisation.id.in_(ids))
        .distinct()
    )
    return {row.id: row.name for row in db.execute(query)}


def find_default_pce(db: Session, viewer: Viewer) -> str | None:
    """Return the number of the first visible PCE by alias, for a screen opened without one."""
    query = visible(viewer).with_only_columns(Pce.number).order_by(Pce.search, Pce.number)
    return db.scalar(query.limit(1))


def count_readers(db: Session, viewer: Viewer, numbers: Collection[str]) -> int:
    """Count the organisations that read some of these visible PCEs through a right."""
    mine = visible(viewer).with_only_columns(Pce.id).where(Pce.number.in_(numbers))
    readers = select(func.count(PceGrant.organisation_id.distinct())).where(
        PceGrant.pce_id.in_(mine),
        PceGrant.valid_from <= viewer.today,
        or_(PceGrant.valid_to.is_(None), PceGrant.valid_to >= viewer.today),
    )
    return db.scalar(readers) or 0
