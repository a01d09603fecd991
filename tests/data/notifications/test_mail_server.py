"""Notices by a real SMTP server, in each of its moods: nothing is lost, nothing said twice."""

import socket
import threading
from datetime import timedelta

import pytest

from bench.postbox import Postbox, listening
from data.notifications import actions, queries
from data.notifications.channels import create_mail_transport
from data.notifications.types import MessageDelivery, NotificationKind
from jobs.notifications import NotificationWays
from tests.data.notifications.told import DESK, LATER, an_event, to
from tests.factories import NOW, make_people, make_user
from tests.queue_work import send_messages

MINUTES = timedelta(minutes=1)
ALICE = "alice@tilleuls.example"


@pytest.fixture
def waiting(database):
    """Notices of alice and of ten others, in the outbox."""
    with database.transaction() as db:
        make_people(db)
        for number in range(10):
            make_user(db, organisation_id=1, email=f"p{number}@tilleuls.example")
        people = [to(1), *(to(number) for number in range(5, 15))]
        actions.post(db, [(an_event(), people)], NOW)
    return database


def turn(database, url, at=LATER, timeout=20.0):
    post = create_mail_transport(url, "espace-client@reseau.example", None, timeout)
    return send_messages(database, NotificationWays(DESK, post), at)


def test_each_person_gets_one_mail_in_two_forms(waiting):
    box = Postbox(whole=True)
    with listening(box) as url:
        assert turn(waiting, url) == (11, 0)
        assert turn(waiting, url, LATER + MINUTES) == (0, 0)
    assert len(box.taken) == len(box.mails) == 11
    mail = next(mail for mail in box.mails if mail["To"] == ALICE)
    assert mail["Subject"].replace("\u202f", " ").replace("\xa0", " ") == (
        "[Dépassement] Gymnase Nord : 14 820 kWh au 21/11, seuil 14 000"
    )
    plain = mail.get_body(("plain",)).get_content()
    assert plain.startswith("Vous recevez ce message car vous suivez le seuil de")
    rich = mail.get_body(("html",)).get_content()
    for words in ("J’ai vu", "Reporter 7 j", "Ne plus recevoir ce type", "Voir la courbe"):
        assert words in plain
        assert words in rich
    assert "/avis/" in mail["List-Unsubscribe"]


def test_a_server_that_is_down_loses_nothing(waiting, alice):
    assert turn(waiting, "smtp://127.0.0.1:1") == (0, 2)  # then it is left alone
    box = Postbox()
    with waiting.reading() as db:
        (line,) = queries.list_deliveries(db, alice)
        assert (line.state, line.attempts) == (MessageDelivery.QUEUED, 0)
    with listening(box) as url:
        assert turn(waiting, url, LATER + 2 * MINUTES) == (11, 0)
    assert set(box.taken.values()) == {1}


def test_a_slow_server_holds_nobody_up_for_long(waiting):
    box = Postbox(slow=1.0)
    with listening(box) as url:
        assert turn(waiting, url, timeout=0.2) == (0, 2)
        box.slow = 0.0
        assert turn(waiting, url, LATER + 2 * MINUTES) == (11, 0)


def test_a_greylisting_server_has_it_a_little_later(waiting):
    box = Postbox(greylist=True)
    with listening(box) as url:
        assert turn(waiting, url) == (0, 11)
        assert turn(waiting, url, LATER) == (0, 0)
        assert turn(waiting, url, LATER + MINUTES) == (11, 0)
    assert set(box.taken.values()) == set(box.turned_away.values()) == {1}
    assert set(box.taken) == set(box.turned_away)


def test_one_refused_address_stops_nobody_else(waiting, alice):
    box = Postbox(replies={ALICE: "550 no such person"})
    with listening(box) as url:
        assert turn(waiting, url) == (10, 1)
        assert turn(waiting, url, LATER + 60 * MINUTES) == (0, 0)
    with waiting.reading() as db:
        (line,) = queries.list_deliveries(db, alice)
        assert (line.state, line.error) == (MessageDelivery.FAILED, "smtp 550")
        first = queries.list_inbox(db, alice).rows[0]
    assert first.kind is NotificationKind.CHANNEL_OFF


def test_a_password_that_the_server_refuses_is_the_operators_affair(waiting, alice):
    box = Postbox()
    with listening(box) as url:
        wrong = url.replace("//", "//portal:secret@")
        assert turn(waiting, wrong) == (0, 2)
    with waiting.reading() as db:
        assert queries.list_deliveries(db, alice)[0].state is MessageDelivery.QUEUED


def test_an_extra_address_that_no_longer_exists_is_stopped_and_its_owner_told(waiting, alice):
    with waiting.transaction() as db:
        number = actions.add_address(db, alice, "gone@b.example", language="fr", now=NOW)
        assert actions.confirm_address(db, number, NOW)
        actions.post(db, [(an_event("episode:2:exceeded"), [to(None, address_id=number)])], NOW)
    box = Postbox(replies={"gone@b.example": "550 no such person"})
    with listening(box) as url:
        assert turn(waiting, url) == (11, 1)  # the one that asks to confirm says enough
    with waiting.reading() as db:
        (row,) = queries.list_addresses(db, alice)
        assert (row.stopped_at, row.stop_reason) == (LATER, "smtp 550")
        first = queries.list_inbox(db, alice).rows[0]
    assert (first.kind, first.site) == (NotificationKind.CHANNEL_OFF, "gone@b.example")


@pytest.mark.parametrize("reply", ["421 closing", "554 not this one"])
def test_what_the_server_says_of_a_mail_is_not_said_of_its_reader(waiting, alice, reply):
    box = Postbox(answer=reply)
    with listening(box) as url:
        turn(waiting, url)
    with waiting.reading() as db:
        (line,) = queries.list_deliveries(db, alice)
        assert queries.get_preferences(db, alice).email_off == ""
    assert line.state is (
        MessageDelivery.QUEUED if reply.startswith("4") else MessageDelivery.FAILED
    )


def test_a_server_that_hangs_up_is_down(waiting):
    with socket.create_server(("127.0.0.1", 0)) as server:
        closing = threading.Thread(target=lambda: [server.accept()[0].close() for _ in range(2)])
        closing.start()
        url = f"smtp://127.0.0.1:{server.getsockname()[1]}"
        assert turn(waiting, url) == (0, 2)
        closing.join()
