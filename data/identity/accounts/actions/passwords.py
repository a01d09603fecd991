"""Store passwords as Argon2id; change them, or reset them by a single-use link."""

import secrets
from base64 import b64encode
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import Invalid, NotFound
from core.i18n import N_
from data.identity.accounts.actions.attempts import forget_all
from data.identity.accounts.models import (
    LoginSession,
    Organisation,
    PasswordReset,
    SecondFactor,
    User,
)
from data.identity.accounts.queries import count_open_links, get_token_digest, is_known_place
from data.identity.accounts.rules import MOST_LINKS, RESET_LASTS
from data.identity.accounts.rules.passwords import check_password, normalized
from data.identity.accounts.types import NewPassword, PasswordCheck, ResetLink, SignInCandidate
from data.identity.audit.actions import note

_HASHER = PasswordHasher()  # Argon2id, t=3, 64 MiB, p=4


def hash_password(password: str) -> str:
    return _HASHER.hash(normalized(password))


@cache
def dummy_hash() -> str:
    """Return a hash of no password, so that an unknown user takes the same time."""
    cost = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    salt, digest = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (_HASHER.salt_len, _HASHER.hash_len)
    )
    return f"$argon2id$v=19${cost}${salt}${digest}"


def verify_password(candidate: SignInCandidate, password: str) -> PasswordCheck:
    """Verify `password` for the candidate; slow on purpose, so call it outside transactions."""
    spellings = dict.fromkeys((normalized(password), password))  # early ones were not normalised
    if not any(_fits(candidate.password_hash, text) for text in spellings):
        return PasswordCheck(candidate, holds=False)
    if candidate.user_id is None:
        return PasswordCheck(candidate, holds=False)
    old = _HASHER.check_needs_rehash(candidate.password_hash)
    return PasswordCheck(candidate, holds=True, rehash=hash_password(password) if old else None)


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def require_own(viewer: Viewer, current: PasswordCheck) -> None:
    """Raise Invalid unless `current` proves the viewer's own password."""
    if current.user_id != viewer.user_id:
        raise Invalid(N_("Le mot de passe actuel est incorrect."), field="current")


def about(db: Session, user_id: int) -> tuple[str, ...]:
    """Return the words to exclude from this user's password: e-mail, name, organisation."""
    row = db.execute(
        select(User.email, User.name, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.id == user_id)
    ).one()
    return (row.email, row.name, row.organisation)


def new_password(text: str, operator: str = "") -> NewPassword:
    """Hash `text`; slow on purpose, so call it outside transactions.

    Raise Invalid, before hashing, if the password is too weak for anybody in the portal of
    `operator`; the action that stores it checks it again with its owner's name.
    """
    check_password(text, (operator,))
    return NewPassword(text, hash_password(text))


def change_password(
    db: Session, viewer: Viewer, current: PasswordCheck, new: NewPassword, now: datetime
) -> None:
    """Change the viewer's password and close their other sessions.

    `current` proves the present one: raise Invalid when it is wrong. An unconfirmed second factor
    is deleted, since the old password started it.
    """
    require_own(viewer, current)
    _set(db, viewer.user_id, new, now, but=viewer.session_id)


def request_reset(db: Session, email: str, address: str, now: datetime) -> ResetLink | None:
    """Create a single-use link for the user with this e-mail, None for an unknown one.

    The answer shown must be the same in both cases. Earlier links stay valid until one is used, so
    that a stranger's request cannot void the owner's. Past MOST_LINKS, another link is only created
    for a network from which the owner signed in recently.
    """
    email = email.strip().lower()
    user = db.execute(
        select(User.id, User.organisation_id).where(User.email == email, User.disabled_at.is_(None))
    ).one_or_none()
    if user is None:
        return None
    many = count_open_links(db, user.id, now) >= MOST_LINKS
    if many and not is_known_place(db, email, address, now):
        return None
    return _link(db, (user.id, user.organisation_id), now)


def pretend_reset(db: Session, now: datetime) -> ResetLink | None:
    """Write the same rows as a reset for the caller to roll back, so that response times are equal.

    The first account is used; return None without any account.
    """
    first = db.execute(select(User.id, User.organisation_id).order_by(User.id).limit(1)).first()
    if first is None:
        return None
    count_open_links(db, first.id, now)
    return _link(db, (first.id, first.organisation_id), now)


def _link(db: Session, actor: tuple[int, int], now: datetime) -> ResetLink:
    """Store and journal a link for a user."""
    user_id, token = actor[0], secrets.token_urlsafe(32)
    db.add(
        PasswordReset(
            token_hash=get_token_digest(token),
            user_id=user_id,
            created_at=now,
            expires_at=now + RESET_LASTS,
        )
    )
    note(db, now, "accounts.reset_requested", ("user", user_id), actor=actor)
    return ResetLink(user_id, token)


def reset_password(db: Session, token: str, new: NewPassword, now: datetime) -> int:
    """Use the link, set the password `new` and close all sessions; return the user's id.

    Attempts and an unconfirmed second factor are deleted. Raise NotFound for an unknown, old or
    used link, Invalid for a weak password, which leaves the link valid.
    """
    spent = db.execute(
        update(PasswordReset)
        .where(
            PasswordReset.token_hash == get_token_digest(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now,
        )
        .values(used_at=now)
        .returning(PasswordReset.user_id)
    ).scalar_one_or_none()
    enabled = spent is not None and db.scalar(
        select(User.id).where(User.id == spent, User.disabled_at.is_(None))
    )
    if spent is None or not enabled:
        raise NotFound(N_("Ce lien n’est plus valable : demandez-en un autre."))
    _set(db, spent, new, now, but=None)
    return spent


def _set(db: Session, user_id: int, new: NewPassword, now: datetime, *, but: int | None) -> None:
    check_password(new.text, about(db, user_id))
    user = db.scalars(select(User).where(User.id == user_id)).one()
    user.password_hash = new.hashed
    user.password_changed_at = now
    user.demo_password = False
    db.execute(
        update(PasswordReset)
        .where(PasswordReset.user_id == user_id, PasswordReset.used_at.is_(None))
        .values(used_at=now)
    )
    forget_all(db, user_id, user.email)
    db.execute(
        delete(SecondFactor).where(
            SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_(None)
        )
    )
    db.execute(
        update(LoginSession)
        .where(
            LoginSession.user_id == user_id,
            LoginSession.ended_at.is_(None),
            LoginSession.id != (but or 0),
        )
        .values(ended_at=now)
    )
    actor = (user.id, user.organisation_id)
    note(db, now, "accounts.password_changed", ("user", user.id), actor=actor)
