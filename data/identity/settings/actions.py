"""Change the operator's settings, all values of a form or none."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import upsert
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_, clock
from data.identity.audit.actions import note
from data.identity.settings.models import Setting
from data.identity.settings.queries import list_standings
from data.identity.settings.rules import read
from data.identity.settings.types import OperatorSettings, SettingProblem, SettingStanding

_LATE = N_("Quelqu’un a changé ces réglages en même temps que vous : rechargez la page.")


def change(
    db: Session,
    viewer: Viewer,
    typed: Mapping[str, tuple[str, int]],
    *,
    origin: OperatorSettings,
    now: datetime,
) -> tuple[SettingProblem, ...]:
    """Store the values `typed` (text, displayed version) by key; return the problems.

    With any invalid value, or one that somebody changed since, nothing is stored. Raise NotFound
    for an unknown setting, Conflict for a concurrent change at the last moment.
    """
    viewer.require(Permission.SETTINGS_WRITE)
    # Lock the settings until the end of the transaction (SQLite has one writer anyway)
    db.execute(select(Setting.key).where(Setting.key.in_(typed)).with_for_update())
    standings = list_standings(db, viewer, origin)
    values: dict[str, str] = {}
    problems: list[SettingProblem] = []
    for key, (text, seen_version) in typed.items():
        try:
            value = read(key, text)
        except Invalid as error:
            problems.append(SettingProblem(key, error.message, error.params))
            continue
        if value == standings[key].text:
            continue
        if standings[key].version != seen_version:
            problems.append(_overtaken(standings[key]))
        values[key] = value
    if not problems:
        for key, text in values.items():
            _store(db, viewer, standings[key], text, now)
    return tuple(problems)


def put_back(
    db: Session, viewer: Viewer, seen: tuple[str, int], *, origin: OperatorSettings, now: datetime
) -> None:
    """Reset a setting to the environment's value; `seen` is the key and the displayed version.

    Raise NotFound for an unknown setting, Conflict when it was changed since.
    """
    standings = list_standings(db, viewer, origin)
    key, version = seen
    standing = standings.get(key)
    if standing is None:
        raise NotFound(N_("Ce réglage n’existe pas."))
    if standing.version != version:
        raise Conflict(_LATE)
    if standing.changed:
        _store(db, viewer, standing, None, now)


def _overtaken(standing: SettingStanding) -> SettingProblem:
    at = clock(standing.changed_at) if standing.changed_at else ""
    return SettingProblem(
        standing.key,
        N_(
            "{who} a changé cette valeur le {at} : « {found} ». Enregistrez de nouveau pour la"
            " remplacer par la vôtre."
        ),
        {"who": standing.changed_by, "at": at, "found": standing.text},
    )


def _store(
    db: Session, viewer: Viewer, standing: SettingStanding, text: str | None, now: datetime
) -> None:
    row = {"value": text, "changed_at": now, "changed_by": viewer.user_id}
    added = upsert(db, Setting).values(key=standing.key, version=1, **row)
    moved = added.on_conflict_do_update(
        index_elements=["key"],
        set_=row | {"version": Setting.version + 1},
        where=Setting.version == standing.version,
    ).returning(Setting.version)
    if db.scalar(moved) is None:
        raise Conflict(_LATE)
    verb = "put_back" if text is None else "changed"
    after = standing.origin if text is None else text
    detail = {"before": standing.text, "after": after}
    note(db, now, f"settings.{verb}", ("setting", standing.key), actor=viewer.actor, detail=detail)
