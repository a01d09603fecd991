"""Query passkeys, and whether an account has any second factor."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import NO_ID
from core.errors import NotFound
from core.i18n import N_
from data.identity.accounts.models import Passkey, SecondFactor, User
from data.identity.accounts.types.security import PasskeyRow, SecondSteps

ABSENT = N_("Cette clé d’accès est introuvable, ou déjà retirée.")


def has_any_factor() -> ColumnElement[bool]:
    """Return whether a user of the query has a second factor."""
    return or_(*_factors())


def _factors() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return whether a user of the query has an application, and whether a passkey."""
    users, code, key = User.__table__, SecondFactor.__table__.c, Passkey.__table__.c
    confirmed = select(code.user_id).where(
        code.user_id == users.c.id, code.confirmed_at.is_not(None)
    )
    keys = select(key.id).where(key.user_id == users.c.id)
    return confirmed.correlate(users).exists(), keys.correlate(users).exists()


def has_any_second_factor(db: Session, user_id: int) -> bool:
    """Return whether this user needs a second factor after the password."""
    return get_second_steps(db, user_id) != SecondSteps()


def get_second_steps(db: Session, user_id: int) -> SecondSteps:
    """Return the second factors of this user."""
    code, key = _factors()
    factors = db.execute(select(code, key).where(User.id == user_id)).one_or_none()
    return SecondSteps(bool(factors[0]), bool(factors[1])) if factors else SecondSteps()


def list_passkeys(db: Session, viewer: Viewer) -> tuple[PasskeyRow, ...]:
    """Return the viewer's passkeys, oldest first."""
    query = select(Passkey).where(Passkey.user_id == viewer.user_id).order_by(Passkey.id)
    return tuple(
        PasskeyRow(row.id, row.name, row.created_at, row.last_used_at) for row in db.scalars(query)
    )


def get_passkey(db: Session, viewer: Viewer, passkey_id: int) -> PasskeyRow:
    """Return one of the viewer's passkeys; raise NotFound for any other."""
    for row in list_passkeys(db, viewer):
        if row.id == min(passkey_id, NO_ID - 1):
            return row
    raise NotFound(ABSENT)


def list_passkey_ids(db: Session, user_id: int) -> Sequence[str]:
    """Return the credential ids of a user's passkeys."""
    return db.scalars(select(Passkey.credential_id).where(Passkey.user_id == user_id)).all()


def find_passkey_handle(db: Session, user_id: int) -> str | None:
    """Return the user handle of a user's passkeys, None without any."""
    return db.scalar(select(Passkey.user_handle).where(Passkey.user_id == user_id).limit(1))
