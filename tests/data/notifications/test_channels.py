"""Ways out of one's own: signed, never sent inside, switched off when they are dead."""

import base64
import contextlib
import hashlib
import hmac
import json
import socket
import ssl
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from data.identity.audit.models import AuditEvent
from data.notifications import actions, queries
from data.notifications.channels import (
    ChannelDown,
    ChannelRefused,
    NoTls,
    by_apprise,
    by_webhook,
    outcome_of,
)
from data.notifications.channels.public_addresses import only_public
from data.notifications.models import Notification
from data.notifications.types import ChannelMessage, MessageDelivery, NotificationKind, SendOutcome
from tests.factories import NOW

KEY = b"k" * 32
SECRET = "whsec_" + base64.b64encode(b"s" * 24).decode()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A server of this machine that a client may check."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def listening(certificate=None, status=200, location=None):
    """A small HTTP server; what it was asked is in the list given."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, dict(self.headers), body))
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def parcel(url, **values):
    return ChannelMessage(
        **{
            "url": url,
            "secret": SECRET,
            "id": "n1@tilleuls.example",
            "title": "Dépassement",
            "text": "Une phrase.",
            "data": {"type": "notices", "site": "Lycée"},
        }
        | values
    )


def here(_address):
    return True


def posted(certificate, path="/a?b=c", **server):
    context = ssl.create_default_context(cafile=str(certificate))
    with listening(certificate, **server) as (port, asked):
        url = f"https://localhost:{port}{path}"
        try:
            by_webhook(parcel(url), NOW, allow=here, context=context)
        finally:
            posted.asked = asked
    return asked


def test_a_webhook_is_signed_with_its_number_and_its_time(certificate):
    ((path, headers, body),) = posted(certificate)
    assert path == "/a?b=c"
    assert json.loads(body) == {"type": "notices", "site": "Lycée"}
    assert headers["webhook-id"] == "n1@tilleuls.example"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    signed = f"n1@tilleuls.example.{int(NOW.timestamp())}.".encode() + body
    digest = base64.b64encode(hmac.new(b"s" * 24, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        (302, SendOutcome.GONE, "http 302"),
        (404, SendOutcome.GONE, "http 404"),
        (410, SendOutcome.GONE, "http 410"),
        (429, SendOutcome.LATER, "http 429"),
        (503, SendOutcome.LATER, "http 503"),
    ],
)
def test_an_answer_says_whether_to_try_again(certificate, status, outcome, words):
    with pytest.raises((ChannelRefused, OSError)) as caught:
        posted(certificate, status=status, location="https://localhost:1/elsewhere")
    assert outcome_of(caught.value) == (outcome, words)
    assert len(posted.asked) == 1  # no redirection is followed


def test_what_does_not_speak_http_is_for_later(certificate):
    context = ssl.create_default_context(cafile=str(certificate))
    server = socket.create_server(("127.0.0.1", 0))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)

    def answer():
        connection, _address = server.accept()
        with tls.wrap_socket(connection, server_side=True) as wrapped:
            wrapped.recv(10_000)
            wrapped.sendall(b"nonsense\r\n\r\n")

    thread = threading.Thread(target=answer)
    thread.start()
    with pytest.raises(OSError, match=r"BadStatus|Remote") as caught:
        by_webhook(
            parcel(f"https://localhost:{server.getsockname()[1]}/"),
            NOW,
            allow=here,
            context=context,
        )
    thread.join()
    server.close()
    assert outcome_of(caught.value)[0] is SendOutcome.LATER


@pytest.mark.parametrize(
    "url",
    ["https://localhost/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.8/",
     "https://169.254.169.254/latest", "http://example.org/", "https:///x"],
)  # fmt: skip
def test_a_private_address_is_never_reached(url):
    with pytest.raises(ChannelRefused, match="private") as caught:
        by_webhook(parcel(url), NOW)
    assert outcome_of(caught.value) == (SendOutcome.GONE, "private")


def test_a_name_that_also_leads_inside_is_refused(monkeypatch):
    def both(_host, port, *_args, **_kwargs):
        family = socket.AF_INET
        return [
            (family, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port)),
            (family, socket.SOCK_STREAM, 6, "", ("192.168.1.1", port)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(ChannelRefused, match="private"):
        by_webhook(parcel("https://rebind.example/"), NOW)


def test_only_the_watched_thread_is_watched():
    with only_public(lambda _address: False):
        other = threading.Thread(target=socket.getaddrinfo, args=("127.0.0.1", 80))
        other.start()
        other.join()
    assert socket.getaddrinfo("127.0.0.1", 80)


def test_a_library_that_keeps_the_refusal_to_itself_does_not_hide_it():
    def swallowing():
        with only_public(lambda _address: False), contextlib.suppress(ChannelRefused):
            socket.getaddrinfo("127.0.0.1", 80)

    def renaming():
        with only_public(lambda _address: False):
            try:
                socket.getaddrinfo("127.0.0.1", 80)
            except ChannelRefused:
                raise KeyError from None

    for library in (swallowing, renaming):
        with pytest.raises(ChannelRefused, match="private"):
            library()


def test_an_error_of_the_block_is_its_own():
    with pytest.raises(ZeroDivisionError), only_public():
        raise ZeroDivisionError


def test_apprise_reaches_a_service():
    with listening() as (port, asked):
        by_apprise(parcel(f"json://127.0.0.1:{port}/x"), NOW, allow=here)
    assert b"Une phrase." in asked[0][2]


def test_apprise_says_when_the_service_does_not_take_it():
    with listening(status=500) as (port, _asked), pytest.raises(OSError, match="taken") as caught:
        by_apprise(parcel(f"json://127.0.0.1:{port}/x"), NOW, allow=here)
    assert outcome_of(caught.value) == (SendOutcome.LATER, "not taken")


def test_apprise_does_not_follow_a_redirection():
    with listening() as (inside, reached):
        there = f"http://127.0.0.1:{inside}/"
        with listening(status=302, location=there) as (port, _asked), pytest.raises(OSError):  # noqa: PT011
            by_apprise(parcel(f"json://127.0.0.1:{port}/x"), NOW, allow=here)
    assert reached == []


@pytest.mark.parametrize(
    "url",
    [
        "json://127.0.0.1/x",
        "ntfy://localhost/x",
        "mailto://a:b@c.example?smtp=127.0.0.1&to=d@e.example",
    ],
)
def test_apprise_is_watched_too(url):
    with pytest.raises(ChannelRefused, match="private"):
        by_apprise(parcel(url), NOW)


@pytest.mark.parametrize(
    "url",
    ["nosuch://x", "syslog://", "dbus://", "fcm://a/b", "vapid://a/b", "discord://a/b?template=/etc/passwd",
     "slack://a/b/c/?%74emplate=x", "json://a.example/?keyfile=/etc/passwd"],
)  # fmt: skip
def test_apprise_does_not_touch_this_machine(url):
    with pytest.raises(ChannelRefused, match="unknown service"):
        by_apprise(parcel(url), NOW)


def test_errors_have_their_outcome():
    assert outcome_of(ChannelRefused(550)) == (SendOutcome.FINAL, "smtp 550")
    assert outcome_of(NoTls()) == (SendOutcome.DOWN, "no tls")
    assert outcome_of(ChannelDown("x")) == (SendOutcome.DOWN, "down")
    assert outcome_of(KeyError("x")) == (SendOutcome.LATER, "KeyError")


@pytest.mark.usefixtures("people")
class TestKept:
    """Channels as rows: one's own, sealed, tried before use."""

    def test_the_address_is_kept_sealed_and_shown_without_its_secrets(self, db, alice, bob):
        made = actions.add_webhook(db, alice, "", "https://hook.example/jeton", key=KEY, now=NOW)
        actions.add_apprise(db, alice, "Équipe", "discord://jeton/a", key=KEY, now=NOW)
        first, second = queries.list_channels(db, alice)
        assert (first.name, second.name) == ("https://hook.example/…", "Équipe")
        assert (first.target, second.target) == ("https://hook.example/…", "discord://…")
        url, secret = queries.get_target(db, made.id)
        assert "jeton" not in url + secret + repr(made)
        assert actions.opened(url, KEY) == "https://hook.example/jeton"
        assert actions.opened(secret, KEY) == made.secret
        with pytest.raises(InvalidToken):
            actions.opened(url, b"x" * 32)
        assert queries.list_channels(db, bob) == []

    @pytest.mark.alike
    @pytest.mark.parametrize(
        "url",
        ["", "hook.example", "http://hook.example/", "https://localhost/", "https://10.1.2.3/",
         "https://[::1]/", "https://u:p@hook.example/", "https://intranet/", "https://a.internal/",
         "https://2130706433/", "https://hook.example:x/", "https://hook.example/a\nb", "https://?",
         "https://" + "x" * 3000],
    )  # fmt: skip
    def test_what_leads_nowhere_or_inside_is_refused(self, db, alice, url):
        with pytest.raises(Invalid):
            actions.add_webhook(db, alice, "", url, key=KEY, now=NOW)
        assert queries.list_channels(db, alice) == []

    def test_a_person_has_a_few_of_them(self, db, alice):
        for _number in range(10):
            actions.add_apprise(db, alice, "", "discord://a/b", key=KEY, now=NOW)
        with pytest.raises(Conflict):
            actions.add_apprise(db, alice, "", "discord://a/b", key=KEY, now=NOW)

    def test_they_are_ones_own(self, db, alice, bob):
        made = actions.add_webhook(db, alice, "", "https://hook.example/", key=KEY, now=NOW)
        for act in (actions.test_channel, actions.turn_on_channel, actions.remove_channel):
            for number in (made.id, 0, 2**40):
                with pytest.raises(NotFound):
                    act(db, bob, number, NOW)
        actions.test_channel(db, alice, made.id, NOW)
        assert len(queries.list_deliveries(db, alice)) == 1  # one test at a time
        actions.remove_channel(db, alice, made.id, NOW)
        assert queries.list_channels(db, alice) == []
        assert queries.list_deliveries(db, alice)[0].error == "off"
        with pytest.raises(NotFound):
            actions.test_channel(db, alice, made.id, NOW)

    def test_extra_addresses_are_the_organisations(self, db, alice, bob):
        client = replace(alice, role=Role.CLIENT)
        with pytest.raises(Forbidden):
            actions.add_address(db, client, "a@b.example", language="fr", now=NOW)
        for wrong in ("", "a", "a@b", "a b@c.example", "é@c.example", "a@b.example\n", "x" * 300):
            with pytest.raises(Invalid):
                actions.add_address(db, alice, wrong + " x", language="fr", now=NOW)
        number = actions.add_address(db, alice, "a@b.example", language="xx", now=NOW)
        assert actions.add_address(db, alice, "A@b.example", language="en", now=NOW) == number
        (row,) = queries.list_addresses(db, client)
        assert (row.email, row.language, row.confirmed_at) == ("a@b.example", "en", None)
        assert queries.list_addresses(db, bob) == []
        for number_, viewer in ((number, bob), (2**40, alice)):
            with pytest.raises(NotFound):
                actions.remove_address(db, viewer, number_, NOW)
        assert actions.confirm_address(db, number, NOW)
        assert not actions.confirm_address(db, 99, NOW)
        with pytest.raises(Conflict):
            actions.add_address(db, alice, "a@b.example", language="fr", now=NOW)
        for place in range(99):
            day = NOW + timedelta(days=1 + place // 30)
            last = actions.add_address(db, alice, f"a{place}@b.example", language="fr", now=day)
        later = NOW + timedelta(days=9)
        with pytest.raises(Conflict):
            actions.add_address(db, alice, "last@b.example", language="fr", now=later)
        actions.remove_address(db, alice, last, later)  # one that is stopped takes no place
        actions.add_address(db, alice, "last@b.example", language="fr", now=later)
        with pytest.raises(Conflict):
            actions.add_address(db, alice, "a98@b.example", language="fr", now=later)

    def test_nobody_is_asked_again_and_again_whoever_asks(self, db, alice, bob):
        bob = replace(bob, role=Role.FACILITY_MANAGER)
        at = NOW
        waits = [timedelta(hours=1), *(timedelta(days=days) for days in (1, 7, 30, 30))]
        for viewer, wait in zip([alice, bob, alice, bob, alice], waits, strict=True):
            number = actions.add_address(db, viewer, "passant@b.example", language="fr", now=at)
            sent(db, at)
            actions.remove_address(db, viewer, number, at)
            early = at + wait - timedelta(seconds=1)
            for other in (alice, bob):
                with pytest.raises(TooMany, match="partir du"):
                    actions.add_address(db, other, "passant@b.example", language="fr", now=early)
            at += wait
        assert len(confirmations(db)) == 5

    def test_one_taken_back_before_its_mail_left_is_not_counted(self, db, alice):
        for _time in range(3):
            number = actions.add_address(db, alice, "passant@b.example", language="fr", now=NOW)
            actions.remove_address(db, alice, number, NOW)
        assert {row.error for row in confirmations(db)} == {"off"}

    def test_an_organisation_asks_so_many_a_day(self, db, alice, bob):
        bob = replace(bob, role=Role.FACILITY_MANAGER)
        for place in range(30):
            actions.add_address(db, alice, f"a{place}@b.example", language="fr", now=NOW)
        soon = NOW + timedelta(hours=23)
        with pytest.raises(TooMany, match="30 adresses"):
            actions.add_address(db, alice, "last@b.example", language="fr", now=soon)
        actions.add_address(db, bob, "last@b.example", language="fr", now=soon)
        actions.add_address(db, alice, "more@b.example", language="fr", now=NOW + timedelta(days=1))

    def test_who_refuses_is_never_asked_again(self, db, alice, bob):
        bob = replace(bob, role=Role.FACILITY_MANAGER)
        number = actions.add_address(db, alice, "passant@b.example", language="fr", now=NOW)
        sent(db, NOW)
        later = NOW + timedelta(hours=2)
        other = actions.add_address(db, bob, "passant@b.example", language="fr", now=later)
        assert actions.refuse_address(db, number, later)
        assert actions.refuse_address(db, number, later)  # again changes nothing
        assert not actions.refuse_address(db, 99, later)
        for one in (number, other):
            assert not actions.confirm_address(db, one, later)
        assert [row.state for row in confirmations(db)] == [
            MessageDelivery.SENT,
            MessageDelivery.FAILED,
        ]
        for viewer in (alice, bob):
            with pytest.raises(Conflict, match="titulaire"):
                actions.add_address(
                    db, viewer, "passant@b.example", language="fr", now=NOW + timedelta(days=900)
                )
            with pytest.raises(Conflict, match="titulaire"):  # a tag reaches the same person
                actions.add_address(db, viewer, "passant+2@b.example", language="fr", now=later)
        actions.add_address(db, alice, "passant2@b.example", language="fr", now=later)
        actions.add_address(db, alice, "passant@c.example", language="fr", now=later)
        refused = select(AuditEvent.id).where(AuditEvent.action == "notifications.address_refused")
        assert len(db.scalars(refused).all()) == 1

    def test_a_refusal_leaves_what_its_reader_confirmed_elsewhere(self, db, alice, bob):
        bob = replace(bob, role=Role.FACILITY_MANAGER)
        kept = actions.add_address(db, alice, "gardien@b.example", language="fr", now=NOW)
        actions.confirm_address(db, kept, NOW)
        sent(db, NOW)
        later = NOW + timedelta(hours=2)
        number = actions.add_address(db, bob, "gardien@b.example", language="fr", now=later)
        actions.refuse_address(db, number, later)
        assert queries.list_addresses(db, alice)[0].stopped_at is None
        assert queries.list_addresses(db, bob)[0].stopped_at == later


def confirmations(db):
    query = select(Notification).where(Notification.kind == NotificationKind.ADDRESS_CONFIRM)
    return db.scalars(query.order_by(Notification.id)).all()


def sent(db, at):
    """What waits leaves."""
    for organisation in (1, 2):
        for number in queries.list_due(db, {"organisation": organisation}, at):
            actions.record_sent(db, actions.claim(db, number), at)
    db.expire_all()
