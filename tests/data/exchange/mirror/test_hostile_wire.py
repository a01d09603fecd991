"""Redirects and tokens as nobody should write them: a sentence, and nothing of them is followed."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from data.exchange.mirror.actions.connection import try_out
from data.exchange.mirror.channels import http_call
from data.exchange.mirror.channels.http_call import CallLimits, Session, UpstreamConnection
from data.exchange.mirror.models import MirrorConnection, MirrorRound
from data.exchange.mirror.types import ConnectionState, NotTaken, RoundState, UpstreamDown
from tests.choosing import examples
from tests.data.exchange.mirror.distributor import KEY, address_of, upstream_of
from tests.data.exchange.mirror.test_dripping import OK, server
from tests.factories import NOW
from tests.jobs.mirrored import work

pytestmark = pytest.mark.alike
FOUND = b"HTTP/1.1 302 Found\r\n"
LOCATIONS = (b"http://[", b"http://127.0.0.1:99999/", b"\xff\xfe", b"file:///etc/passwd", b"")
ERRORS = ({"error": ["x"]}, {"error": {"x": 1}}, {"errorCode": []}, {"errorCode": [1]}, [], 5)
NIGHT = NOW.replace(day=25, hour=1, minute=15)
LARGE = 300_000_000  # octets


def saying(answer: bytes):
    def answers(met):
        met.recv(65_536)
        met.sendall(answer)

    return answers


def redirecting(location: bytes):
    return saying(FOUND + b"Content-Length: 0\r\nLocation: " + location + b"\r\n\r\n")


def body_of(said: object) -> bytes:
    body = json.dumps(said).encode()
    return OK + b"Content-Length: %d\r\n\r\n" % len(body) + body


def ask(root):
    with Session() as session:
        line = UpstreamConnection(address_of(root), CallLimits(total_s=5), session)
        return line.ask("token", "GET", "/droits_acces", NOW)


def ask_a_token(root):
    with Session() as session:
        line = UpstreamConnection(address_of(root, token=root), CallLimits(total_s=5), session)
        return line.new_token("usr-4471", "secret", NOW)


CALLS = {"base": ask, "token": ask_a_token}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("coded", [b"", b"Content-Encoding: gzip\r\n"])
def test_the_body_of_a_redirect_is_left_unread(call, coded):
    sent = []

    def pours(met):
        met.recv(65_536)
        met.sendall(FOUND + b"Location: /x\r\n" + coded + b"Content-Length: %d\r\n\r\n" % LARGE)
        for _piece in range(LARGE // 1_000_000):
            met.sendall(b"\0" * 1_000_000)
            sent.append(1_000_000)

    with server(pours) as root, pytest.raises(UpstreamDown) as down:
        call(root)
    assert down.value.message == http_call.ELSEWHERE
    assert sum(sent) < LARGE / 10  # what the sockets hold


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("location", LOCATIONS)
def test_an_address_that_is_none_is_not_followed(call, location):
    with server(redirecting(location)) as root, pytest.raises(UpstreamDown) as down:
        call(root)
    assert (down.value.message, down.value.params) == (http_call.ELSEWHERE, {"status": 302})


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_no_location_does_more_than_to_be_refused(call):
    said = []

    def answers(met):
        redirecting(said[-1])(met)

    with server(answers) as root:

        @settings(max_examples=examples(60))
        @given(st.binary(max_size=40), st.sampled_from([b"", b"http://", b"//", b"http://a:"]))
        def refuses(octets, begins):
            said.append(begins + octets.replace(b"\r", b"").replace(b"\n", b""))
            with pytest.raises(UpstreamDown) as down:
                call(root)
            assert down.value.message == http_call.ELSEWHERE

        refuses()


@pytest.mark.parametrize("said", ERRORS, ids=str)
def test_an_error_that_is_no_word_is_no_token(said):
    with server(saying(body_of(said))) as root, pytest.raises(UpstreamDown) as down:
        ask_a_token(root)
    assert down.value.message in {http_call.NO_TOKEN, http_call.NO_WORDS}
    assert not down.value.reached


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
_FIELDS = ("error", "errorCode", "access_token", "expires_in", "token_type", "expires_at")
_TOKENS = st.dictionaries(st.sampled_from(_FIELDS), _JSON | st.sampled_from(["a", "invalid_scope"]))


def test_whatever_is_answered_for_a_token_is_one_or_a_sentence():
    said = []

    def answers(met):
        saying(body_of(said[-1]))(met)

    with server(answers) as root:

        @settings(max_examples=examples(200))
        @given(_JSON | _TOKENS)
        def answers_in_words(told):
            said.append(told)
            with suppress(UpstreamDown, NotTaken):
                text, until = ask_a_token(root)
                assert text == told["access_token"]
                assert until > NOW - http_call._MARGIN

        answers_in_words()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (redirecting(b"http://["), http_call.ELSEWHERE),
        (saying(body_of(ERRORS[0])), http_call.NO_TOKEN),
    ],
    ids=["redirect", "token"],
)
def test_who_tries_and_a_round_are_told_whose_fault_it_is(braving, admin, answer, sentence):
    with server(answer) as root:
        address = address_of(root, token=root)
        said = try_out(braving, admin, address, key=KEY, clock=lambda: NOW)
        work(braving, lambda _who, clock: upstream_of(braving, address, clock), NIGHT)
    with braving.reading() as db:
        assert said is ConnectionState.DOWN
        assert db.scalars(select(MirrorConnection.problem)).one()[0] == sentence
        going = db.scalars(select(MirrorRound)).one()
        assert (going.state, going.problem[0]) == (RoundState.PAUSED, sentence)
