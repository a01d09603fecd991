"""An organisation's way to its distributor: what ADICT answers, in our words (domain.md §4).

Each call takes its turn in a short transaction, then waits outside of it, then asks.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from requests import Response

from data.db import Database
from data.mirror.channels import turns
from data.mirror.channels.asking import NOT_TAKEN, UNKNOWN, Bounds, Line, Session
from data.mirror.channels.forbidding import DECLARE, LIST, PROVE, READ, REVOKE, forbidden
from data.mirror.channels.saying import CODE, WORDS, refused, require_done, restored, status_of
from data.mirror.channels.sealing import opened, sealed
from data.mirror.channels.stream import CUT, objects
from data.mirror.channels.telling import borne, right_in, third_party_in
from data.mirror.channels.turns import Kept
from data.mirror.rules.answers import FORBIDDEN, OF_ACCESS, is_of_access
from data.mirror.types import (
    JSON,
    Address,
    Answer,
    Down,
    Enclosed,
    Fault,
    NotTaken,
    Part,
    Spent,
    TheirRight,
)
from i18n import N_

AT_ONCE = 1000  # PCE of one question
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
_PLACES: dict[Part, str] = {
    Part.INFORMATIVE: "donnees_consos_informatives",
    Part.PUBLISHED: "donnees_consos_publiees",
    Part.INJECTED: "donnees_injections_publiees",
}
_TESTS, _IN_TESTS = "/adict/bas/", {Part.INJECTED: "donnees_injection_publiees"}  # as spelt there
_CONTRACT: Mapping[str, Sequence[str]] = {
    "car": ("car_actuelle", "car_future"),
    "cja": ("cja", "cja_journaliere", "cja_mensuelle"),
}
BOUNDS = Bounds()
Clock = Callable[[], datetime]


class Upstream:
    """One organisation's connection, used outside any transaction; `calls` counts what it asked.

    Every method raises Down (an outage, or words that are not ADICT's), Spent (no more calls before
    an instant), NotTaken (the credentials are refused; the connection says so from then on), and
    NotFound once the connection is forgotten. Iterators ask when they are first read, and raise as
    they are read: what they gave before is good.
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
        self._line = Line(address, BOUNDS, Session())
        self.sleep: Callable[[float], None] = time.sleep
        self.calls, self.third_party = 0, ""

    def within(self, bounds: Bounds) -> None:
        """Ask by *bounds* from now on."""
        ends = time.monotonic() + bounds.patience
        self._line = replace(self._line, bounds=bounds, ends=ends)

    def rights(self, numbers: Sequence[str] = ()) -> Iterator[TheirRight | Fault]:
        """Each right there, or those of *numbers*; ends without Down only when it was whole.

        Down too once more of an answer is refused than is borne, or more comes than some PCE have.
        """
        for start in range(0, max(1, len(numbers)), AT_ONCE):
            some = list(numbers[start : start + AT_ONCE])
            more = {"json": {"id_pce": some}} if some else {}
            answer = self._send("POST" if some else "GET", "/droits_acces", **more)
            if answer.status_code == FORBIDDEN:
                raise self._forbidden(self._line.object_in(answer), LIST)
            yield from borne(self._rights_in(answer), len(some))

    def declare(self, number: str, body: Mapping[str, str]) -> Answer:
        """Declare a right; *body* in ADICT's names (domain.md §4.3)."""
        return self._said(DECLARE, "PUT", f"/pce/{_safe(number)}/droit_acces", json=dict(body))

    def revoke(self, uid: str) -> Answer:
        """End a right, by the name it has there."""
        return self._said(REVOKE, "PATCH", f"/droit_acces/{_safe(uid)}")

    def prove(self, uid: str, pieces: Sequence[Enclosed]) -> Answer:
        """Send the pieces of proof of a right, all at once."""
        files = [("preuves", (one.name, one.content, one.mime)) for one in pieces]
        return self._said(PROVE, "PUT", f"/droit_acces/{_safe(uid)}/preuves", files=files)

    def readings(
        self, number: str, part: Part, first: date, last: date
    ) -> Iterator[tuple[int, dict[str, object]] | Fault]:
        """(line, object) of each period from *first* to *last*; *part* is one that YEARS has.

        Floats are Decimal. A refusal (400, 403, 404, or in a line) is an object whose
        `statut_restitution` has a code and most often a message. The trailing line of a stream is
        not given; one that says that it broke off raises Down, as the code 2000100 does.
        """
        asked = {"date_debut": first.isoformat(), "date_fin": last.isoformat()}
        if first == last:  # two dates that are one day are refused (domain.md §4.4)
            asked = {"periode": f"{first:%Y-%j}"}
        places = _PLACES | _IN_TESTS if _TESTS in self._address.base else _PLACES
        answer = self._send("GET", f"/pce/{_safe(number)}/{places[part]}", params=asked)
        if answer.status_code >= _WRONG:
            yield 1, self._denied(answer)
            return
        heard = False
        for found in objects(self._line.pieces(answer)):
            heard = True
            if isinstance(found, Fault):
                yield found
                continue
            _line, told = found
            if restored(told).get("code") == _BROKEN_OFF:
                raise Down(CUT)
            if CODE in told:
                require_done(told)
            else:
                yield found
        if not heard:
            raise Down(CUT)

    def contract(self, number: str) -> Mapping[str, JSON]:
        """The whole object of contract data; `car` and `cja` are objects, whatever they were."""
        told = self._one(f"/pce/{_safe(number)}/donnees_contractuelles")
        terms = told.get("donnees_contractuelles")
        if isinstance(terms, dict):
            told["donnees_contractuelles"] = {
                name: _spread(name, value) for name, value in terms.items()
            }
        return told

    def meter(self, number: str) -> Mapping[str, JSON]:
        """The whole object of technical data."""
        return self._one(f"/pce/{_safe(number)}/donnees_techniques")

    def _one(self, path: str) -> dict[str, Any]:
        answer = self._send("GET", path)
        bad = answer.status_code >= _WRONG
        told = self._denied(answer) if bad else self._line.object_in(answer)
        if CODE in told:
            told["statut_restitution"] = status_of(told)
        if restored(told).get("code") == _BROKEN_OFF:
            raise Down(CUT)
        return told

    def _denied(self, answer: Response) -> dict[str, Any]:
        """Why a PCE is not read; one that no right opens is known from credentials that read none.

        What has no code says nothing of the credentials.
        """
        told, status = self._line.object_in(answer), answer.status_code
        own = restored(told)
        if CODE not in told and own.get("code") == OF_ACCESS:  # as a portal says it of a line
            told = {CODE: OF_ACCESS, WORDS: own.get("message")}
        if CODE in told and is_of_access(status, status_of(told)["code"]):
            raise self._forbidden(told, READ)
        return refused(told, status)

    def _rights_in(self, answer: Response) -> Iterator[TheirRight | Fault]:
        whole = False
        for found in objects(self._line.pieces(answer)):
            if isinstance(found, Fault):
                yield found
                continue
            line, told = found
            self.third_party = self.third_party or third_party_in(told)
            listed = told.get("liste_acces")
            if isinstance(listed, list):
                yield from (right_in(line, one if isinstance(one, dict) else {}) for one in listed)
                whole = True
            if CODE in told:
                require_done(told)
                whole = True
            elif not isinstance(listed, list):
                yield right_in(line, told)
        if not whole or answer.status_code >= _WRONG:
            raise Down(CUT)

    def _said(self, what: str, method: str, path: str, **more: Any) -> Answer:  # noqa: ANN401
        """NotTaken where the credentials do not allow *what*: nothing came of it there."""
        answer = self._send(method, path, **more)
        told = self._line.object_in(answer)
        status = status_of(told)
        if is_of_access(answer.status_code, status["code"]):
            raise self._forbidden(told, what)
        return Answer(answer.status_code, status["code"], status["message"], told)

    def _send(self, method: str, path: str, **more: Any) -> Response:  # noqa: ANN401
        """The answer, its body unread; a token that is not taken is asked anew once.

        The turn comes last: what is long before it would bring two calls together.
        """
        for _again in range(2):
            now = self._clock()
            with self._database.reading() as db:
                kept = turns.read_kept(db, self._organisation_id, now)
            token = kept.token or self._new_token(kept, now)
            self._wait()
            self.calls += 1
            text = opened(token, self._key)
            answer = self._line.ask(text, method, path, self._clock(), **more)
            if answer.status_code != UNKNOWN:
                return answer
            answer.close()
            with self._database.transaction() as db:
                turns.drop_token(db, self._organisation_id, token)
        raise self._refused(kept, NotTaken(NOT_TAKEN))

    def _forbidden(self, told: Mapping[str, object], what: str) -> NotTaken:
        """It knows the credentials, which may not do *what*: a person is to mend it."""
        with self._database.reading() as db:
            kept = turns.read_kept(db, self._organisation_id, self._clock())
        return self._refused(kept, forbidden(told, what))

    def _wait(self) -> None:
        with self._database.transaction() as db:
            now = self._clock()
            wait = turns.take_turn(db, self._organisation_id, self._address, now)
            if wait > self._line.left:  # the turn is left to others
                raise Spent(_CROWDED, now + timedelta(seconds=wait))
        if wait > 0:
            self.sleep(wait)

    def _new_token(self, kept: Kept, now: datetime) -> str:
        """One that every process has until a minute to its end, sealed."""
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
            turns.keep_token(db, self._organisation_id, kept, token, until)
        return token

    def _refused(self, kept: Kept, error: NotTaken) -> NotTaken:
        with self._database.transaction() as db:
            turns.note_refusal(db, self._organisation_id, kept, error, self._clock())
        return error


def open_upstream(
    database: Database, address: Address, key: bytes, organisation_id: int, clock: Clock
) -> Upstream:
    """The connection of an organisation; *key* is the portal's, as that of second factors.

    NotFound when there is none, NotTaken when it is refused: nothing is asked until it changes.
    """
    with database.reading() as db:
        turns.require_taken(db, organisation_id)
    return Upstream(database, address, key, organisation_id, clock=clock)


def _safe(part: str) -> str:
    return quote(part, safe="")


def _spread(name: str, value: JSON) -> JSON:
    """A figure that is said alone, as the first of the object that it is elsewhere."""
    if name not in _CONTRACT or value is None or isinstance(value, dict):
        return value
    first, *others = _CONTRACT[name]
    return {first: value} | dict.fromkeys(others)
