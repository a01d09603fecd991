"""Sign in and out, in three steps that keep the slow hash outside any transaction."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import NotFound, Unauthenticated
from core.i18n import N_
from data.identity.accounts.actions.attempts import (
    count_sign_in,
    count_try,
    forget,
    of_address,
    of_device,
    of_proof,
    of_sign_in,
    purge_tries,
    refund_attempt,
)
from data.identity.accounts.actions.passwords import dummy_hash
from data.identity.accounts.models import (
    LoginSession,
    PasswordReset,
    SecondFactor,
    SpentChallenge,
    User,
)
from data.identity.accounts.queries import get_token_digest
from data.identity.accounts.queries.passkeys import has_any_second_factor
from data.identity.accounts.rules import AHEAD, KNOWN_FOR
from data.identity.accounts.types import (
    PasswordCheck,
    RequestOrigin,
    SessionLimits,
    SignInCandidate,
)
from data.identity.audit.actions import note

WRONG = N_("Adresse électronique ou mot de passe incorrect.")
_KEPT = timedelta(days=1)


def try_sign_in(
    db: Session, email: str, origin: RequestOrigin, now: datetime, limits: SessionLimits
) -> SignInCandidate:
    """Count an attempt and return what to verify; raise TooMany.

    Commit before verifying, so that concurrent attempts are counted. An unknown or disabled user
    gets a hash that no password matches: same answer, same time. A browser known to the user has
    its own attempts, which nobody else can use up.
    """
    email = email.strip().lower()
    user = db.execute(
        select(User.id, User.password_hash).where(User.email == email, User.disabled_at.is_(None))
    ).one_or_none()
    device = origin.device_of(user.id) if user else None
    if user and device:
        count_try(db, of_device(user.id, device), now, limits)
    else:
        count_sign_in(db, email, origin.address, now, limits)
    if user is None:
        return SignInCandidate(None, email, dummy_hash())
    return SignInCandidate(user.id, email, user.password_hash)


def try_proof(db: Session, viewer: Viewer, now: datetime, limits: SessionLimits) -> SignInCandidate:
    """Count an attempt of the signed-in viewer's password; raise TooMany.

    It is counted apart from sign-in attempts.
    """
    count_try(db, of_proof(viewer.user_id), now, limits)
    user = db.execute(select(User.email, User.password_hash).where(User.id == viewer.user_id)).one()
    return SignInCandidate(viewer.user_id, user.email, user.password_hash)


def forget_proofs(db: Session, viewer: Viewer) -> None:
    """Reset the viewer's password attempts after a right one."""
    forget(db, [of_proof(viewer.user_id)])


def sign_in(
    db: Session, proof: PasswordCheck, now: datetime, origin: RequestOrigin, *, coded: bool = False
) -> str:
    """Open a new session for the user of `proof`; return its token.

    `coded` says that a code or passkey was spent in this transaction, if the account has one. Raise
    Unauthenticated with the same sentence for every reason. The attempts of a known device are
    deleted, else those of this e-mail from this network; those from elsewhere, possibly of an
    attacker, are kept. Of the attempts by IP address, only this e-mail's are deleted: many users
    can share one.
    """
    candidate = proof.candidate
    user = db.scalar(select(User).where(User.id == proof.user_id, User.disabled_at.is_(None)))
    if user is None or user.password_hash != candidate.password_hash:
        raise Unauthenticated(WRONG)
    if not coded and has_any_second_factor(db, user.id):
        raise Unauthenticated(N_("Recommencez la connexion depuis le mot de passe."))
    if proof.rehash is not None:
        user.password_hash = proof.rehash
    if device := origin.device_of(user.id):
        forget(db, [of_device(user.id, device)])
    else:
        forget(db, [of_sign_in(candidate.email, origin.address)])
        refund_attempt(db, of_address(origin.address))
    return open_session(db, user, now, origin, strong=coded)


def open_session(
    db: Session, user: User, now: datetime, origin: RequestOrigin, *, strong: bool
) -> str:
    """Open a session for an authenticated user, `strong` with two factors; return its token."""
    token = _new_token()
    session = LoginSession(
        token_hash=get_token_digest(token),
        user_id=user.id,
        started_at=now,
        last_seen_at=now,
        device=origin.device[:80],
        address=origin.address[:45],
        browser=get_token_digest(origin.browser) if origin.browser else "",
        strong=strong,
    )
    db.add(session)
    db.flush()
    actor = (user.id, user.organisation_id)
    note(db, now, "accounts.signed_in", ("session", session.id), actor=actor)
    return token


def note_refusal(db: Session, proof: PasswordCheck, now: datetime, origin: RequestOrigin) -> None:
    """Journal a wrong password, in the same time for known and unknown e-mails."""
    subject = ("user", proof.candidate.user_id or 0)
    detail = {"device": origin.device}
    note(db, now, "accounts.sign_in_failed", subject, detail=detail)


def touch(db: Session, viewer: Viewer, now: datetime) -> None:
    """Update when the viewer's session was last seen.

    It moves back only after a clock was set back.
    """
    last_seen = LoginSession.last_seen_at
    db.execute(
        update(LoginSession)
        .where(LoginSession.id == viewer.session_id, or_(last_seen < now, last_seen > now + AHEAD))
        .values(last_seen_at=now)
    )


def renew_token(db: Session, viewer: Viewer) -> str:
    """Give the viewer's open session a new token, and return it; copies of its cookie are revoked.

    Called on each change of credentials, so that a stolen cookie becomes useless.
    """
    token = _new_token()
    db.execute(
        update(LoginSession)
        .where(LoginSession.id == viewer.session_id, LoginSession.ended_at.is_(None))
        .values(token_hash=get_token_digest(token))
    )
    return token


def sign_out(db: Session, viewer: Viewer, now: datetime) -> None:
    """End the viewer's session; copies of its cookie become useless."""
    db.execute(
        update(LoginSession)
        .where(LoginSession.id == viewer.session_id, LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    _note(db, viewer, now, "accounts.signed_out", viewer.session_id)


def close_session(db: Session, viewer: Viewer, session_id: int, now: datetime) -> None:
    """End one of the viewer's own sessions; raise NotFound for another's."""
    closed = db.execute(
        update(LoginSession)
        .where(
            LoginSession.id == session_id,
            LoginSession.user_id == viewer.user_id,
            LoginSession.ended_at.is_(None),
        )
        .values(ended_at=now)
        .returning(LoginSession.id)
    ).first()
    if closed is None:
        raise NotFound(N_("Cette session est introuvable, ou déjà fermée."))
    _note(db, viewer, now, "accounts.session_closed", session_id)


def close_other_sessions(db: Session, viewer: Viewer, now: datetime) -> int:
    """End the viewer's other sessions; return how many."""
    count = end_sessions(db, viewer.user_id, now, but=viewer.session_id)
    if count:
        _note(db, viewer, now, "accounts.other_sessions_closed", viewer.session_id)
    return count


def end_sessions(db: Session, user_id: int, now: datetime, *, but: int | None = None) -> int:
    """End the open sessions of a user except `but`; return how many."""
    ended = db.execute(
        update(LoginSession)
        .where(
            LoginSession.user_id == user_id,
            LoginSession.ended_at.is_(None),
            LoginSession.id != (but or 0),
        )
        .values(ended_at=now)
        .returning(LoginSession.id)
    )
    return len(ended.all())


def purge_sessions(db: Session, now: datetime, limits: SessionLimits) -> int:
    """Delete old attempts, links and unconfirmed second factors after a day.

    Sessions are deleted once they no longer show where their owner signs in from; return how many.
    """
    retention_start = now - _KEPT
    old = now - max(KNOWN_FOR, timedelta(hours=limits.absolute_hours))
    gone = db.execute(
        delete(LoginSession).where(LoginSession.started_at < old).returning(LoginSession.id)
    ).all()
    purge_tries(db, now)
    db.execute(delete(SpentChallenge).where(SpentChallenge.spent_at < retention_start))
    db.execute(delete(PasswordReset).where(PasswordReset.expires_at < retention_start))
    db.execute(
        delete(SecondFactor).where(
            SecondFactor.confirmed_at.is_(None), SecondFactor.created_at < retention_start
        )
    )
    return len(gone)


def _new_token() -> str:
    return secrets.token_urlsafe(32)


def _note(db: Session, viewer: Viewer, now: datetime, action: str, session_id: int) -> None:
    note(db, now, action, ("session", session_id), actor=viewer.actor)
