"""Lives of sessions, tries, addresses."""

from datetime import timedelta

import pytest

from core.errors import TooMany
from data.identity.accounts.rules import (
    address_in,
    check_tries,
    device_of,
    is_alive,
    is_stale,
    network_of,
    place_of,
)
from data.identity.accounts.types import PasswordCheck, SessionLimits, SignInCandidate
from tests.factories import NOW

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
    candidate = SignInCandidate(7, "a@b.example", "hash")
    assert PasswordCheck(candidate, holds=False).user_id is None
    assert PasswordCheck(candidate, holds=True).user_id == 7


def test_secrets_do_not_show_in_a_repr():
    assert "hash-of-it" not in repr(SignInCandidate(7, "a@b.example", "hash-of-it"))


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
