"""The thread, what each side reads of it, and the pieces that each may open."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from components.controls.checklist import check_column
from components.controls.drawer import OpenedControl, control_drawer
from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from data.controls import actions, queries
from data.controls.actions.inbox_notices import accounts_of
from data.controls.models import Control
from data.controls.rules.pieces import MOST_MESSAGES
from data.controls.types import ControlFilter, ControlFolder, Fact, Side
from data.identity.accounts.models import User
from data.notifications.messages import write
from data.notifications.queries import list_inbox
from data.notifications.rules.words import reason_of, title_of
from data.notifications.types import ClaimedNotification, NotificationKind
from data.rights.models import AccessRight
from tests.components.kit.trees import of_kind, text_of
from tests.data.controls.proofs import detail, facts, mails, piece, row, rung, sent
from tests.data.notifications.told import DESK
from tests.factories import NOW, PCE, make_user

LATER = NOW + timedelta(hours=1)


def say(db, viewer, uid, text="Bonjour", *pieces):
    return actions.write_message(db, viewer, uid, text, pieces=pieces, now=NOW)


def written(db, kind=NotificationKind.PROOF_MESSAGE):
    return [(user, params) for user, found, params in mails(db) if found is kind]


def test_each_side_reads_what_the_other_wrote(db, bob, dora, controls):
    uid = controls[0]
    say(db, bob, uid, " Deux pièces. ", piece("a.pdf"))
    say(db, dora, uid, "Merci.")
    first, second = queries.list_messages(db, dora, uid)
    assert (first.side, first.by, first.text) == (
        Side.THIRD_PARTY,
        "Organisation de bob",
        "Deux pièces.",
    )
    assert [one.name for one in first.pieces] == ["a.pdf"]
    assert (second.side, second.by, second.text) == (Side.DISTRIBUTOR, "Dora", "Merci.")
    assert [one.by for one in queries.list_messages(db, bob, uid)] == [
        "Bob",
        "Organisation de dora",
    ]


def test_an_internal_note_is_the_distributor_s_alone(db, bob, dora, controls):
    uid = controls[0]
    note = actions.write_note(db, dora, uid, "Même tiers refusé.", pieces=[piece()], now=NOW)
    say(db, dora, uid)
    assert [one.internal for one in queries.list_messages(db, dora, uid)] == [True, False]
    assert [one.internal for one in queries.list_messages(db, bob, uid)] == [False]
    assert [one.internal for one in queries.list_messages(db, dora, uid, notes=False)] == [False]
    kept = queries.list_messages(db, dora, uid)[0]
    assert kept.uid == note
    hidden = kept.pieces[0].uid
    assert queries.get_piece(db, dora, hidden).row.uid == hidden
    with pytest.raises(NotFound):
        queries.get_piece(db, bob, hidden)
    assert Fact.NOTED in facts(db, dora, uid)
    assert Fact.NOTED not in facts(db, bob, uid)
    packed = queries.list_control_events(db, dora, uid, notes=False)
    assert [entry.fact for entry in packed] == [Fact.ASKED, Fact.WRITTEN]
    assert row(db, bob, uid).unread == 1
    with pytest.raises(Forbidden):
        actions.write_note(db, bob, uid, "x", now=NOW)
    assert [user for user, _params in written(db)] == [2]


def test_no_message_is_kept_of_what_another_distributor_decides(db, bob, dora, controls):
    uid = controls[0]
    say(db, dora, uid)
    db.execute(update(AccessRight).values(relayed=True))
    for viewer in (bob, dora):
        with pytest.raises(Conflict, match="sur son propre portail"):
            say(db, viewer, uid, "Bonjour", piece())
    actions.write_note(db, dora, uid, "Vu avec lui.", now=NOW)
    assert [one.internal for one in queries.list_messages(db, dora, uid)] == [False, True]
    shown = detail(db, bob, uid)
    assert shown.relayed
    words = text_of(control_drawer(bob, OpenedControl(shown, queries.list_messages(db, bob, uid))))
    assert "vos messages d’ici ne lui parviennent pas" in words
    assert "Envoyer le message" not in words
    asked = check_column(dora, detail(db, dora, uid), (), ())
    assert [text_of(one) for one in of_kind(asked, "Button") if one.className.endswith("side")] == [
        "Note interne"
    ]


def test_what_the_other_side_wrote_is_unread_until_it_is_read(db, bob, dora, controls):
    uid = controls[0]
    unread = ControlFilter(boxes=(ControlFolder.UNREAD,))
    say(db, bob, uid)
    say(db, bob, uid)
    assert (row(db, dora, uid).unread, row(db, bob, uid).unread) == (2, 0)
    assert [one.unread for one in queries.list_messages(db, dora, uid)] == [True, True]
    assert [one.uid for one in queries.list_controls(db, dora, unread)[0]] == [uid]
    actions.mark_read(db, dora, uid, now=NOW)
    assert row(db, dora, uid).unread == 0
    assert queries.list_controls(db, dora, unread) == ([], 0)
    say(db, bob, uid)
    assert [one.unread for one in queries.list_messages(db, dora, uid)] == [False, False, True]
    actions.mark_read(db, dora, uid, now=NOW)
    assert row(db, dora, uid).unread == 0


def test_reading_an_empty_thread_marks_nothing(db, dora, controls):
    actions.mark_read(db, dora, controls[0], now=NOW)
    assert row(db, dora, controls[0]).unread == 0


def test_a_message_is_told_by_its_first_words_and_what_it_is_about(db, bob, dora, controls):
    uid = controls[0]
    about = {PCE: list(about_of(db, uid))}
    home = "Organisation de bob"
    told = {"who": home, "text": "Voici, sans", "pces": [PCE], "more": 0, "about": about}
    say(db, bob, uid, "Voici, sans https://ailleurs.example\nsecret")
    assert written(db) == [(4, told)]  # nobody has it in hand: dora opened its campaign
    notification = ClaimedNotification(
        1, NotificationKind.PROOF_MESSAGE, told, "<m@b.example>", 1, "d@b.example", "D", "fr", NOW
    )
    mail = write(notification, DESK).text
    site, holder, _uid = about[PCE]
    for words in (home, "«\u00a0Voici, sans\u00a0»", site, holder, f"/controles?controle={uid}"):
        assert words in mail
    say(db, dora, uid, "x" * 200)
    assert written(db)[-1][1]["text"] == "x" * 139 + "…"


def about_of(db, uid):
    query = select(AccessRight).join(Control, Control.right_id == AccessRight.id)
    right = db.scalars(query.where(Control.uid == uid)).one()
    return right.site, right.company or right.person, uid


def test_a_message_is_mailed_to_who_has_the_control_in_hand(db, bob, dora, controls):
    uid = controls[0]
    say(db, bob, uid)
    erin = make_user(
        db, organisation_id=4, email="erin@reseau.example", name="Erin", role=dora.role
    ).id
    actions.assign(db, dora, [uid], erin, now=NOW)
    say(db, bob, uid)
    say(db, dora, uid)
    assert [user for user, _params in written(db)] == [4, erin, 2]


def test_a_message_is_in_the_inbox_until_its_thread_is_read(db, bob, dora, controls):
    uid = controls[0]
    eve = make_user(db, organisation_id=2, email="eve@thermia.example").id
    asked = len(rung(db))
    say(db, dora, uid, "Et le cachet ?")
    found = [(user, kind, path) for user, kind, path, _params in rung(db)[asked:]]
    assert found == [
        (user, NotificationKind.PROOF_MESSAGE, f"/controles?controle={uid}") for user in (2, eve)
    ]
    line = list_inbox(db, bob).rows[0]
    assert title_of(line).endswith("un message de Organisation de dora")
    assert "Et le cachet ?" in reason_of(line)
    actions.mark_read(db, bob, uid, now=NOW)
    assert list_inbox(db, bob).rows[0].read_at == NOW
    say(db, bob, uid, "Le voici.")
    assert [user for user, *_rest in rung(db)[asked + 2 :]] == [4]
    assert list_inbox(db, dora).rows[0].path == f"/controles?controle={uid}"


def test_a_thread_is_one_mail_until_it_is_read(db, bob, dora, controls):
    uid, other = controls[:2]
    actions.assign(db, dora, controls, dora.user_id, now=NOW)
    for _ in range(5):
        say(db, bob, uid)
        say(db, dora, uid)
    say(db, bob, other)
    assert [user for user, _params in written(db)] == [4, 2, 4]
    actions.mark_read(db, dora, uid, now=NOW)
    say(db, bob, uid)
    say(db, bob, uid)
    assert [user for user, _params in written(db)] == [4, 2, 4, 4]


@pytest.mark.parametrize(("text", "kind"), [("  ", Invalid), ("x" * 4001, Invalid)])
def test_a_message_has_words_and_not_too_many(db, bob, controls, text, kind):
    with pytest.raises(kind):
        say(db, bob, controls[0], text)


def test_a_message_has_three_pieces_at_most(db, bob, controls):
    with pytest.raises(Conflict):
        say(db, bob, controls[0], "x", *(piece() for _ in range(4)))


def test_who_only_reads_writes_nothing(db, bob, controls):
    reader = replace(bob, role=Role.CLIENT)
    assert not detail(db, reader, controls[0]).can_deposit
    with pytest.raises(Forbidden):
        say(db, reader, controls[0])
    with pytest.raises(Forbidden):
        actions.stage(db, reader, controls[:1], [piece()], now=NOW)


def test_the_words_themselves_are_not_in_the_journal(db, bob, dora, controls):
    say(db, bob, controls[0], "secret")
    entry = queries.list_control_events(db, dora, controls[0])[-1]
    assert entry.fact is Fact.WRITTEN
    assert "secret" not in str(entry.detail)
    assert len(entry.detail["sha256"]) == 64


# Isolation: by direct address too


def reads(db, viewer, uid):
    return (
        lambda: queries.get_control(db, viewer, uid, now=NOW),
        lambda: queries.list_messages(db, viewer, uid),
        lambda: queries.list_control_events(db, viewer, uid),
        lambda: actions.mark_read(db, viewer, uid, now=NOW),
        lambda: say(db, viewer, uid),
    )


def test_nobody_else_sees_a_control(db, alice, bob, charlie, dora, controls):
    uid = controls[0]
    for viewer in (alice, charlie):  # the holder neither
        for read in reads(db, viewer, uid):
            with pytest.raises(NotFound):
                read()
        assert queries.list_controls(db, viewer) == ([], 0)
        assert queries.get_control_totals(db, viewer).controls == 0
        assert queries.find_uids(db, viewer, queries.EVERY) == ()
    for viewer in (bob, dora):
        assert queries.list_controls(db, viewer)[1] == 3


def test_a_reader_of_the_distributor_sees_none_of_others(db, dora, controls):
    clerk = replace(dora, role=Role.CLIENT)
    assert queries.list_controls(db, clerk) == ([], 0)


def test_a_piece_opens_with_its_control(db, alice, bob, charlie, dora, controls):
    actions.stage(db, bob, controls[:1], [piece("staged.pdf")], now=NOW)
    staged = detail(db, bob, controls[0]).staged.pieces[0].uid
    assert queries.get_piece(db, bob, staged).row.name == "staged.pdf"
    for viewer in (alice, charlie, dora):  # it is not sent yet
        with pytest.raises(NotFound):
            queries.get_piece(db, viewer, staged)
    sent(db, bob, controls[1:2], piece("sent.pdf"))
    shown = detail(db, dora, controls[1]).deposits[0].pieces[0].uid
    for viewer in (bob, dora):
        assert queries.get_piece(db, viewer, shown).storage_key.startswith("key-")
    for viewer in (alice, charlie):
        with pytest.raises(NotFound):
            queries.get_piece(db, viewer, shown)
    say(db, bob, controls[2], "x", piece("said.pdf"))
    said = queries.list_messages(db, dora, controls[2])[0].pieces[0].uid
    for viewer in (alice, charlie):
        with pytest.raises(NotFound):
            queries.get_piece(db, viewer, said)
    assert queries.get_piece(db, dora, said).row.name == "said.pdf"
    with pytest.raises(NotFound):
        queries.get_piece(db, dora, "nothing")


def test_what_is_unread_is_told_of_each_control_apart(db, bob, dora, controls):
    first, second, third = controls
    for uid in (first, second, third):
        actions.write_message(db, dora, uid, "Bonjour", now=NOW)
    actions.mark_read(db, bob, first, now=NOW)
    actions.mark_read(db, bob, second, now=NOW)
    actions.write_message(db, dora, first, "Encore", now=NOW)
    assert [row(db, bob, uid).unread for uid in (first, second, third)] == [1, 0, 1]


def test_a_side_writes_so_much_about_a_control_in_a_day(db, bob, dora, controls):
    for _ in range(MOST_MESSAGES):
        actions.write_message(db, bob, controls[0], "Bonjour", now=NOW)
    with pytest.raises(TooMany, match="demain"):
        actions.write_message(db, bob, controls[0], "Bonjour", now=NOW)
    actions.write_message(db, bob, controls[1], "Bonjour", now=NOW)
    actions.write_message(db, dora, controls[0], "Bonjour", now=NOW)
    actions.write_message(db, bob, controls[0], "Bonjour", now=NOW + timedelta(days=1))


def test_the_only_account_of_an_organisation_is_told_whatever_its_role(db, people):
    """It may answer the control of what it declared: there is nobody else to."""
    db.get_one(User, 2).role = Role.CLIENT
    db.flush()
    assert accounts_of(db, [2]) == {2: {2: True}}
    make_user(db, organisation_id=2, email="ben@thermia.example", role=Role.CLIENT)
    assert set(accounts_of(db, [2])[2].values()) == {False}
