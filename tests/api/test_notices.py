"""Links of mails: opening one changes nothing, its button acts, and it tells nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from data.identity.accounts.models import User
from data.identity.audit.models import AuditEvent
from data.notifications import actions, queries
from data.notifications.models import (
    Notice,
    NoticeAddress,
    NoticeBatch,
    NoticeMute,
    NoticeSnooze,
)
from data.notifications.rules import sign_link
from data.notifications.types import LinkVerb, NotificationKind, SignedLink
from tests.data.notifications.told import LATER, Office, an_event, to
from tests.factories import NOW
from tests.web import HTML

SECRET = "k" * 48
DAYS = timedelta(days=1)
FIELDS = {"kind": "threshold_exceeded", "period": "month", "reason": "Travaux"}


@pytest.fixture
def office(web):
    return Office(web.database)


def told(office, *events):
    with office.database.transaction() as db:
        actions.post(db, events, NOW)
    office.turn()
    with office.database.reading() as db:
        return db.scalars(select(NoticeBatch.id)).all()


def path(verb, number, *, until=NOW + 30 * DAYS, secret=SECRET):
    return f"/avis/{sign_link(SignedLink(verb, number, until), secret)}"


def one(web, model):
    with web.database.reading() as db:
        return db.scalars(select(model)).all()


@pytest.mark.parametrize("verb", [LinkVerb.SEEN, LinkVerb.SNOOZE, LinkVerb.STOP])
def test_a_scanner_that_opens_every_link_changes_nothing(web, office, verb):
    (batch,) = told(office, (an_event(), [to(1)]))
    for _time in range(2):
        answer = web.browser().get(path(verb, batch))
        assert answer.status_code == 200
        assert web.browser().client.head(path(verb, batch)).status_code == 200
    assert "Gymnase" not in answer.text
    assert "14 820" not in answer.text.replace("\u202f", " ")
    assert "0999999991" not in answer.text
    assert one(web, Notice)[0].read_at is None
    assert one(web, NoticeSnooze) == one(web, NoticeMute) == []


def test_seen_is_read_without_signing_in(web, office):
    (batch,) = told(office, (an_event(), [to(1)]), (an_event("episode:2:exceeded"), [to(1)]))
    answer = web.browser().post(path(LinkVerb.SEEN, batch))
    assert answer.status_code == 200
    assert "C’est noté" in answer.text
    assert {row.read_at for row in one(web, Notice)} == {NOW}
    assert web.browser().post(path(LinkVerb.SEEN, batch)).status_code == 200


def test_the_button_of_the_page_needs_no_form_token(web, office):
    (batch,) = told(office, (an_event(), [to(1)]))
    answer = web.browser().client.post(path(LinkVerb.SEEN, batch), data={}, headers=HTML)
    assert answer.status_code == 200
    other = web.browser().post(path(LinkVerb.SEEN, batch), **{"Sec-Fetch-Site": "cross-site"})
    assert other.status_code == 403


def test_a_week_later(web, office):
    (batch,) = told(office, (an_event(), [to(1)]))
    assert "avant le 1er déc. 2026." in web.browser().post(path(LinkVerb.SNOOZE, batch)).text
    (snooze,) = one(web, NoticeSnooze)
    assert (snooze.user_id, snooze.subject_id, snooze.until) == (1, 1, NOW + 7 * DAYS)


def test_a_link_pressed_again_writes_nothing_and_undoes_no_choice(web, office, alice):
    (batch,) = told(office, (an_event(), [to(1)]))
    with web.database.transaction() as db:
        db.execute(update(NoticeBatch).values(created_at=NOW))  # not after the press
    web.browser().post(path(LinkVerb.SNOOZE, batch))
    assert "rien n’a changé" in web.browser().post(path(LinkVerb.SNOOZE, batch)).text
    assert len(one(web, NoticeSnooze)) == 1
    with web.database.transaction() as db:
        actions.unsnooze(db, alice, ("episode", 1), NOW)
    web.browser().post(path(LinkVerb.SNOOZE, batch))
    assert [snooze.ended_at for snooze in one(web, NoticeSnooze)] == [NOW]


def test_a_longer_report_is_not_cut_short(web, office, alice):
    with web.database.transaction() as db:
        actions.snooze(db, alice, ("episode", 1), NOW + 60 * DAYS, NOW - DAYS)
    with web.database.transaction() as db:
        actions.post(db, [(an_event(), [to(1)])], NOW)
        row = NoticeBatch(user_id=1, created_at=NOW)
        db.add(row)
        db.flush()
        db.execute(update(Notice).values(batch_id=row.id))
        batch = row.id
    web.browser().post(path(LinkVerb.SNOOZE, batch))
    (snooze,) = one(web, NoticeSnooze)
    assert (snooze.until, snooze.ended_at) == (NOW + 60 * DAYS, None)


def test_a_kind_is_stopped_for_a_while_with_its_reason(web, office):
    (batch,) = told(office, (an_event(), [to(1)]))
    browser = web.browser()
    assert "Seuil dépassé" in browser.get(path(LinkVerb.STOP, batch)).text
    assert browser.post(path(LinkVerb.STOP, batch), FIELDS).status_code == 200
    (mute,) = one(web, NoticeMute)
    assert (mute.kind, mute.reason) == (NotificationKind.THRESHOLD_EXCEEDED, "Travaux")
    assert mute.until == (NOW + 30 * DAYS).date()
    for wrong in ({"kind": "password_reset"}, {"kind": ""}, {"period": "x"}):
        assert browser.post(path(LinkVerb.STOP, batch), FIELDS | wrong).status_code == 422


def test_a_mail_reader_unsubscribes_in_one_click(web, office):
    (batch,) = told(office, (an_event(), [to(1)]))
    body = {"List-Unsubscribe": "One-Click"}
    client = web.server.test_client()
    assert client.post(path(LinkVerb.STOP, batch), data=body).status_code == 200
    several = client.post(path(LinkVerb.STOP, batch), data=body, content_type="multipart/form-data")
    assert several.status_code == 200
    (mute,) = one(web, NoticeMute)  # again changes nothing more
    assert (mute.until, mute.ended_at) == (None, None)
    assert client.post(path(LinkVerb.STOP, batch), data=FIELDS).status_code == 200
    assert len(one(web, NoticeMute)) == 1  # nor does a shorter one
    assert written(web) == ["notifications.muted_by_link"]


def written(web):
    return [event.action for event in one(web, AuditEvent)]


def test_what_was_not_signed_here_or_is_over_is_not_found(web, office):
    (batch,) = told(office, (an_event(), [to(1)]))
    bad = [
        path(LinkVerb.SEEN, batch, secret="x" * 48),
        path(LinkVerb.SEEN, batch, until=NOW - DAYS),
        path(LinkVerb.SEEN, batch)[:-3],
        path(LinkVerb.SEEN, batch + 99),
        "/avis/x",
    ]
    for address in bad:
        assert web.browser().get(address).status_code == 404
        assert web.browser().post(address).status_code == 404
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 1).values(disabled_at=NOW))
    assert web.browser().post(path(LinkVerb.SEEN, batch)).status_code == 404


def test_a_person_who_left_the_organisation_acts_no_more_upon_its_things(web, office):
    (batch,) = told(office, (an_event(), [to(1)]))
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 1).values(organisation_id=2))
    web.browser().post(path(LinkVerb.SNOOZE, batch))
    assert one(web, NoticeSnooze) == []


def test_the_page_speaks_the_language_of_its_reader(web, office):
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 1).values(language="en"))
    (batch,) = told(office, (an_event(), [to(1)]))
    assert '<html lang="en"' in web.browser().get(path(LinkVerb.SEEN, batch)).text


def test_an_extra_address_confirms_is_told_and_stops(web, office, alice):
    with web.database.transaction() as db:
        number = actions.add_address(db, alice, " Gardien@Ecole.Example ", language="fr", now=NOW)
        actions.post(db, [(an_event(), [to(None, address_id=number)])], NOW)
    assert office.turn() == (1, 0)
    mail = office.mail.sent[0]
    assert mail.to == "gardien@ecole.example"
    link = mail.text.split("https://gaz.example")[1].split()[0]
    assert "Recevoir des alertes" in web.browser().get(link).text
    assert one(web, NoticeAddress)[0].confirmed_at is None
    for _time in range(2):
        assert web.browser().post(link).status_code == 200
    assert one(web, NoticeAddress)[0].confirmed_at == NOW
    with web.database.transaction() as db:
        event = an_event("episode:2:exceeded")
        actions.post(db, [(event, [to(None, address_id=number)])], NOW)
    assert office.turn(LATER) == (1, 0)
    (batch,) = one(web, NoticeBatch)
    assert web.browser().post(path(LinkVerb.SEEN, batch.id)).status_code == 200
    assert web.browser().post(path(LinkVerb.STOP, batch.id), FIELDS).status_code == 200
    with web.database.transaction() as db:
        assert queries.list_addresses(db, alice)[0].confirmed_at == NOW
        actions.remove_address(db, alice, number, NOW)
    gone = web.browser().get(link)
    assert gone.status_code == 404  # no button that would do nothing
    assert "plus valable" in gone.text
    assert web.browser().post(link).status_code == 404
    assert web.browser().post(path(LinkVerb.SEEN, batch.id)).status_code == 404


def test_who_was_not_expecting_it_ends_it_by_the_other_link(web, office, alice):
    with web.database.transaction() as db:
        actions.add_address(db, alice, "passant@ailleurs.example", language="fr", now=NOW)
    office.turn()
    confirm, refuse = [
        piece.split()[0] for piece in office.mail.sent[0].text.split("https://gaz.example")[1:]
    ]
    shown = web.browser().get(refuse)
    assert "Ce n’est pas moi" in shown.text
    assert one(web, NoticeAddress)[0].stopped_at is None
    for _time in range(2):
        assert "C’est noté" in web.browser().post(refuse).text
    assert web.browser().get(confirm).status_code == 404
    (address,) = one(web, NoticeAddress)
    assert (address.stopped_at, address.stop_reason) == (NOW, "refused")
    assert web.browser().get(path(LinkVerb.REFUSE, 99)).status_code == 404
