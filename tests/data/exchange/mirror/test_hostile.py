"""Whatever the other side does: an outage in a sentence, a refusal that is kept, or patience."""

import socket
import time
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug import Response

from core.errors import NotFound
from data.exchange.mirror.channels import http_call, open_upstream, stream
from data.exchange.mirror.channels import upstream as client
from data.exchange.mirror.channels.credentials_seal import opened, sealed
from data.exchange.mirror.models import MirrorConnection
from data.exchange.mirror.types import (
    ConnectionState,
    Enclosed,
    LineFault,
    MirrorPart,
    NotTaken,
    Spent,
    UpstreamDown,
)
from tests.data.exchange.mirror.distributor import (
    DONE,
    KEY,
    address_of,
    cut,
    lines,
    page,
    right_line,
    token_answer,
    told,
    upstream_of,
)
from tests.factories import NOW, PCE
from tests.web import Clock

pytestmark = pytest.mark.alike  # it is the other side that differs, not the database
DAYS = (NOW.date() - timedelta(days=10), NOW.date())
LINE = {"pce": {"id_pce": PCE}, "consommation": None, "statut_restitution": None}


@pytest.fixture
def asked(braving, hostile):
    """The way of organisation 2 to `hostile`."""
    return upstream_of(braving, hostile.address)


def kept(database):
    with database.reading() as db:
        return db.scalars(select(MirrorConnection)).one()


def days(upstream):
    return list(upstream.readings(PCE, MirrorPart.INFORMATIVE, *DAYS))


EVERY_CALL = {
    "rights": lambda one: list(one.rights()),
    "some": lambda one: list(one.rights([PCE])),
    "readings": days,
    "contract": lambda one: one.contract(PCE),
    "meter": lambda one: one.meter(PCE),
    "declare": lambda one: one.declare(PCE, {"role_tiers": "x"}),
    "revoke": lambda one: one.revoke("a/../b"),
    "prove": lambda one: one.prove("a", [Enclosed("p.pdf", "application/pdf", b"%PDF")]),
}


@pytest.mark.parametrize("call", EVERY_CALL.values(), ids=EVERY_CALL)
def test_an_outage_is_told_whatever_was_asked(asked, hostile, call):
    for answer, sentence in (
        (told({}, 500), http_call.FAILS),
        (told({}, 503), http_call.FAILS),
        (page(), stream.NOT_JSON),
        (page(404), stream.NOT_JSON),
        (Response("", 302, {"Location": "http://127.0.0.1:9/"}), http_call.ELSEWHERE),
        (Response("", 200), None),
        (Response("[]", 200), None),
        (cut(LINE), None),
    ):
        hostile.says(answer)
        with pytest.raises(UpstreamDown) as down:
            call(asked)
        assert sentence in {None, down.value.message}
        assert str(down.value)
        assert down.value.reached


@pytest.mark.parametrize("call", EVERY_CALL.values(), ids=EVERY_CALL)
def test_too_many_calls_wait_for_what_is_said(asked, hostile, call):
    hostile.says(told({}, 429, Retry_After="5"))
    with pytest.raises(Spent) as spent:
        call(asked)
    assert spent.value.until == NOW + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("0", 1),
        ("-7", 1),
        ("1e9", 86_400),
        ("inf", 86_400),
        ("nan", 900),
        ("", 900),
        ("soon", 900),
        ("Mon, 01 Jan 2026 99999999999999999999:00:00 GMT", 900),
        ("Tue, 24 Nov 2026 08:00:30 GMT", 30),
        ("Tue, 24 Nov 2026 07:00:00 GMT", 1),
        ("Tue, 24 Nov 2099 07:00:00 GMT", 86_400),
        ("Tue, 24 Nov 2026 08:00:30 -0000", 30),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", 900),
        ("Mon, 01 Jan 2026 00:00:00 +999999999999999", 900),
    ],
)
def test_a_wait_is_read_as_seconds_or_a_date_and_bounded(asked, hostile, said, seconds):
    hostile.says(told({}, 429, Retry_After=said))
    with pytest.raises(Spent) as spent:
        list(asked.rights())
    assert spent.value.until == NOW + timedelta(seconds=seconds)
    hostile.says(told({}, 503, Retry_After=said))
    with pytest.raises(UpstreamDown) as down:
        list(asked.rights())
    assert down.value.retry_at == (NOW + timedelta(seconds=seconds) if said else None)


def test_silence_is_an_outage(asked, hostile):
    def slow(_asked):
        time.sleep(1.5)
        return lines(DONE)

    hostile.says(slow)
    with pytest.raises(UpstreamDown) as down:
        list(asked.rights())
    assert down.value.reached


@pytest.mark.slow
def test_an_endless_body_and_a_slow_drip_are_given_up(asked, hostile):
    def endless():
        while True:
            yield b'{"statut_restitution": null}\n' * 1000

    def drip():
        while True:
            time.sleep(0.05)
            yield b" "

    for body in (endless, drip):
        hostile.says(Response(body(), 200, mimetype="application/x-ndjson"))
        began = time.monotonic()
        with pytest.raises(UpstreamDown) as down:
            days(asked)
        assert down.value.message == http_call.ENDLESS
        assert time.monotonic() - began < 10


def test_nobody_there_was_reached_by_nothing(braving):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        root = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(UpstreamDown) as down:
        upstream_of(braving, address_of(root)).revoke("a")
    assert not down.value.reached
    with braving.transaction() as db:
        row = db.scalars(select(MirrorConnection)).one()
        row.sealed_token, row.token_until = sealed("t", KEY), NOW + timedelta(hours=1)
    with pytest.raises(UpstreamDown) as down:
        upstream_of(braving, address_of(root)).revoke("a")
    assert not down.value.reached


def test_no_token_is_an_outage_that_reached_nothing(asked, hostile):
    for answer in (
        page(),
        told({}, 500),
        told({}),
        told({"access_token": ""}),
        told({"access_token": "a\nb"}),
        told({"access_token": 5}),
        told({"error": "server_error"}, 400),
        Response("", 302, {"Location": "/"}),
        Response("x" * 300_000, 200),
    ):
        hostile.token = answer
        with pytest.raises(UpstreamDown) as down:
            asked.revoke("a")
        assert not down.value.reached
    assert hostile.asked == []
    hostile.token = told({}, 429, Retry_After="9")
    with pytest.raises(Spent):
        asked.revoke("a")


def test_a_token_is_asked_for_once_and_kept_for_every_process(braving, hostile, tmp_path):
    clock = Clock()
    for _process in range(3):
        upstream = upstream_of(braving, hostile.address, clock)
        for _call in range(3):
            list(upstream.rights())
    assert hostile.tokens == 1
    assert "token-1" not in kept(braving).sealed_token
    assert opened(kept(braving).sealed_token, KEY) == "token-1"
    clock.now = NOW + timedelta(seconds=14_400 - 61)
    list(upstream.rights())
    assert hostile.tokens == 1
    clock.now = NOW + timedelta(seconds=14_400 - 60)
    list(upstream.rights())
    assert hostile.tokens == 2


@pytest.mark.parametrize(
    ("lasts", "seconds"),
    [(None, 240), ("x", 240), (10, -50), (-5, -59), (10**9, 86_340), ("14400", 14_340)],
)
def test_how_long_a_token_lasts_is_bounded(asked, hostile, braving, lasts, seconds):
    hostile.token = token_answer(lasts=lasts)
    list(asked.rights())
    assert kept(braving).token_until == NOW + timedelta(seconds=seconds)


def test_a_token_that_is_not_taken_is_asked_anew_once(asked, hostile, braving):
    hostile.says(lines(DONE), told({}, 401), lines(right_line(), DONE))
    list(asked.rights())
    assert len(list(asked.rights())) == 1
    assert hostile.tokens == 2
    assert asked.calls == 3
    assert kept(braving).calls == 3
    hostile.says(told({}, 401), told({}, 401))
    with pytest.raises(NotTaken):
        list(asked.rights())
    row = kept(braving)
    assert row.state is ConnectionState.REFUSED
    assert row.problem == [http_call.NOT_TAKEN, {}]
    assert (row.sealed_token, row.token_until) == ("", None)
    with pytest.raises(NotTaken):
        open_upstream(braving, hostile.address, KEY, 2, Clock())


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"error": "invalid_client"}, 401),
        ({"error": "invalid_client"}, 400),
        ({"error": "invalid_scope"}, 400),
        ({"errorCode": "invalid_client", "errorSummary": "no"}, 401),
        ({}, 401),
    ],
)
def test_credentials_that_are_refused_are_kept_so(asked, hostile, braving, body, status):
    hostile.token = told(body, status)
    with pytest.raises(NotTaken):
        days(asked)
    assert kept(braving).state is ConnectionState.REFUSED
    assert hostile.asked == []


def test_credentials_that_changed_meanwhile_are_not_blamed(asked, hostile, braving):
    def changed(_asked):
        with braving.transaction() as db:
            db.scalars(select(MirrorConnection)).one().sealed_secret = sealed("new", KEY)
        return told({"error": "invalid_client"}, 401)

    hostile.token = changed
    with pytest.raises(NotTaken):
        days(asked)
    assert kept(braving).state is ConnectionState.WORKING


def test_another_key_of_the_portal_asks_for_the_secret_again(braving, hostile):
    upstream = open_upstream(braving, hostile.address, b"another", 2, Clock())
    with pytest.raises(NotTaken) as refused:
        list(upstream.rights())
    assert refused.value.message == client._UNSEALED
    assert hostile.tokens == 0


def test_a_connection_that_is_forgotten_is_not_found(asked, hostile, braving):
    with braving.transaction() as db:
        db.delete(db.scalars(select(MirrorConnection)).one())
    with pytest.raises(NotFound):
        days(asked)
    with pytest.raises(NotFound):
        open_upstream(braving, hostile.address, KEY, 2, Clock())
    assert hostile.asked == []


def test_a_list_without_its_last_line_is_not_whole(asked, hostile):
    hostile.says(lines(right_line(), "spoilt }", right_line(id_droit_acces="b")))
    found = asked.rights()
    assert next(found).uid == right_line()["id_droit_acces"]
    assert isinstance(next(found), LineFault)
    assert next(found).uid == "b"
    with pytest.raises(UpstreamDown) as down:
        next(found)
    assert down.value.message == stream.CUT


@pytest.mark.parametrize("status", [200, 400])
def test_a_list_whose_last_line_says_no_is_not_whole(asked, hostile, status):
    last = {"code_statut_traitement": "2000000001", "message_retour_traitement": "Panne «\x00»"}
    hostile.says(lines(right_line(), last, status=status))
    with pytest.raises(UpstreamDown) as down:
        list(asked.rights())
    assert "Panne" in str(down.value)
    assert "\x00" not in str(down.value)


def test_a_list_in_one_object(asked, hostile):
    listed = {"liste_acces": [right_line(), "odd", right_line(id_droit_acces="b")]}
    hostile.says(lines(listed))
    first, odd, last = asked.rights()
    assert (first.number, last.uid) == (PCE, "b")
    assert isinstance(odd, LineFault)
    hostile.says(lines(listed | DONE))
    assert len(list(asked.rights())) == 3


def test_more_pce_than_one_question_takes(asked, hostile):
    numbers = [f"{number:014d}" for number in range(2001)]
    hostile.says(lines(right_line(), DONE), lines(DONE), lines(right_line(), DONE))
    assert len(list(asked.rights(numbers))) == 2
    assert [method for method, _path, _body in hostile.asked] == ["POST"] * 3
    assert [body.count(b'"0') for _method, _path, body in hostile.asked] == [1000, 1000, 1]


def test_readings_give_every_line_but_the_last(asked, hostile):
    hostile.says(lines(LINE, "{spoilt", LINE | {"consommation": {}}, DONE))
    (first, fault, last) = days(asked)
    assert (first[0], fault.line, last[0]) == (1, 2, 3)
    path = hostile.asked[0][1]
    assert path.endswith("donnees_consos_informatives?date_debut=2026-11-14&date_fin=2026-11-24")


@pytest.mark.parametrize(
    "last",
    [
        {"statut_restitution": {"code": "2000100", "message": "x"}},
        {"code_statut_traitement": "2000000001", "message_retour_traitement": "x"},
    ],
)
def test_readings_that_break_off_are_an_outage(asked, hostile, last):
    hostile.says(lines(LINE, last))
    found = asked.readings(PCE, MirrorPart.PUBLISHED, *DAYS)
    assert next(found) == (1, LINE)
    with pytest.raises(UpstreamDown):
        next(found)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_refusal_of_data_is_told_as_their_status(asked, hostile, status):
    said = {"code_statut_traitement": "1000002", "message_retour_traitement": "Aucun droit"}
    wanted = {"code": "1000002", "message": "Aucun droit"}
    hostile.says(
        told(said, status), told(said, status), told(LINE | {"statut_restitution": wanted})
    )
    ((line, found),) = days(asked)
    assert (line, found["statut_restitution"]) == (1, wanted)
    assert asked.contract(PCE)["statut_restitution"] == wanted
    ((_line, found),) = days(asked)
    assert found["statut_restitution"] == wanted


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        ({}, "400", None),
        ({"statut_restitution": None}, "400", None),
        ({"statut_restitution": {"message": "Trop tôt."}}, "400", "Trop tôt."),
        ({"statut_restitution": {"code": "1000002", "message": "Non."}}, "1000002", "Non."),
        ({"code_statut_traitement": ["?"], "message_retour_traitement": "Non."}, "400", "Non."),
    ],
)
def test_a_refusal_without_a_code_has_that_of_its_answer(asked, hostile, said, code, words):
    hostile.says(told(said, 400), told(said, 400))
    ((_line, found),) = days(asked)
    for one in (found, asked.meter(PCE)):
        status = one["statut_restitution"]
        assert (status["code"], status.get("message")) == (code, words)


def test_one_object_that_breaks_off_is_an_outage(asked, hostile):
    hostile.says(told({"statut_restitution": {"code": "2000100", "message": "x"}}))
    with pytest.raises(UpstreamDown):
        asked.meter(PCE)


def test_a_contract_is_read_in_its_old_shape_and_in_the_new(asked, hostile):
    old = {"donnees_contractuelles": {"car": 9426, "cja": 0, "tarif_acheminement": "T2"}}
    new = {"donnees_contractuelles": {"car": {"car_actuelle": 1}, "cja": None}}
    hostile.says(told(old), told(new), told({"donnees_contractuelles": None}))
    terms = asked.contract(PCE)["donnees_contractuelles"]
    assert terms["car"] == {"car_actuelle": 9426, "car_future": None}
    assert terms["cja"] == {"cja": 0, "cja_journaliere": None, "cja_mensuelle": None}
    assert asked.contract(PCE) == new
    assert asked.contract(PCE)["donnees_contractuelles"] is None


@pytest.mark.parametrize("status", [200, 201, 400, 403, 404, 409, 422])
def test_what_is_sent_is_answered_whatever_it_says(asked, hostile, status):
    said = {"code_statut_traitement": 1000000003, "message_retour_traitement": "Déjà\x00 " * 999}
    hostile.says(told(said, status))
    answer = asked.declare(PCE, {"role_tiers": "x"})
    assert (answer.status, answer.code, answer.is_accepted) == (status, "1000000003", status < 300)
    assert len(answer.message) <= 500
    assert "\x00" not in answer.message
    hostile.says(told({"odd": [1], "code_statut_traitement": "2000000002"}, status))
    answer = asked.prove("u", [Enclosed("p.pdf", "application/pdf", b"%PDF")])
    assert (answer.code, answer.message) == ("2000000002", "")
    assert b'name="preuves"; filename="p.pdf"' in hostile.asked[-1][2]


def test_an_address_is_not_led_astray(asked, hostile):
    hostile.says(told(DONE))
    asked.revoke("../../oauth2/token?x=é#")
    assert hostile.asked[0][1].startswith("/adict/v2/droit_acces/..")


def test_nothing_secret_is_shown_or_written(asked, hostile, capfd, caplog):
    caplog.set_level("DEBUG")
    list(asked.rights())
    hostile.says(told({}, 500))
    with pytest.raises(UpstreamDown) as down:
        list(asked.rights())
    out = "".join(capfd.readouterr()) + caplog.text
    for said in (out, repr(asked), repr(down.value), str(down.value)):
        assert "secret-of-the-mirror" not in said
        assert "token-1" not in said
        assert KEY.decode() not in said
