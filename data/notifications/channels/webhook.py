"""Post JSON signed with the webhook's secret, to public addresses only."""

import http.client
import json
import ssl
from datetime import datetime
from urllib.parse import urlsplit

from data.notifications.channels.errors import ChannelRefused, Unanswered
from data.notifications.channels.public_addresses import Allow, only_public
from data.notifications.rules import is_public, webhook_signature
from data.notifications.types import ChannelMessage

TIMEOUT = 10  # seconds
_READ = 65_536  # bytes of an answer, of which only the code matters
_PASSING = frozenset({408, 409, 425, 429})  # temporary refusals


def by_webhook(
    parcel: ChannelMessage,
    at: datetime,
    *,
    allow: Allow = is_public,
    context: ssl.SSLContext | None = None,
    timeout: float = TIMEOUT,
) -> None:
    """Post the signed message, without following redirects.

    Raise ChannelRefused or OSError.
    """
    body = json.dumps(parcel.data, ensure_ascii=False, separators=(",", ":")).encode()
    target = urlsplit(parcel.url)
    if target.scheme != "https" or not target.hostname:
        raise ChannelRefused("private", gone=True)
    path = target.path or "/"
    if target.query:
        path += f"?{target.query}"
    with only_public(allow):
        connection = http.client.HTTPSConnection(
            target.hostname,
            target.port or 443,
            timeout=timeout,
            context=context or ssl.create_default_context(),
        )
        try:
            connection.request("POST", path, body, _headers(parcel, at, body))
            answer = connection.getresponse()
            answer.read(_READ)
        except http.client.HTTPException as error:
            raise OSError(type(error).__name__) from error
        finally:
            connection.close()
    _judge(answer.status)


def _headers(parcel: ChannelMessage, at: datetime, body: bytes) -> dict[str, str]:
    stamp = int(at.timestamp())
    signed = [webhook_signature(secret, parcel.id, stamp, body) for secret in parcel.secret.split()]
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "espace-client-webhook",
        "webhook-id": parcel.id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": " ".join(signed),
    }


def _judge(status: int) -> None:
    """Return for 2xx; raise ChannelRefused for 3xx and 4xx, Unanswered for temporary errors."""
    if 200 <= status < 300:  # noqa: PLR2004
        return
    if status >= 500 or status in _PASSING:  # noqa: PLR2004
        raise Unanswered(f"http {status}")  # noqa: TRY003 (a code of the journal)
    raise ChannelRefused(status, protocol="http", gone=True)
