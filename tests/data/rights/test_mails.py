"""Mails about rights: the site and the people as their reader knows them, and the way there."""

from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from core.access import Role
from data.identity.accounts.models import User
from data.notifications.messages import MessageSender, write
from data.notifications.messages.rights import blanks_of
from data.notifications.models import Notification
from data.notifications.types import ClaimedNotification, NotificationKind
from data.rights.actions import answer_as_holder
from data.rights.types import RightTrigger
from tests.data.rights.conftest import EVIDENCE, asking, right_of
from tests.data.rights.declarations import asked
from tests.factories import NOW, PCE


def mails(db, kind):
    query = select(Notification.user_id, Notification.params).where(Notification.kind == kind)
    return {user_id: blanks_of(params) for user_id, params in db.execute(query)}


def test_who_asked_reads_the_site_the_holder_and_finds_the_right(db, pce, alice, bob):
    right = right_of(db, asking(db, bob, asked(libelle_site="Lycée, chaufferie")).uid)
    answer_as_holder(db, alice, RightTrigger.ACCEPTED, [right.uid], evidence=EVIDENCE, now=NOW)
    said = mails(db, NotificationKind.RIGHTS_MOVED)[bob.user_id]
    holder = right.company or right.person
    assert said["numbers"] == f"- Lycée, chaufferie – PCE {PCE}, titulaire {holder}"
    assert said["open"] == f"?open={right.uid}"


def test_the_holder_reads_its_own_name_of_the_site_not_the_askers(db, pce, alice, bob):
    asking(db, bob, asked(libelle_site="Lycée, chaufferie", raison_sociale="Autre nom"))
    said = mails(db, NotificationKind.RIGHTS_DECLARED)[alice.user_id]
    assert said["numbers"] == f"- {pce.alias} – PCE {PCE}"
    assert said["search"] == f"?q={PCE}"
    assert "refusez la demande" in said["advice"]


@pytest.mark.parametrize("managed", [True, False])
def test_who_cannot_answer_is_told_who_can(db, pce, alice, bob, managed):
    first = db.get(User, alice.user_id)
    first.name, first.role = "Alice Martin", Role.FACILITY_MANAGER if managed else Role.CLIENT
    values = {"organisation_id": 1, "email": "zoe@tilleuls.example", "name": "Zoé"}
    values |= {"role": Role.CLIENT, "password_hash": "", "created_at": NOW}
    db.execute(insert(User), [values | {"password_changed_at": NOW, "language": "fr"}])
    asking(db, bob, replace(asked(), libelle_site=""))
    zoe = db.scalars(select(User.id).where(User.name == "Zoé")).one()
    advice = mails(db, NotificationKind.RIGHTS_DECLARED)[zoe]["advice"]
    assert "refusez" not in advice
    assert ("Alice Martin peut refuser la demande" in advice) is managed


def test_of_many_the_way_is_to_the_list():
    said = blanks_of({"pces": ["1", "2"], "more": 0, "about": {"1": ["A\nB", "", "u"]}})
    assert (said["open"], said["search"]) == ("", "")
    assert said["numbers"] == "- A B – PCE 1\n- PCE 2"  # a name makes no line of its own


def test_an_agreement_and_a_withdrawal_have_each_their_subject(db, pce, alice, bob):
    uid = asking(db, bob).uid
    for answer in (RightTrigger.ACCEPTED, RightTrigger.WITHDRAWN):
        answer_as_holder(db, alice, answer, [uid], evidence=EVIDENCE, now=NOW)
    query = select(Notification.params).where(Notification.kind == NotificationKind.RIGHTS_MOVED)
    moved = db.scalars(query.order_by(Notification.id)).all()
    assert [subject(params) for params in moved] == [
        "Réseau – accès accepté par le titulaire",
        "Réseau – accord retiré par le titulaire",
    ]
    before = {key: value for key, value in moved[0].items() if key != "subject"}
    assert subject(before) == "Réseau – vos droits d’accès"  # queued by an older version


def subject(params):
    told = ("<1@b>", 1, "b@c.example", "Bob", "fr", NOW)
    return write(
        ClaimedNotification(1, NotificationKind.RIGHTS_MOVED, params, *told),
        MessageSender("Réseau", "", "s"),
    ).subject
