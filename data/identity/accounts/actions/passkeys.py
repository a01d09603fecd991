"""Add, remove and check passkeys, to sign in or as a second factor."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import upsert
from core.errors import Conflict, Invalid, NotFound, Unauthenticated
from core.i18n import N_
from data.identity.accounts.actions.passwords import require_own
from data.identity.accounts.actions.second_factor import note_factor_removed, renew_codes
from data.identity.accounts.actions.sessions import end_sessions, open_session
from data.identity.accounts.files.passkeys import NOT_TRUE, check_signed, credential_in
from data.identity.accounts.models import Passkey, SpentChallenge, User
from data.identity.accounts.queries import get_token_digest
from data.identity.accounts.queries.passkeys import ABSENT, has_any_second_factor
from data.identity.accounts.types import PasswordCheck, RequestOrigin
from data.identity.accounts.types.security import NewPasskey, Signed
from data.identity.audit.actions import note

MOST_PASSKEYS = 20
LONGEST_NAME = 60


def check_room(db: Session, user_id: int) -> None:
    """Raise Conflict when a user has the maximum number of passkeys."""
    query = select(func.count()).where(Passkey.user_id == user_id)
    if (db.scalar(query) or 0) >= MOST_PASSKEYS:
        raise Conflict(
            N_("Vous avez déjà {most} clés d’accès : retirez-en une d’abord."), most=MOST_PASSKEYS
        )


def check_name(name: str) -> str:
    """Return the normalised name of a passkey; raise Invalid when it is not usable."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(
            N_("Donnez à cette clé d’accès un nom de {most} caractères au plus."),
            most=LONGEST_NAME,
        )
    return name


def add_passkey(
    db: Session, viewer: Viewer, new: NewPasskey, name: str, now: datetime
) -> tuple[str, ...]:
    """Store a new passkey of the viewer and close their other sessions.

    Return the recovery codes, shown only once, when it is their first second factor, else nothing.
    Raise Conflict when it is already registered.
    """
    check_room(db, viewer.user_id)
    first = not has_any_second_factor(db, viewer.user_id)
    values = {
        "user_id": viewer.user_id,
        "credential_id": new.credential_id,
        "public_key": new.public_key,
        "user_handle": new.user_handle,
        "sign_count": new.sign_count,
        "name": check_name(name),
        "created_at": now,
    }
    new_id = db.execute(
        upsert(db, Passkey).values(**values).on_conflict_do_nothing().returning(Passkey.id)
    ).scalar_one_or_none()
    if new_id is None:
        raise Conflict(N_("Cette clé d’accès est déjà enregistrée."))
    end_sessions(db, viewer.user_id, now, but=viewer.session_id)
    _note(db, viewer, now, "accounts.passkey_added")
    return renew_codes(db, viewer.user_id) if first else ()


def remove_passkey(
    db: Session, viewer: Viewer, current: PasswordCheck, passkey_id: int, now: datetime
) -> None:
    """Remove one of the viewer's passkeys and close their other sessions.

    `current` proves their password: raise Invalid when it is wrong. With the last second factor,
    recovery codes are deleted.
    """
    require_own(viewer, current)
    gone = db.execute(
        delete(Passkey)
        .where(Passkey.id == passkey_id, Passkey.user_id == viewer.user_id)
        .returning(Passkey.id)
    ).first()
    if gone is None:
        raise NotFound(ABSENT)
    note_factor_removed(db, viewer.user_id)
    end_sessions(db, viewer.user_id, now, but=viewer.session_id)
    _note(db, viewer, now, "accounts.passkey_removed")


def spend_challenge(db: Session, challenge: str, now: datetime) -> None:
    """Mark a signed challenge as used; raise Unauthenticated when it was used before."""
    spent = db.execute(
        upsert(db, SpentChallenge)
        .values(challenge_hash=get_token_digest(challenge), spent_at=now)
        .on_conflict_do_nothing()
        .returning(SpentChallenge.challenge_hash)
    ).first()
    if spent is None:
        raise Unauthenticated(NOT_TRUE)


def use_passkey(db: Session, signed: Signed, now: datetime, *, user_id: int | None = None) -> int:
    """Return the owner of the passkey that signed, or raise Unauthenticated.

    With `user_id`, only that user's passkeys are accepted.
    """
    spend_challenge(db, signed.challenge, now)
    row = _passkey_of(db, signed)
    if row is None or user_id not in {None, row.user_id}:
        raise Unauthenticated(
            N_(
                "Cette clé d’accès ne correspond à aucun compte ici : connectez-vous avec votre"
                " mot de passe."
            )
        )
    stored_passkey = NewPasskey(row.credential_id, row.public_key, row.sign_count, row.user_handle)
    count = check_signed(signed, stored_passkey)
    used = db.execute(
        update(Passkey)
        .where(Passkey.id == row.id, Passkey.sign_count == row.sign_count)
        .values(sign_count=count, last_used_at=now)
        .returning(Passkey.id)
    ).first()
    if used is None:
        raise Unauthenticated(NOT_TRUE)
    return row.user_id


def sign_in_by_passkey(db: Session, user_id: int, now: datetime, origin: RequestOrigin) -> str:
    """Open a session for the owner of a passkey used in this transaction; return its token.

    A passkey with user verification counts as two factors.
    """
    user = db.scalars(select(User).where(User.id == user_id)).one()
    return open_session(db, user, now, origin, strong=True)


def note_refused_passkey(db: Session, signed: Signed, now: datetime) -> None:
    """Journal a wrong signature of a known passkey, which may have been copied."""
    row = _passkey_of(db, signed)
    if row is not None:
        note(db, now, "accounts.passkey_refused", ("user", row.user_id))


def _passkey_of(db: Session, signed: Signed) -> Passkey | None:
    return db.scalar(
        select(Passkey)
        .join(User, User.id == Passkey.user_id)
        .where(Passkey.credential_id == credential_in(signed.response), User.disabled_at.is_(None))
    )


def _note(db: Session, viewer: Viewer, now: datetime, action: str) -> None:
    note(db, now, action, ("user", viewer.user_id), actor=viewer.actor)
