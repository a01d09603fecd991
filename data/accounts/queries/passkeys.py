"""Reading passkeys, and whether an account has a second factor of any kind."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.accounts.models import Passkey, SecondFactor, User
from data.accounts.types.security import PasskeyRow, SecondSteps
from data.db import NO_ID
from data.errors import NotFound
from i18n import N_

ABSENT = N_("Cette clé d’accès est introuvable, ou déjà retirée.")


def has_any_factor() -> ColumnElement[bool]:
    """Whether a user of the query has an application of codes or a passkey."""
    return or_(*_factors())


def _factors() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether a user of the query has an application of codes; whether they have a passkey."""
    users, code, key = User.__table__, SecondFactor.__table__.c, Passkey.__table__.c
    confirmed = select(code.user_id).where(
        code.user_id == users.c.id, code.confirmed_at.is_not(None)
    )
    keys = select(key.id).where(key.user_id == users.c.id)
    return confirmed.correlate(users).exists(), keys.correlate(users).exists()


def needs_second_step(db: Session, user_id: int) -> bool:
    """Whether a code or a passkey is asked of this user after the password."""
    return second_steps(db, user_id) != SecondSteps()


def second_steps(db: Session, user_id: int) -> SecondSteps:
    """What may follow the password of this user."""
    code, key = _factors()
    found = db.execute(select(code, key).where(User.id == user_id)).one_or_none()
    return SecondSteps(bool(found[0]), bool(found[1])) if found else SecondSteps()


def list_passkeys(db: Session, viewer: Viewer) -> tuple[PasskeyRow, ...]:
    """The viewer's own, oldest first."""
    query = select(Passkey).where(Passkey.user_id == viewer.user_id).order_by(Passkey.id)
    return tuple(
        PasskeyRow(row.id, row.name, row.created_at, row.last_used_at) for row in db.scalars(query)
    )


def get_passkey(db: Session, viewer: Viewer, passkey_id: int) -> PasskeyRow:
    """One of the viewer's own; NotFound for any other."""
    for row in list_passkeys(db, viewer):
        if row.id == min(passkey_id, NO_ID - 1):
            return row
    raise NotFound(ABSENT)


def credentials_of(db: Session, user_id: int) -> Sequence[str]:
    """The identifiers of the passkeys of a user, as their browser knows them."""
    return db.scalars(select(Passkey.credential_id).where(Passkey.user_id == user_id)).all()


def user_handle_of(db: Session, user_id: int) -> str | None:
    """By what their passkeys name a user; None while they have none."""
    return db.scalar(select(Passkey.user_handle).where(Passkey.user_id == user_id).limit(1))
