"""Sign shared links, and limit their duration."""

import hashlib
from datetime import date, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from core.i18n import N_
from core.unicode_safety import undirected
from data.metering.consumption.types import Series
from data.metering.pces.rules import storable

LONGEST_LABEL = 60
MOST = 50  # active links per user
DAYS = (1, 7, 30, 90, 365)  # durations offered, up to the portal's maximum
NOT_YOURS = N_(
    "Vous lisez ce PCE par un droit d’accès : son titulaire n’a consenti qu’à votre organisation."
    " Lui seul peut en partager des jours par un lien."
)
_SALT = "marks.shared"


def sign_share(link_id: int, nonce: str, secret: str) -> str:
    """Return the signed token of a link: its id and its secret, without name or PCE."""
    return str(_serializer(secret).dumps([link_id, nonce]))


def read_share(token: str, secret: str) -> tuple[int, str] | None:
    """Return the id and secret in a token; None when it was not signed with `secret`."""
    try:
        payload = _serializer(secret).loads(token)
    except (BadData, ValueError):
        return None
    match payload:
        case [int(link_id), str(nonce)]:
            return link_id, nonce
    return None


def _serializer(secret: str) -> URLSafeSerializer:
    kwargs = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(secret, salt=_SALT, signer_kwargs=kwargs)


def offered_durations(most: int) -> tuple[int, ...]:
    """Return the durations in days that may be chosen, `most` included; none when it is 0."""
    return tuple(sorted({days for days in (*DAYS, most) if 0 < days <= most}))


def expiry(now: datetime, days: int) -> datetime:
    return now + timedelta(days=days)


def last_shared_day(series: Series) -> date:
    """Return the last day that is shared: not beyond an ended access right."""
    return max(series.first, min(series.last, series.readable_until or series.last))


def clean_label(text: str) -> str:
    """Return the recipient label on one line."""
    return " ".join(undirected(storable(text)).split())[:LONGEST_LABEL]
