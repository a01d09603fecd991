"""Names in values that are about something else: what fills the sentences of others' messages."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.orm import Session

from data.contracts.models import Onboarding
from data.notifications.models import NoticeEvent, Notification
from data.rights.models import RightImport
from data.subjects.queries.holdings.base import quoted, saying
from data.subjects.queries.holdings.work import other_steps
from data.subjects.types import Subject

NOBODY = "–"


def scrub(db: Session, subject: Subject) -> None:
    """Take the person out of messages about others, of plans of imports, of a dossier."""
    for column in (NoticeEvent.params, Notification.params, RightImport.plan):
        _scrub(db, column, subject)
    mine = saying(Onboarding.steps, quoted)(subject)
    for row in db.scalars(select(Onboarding).where(mine)):
        row.steps = other_steps(row.steps, subject)
        row.version += 1
    db.flush()


def _scrub(db: Session, column: Any, subject: Subject) -> None:  # noqa: ANN401 (a JSON column)
    """Their name and their address, where one of them is a whole value."""
    words = [json.dumps(one)[1:-1].lower() for one in (subject.name, subject.email) if one]
    said = func.lower(cast(column, String))
    found = [said.contains(one, autoescape=True) for one in words]
    model = column.class_
    for row in db.scalars(select(model).where(or_(*found))):
        setattr(row, column.key, without(getattr(row, column.key), _is_theirs(subject)))
    db.flush()


def _is_theirs(subject: Subject) -> Callable[[str], bool]:
    name, email = subject.name, subject.email
    return lambda text: (bool(name) and text == name) or text.strip().lower() == email


def without(value: object, theirs: Callable[[str], bool]) -> Any:  # noqa: ANN401 (as it came)
    """*value*, whose texts that are *theirs* say nobody."""
    if isinstance(value, str):
        return NOBODY if theirs(value) else value
    if isinstance(value, dict):
        return {key: without(one, theirs) for key, one in value.items()}
    if isinstance(value, list):
        return [without(one, theirs) for one in value]
    return value
