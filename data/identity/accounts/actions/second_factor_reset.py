"""Reset a colleague's lost second factor; its owner cannot do it."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Viewer
from data.identity.accounts.actions.passwords import require_own
from data.identity.accounts.actions.second_factor import forget_factor
from data.identity.accounts.actions.sessions import end_sessions
from data.identity.accounts.queries.security import get_coded
from data.identity.accounts.types import PasswordCheck
from data.identity.accounts.types.security import SecondFactorOwner
from data.identity.audit.actions import note


def reset_factor_of(
    db: Session, viewer: Viewer, current: PasswordCheck, user_id: int, now: datetime
) -> SecondFactorOwner:
    """Remove a colleague's second factor and close their sessions; notify them.

    Raise Forbidden, Invalid when `current` is not the viewer's password, NotFound for anybody else
    and for oneself (see `disable_second_factor`).
    """
    person = get_coded(db, viewer, user_id)
    require_own(viewer, current)
    forget_factor(db, user_id)
    end_sessions(db, user_id, now)
    note(db, now, "accounts.second_factor_reset", ("user", user_id), actor=viewer.actor)
    return person
