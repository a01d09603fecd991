"""An event is told once to each of its people, by one message however many events there are."""

import socket
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select, update

from data.identity.accounts.models import User
from data.notifications import actions, queries
from data.notifications.channels import ChannelRefused
from data.notifications.models import Notice, NoticeEvent, Notification
from data.notifications.types import (
    ChannelKind,
    ChannelState,
    Grouping,
    MessageDelivery,
    NoticeState,
    NotificationKind,
    Preferences,
    Severity,
)
from tests.data.notifications.told import LATER, PARAMS, Office, an_event, to
from tests.factories import NOW, make_people

MINUTES = timedelta(minutes=1)
EMAIL, WEBHOOK, APPRISE = ChannelKind.EMAIL, ChannelKind.WEBHOOK, ChannelKind.APPRISE
KEY = b"k" * 32


@pytest.fixture
def office(database):
    with database.transaction() as db:
        make_people(db)
    return Office(database)


def told(office, *events, at=NOW):
    with office.database.transaction() as db:
        return actions.post(db, events, at)


def rows(office, query):
    with office.database.reading() as db:
        return db.execute(query).all()


def do(office, action, *args, **kwargs):
    with office.database.transaction() as db:
        return action(db, *args, **kwargs)


def test_the_same_event_is_told_once_ever(office):
    event = an_event()
    assert told(office, (event, [to(1)])) == 1
    assert told(office, (event, [to(1)]), (event, [to(1)])) == 0
    assert office.turn() == (1, 0)
    assert told(office, (event, [to(1)]), at=LATER) == 0
    assert office.turn(LATER + 9 * MINUTES) == (0, 0)
    assert len(office.mail.sent) == 1


def test_somebody_added_later_is_told_of_the_same_event(office):
    with office.database.transaction() as db:
        db.execute(update(User).where(User.id == 2).values(organisation_id=1))
    event = an_event()
    assert told(office, (event, [to(1)])) == 1
    assert told(office, (event, [to(1), to(2)])) == 1
    assert rows(office, select(func.count()).select_from(NoticeEvent)) == [(1,)]


def test_people_of_another_organisation_are_left_out(office):
    assert told(office, (an_event(), [to(1), to(2), to(3), to(99), to(None)])) == 1
    assert told(office) == 0


def test_a_hundred_events_make_one_message_by_site_and_severity(office):
    events = [
        (
            an_event(
                f"episode:{number}:exceeded",
                site=f"Site {number // 10}",
                pce_number=f"0999999991{number // 10:04d}",
                severity=Severity.URGENT if number == 57 else Severity.INFO,
            ),
            [to(1)],
        )
        for number in range(100)
    ]
    assert told(office, *events) == 100
    assert office.turn() == (1, 0)
    (mail,) = office.mail.sent
    assert mail.subject.startswith("[Dépassement] Site ")
    assert mail.subject.endswith(" et 99 autres")
    assert "100 notifications sur 10 sites" in mail.html
    assert mail.text.index("Site 5") < mail.text.index("Site 0")
    assert "50 autres notifications" in mail.text
    assert rows(office, select(Notice.state).distinct()) == [(NoticeState.GROUPED,)]


def test_nothing_leaves_while_more_may_follow(office):
    told(office, (an_event(), [to(1)]))
    assert office.turn(NOW + timedelta(seconds=10)) == (0, 0)
    told(office, (an_event("episode:2:exceeded"), [to(1)]), at=NOW + timedelta(seconds=10))
    assert office.turn(NOW + timedelta(seconds=25)) == (0, 0)
    assert office.turn(NOW + timedelta(seconds=30)) == (1, 0)


def test_a_person_is_not_flooded_but_by_what_is_urgent(office):
    at = NOW
    for number in range(6):
        told(office, (an_event(f"episode:{number}:exceeded"), [to(1)]), at=at)
        assert office.turn(at + MINUTES) == (1, 0)
        at += 2 * MINUTES
    told(office, (an_event("episode:7:exceeded"), [to(1)]), at=at)
    assert office.turn(at + MINUTES) == (0, 0)
    told(office, (an_event("episode:8:exceeded", severity=Severity.URGENT), [to(1)]), at=at)
    assert office.turn(at + MINUTES) == (1, 0)
    assert office.mail.sent[-1].subject.endswith(" et 1 autre")


def test_a_digest_waits_for_its_hour(office):
    told(office, (an_event(), [to(1, grouping=Grouping.DAILY)]))  # at 9:00 in Paris
    assert office.turn(NOW + 22 * 60 * MINUTES) == (0, 0)
    assert office.turn(NOW + 23 * 60 * MINUTES) == (1, 0)


def test_quiet_hours_hold_all_but_what_is_urgent(office, alice):
    quiet = Preferences(quiet_from=time(8), quiet_to=time(12))
    do(office, actions.set_preferences, alice, quiet)
    told(office, (an_event(), [to(1)]))
    assert office.turn() == (0, 0)
    told(office, (an_event("episode:2:exceeded", severity=Severity.URGENT), [to(1)]))
    assert office.turn() == (1, 0)
    assert office.turn(NOW + 4 * 60 * MINUTES) == (1, 0)
    do(office, actions.set_preferences, alice, replace(quiet, urgent_breaks=False))
    told(office, (an_event("episode:3:exceeded", severity=Severity.URGENT), [to(1)]))
    assert office.turn() == (0, 0)


def test_a_muted_kind_stays_in_the_inbox_until_its_end(office, alice):
    until = alice.today + timedelta(days=2)
    kind = NotificationKind.THRESHOLD_EXCEEDED
    do(office, actions.unsubscribe, alice, kind, reason="  Travaux ", until=until, now=NOW)
    told(
        office,
        (an_event(), [to(1)]),
        (an_event("episode:1:normal", kind=NotificationKind.THRESHOLD_NORMAL), [to(1)]),
    )
    assert office.turn() == (1, 0)
    assert office.mail.sent[0].subject.startswith("[Retour à la normale] Gymnase Nord")
    with office.database.reading() as db:
        assert queries.count_unread(db, alice) == 2
        (mute,) = queries.list_mutes(db, alice)
    assert (mute.kind, mute.reason, mute.until) == (kind, "Travaux", until)
    after = NOW + timedelta(days=3)
    told(office, (an_event("episode:3:exceeded"), [to(1)]), at=after)
    assert office.turn(after + MINUTES) == (1, 0)


def test_a_mute_can_be_taken_back(office, alice, bob):
    for reason in ("a", "b"):
        do(
            office,
            actions.unsubscribe,
            alice,
            NotificationKind.DATA_MISSING,
            reason=reason,
            until=None,
            now=NOW,
        )
    with office.database.reading() as db:
        (mute,) = queries.list_mutes(db, alice)
    with pytest.raises(Exception, match="introuvable"):
        do(office, actions.resubscribe, bob, mute.id, NOW)
    do(office, actions.resubscribe, alice, mute.id, NOW)
    with office.database.reading() as db:
        assert queries.list_mutes(db, alice) == []


def test_a_snoozed_subject_is_silent_then_said_again_if_it_is_still_open(office, alice):
    until = NOW + timedelta(days=7)
    do(office, actions.snooze, alice, ("episode", 1), until, NOW)
    told(office, (an_event("episode:1:warned", kind=NotificationKind.THRESHOLD_WARNED), [to(1)]))
    told(office, (an_event(), [to(1)]))
    assert office.turn() == (0, 0)
    assert office.turn(until) == (0, 0)
    assert office.turn(until + MINUTES) == (1, 0)
    assert office.mail.sent[0].subject.startswith("[Rappel : Dépassement]")
    assert office.turn(until + 9 * timedelta(days=1)) == (0, 0)


def test_a_day_foreseen_is_said_until_it_is_past_and_not_in_a_recall(office, alice):
    foreseen = PARAMS | {"expected_on": "2026-11-26"}
    warned = an_event("episode:1:warned", kind=NotificationKind.THRESHOLD_WARNED, params=foreseen)
    told(office, (warned, [to(1)]))
    office.turn()
    assert "dépassement le 26" in office.mail.sent[0].text
    assert expected(office, alice) == "2026-11-26"
    assert expected(office, replace(alice, today=date(2026, 11, 27))) is None
    week = NOW + timedelta(days=2)
    do(office, actions.snooze, alice, ("episode", 1), week, LATER)
    told(office, (an_event("episode:2:warned", kind=warned.kind, params=foreseen), [to(1)]))
    assert office.turn(week + MINUTES) == (1, 0)
    assert "dépassement le" not in office.mail.sent[-1].text
    with office.database.reading() as db:
        recalled = db.scalars(select(NoticeEvent).where(NoticeEvent.key.contains("recall"))).one()
    assert recalled.params["expected_on"] is None


def expected(office, viewer):
    with office.database.reading() as db:
        return queries.list_inbox(db, viewer).rows[0].params["expected_on"]


def test_a_snooze_until_it_clears_lets_the_end_through_and_arms_again(office, alice):
    do(office, actions.snooze, alice, ("episode", 1), None, NOW)
    told(office, (an_event(), [to(1)]))
    assert office.turn() == (0, 0)
    told(office, (an_event("episode:1:normal", kind=NotificationKind.THRESHOLD_NORMAL), [to(1)]))
    told(office, (an_event("episode:2:exceeded"), [to(1)]))
    assert office.turn() == (1, 0)
    assert office.mail.sent[0].subject.endswith(" et 1 autre")


def test_a_snooze_can_be_ended(office, alice):
    do(office, actions.snooze, alice, ("episode", 1), None, NOW)
    do(office, actions.unsnooze, alice, ("episode", 1), NOW)
    told(office, (an_event(), [to(1)]))
    assert office.turn() == (1, 0)


def test_what_is_open_and_unread_is_recalled_once_after_a_week(office, alice):
    told(office, (an_event(), [to(1)]))
    told(office, (an_event("episode:2:exceeded"), [to(1)]))
    told(office, (an_event("episode:3:exceeded"), [to(1)]))
    office.turn()
    told(
        office,
        (an_event("episode:2:normal", kind=NotificationKind.THRESHOLD_NORMAL), [to(1)]),
        at=LATER,
    )
    office.turn(LATER + MINUTES)
    do(office, actions.settle, alice, ("episode", 3), LATER)
    week = NOW + timedelta(days=7)
    assert office.turn(week) == (0, 0)
    assert office.turn(week + MINUTES) == (1, 0)
    assert office.mail.sent[-1].subject.startswith("[Rappel : Dépassement] Gymnase Nord")
    assert office.turn(week + timedelta(days=8)) == (0, 0)
    assert office.turn(week + timedelta(days=16)) == (0, 0)


def test_each_way_has_its_message_and_a_disabled_person_none(office, alice):
    webhook = do(
        office, actions.add_webhook, alice, "GMAO", "https://hook.example/a?b=c", key=KEY, now=NOW
    )
    do(office, actions.add_apprise, alice, "", "discord://jeton/secret", key=KEY, now=NOW)
    assert office.turn(NOW) == (2, 0)  # the tests
    told(office, (an_event(), [to(1, EMAIL, WEBHOOK, APPRISE)]))
    told(office, (an_event("episode:2:exceeded"), [to(1, WEBHOOK)]))
    assert office.turn() == (3, 0)
    assert "Gymnase Nord : 14 820" in office.mail.sent[0].subject.replace("\u202f", " ")
    parcel = office.webhook.sent[-1]
    assert (parcel.url, parcel.secret) == ("https://hook.example/a?b=c", webhook.secret)
    assert parcel.data["count"] == 2
    assert office.apprise.sent[-1].url == "discord://jeton/secret"
    with office.database.transaction() as db:
        db.execute(update(User).where(User.id == 1).values(disabled_at=NOW))
    told(office, (an_event("episode:3:exceeded"), [to(1, EMAIL, WEBHOOK)]))
    assert office.turn(LATER + MINUTES) == (0, 0)


def test_a_message_keeps_its_number_and_a_transition_its_own(office):
    told(office, (an_event(), [to(1)]))
    office.mail.error = OSError("no")
    assert office.turn() == (0, 1)
    office.mail.error = None
    assert office.turn(LATER + 2 * MINUTES) == (1, 0)
    first, second = office.mail.sent
    assert first.message_id == second.message_id
    assert first.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_channel_says_why_its_last_message_has_not_left(office, alice):
    do(office, actions.add_webhook, alice, "GMAO", "https://no.example/", key=KEY, now=NOW)
    do(office, actions.add_webhook, alice, "Autre", "https://hook.example/", key=KEY, now=NOW)

    def shown():
        with office.database.reading() as db:
            return [(row.state, row.error) for row in queries.list_channels(db, alice)]

    testing, on = ChannelState.TESTING, ChannelState.ON
    assert shown() == [(testing, ""), (testing, "")]
    office.webhook.error = socket.gaierror(-2, "Name or service not known")
    assert office.turn(NOW) == (0, 2)
    assert shown() == [(testing, "gaierror"), (testing, "gaierror")]
    with office.database.reading() as db:
        first = queries.list_channels(db, alice)[0]
        assert first.next_attempt_at is not None
        assert first.next_attempt_at > NOW
    told(office, (an_event(), [to(1, WEBHOOK)]))  # another that waits says nothing of it yet
    office.webhook.error = None
    office.turn(NOW + MINUTES)
    assert shown() == [(on, ""), (on, "")]


def test_a_dead_channel_is_switched_off_and_said(office, alice):
    webhook = do(
        office, actions.add_webhook, alice, "GMAO", "https://hook.example/", key=KEY, now=NOW
    )
    assert office.turn(NOW) == (1, 0)
    told(office, (an_event(), [to(1, WEBHOOK)]))
    office.webhook.error = ChannelRefused(410, protocol="http", gone=True)
    assert office.turn() == (0, 1)
    with office.database.reading() as db:
        (channel,) = queries.list_channels(db, alice)
        inbox = queries.list_inbox(db, alice)
        journal = queries.list_deliveries(db, alice)
    assert (channel.id, channel.state, channel.off_reason) == (
        webhook.id,
        ChannelState.OFF,
        "http 410",
    )
    assert inbox.rows[0].kind is NotificationKind.CHANNEL_OFF
    assert (journal[0].state, journal[0].error, journal[0].channel_name) == (
        MessageDelivery.FAILED,
        "http 410",
        "GMAO",
    )
    assert office.turn(LATER + MINUTES) == (1, 0)  # the mail that says so
    assert office.mail.sent[-1].subject == "[Envois arrêtés] Plus rien ne part par « GMAO »"
    do(office, actions.turn_on_channel, alice, webhook.id, LATER)
    office.webhook.error = None
    assert office.turn(LATER + 2 * MINUTES) == (1, 0)
    with office.database.reading() as db:
        assert queries.list_channels(db, alice)[0].state is ChannelState.ON


def test_an_address_that_no_longer_exists_stops_the_mails_of_notices_only(office, alice):
    told(office, (an_event(), [to(1)]))
    office.mail.error = ChannelRefused(550, gone=True)
    assert office.turn() == (0, 1)
    with office.database.reading() as db:
        assert queries.get_preferences(db, alice).email_off == "smtp 550"
        assert queries.list_inbox(db, alice).unread == 2
    told(office, (an_event("episode:2:exceeded"), [to(1)]), at=LATER)
    office.mail.error = None
    assert office.turn(LATER + MINUTES) == (0, 0)
    do(office, actions.queue, 1, NotificationKind.PASSWORD_CHANGED, LATER)
    assert office.turn(LATER + MINUTES) == (1, 0)
    do(office, actions.set_preferences, alice, Preferences())
    told(office, (an_event("episode:3:exceeded"), [to(1)]), at=LATER)
    assert office.turn(LATER + 2 * MINUTES) == (1, 0)


def test_the_inbox_is_ones_own_filtered_and_paged(office, alice, bob, monkeypatch):
    monkeypatch.setattr("data.notifications.queries.inbox.SIZE", 3)
    events = [
        (
            an_event(f"episode:{number}:exceeded", site=f"Site {number}"),
            [to(1)],
        )
        for number in range(7)
    ]
    told(office, *events)
    told(office, (an_event("episode:9:exceeded", organisation_id=2), [to(2)]))
    with office.database.transaction() as db:
        first = queries.list_inbox(db, alice)
        assert [row.site for row in first.rows] == ["Site 6", "Site 5", "Site 4"]
        assert (first.total, first.unread, first.pages) == (7, 7, 3)
        assert queries.list_inbox(db, alice, page=99).page == 3
        exceeded = NoticeEvent.kind == NotificationKind.THRESHOLD_EXCEEDED
        assert queries.list_inbox(db, alice, only=exceeded).total == 7
        assert queries.list_inbox(db, alice, only=~exceeded).total == 0
        assert queries.list_inbox(db, alice, "site 3").total == 1
        (foreign,) = queries.list_inbox(db, bob).rows
        with pytest.raises(Exception, match="introuvable"):
            queries.get_notice(db, alice, foreign.id)
        with pytest.raises(Exception, match="introuvable"):
            queries.get_notice(db, alice, 2**40)
        ids = [row.id for row in first.rows]
        assert actions.mark_read(db, alice, [*ids, foreign.id, -1, 2**40], NOW) == 3
        assert queries.count_unread(db, alice) == 4
        assert queries.count_unread(db, bob) == 1
        assert actions.mark_unread(db, alice, ids[:1]) == 1
        assert actions.mark_all_read(db, alice, exceeded, NOW) == 5
        assert queries.get_notice(db, alice, ids[0]).read_at == NOW
        moved = replace(alice, organisation_id=2)
        assert queries.list_inbox(db, moved).total == 0


def test_the_journal_is_ones_own(office, alice, bob):
    told(office, (an_event(), [to(1)]))
    office.turn()
    with office.database.reading() as db:
        (line,) = queries.list_deliveries(db, alice)
        assert (line.site, line.count, line.state, line.sent_at) == (
            "Gymnase Nord",
            1,
            MessageDelivery.SENT,
            LATER,
        )
        assert queries.list_deliveries(db, bob) == []


def test_preferences_that_mean_nothing_are_refused(office, alice):
    for wrong in (
        Preferences(digest_hour=24),
        Preferences(digest_weekday=7),
        Preferences(quiet_to=time(8)),
    ):
        with pytest.raises(Exception, match=r"heure|Heures|heures"):
            do(office, actions.set_preferences, alice, wrong)
    past = datetime(2020, 1, 1, tzinfo=UTC)
    with pytest.raises(Exception, match="passée"):
        do(office, actions.snooze, alice, ("episode", 1), past, NOW)
    with pytest.raises(Exception, match="passée"):
        do(
            office,
            actions.unsubscribe,
            alice,
            NotificationKind.DATA_BACK,
            reason="",
            until=past.date(),
            now=NOW,
        )
    with pytest.raises(Exception, match="ne s’arrête pas"):
        do(
            office,
            actions.unsubscribe,
            alice,
            NotificationKind.PASSWORD_RESET,
            reason="",
            until=None,
            now=NOW,
        )


def test_two_processes_do_not_group_the_same_notices(office):
    told(office, (an_event(), [to(1)]))
    with office.database.transaction() as db:
        (batch,) = queries.list_waiting(db, LATER)
        assert actions.gather(db, batch, LATER) == 1
        assert actions.gather(db, batch, LATER) == 0
    assert rows(office, select(func.count()).select_from(Notification)) == [(1,)]


def test_what_waits_for_a_digest_is_counted_with_the_time_it_leaves(office, alice):
    later = [(an_event(f"episode:{n}:exceeded"), [to(grouping=Grouping.DAILY)]) for n in (1, 2)]
    silent = to(1, ChannelKind.INBOX)
    with office.database.transaction() as db:
        actions.post(db, [*later, (an_event("episode:3:exceeded"), [silent])], NOW)
        actions.post(db, [(an_event("episode:4:exceeded"), [to(2)])], NOW)
    with office.database.transaction() as db:
        (found,) = queries.list_pending(db, alice)
        assert (found.count, found.due_at > NOW) == (2, True)
    office.turn(found.due_at)
    with office.database.transaction() as db:
        assert queries.list_pending(db, alice) == []
