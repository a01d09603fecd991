"""An invitation is sent, sent again, taken back, accepted once; it says nothing of others."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from data.administration.people import actions, queries
from data.administration.people.rules import AGAIN_AFTER, KEPT, LASTS, MOST_MAILS
from data.administration.people.types import NewInvitation
from data.contracts.types import Invite, InvitedGuests
from data.identity.accounts.actions import new_password
from data.identity.accounts.models import Invitation, User
from data.identity.accounts.queries import get_token_digest
from data.identity.audit.models import AuditEvent
from data.notifications.messages import MessageSender, write
from data.notifications.models import Notification
from data.notifications.queries.outbox import get_notification
from data.notifications.types import NotificationKind
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("everybody")
DESK = MessageSender("Réseau Gaz", "https://portail.example", "s" * 32)
PASSWORD = "trois mots sans rapport aucun"


def asked(email="zoe@nouveau.example", role=Role.CLIENT, **more):
    return NewInvitation(email, "Zoé Nouvelle", role, **more)


def invited(db, viewer, **more):
    """The row of a new invitation and the mail that carries it."""
    row = db.get_one(Invitation, actions.invite(db, viewer, asked(**more), now=NOW))
    return row, latest(db)


def latest(db):
    return db.scalars(select(Notification).order_by(Notification.id.desc())).first()


def token_of(mail):
    return str(mail.params["token"])


def accept(db, token, name="Zoé", now=NOW):
    return actions.accept(db, token, name, new_password(PASSWORD), now)


def test_a_mail_leaves_with_a_link_of_which_only_the_hash_is_kept(db, ada):
    row, mail = invited(db, ada)
    token = token_of(mail)
    assert row.token_hash == get_token_digest(token)
    assert token not in str(row.__dict__)
    assert mail.kind is NotificationKind.INVITED
    written = write(get_notification(db, mail.id), DESK)
    assert written.to == "zoe@nouveau.example"
    assert f"https://portail.example/invitation/{token}" in written.text
    assert "Ada" in written.text
    assert "Organisation de alice" in written.subject


def test_who_accepts_has_an_account_with_the_role_that_was_said(db, ada):
    row, mail = invited(db, ada, role=Role.FACILITY_MANAGER)
    user = db.get_one(User, accept(db, token_of(mail), " Zoé  Martin "))
    assert (user.email, user.name, user.role) == (row.email, "Zoé Martin", Role.FACILITY_MANAGER)
    assert user.organisation_id == ada.organisation_id
    db.refresh(row)
    assert row.user_id == user.id
    assert not queries.list_invitations(db, ada, 1)


def test_a_link_serves_once(db, ada):
    _row, mail = invited(db, ada)
    token = token_of(mail)
    accept(db, token)
    with pytest.raises(NotFound):
        accept(db, token)
    assert queries.find_invited(db, token, NOW) is None


@pytest.mark.parametrize(("after", "opens"), [(LASTS - timedelta(seconds=1), True), (LASTS, False)])
def test_a_link_lasts_seven_days(db, ada, after, opens):
    _row, mail = invited(db, ada)
    found = queries.find_invited(db, token_of(mail), NOW + after)
    assert (found is not None) is opens
    if not opens:
        with pytest.raises(NotFound):
            accept(db, token_of(mail), now=NOW + after)


def test_a_poor_password_or_name_leaves_the_link_whole(db, ada):
    _row, mail = invited(db, ada)
    with pytest.raises(Invalid):
        accept(db, token_of(mail), "  ")
    assert queries.find_invited(db, token_of(mail), NOW) is not None


def test_sent_again_the_first_link_is_over(db, ada):
    row, mail = invited(db, ada)
    first = token_of(mail)
    later = NOW + AGAIN_AFTER
    actions.resend(db, ada, row.id, now=later)
    again = token_of(latest(db))
    assert queries.find_invited(db, first, later) is None
    assert queries.find_invited(db, again, later).expires_at == later + LASTS


def test_a_mailbox_is_not_filled(db, ada):
    row, _mail = invited(db, ada)
    with pytest.raises(TooMany):
        actions.resend(db, ada, row.id, now=NOW + AGAIN_AFTER - timedelta(seconds=1))


@pytest.mark.parametrize("tag", ["", "+{}"])
def test_a_mailbox_is_not_filled_by_taking_back_and_inviting_again(db, ada, irene, tag):
    def again(at, place, viewer=ada):
        new = asked(f"zoe{tag.format(place)}@nouveau.example", organisation_id=1)
        row = actions.invite(db, viewer, new, now=at)
        actions.withdraw(db, viewer, row, now=at)

    for place in range(MOST_MAILS):
        at = NOW + place * AGAIN_AFTER
        again(at, place)
        if not tag:
            with pytest.raises(TooMany, match="10 minutes"):
                again(at + AGAIN_AFTER - timedelta(seconds=1), place)
    for viewer in (ada, irene):
        with pytest.raises(TooMany, match="3 invitations"):
            again(NOW + timedelta(days=1) - timedelta(seconds=1), MOST_MAILS, viewer)
    assert len(db.scalars(select(Notification.id)).all()) == MOST_MAILS
    actions.invite(db, ada, asked("max@nouveau.example"), now=NOW)
    again(NOW + timedelta(days=1), MOST_MAILS)


def test_nor_by_sending_again(db, ada):
    row, _mail = invited(db, ada)
    for place in range(1, MOST_MAILS):
        actions.resend(db, ada, row.id, now=NOW + place * AGAIN_AFTER)
    with pytest.raises(TooMany, match="3 invitations"):
        actions.resend(db, ada, row.id, now=NOW + MOST_MAILS * AGAIN_AFTER)


def test_an_organisation_invites_so_many_a_day_those_taken_back_too(db, ada, irene, monkeypatch):
    monkeypatch.setattr("data.administration.people.rules.MOST_A_DAY", 3)
    for place in range(3):
        row = actions.invite(db, ada, asked(f"u{place}@nouveau.example"), now=NOW)
        actions.withdraw(db, ada, row, now=NOW)
    late = NOW + timedelta(days=1)
    with pytest.raises(TooMany, match="3 invitations"):
        actions.invite(db, ada, asked("last@n.example"), now=late - timedelta(seconds=1))
    actions.invite(db, irene, asked("last@n.example", organisation_id=3), now=NOW)
    actions.invite(db, ada, asked("last@n.example"), now=late)


@pytest.mark.parametrize("name", ["Gagnez 500 € http://evil.example/x", "Zoé\nwww.evil.example"])
def test_a_name_holds_no_link(db, ada, name):
    with pytest.raises(Invalid, match="prénom"):
        actions.invite(db, ada, NewInvitation("zoe@n.example", name, Role.CLIENT), now=NOW)
    _row, mail = invited(db, ada)
    with pytest.raises(Invalid, match="prénom"):
        accept(db, token_of(mail), name)


def test_who_a_contract_names_is_invited_whatever_the_address_reads(db, ada):
    for hours in range(MOST_MAILS, 0, -1):
        full = actions.invite(db, ada, asked(), now=NOW - timedelta(hours=hours))
        actions.withdraw(db, ada, full, now=NOW)
    named = (Invite("www.evil@nouveau.example", "client"), Invite("zoe@nouveau.example", "client"))
    assert actions.invite_guests(db, InvitedGuests(1, ada.user_id, "Ada", named), now=NOW) == 1
    row = db.scalars(select(Invitation).order_by(Invitation.id.desc())).first()
    assert (row.email, row.name) == ("www.evil@nouveau.example", "nouveau")


def test_taken_back_the_link_is_over_and_nobody_takes_it_back_twice(db, ada):
    row, mail = invited(db, ada)
    assert actions.withdraw(db, ada, row.id, now=NOW) == row.email
    assert queries.find_invited(db, token_of(mail), NOW) is None
    for act in (actions.withdraw, actions.resend):
        with pytest.raises(NotFound):
            act(db, ada, row.id, now=NOW + timedelta(days=1))


def test_one_invitation_an_address_unless_it_has_expired(db, ada):
    first, _mail = invited(db, ada)
    with pytest.raises(Conflict):
        actions.invite(db, ada, asked(), now=NOW)
    again = actions.invite(db, ada, asked(role=Role.ADMINISTRATOR), now=NOW + LASTS)
    assert again == first.id
    assert db.get_one(Invitation, again).role is Role.ADMINISTRATOR


def test_who_has_an_account_elsewhere_is_told_and_whoever_invites_is_not(db, ada):
    """The row and the answer are those of an unknown address; only the mail's words differ."""
    known, mail = invited(db, ada, email="charlie@usine.example")
    stranger, _other = invited(db, ada, email="zoe@nouveau.example")
    shown = queries.list_invitations(db, ada, 1)
    assert {row.email for row in shown} == {known.email, stranger.email}
    assert len({(row.state(NOW), row.role, row.expires_at) for row in shown}) == 1
    assert mail.kind is NotificationKind.INVITED_KNOWN
    assert "token" not in mail.params
    written = write(get_notification(db, mail.id), DESK)
    assert written.to == "charlie@usine.example"
    assert "/invitation/" not in written.text
    assert "Organisation de charlie" not in written.text


def test_of_ones_own_organisation_one_is_told(db, ada):
    for cut in (None, NOW):
        db.get_one(User, 6).disabled_at = cut
        with pytest.raises(Conflict):
            actions.invite(db, ada, asked("INES@tilleuls.example"), now=NOW)


def test_who_got_an_account_meanwhile_accepts_nothing(db, ada):
    _row, mail = invited(db, ada)
    db.add(
        User(
            organisation_id=3,
            email="zoe@nouveau.example",
            name="Zoé",
            role=Role.CLIENT,
            password_hash="!",
            password_changed_at=NOW,
            created_at=NOW,
        )
    )
    db.flush()
    with pytest.raises(NotFound):
        accept(db, token_of(mail))


@pytest.mark.parametrize("email", ["", "zoe", "zoe@", "zoé@nouveau.example", "a@b.example\nx"])
def test_what_is_no_address_is_refused(db, ada, email):
    with pytest.raises(Invalid):
        actions.invite(db, ada, asked(email), now=NOW)


def test_a_role_of_the_distributor_is_not_given_elsewhere(db, ada, irene):
    with pytest.raises(Invalid):
        actions.invite(db, ada, asked(role=Role.ACCOUNT_MANAGER), now=NOW)
    actions.invite(db, irene, asked(role=Role.ACCOUNT_MANAGER), now=NOW)


def test_only_who_administers_invites_and_only_at_home(db, alice, bob, dora, ada, irene):
    for viewer in (alice, bob, dora):
        with pytest.raises(Forbidden):
            actions.invite(db, viewer, asked(), now=NOW)
    with pytest.raises(NotFound):
        actions.invite(db, ada, asked(organisation_id=3), now=NOW)
    made = actions.invite(db, irene, asked(organisation_id=3), now=NOW)
    assert db.get_one(Invitation, made).organisation_id == 3
    with pytest.raises(NotFound):
        actions.withdraw(db, ada, made, now=NOW)


def test_the_journal_has_no_address_and_no_token(db, ada):
    row, mail = invited(db, ada)
    accept(db, token_of(mail))
    events = db.scalars(select(AuditEvent).where(AuditEvent.object_type == "invitation")).all()
    assert [one.action for one in events] == ["people.invited", "people.invitation_accepted"]
    assert all(row.email not in str(one.detail) for one in events)


def test_what_nobody_can_answer_is_forgotten_with_its_address(db, ada):
    row, mail = (one.id for one in invited(db, ada))
    later = NOW + LASTS + KEPT
    assert actions.forget_invitations(db, later) == 0
    assert actions.forget_invitations(db, later + timedelta(seconds=1)) == 1
    db.expire_all()
    assert db.get(Invitation, row) is None
    assert db.get_one(Notification, mail).invitation_id is None
