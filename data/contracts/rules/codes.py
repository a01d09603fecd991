"""Rules of one-time codes: format, digest, limits and expiry."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from core.errors import TooMany
from core.i18n import N_
from data.contracts.types import Party

DIGITS = 6
LASTS = timedelta(minutes=10)
TRIES = 5  # of one code
MOST = 4  # codes for one text in WINDOW
WINDOW = timedelta(minutes=15)
MOST_A_DAY = 12  # for one text
MOST_OF_ALL = 100  # for a person in a day: staff may have many contracts to countersign
_DAY = timedelta(days=1)
_TOO_MANY = N_("Trop de codes demandés : attendez {minutes} min avant d’en demander un autre.")
_TOO_MANY_TODAY = N_("Trop de codes demandés aujourd’hui : recommencez demain.")


def code_of(number: int) -> str:
    """Return `number` as six digits."""
    return str(number).zfill(DIGITS)


def typed_code(text: str) -> str:
    """Return the typed digits without spaces and dashes."""
    return "".join(text.split()).replace("-", "")


def is_code(code: str) -> bool:
    """Return whether a `typed_code` has six digits, so that it counts as an attempt."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def mark_of(key: bytes, code: str, *, user_id: int, text: str, sha256: str) -> str:
    """Return the stored keyed hash of a code, bound to a person and a displayed text.

    Six digits could be found by trying a million; without the portal's key this hash reveals
    nothing.
    """
    payload = "\0".join(("contract-code", str(user_id), text, sha256, code))
    return hmac.new(key, payload.encode(), hashlib.sha256).hexdigest()


def check_asked(sent_times: Sequence[datetime], in_all: int, now: datetime) -> None:
    """Raise TooMany when another code exceeds the limits; `sent_times` are for this text.

    `in_all` counts codes for any text in a day: five attempts at so few codes cannot find one in a
    million.
    """
    today = [at for at in sent_times if at > now - _DAY]
    if len(today) >= MOST_A_DAY or in_all >= MOST_OF_ALL:
        raise TooMany(_TOO_MANY_TODAY, seconds=_seconds(min(today, default=now) + _DAY - now))
    recent_times = sorted(at for at in sent_times if at > now - WINDOW)
    if len(recent_times) >= MOST:
        seconds = _seconds(recent_times[-MOST] + WINDOW - now)
        raise TooMany(_TOO_MANY, minutes=-(-seconds // 60), seconds=seconds)


def _seconds(remaining: timedelta) -> int:
    return max(1, int(remaining.total_seconds()))


def hidden(email: str) -> str:
    """Return a masked address: `c•••@tilleuls.example`."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}•••@{domain}"


def party_words(party: Party) -> str:
    """Return the sentence that a signer of that side agrees to."""
    return _CONSENTS[party]


_CONSENTS = {
    Party.CLIENT: N_(
        "J’ai lu ce texte en entier, j’ai le pouvoir d’engager {organisation}, et je le signe"
        " électroniquement : cette signature vaut signature manuscrite."
    ),
    Party.OPERATOR: N_(
        "J’ai vérifié l’identité du client, {organisation}, et le pouvoir de son signataire, et"
        " je contresigne ce texte au nom de {operator}."
    ),
}
