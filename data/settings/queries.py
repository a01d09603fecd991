"""Reading the settings of the operator: those in force, and how each stands."""

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import select

from data.access import Permission, Viewer
from data.accounts.models import User
from data.db import Prepared, Session
from data.settings.models import Setting
from data.settings.rules import in_force, keys, text_of
from data.settings.types import Standing, Values

_table = Setting.__table__.c
# By the table and not the class: each request asks.
_STORED = Prepared(select(_table.key, _table.value).where(_table.value.is_not(None)))


def read_values(db: Session, origin: Values) -> Values:
    """The settings in force: *origin*, the environment's, unless changed on screen."""
    return _made(origin, tuple(_STORED.raw(db, {})))


@lru_cache(8)
def _made(origin: Values, rows: tuple[tuple[str, str], ...]) -> Values:
    """The same rows are the same values: to check each of them takes longer than to read them."""
    return in_force(origin, dict(rows))


def list_standings(db: Session, viewer: Viewer, origin: Values) -> Mapping[str, Standing]:
    """How each setting stands, by its key; for who may change them."""
    viewer.require(Permission.SETTINGS_WRITE)
    query = select(Setting, User.name).join(User, User.id == Setting.changed_by)
    stored = {row.key: (row, name) for row, name in db.execute(query)}
    values = in_force(
        origin, {key: row.value for key, (row, _name) in stored.items() if row.value is not None}
    )
    return {key: _standing(key, values, origin, stored.get(key)) for key in keys()}


def _standing(
    key: str, values: Values, origin: Values, found: tuple[Setting, str] | None
) -> Standing:
    texts = text_of(values, key), text_of(origin, key)
    if found is None:
        return Standing(key, *texts)
    row, name = found
    return Standing(key, *texts, row.value is not None, row.version, row.changed_at, name)
