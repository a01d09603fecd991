"""Translate ADICT's answers for an organisation into the portal's types (domain.md §4).

Each call takes its turn in a short transaction, waits outside of it, then is sent.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from requests import Response

from core.database import Database
from core.i18n import N_
from data.exchange.mirror.channels import rate_limit
from data.exchange.mirror.channels.credentials_seal import opened, sealed
from data.exchange.mirror.channels.error_messages import (
    CODE,
    WORDS,
    refused,
    require_done,
    restored,
    status_of,
)
from data.exchange.mirror.channels.http_call import (
    NOT_TAKEN,
    UNKNOWN,
    CallLimits,
    Session,
    UpstreamConnection,
)
from data.exchange.mirror.channels.permission_errors import (
    DECLARE,
    LIST,
    PROVE,
    READ,
    REVOKE,
    forbidden,
)
from data.exchange.mirror.channels.rate_limit import SealedAccess
from data.exchange.mirror.channels.right_parser import borne, right_in, third_party_in
from data.exchange.mirror.channels.stream import CUT, objects
from data.exchange.mirror.rules.answers import FORBIDDEN, OF_ACCESS, is_of_access
from data.exchange.mirror.types import (
    JSON,
    Address,
    Enclosed,
    LineFault,
    MirrorPart,
    NotTaken,
    Spent,
    TheirRight,
    UpstreamDown,
    UpstreamResponse,
)

AT_ONCE = 1000  # PCEs per request
_UNSEALED = N_(
    "Vos identifiants ne peuvent plus être déchiffrés : la clé de ce portail a changé."
    " Saisissez-les de nouveau."
)
_CROWDED = N_(
    "Le portail interroge déjà le distributeur pour d’autres organisations : réessayez dans"
    " quelques minutes."
)
_BROKEN_OFF = "2000100"
_WRONG = 400
_PLACES: dict[MirrorPart, str] = {
    MirrorPart.INFORMATIVE: "donnees_consos_informatives",
    MirrorPart.PUBLISHED: "donnees_consos_publiees",
    MirrorPart.INJECTED: "donnees_injections_publiees",
}
_TESTS, _IN_TESTS = (
    "/adict/bas/",
    {MirrorPart.INJECTED: "donnees_injection_publiees"},
)  # spelling of the test environment
_CONTRACT: Mapping[str, Sequence[str]] = {
    "car": ("car_actuelle", "car_future"),
    "cja": ("cja", "cja_journaliere", "cja_mensuelle"),
}
BOUNDS = CallLimits()
Clock = Callable[[], datetime]


class Upstream:
    """One organisation's connection, used outside any transaction; `calls` counts the calls.

    Every method raises UpstreamDown (an outage, or an answer outside ADICT), Spent (no more calls
    before a time), NotTaken (refused credentials, recorded on the connection), and NotFound once
    the connection is removed. Iterators call when first read, and raise while being read: what they
    yielded before is valid.
    """

    def __init__(
        self,
        database: Database,
        address: Address,
        key: bytes,
        organisation_id: int,
        *,
        clock: Clock,
    ) -> None:
        self._database, self._address, self._key = database, address, key
        self._organisation_id, self._clock = organisation_id, clock
        self._line = UpstreamConnection(address, BOUNDS, Session())
        self.sleep: Callable[[float], None] = time.sleep
        self.calls, self.third_party = 0, ""

    def within(self, bounds: CallLimits) -> None:
        """Set the limits of the next calls."""
        ends = time.monotonic() + bounds.patience
        self._line = replace(self._line, bounds=bounds, ends=ends)

    def rights(self, numbers: Sequence[str] = ()) -> Iterator[TheirRight | LineFault]:
        """Yield each upstream right, or those of `numbers`; raise UpstreamDown if incomplete.

        Also raise it for too many faults, or too many lines for these PCEs.
        """
        for start in range(0, max(1, len(numbers)), AT_ONCE):
            batch = list(numbers[start : start + AT_ONCE])
            more = {"json": {"id_pce": batch}} if batch else {}
            answer = self._send("POST" if batch else "GET", "/droits_acces", **more)
            if answer.status_code == FORBIDDEN:
                raise self._forbidden(self._line.object_in(answer), LIST)
            yield from borne(self._rights_in(answer), len(batch))

    def declare(self, number: str, body: Mapping[str, str]) -> UpstreamResponse:
        """Declare a right; `body` has ADICT's names (domain.md §4.3)."""
        return self._check_permission(
            DECLARE, "PUT", f"/pce/{_safe(number)}/droit_acces", json=dict(body)
        )

    def revoke(self, uid: str) -> UpstreamResponse:
        """End a right, by its upstream uid."""
        return self._check_permission(REVOKE, "PATCH", f"/droit_acces/{_safe(uid)}")

    def prove(self, uid: str, pieces: Sequence[Enclosed]) -> UpstreamResponse:
        """Send the pieces of proof of a right, all at once."""
        files = [("preuves", (piece.name, piece.content, piece.mime)) for piece in pieces]
        return self._check_permission(
            PROVE, "PUT", f"/droit_acces/{_safe(uid)}/preuves", files=files
        )

    def readings(
        self, number: str, part: MirrorPart, first: date, last: date
    ) -> Iterator[tuple[int, dict[str, object]] | LineFault]:
        """Yield (line, object) of each period from `first` to `last`; `part` is one of YEARS.

        Floats are Decimal. A refusal (400, 403, 404, or in a line) is an object whose
        `statut_restitution` has a code and usually a message. The trailing line of a stream is not
        yielded; one that reports an interruption raises UpstreamDown, like the code 2000100.
        """
        params = {"date_debut": first.isoformat(), "date_fin": last.isoformat()}
        if first == last:  # a period of two equal dates is refused (domain.md §4.4)
            params = {"periode": f"{first:%Y-%j}"}
        places = _PLACES | _IN_TESTS if _TESTS in self._address.base else _PLACES
        answer = self._send("GET", f"/pce/{_safe(number)}/{places[part]}", params=params)
        if answer.status_code >= _WRONG:
            yield 1, self._denied(answer)
            return
        has_lines = False
        for item in objects(self._line.pieces(answer)):
            has_lines = True
            if isinstance(item, LineFault):
                yield item
                continue
            _line, record = item
            if restored(record).get("code") == _BROKEN_OFF:
                raise UpstreamDown(CUT)
            if CODE in record:
                require_done(record)
            else:
                yield item
        if not has_lines:
            raise UpstreamDown(CUT)

    def contract(self, number: str) -> Mapping[str, JSON]:
        """Return the contract data; `car` and `cja` are always objects."""
        body = self._single_line(f"/pce/{_safe(number)}/donnees_contractuelles")
        terms = body.get("donnees_contractuelles")
        if isinstance(terms, dict):
            body["donnees_contractuelles"] = {
                name: _spread(name, value) for name, value in terms.items()
            }
        return body

    def meter(self, number: str) -> Mapping[str, JSON]:
        """Return the technical data."""
        return self._single_line(f"/pce/{_safe(number)}/donnees_techniques")

    def _single_line(self, path: str) -> dict[str, Any]:
        answer = self._send("GET", path)
        bad = answer.status_code >= _WRONG
        body = self._denied(answer) if bad else self._line.object_in(answer)
        if CODE in body:
            body["statut_restitution"] = status_of(body)
        if restored(body).get("code") == _BROKEN_OFF:
            raise UpstreamDown(CUT)
        return body

    def _denied(self, answer: Response) -> dict[str, Any]:
        """Return why a PCE is not readable; raise NotTaken if the credentials read nothing.

        An answer without a code says nothing about the credentials.
        """
        body, status = self._line.object_in(answer), answer.status_code
        own = restored(body)
        if CODE not in body and own.get("code") == OF_ACCESS:  # as a portal reports it in a line
            body = {CODE: OF_ACCESS, WORDS: own.get("message")}
        if CODE in body and is_of_access(status, status_of(body)["code"]):
            raise self._forbidden(body, READ)
        return refused(body, status)

    def _rights_in(self, answer: Response) -> Iterator[TheirRight | LineFault]:
        is_complete = False
        for item in objects(self._line.pieces(answer)):
            if isinstance(item, LineFault):
                yield item
                continue
            line, record = item
            self.third_party = self.third_party or third_party_in(record)
            listed = record.get("liste_acces")
            if isinstance(listed, list):
                yield from (
                    right_in(line, entry if isinstance(entry, dict) else {}) for entry in listed
                )
                is_complete = True
            if CODE in record:
                require_done(record)
                is_complete = True
            elif not isinstance(listed, list):
                yield right_in(line, record)
        if not is_complete or answer.status_code >= _WRONG:
            raise UpstreamDown(CUT)

    def _check_permission(self, what: str, method: str, path: str, **more: Any) -> UpstreamResponse:  # noqa: ANN401
        """Return the response; raise NotTaken where the credentials do not allow `what`."""
        answer = self._send(method, path, **more)
        body = self._line.object_in(answer)
        status = status_of(body)
        if is_of_access(answer.status_code, status["code"]):
            raise self._forbidden(body, what)
        return UpstreamResponse(answer.status_code, status["code"], status["message"], body)

    def _send(self, method: str, path: str, **more: Any) -> Response:  # noqa: ANN401
        """Return the answer with its body unread; renew a refused token once.

        The turn is taken last, because delays before it would bring two calls together.
        """
        for _attempt in range(2):
            now = self._clock()
            with self._database.reading() as db:
                credentials = rate_limit.read_kept(db, self._organisation_id, now)
            token = credentials.token or self._new_token(credentials, now)
            self._wait()
            self.calls += 1
            text = opened(token, self._key)
            answer = self._line.ask(text, method, path, self._clock(), **more)
            if answer.status_code != UNKNOWN:
                return answer
            answer.close()
            with self._database.transaction() as db:
                rate_limit.drop_token(db, self._organisation_id, token)
        raise self._refused(credentials, NotTaken(NOT_TAKEN))

    def _forbidden(self, told: Mapping[str, object], what: str) -> NotTaken:
        """Return the error for credentials that may not do `what`: a person must fix it."""
        with self._database.reading() as db:
            credentials = rate_limit.read_kept(db, self._organisation_id, self._clock())
        return self._refused(credentials, forbidden(told, what))

    def _wait(self) -> None:
        with self._database.transaction() as db:
            now = self._clock()
            wait = rate_limit.take_turn(db, self._organisation_id, self._address, now)
            if wait > self._line.seconds_left:  # the turn is left to others
                raise Spent(_CROWDED, now + timedelta(seconds=wait))
        if wait > 0:
            self.sleep(wait)

    def _new_token(self, kept: SealedAccess, now: datetime) -> str:
        """Return a new token, stored sealed for all processes until a minute before its end."""
        secret = opened(kept.secret, self._key)
        if not secret:
            error = NotTaken(_UNSEALED)
            error.reached = False
            raise self._refused(kept, error)
        try:
            text, until = self._line.new_token(kept.client_id, secret, now)
        except NotTaken as error:
            raise self._refused(kept, error) from error
        token = sealed(text, self._key)
        with self._database.transaction() as db:
            rate_limit.keep_token(db, self._organisation_id, kept, token, until)
        return token

    def _refused(self, kept: SealedAccess, error: NotTaken) -> NotTaken:
        with self._database.transaction() as db:
            rate_limit.note_refusal(db, self._organisation_id, kept, error, self._clock())
        return error


def open_upstream(
    database: Database, address: Address, key: bytes, organisation_id: int, clock: Clock
) -> Upstream:
    """Return the connection of an organisation; `key` is the portal's sealing key.

    Raise NotFound without one, NotTaken when it is refused: nothing is called until it changes.
    """
    with database.reading() as db:
        rate_limit.require_taken(db, organisation_id)
    return Upstream(database, address, key, organisation_id, clock=clock)


def _safe(part: str) -> str:
    return quote(part, safe="")


def _spread(name: str, value: JSON) -> JSON:
    """Return an object for a single value, stored under the first name."""
    if name not in _CONTRACT or value is None or isinstance(value, dict):
        return value
    first, *others = _CONTRACT[name]
    return {first: value} | dict.fromkeys(others)
