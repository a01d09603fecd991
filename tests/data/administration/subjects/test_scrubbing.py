"""A name that reads as another word of the portal takes only itself away."""

import pytest
from sqlalchemy import select, update

from data.administration.subjects.actions.name_removal import remove_name
from data.administration.subjects.queries.extracts import get_subject
from data.administration.subjects.rules.name_removal import NOBODY, without_decider, without_who
from data.administration.subjects.types import Subject
from data.contracts.models import Contract
from data.controls.models import Control
from data.identity.accounts.models import User
from data.notifications.models import NoticeEvent, Notification
from data.notifications.types import NotificationKind
from data.rights.models import AccessRight, RightImport
from data.rights.rules.plans import unpacked
from data.rights.types import RightState
from tests.data.administration.subjects.seeding import Person, seed

PLAN = {
    "purpose": "rights", "columns": {"finalite": 3}, "repairs": [], "dropped": [],
    "usual": {"finalite": "rights"}, "edits": {},
}  # fmt: skip


@pytest.fixture
def people(db):
    """Ann, and Ben elsewhere."""
    ann, ben = Person("anouk"), Person("benoit")
    seed(db, ann, ben)
    return ann, ben


def called(db, person, name):
    db.execute(update(User).where(User.id == person.user_id).values(name=name))
    return get_subject(db, person.user_id, "")


def put(db, model, person, **values):
    table = model.__table__
    key = next(iter(table.primary_key.columns))
    db.execute(update(table).where(key == person.ids[table.name]).values(**values))


def kept(db, column, person):
    table = column.class_.__table__
    key = next(iter(table.primary_key.columns))
    return db.scalar(select(column).where(key == person.ids[table.name]))


def test_a_word_that_reads_as_a_name_stays_everywhere(db, people):
    subject = called(db, people[0], "month")
    told = {"period": "month", "threshold": "month", "who": "month"}
    for one in people:
        put(db, NoticeEvent, one, params=told, kind=NotificationKind.THRESHOLD_EXCEEDED)
        put(db, Notification, one, params=told, kind=NotificationKind.PROOF_MESSAGE)
    remove_name(db, subject)
    for one in people:
        assert kept(db, NoticeEvent.params, one) == told
        assert kept(db, Notification.params, one) == told


def test_a_plan_can_still_be_read(db, people):
    subject = called(db, people[0], "rights")
    edits = {"2": {"nom_titulaire": "rights", "finalite": "rights"}}
    for one in people:
        put(db, RightImport, one, plan=PLAN | {"edits": edits})
    remove_name(db, subject)
    ann, ben = (kept(db, RightImport.plan, one) for one in people)
    cells = {"nom_titulaire": NOBODY, "finalite": "rights"}
    assert ann == PLAN | {"edits": {"2": cells}}
    assert ben == PLAN | {"edits": edits}
    assert unpacked(ann).purpose.value == "rights"


def test_elsewhere_a_name_is_theirs_beside_their_address(db, people):
    ann, ben = people
    line = {"courriel_titulaire": f" {ann.email.upper()}", "nom_titulaire": "N. Anouk", "x": "y"}
    other = {"courriel_titulaire": ben.email, "nom_titulaire": ann.name}
    usual = {"courriel_titulaire": ann.email}
    put(db, RightImport, ben, plan=PLAN | {"edits": {"2": line, "3": other}, "usual": usual})
    remove_name(db, get_subject(db, ann.user_id, ""))
    plan = kept(db, RightImport.plan, ben)
    gone = {"courriel_titulaire": NOBODY, "nom_titulaire": NOBODY, "x": "y"}
    assert plan["edits"] == {"2": gone, "3": other}
    assert plan["usual"] == {"courriel_titulaire": NOBODY}


def test_who_acts_is_taken_out_of_what_the_other_side_was_told_of_their_contracts(db, people):
    ann, ben = people
    subject = get_subject(db, ann.user_id, "")
    names = f"{ann.name} ({subject.organisation})"
    event = {"subject_kind": "contract", "subject_id": ann.ids["contracts"]}
    uid = kept(db, Contract.uid, ann)
    put(db, NoticeEvent, ben, params={"who": names, "number": names}, **event)
    put(db, Notification, ben, params={"who": ann.name, "uid": uid})
    remove_name(db, subject)
    assert kept(db, NoticeEvent.params, ben) == {"who": NOBODY, "number": names}
    assert kept(db, Notification.params, ben) == {"who": NOBODY, "uid": uid}


def test_a_namesake_elsewhere_keeps_their_name(db, people):
    ann, ben = people
    for one in (NoticeEvent, Notification):
        put(db, one, ben, params={"who": ann.name, "uid": "x"})
    remove_name(db, get_subject(db, ann.user_id, ""))
    assert kept(db, NoticeEvent.params, ben)["who"] == ann.name
    assert kept(db, Notification.params, ben)["who"] == ann.name


def test_who_invited_and_who_may_answer_are_taken_out(db, people):
    ann, ben = people
    invited = {
        "invitation_id": ann.ids["invitations"],
        "user_id": None,
        "kind": NotificationKind.INVITED,
    }
    put(db, Notification, ben, params={"who": ann.name, "organisation": ann.name}, **invited)
    told = {"who": ann.name, "deciders": f"Ann, {ann.name}, {ann.name}"}
    put(db, Notification, ann, params=told, kind=NotificationKind.RIGHTS_DECLARED)
    remove_name(db, get_subject(db, ann.user_id, ""))
    assert kept(db, Notification.params, ben) == {"who": NOBODY, "organisation": ann.name}
    said = {"who": ann.name, "deciders": f"Ann, {NOBODY}, {NOBODY}"}
    assert kept(db, Notification.params, ann) == said


@pytest.mark.parametrize("state", [RightState.REVOKED, RightState.ACTIVE])
def test_the_holder_of_a_right_is_taken_out_with_it_once_it_is_over(db, people, state):
    ann, ben = people
    put(db, AccessRight, ann, state=state)
    put(db, NoticeEvent, ann, params={"holder": "H", "count": 1}, kind=NotificationKind.PROOF_ASKED,
        subject_kind="control", subject_id=ann.ids["controls"])  # fmt: skip
    about = {"1": ["Site", "H", kept(db, Control.uid, ann)], "2": ["Site", "H", "other"]}
    put(db, Notification, ben, params={"about": about}, kind=NotificationKind.PROOF_ASKED)
    remove_name(db, Subject(ann.email))
    left = NOBODY if state.final else "H"
    assert kept(db, NoticeEvent.params, ann) == {"holder": left, "count": 1}
    said = {number: [one[1], one[2]] for number, one in
            kept(db, Notification.params, ben)["about"].items()}  # fmt: skip
    assert said == {"1": [left, about["1"][2]], "2": ["H", "other"]}


def test_nobody_has_no_name():
    stranger = Subject("a@a.example")
    assert without_who({"who": ""}, stranger) == {"who": ""}
    assert without_decider({"deciders": "Ann"}, stranger) == {"deciders": "Ann"}
    assert without_decider({}, Subject("a@a.example", 1, "Ann")) == {}
