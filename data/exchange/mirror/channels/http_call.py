"""Make one upstream call within cost limits; its answer is untrusted.

Authlib's client fetches the OAuth 2 token.
"""

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from requests import ConnectTimeout, RequestException, Response
from urllib3.exceptions import HTTPError, NewConnectionError

from core.i18n import N_
from data.exchange.mirror.channels.deadline_socket import ENDLESS, Adapter, before
from data.exchange.mirror.channels.error_messages import status_of
from data.exchange.mirror.channels.stream import objects
from data.exchange.mirror.types import Address, NotTaken, Spent, UpstreamDown

SILENT = N_("Le distributeur ne répond pas : nouvel essai plus tard.")
FAILS = N_("Le distributeur répond par une erreur (HTTP {status}) : nouvel essai plus tard.")
ELSEWHERE = N_(
    "Le distributeur renvoie vers une autre adresse (HTTP {status}), qui n’est pas suivie : "
    "prévenez l’opérateur de ce portail."
)
NO_TOKEN = N_("Le distributeur n’a pas donné de jeton lisible : nouvel essai plus tard.")
NO_WORDS = N_("La réponse du distributeur n’est pas lisible : nouvel essai plus tard.")
SLOWER = N_("Le distributeur demande d’attendre : il a reçu trop d’appels.")
SLOWER_SAYS = N_("Le distributeur demande d’attendre : il répond « {reply} ».")
NOT_TAKEN = N_("Le distributeur refuse vos identifiants : corrigez-les, puis testez-les.")
_MISTAKEN = ("invalid_client", "unauthorized_client", "invalid_scope", "invalid_grant")
_PIECE = 65_536
_MARGIN = timedelta(minutes=1)  # before the end of a token
_USUAL = 15 * 60  # seconds to wait if the answer does not say
_SHORT = 300  # seconds of a token without a stated duration
_MOST = 24 * 3600  # maximum seconds accepted for a wait or a token
_REDIRECT, _WRONG, UNKNOWN, _BUSY, _SERVER_ERROR = 300, 400, 401, 429, 500


@dataclass(frozen=True, slots=True)
class CallLimits:
    """Limits of a call: seconds to connect, between two bytes, in total; bytes in total."""

    connect: float = 5
    silence: float = 30
    total_s: float = 15 * 60
    octets: int = 400_000_000
    small: int = 4_000_000  # bytes of an answer with a single object
    patience: float = math.inf  # seconds for all calls together, including waiting for turns


A_TRY = CallLimits(connect=3, silence=5, patience=10)  # a person waits for it, and a web worker


class Session(OAuth2Session):  # type: ignore[misc]
    """OAuth 2 client with limits on every call, and without redirects."""

    def __init__(self, *given: Any, **more: Any) -> None:  # noqa: ANN401 (what Authlib takes)
        super().__init__(*given, **more)
        for scheme in ("http://", "https://"):
            self.mount(scheme, Adapter())

    def get_redirect_target(self, resp: Response) -> None:
        """Return None: following a redirect would read the body without limits."""
        del resp


@dataclass(frozen=True, slots=True)
class UpstreamConnection:
    """A connection to the other side, kept open between calls."""

    address: Address
    bounds: CallLimits
    session: Session
    ends: float = math.inf  # end of its patience, on the monotonic clock

    @property
    def seconds_left(self) -> float:
        """Return the seconds of patience left; never 0, which would mean no limit."""
        return max(self.ends - time.monotonic(), 0.05)

    def ask(self, token: str, method: str, path: str, now: datetime, **more: Any) -> Response:  # noqa: ANN401
        """Return an answer with its body unread; raise UpstreamDown or Spent for an outage."""
        self.session.token = {"access_token": token, "token_type": "Bearer"}
        url = f"{self.address.base.rstrip('/')}{path}"
        head = {"Accept": "application/json"}
        with _telling(), before(self._until):
            answer = self.session.request(method, url, headers=head, **self._ways, **more)
        return _checked(self, answer, now)

    def new_token(self, client_id: str, secret: str, now: datetime) -> tuple[str, datetime]:
        """Return a token, and when to stop using it: a minute before it ends.

        Raise NotTaken when the credentials are refused; UpstreamDown or Spent otherwise.
        """

        def parse_token(answer: Response) -> _Told:
            return self._token_in(_checked(self, answer, now))

        try:
            with _telling(), before(self._until), self._applicant(client_id, secret) as session:
                session.register_compliance_hook("access_token_response", parse_token)
                token = session.fetch_token(
                    self.address.token, grant_type="client_credentials", **self._ways
                )
        except UpstreamDown as error:
            error.reached = False
            raise
        return token["access_token"], now + timedelta(seconds=token["expires_in"]) - _MARGIN

    def _applicant(self, client_id: str, secret: str) -> Session:
        """Return the client that requests a token, with its secret in the request's body."""
        way = {"token_endpoint_auth_method": "client_secret_post"}
        return Session(client_id, secret, scope=self.address.scope, **way)

    @property
    def _until(self) -> float:
        """Return the deadline of the current call, including reading its answer."""
        return min(time.monotonic() + self.bounds.total_s, self.ends)

    @property
    def _ways(self) -> Mapping[str, Any]:
        patience = (
            min(limit, self.seconds_left) for limit in (self.bounds.connect, self.bounds.silence)
        )
        return {"timeout": tuple(patience), "allow_redirects": False, "stream": True}

    def _token_in(self, answer: Response) -> "_Told":
        """Return the token in an answer; distinguish a refusal from an outage."""
        body = self.object_in(answer)
        wrong = body.get("error") or body.get("errorCode")
        if answer.status_code == UNKNOWN or wrong in _MISTAKEN:
            raise NotTaken(NOT_TAKEN)
        text = body.get("access_token")
        good = isinstance(text, str) and text and text.isascii() and text.isprintable()
        if answer.status_code >= _WRONG or wrong or not good:
            raise UpstreamDown(NO_TOKEN)
        lasts = _seconds_in(body.get("expires_in"), _SHORT)
        return _Told(answer.status_code, {"access_token": text, "expires_in": lasts})

    def object_in(self, answer: Response) -> dict[str, Any]:
        """Return the first object of a short answer; raise UpstreamDown without one."""
        answers = [
            item[1]
            for item in objects(self.pieces(answer, self.bounds.small))
            if isinstance(item, tuple)
        ]
        if not answers:
            raise UpstreamDown(NO_WORDS)
        return answers[0]

    def pieces(self, answer: Response, most: int = 0) -> Iterator[bytes]:
        """Yield the body within limits; `answer` is closed at the end."""
        remaining = most or self.bounds.octets
        with _telling(), answer:
            while remaining >= 0:
                piece = answer.raw.read1(_PIECE, decode_content=True)
                if not piece:
                    return
                remaining -= len(piece)
                yield piece
            raise UpstreamDown(ENDLESS)


@dataclass(frozen=True, slots=True)
class _Told:
    """An answer already read, as Authlib needs it."""

    status_code: int
    body: dict[str, Any]

    def json(self) -> dict[str, Any]:
        return self.body


@contextmanager
def _telling() -> Iterator[None]:
    """Turn network errors in the block into UpstreamDown."""
    try:
        yield
    except (RequestException, HTTPError, AuthlibBaseError, OSError) as error:
        down = UpstreamDown(SILENT)
        down.reached = not _is_unconnected(error)
        raise down from error


def _is_unconnected(error: Exception) -> bool:
    """Return whether the connection failed, so that nothing was sent."""
    inner = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, ConnectTimeout) or isinstance(inner, NewConnectionError)


def _checked(line: UpstreamConnection, answer: Response, now: datetime) -> Response:
    """Return `answer` unless it is an outage; read its body only for the reason to wait."""
    status = answer.status_code
    if status < _REDIRECT or (_WRONG <= status < _SERVER_ERROR and status != _BUSY):
        return answer
    retry_after = answer.headers.get("Retry-After")
    if status == _BUSY:
        until, words = now + timedelta(seconds=_wait_in(retry_after, now)), _words_in(line, answer)
        raise Spent(SLOWER_SAYS, until, reply=words) if words else Spent(SLOWER, until)
    answer.close()
    if status < _WRONG:
        raise UpstreamDown(ELSEWHERE, status=status)
    retry_at = now + timedelta(seconds=_wait_in(retry_after, now)) if retry_after else None
    raise UpstreamDown(FAILS, retry_at, status=status)


def _words_in(line: UpstreamConnection, answer: Response) -> str:
    """Return the reason of a busy answer, if it is in ADICT's format."""
    try:
        return status_of(line.object_in(answer))["message"]
    except UpstreamDown:
        return ""


def _wait_in(retry_after: str | None, now: datetime) -> int:
    """Return the seconds of a Retry-After, given as seconds or a date."""
    try:
        at = parsedate_to_datetime(retry_after or "")
    except (ValueError, OverflowError):
        return _seconds_in(retry_after, _USUAL)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return _seconds_in((at - now).total_seconds(), _USUAL)


def _seconds_in(value: object, usual: int) -> int:
    """Return a number of seconds between 1 and a day; `usual` if it is no number."""
    try:
        return int(min(max(float(str(value)), 1), _MOST))
    except ValueError:  # also for NaN
        return usual
