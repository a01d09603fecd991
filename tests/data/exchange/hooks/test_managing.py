"""Administrators and their webhooks: nobody else's, and each act in the journal."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from data.administration.subjects.actions.work_retention import keep_notices
from data.exchange.hooks import actions
from data.exchange.hooks.actions.administration import MOST
from data.exchange.hooks.models import Hook
from data.exchange.hooks.queries import get_journal, list_hooks
from data.exchange.hooks.queries.hooks import SHOWN
from data.exchange.hooks.types import CHOSEN, HookState, Topic
from data.identity.audit.models import AuditEvent
from data.notifications.rules import target_of
from data.notifications.types import MessageDelivery
from tests.data.exchange.hooks.listeners import KEY, URL, added, deliveries
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("people")


def test_a_webhook_is_added_and_a_ping_leaves_for_it(db, bob):
    made = added(db, bob, name="  Super\u202evision  ")
    (row,) = list_hooks(db, bob)
    assert (row.name, row.target, row.topics) == (
        "Supervision",
        "https://hooks.thermia.example/…",
        CHOSEN,
    )
    assert made.secret.startswith("whsec_")
    (line,) = get_journal(db, bob).rows
    assert (line.topic, line.state, line.hook) == (
        Topic.PING,
        MessageDelivery.QUEUED,
        "Supervision",
    )
    assert line.next_attempt_at == NOW


def test_without_a_name_it_has_that_of_where_it_leads(db, bob):
    added(db, bob, name=" ")
    assert list_hooks(db, bob)[0].name == "https://hooks.thermia.example/…"


@pytest.mark.alike
@pytest.mark.parametrize(
    "url",
    ["http://a.example/", "https://127.0.0.1/", "https://10.0.0.1/x", "https://intranet/", "x"],
)
def test_an_address_that_leads_inside_is_refused_in_a_sentence(db, bob, url):
    with pytest.raises(Invalid):
        added(db, bob, url=url)
    assert list_hooks(db, bob) == ()


def test_something_is_to_be_heard_of(db, bob):
    with pytest.raises(Invalid, match="événement"):
        added(db, bob, topics=())
    made = added(db, bob)
    with pytest.raises(Invalid, match="événement"):
        actions.choose_topics(db, bob, made.id, (), NOW)
    actions.choose_topics(db, bob, made.id, (Topic.CONTROLS,), NOW)
    assert list_hooks(db, bob)[0].topics == (Topic.CONTROLS,)


def test_there_are_so_many_at_most(db, bob):
    made = [added(db, bob, name=f"Supervision {number}") for number in range(MOST)]
    with pytest.raises(Conflict, match="webhooks"):
        added(db, bob)
    actions.remove_hook(db, bob, made[0].id, NOW)
    added(db, bob)


def test_no_two_are_called_alike(db, bob, charlie):
    added(db, bob, name="")
    made = added(db, bob, name=" Super\u202evision ")
    with pytest.raises(Invalid, match="donnez un nom"):
        added(db, bob, name=" ", url=URL + "&autre=1")
    with pytest.raises(Invalid, match="porte déjà ce nom"):
        added(db, bob, name="superVision", url="https://autre.example/")
    added(db, charlie)  # another organisation's
    actions.remove_hook(db, bob, made.id, NOW)
    added(db, bob)


def test_a_removed_webhook_keeps_no_secret_and_its_line(db, bob):
    made = added(db, bob)
    actions.remove_hook(db, bob, made.id, NOW)
    hook = db.get_one(Hook, made.id)
    assert (hook.sealed_url, hook.sealed_secret, hook.sealed_old) == ("", "", "")
    (line,) = get_journal(db, bob).rows
    assert (line.state, line.resendable) == (MessageDelivery.FAILED, False)
    with pytest.raises(NotFound):
        actions.resend(db, bob, line.id, NOW)
    with pytest.raises(NotFound):
        actions.ping_hook(db, bob, made.id, NOW)


def test_one_ping_waits_at_a_time(db, bob):
    made = added(db, bob)
    actions.ping_hook(db, bob, made.id, NOW)
    assert len(deliveries(db, made.id)) == 1


def test_nothing_is_asked_of_one_that_is_off(db, bob):
    made = added(db, bob)
    actions.turn_off_hook(db, bob, made.id, NOW)
    actions.turn_off_hook(db, bob, made.id, NOW)
    (row,) = list_hooks(db, bob)
    assert (row.state, row.off_reason) == (HookState.OFF, "")
    (line,) = get_journal(db, bob).rows
    with pytest.raises(Conflict, match="arrêté"):
        actions.ping_hook(db, bob, made.id, NOW)
    with pytest.raises(Conflict, match="arrêté"):
        actions.resend(db, bob, line.id, NOW)
    actions.turn_on_hook(db, bob, made.id, NOW)
    actions.turn_on_hook(db, bob, made.id, NOW)
    acts = db.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert acts == ["hooks.added", "hooks.turned_off", "hooks.turned_on"]


def test_every_act_is_in_the_journal_without_a_secret(db, bob):
    made = added(db, bob)
    actions.choose_topics(db, bob, made.id, (Topic.RIGHTS,), NOW)
    other = actions.rotate_secret(db, bob, made.id, key=KEY, now=NOW)
    assert list_hooks(db, bob)[0].old_until == NOW + timedelta(hours=24)
    actions.ping_hook(db, bob, made.id, NOW)
    actions.turn_off_hook(db, bob, made.id, NOW)
    actions.turn_on_hook(db, bob, made.id, NOW)
    assert actions.resend_failed(db, bob, NOW) == 1
    line = get_journal(db, bob).rows[0]
    deliveries(db, made.id)[0].state = MessageDelivery.SENT
    db.flush()
    actions.resend(db, bob, deliveries(db, made.id)[0].id, NOW)
    actions.remove_hook(db, bob, made.id, NOW)
    events = db.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.action.removeprefix("hooks.") for event in events] == [
        "added",
        "topics_chosen",
        "secret_rotated",
        "pinged",
        "turned_off",
        "turned_on",
        "resent",
        "resent",
        "removed",
    ]
    assert {(event.actor_id, event.organisation_id) for event in events} == {(2, 2)}
    said = " ".join(str(event.detail) for event in events)
    assert made.secret not in said
    assert other.secret not in said
    assert line.hook == "Supervision"


ACTS = {
    "choose": lambda db, who, id_: actions.choose_topics(db, who, id_, CHOSEN, NOW),
    "ping": lambda db, who, id_: actions.ping_hook(db, who, id_, NOW),
    "off": lambda db, who, id_: actions.turn_off_hook(db, who, id_, NOW),
    "on": lambda db, who, id_: actions.turn_on_hook(db, who, id_, NOW),
    "rotate": lambda db, who, id_: actions.rotate_secret(db, who, id_, key=KEY, now=NOW),
    "remove": lambda db, who, id_: actions.remove_hook(db, who, id_, NOW),
    "resend": lambda db, who, id_: actions.resend(db, who, id_, NOW),
}


@pytest.mark.alike
@pytest.mark.parametrize("act", ACTS)
def test_another_organisation_s_is_as_one_that_is_not_there(db, bob, charlie, act):
    made = added(db, bob)
    for id_ in (made.id, 12_345, 0, -1, 2**40):
        with pytest.raises(NotFound):
            ACTS[act](db, charlie, id_)
    assert list_hooks(db, charlie) == ()
    assert get_journal(db, charlie).rows == ()
    assert actions.resend_failed(db, charlie, NOW) == 0


@pytest.mark.parametrize("act", [*ACTS, "add", "list", "journal", "resend_failed"])
def test_who_may_not_administer_programs_may_do_nothing(db, bob, act):
    made = added(db, bob)
    more = {
        "add": lambda db, who, _id: added(db, who),
        "list": lambda db, who, _id: list_hooks(db, who),
        "journal": lambda db, who, _id: get_journal(db, who),
        "resend_failed": lambda db, who, _id: actions.resend_failed(db, who, NOW),
    }
    others = (
        replace(bob, role=Role.FACILITY_MANAGER),
        replace(bob, behind=4),  # who looks as them changes nothing
        replace(bob, limited=True),  # webhooks hear of every PCE
    )
    for who in others:
        with pytest.raises(Forbidden):
            (ACTS | more)[act](db, who, made.id)


def test_the_journal_is_read_by_pages(db, bob):
    made = added(db, bob)
    for _ in range(SHOWN + 1):
        actions.events.queue(db, [made.id], actions.events.HookEvent(Topic.PING, ()), NOW)
    first = get_journal(db, bob)
    assert (len(first.rows), first.more) == (SHOWN, True)
    rest = get_journal(db, bob, first.rows[-1].id)
    assert (len(rest.rows), rest.more) == (2, False)


def test_the_night_erases_what_was_sent_long_ago(db, bob):
    made = added(db, bob)
    keep_notices(db, NOW + timedelta(days=1), 500)
    (row,) = deliveries(db, made.id)  # it waits still
    row.state = MessageDelivery.SENT
    db.flush()
    keep_notices(db, NOW, 500)
    assert len(deliveries(db, made.id)) == 1
    keep_notices(db, NOW + timedelta(seconds=1), 500)
    assert deliveries(db, made.id) == []


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://Hooks.example:8443/a?jeton=secret", "https://hooks.example:8443/…"),
        ("https://[2606:2800:220:1::1]:444/", "https://[2606:2800:220:1::1]:444/…"),
    ],
)
def test_where_it_leads_is_said_with_its_port_and_without_its_secret(url, target):
    assert target_of(url) == target


def test_an_address_that_could_never_be_asked_is_refused(db, bob):
    for url in ("https://é.example.com/", "https://hook.example/é", "https://hook.example:0/"):
        with pytest.raises(Invalid):
            added(db, bob, url=url)
