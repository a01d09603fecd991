"""Declarations of an organisation whose distributor decides elsewhere: checked for their form."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select, update

from core.errors import Conflict, NotFound
from data.identity.accounts.models import Organisation
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import Pce
from data.notifications.models import Notification
from data.notifications.types import NotificationKind
from data.rights.actions import (
    answer_as_holder,
    cancel,
    check,
    declare_many,
    recall,
    renew_many,
    settle_identity,
    undo,
)
from data.rights.actions.upstream_declarations import reject
from data.rights.models import AccessRight, RightLetterRow
from data.rights.queries import count_asked, get_right, list_lines
from data.rights.rules.attempts import MOST_TRIES
from data.rights.rules.outcomes import fate_of
from data.rights.rules.pending import next_step
from data.rights.types import (
    Act,
    DeclarationOrigin,
    Depends,
    EndSource,
    Marks,
    RightActor,
    RightState,
    RightTrigger,
)
from jobs.rights import settle
from tests.data.rights import dirty
from tests.data.rights.conftest import EVIDENCE, accepted, asking, events, grants, letters, right_of
from tests.data.rights.declarations import DELAYS, GOOD, HOLDER, TODAY, asked
from tests.factories import NOW, PCE, make_people, make_right

UNKNOWN = "09999999919999"


def sends(db, organisation_id=2, *, on=True):
    mine = update(Organisation).where(Organisation.id == organisation_id)
    db.execute(mine.values(sends_upstream=on))


@pytest.fixture
def sending(db, people):
    sends(db)


def test_a_pce_that_is_not_known_here_is_declared_and_created_held_by_nobody(db, bob, sending):
    made = asking(db, bob, asked(id_pce=UNKNOWN, code_postal="01000"))
    assert (made.state, made.code, made.http, made.relayed) == (
        RightState.PENDING,
        "0000000002",
        201,
        True,
    )
    pce = db.scalars(select(Pce).where(Pce.number == UNKNOWN)).one()
    assert (pce.holder_id, pce.postal_code, pce.holder_name) == (None, "", "")
    assert right_of(db, made.uid).pce_id == pce.id
    assert events(db, made.uid) == [
        (RightTrigger.RELAYED, RightActor.THIRD_PARTY, RightState.PENDING)
    ]


def test_nothing_is_told_of_what_is_known_here_nor_to_who_holds_the_pce(db, bob, pce, sending):
    """A wrong name, a wrong postal code and the right ones have one answer."""
    wrong = asked(raison_sociale="Un autre", code_postal="75001")
    assert check(db, bob, wrong, delays=DELAYS, now=NOW).problems == ()
    made = asking(db, bob, wrong)
    right = right_of(db, made.uid)
    assert (right.state, right.answer_due, right.relayed) == (RightState.PENDING, None, True)
    assert letters(db) == []
    warned = select(func.count()).where(Notification.kind == NotificationKind.RIGHTS_DECLARED)
    assert db.scalar(warned) == 0
    assert grants(db) == []


def test_a_holder_by_its_own_word_waits_for_the_distributor_too(db, bob, pce, sending):
    assert asking(db, bob, HOLDER).state is RightState.PENDING


def test_the_form_and_what_is_open_already_are_still_checked(db, bob, pce, sending):
    bad = asking(db, bob, asked(date_fin_droit_acces="2020-01-01"))
    assert [one.check for one in bad.problems] == [14, 15]
    first = asking(db, bob)
    same = asking(db, bob)
    assert (same.is_duplicate, same.uid) == (True, first.uid)
    other = asking(db, bob, replace(GOOD, perim_donnees_techniques="Faux"))
    assert [one.check for one in other.problems] == [19]


def test_what_a_holder_revoked_is_for_the_distributor_to_say(db, bob, pce, sending):
    over = {"state": RightState.REVOKED, "source": EndSource.HOLDER, "closed_at": NOW}
    make_right(db, pce, 2, **over)
    assert asking(db, bob).problems == ()


def test_looking_at_a_declaration_creates_no_pce(db, bob, sending):
    seen = check(db, bob, asked(id_pce=UNKNOWN), delays=DELAYS, now=NOW)
    assert (seen.problems, seen.relayed) == ((), True)
    assert db.scalar(select(func.count()).select_from(Pce)) == 0


def test_other_organisations_are_asked_about_as_before(db, bob, pce, people):
    sends(db, 3)
    assert not asking(db, bob).relayed
    assert len(letters(db)) == 1


def test_nobody_answers_or_settles_here_what_is_decided_elsewhere(db, alice, bob, dora, pce):
    sends(db)
    made = asking(db, bob)
    assert count_asked(db, alice) == 0
    with pytest.raises(NotFound):
        answer_as_holder(db, alice, [made.uid], RightTrigger.ACCEPTED, evidence=EVIDENCE, now=NOW)
    right_of(db, made.uid).state = RightState.RECHECK
    db.flush()
    with pytest.raises(Conflict):
        settle_identity(db, dora, made.uid, confirmed=True, delays=DELAYS, now=NOW)


def test_its_holder_is_not_reminded(db, bob, pce, sending):
    made = asking(db, bob)
    done = recall(db, bob, [made.uid], now=NOW)
    assert (done.written, done.preview.idle, done.preview.relayed) == (0, 0, 1)
    assert db.scalar(select(func.count()).select_from(RightLetterRow)) == 0


def test_the_clock_does_not_end_what_the_distributor_has_not_answered(database, bob):
    with database.transaction() as db:
        make_people(db)
        sends(db)
        uid = asking(db, bob).uid
    settle(database, NOW + timedelta(days=90))
    with database.reading() as db:
        assert right_of(db, uid).state is RightState.PENDING


def test_who_must_act_is_the_distributor_without_a_day(db, bob, pce, sending):
    row = get_right(db, bob, asking(db, bob).uid).row
    step = next_step(row, TODAY)
    assert (step.actor, step.due, step.act) == (RightActor.DISTRIBUTOR, None, Act.RELAY)


def test_what_was_relayed_may_be_taken_back_and_declared_again(db, bob, pce, sending):
    made = asking(db, bob)
    cancel(db, bob, [made.uid], now=NOW)
    assert right_of(db, made.uid).state is RightState.OBSOLETE
    assert asking(db, bob).problems == ()


def test_what_was_relayed_and_taken_back_is_no_try_here(db, bob, pce, sending):
    for _time in range(MOST_TRIES + 1):
        made = asking(db, bob)
        assert made.problems == ()
        cancel(db, bob, [made.uid], now=NOW)


def test_a_renewal_is_relayed_as_well(db, bob, pce, people):
    uid = accepted(db, bob)
    sends(db)
    day = GOOD.date_fin_droit_acces.replace("2028", "2029")
    (made,) = renew_many(db, bob, [uid], date.fromisoformat(day), delays=DELAYS, now=NOW)
    assert (made.state, made.relayed) == (RightState.PENDING, True)
    assert right_of(db, made.uid).renews_id == right_of(db, uid).id


def test_who_declared_is_told_once_a_quarter_what_the_distributor_did_not_take(
    db, bob, pce, sending
):
    one = right_of(db, asking(db, bob).uid)
    reject(db, [one], now=NOW)
    assert (one.state, one.source) == (RightState.OBSOLETE, EndSource.DISTRIBUTOR)
    other = right_of(db, asking(db, bob, asked(id_pce=UNKNOWN)).uid)
    reject(db, [other], now=NOW)
    mail = db.scalars(
        select(Notification).where(Notification.kind == NotificationKind.RIGHTS_MOVED)
    ).one()
    assert mail.params["pces"] == sorted([PCE, UNKNOWN])
    assert mail.next_attempt_at > NOW


def test_a_file_is_relayed_whole_its_receipt_says_so_and_it_is_not_undone(desk, bob):
    with desk.database.transaction() as db:
        sends(db)
    run = desk.deposit("a.csv", dirty.to_csv(dirty.rows()))
    assert desk.preview(run).relayed
    told = desk.store(run)
    assert told.counts.accepted == dirty.LINES
    with desk.database.reading() as db:
        assert letters(db) == []
        fates = {fate_of(line) for line in list_lines(db, bob, run)}
        (fate,) = fates
        assert "devait encore décider" in fate.sentence
    assert told.undo.why is Depends.RELAYED
    with desk.database.transaction() as db, pytest.raises(Conflict):
        undo(db, bob, run, now=NOW)


def test_ten_thousand_unknown_pce_are_created_in_a_few_statements(database, bob):
    many = [asked(id_pce=f"{at:014}") for at in range(1, 10_001)]
    with database.transaction() as db:
        make_people(db)
        sends(db)
        said = []
        event.listen(database.engine, "before_cursor_execute", lambda *one: said.append(one[2]))
        made = declare_many(
            db, bob, many, delays=DELAYS, now=NOW, marks=Marks(DeclarationOrigin.FILE, 1)
        )
        assert {one.state for one in made} == {RightState.PENDING}
        assert db.scalar(select(func.count()).select_from(AccessRight)) == 10_000
        created = select(func.count()).where(AuditEvent.action == "pces.created")
        assert db.scalar(created) == 10_000
    assert len(said) < 200
