"""A mobile is confirmed by a code; alerts that chose it are told in 160 signs."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import Conflict, Invalid, NotFound
from data.notifications import actions, queries
from data.notifications.channels.errors import Unanswered
from data.notifications.models import NoticeChannel
from data.notifications.rules.sms import hidden_mobile, mobile_in, sms_text
from data.notifications.types import ChannelKind, ChannelState, MobileDraft, SmsProof
from tests.data.notifications.told import LATER, Office, Post, an_event, to
from tests.factories import NOW

KEY = b"k" * 32
COUNTRIES = ("33", "32")
GATEWAY = "vonage://key:secret@33600000000/{number}"


class SmsOffice(Office):
    """An office with a gateway."""

    def __init__(self, database, error=None, url=GATEWAY):
        super().__init__(database)
        self.sms = Post(error)
        self.ways = replace(self.ways, sms=self.sms, sms_url=url)

    @property
    def code(self):
        return re.search(r"\d{6}", self.sms.sent[-1].text)[0]


def state_of(database, viewer):
    with database.transaction() as db:
        (row,) = queries.list_channels(db, viewer)
        return row.state


@pytest.fixture
def mobile(database, alice):
    from tests.factories import make_people

    with database.transaction() as db:
        make_people(db)
        return add(db, alice)


def add(db, viewer, name="", number="06 12 34 56 78"):
    draft = MobileDraft(name, number)
    return actions.add_sms(db, viewer, draft, countries=COUNTRIES, key=KEY, now=NOW)


def confirm(database, viewer, mobile, code, now=LATER):
    with database.transaction() as db:
        return actions.confirm_sms(db, viewer, mobile, code, key=KEY, now=now)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("06 12 34 56 78", "33612345678"),
        ("07.12.34.56.78", "33712345678"),
        ("+33 6 12 34 56 78", "33612345678"),
        ("0032 470 12 34 56", "32470123456"),
    ],
)
def test_a_mobile_is_read_however_it_is_written(typed, digits):
    assert mobile_in(typed, COUNTRIES) == digits
    assert hidden_mobile(digits).endswith(digits[-2:])


@pytest.mark.parametrize(
    "typed", ["", "01 12 34 56 78", "0612", "+0612345678", "a", "٠٦١٢٣٤٥٦٧٨", "+33 899 12 34 56"]
)
def test_what_is_no_mobile_is_refused(typed):
    with pytest.raises(Invalid, match="numéro de mobile"):
        mobile_in(typed, COUNTRIES)
    with pytest.raises(Invalid, match=r"Indicatifs acceptés : \+33, \+32\."):
        mobile_in("+882 13 12 34 56", COUNTRIES)


def test_a_text_keeps_to_the_alphabet_and_the_length_of_an_sms():
    assert sms_text("« Été » : 14\u202f820 kWh, l’hôtel – à 3 €", "https://g.example") == (
        '"Été" : 14 820 kWh, l\'hotel - à 3 EUR https://g.example'
    )
    assert sms_text("a" * 158, "https://g.example") == "a" * 158
    assert sms_text("a" * 161) == "a" * 157 + "..."


def test_a_code_turns_a_mobile_on_and_alerts_that_chose_it_leave(database, alice, mobile):
    office = SmsOffice(database)
    assert state_of(database, alice) is ChannelState.UNCONFIRMED
    office.turn()
    assert office.sms.sent[0].url == "vonage://key:secret@33600000000/33612345678"
    assert state_of(database, alice) is ChannelState.UNCONFIRMED
    assert confirm(database, alice, mobile, "x") is SmsProof.WRONG
    assert confirm(database, alice, mobile, f" {office.code} ") is SmsProof.CONFIRMED
    with database.transaction() as db:
        recipients = [to(1, ChannelKind.SMS)]
        actions.post(db, [(an_event(), recipients)], NOW)
        actions.post_to_accounts(db, an_event("episode:2:exceeded"), [1], NOW)
    office.turn(LATER + timedelta(minutes=5))
    (_code, alert) = office.sms.sent
    assert "Gymnase Nord : 14 820 kWh" in alert.text
    assert alert.text.endswith("https://gaz.example/notifications")
    assert len(alert.text) <= 160
    assert "autre" not in alert.text  # of the second event, nobody chose the SMS


def test_five_wrong_codes_or_a_quarter_of_an_hour_spend_a_code(database, alice, mobile):
    office = SmsOffice(database)
    office.turn()
    late = NOW + timedelta(minutes=15)
    assert [confirm(database, alice, mobile, "0") for _try in range(5)] == [SmsProof.WRONG] * 5
    assert confirm(database, alice, mobile, office.code) is SmsProof.OVER
    with database.transaction() as db:
        actions.send_sms_code(db, alice, mobile, key=KEY, now=NOW)
    office.turn()
    assert confirm(database, alice, mobile, office.code, now=late) is SmsProof.OVER


def test_codes_are_few_and_only_a_code_turns_a_mobile_on(database, alice, bob, mobile):
    with database.transaction() as db:
        for refused in (actions.test_channel, actions.turn_on_channel):
            with pytest.raises(Conflict, match="par un code"):
                refused(db, alice, mobile, NOW)
        with pytest.raises(NotFound):
            actions.confirm_sms(db, bob, mobile, "0", key=KEY, now=NOW)
        for _again in range(4):
            actions.send_sms_code(db, alice, mobile, key=KEY, now=NOW)
        with pytest.raises(Conflict, match="reprenez demain"):
            actions.send_sms_code(db, alice, mobile, key=KEY, now=NOW)


def test_a_number_has_few_codes_whoever_adds_it_and_a_clean_name(database, alice, bob, mobile):
    with database.transaction() as db:
        actions.remove_channel(db, alice, mobile, NOW)
        added = [add(db, bob, f"a\u202e{'x' * 80}", "+33612345678") for _again in range(4)]
        with pytest.raises(Conflict, match="reprenez demain"):
            add(db, bob)
        row = db.get_one(NoticeChannel, added[0])
        assert (row.name, "12345678" in row.number_mark) == (f"a{'x' * 59}", False)


@pytest.mark.dialect
def test_tries_and_codes_at_once_are_counted_one_after_the_other(database, alice, mobile):
    def send(_turn):
        with suppress(Conflict), database.transaction() as db:
            add(db, alice)

    with ThreadPoolExecutor(8) as pool:
        proofs = list(pool.map(lambda _turn: confirm(database, alice, mobile, "0"), range(8)))
        list(pool.map(send, range(8)))
    assert (proofs.count(SmsProof.WRONG), proofs.count(SmsProof.OVER)) == (5, 3)
    with database.reading() as db:
        assert len(queries.list_channels(db, alice)) == 5


def test_a_gateway_that_fails_is_tried_again(database, alice, mobile):
    office = SmsOffice(database, error=Unanswered("not taken"))
    office.turn()
    assert state_of(database, alice) is ChannelState.UNCONFIRMED
    office.sms.error = None
    office.turn(LATER + timedelta(hours=1))
    assert len(office.sms.sent) == 2


def test_without_gateway_a_mobile_is_off_and_its_owner_knows(database, alice, mobile):
    office = SmsOffice(database, url="")
    office.turn()
    assert office.sms.sent == []
    with database.transaction() as db:
        assert db.get_one(NoticeChannel, mobile).off_reason == "no gateway"
