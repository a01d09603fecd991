"""List and read organisations, for the operator."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Role, Viewer
from core.paging import ALL_ROWS, RowBlock
from data.administration.people.types import OrganisationFilter, OrganisationRow
from data.identity.accounts.models import Organisation, User
from data.metering.pces.models import Pce
from data.metering.pces.rules import storable

LONGEST_SEARCH = 100
EVERY = OrganisationFilter()
_members = (User.organisation_id == Organisation.id, User.disabled_at.is_(None))
_people = select(func.count(User.id)).where(*_members).correlate(Organisation).scalar_subquery()
_administrators = (
    select(func.count(User.id))
    .where(*_members, User.role == Role.ADMINISTRATOR)
    .correlate(Organisation)
    .scalar_subquery()
)
_pces = (
    select(func.count(Pce.id))
    .where(Pce.holder_id == Organisation.id)
    .correlate(Organisation)
    .scalar_subquery()
)
_COLUMNS: tuple[Any, ...] = (
    Organisation.id,
    Organisation.name,
    Organisation.kind,
    func.coalesce(Organisation.siren, "").label("siren"),
    Organisation.created_at,
    _people.label("people"),
    _administrators.label("administrators"),
    _pces.label("pces"),
)
_SORTS = {
    "name": func.lower(Organisation.name),
    "kind": Organisation.kind,
    "siren": Organisation.siren,
    "created_at": Organisation.created_at,
}


def _filtered(viewer: Viewer, criteria: OrganisationFilter) -> Select[Any]:
    viewer.require(Permission.ORGANISATIONS_WRITE)
    query: Select[Any] = select(Organisation)
    if criteria.kind is not None:
        query = query.where(Organisation.kind == criteria.kind)
    for word in storable(criteria.text)[:LONGEST_SEARCH].lower().split():
        name = func.lower(Organisation.name).contains(word, autoescape=True)
        query = query.where(name | Organisation.siren.startswith(word, autoescape=True))
    return query


def count_organisations(db: Session, viewer: Viewer, criteria: OrganisationFilter = EVERY) -> int:
    query = _filtered(viewer, criteria).with_only_columns(func.count(Organisation.id))
    return db.scalar(query) or 0


def list_organisations(
    db: Session,
    viewer: Viewer,
    wanted: OrganisationFilter = EVERY,
    *,
    sort: str = "name",
    descending: bool = False,
    block: RowBlock = ALL_ROWS,
) -> list[OrganisationRow]:
    """Return a page of organisations, sorted by name unless `sort` is another column."""
    key = _SORTS.get(sort, _SORTS["name"])
    query = (
        _filtered(viewer, wanted)
        .with_only_columns(*_COLUMNS)
        .order_by((key.desc() if descending else key.asc()).nulls_last(), Organisation.id)
    )
    return [OrganisationRow(*row) for row in db.execute(block.cut(query))]
