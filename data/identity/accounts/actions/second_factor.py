"""Check second factors: a TOTP code, or one of ten recovery codes.

TOTP uses HMAC-SHA-1, the default of RFC 6238: many applications ignore any other algorithm and
would show wrong codes, and HMAC does not depend on the collision resistance that SHA-1 has lost.
"""

import base64
import hmac
import secrets
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import Conflict, Invalid, NotFound, Unauthenticated
from core.i18n import N_
from data.identity.accounts.actions.attempts import forget_codes
from data.identity.accounts.actions.passwords import require_own
from data.identity.accounts.actions.sessions import end_sessions
from data.identity.accounts.models import LoginSession, Passkey, RecoveryCode, SecondFactor, User
from data.identity.accounts.queries import get_token_digest, has_second_factor
from data.identity.accounts.queries.passkeys import has_any_second_factor
from data.identity.accounts.rules import ENROLMENT_LASTS, is_app_code, recovery_code_of
from data.identity.accounts.types import (
    Enrolling,
    Enrolment,
    PasswordCheck,
    PendingSecondFactor,
    SignInCandidate,
    SignInPlace,
    TypedCode,
)
from data.identity.audit.actions import note

RECOVERY_CODES = 10
_RECOVERY_OCTETS = 10  # 80 bits: too many to search a plain SHA-256
_STEP = 30  # seconds
_WRONG = N_("Ce code est incorrect, ou il a déjà servi : attendez le suivant.")
_SIX = N_("Tapez les 6 chiffres que votre application affiche.")
_SPENT = N_("Ce code de secours est incorrect, ou il a déjà servi : prenez-en un autre.")
_NEITHER = N_(
    "Ce n’est pas un code : votre application en affiche un de 6 chiffres, un code de secours a"
    " {letters} lettres et chiffres."
)
_LETTERS = 16  # of a recovery code, five bits each


def sealing_key(secret: str) -> bytes:
    """Derive the key that encrypts second-factor secrets from the portal's secret."""
    derived = HKDF(SHA256(), length=32, salt=None, info=b"second factor").derive(secret.encode())
    return base64.urlsafe_b64encode(derived)


def begin_enrolment(
    db: Session, viewer: Viewer, current: PasswordCheck, now: datetime, key: bytes
) -> Enrolling:
    """Store a new secret for the viewer, unusable until a code confirms it.

    `current` proves their password: raise Invalid when it is wrong, Conflict when a second factor
    is active. The returned mark stays with the browser that gave the password: without it the
    secret can neither be shown nor confirmed.
    """
    require_own(viewer, current)
    if has_second_factor(db, viewer.user_id):
        raise Conflict(N_("La double authentification est déjà active."))
    db.execute(delete(SecondFactor).where(SecondFactor.user_id == viewer.user_id))
    sealed = Fernet(key).encrypt(pyotp.random_base32().encode()).decode()
    db.add(SecondFactor(user_id=viewer.user_id, sealed_secret=sealed, created_at=now, last_step=0))
    return Enrolling(viewer, get_token_digest(sealed))


def enrolment(
    db: Session, begun: Enrolling, now: datetime, key: bytes, issuer: str
) -> Enrolment | None:
    """Return the secret for an application while it waits for its first code, else None."""
    row = _waiting(db, begun, now)
    if row is None:
        return None
    try:
        secret = _unsealed(row, key)
    except Conflict:  # the portal's secret changed meanwhile: start again
        return None
    email = db.scalars(select(User.email).where(User.id == row.user_id)).one()
    totp = pyotp.TOTP(secret)
    return Enrolment(secret, totp.provisioning_uri(name=email, issuer_name=issuer))


def confirm_enrolment(
    db: Session, begun: Enrolling, code: str, now: datetime, key: bytes
) -> tuple[str, ...]:
    """Activate the second factor with its first code and close the viewer's other sessions.

    Return the recovery codes, shown only once. Raise Conflict when nothing waits for confirmation,
    Invalid when the code is wrong.
    """
    viewer, row = begun.viewer, waiting(db, begun, now)
    _spend_app_code(db, row, code, now, key)
    forget_codes(db, TypedCode(viewer.user_id, SignInPlace.ACCOUNT, code))
    row.confirmed_at = now
    end_sessions(db, viewer.user_id, now, but=viewer.session_id)
    _note(db, viewer, now, "accounts.second_factor_enabled")
    return renew_codes(db, viewer.user_id)


def waiting(db: Session, begun: Enrolling, now: datetime) -> SecondFactor:
    """Return the pending second factor; raise Conflict before a code is counted otherwise."""
    row = _waiting(db, begun, now)
    if row is None:
        raise Conflict(N_("Cette activation a expiré : recommencez-la."))
    return row


def _waiting(db: Session, begun: Enrolling, now: datetime) -> SecondFactor | None:
    """Return the recent unconfirmed second factor of the browser with the mark, or None."""
    row = db.get(SecondFactor, begun.viewer.user_id)
    if row is None or row.confirmed_at is not None or now - row.created_at >= ENROLMENT_LASTS:
        return None
    mine = hmac.compare_digest(get_token_digest(row.sealed_secret).encode(), begun.mark.encode())
    return row if mine else None


def renew_recovery_codes(
    db: Session, viewer: Viewer, current: PasswordCheck, now: datetime
) -> tuple[str, ...]:
    """Return ten new recovery codes that replace the old ones; spend a code first."""
    require_own(viewer, current)
    _note(db, viewer, now, "accounts.recovery_codes_renewed")
    return renew_codes(db, viewer.user_id)


def disable_second_factor(
    db: Session, viewer: Viewer, current: PasswordCheck, now: datetime
) -> None:
    """Disable application codes and close the viewer's other sessions; spend a code first.

    Passkeys stay, with their recovery codes.
    """
    require_own(viewer, current)
    db.execute(delete(SecondFactor).where(SecondFactor.user_id == viewer.user_id))
    note_factor_removed(db, viewer.user_id)
    end_sessions(db, viewer.user_id, now, but=viewer.session_id)
    _note(db, viewer, now, "accounts.second_factor_disabled")


def reset_second_factor(db: Session, email: str, now: datetime) -> int:
    """Disable a user's second factors and close their sessions, for an administrator.

    Return the user's id; raise NotFound without such a user or second factor.
    """
    user_id = db.scalar(select(User.id).where(User.email == email.strip().lower()))
    if user_id is None or not has_any_second_factor(db, user_id):
        raise NotFound(N_("Aucun compte à cette adresse n’a de double authentification."))
    forget_factor(db, user_id)
    end_sessions(db, user_id, now)
    note(db, now, "accounts.second_factor_reset", ("user", user_id))
    return user_id


def hold_sign_in(db: Session, proof: PasswordCheck) -> PendingSecondFactor | None:
    """Return what to remember of a right password until the second factor, None without one."""
    if proof.user_id is None or not has_any_second_factor(db, proof.user_id):
        return None
    if proof.rehash is not None:
        db.execute(
            update(User)
            .where(User.id == proof.user_id, User.password_hash == proof.candidate.password_hash)
            .values(password_hash=proof.rehash)
        )
    password_hash = proof.rehash or proof.candidate.password_hash
    return PendingSecondFactor(proof.user_id, get_token_digest(password_hash))


def resume_sign_in(db: Session, pending: PendingSecondFactor) -> PasswordCheck:
    """Return the proof of `pending`; raise Unauthenticated when password or user have changed."""
    user = db.execute(
        select(User.id, User.email, User.password_hash).where(
            User.id == pending.user_id, User.disabled_at.is_(None)
        )
    ).one_or_none()
    if user is None or not hmac.compare_digest(get_token_digest(user.password_hash), pending.mark):
        raise Unauthenticated(N_("Recommencez la connexion depuis le mot de passe."))
    return PasswordCheck(SignInCandidate(user.id, user.email, user.password_hash), holds=True)


def spend_code(db: Session, typed: TypedCode, now: datetime, key: bytes) -> None:
    """Spend an application or recovery code; raise Invalid when it is wrong.

    No code is accepted twice, even within its half minute.
    """
    row = db.get(SecondFactor, typed.user_id)
    if is_app_code(typed.code):
        if row is None or row.confirmed_at is None:
            raise Invalid(_WRONG)
        _spend_app_code(db, row, typed.code, now, key)
    else:
        _spend_recovery_code(db, typed.user_id, typed.code, now)
    forget_codes(db, typed)


def _spend_app_code(db: Session, row: SecondFactor, code: str, now: datetime, key: bytes) -> None:
    """Accept the code of this half minute or its neighbours, as clocks differ."""
    totp = pyotp.TOTP(_unsealed(row, key))
    typed = "".join(code.split())
    here = int(now.timestamp()) // _STEP
    steps = [
        step
        for step in (here - 1, here, here + 1)
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode())
    ]
    for step in steps:
        used_step = db.execute(
            update(SecondFactor)
            .where(SecondFactor.user_id == row.user_id, SecondFactor.last_step < step)
            .values(last_step=step)
            .returning(SecondFactor.user_id)
        ).first()
        if used_step is not None:
            return
    raise Invalid(_WRONG if is_app_code(code) else _SIX)


def _spend_recovery_code(db: Session, user_id: int, code: str, now: datetime) -> None:
    spent = db.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == get_token_digest(recovery_code_of(code)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.user_id)
    ).first()
    if spent is None:
        if len(recovery_code_of(code)) != _LETTERS:
            raise Invalid(_NEITHER, letters=_LETTERS)
        raise Invalid(_SPENT)
    note(db, now, "accounts.recovery_code_used", ("user", user_id))


def renew_codes(db: Session, user_id: int) -> tuple[str, ...]:
    """Create ten recovery codes that replace the old ones."""
    codes = [
        base64.b32encode(secrets.token_bytes(_RECOVERY_OCTETS)).decode()
        for _number in range(RECOVERY_CODES)
    ]
    db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    db.execute(
        insert(RecoveryCode),
        [{"user_id": user_id, "code_hash": get_token_digest(code)} for code in codes],
    )
    return tuple("-".join(code[n : n + 4] for n in range(0, 16, 4)).lower() for code in codes)


def forget_factor(db: Session, user_id: int) -> None:
    """Delete every second factor of a user; the caller checks the permission."""
    for table in (SecondFactor, Passkey, RecoveryCode):
        db.execute(delete(table).where(table.user_id == user_id))


def note_factor_removed(db: Session, user_id: int) -> None:
    """After the last second factor, delete the recovery codes and weaken the open sessions.

    A session that the removed factor opened must not count as opened with two: a role that needs a
    second factor has to set up another one before anything else.
    """
    if has_any_second_factor(db, user_id):
        return
    db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    open_sessions = LoginSession.user_id == user_id, LoginSession.ended_at.is_(None)
    db.execute(update(LoginSession).where(*open_sessions).values(strong=False))


def _unsealed(row: SecondFactor, key: bytes) -> str:
    try:
        return Fernet(key).decrypt(row.sealed_secret.encode()).decode()
    except InvalidToken as error:
        raise Conflict(
            N_(
                "Les codes de votre application ne peuvent plus être vérifiés : utilisez un code "
                "de secours, ou demandez une remise à zéro à un administrateur."
            )
        ) from error


def _note(db: Session, viewer: Viewer, now: datetime, action: str) -> None:
    note(db, now, action, ("user", viewer.user_id), actor=viewer.actor)
