"""When a notice is told, under which number, where it may go, and what proves where it is from."""

import base64
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.i18n import PARIS
from data.notifications.rules import (
    ask_again,
    batch_message_id,
    due_at,
    grouping_of,
    is_public,
    is_quiet,
    is_settled,
    mask_of,
    next_attempt,
    problems_in_url,
    read_link,
    sign_link,
    still_ahead,
    webhook_signature,
)
from data.notifications.types import (
    ChannelKind,
    Grouping,
    LinkVerb,
    NoticeReader,
    Preferences,
    ReaderBatch,
    Severity,
    SignedLink,
)
from tests.factories import NOW

SECRET = "k" * 48
READER = NoticeReader(1, None)


def at(*parts):
    return datetime(2026, *parts, tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("grouping", "wish", "now", "due"),
    [
        (Grouping.IMMEDIATE, Preferences(), at(11, 24, 9), at(11, 24, 9)),
        (Grouping.DAILY, Preferences(), at(11, 24, 7, 59), at(11, 24, 8)),
        (Grouping.DAILY, Preferences(), at(11, 24, 8), at(11, 25, 8)),
        (Grouping.DAILY, Preferences(digest_hour=18), at(11, 24, 9), at(11, 24, 18)),
        (Grouping.WEEKLY, Preferences(), at(11, 24, 9), at(11, 30, 8)),  # a Tuesday, then Monday
        (Grouping.WEEKLY, Preferences(digest_weekday=1), at(11, 24, 7), at(11, 24, 8)),
        (Grouping.WEEKLY, Preferences(digest_weekday=1), at(11, 24, 9), at(12, 1, 8)),
        (Grouping.DAILY, Preferences(), at(3, 28, 9), at(3, 29, 8)),  # summer time begins between
        (Grouping.DAILY, Preferences(), at(10, 24, 9), at(10, 25, 8)),  # and ends
    ],
)
def test_a_digest_has_its_hour_in_paris(grouping, wish, now, due):
    assert due_at(grouping, wish, now) == due


def test_a_person_chooses_how_often_but_not_for_what_is_urgent():
    wish = Preferences(grouping=Grouping.WEEKLY)
    assert grouping_of(Grouping.IMMEDIATE, wish, Severity.WARNING) is Grouping.WEEKLY
    assert grouping_of(Grouping.IMMEDIATE, wish, Severity.URGENT) is Grouping.IMMEDIATE
    assert grouping_of(Grouping.DAILY, Preferences(), Severity.INFO) is Grouping.DAILY


@pytest.mark.parametrize(
    ("first", "last", "hour", "quiet"),
    [
        (time(22), time(7), 23, True),
        (time(22), time(7), 6, True),
        (time(22), time(7), 7, False),
        (time(22), time(7), 12, False),
        (time(12), time(14), 12, True),
        (time(12), time(14), 14, False),
        (time(12), time(12), 12, False),
        (None, time(7), 6, False),
        (time(22), None, 23, False),
    ],
)
def test_quiet_hours_may_run_over_midnight(first, last, hour, quiet):
    wish = Preferences(quiet_from=first, quiet_to=last)
    assert is_quiet(wish, at(11, 24, hour)) is quiet


def test_a_batch_leaves_when_nothing_follows_or_it_has_waited_enough():
    def settled(oldest, newest, *, recent=0, last=None, worst=Severity.INFO):
        batch = ReaderBatch(
            READER,
            NOW - timedelta(seconds=oldest),
            NOW - timedelta(seconds=newest),
            worst,
            1,
        )
        before = None if last is None else NOW - timedelta(minutes=last)
        return is_settled(batch, recent, before, NOW)

    assert not settled(10, 10)
    assert settled(20, 20)
    assert not settled(100, 1)
    assert settled(180, 1)
    assert not settled(60, 60, recent=6, last=5)
    assert settled(60, 60, recent=6, last=10)
    assert settled(60, 60, recent=5, last=5)
    assert settled(60, 60, recent=9, last=5, worst=Severity.URGENT)


def test_attempts_end():
    assert next_attempt(0, NOW) == next_attempt(1, NOW) == NOW + timedelta(minutes=1)
    assert next_attempt(8, NOW) is None


def test_a_set_of_transitions_has_one_number_whatever_their_order():
    one = batch_message_id(["a", "b"], READER, "email:", "x.example")
    assert one == batch_message_id(["b", "a"], READER, "email:", "x.example")
    others = [
        batch_message_id(["a"], READER, "email:", "x.example"),
        batch_message_id(["a", "b"], NoticeReader(2, None), "email:", "x.example"),
        batch_message_id(["a", "b"], NoticeReader(None, 1), "email:", "x.example"),
        batch_message_id(["a", "b"], READER, "webhook:1", "x.example"),
    ]
    assert len({one, *others}) == 5
    assert one.startswith("<")
    assert one.endswith("@x.example>")


def test_ways_are_a_sum_of_bits():
    assert mask_of(ChannelKind) == 15
    assert mask_of([ChannelKind.INBOX]) == 0


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:a00:1::", False),
        ("2002:5db8:d822::", False),  # a tunnel that nobody keeps up
        ("2001:0:4136:e378:8000:63bf:f5ff:fffe", False),
        ("64:ff9b:1::5db8:d822", False),
        ("::10.0.0.1", False),
        ("::93.184.216.34", False),
        ("fec0::1", False),
        ("::ffff:0:7f00:1", False),
        ("2606:2800:220:1:0:5efe:a00:1", False),
        ("2606:2800:220:1:200:5efe:7f00:1", False),
        ("2606:2800:220:1:200:5efe:5db8:d822", True),
        ("4000::1", False),
        ("nonsense", False),
        ("168.63.129.16", False),  # where a cloud answers its own machines
        ("192.0.0.192", False),  # another one
        ("192.0.0.9", False),
        ("::ffff:168.63.129.16", False),
        ("64:ff9b::a83f:8110", False),
        ("2606:2800:220:1:0:5efe:a83f:8110", False),
        ("192.88.99.1", False),  # a relay of 6to4
        ("192.31.196.1", False),
        ("192.52.193.1", False),
        ("192.175.48.1", False),
        ("198.18.0.1", False),
        ("198.19.255.255", False),
        ("100.127.255.255", False),
        ("2001:3::1", False),
        ("2620:4f:8000::1", False),
        ("3fff::1", False),
        ("168.63.129.17", True),
        ("192.88.98.1", True),
        ("100.128.0.1", True),
        ("198.20.0.1", True),
        ("2001:200::1", True),
        ("2003::1", True),
        ("2620:4f:8001::1", True),
        ("3ffe::1", True),
    ],
)
def test_only_the_public_internet_is_public(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("url", "webhook", "fits"),
    [
        ("https://hook.example/a", True, True),
        ("https://93.184.216.34/a", True, True),
        ("https://[2606:2800:220:1:248:1893:25c8:1946]/", True, True),
        ("discord://a/b", False, True),
        ("discord://a/b", True, False),
        ("https://[::1/", True, False),
        ("https://hook.example:99999/", True, False),
        ("https://:443/", True, False),
        ("https://a.local/", True, False),
        ("https://①②⑦.0.0.1/", True, False),
        ("https://０x7f.1/", True, False),
        ("https://1hook.example/", True, True),
        ("https://é.example.com/", True, False),
        ("https://xn--9ca.example.com/%C3%A9", True, True),
        ("https://hook.example/é", True, False),
        ("https://hook.example/\u202ea", True, False),
        ("https://hook.example/\0", True, False),
        ("https://%00.example.com/", True, False),
        ("https://a..example.com/", True, False),
        (f"https://{'a' * 64}.example/", True, False),
        (f"https://{'a' * 63}.example/", True, True),
        (f"https://{'a.' * 130}example/", True, False),
        ("https://hook.example:0/", True, False),
        ("https://hook.example:8443/", True, True),
        ("https://hook.example:443/", True, True),
        ("https://hook.example:65535/", True, True),
        ("https://168.63.129.16/", True, False),
        ("https://[2002:5db8:d822::1]/", True, False),
        ("https://x" + "y" * 2000, False, False),
        ("no scheme", False, False),
    ],
)
def test_a_webhook_is_a_public_https_address(url, webhook, fits):
    assert (problems_in_url(url, webhook=webhook) is None) is fits


def test_a_name_without_a_dot_is_told_apart_from_a_private_one():
    for host, said in (("example", "il y faut un point"), ("localhost", "réseau privé")):
        assert said in (problems_in_url(f"https://{host}/", webhook=True) or "")


def test_an_address_that_is_absent_or_too_long_is_said_so():
    fits = "https://hook.example/" + "a" * (2000 - 21)
    assert problems_in_url(fits, webhook=True) is None
    assert "2 000 signes au plus" in (problems_in_url(fits + "a", webhook=True) or "")
    assert problems_in_url("", webhook=True) == "Donnez une adresse."


@pytest.mark.parametrize("port", ["0", "99999", "abc"])
def test_a_port_that_is_none_is_said_so(port):
    assert "port" in (problems_in_url(f"https://hook.example:{port}/", webhook=True) or "")
    assert "port" not in (problems_in_url(f"https://:{port}/", webhook=True) or "")


@pytest.mark.parametrize("port", [22, 25, 53, 80, 442, 444, 1023, 3306, 5432, 6379, 10080, 27017])
def test_a_port_of_another_service_is_said_so(port):
    said = problems_in_url(f"https://hook.example:{port}/", webhook=True) or ""
    assert "celui d’un autre service" in said


@pytest.mark.parametrize("port", [443, 1024, 3307, 8000, 8080, 8443, 9443, 65535])
def test_a_port_that_https_may_have_is_taken(port):
    assert problems_in_url(f"https://hook.example:{port}/", webhook=True) is None


@given(st.sampled_from(LinkVerb), st.integers(0, 2**31 - 1))
def test_a_link_says_what_was_signed_until_its_end(verb, number):
    end = NOW + timedelta(days=30)
    token = sign_link(SignedLink(verb, number, end), SECRET)
    assert read_link(token, SECRET, NOW) == SignedLink(verb, number, end)
    assert read_link(token, SECRET, end) is None
    assert read_link(token, "x" * 48, NOW) is None
    assert read_link(token[:-1], SECRET, NOW) is None
    assert read_link("A" + token, SECRET, NOW) is None
    assert read_link("", SECRET, NOW) is None


def test_a_webhook_is_signed_as_its_specification_says():
    """The example of the Standard Webhooks specification."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    assert webhook_signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )
    assert base64.b64decode(webhook_signature(secret, "x", 1, body).removeprefix("v1,"))


def test_an_address_is_asked_ever_more_rarely():
    assert ask_again(0, None) is None
    waits = [ask_again(count, NOW) - NOW for count in (1, 2, 3, 4, 9)]
    assert waits == [timedelta(hours=1), *(timedelta(days=days) for days in (1, 7, 30, 30))]


@pytest.mark.parametrize(("day", "shown"), [(25, None), (24, "2026-11-24"), (23, "2026-11-24")])
def test_a_day_foreseen_that_is_past_is_not_said_again(day, shown):
    params = {"value_wh": 1, "expected_on": "2026-11-24"}
    assert still_ahead(params, date(2026, 11, day)) == {"value_wh": 1, "expected_on": shown}
    assert still_ahead({}, date(2026, 11, day)) == {}
