"""Query the operator's settings: values in force and standing of each."""

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import select

from core.access import Permission, Viewer
from core.database import Prepared, Session
from data.identity.accounts.models import User
from data.identity.settings.models import Setting
from data.identity.settings.rules import in_force, keys, text_of
from data.identity.settings.types import OperatorSettings, SettingStanding

_table = Setting.__table__.c
# On the table and not the class: each request reads it.
_STORED = Prepared(select(_table.key, _table.value).where(_table.value.is_not(None)))


def read_values(db: Session, origin: OperatorSettings) -> OperatorSettings:
    """Return the settings in force: the environment's `origin`, overridden by stored values."""
    return _cached_settings(origin, tuple(_STORED.raw(db, {})))


@lru_cache(8)
def _cached_settings(
    origin: OperatorSettings, rows: tuple[tuple[str, str], ...]
) -> OperatorSettings:
    """Return the settings for these rows; cached, because checking takes longer than reading."""
    return in_force(origin, dict(rows))


def list_standings(
    db: Session, viewer: Viewer, origin: OperatorSettings
) -> Mapping[str, SettingStanding]:
    """Return the standing of each setting by key. Require the permission to change settings."""
    viewer.require(Permission.SETTINGS_WRITE)
    query = select(Setting, User.name).join(User, User.id == Setting.changed_by)
    stored = {row.key: (row, name) for row, name in db.execute(query)}
    values = in_force(
        origin, {key: row.value for key, (row, _name) in stored.items() if row.value is not None}
    )
    return {key: _standing(key, values, origin, stored.get(key)) for key in keys()}


def _standing(
    key: str, values: OperatorSettings, origin: OperatorSettings, stored: tuple[Setting, str] | None
) -> SettingStanding:
    texts = text_of(values, key), text_of(origin, key)
    if stored is None:
        return SettingStanding(key, *texts)
    row, name = stored
    return SettingStanding(key, *texts, row.value is not None, row.version, row.changed_at, name)
