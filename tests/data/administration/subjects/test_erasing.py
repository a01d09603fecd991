"""An erasure leaves no trace but where it says so, and happens whole or not at all."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, update

from core.access import OrganisationKind, Role, Viewer
from data.administration.people.queries import list_people
from data.administration.subjects.actions import delete_old, erase
from data.administration.subjects.models import SubjectRequest
from data.administration.subjects.queries.extracts import iter_extracts
from data.administration.subjects.types import DataClass, RequestKind, RequestState, Subject
from data.identity.accounts.models import Organisation, User
from data.identity.accounts.queries import find_person
from data.identity.audit.models import AuditEvent
from data.rights.models import AccessRight
from data.rights.types import RightState
from data.thresholds.models import Threshold, ThresholdVersion
from tests.conftest import TODAY
from tests.data.administration.subjects.seeding import Person, seed, texts
from tests.data.controls.proofs import asked, decided, make_rights, sent, verified
from tests.factories import NOW, make_people

# Where the law, a contract or a right that stands asks that a name stay, by what says it.
IDENTITY_KEPT = {
    ("access_rights", "email"),  # of rights that stand
    ("access_rights", "person"),
    ("contract_signatures", "email"),  # what was signed, and by whom
    ("contract_versions", "dossier"),
    ("contracts", "signer"),
    ("pces", "holder_name"),  # of whom gas is delivered to
    ("right_letters", "email"),  # by which a right that stands is withdrawn
    ("right_letters", "mailbox"),
    ("stopped_mailboxes", "mailbox"),  # so as not to write again
}  # fmt: skip


def request_of(db, person, **values):
    row = SubjectRequest(**{
        "kind": RequestKind.ERASURE, "state": RequestState.WAITING, "user_id": person.user_id,
        "email": person.email, "asked_by": person.user_id, "created_at": NOW, "due_at": NOW,
    } | values)  # fmt: skip
    db.add(row)
    db.flush()
    return row.id


@pytest.fixture
def people(db):
    ann = Person("anouk")
    carol = Person("carola", beside=ann)
    dan = Person("damien", right=RightState.ACTIVE)
    seed(db, ann, carol, dan)
    return ann, carol, dan


def where(db, *words):
    return {place for place, said in texts(db).items() if any(one in said for one in words)}


def test_no_trace_is_left_but_where_it_is_declared(db, people):
    ann, carol, dan = people
    others = {one.word: where(db, one.email) for one in (carol, dan)}
    before = where(db, ann.email, ann.name, "anouk-phone", "anouk-cell")
    assert {("users", "email"), ("users", "name"), ("notice_events", "params")} <= before
    assert erase(db, request_of(db, ann), now=NOW)
    left = where(db, ann.email, ann.name, "anouk-phone", "anouk-cell", "anouk-holder")
    assert left <= IDENTITY_KEPT
    assert not left & {("access_rights", "email"), ("right_letters", "email")}  # hers was over
    assert {one.word: where(db, one.email) for one in (carol, dan)} == others
    person = db.get(User, ann.user_id, populate_existing=True)
    assert (person.name, person.erased_at, person.disabled_at) == ("Compte effacé", NOW, NOW)
    assert person.email == f"erased-{ann.user_id}@erased.example"


def test_the_holder_of_a_right_that_stands_keeps_it_and_the_letters_to_end_it(db, people):
    dan = people[2]
    assert erase(db, request_of(db, dan), now=NOW)
    left = where(db, dan.email)
    assert left <= IDENTITY_KEPT
    assert ("access_rights", "email") in left


def test_nothing_is_given_afterwards_but_what_is_kept(db, people):
    ann = people[0]
    assert erase(db, request_of(db, ann), now=NOW)
    names = {one.name for one in iter_extracts(db, Subject(ann.email))}
    assert names == {
        "contracts_to_sign", "letters_stopped", "signatures", "texts_of_contracts"
    }  # fmt: skip


def test_who_is_erased_is_nobody_any_more(db, people):
    ann = people[0]
    home = db.get(User, ann.user_id).organisation_id
    staff = Viewer(999, home, OrganisationKind.DISTRIBUTOR, Role.ADMINISTRATOR, TODAY)
    assert ann.name in {one.name for one in list_people(db, staff)}
    erase(db, request_of(db, ann), now=NOW)
    assert "Compte effacé" not in {one.name for one in list_people(db, staff)}
    assert find_person(db, select(User.id).where(User.id == ann.user_id), TODAY) is None


def test_a_threshold_that_told_them_tells_the_others(db, people):
    ann = people[0]
    erase(db, request_of(db, ann), now=NOW)
    row = db.get(Threshold, ann.ids["thresholds"], populate_existing=True)
    version = db.get(ThresholdVersion, (row.id, row.version))
    assert (row.version, version.draft["recipients"]) == (2, [])


def test_it_waits_for_its_day_and_is_done_once(db, people):
    ann = people[0]
    request_id = request_of(db, ann, due_at=NOW + timedelta(days=1))
    assert not erase(db, request_id, now=NOW)
    assert erase(db, request_id, now=NOW + timedelta(days=1))
    assert not erase(db, request_id, now=NOW + timedelta(days=2))
    assert not erase(db, 999_999, now=NOW)
    row = db.get(SubjectRequest, request_id, populate_existing=True)
    assert (row.state, row.email) == (RequestState.DONE, "")
    assert row.counts["account"] == 1
    noted = select(AuditEvent).where(AuditEvent.action == "subjects.erased")
    assert ann.word not in str(db.scalars(noted).one().detail)


def test_a_request_cancelled_is_not_done(db, people):
    request_id = request_of(db, people[0], state=RequestState.CANCELLED)
    assert not erase(db, request_id, now=NOW)


def test_the_last_administrator_of_others_waits(db, people):
    ann, carol, _dan = people
    db.execute(update(User).where(User.id == ann.user_id).values(role=Role.ADMINISTRATOR))
    request_id = request_of(db, ann)
    assert not erase(db, request_id, now=NOW)
    row = db.get(SubjectRequest, request_id, populate_existing=True)
    assert "dernier administrateur" in row.problem
    db.execute(update(User).where(User.id == carol.user_id).values(disabled_at=NOW))
    assert erase(db, request_id, now=NOW)  # nobody is left behind


def test_the_distributor_keeps_its_last_administrator_even_alone(db, people):
    dan = people[2]
    db.execute(update(User).where(User.id == dan.user_id).values(role=Role.ADMINISTRATOR))
    home = Organisation.id == dan.ids["organisations"]
    db.execute(update(Organisation).where(home).values(kind=OrganisationKind.DISTRIBUTOR))
    assert not erase(db, request_of(db, dan), now=NOW)


def test_a_holder_without_account_waits_while_a_right_stands(db, people):
    dan = people[2]
    db.execute(update(AccessRight).values(email="holder@damien.example"))
    request_id = request_of(db, dan, user_id=None, email="holder@damien.example")
    db.execute(update(AccessRight).where(AccessRight.id == dan.ids["access_rights"]).values(
        state=RightState.ACTIVE))  # fmt: skip
    assert not erase(db, request_id, now=NOW)
    db.execute(update(AccessRight).values(state=RightState.REVOKED))
    assert erase(db, request_id, now=NOW)
    assert not where(db, "holder@damien.example")


def test_killed_at_any_statement_it_did_nothing_and_ends_the_same(database):
    """Each statement in turn fails: what is committed is nothing; without failure, all."""
    with database.transaction() as db:
        ann = Person("anouk")
        seed(db, ann, Person("carola", beside=ann))
        request_id = request_of(db, ann)
        before = texts(db)
    killed, step = 0, 1
    while _killed_at(database, request_id, step):
        killed, step = killed + 1, step + (1 if step < 12 else 7)
        with database.reading() as db:
            assert texts(db) == before
    assert killed > 10
    with database.reading() as db:
        assert where(db, ann.email) <= IDENTITY_KEPT
        done = select(func.count()).where(SubjectRequest.state == RequestState.DONE)
        assert db.scalar(done) == 1


def _killed_at(database, request_id, step) -> bool:
    class Killed(Exception):
        pass

    left = [step]

    def count(*_args):
        left[0] -= 1
        if not left[0]:
            raise Killed

    event.listen(database.engine, "before_cursor_execute", count)
    try:
        with database.transaction() as db:
            erase(db, request_id, now=NOW)
    except Killed:
        return True
    finally:
        event.remove(database.engine, "before_cursor_execute", count)
    return False


def test_the_journal_of_controls_still_verifies(database, bob, dora):
    """It holds numbers and digests: whoever is erased, nothing of it changes."""
    with database.transaction() as db:
        make_people(db)
        controls = asked(db, dora, make_rights(db))
        for uid in controls:
            sent(db, bob, [uid])
        decided(db, dora, controls[0])
        bobs = db.get(User, bob.user_id)
        row = SubjectRequest(
            kind=RequestKind.ERASURE,
            state=RequestState.WAITING,
            user_id=bobs.id,
            email=bobs.email,
            created_at=NOW,
            due_at=NOW,
        )
        db.add(row)
        db.flush()
        request_id = row.id
    before = verified(database)
    assert before.entries > 4
    assert not before.broken
    with database.transaction() as db:
        assert erase(db, request_id, now=NOW)
        db.execute(update(AccessRight).values(state=RightState.OBSOLETE, closed_at=NOW))
    later = NOW + timedelta(days=4000)
    with database.transaction() as db:
        assert delete_old(db, DataClass.PROOFS, later)
        assert delete_old(db, DataClass.RIGHTS, later)
    after = verified(database)
    assert (after.broken, after.last_hash) == ((), before.last_hash)
