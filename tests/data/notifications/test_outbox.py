"""Messages leave once, come back when they fail, and forget what they said."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.i18n import clock
from data.notifications import actions, queries
from data.notifications.channels import ChannelDown, ChannelRefused, create_mail_transport
from data.notifications.messages import MessageSender, write
from data.notifications.models import Notification
from data.notifications.rules import next_attempt, retry_when_down
from data.notifications.types import (
    ClaimedNotification,
    MessageDelivery,
    NotificationKind,
    SendOutcome,
)
from jobs.notifications import NotificationWays
from tests.factories import NOW, make_organisation, make_user
from tests.queue_work import send_messages

pytestmark = pytest.mark.dialect

HOURS = timedelta(hours=1)
DESK = MessageSender("Réseau Gaz", "https://gaz.example", "s" * 48)
ACCOUNT = list(NotificationKind)[
    : list(NotificationKind).index(NotificationKind.ADDRESS_CONFIRM) + 1
]


@pytest.fixture
def queued(database):
    """One message to alice, in the outbox."""
    with database.transaction() as db:
        user = make_user(db, organisation_id=make_organisation(db).id)
        return actions.queue(
            db, user.id, NotificationKind.PASSWORD_RESET, NOW, params={"token": "jeton"}
        )


def row(database):
    with database.reading() as db:
        return db.scalars(select(Notification)).one()


class Post:
    """A channel that keeps what it is given, or fails as told."""

    def __init__(self, error=None):
        self.mails = []
        self.error = error

    def __call__(self, mail, _at):
        self.mails.append(mail)
        if self.error:
            raise self.error


def emptied(database, post, at=NOW):
    return send_messages(database, NotificationWays(DESK, post), at)


def test_a_message_leaves_once_and_forgets_its_words(database, queued):
    post = Post()
    assert emptied(database, post) == (1, 0)
    assert emptied(database, post) == (0, 0)
    assert len(post.mails) == 1
    assert "https://gaz.example/mot-de-passe/jeton" in post.mails[0].text
    kept = row(database)
    assert (kept.state, kept.params, kept.sent_at) == (MessageDelivery.SENT, {}, NOW)


def test_a_failure_comes_back_later_under_the_same_number(database, queued):
    post = Post(OSError("down"))
    assert emptied(database, post) == (0, 1)
    kept = row(database)
    assert (kept.state, kept.error) == (MessageDelivery.QUEUED, "OSError")
    assert kept.next_attempt_at == NOW + timedelta(minutes=1)
    assert emptied(database, post, NOW) == (0, 0)
    post.error = None
    assert emptied(database, post, NOW + timedelta(minutes=1)) == (1, 0)
    assert len({mail.message_id for mail in post.mails}) == 1


def test_a_refusal_for_good_is_not_tried_again(database, queued):
    assert emptied(database, Post(ChannelRefused(550))) == (0, 1)
    kept = row(database)
    assert (kept.state, kept.params, kept.error) == (MessageDelivery.FAILED, {}, "smtp 550")


def test_it_is_given_up_after_eight_attempts(database, queued):
    post, at = Post(OSError()), NOW
    for _number in range(12):
        emptied(database, post, at)
        at += 13 * HOURS
    assert len(post.mails) == 8
    assert row(database).state == MessageDelivery.FAILED


def test_what_a_process_that_died_was_sending_is_sent_by_the_next(database, queued):
    with database.transaction() as db:
        assert actions.claim(db, queued) is not None
        assert actions.claim(db, queued) is None
    assert emptied(database, Post()) == (1, 0)


def test_what_is_queued_while_the_organisation_is_sent_its_mails_leaves_next(database, queued):
    post = Post()

    def queueing(mail, at):
        post(mail, at)
        if len(post.mails) == 1:
            with database.transaction() as db:
                user_id = db.scalars(select(Notification.user_id)).one()
                actions.queue(db, user_id, NotificationKind.PASSWORD_CHANGED, NOW)

    assert emptied(database, queueing) == (2, 0)


def test_a_late_answer_does_not_overwrite_another_outcome(database, queued):
    with database.transaction() as db:
        notification = actions.claim(db, queued)
        actions.record_sent(db, notification, NOW)
        actions.record_failure(db, notification, "late", NOW, SendOutcome.FINAL)
    assert row(database).state == MessageDelivery.SENT


def test_one_bad_message_does_not_stop_the_others(database, queued):
    with database.transaction() as db:
        bad = db.scalars(select(Notification)).one()
        bad.params = {}
        actions.queue(db, bad.user_id, NotificationKind.PASSWORD_CHANGED, NOW)
    post = Post()
    assert emptied(database, post) == (1, 1)
    assert "a changé" in post.mails[0].subject


def test_the_queue_is_counted(database, queued):
    with database.reading() as db:
        assert queries.count_waiting(db) == 1
        line = {"organisation": 1}
        assert queries.list_due(db, line, NOW) == (queued,)
        assert queries.list_due(db, line, NOW - timedelta(seconds=1)) == ()
        assert queries.list_due(db, {"organisation": 2}, NOW) == ()


def notification(kind=NotificationKind.PASSWORD_RESET, language="fr"):
    params = {
        "token": "jeton", "address_id": 1, "organisation": "Tilleuls", "owner": "Sceau",
        "sentence": "Vos droits.", "days": 30, "pces": ["1"], "more": 2, "who": "Thermia",
        "until": NOW.isoformat(), "key": "Téléphone",
    }  # fmt: skip
    if kind in {NotificationKind.EXPORT_READY, NotificationKind.EXPORT_FAILED}:
        params |= {
            "export": 12, "file": "releves.csv", "size": 2_400, "rows": 1234, "pces": 56,
            "until": NOW.isoformat(), "sha256": "ab" * 32, "blanks": {},
        }  # fmt: skip
    params |= {"author": "Aurore", "device": "", "place": "192.0.2.7"}
    if kind.value.startswith("proof_"):
        params |= {"due": "2026-12-22", "motive": "Autre motif", "text": "", "control": "c1"}
    if kind.value.startswith(("contract_", "signing_")):
        params |= {"uid": "c1", "number": "C-2026-000001", "code": "042137", "day": "2026-12-22"}
    message = "<n1@tilleuls.example>"
    return ClaimedNotification(1, kind, params, message, 1, "a@b.example", "Alice", language, NOW)


@pytest.mark.parametrize("kind", ACCOUNT)
def test_every_kind_has_its_words(kind):
    mail = write(notification(kind), DESK)
    assert mail.subject.startswith("Réseau Gaz – ")
    assert "Bonjour Alice" in mail.text
    assert mail.message_id == "<n1@tilleuls.example>"


def test_a_browser_not_known_is_told_with_its_hour_and_place():
    text = write(notification(NotificationKind.NEW_BROWSER), DESK).text
    assert f"appareil inconnu, adresse 192.0.2.7, le {clock(NOW)}." in text
    assert f"{DESK.address}/compte" in text


def test_secrets_do_not_show_in_a_repr():
    assert "jeton" not in repr(notification())


def test_the_waits_grow():
    waits = [next_attempt(number, NOW) - NOW for number in range(1, 8)]
    assert waits == sorted(waits)
    assert next_attempt(8, NOW) is None


def test_a_server_that_is_down_costs_no_attempt_and_nothing_is_given_up(database, queued):
    post, at = Post(ChannelDown("no")), NOW
    waits = []
    for _number in range(40):
        assert emptied(database, post, at) == (0, 1)
        kept = row(database)
        assert (kept.state, kept.attempts, kept.error) == (MessageDelivery.QUEUED, 0, "down")
        waits.append(kept.next_attempt_at - at)
        at = kept.next_attempt_at
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=1), timedelta(minutes=30))
    post.error = None
    assert emptied(database, post, at) == (1, 0)


def test_a_server_that_is_down_is_left_alone_until_the_next_turn(database, queued):
    with database.transaction() as db:
        user_id = db.scalars(select(Notification.user_id)).one()
        for _number in range(5):
            actions.queue(db, user_id, NotificationKind.PASSWORD_CHANGED, NOW)
    post = Post(ChannelDown("no"))
    assert emptied(database, post) == (0, 2)
    assert len(post.mails) == 2


def test_the_wait_for_a_server_grows_with_the_age_of_the_message():
    assert retry_when_down(NOW, NOW) == NOW + timedelta(minutes=1)
    assert retry_when_down(NOW - HOURS, NOW) == NOW + timedelta(minutes=15)
    assert retry_when_down(NOW - 90 * HOURS, NOW) == NOW + timedelta(minutes=30)


def test_without_a_server_a_mail_is_a_file(tmp_path):
    mail = write(notification(), DESK)
    create_mail_transport("", "espace-client@reseau.example", tmp_path / "mail")(mail, NOW)
    (path,) = (tmp_path / "mail").iterdir()
    assert path.name == "n1.eml"
    text = path.read_text("utf8")
    assert "Message-ID: <n1@tilleuls.example>" in text
    assert "To: a@b.example" in text
    assert path.stat().st_mode & 0o077 == 0
