"""Ask the colleagues who can do what the viewer cannot."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_, PARIS
from core.query_string import query_string
from data.identity.accounts.models import User
from data.identity.accounts.queries import list_able_people, list_able_staff
from data.identity.accounts.types import Colleague
from data.identity.audit.actions import note
from data.notifications.actions.publish import post_to_accounts
from data.notifications.models import NoticeEvent
from data.notifications.types import (
    HELP_PAGES,
    JSON,
    HelpPage,
    HelpSubject,
    NotificationEvent,
    NotificationKind,
)

MOST = 5  # requests of one person in a day
DAY = timedelta(days=1)


def ask_colleagues(
    db: Session, viewer: Viewer, subject: HelpSubject, pce: str = "", *, now: datetime
) -> tuple[str, ...]:
    """Notify the colleagues who can deal with `subject`; return their names.

    `pce` is one that the caller has found visible. Raise Conflict for a request made today and
    beyond `MOST` of them, NotFound when nobody can, Invalid for one's own task.
    """
    viewer.require(Permission.NOTICES)
    page = HELP_PAGES[subject]
    if viewer.may(page.permission):
        raise Invalid(N_("Vous pouvez le faire vous-même."))
    homes = _list_able(db, viewer, page)
    if not homes:
        raise NotFound(N_("Personne dans votre organisation ne peut le faire aujourd’hui."))
    today = now.astimezone(PARIS).date()
    key = f"help:{subject}:{pce}:{viewer.user_id}:{today.isoformat()}"
    _require_room(db, viewer, key, now)
    params: dict[str, JSON] = {"subject": subject.value, "pce": pce}
    if page.of_distributor:
        params["organisation"] = viewer.organisation
    name = db.scalars(select(User.name).where(User.id == viewer.user_id)).one()
    for place, (home, people) in enumerate(homes.items()):
        event = NotificationEvent(
            key=f"{key}:{home}" if place else key,
            kind=NotificationKind.HELP_ASKED,
            organisation_id=home,
            site=name,
            gas_day=today,
            params=params,
            path=f"{page.path}{query_string({'pce': pce})}",
            subject=("help", viewer.user_id),
        )
        post_to_accounts(db, event, [person.id for person in people], now)
    note(db, now, "notifications.help_asked", ("page", page.path), actor=viewer.actor)
    return tuple(person.name for people in homes.values() for person in people)


def _list_able(db: Session, viewer: Viewer, page: HelpPage) -> dict[int, tuple[Colleague, ...]]:
    """Return who can deal with a page, by organisation."""
    if page.of_distributor:
        return list_able_staff(db, viewer, page.permission)
    people = list_able_people(db, viewer, page.permission)
    return {viewer.organisation_id: people} if people else {}


def _require_room(db: Session, viewer: Viewer, key: str, now: datetime) -> None:
    """Raise Conflict if the same was asked today, or too much."""
    mine = (NoticeEvent.subject_kind == "help", NoticeEvent.subject_id == viewer.user_id)
    if db.scalar(select(NoticeEvent.id).where(*mine, NoticeEvent.key == key)) is not None:
        raise Conflict(N_("Cette demande est déjà partie aujourd’hui : vos collègues l’ont reçue."))
    recent = select(func.count(NoticeEvent.id)).where(*mine, NoticeEvent.created_at > now - DAY)
    if (db.scalar(recent) or 0) >= MOST:
        raise Conflict(
            N_("Vous avez envoyé {most} demandes en un jour : attendez demain."), most=MOST
        )
