"""Declaring, answering, revoking: on both databases, rows and grants in one transaction."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from core.access import OrganisationKind, Role, Viewer, roles_of
from core.errors import Conflict, Forbidden, Invalid, NotFound
from data.identity.accounts.models import User
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import Pce
from data.metering.pces.types import Frequency
from data.notifications.models import Notification
from data.notifications.types import MessageDelivery, NotificationKind
from data.rights.actions import (
    answer_by_link,
    cancel,
    check,
    declare_many,
    end_contract,
    follow_holders,
    holders_moved,
    reject_proofs,
    renew_many,
    revoke,
    settle_identity,
    undo,
)
from data.rights.actions.letters import claim, record_sent
from data.rights.models import (
    AccessRight,
    HolderLink,
    RightEventRow,
    RightLetterRow,
    StoppedMailbox,
)
from data.rights.queries.detail import get_right, list_right_events
from data.rights.queries.due import list_letters
from data.rights.queries.passport import get_passport
from data.rights.types import (
    ConsentEvidence,
    DeclarationDoubt,
    DeclarationOrigin,
    EndSource,
    LetterKind,
    Marks,
    RightActor,
    RightState,
    RightTrigger,
    UndoResult,
)
from tests.data.rights.conftest import (
    accepted,
    answer,
    asking,
    events,
    grants,
    letters,
    right_of,
    tokens,
)
from tests.data.rights.declarations import DELAYS, GOOD, HOLDER, INJECTION, TODAY, asked
from tests.factories import NOW, PCE, make_pce, make_user

OTHER = "09999999910002"
TOMORROW = NOW + timedelta(days=1)


def told(db):
    """What third parties were told."""
    moved = Notification.kind == NotificationKind.RIGHTS_MOVED
    query = select(Notification.user_id, Notification.params).where(moved)
    found = db.execute(query.order_by(Notification.id))
    return [(user, params["pces"]) for user, params in found]


def warned(db):
    """What the accounts of holders were told of others."""
    kinds = NotificationKind.RIGHTS_DECLARED, NotificationKind.RIGHTS_SETTLED
    query = select(Notification.user_id, Notification.kind, Notification.params)
    found = db.execute(query.where(Notification.kind.in_(kinds)).order_by(Notification.id))
    return [(user, kind, params["pces"]) for user, kind, params in found]


def test_a_declaration_waits_for_the_holder_and_opens_nothing(db, pce, bob):
    outcome = asking(db, bob)
    assert (outcome.http, outcome.code, outcome.state) == (201, "0000000002", RightState.PENDING)
    right = right_of(db, outcome.uid)
    assert (right.answer_due, right.declared_on) == (date(2026, 12, 24), TODAY)
    assert (right.number, right.origin, right.created_by) == (PCE, DeclarationOrigin.DIRECT, 2)
    assert events(db, outcome.uid) == [
        (RightTrigger.DECLARED, RightActor.THIRD_PARTY, RightState.PENDING)
    ]
    assert letters(db) == [(LetterKind.CONSENT, "alice@tilleuls.example", MessageDelivery.QUEUED)]
    assert grants(db) == []
    noted = db.scalars(select(AuditEvent)).one()
    assert (noted.action, noted.object_id) == ("rights.declared", outcome.uid)
    assert "tilleuls" not in str(noted.detail)


def test_what_cannot_be_taken_writes_nothing(db, pce, bob):
    elsewhere = asked(code_postal="99999", raison_sociale="Autre")
    for one in (asked(id_pce="12"), asked(id_pce=OTHER), elsewhere):
        outcome = asking(db, bob, one)
        assert outcome.problems
        assert (outcome.code, outcome.http) == (outcome.problems[0].code, outcome.problems[0].http)
    assert asking(db, bob, asked(id_pce=OTHER)).http == 404
    assert db.scalars(select(AccessRight)).all() == []
    assert letters(db) == []


@pytest.mark.parametrize("role", roles_of(OrganisationKind.THIRD_PARTY))
@pytest.mark.parametrize("alone", [False, True])
def test_every_user_of_a_client_organisation_declares_and_takes_back(db, pce, role, alone):
    """As its contract says: all of them import PCE and export."""
    user = Viewer(2, 2, OrganisationKind.THIRD_PARTY, role, TODAY, alone=alone, contracted=True)
    first = asking(db, user)
    assert first.http == 201
    cancel(db, user, [first.uid], now=NOW)
    assert right_of(db, first.uid).source is EndSource.THIRD_PARTY


def test_who_is_no_manager_does_not_end_an_active_right(db, pce, bob):
    uid = accepted(db, bob)
    with pytest.raises(Forbidden):
        revoke(db, replace(bob, role=Role.CLIENT), [uid], now=NOW)
    assert right_of(db, uid).state is RightState.ACTIVE


def test_nobody_at_the_distributor_declares_in_its_name(db, pce, bob, dora):
    uid, until = accepted(db, bob), date(2029, 8, 31)
    for role in Role:
        staff = replace(dora, role=role)
        with pytest.raises(Forbidden):
            asking(db, staff)
        with pytest.raises(Forbidden):
            check(db, staff, GOOD, delays=DELAYS, now=NOW)
        with pytest.raises(Forbidden):
            renew_many(db, staff, [uid], until, delays=DELAYS, now=NOW)
    assert [right.uid for right in db.scalars(select(AccessRight))] == [uid]


def test_the_holder_accepts_and_the_grant_is_there(db, pce, bob):
    uid = accepted(db, bob)
    right = right_of(db, uid)
    assert (right.state, right.answered_at) == (RightState.ACTIVE, NOW)
    (grant,) = grants(db)
    assert (grant.valid_from, grant.valid_to) == (date(2026, 9, 1), date(2028, 8, 31))
    assert (grant.first_day, grant.last_day) == (date(2023, 9, 1), date(2028, 8, 31))
    assert (grant.published_first_day, grant.holes) == (date(2023, 9, 1), "")
    assert (grant.contractual, grant.technical) == (True, True)
    assert [kind for kind, *_ in letters(db)] == [LetterKind.CONSENT, LetterKind.RECEIPT]
    assert told(db) == [(2, [PCE])]


def test_a_grant_begins_with_the_holder_and_the_service(db, pce, bob):
    pce.holder_since, pce.commissioned_on = date(2024, 5, 1), date(2024, 2, 1)
    db.flush()
    accepted(db, bob)
    assert grants(db)[0].first_day == date(2024, 5, 1)


def test_a_grant_says_which_kinds_of_data(db, pce, bob):
    accepted(
        db,
        bob,
        asked(perim_donnees_informatives="Faux", perim_donnees_techniques="Faux"),
    )
    (grant,) = grants(db)
    assert (grant.first_day, grant.last_day) == (date.max, date.min)  # nothing
    assert (grant.published_first_day, grant.published_last_day) == (
        date(2023, 9, 1),
        date(2028, 8, 31),
    )
    assert (grant.contractual, grant.technical) == (True, False)


def test_the_days_of_the_largest_sites_are_their_published_data(db, pce, bob):
    pce.frequency = Frequency.DAILY
    db.flush()
    accepted(db, bob, asked(perim_donnees_informatives="Faux"))
    assert grants(db)[0].first_day == date(2023, 9, 1)


def test_an_injection_opens_no_day_of_consumption(db, pce, bob):
    accepted(db, bob, INJECTION)
    (grant,) = grants(db)
    assert (grant.first_day, grant.last_day) == (date.max, date.min)
    assert (grant.published_first_day, grant.published_last_day) == (date.max, date.min)
    assert (grant.injection_first_day, grant.injection_last_day) == (
        date(2024, 1, 1),
        date(2028, 8, 31),
    )


def test_a_right_of_supply_opens_no_injected_gas(db, pce, bob):
    accepted(db, bob)
    (grant,) = grants(db)
    assert grant.first_day == date(2023, 9, 1)
    assert (grant.injection_first_day, grant.injection_last_day) == (date.max, date.min)


def test_injected_gas_is_published_data(db, pce, bob):
    accepted(db, bob, replace(INJECTION, perim_donnees_publiees="Faux"))
    (grant,) = grants(db)
    assert (grant.injection_first_day, grant.injection_last_day) == (date.max, date.min)


def test_who_holds_the_contract_of_injection_reads_all_of_it(db, pce, bob):
    holder = replace(HOLDER, role_tiers="DETENTEUR_CONTRAT_INJECTION")
    asking(db, replace(bob, organisation="Lycée des Tilleuls"), holder)
    (grant,) = grants(db)
    assert (grant.injection_first_day, grant.injection_last_day) == (None, None)
    assert (grant.first_day, grant.last_day) == (date.max, date.min)


def test_the_holder_refuses(db, pce, bob):
    uid = asking(db, bob).uid
    answer(db, tokens(db)[0], RightTrigger.REFUSED)
    right = right_of(db, uid)
    assert (right.state, right.source) == (RightState.REFUSED, EndSource.HOLDER)
    assert grants(db) == []
    assert asking(db, bob).http == 201  # it may be asked again


def test_the_holder_withdraws_and_nobody_may_ask_again(db, pce, bob):
    uid = asking(db, bob).uid
    token = tokens(db)[0]
    answer(db, token, RightTrigger.ACCEPTED)
    answer(db, token, RightTrigger.WITHDRAWN, TOMORROW)
    right = right_of(db, uid)
    assert (right.state, right.source, right.closed_at) == (
        RightState.REVOKED,
        EndSource.HOLDER,
        TOMORROW,
    )
    assert grants(db) == []
    (problem,) = asking(db, bob).problems
    assert (problem.check, problem.http) == (20, 409)
    with pytest.raises(Conflict):
        answer(db, token, RightTrigger.ACCEPTED)


def test_a_withdrawal_leaves_the_evidence_of_the_acceptance_as_it_was(db, pce, bob):
    uid = asking(db, bob).uid
    token = tokens(db)[0]
    first, last = (
        ConsentEvidence("192.0.2.7", "2026-11"),
        ConsentEvidence("198.51.100.9", "2027-02"),
    )
    answer_by_link(db, token, RightTrigger.ACCEPTED, evidence=first, now=NOW)
    answer_by_link(db, token, RightTrigger.WITHDRAWN, evidence=last, now=TOMORROW)
    declared, *told = list_right_events(db, bob, uid)
    assert declared.evidence is None
    assert [(one.trigger, one.at, one.evidence) for one in told] == [
        (RightTrigger.ACCEPTED, NOW, first),
        (RightTrigger.WITHDRAWN, TOMORROW, last),
    ]


@pytest.mark.parametrize(
    "email", ["bob@thermia.example", "bob+lycee@thermia.example", "gaz@mail.thermia.example"]
)
def test_the_asker_s_own_mailbox_or_domain_is_nobody_else_s(db, people, bob, email):
    make_pce(db, holder_name="Lycée des Tilleuls")
    (problem,) = asking(db, bob, asked(courriel_titulaire=email)).problems
    assert (problem.check, problem.field, problem.http) == (7, "courriel_titulaire", 409)
    assert letters(db) == []


def test_an_organisation_may_ask_itself_about_a_pce_of_its_own(db, people, bob):
    make_pce(db, holder_id=2, holder_name="Lycée des Tilleuls")
    own = asked(courriel_titulaire="bob@thermia.example")
    assert asking(db, bob, own).state is RightState.PENDING
    assert warned(db) == []


def test_an_address_that_is_no_account_of_the_holder_is_first_verified(db, pce, bob, dora):
    uid = asking(db, bob, asked(courriel_titulaire="moi@piege.example")).uid
    assert right_of(db, uid).state is RightState.RECHECK
    assert letters(db) == []
    detail = get_right(db, dora, uid)
    assert (detail.doubts, detail.holder_emails) == (
        {DeclarationDoubt.EMAIL},
        ("alice@tilleuls.example",),
    )
    asker = get_right(db, bob, uid)
    assert (asker.doubts, asker.holder_emails, asker.expected_holder) == (set(), (), "")


def test_only_who_may_answer_for_the_holder_proves_it(db, pce, bob, dora):
    """Neither a reader nor a closed account: nobody answers for an organisation by being in it."""
    make_user(db, organisation_id=1, email="hugo@tilleuls.example", role=Role.CLIENT)
    make_user(
        db,
        organisation_id=1,
        email="ana@tilleuls.example",
        role=Role.ADMINISTRATOR,
        disabled_at=NOW,
    )
    for email in ("hugo@tilleuls.example", "ana@tilleuls.example"):
        uid = asking(db, bob, asked(courriel_titulaire=email)).uid
        assert right_of(db, uid).state is RightState.RECHECK
        assert get_right(db, dora, uid).holder_emails == ("alice@tilleuls.example",)
        cancel(db, bob, [uid], now=NOW)
    assert letters(db) == []


def test_a_client_alone_in_its_organisation_proves_the_holder(db, pce, bob):
    db.execute(update(User).where(User.id == 1).values(role=Role.CLIENT))
    assert asking(db, bob).state is RightState.PENDING


@pytest.mark.parametrize("then", [{"disabled_at": NOW}, {"role": Role.CLIENT}])
@pytest.mark.parametrize("said", [RightTrigger.ACCEPTED, RightTrigger.REFUSED])
def test_a_link_answers_no_more_than_the_account_of_its_address(db, pce, bob, then, said):
    make_user(db, organisation_id=1, email="ana@tilleuls.example")
    uid = asking(db, bob).uid
    db.execute(update(User).where(User.id == 1).values(**then))
    with pytest.raises(Conflict, match="ne répond plus pour le titulaire"):
        answer(db, tokens(db)[0], said)
    assert right_of(db, uid).state is RightState.PENDING
    db.execute(update(User).where(User.id == 1).values(disabled_at=None, role=Role.ADMINISTRATOR))
    answer(db, tokens(db)[0], said)
    assert right_of(db, uid).state is not RightState.PENDING


@pytest.mark.parametrize(
    ("one", "doubts", "then"),
    [
        (GOOD, {DeclarationDoubt.POSTAL_CODE}, RightState.PENDING),
        (HOLDER, {DeclarationDoubt.POSTAL_CODE, DeclarationDoubt.ASKER}, RightState.ACTIVE),
    ],
)
def test_another_postal_code_is_verified_then_goes_on_as_another_name(
    db, pce, bob, dora, one, doubts, then
):
    outcome = asking(db, bob, replace(one, code_postal="99124"))
    assert (outcome.state, outcome.http, outcome.code) == (RightState.RECHECK, 201, "0000000002")
    doubtful = (RightTrigger.DECLARED_DOUBTFUL, RightActor.SYSTEM, RightState.RECHECK)
    assert events(db, outcome.uid) == [doubtful]
    assert (letters(db), grants(db)) == ([], [])
    detail = get_right(db, dora, outcome.uid)
    assert (detail.doubts, detail.expected_postal_code) == (doubts, "99123")
    asker = get_right(db, bob, outcome.uid)
    assert (asker.doubts, asker.expected_postal_code) == (set(), "")
    way = {"confirmed": True, "sure": True, "delays": DELAYS, "now": NOW}
    assert settle_identity(db, dora, outcome.uid, **way).state is then
    assert get_right(db, dora, outcome.uid).expected_postal_code == ""
    assert len(letters(db)) == (then is RightState.PENDING)


def test_the_holder_itself_is_not_active_at_once_at_another_postal_code(db, pce, bob, dora):
    alike = replace(bob, organisation="Lycée des Tilleuls")
    uid = asking(db, alike, replace(HOLDER, code_postal="99124")).uid
    assert right_of(db, uid).state is RightState.RECHECK
    assert grants(db) == []


def test_a_holder_without_any_account_is_written_to(db, people, bob):
    make_pce(db, holder_name="Lycée des Tilleuls")
    assert asking(db, bob).state is RightState.PENDING


def test_a_pce_without_a_known_holder_is_opened_by_no_mailbox_of_one_s_own(db, people, bob, dora):
    make_pce(db, number=OTHER)
    forged = asked(
        id_pce=OTHER, raison_sociale="Société inventée", courriel_titulaire="moi@ailleurs.example"
    )
    outcome = asking(db, bob, forged)
    assert (outcome.state, outcome.http) == (RightState.RECHECK, 201)
    assert (letters(db), grants(db)) == ([], [])
    assert get_right(db, dora, outcome.uid).doubts == {DeclarationDoubt.UNKNOWN}
    changed = settle_identity(db, dora, outcome.uid, confirmed=True, delays=DELAYS, now=NOW)
    assert changed.state is RightState.PENDING
    assert letters(db) == [(LetterKind.CONSENT, "moi@ailleurs.example", MessageDelivery.QUEUED)]


def test_the_holder_s_accounts_are_told_of_each_declaration_by_one_mail_each(db, pce, bob):
    other = make_user(db, organisation_id=1, email="adjoint@tilleuls.example", name="Adjoint")
    asking(db, bob)
    assert [email for _kind, email, _state in letters(db)] == ["alice@tilleuls.example"]
    assert warned(db) == [
        (other.id, NotificationKind.RIGHTS_DECLARED, [PCE])
    ]  # alice reads the letter


def test_who_wants_no_letter_is_told_in_the_portal(db, pce, bob):
    db.add(StoppedMailbox(mailbox="alice@tilleuls.example", at=NOW))
    asking(db, bob)
    assert warned(db) == [(1, NotificationKind.RIGHTS_DECLARED, [PCE])]


@pytest.mark.parametrize("marks", [Marks(), Marks(DeclarationOrigin.FILE, 1)])
def test_a_holder_is_told_once_a_quarter_of_an_hour_whatever_the_way(db, pce, bob, charlie, marks):
    def declared(viewer, first, last, at):
        for n in range(first, last):
            number = f"0999999991{n:04d}"
            if viewer is bob:
                make_pce(db, number, holder_id=1, holder_name="LYCEE DES TILLEULS")
            one = [asked(id_pce=number)]
            declare_many(db, viewer, one, delays=DELAYS, now=at, marks=marks)

    other = make_user(db, organisation_id=1, email="adjoint@tilleuls.example", name="Adjoint")
    declared(bob, 100, 135, NOW)
    ((user, kind, named),) = warned(db)
    assert (user, kind, len(named)) == (other.id, NotificationKind.RIGHTS_DECLARED, 20)
    mail = db.scalars(select(Notification).where(Notification.kind == kind)).one()
    assert (mail.params["more"], mail.next_attempt_at) == (15, NOW + timedelta(minutes=15))
    declared(charlie, 100, 101, NOW)  # somebody else, who is named too
    declared(bob, 135, 136, NOW + timedelta(minutes=15))  # the first is on its way
    assert [len(named) for *_, named in warned(db)] == [20, 1, 1]


def test_a_withdrawal_ends_all_that_the_same_third_party_has_on_that_pce(db, pce, bob):
    uid = accepted(db, bob)
    query = select(RightLetterRow.token).where(RightLetterRow.kind == LetterKind.CONSENT)
    first = db.scalars(query).one()
    end = date(2029, 6, 30)
    (outcome,) = renew_many(db, bob, [uid], end, delays=DELAYS, now=TOMORROW)
    answer(db, tokens(db)[0], RightTrigger.ACCEPTED, TOMORROW)
    waits = asking(db, bob, INJECTION, TOMORROW).uid
    away = right_of(db, waits)
    make_pce(db, OTHER, holder_id=1, holder_name="LYCEE DES TILLEULS")
    elsewhere = asking(db, bob, asked(id_pce=OTHER), TOMORROW).uid
    changed = answer(db, first, RightTrigger.WITHDRAWN, TOMORROW, [uid])
    assert {one.uid for one in changed} == {uid, outcome.uid, waits}
    states = [right_of(db, one).state for one in (uid, outcome.uid, waits, elsewhere)]
    assert states == [
        RightState.REVOKED,
        RightState.REVOKED,
        RightState.REFUSED,
        RightState.PENDING,
    ]
    assert right_of(db, waits).source is EndSource.HOLDER
    assert away.role.injection
    assert grants(db) == []
    shown = {right.uid: right.state for right in get_passport(db, first).rights}
    assert [shown[one] for one in (uid, outcome.uid, waits, elsewhere)] == states


def test_a_link_is_its_own_permission_and_nothing_else_is(db, pce, bob):
    uid = asking(db, bob).uid
    token = tokens(db)[0]
    with pytest.raises(NotFound):
        answer(db, token + "x", RightTrigger.ACCEPTED)
    with pytest.raises(NotFound):
        answer(db, token, RightTrigger.ACCEPTED, uids=[uid, "another"])
    with pytest.raises(Conflict):
        answer(db, token, RightTrigger.REVOKED)
    assert token not in {link.token_hash for link in db.scalars(select(HolderLink))}


def test_it_is_too_late_once_the_delay_has_passed_even_before_the_clock_says_so(db, pce, bob):
    asking(db, bob)
    with pytest.raises(Conflict):
        answer(db, tokens(db)[0], RightTrigger.ACCEPTED, NOW + timedelta(days=31))


def test_one_letter_asks_for_all_that_was_declared_meanwhile(db, pce, bob):
    make_pce(db, OTHER, holder_name="Lycée des Tilleuls")
    first = asking(db, bob).uid
    second = asking(db, bob, asked(id_pce=OTHER), NOW + timedelta(minutes=3)).uid
    (token,) = tokens(db)
    answer(db, token, RightTrigger.ACCEPTED, uids=[second])
    assert right_of(db, first).state is RightState.PENDING
    assert right_of(db, second).state is RightState.ACTIVE
    answer(db, token, RightTrigger.REFUSED)  # what is left
    assert right_of(db, first).state is RightState.REFUSED
    assert right_of(db, second).state is RightState.ACTIVE


def test_a_letter_that_was_tried_takes_nobody_along(db, pce, bob):
    make_pce(db, OTHER, holder_name="Lycée des Tilleuls")
    asking(db, bob)
    later = NOW + timedelta(minutes=15)
    (letter_id,) = list_letters(db, 2, later)
    record_sent(db, claim(db, letter_id), later)
    asking(db, bob, asked(id_pce=OTHER), later)
    assert [state for *_, state in letters(db)] == [MessageDelivery.SENT, MessageDelivery.QUEUED]


def test_another_name_than_the_contract_s_goes_to_the_distributor(db, pce, bob, dora):
    outcome = asking(db, bob, asked(raison_sociale="Mairie"))
    assert outcome.state is RightState.RECHECK
    assert letters(db) == []  # nobody is asked
    changed = settle_identity(db, dora, outcome.uid, confirmed=True, delays=DELAYS, now=NOW)
    assert changed.state is RightState.PENDING  # the holder still has its word
    assert [kind for kind, *_ in letters(db)] == [LetterKind.CONSENT]
    with pytest.raises(Conflict):
        settle_identity(db, dora, outcome.uid, confirmed=True, delays=DELAYS, now=NOW)


def test_a_wrong_identity_is_denied_by_the_distributor_only(db, pce, bob, dora):
    uid = asking(db, bob, asked(raison_sociale="Mairie")).uid
    with pytest.raises(Forbidden):
        settle_identity(db, bob, uid, confirmed=True, delays=DELAYS, now=NOW)
    settle_identity(db, dora, uid, confirmed=False, delays=DELAYS, now=NOW)
    right = right_of(db, uid)
    assert (right.state, right.source) == (RightState.OBSOLETE, EndSource.DISTRIBUTOR)


def test_a_holder_bears_the_name_of_the_contract_or_is_checked(db, pce, bob, dora):
    outcome = asking(db, bob, HOLDER)
    assert outcome.state is RightState.RECHECK
    with pytest.raises(Conflict, match="seconde fois"):
        settle_identity(db, dora, outcome.uid, confirmed=True, delays=DELAYS, now=NOW)
    settle_identity(db, dora, outcome.uid, confirmed=True, sure=True, delays=DELAYS, now=NOW)
    assert right_of(db, outcome.uid).state is RightState.ACTIVE
    assert warned(db) == [
        (1, NotificationKind.RIGHTS_DECLARED, [PCE]),
        (1, NotificationKind.RIGHTS_SETTLED, [PCE]),
    ]
    assert (grants(db)[0].first_day, grants(db)[0].valid_to) == (None, None)


def test_the_holder_itself_is_active_at_once(db, pce, bob):
    outcome = asking(db, replace(bob, organisation="Lycée des Tilleuls"), HOLDER)
    assert (outcome.state, outcome.code) == (RightState.ACTIVE, "0000000000")
    assert len(grants(db)) == 1
    assert letters(db) == []
    with_mail = replace(HOLDER, courriel_titulaire="moi@tilleuls.example")
    make_pce(db, OTHER, holder_name="Lycée des Tilleuls")
    asking(db, replace(bob, organisation="Lycée des Tilleuls"), replace(with_mail, id_pce=OTHER))
    assert [kind for kind, *_ in letters(db)] == [LetterKind.INFORMED]


def test_the_third_party_revokes_its_own_and_may_ask_again(db, pce, bob, charlie):
    uid = accepted(db, bob)
    with pytest.raises(NotFound):
        revoke(db, charlie, [uid], now=NOW)
    (changed,) = revoke(db, bob, [uid], now=NOW)
    assert changed.state is RightState.REVOKED
    assert right_of(db, uid).source is EndSource.THIRD_PARTY
    assert grants(db) == []
    assert letters(db)[-1][0] is LetterKind.ENDED
    with pytest.raises(Conflict):
        revoke(db, bob, [uid], now=NOW)
    assert asking(db, bob).http == 201


def test_the_distributor_revokes_at_the_holder_s_request_and_that_holds(db, pce, bob, dora):
    uid = accepted(db, bob)
    revoke(db, dora, [uid], now=NOW)
    assert right_of(db, uid).source is EndSource.DISTRIBUTOR_FOR_HOLDER
    assert asking(db, bob).problems[0].check == 20
    assert told(db) == [(2, [PCE])] * 2


def test_revoking_many_is_all_or_nothing(db, pce, bob):
    make_pce(db, OTHER, holder_name="Lycée des Tilleuls")
    active = accepted(db, bob)
    pending = asking(db, bob, asked(id_pce=OTHER)).uid
    db.commit()
    with pytest.raises(Conflict):
        revoke(db, bob, [active, pending], now=NOW)
    for nothing in ([], [str(n) for n in range(5001)]):
        with pytest.raises(Invalid):
            revoke(db, bob, nothing, now=NOW)


def test_a_holder_s_own_right_is_not_revoked(db, pce, bob):
    uid = asking(db, replace(bob, organisation="Lycée des Tilleuls"), HOLDER).uid
    with pytest.raises(Conflict, match="titulaire"):
        revoke(db, bob, [uid], now=NOW)


def test_a_declaration_nobody_answered_is_cancelled_and_may_be_made_again(db, pce, bob, dora):
    uid = asking(db, bob).uid
    with pytest.raises(Forbidden):
        cancel(db, dora, [uid], now=NOW)
    cancel(db, bob, [uid], now=NOW)
    assert right_of(db, uid).source is EndSource.THIRD_PARTY
    assert claim(db, list_letters(db, 2, TOMORROW)[0]) is None  # nothing left to ask
    assert asking(db, bob).http == 201


def test_the_same_declaration_again_changes_nothing_and_says_so(db, pce, bob):
    first = asking(db, bob)
    again = asking(db, bob)
    assert (again.is_duplicate, again.uid, again.problems) == (True, first.uid, ())
    assert len(letters(db)) == 1
    other = asking(db, bob, asked(date_fin_droit_acces="2028-09-30"))
    assert [p.check for p in other.problems] == [19]


def test_a_file_is_decided_line_by_line_its_own_lines_included(db, pce, bob):
    make_pce(db, OTHER, holder_name="Lycée des Tilleuls")
    lines = [GOOD, GOOD, asked(libelle_site="Autre"), asked(id_pce=OTHER), asked(id_pce="1")]
    marks = Marks(DeclarationOrigin.FILE, run_id=9)
    done = declare_many(db, bob, lines, delays=DELAYS, now=NOW, marks=marks)
    assert [(o.http, o.is_duplicate, [p.check for p in o.problems]) for o in done] == [
        (201, False, []),
        (409, True, []),
        (409, False, [19]),
        (201, False, []),
        (400, False, [1]),
    ]
    assert len(letters(db)) == 1
    noted = db.scalars(select(AuditEvent).where(AuditEvent.object_type == "run")).one()
    assert noted.detail == {"rights": 2}


def contents(db):
    tables = (AccessRight, RightEventRow, RightLetterRow, HolderLink)
    db.expire_all()
    return [
        sorted(repr([getattr(row, c.key) for c in t.__table__.c]) for row in db.scalars(select(t)))
        for t in tables
    ] + [[repr(vars(g)) for g in ()], len(grants(db))]


def test_an_import_undone_leaves_the_tables_as_they_were(db, pce, bob):
    make_pce(db, OTHER, holder_name="Lycée des Tilleuls")
    asking(db, bob)
    before = contents(db)
    marks = Marks(DeclarationOrigin.FILE, run_id=9)
    declare_many(db, bob, [asked(id_pce=OTHER)], delays=DELAYS, now=NOW, marks=marks)
    assert contents(db) != before
    assert undo(db, bob, 9, now=NOW) == UndoResult(1, 0)
    assert contents(db) == before
    with pytest.raises(NotFound):
        undo(db, bob, 9, now=NOW)


def test_an_import_is_not_undone_once_something_depends_on_it(db, pce, bob, charlie):
    marks = Marks(DeclarationOrigin.FILE, run_id=9)
    declare_many(db, bob, [GOOD], delays=DELAYS, now=NOW, marks=marks)
    with pytest.raises(NotFound):
        undo(db, charlie, 9, now=NOW)
    claim(db, list_letters(db, 2, TOMORROW)[0])
    with pytest.raises(Conflict):
        undo(db, bob, 9, now=NOW)


def test_a_renewal_asks_again_and_both_last(db, pce, bob):
    uid = accepted(db, bob)
    (outcome,) = renew_many(db, bob, [uid], date(2029, 8, 31), delays=DELAYS, now=NOW)
    assert outcome.state is RightState.PENDING
    assert right_of(db, outcome.uid).renews_id == right_of(db, uid).id
    answer(db, tokens(db)[0], RightTrigger.ACCEPTED)
    assert right_of(db, uid).state is RightState.ACTIVE
    one, other = grants(db)
    assert (one.valid_to, other.valid_from) == (date(2026, 11, 23), date(2026, 11, 24))
    assert (other.valid_to, other.last_day) == (date(2029, 8, 31), date(2029, 8, 31))


def test_what_is_not_active_or_not_mine_is_not_renewed(db, pce, bob, dora, charlie):
    uid = asking(db, bob).uid
    (outcome,) = renew_many(db, bob, [uid], date(2029, 1, 1), delays=DELAYS, now=NOW)
    assert outcome.http == 409
    for viewer, error in ((dora, Forbidden), (charlie, NotFound)):
        with pytest.raises(error):
            renew_many(db, viewer, [uid], date(2029, 1, 1), delays=DELAYS, now=NOW)
    (problem,) = (outcome.problems[0],)
    assert problem.sentence


def test_a_renewal_keeps_the_data_s_own_end(db, pce, bob):
    uid = accepted(db, bob, asked(perim_donnees_conso_fin="2026-12-31"))
    (outcome,) = renew_many(db, bob, [uid], date(2029, 8, 31), delays=DELAYS, now=NOW)
    assert right_of(db, outcome.uid).supply_last == date(2026, 12, 31)


def test_a_change_of_holder_ends_what_the_one_before_allowed(db, pce, bob):
    uid = accepted(db, bob)
    pce.holder_id = 3
    pce.holder_since = TODAY
    db.flush()
    (changed,) = holders_moved(db, [pce.id], now=NOW)
    assert changed.state is RightState.OBSOLETE
    assert right_of(db, uid).source is EndSource.MOVE
    assert grants(db) == []


def test_the_right_of_the_new_holder_stays(db, pce, bob):
    uid = asking(db, replace(bob, organisation="Lycée des Tilleuls"), HOLDER).uid
    pce.holder_id, pce.holder_since = 2, TODAY
    db.flush()
    assert holders_moved(db, [pce.id], now=NOW) == []
    assert right_of(db, uid).state is RightState.ACTIVE
    assert grants(db)[0].first_day == TODAY


def test_a_site_out_of_service_has_no_right_left(db, pce, bob):
    accepted(db, bob)
    assert follow_holders(db, NOW, [pce.id]) == []
    pce.ended_on = date(2026, 11, 23)
    db.flush()
    assert len(follow_holders(db, NOW, [pce.id])) == 1
    assert follow_holders(db, NOW, [pce.id]) == []


def test_a_link_does_not_answer_for_a_holder_who_left(db, pce, bob):
    asking(db, bob)
    pce.holder_since = date(2026, 11, 25)
    db.flush()
    with pytest.raises(Conflict):
        answer(db, tokens(db)[0], RightTrigger.ACCEPTED)


def test_a_proof_rejected_and_a_contract_ended_close_rights(db, pce, bob, dora):
    make_pce(db, OTHER, holder_name="Lycée des Tilleuls")
    first = accepted(db, bob)
    second = accepted(db, bob, asked(id_pce=OTHER))
    ids = [right_of(db, uid).id for uid in (first, second)]
    assert [changed.uid for changed in reject_proofs(db, ids[:1], now=NOW)] == [first]
    assert reject_proofs(db, ids[:1], now=NOW) == []
    assert right_of(db, first).source is EndSource.PROOF
    with pytest.raises(Forbidden):
        end_contract(db, bob, 2, now=NOW)
    assert [changed.uid for changed in end_contract(db, dora, 2, now=NOW)] == [second]
    assert right_of(db, second).source is EndSource.CONTRACT
    assert grants(db) == []


@pytest.mark.parametrize(
    "verb", ["UPDATE right_events SET after = 'active'", "DELETE FROM right_events"]
)
def test_the_timeline_is_append_only(database, db, pce, bob, verb):
    asking(db, bob)
    db.flush()
    with pytest.raises(DatabaseError, match="append-only"):
        db.execute(text(verb))
    db.rollback()


def test_disabled_people_are_told_nothing(db, pce, bob):
    from data.identity.accounts.models import User

    asking(db, bob)
    db.get(User, 2).disabled_at = NOW
    db.flush()
    answer(db, tokens(db)[0], RightTrigger.ACCEPTED)
    assert told(db) == []


def test_assigning_a_holder_says_which_pce_moved(db, pce, dora):
    from data.metering.pces.actions import assign_holder

    assert assign_holder(db, dora, [PCE], "3", now=NOW) == [pce.id]
    db.expire_all()
    moved = db.get(Pce, pce.id)
    assert (moved.holder_since, moved.holder_name) == (TODAY, "")
