"""Other sides to mirror: a portal that is the distributor, and one that answers as it likes."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from werkzeug import Request, Response
from werkzeug.serving import make_server

from core.database import Database
from data.exchange.mirror.channels import Upstream, open_upstream
from data.exchange.mirror.channels.credentials_seal import sealed
from data.exchange.mirror.channels.http_call import CallLimits
from data.exchange.mirror.models import MirrorConnection
from data.exchange.mirror.types import Address, ConnectionState, MirrorPart
from tests.api.adict.program import SECRET, make_credential
from tests.factories import NOW
from tests.web import Clock, Web

KEY = b"k" * 32  # of the portal that mirrors
DONE = {"code_statut_traitement": "0000000000", "message_retour_traitement": "Opération réussie."}
QUICK = CallLimits(connect=2, silence=0.5, total_s=2, octets=2_000_000, small=100_000)


@dataclass(frozen=True)
class Distributor:
    """A portal on a port of its own, where organisation 2 has a credential."""

    web: Web  # its `clock` may be moved, its `database` written to
    root: str
    client_id: str
    secret: str = SECRET

    @property
    def address(self) -> Address:
        return address_of(self.root)

    @property
    def database(self) -> Database:
        return self.web.database


@contextmanager
def distributor_of(web: Web) -> Iterator[Distributor]:
    with web.database.transaction() as db:
        client_id = make_credential(db, web.clock(), client_id="ec_mirror").client_id
    with serving(web.server) as root:
        yield Distributor(web, root, client_id)


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """*app* on a port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def address_of(root: str, **values: Any) -> Address:
    """Where *root* speaks ADICT; calls follow one another at once, as often as one likes."""
    usual = {"token": f"{root}/oauth2/token", "scope": "/adict/v2", "a_day": 0, "pause": 0.0}
    return Address(**{"base": f"{root}/adict/v2"} | usual | values)


def connect(db: Any, client_id: str, secret: str = SECRET, **values: Any) -> MirrorConnection:
    """The connection of organisation 2, which mirrors everything and sends."""
    row = MirrorConnection(
        **{
            "organisation_id": 2,
            "client_id": client_id,
            "sealed_secret": sealed(secret, KEY),
            "parts": sorted(MirrorPart),
            "sends": True,
            "state": ConnectionState.WORKING,
            "created_at": NOW,
        }
        | values
    )
    db.add(row)
    db.flush()
    return row


Scripted = Response | Callable[[Request], Response]


@dataclass
class Hostile:
    """Answers what a test says, in turn: one for each call; past them, a list without rights.

    `token` answers who asks for a token; `asked` holds (method, path, body) of each other call.
    """

    root: str = ""
    answers: deque[Scripted] = field(default_factory=deque)
    token: Scripted | None = None
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    tokens: int = 0

    @property
    def address(self) -> Address:
        return address_of(self.root)

    def says(self, *answers: Scripted) -> None:
        self.answers.extend(answers)

    def __call__(self, environ: Any, start: Any) -> Iterable[bytes]:
        asked = Request(environ)
        return self._answer(asked)(environ, start)

    def _answer(self, asked: Request) -> Response:
        if asked.path == "/oauth2/token":
            self.tokens += 1
            said = self.token or token_answer(f"token-{self.tokens}")
        else:
            self.asked.append((asked.method, asked.full_path.rstrip("?"), asked.get_data()))
            said = self.answers.popleft() if self.answers else lines(DONE)
        return said if isinstance(said, Response) else said(asked)


@contextmanager
def hostile_at_work() -> Iterator[Hostile]:
    hostile = Hostile()
    with serving(hostile) as root:
        hostile.root = root
        yield hostile


def token_answer(text: str = "token", lasts: object = 14_400) -> Response:
    return told({"access_token": text, "token_type": "Bearer", "expires_in": lasts})


def told(body: object, status: int = 200, **headers: str) -> Response:
    """One object; `Retry_After="5"` is a header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(json.dumps(body), status, named, mimetype="application/json")


def lines(*said: Mapping[str, object] | str, status: int = 200) -> Response:
    """Lines of nd-json: objects, or texts as they are."""
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in said)
    return Response(f"{text}\n", status, mimetype="application/x-ndjson")


def cut(*said: Mapping[str, object] | str) -> Response:
    """The same, which ends before the length that it announced."""
    answer = lines(*said)
    answer.headers["Content-Length"] = str(len(answer.get_data()) + 100)
    answer.automatically_set_content_length = False
    return answer


def page(status: int = 200) -> Response:
    return Response("<!doctype html><h1>Maintenance</h1>", status, mimetype="text/html")


def right_line(**values: object) -> dict[str, object]:
    """A right as the distributor lists it."""
    return {
        "id_droit_acces": "5b0c9a52-6f0e-4d7f-9a53-0c1f6f3d2a11",
        "id_pce": "09999999910001",
        "role_tiers": "AUTORISE_CONTRAT_FOURNITURE",
        "raison_sociale_du_tiers": "THERMIA CONSEIL",
        "nom_titulaire": None,
        "raison_sociale_du_titulaire": "LYCEE DES TILLEULS",
        "courriel_titulaire": "intendance@tilleuls.example",
        "code_postal": "99123",
        "numero_telephone_mobile_titulaire": "0600000000",
        "perim_donnees_contractuelles": "Vrai",
        "perim_donnees_techniques": "Vrai",
        "perim_donnees_informatives": "Vrai",
        "perim_donnees_publiees": "Vrai",
        "perim_donnees_conso_debut": "2021-09-01",
        "perim_donnees_conso_fin": "2027-08-31",
        "perim_donnees_inj_debut": None,
        "perim_donnees_inj_fin": None,
        "date_creation": "2024-09-02 09:31:07",
        "date_debut_droit_acces": "2024-09-02",
        "date_fin_droit_acces": "2027-08-31",
        "etat_droit_acces": "Active",
        "date_revocation": None,
        "source_revocation": None,
        "date_passage_a_obsolete": None,
        "source_passage_a_obsolete": None,
        "date_fin_autorisation": "2027-08-31 00:00:00",
        "date_passage_a_refuse": None,
        "source_passage_a_refuse": None,
        "parcours": None,
        "statut_controle_preuve": None,
        "date_limite_transmission_preuve": None,
    } | values


def upstream_of(
    database: Database, address: Address, clock: Callable[[], datetime] | None = None
) -> Upstream:
    """The way of organisation 2, which waits for nothing."""
    upstream = open_upstream(database, address, KEY, 2, clock or Clock())
    upstream.sleep = lambda _seconds: None
    return upstream
