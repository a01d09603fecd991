"""Query lists of people, and the details of one."""

from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Role, Viewer
from core.paging import ALL_ROWS, RowBlock
from core.records import copy_fields
from data.administration.people.queries.belongings import count_belongings
from data.administration.people.queries.limits import get_tag_limit, list_tags
from data.administration.people.queries.visible import get_person, visible
from data.administration.people.types import PeopleFilter, PersonDetail, PersonRow, PersonState
from data.identity.accounts.models import LoginSession, Organisation, User
from data.identity.accounts.queries.passkeys import has_any_factor
from data.metering.pces.rules import storable
from data.notifications.models import NoticeAddress

MAX_ROWS = 1000
LONGEST_SEARCH = 100
EVERYBODY = PeopleFilter()
_SORTS = {
    "name": func.lower(User.name),
    "email": User.email,
    "role": User.role,
    "organisation": func.lower(Organisation.name),
    "created_at": User.created_at,
}
_last_seen = (
    select(func.max(LoginSession.last_seen_at))
    .where(LoginSession.user_id == User.id)
    .correlate(User)
    .scalar_subquery()
)
_COLUMNS: tuple[Any, ...] = (
    User.id,
    User.name,
    User.email,
    User.role,
    User.organisation_id,
    Organisation.name.label("organisation"),
    Organisation.kind,
    User.created_at,
    User.disabled_at,
    _last_seen.label("seen_at"),
    has_any_factor().label("second_factor"),
)


def _rows(query: Select[Any]) -> Select[Any]:
    joined = query.join(Organisation, Organisation.id == User.organisation_id)
    return joined.with_only_columns(*_COLUMNS)


def _row(row: Row[Any]) -> PersonRow:
    return copy_fields(PersonRow, row, second_factor=bool(row.second_factor))


def _filtered(viewer: Viewer, criteria: PeopleFilter) -> Select[Any]:
    query = visible(viewer)
    if criteria.organisation_id is not None:
        query = query.where(User.organisation_id == criteria.organisation_id)
    if criteria.state is not None:
        cut = User.disabled_at.is_not(None)
        query = query.where(cut if criteria.state is PersonState.DISABLED else ~cut)
    for word in storable(criteria.text)[:LONGEST_SEARCH].lower().split():
        name, email = func.lower(User.name), User.email
        query = query.where(
            name.contains(word, autoescape=True) | email.contains(word, autoescape=True)
        )
    return query


def count_people(db: Session, viewer: Viewer, criteria: PeopleFilter = EVERYBODY) -> int:
    query = _filtered(viewer, criteria).with_only_columns(func.count(User.id))
    return db.scalar(query) or 0


def list_people(
    db: Session,
    viewer: Viewer,
    wanted: PeopleFilter = EVERYBODY,
    *,
    sort: str = "name",
    descending: bool = False,
    block: RowBlock = ALL_ROWS,
) -> list[PersonRow]:
    """Return a page of people, sorted by name unless `sort` is another column."""
    key = _SORTS.get(sort, _SORTS["name"])
    query = _rows(_filtered(viewer, wanted)).order_by(
        key.desc() if descending else key.asc(), User.id
    )
    return [_row(row) for row in db.execute(block.cut(query))]


def get_detail(db: Session, viewer: Viewer, user_id: int) -> PersonDetail:
    """Return a person, what they own, and possible heirs. Raise NotFound."""
    person = get_person(db, viewer, user_id)
    row = _row(db.execute(_rows(visible(viewer)).where(User.id == person.id)).one())
    return PersonDetail(
        row,
        count_belongings(db, viewer, person.id),
        _heirs(db, viewer, person),
        last_administrator=is_last_administrator(db, viewer, person),
        limit=get_tag_limit(db, viewer, person.id),
        tags=list_tags(db, viewer, person.organisation_id),
        addresses=_addresses(db, person),
    )


def _addresses(db: Session, person: User) -> tuple[str, ...]:
    """Return the extra addresses that `person` added, without stopped ones."""
    query = select(NoticeAddress.email).where(
        NoticeAddress.organisation_id == person.organisation_id,
        NoticeAddress.added_by == person.id,
        NoticeAddress.stopped_at.is_(None),
    )
    return tuple(db.scalars(query.order_by(NoticeAddress.email)))


def _heirs(db: Session, viewer: Viewer, person: User) -> tuple[tuple[int, str], ...]:
    query = (
        visible(viewer)
        .where(
            User.organisation_id == person.organisation_id,
            User.id != person.id,
            User.disabled_at.is_(None),
        )
        .with_only_columns(User.id, User.name)
        .order_by(func.lower(User.name), User.id)
        .limit(MAX_ROWS)
    )
    return tuple((row.id, row.name) for row in db.execute(query))


def is_last_administrator(db: Session, viewer: Viewer, person: User) -> bool:
    """Return whether `person` is the only active administrator of their organisation."""
    viewer.require(Permission.PEOPLE_WRITE)
    if person.role is not Role.ADMINISTRATOR or person.disabled_at is not None:
        return False
    others = select(User.id).where(
        User.organisation_id == person.organisation_id,
        User.id != person.id,
        User.role == Role.ADMINISTRATOR,
        User.disabled_at.is_(None),
    )
    return db.scalar(others.limit(1)) is None
