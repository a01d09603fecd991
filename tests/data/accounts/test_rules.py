"""Passwords, lives of sessions, tries."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.accounts.rules import (
    address_in,
    check_password,
    check_tries,
    device_of,
    is_alive,
    is_stale,
    network_of,
    place_of,
    runs_in,
)
from data.accounts.types import Candidate, Proof, SessionLimits
from data.errors import Invalid, TooMany
from tests.factories import NOW

ABOUT = ("alice@tilleuls.example", "Alice Martin", "Ville des Tilleuls")


@pytest.mark.parametrize(
    "password",
    [
        "cheval pile agrafe juste",
        "Nuage-Violon-Carotte",
        "xk7!vq2?mz9:",
        "le chat dort sur le toit rouge",
        "öäüßéèêàùçñ§",
        "电池马正确钉书机长颈鹿雨",
    ],
)
def test_a_password_hard_to_guess_is_taken(password):
    check_password(password, ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "onze caract",
        "aaaaaaaaaaaa",
        "abababababab",
        "abcabcabcabcabc",
        "motdepasse2026",
        "MotDePasse2026!",
        "m0td3p4ss3-2026",
        "password123456",
        "azertyuiop1234",
        "123456789012",
        "abcdefghijkl",
        "zyxwvutsrqpo",
        "Tilleuls-Alice-26",
        "alicemartin2026",
        "consommation-gaz",
        "Bienvenue 2026 !",
        "x" * 1025,
    ],
)
def test_an_obvious_password_is_refused(password):
    with pytest.raises(Invalid):
        check_password(password, ABOUT)


def test_no_kind_of_character_is_required():
    check_password("trois mots tranquilles", ABOUT)


def test_words_of_three_letters_of_a_name_do_not_count():
    check_password("levier brun ferme doux", ("leo@x.example", "Léo Roy", "Gaz"))


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text):
    with suppress(Invalid):
        check_password(text, ABOUT)


def test_runs_follow_alphabet_digits_and_keyboard():
    assert runs_in("xx3456yy") == {"3456"}
    assert runs_in("azerty-lkjh") >= {"azerty", "lkjh"}
    assert runs_in("abc123") == set()


LIMITS = SessionLimits()


@pytest.mark.parametrize(
    ("age", "idle", "alive"),
    [
        (timedelta(0), timedelta(0), True),
        (timedelta(hours=11, minutes=59), timedelta(minutes=29), True),
        (timedelta(hours=1), timedelta(minutes=30), False),
        (timedelta(hours=12), timedelta(0), False),
    ],
)
def test_a_session_dies_of_idleness_or_age(age, idle, alive):
    assert is_alive(NOW - age, NOW - idle, NOW, LIMITS) is alive


def test_a_sign_of_life_is_renewed_once_a_minute():
    assert not is_stale(NOW - timedelta(seconds=59), NOW)
    assert is_stale(NOW - timedelta(seconds=60), NOW)


def test_the_tenth_try_is_the_last():
    check_tries(9, LIMITS)
    with pytest.raises(TooMany, match="15 minutes"):
        check_tries(10, LIMITS)


@pytest.mark.parametrize(
    ("address", "network", "place"),
    [
        ("192.0.2.7", "192.0.2.7/32", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.7/32", "192.0.2.0/24"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64", "2001:db8:1:2::/64"),
        ("", "", ""),
        ("unix:", "unix:", "unix:"),
    ],
)
def test_an_address_is_in_a_network(address, network, place):
    assert network_of(address) == network
    assert place_of(address) == place


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/150.0 Safari/537.36 Edg/150.0"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "
    "Version/19.0 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox · Linux"),
        (EDGE, "Edge · Windows"),
        (SAFARI, "Safari · iPhone"),
        ("something else", ""),
        ("", ""),
    ],
)
def test_a_device_is_told_in_two_words(agent, device):
    assert device_of(agent) == device


def test_a_proof_that_does_not_hold_proves_nobody():
    candidate = Candidate(7, "a@b.example", "hash")
    assert Proof(candidate, holds=False).user_id is None
    assert Proof(candidate, holds=True).user_id == 7


def test_secrets_do_not_show_in_a_repr():
    assert "hash-of-it" not in repr(Candidate(7, "a@b.example", "hash-of-it"))


@pytest.mark.parametrize(
    "wrong",
    ["", "a", "a@b", "a b@c.example", "é@c.example", "a@b.example\n", "x" * 65 + "@b.example",
     "=?utf-8?q?Direction?=@b.example", "a@=?utf-8?q?b?=.example",
     "a\u2028@b.example", "a\x85@b.example",
     "a\x1c@b.example", "a\x01@b.example", "a\u200b@b.example", "Direction <a@b.example>",
     "a@[127.0.0.1]", '"a b"@b.example', "a@b.local", "a" * 300 + "@b.example", "a..b@c.example"],
)  # fmt: skip
def test_what_is_no_address_is_told(wrong):
    assert address_in(wrong) is None


def test_an_address_is_ascii_and_lower_case():
    assert address_in("A.B+c@D-E.example") == "a.b+c@d-e.example"
    assert address_in("o'neil@école.example") == "o'neil@xn--cole-9oa.example"
    assert address_in("root@intranet", anywhere=False) == "root@intranet"
    assert address_in("=?utf-8?q?x?=@intranet", anywhere=False) is None
