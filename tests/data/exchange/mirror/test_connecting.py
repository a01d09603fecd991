"""Credentials are kept sealed, tried, chosen for and forgotten by who administers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from core.access import Role
from core.errors import ContractNeeded, Forbidden, Invalid, NotFound
from core.i18n import PARIS
from data.exchange.mirror.actions.connection import choose, connect, forget, note_outcome, try_out
from data.exchange.mirror.channels.credentials_seal import opened
from data.exchange.mirror.channels.rate_limit import take_turn
from data.exchange.mirror.models import MirrorConnection, MirrorSending, MirrorTask
from data.exchange.mirror.queries.connection import get_connection
from data.exchange.mirror.types import (
    ConnectionState,
    Credentials,
    MirrorChoice,
    MirrorPart,
    SendingState,
    SendingVerb,
    Spent,
    UpstreamDown,
)
from data.identity.accounts.models import Organisation
from data.identity.accounts.types.security import EVENTS
from data.identity.audit.models import AuditEvent
from data.notifications.models import NoticeEvent
from data.notifications.types import NotificationKind
from tests.data.exchange.mirror.distributor import (
    DONE,
    KEY,
    address_of,
    lines,
    page,
    right_line,
    token_answer,
    told,
)
from tests.data.exchange.mirror.distributor import connect as make_connection
from tests.factories import NOW, make_pce, make_right, make_user

GIVEN = Credentials("usr-4471", "un-secret")


@pytest.fixture
def elsewhere(charlie):
    return replace(charlie, role=Role.ADMINISTRATOR)


def keep(database, viewer, given=GIVEN):
    with database.transaction() as db:
        connect(db, viewer, given, key=KEY, now=NOW)


def seen(database, viewer, most=6000):
    with database.reading() as db:
        return get_connection(db, viewer, most)


def row_of(database):
    with database.reading() as db:
        return db.scalars(select(MirrorConnection)).one()


def actions_of(database):
    with database.reading() as db:
        return list(db.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_a_secret_is_sealed_and_told_to_nobody(here, admin):
    keep(here, admin)
    row = row_of(here)
    assert "un-secret" not in row.sealed_secret
    assert opened(row.sealed_secret, KEY) == "un-secret"
    assert opened(row.sealed_secret, b"another key") == ""
    assert "un-secret" not in repr(GIVEN)
    told_row = seen(here, admin)
    assert "secret" not in repr(told_row)
    assert told_row.client_id == "usr-4471"
    assert told_row.state is ConnectionState.UNTRIED
    assert told_row.choice == MirrorChoice(frozenset(MirrorPart), sends=False)
    assert (told_row.calls, told_row.most) == (0, 6000)
    assert actions_of(here) == ["mirror.connected"]
    with here.reading() as db:
        detail = db.scalars(select(AuditEvent.detail)).one()
    assert detail == {"client_id": "usr-4471"}


def test_the_client_changes_with_its_secret_alone(here, admin):
    keep(here, admin)
    before = row_of(here).sealed_secret
    keep(here, admin, Credentials("usr-4471", ""))
    assert row_of(here).sealed_secret == before
    with pytest.raises(Invalid) as refused:
        keep(here, admin, Credentials("usr-9", ""))
    assert refused.value.params["field"] == "secret"
    keep(here, admin, Credentials(" usr-9 ", " another "))
    row = row_of(here)
    assert (row.client_id, opened(row.sealed_secret, KEY)) == ("usr-9", "another")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Credentials("", "s"), "client_id"),
        (Credentials("a b", "s"), "client_id"),
        (Credentials("é", "s"), "client_id"),
        (Credentials("a", "s" * 201), "secret"),
        (Credentials("a", " "), "secret"),
        (Credentials("a", "s\nt"), "secret"),
    ],
)
def test_what_is_no_credential_is_refused_in_its_field(here, admin, given, field):
    with pytest.raises(Invalid) as refused:
        keep(here, admin, given)
    assert refused.value.params["field"] == field
    assert seen(here, admin) is None


def test_new_credentials_forget_the_token_of_the_old_ones(here, admin):
    with here.transaction() as db:
        make_connection(db, "usr-4471", sealed_token="x", token_until=NOW, problem=["a", {}])
    keep(here, admin, Credentials("usr-4471", "new"))
    row = row_of(here)
    assert (row.sealed_token, row.token_until, row.problem) == ("", None, [])
    assert row.state is ConnectionState.UNTRIED


def test_only_who_administers_an_organisation_with_a_contract(here, admin, bob, dora):
    for viewer in (bob, replace(dora, role=Role.ADMINISTRATOR), replace(admin, behind=9)):
        with pytest.raises(Forbidden):
            keep(here, viewer)
    with pytest.raises(ContractNeeded):
        keep(here, replace(admin, contracted=False))
    with pytest.raises(Forbidden):
        keep(here, replace(admin, limited=True))
    assert actions_of(here) == []


def test_another_organisation_has_none_of_it(here, admin, elsewhere):
    keep(here, admin)
    assert seen(here, elsewhere) is None
    with here.transaction() as db:
        for act in (
            lambda: choose(db, elsewhere, MirrorChoice(frozenset(), sends=True), NOW),
            lambda: forget(db, elsewhere, NOW),
        ):
            with pytest.raises(NotFound):
                act()
    with pytest.raises(NotFound):
        try_out(here, elsewhere, address_of("http://127.0.0.1:9"), key=KEY, clock=lambda: NOW)
    assert seen(here, admin) is not None


def again(here, admin):
    with here.transaction() as db:
        forget(db, admin, NOW)
    keep(here, admin)


def test_who_forgets_and_connects_again_goes_on_with_the_calls_of_the_day(here, admin):
    address, day = address_of("http://127.0.0.1:9", a_day=5), NOW.astimezone(PARIS).date()
    keep(here, admin)
    with here.transaction() as db:
        db.execute(update(MirrorConnection).values(day=day, calls=4))
    again(here, admin)
    assert seen(here, replace(admin, today=day)).calls == 4
    with here.transaction() as db:
        take_turn(db, admin.organisation_id, address, NOW)
    again(here, admin)
    with here.transaction() as db, pytest.raises(Spent):
        take_turn(db, admin.organisation_id, address, NOW)
    with here.transaction() as db:
        take_turn(db, admin.organisation_id, address, NOW + timedelta(days=1))
    assert seen(here, replace(admin, today=day + timedelta(days=1))).calls == 1


def tried(here, admin, hostile):
    state = try_out(here, admin, hostile.address, key=KEY, clock=lambda: NOW)
    row = seen(here, admin)
    assert row.state is state
    assert row.tried_at == NOW
    return row


def test_a_try_says_how_many_rights_are_seen(braving, admin, hostile):
    hostile.says(lines(right_line(), right_line(id_droit_acces="b"), DONE))
    row = tried(braving, admin, hostile)
    assert row.state is ConnectionState.WORKING
    assert row.worked_at == NOW
    assert " : 2. Seule cette liste" in str(row.problem)
    assert row.calls == 1
    hostile.says(lines(right_line(), right_line(etat_droit_acces="?"), "no json", DONE))
    row = tried(braving, admin, hostile)
    assert ": 1." in str(row.problem)
    assert " : 2. Seule cette liste" in str(row.problem)
    assert actions_of(braving) == ["mirror.tried", "mirror.tried"]


def test_a_try_says_what_is_wrong(braving, admin, hostile):
    hostile.says(page())
    assert tried(braving, admin, hostile).state is ConnectionState.DOWN
    assert "page web" in str(seen(braving, admin).problem)
    hostile.says(told({}, 429, Retry_After="60"))
    assert tried(braving, admin, hostile).state is ConnectionState.WORKING
    assert "attendre" in str(seen(braving, admin).problem)
    with braving.transaction() as db:
        db.scalars(select(MirrorConnection)).one().token_until = None
    hostile.token = told({"error": "invalid_client"}, 401)
    row = tried(braving, admin, hostile)
    assert row.state is ConnectionState.REFUSED
    assert "refuse vos identifiants" in str(row.problem)
    hostile.token = token_answer()  # the distributor has opened them since
    assert tried(braving, admin, hostile).state is ConnectionState.WORKING


def test_administrators_are_told_once_that_credentials_that_worked_are_refused(
    braving, admin, hostile
):
    def told_of():
        with braving.reading() as db:
            query = select(NoticeEvent).where(NoticeEvent.kind == NotificationKind.MIRROR_REFUSED)
            return [(one.organisation_id, one.path) for one in db.scalars(query)]

    with braving.transaction() as db:
        make_user(db, organisation_id=2, email="a@bob.example", role=Role.ADMINISTRATOR)
        db.execute(update(MirrorConnection).values(state=ConnectionState.UNTRIED))
    hostile.token = told({"error": "invalid_client"}, 401)
    assert tried(braving, admin, hostile).state is ConnectionState.REFUSED
    assert told_of() == []  # whoever entered them has just read it
    with braving.transaction() as db:
        db.execute(update(MirrorConnection).values(state=ConnectionState.WORKING))
    for _twice in range(2):
        tried(braving, admin, hostile)
        assert told_of() == [(2, "/admin?part=connections")]


def test_a_try_of_a_portal(mirroring, admin, distributor):
    with distributor.database.transaction() as db:
        make_right(db, make_pce(db), 2)
    state = try_out(mirroring, admin, distributor.address, key=KEY, clock=lambda: NOW)
    assert state is ConnectionState.WORKING
    assert ": 1. Seule cette liste" in str(seen(mirroring, admin).problem)


def sends_of(database):
    with database.reading() as db:
        return db.scalar(select(Organisation.sends_upstream).where(Organisation.id == 2))


def test_what_is_mirrored_and_sent_is_chosen(here, admin):
    keep(here, admin)
    choice = MirrorChoice(frozenset({MirrorPart.RIGHTS, MirrorPart.PUBLISHED}), sends=True)
    for _twice in range(2):
        with here.transaction() as db:
            choose(db, admin, choice, NOW)
    assert seen(here, admin).choice == choice
    assert sends_of(here) is True
    with here.transaction() as db:
        choose(db, admin, replace(choice, sends=False), NOW)
    assert sends_of(here) is False
    said = [action for action in actions_of(here) if action != "mirror.chosen"]
    assert said == ["mirror.connected", "mirror.sends", "mirror.sends_no_more"]
    assert {*said, "mirror.forgotten"} <= set(EVENTS)


def test_forgetting_keeps_what_has_left_and_what_was_read(here, admin):
    with here.transaction() as db:
        make_connection(db, "usr-4471")
        pce = make_pce(db)
        right = make_right(db, pce, 2)
        db.add(MirrorTask(organisation_id=2, pce_id=pce.id, part=MirrorPart.PUBLISHED, due_at=NOW))
        for verb, left in ((SendingVerb.DECLARE, NOW), (SendingVerb.REVOKE, None)):
            db.add(
                MirrorSending(
                    organisation_id=2,
                    right_id=right.id,
                    verb=verb,
                    state=SendingState.QUEUED,
                    created_at=NOW,
                    next_attempt_at=NOW,
                    left_at=left,
                )
            )
        db.get_one(Organisation, 2).sends_upstream = True
    with here.transaction() as db:
        forget(db, replace(admin, contracted=False), NOW)  # one may always leave
    assert seen(here, admin) is None
    assert sends_of(here) is False
    with here.reading() as db:
        assert list(db.scalars(select(MirrorSending.verb))) == [SendingVerb.DECLARE]
        assert db.scalar(select(func.count()).select_from(MirrorTask)) == 0
    assert actions_of(here)[-1] == "mirror.forgotten"


def test_the_outcome_of_a_round_is_kept(here, admin):
    with here.transaction() as db:
        make_connection(db, "usr-4471")
        assert note_outcome(db, 2, UpstreamDown("Panne {status}", status=503), now=NOW)
    assert str(seen(here, admin).problem) == "Panne 503"
    with here.transaction() as db:
        assert note_outcome(db, 2, Spent("Demain", NOW), now=NOW) is ConnectionState.WORKING
        assert note_outcome(db, 2, None, now=NOW) is ConnectionState.WORKING
    assert seen(here, admin).problem is None


def test_what_is_wrong_with_each_is_said_at_once(here, admin):
    for given, said in (
        (Credentials("", ""), {"client_id": "Saisissez", "secret": "Saisissez"}),
        (Credentials("a😀", "s" * 201), {"client_id": "émoticône", "secret": "signes au plus"}),
        (Credentials("a" * 200, "s\x07t"), {"secret": "invisible"}),
    ):
        with pytest.raises(Invalid) as refused:
            keep(here, admin, given)
        wrong = refused.value.params["wrong"]
        assert set(wrong) == set(said)
        assert all(word in wrong[field] for field, word in said.items())


def test_who_may_not_read_rights_is_told_so_and_waits_for_a_person(braving, admin, hostile):
    said = {"code_statut_traitement": "9000000403", "message_retour_traitement": "Accès refusé"}
    hostile.says(told(said, 403))
    row = tried(braving, admin, hostile)
    assert (row.state, row.worked_at) == (ConnectionState.REFUSED, NOW)
    assert "Accès refusé" in str(row.problem)
    assert "9000000403" in str(row.problem)
    hostile.says(lines(DONE))  # it was opened since
    assert tried(braving, admin, hostile).state is ConnectionState.WORKING
