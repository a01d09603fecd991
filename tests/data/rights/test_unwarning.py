"""An import undone takes back what was to warn the holders, and says who was warned already."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from components.rights.imports.receipt import undone_text
from data.identity.audit.models import AuditEvent
from data.notifications.models import Notification
from data.notifications.types import MessageDelivery, NotificationKind
from data.rights.actions import cancel, declare_many
from data.rights.actions.revocation import undo
from data.rights.models import RightLetterRow
from data.rights.types import DeclarationOrigin, Marks, UndoResult
from tests.data.rights.conftest import asking
from tests.data.rights.declarations import DELAYS, asked
from tests.factories import NOW, make_organisation, make_pce, make_user

RUN = 9
MINE = [f"0999999991{at:04d}" for at in range(30)]
THEIRS = [f"0999999992{at:04d}" for at in range(2)]
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def bob(bob):
    return replace(bob, organisation="Organisation de bob")


@pytest.fixture
def stage(db, people):
    """PCE of alice's organisation, and of charlie's."""
    for number in MINE:
        make_pce(db, number, holder_id=1, holder_name="LYCEE DES TILLEULS")
    for number in THEIRS:
        make_pce(db, number, holder_id=3, holder_name="Usine")
    return db


def bring(db, viewer, numbers, now=NOW, run=RUN):
    """As an import does; letters are to be verified first, so that none stops an undo."""
    lines = [asked(id_pce=one, raison_sociale="Autre nom") for one in numbers]
    marks = Marks(DeclarationOrigin.FILE, run)
    outcomes = declare_many(db, viewer, lines, delays=DELAYS, now=now, marks=marks)
    assert not [one for one in outcomes if one.problems]


def take_back(db, viewer, now=LATER, run=RUN):
    return undo(db, viewer, run, now=now)


def warnings(db):
    db.flush()
    db.expire_all()
    query = select(Notification).where(Notification.kind == NotificationKind.RIGHTS_DECLARED)
    return db.scalars(query.order_by(Notification.id)).all()


def told(db):
    return [(mail.user_id, len(mail.params["pces"]) + mail.params["more"]) for mail in warnings(db)]


def leave(db, at, *users):
    """The mails to *users* left: what they said is forgotten."""
    gone = update(Notification).where(Notification.user_id.in_(users))
    db.execute(gone.values(state=MessageDelivery.SENT, sent_at=at, params={}))


def test_what_has_not_left_is_withdrawn(stage, bob):
    bring(stage, bob, [*MINE, *THEIRS])
    assert told(stage) == [(1, 30), (3, 2)]
    assert take_back(stage, bob) == UndoResult(32, 0)
    assert warnings(stage) == []
    assert stage.scalars(select(RightLetterRow)).all() == []
    detail = stage.scalars(select(AuditEvent.detail).where(AuditEvent.action == "rights.undone"))
    assert detail.one() == {"rights": 32, "told": 0}


def test_a_mail_that_tells_of_others_too_keeps_them(stage, bob):
    bring(stage, bob, MINE[:25])
    asking(stage, bob, asked(id_pce=MINE[27], raison_sociale="Autre nom"), NOW)
    bring(stage, bob, MINE[28:29], LATER, run=10)
    assert told(stage) == [(1, 27)]
    assert take_back(stage, bob) == UndoResult(25, 0)
    (mail,) = warnings(stage)
    assert (mail.params["pces"], mail.params["more"]) == ([MINE[27], MINE[28]], 0)
    assert mail.params["who"] == "Organisation de bob"


def test_a_declaration_taken_back_by_hand_is_told_still(stage, bob):
    bring(stage, bob, MINE[:3])
    other = asking(stage, bob, asked(id_pce=MINE[5], raison_sociale="Autre nom"), NOW)
    cancel(stage, bob, [other.uid], now=LATER)
    take_back(stage, bob)
    assert [mail.params["pces"] for mail in warnings(stage)] == [[MINE[5]]]


def test_the_mail_of_another_asker_is_left_alone(stage, bob, alice):
    charlie = replace(bob, user_id=3, organisation_id=3, organisation="Organisation de charlie")
    bring(stage, bob, MINE[:2])
    asking(stage, charlie, asked(id_pce=MINE[7], raison_sociale="Autre nom"), NOW)
    take_back(stage, bob)
    (mail,) = warnings(stage)
    assert (mail.params["who"], mail.params["pces"]) == ("Organisation de charlie", [MINE[7]])


def test_who_was_told_already_is_counted_once_a_holder(stage, bob):
    make_user(stage, organisation_id=1, email="adjoint@tilleuls.example", name="Adjoint")
    bring(stage, bob, [*MINE, *THEIRS])
    assert len(warnings(stage)) == 3
    leave(stage, LATER, 1, 5)
    assert take_back(stage, bob, LATER) == UndoResult(32, 1)
    assert [mail.user_id for mail in warnings(stage)] == [1, 5]  # what left, left


def test_what_is_on_its_way_counts_as_told(stage, bob):
    bring(stage, bob, THEIRS)
    going = update(Notification).where(Notification.user_id == 3)
    stage.execute(going.values(state=MessageDelivery.SENDING))
    assert take_back(stage, bob) == UndoResult(2, 1)


def test_an_older_mail_is_not_about_it(stage, bob):
    asking(stage, bob, asked(id_pce=MINE[9], raison_sociale="Autre nom"), NOW - timedelta(days=1))
    leave(stage, NOW - timedelta(hours=23), 1)
    bring(stage, bob, MINE[:2])
    assert take_back(stage, bob) == UndoResult(2, 0)


def test_a_holder_who_has_nobody_here_was_told_nothing(db, people, bob):
    empty = make_organisation(db, name="Sans compte")
    make_pce(db, MINE[0], holder_id=empty.id, holder_name="Sans compte")
    bring(db, bob, MINE[:1])
    assert take_back(db, bob) == UndoResult(1, 0)


@pytest.mark.parametrize(
    ("undone", "said"),
    [
        (UndoResult(1, 0), "1 droit retiré"),
        (UndoResult(2, 1), "2 droits retirés. 1 titulaire a déjà reçu un courriel."),
        (UndoResult(40, 3), "40 droits retirés. 3 titulaires ont déjà reçu un courriel."),
    ],
)
def test_it_is_said_in_the_sentence_of_the_undo(undone, said):
    assert undone_text(undone) == said
