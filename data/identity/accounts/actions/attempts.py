"""Count and commit each attempt before checking it; a success gives its own back."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from data.identity.accounts.models import LoginAttempt
from data.identity.accounts.queries import (
    count_attempts,
    get_token_digest,
    has_hex_prefix,
    is_known_place,
)
from data.identity.accounts.rules import (
    CODES_TRIED,
    LINKS_ASKED,
    TRIED,
    TRIES_KEPT,
    check_codes_of_the_day,
    check_tries,
    is_app_code,
    network_of,
    place_of,
)
from data.identity.accounts.types import KnownDevice, SessionLimits, SignInPlace, TypedCode
from data.identity.audit.actions import note

_HALF = 32  # of a digest: 128 bits


def of_email(email: str) -> str:
    """Return the key prefix of an e-mail, for all networks."""
    return get_token_digest(f"email:{email.strip().lower()}")[:_HALF]


def of_sign_in(email: str, address: str) -> str:
    """Return the key of an e-mail tried from a network."""
    return of_email(email) + get_token_digest(f"place:{place_of(address)}")[:_HALF]


def of_address(address: str) -> str:
    return get_token_digest(f"address:{network_of(address)}")


def of_device(user_id: int, device: KnownDevice) -> str:
    """Return the key of a user tried from a browser known to be theirs."""
    return get_token_digest(f"device:{user_id}:{device.browser}")


def of_proof(user_id: int) -> str:
    return get_token_digest(f"proof:{user_id}")


def of_client(client_id: str, address: str) -> str:
    """Return the key of a program's credential tried from a network."""
    return get_token_digest(f"client:{client_id}@{place_of(address)}")


def note_code(db: Session, typed: TypedCode, now: datetime) -> None:
    """Journal a wrong code."""
    detail = {"door": typed.door.value}
    note(db, now, "accounts.code_failed", ("user", typed.user_id), detail=detail)


def count_try(
    db: Session, key: str, now: datetime, limits: SessionLimits, *, message: str = TRIED
) -> None:
    """Count an attempt under `key`; raise TooMany with `message`."""
    check_tries(_recent(db, key, now, limits), limits, message)
    _add(db, key, now)


def count_sign_in(
    db: Session, email: str, address: str, now: datetime, limits: SessionLimits
) -> None:
    """Count one attempt from a browser unknown to the owner of this e-mail; raise TooMany.

    Attempts are counted by e-mail and network, and by IP address.

    A count by e-mail alone would let an attacker lock its owner out, so each network has its own
    attempts. All networks together have ten times as many, against distributed guessing; above
    that, only a network from which the owner signed in recently is accepted. Refusals are not
    counted, and read the same whatever limit is reached and whether or not the account exists.
    """
    tried = _recent(db, of_email(email), now, limits)
    if tried >= limits.tries_everywhere and not is_known_place(db, email, address, now):
        check_tries(tried, limits)
    for key in (of_sign_in(email, address), of_address(address)):
        count_try(db, key, now, limits)


def count_reset(
    db: Session, email: str, address: str, now: datetime, limits: SessionLimits
) -> None:
    """Count a request for a reset link, by e-mail and network, and by address; raise TooMany.

    There is no limit over all networks, which would let strangers block the owner; `request_reset`
    limits the number of links instead.
    """
    words = (f"{email.strip().lower()}@{place_of(address)}", f"address:{network_of(address)}")
    for word in words:
        count_try(db, get_token_digest(f"reset:{word}"), now, limits, message=LINKS_ASKED)


def count_code(db: Session, typed: TypedCode, now: datetime, limits: SessionLimits) -> None:
    """Count one attempt of a code, and commit it before the check; raise TooMany.

    Each form has its attempts, with separate ones for application and recovery codes: guessing one
    at sign-in uses up neither the others nor those of a signed-in owner. A browser that the owner
    has come in with has attempts of its own: who stole the password alone cannot use them up.
    Application codes are short enough to be guessed in weeks, so they also have a daily limit.
    """
    check_tries(_recent(db, _of_code(typed), now, limits), limits, CODES_TRIED)
    if is_app_code(typed.code):
        of_day = _of_day(typed)
        check_codes_of_the_day(count_attempts(db, of_day, now - TRIES_KEPT), limits)
        _add(db, of_day, now)
    _add(db, _of_code(typed), now)


def forget_codes(db: Session, typed: TypedCode) -> None:
    """Reset the attempts of a form after a right code; the daily count only loses this one."""
    if is_app_code(typed.code):
        refund_attempt(db, _of_day(typed))
    forget(db, [_with_browser(key, typed) for key in _codes_of(typed.user_id, [typed.door])])


def forget_all(db: Session, user_id: int, email: str) -> None:
    """Reset all attempts after a password change, so that earlier ones do not lock the owner out.

    The daily count of codes stays: otherwise an attacker who reads the owner's mail could guess
    without limit.
    """
    forget(db, [of_proof(user_id), _of_alarm(user_id)])
    for prefix in (of_email(email), *_codes_of(user_id, SignInPlace)):
        db.execute(delete(LoginAttempt).where(has_hex_prefix(LoginAttempt.key, prefix)))


def raise_alarm(db: Session, typed: TypedCode, now: datetime, limits: SessionLimits) -> bool:
    """Return whether to warn the owner of code guessing; call it after a wrong code.

    True when the attempts have just run out, at most once a day; this is journaled.
    """
    out = _recent(db, _of_code(typed), now, limits) >= limits.tries
    out = out or count_attempts(db, _of_day(typed), now - TRIES_KEPT) >= limits.codes_a_day
    alarm_key = _of_alarm(typed.user_id)
    if not out or count_attempts(db, alarm_key, now - TRIES_KEPT):
        return False
    _add(db, alarm_key, now)
    detail = {"door": typed.door.value}
    note(db, now, "accounts.codes_guessed", ("user", typed.user_id), detail=detail)
    return True


def refund_attempt(db: Session, key: str) -> None:
    """Delete the latest attempt under `key`, which was right."""
    latest = select(func.max(LoginAttempt.id)).where(LoginAttempt.key == key)
    db.execute(delete(LoginAttempt).where(LoginAttempt.id == latest.scalar_subquery()))


def forget(db: Session, keys: Iterable[str]) -> None:
    db.execute(delete(LoginAttempt).where(LoginAttempt.key.in_(list(keys))))


def purge_tries(db: Session, now: datetime) -> None:
    """Delete old attempts, and future ones left by a clock that was set back."""
    ahead = now + timedelta(minutes=1)
    db.execute(
        delete(LoginAttempt).where(or_(LoginAttempt.at < now - TRIES_KEPT, LoginAttempt.at > ahead))
    )


def _recent(db: Session, key: str, now: datetime, limits: SessionLimits) -> int:
    return count_attempts(db, key, now - timedelta(minutes=limits.window_minutes))


def _add(db: Session, key: str, now: datetime) -> None:
    db.add(LoginAttempt(key=key, at=now))


def _of_code(typed: TypedCode) -> str:
    kind = "app" if is_app_code(typed.code) else "recovery"
    return _with_browser(_of_kind(typed.user_id, typed.door, kind), typed)


def _codes_of(user_id: int, doors: Iterable[SignInPlace]) -> list[str]:
    """Return the common prefix of the keys of these codes, for any browser."""
    return [_of_kind(user_id, door, kind) for door in doors for kind in ("app", "recovery")]


def _of_kind(user_id: int, door: SignInPlace, kind: str) -> str:
    return get_token_digest(f"code:{door}:{kind}:{user_id}")[:_HALF]


def _of_day(typed: TypedCode) -> str:
    return _with_browser(get_token_digest(f"day:{typed.door}:{typed.user_id}")[:_HALF], typed)


def _with_browser(prefix: str, typed: TypedCode) -> str:
    return prefix + get_token_digest(f"browser:{typed.browser}")[:_HALF]


def _of_alarm(user_id: int) -> str:
    return get_token_digest(f"alarm:{user_id}")
