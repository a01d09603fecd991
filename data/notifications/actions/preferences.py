"""Store a person's preferences, in one row created on the first change."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import N_
from data.notifications.models import NoticePreference
from data.notifications.types import Preferences

_LAST_HOUR, _LAST_WEEKDAY = 23, 6


def prefer(db: Session, user_id: int, **values: object) -> None:
    """Update some of the preferences of `user_id`."""
    row = db.get(NoticePreference, user_id, populate_existing=True)
    if row is None:
        row = NoticePreference(user_id=user_id, **asdict(Preferences()))
        db.add(row)
    for name, value in values.items():
        setattr(row, name, value)
    db.flush()


def set_preferences(db: Session, viewer: Viewer, preferences: Preferences) -> None:
    """Store the viewer's preferences; notice mails stopped by an error are sent again.

    Pending notices keep their time, but quiet hours apply from now on. Raise Invalid.
    """
    viewer.require(Permission.NOTICES)
    if not (
        0 <= preferences.digest_hour <= _LAST_HOUR
        and 0 <= preferences.digest_weekday <= _LAST_WEEKDAY
    ):
        raise Invalid(N_("L’heure ou le jour du résumé n’existe pas."))
    if (preferences.quiet_from is None) != (preferences.quiet_to is None):
        raise Invalid(N_("Les heures calmes ont un début et une fin."))
    if preferences.quiet_from is not None and preferences.quiet_from == preferences.quiet_to:
        raise Invalid(
            N_(
                "Les heures calmes commencent et finissent à la même heure : changez l’une des"
                " deux, ou videz-les pour n’en avoir aucune."
            )
        )
    prefer(db, viewer.user_id, **asdict(preferences) | {"email_off": ""})
