"""A contract from its first step to its end, and who may do what of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from core.access import OrganisationKind, Role, Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound
from data.contracts import actions, queries
from data.contracts.models import Contract, ContractEvent, ContractText, Onboarding
from data.contracts.rules.dates import checked_terms, default_terms
from data.contracts.types import (
    RESERVED,
    Amendment,
    BodyKind,
    Consent,
    ContractState,
    ContractTerms,
    ContractTrigger,
    DataUse,
    DossierStep,
    Imports,
    Invite,
    Level,
    OrganisationIdentity,
    Party,
    Power,
    Representative,
    TextState,
)
from data.identity.accounts.models import Organisation, User
from data.notifications.models import NoticeEvent, Notification
from data.notifications.types import NotificationKind
from data.rights.models import AccessRight
from data.rights.types import EndSource, RightState
from tests.data.contracts.making import CLAUSES, IDENTITY, OPERATOR, Play, boss, pdf
from tests.factories import NOW, make_contract, make_organisation, make_pce, make_right, make_user

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
S = ContractState


def told(db, kind):
    mails = select(Notification.user_id).where(Notification.kind == kind)
    return sorted(db.scalars(mails))


def until(db, organisation_id=2):
    query = select(Organisation.contracted_until).where(Organisation.id == organisation_id)
    return db.scalar(query)


def life(db, viewer, uid):
    return [entry.trigger for entry in reversed(queries.list_contract_events(db, viewer, uid))]


# The dossier


def test_a_step_is_kept_and_taken_up_again(db, play):
    actions.keep_step(db, play.client, DossierStep.IDENTITY, IDENTITY, version=0, now=NOW)
    kept = queries.get_dossier(db, play.client)
    assert kept.identity.siren == "999001050"
    assert (kept.reached, kept.version) == (DossierStep.IDENTITY, 1)
    uses = (Consent(DataUse.FOLLOW, 12),)
    actions.keep_step(db, play.client, DossierStep.USES, uses, version=1, now=NOW)
    again = queries.get_dossier(db, play.client)
    assert (again.identity, again.uses, again.reached) == (kept.identity, uses, DossierStep.USES)


def test_of_two_who_keep_a_step_the_second_is_told(db, play, bob):
    actions.keep_step(db, play.client, DossierStep.IDENTITY, IDENTITY, version=0, now=NOW)
    with pytest.raises(Conflict):
        actions.keep_step(db, bob, DossierStep.IDENTITY, IDENTITY, version=0, now=NOW)


def test_a_wrong_step_loses_nothing(db, play):
    actions.keep_step(db, play.client, DossierStep.IDENTITY, IDENTITY, version=0, now=NOW)
    wrong = replace(IDENTITY, siren="999001051")
    for step, value in (
        (DossierStep.IDENTITY, wrong),
        (DossierStep.USES, IDENTITY),
        (DossierStep.IDENTITY, ()),
    ):
        with pytest.raises(Invalid):
            actions.keep_step(db, play.client, step, value, version=1, now=NOW)
    assert queries.get_dossier(db, play.client).identity.siren == "999001050"


def test_what_is_known_already_is_proposed(db, play):
    assert queries.get_dossier(db, play.client).identity == OrganisationIdentity(
        name="Organisation de bob"
    )


def test_the_dossier_is_shut_while_its_text_is_offered_but_for_what_comes_later(db, play):
    play.fill()
    play.send(play.begin())
    version = queries.get_dossier(db, play.client).version
    with pytest.raises(Conflict):
        actions.keep_step(db, play.client, DossierStep.IDENTITY, IDENTITY, version=version, now=NOW)
    invites = (Invite("ana@thermia.example", Role.CLIENT),)
    with pytest.raises(Conflict):  # who signs has read whom it invites
        actions.keep_step(db, play.client, DossierStep.INVITES, invites, version=version, now=NOW)
    later = Imports(enabled=True, expected=3)
    actions.keep_step(db, play.client, DossierStep.IMPORTS, later, version=version, now=NOW)


def test_the_staff_helps_a_client_and_only_a_client(db, play, dora):
    actions.keep_step(
        db, dora, DossierStep.IDENTITY, IDENTITY, version=0, now=NOW, organisation_id=2
    )
    assert queries.get_dossier(db, play.client).version == 1
    for organisation in (None, 4, 99):
        with pytest.raises(NotFound):
            queries.get_dossier(db, dora, organisation)


# Sending


def test_a_contract_is_begun_once(db, play):
    assert play.begin() == play.begin()
    assert db.scalars(select(Contract.state)).all() == [S.DRAFT]


def test_an_incomplete_dossier_is_not_sent_and_what_lacks_is_said(db, play):
    uid = play.begin()
    with pytest.raises(Conflict) as caught:
        play.send(uid)
    assert "SIREN" in str(caught.value)


def test_what_is_sent_is_numbered_frozen_and_offered_to_who_signs(db, play):
    play.fill()
    uid = play.begin()
    sent = play.send(uid)
    detail = queries.find_contract(db, play.client, uid)
    assert (detail.row.state, detail.row.number) == (S.SENT, "C-2026-000001")
    assert detail.signer == "bob@thermia.example"
    assert (detail.current.uid, detail.current.state) == (sent, TextState.OFFERED)
    assert detail.current.paper.uses == (
        ("Suivre les consommations de ses sites", 36),
        ("Conseiller le titulaire du point de livraison", 12),
    )
    assert detail.verbs.sign
    assert not detail.verbs.countersign


def test_a_dossier_that_changed_since_is_not_sent(db, play):
    play.fill()
    uid = play.begin()
    paper = play.paper(uid)
    version = queries.get_dossier(db, play.client).version
    uses = (Consent(DataUse.FOLLOW, 1),)
    actions.keep_step(db, play.client, DossierStep.USES, uses, version=version, now=NOW)
    with pytest.raises(Conflict):
        actions.send(
            *(db, play.client, uid, paper, pdf()),
            operator=OPERATOR,
            clauses=CLAUSES,
            version=1,
            now=NOW,
        )


def test_who_signs_is_told_and_the_one_who_sent_it_is_not(db, play, dora):
    play.fill()
    uid = play.begin()
    play.send(uid, by=dora)
    assert told(db, NotificationKind.CONTRACT_SENT) == [2]
    actions.take_back(db, dora, uid, version=2, now=NOW)
    play.send(uid)
    assert told(db, NotificationKind.CONTRACT_SENT) == [2]  # bob himself


def test_a_text_taken_back_is_offered_again_under_the_same_number(db, play):
    play.fill()
    uid = play.begin()
    play.send(uid)
    actions.take_back(db, play.client, uid, version=2, now=NOW)
    assert play.row(uid).state is S.DRAFT
    play.send(uid)
    texts = queries.list_texts(db, play.client, uid)
    assert [(one.round, one.state) for one in texts] == [
        (2, TextState.OFFERED),
        (1, TextState.TAKEN_BACK),
    ]
    assert play.row(uid).number == "C-2026-000001"


def test_an_old_screen_sends_nothing(db, play):
    play.fill()
    uid = play.begin()
    play.send(uid)
    for act in (
        lambda: play.send(uid, version=1),
        lambda: actions.take_back(db, play.client, uid, version=1, now=NOW),
        lambda: actions.refuse(db, play.client, uid, "Non", version=1, now=NOW),
    ):
        with pytest.raises(Conflict):
            act()


# Both signatures


def test_signed_by_both_it_is_in_force_at_once(db, play):
    db.get_one(Organisation, 2).contracted_until = None
    db.flush()
    uid = play.active(ContractTerms(TODAY, date(2027, 11, 23)))
    assert play.row(uid).state is S.ACTIVE
    assert until(db) == date(2027, 11, 23)
    assert life(db, play.client, uid) == [
        ContractTrigger.DRAFTED,
        ContractTrigger.SENT,
        ContractTrigger.SIGNED,
        ContractTrigger.COUNTERSIGNED,
        ContractTrigger.STARTED,
    ]
    assert told(db, NotificationKind.CONTRACT_SIGNED) == [4]
    assert told(db, NotificationKind.CONTRACT_COUNTERSIGNED) == [2]
    client, operator = play.text(uid).signatures
    assert client.signing.consent == client.consent
    assert (client.party, client.name, client.address) == (Party.CLIENT, "Bob Thermia", "192.0.2.7")
    assert (operator.party, operator.name, operator.level) == (Party.OPERATOR, "Dora", Level.B_B)
    assert operator.shown_sha256 == client.sha256
    assert "signature manuscrite" in client.consent


def test_one_that_begins_later_waits_for_its_day_and_the_organisation_too(db, play):
    db.get_one(Organisation, 2).contracted_until = None
    db.flush()
    uid = play.active(ContractTerms(TODAY + 5 * DAY, None))
    assert play.row(uid).state is S.COUNTERSIGNED
    assert until(db) is None
    assert actions.start_due(db, [1], TODAY + 4 * DAY, NOW) == 0
    assert actions.start_due(db, [1], TODAY + 5 * DAY, NOW) == 1
    assert actions.start_due(db, [1], TODAY + 5 * DAY, NOW) == 0
    assert until(db) == date.max


def test_a_client_refuses_with_a_reason_and_the_staff_reads_it(db, play):
    play.fill()
    uid = play.begin()
    play.send(uid)
    with pytest.raises(Invalid):
        actions.refuse(db, play.client, uid, "  ", version=2, now=NOW)
    actions.refuse(db, play.client, uid, "L’adresse\n est fausse.", version=2, now=NOW)
    detail = queries.find_contract(db, play.staff, uid)
    assert (detail.row.state, detail.reason) == (S.DRAFT, "L’adresse est fausse.")
    assert told(db, NotificationKind.CONTRACT_REFUSED) == [4]
    entry = queries.list_contract_events(db, play.staff, uid)[0]
    assert (entry.who, entry.reason) == ("Bob", "L’adresse est fausse.")


def test_a_refused_signature_has_a_new_text_signed(db, play):
    play.fill()
    uid = play.begin()
    play.send(uid)
    play.sign(uid)
    version = play.row(uid).version
    actions.refuse_signature(db, play.staff, uid, "Pouvoir illisible", version=version, now=NOW)
    assert play.row(uid).state is S.DRAFT
    assert told(db, NotificationKind.CONTRACT_REFUSED) == [2]
    play.send(uid)
    play.sign(uid)
    play.countersign(uid)
    states = [one.state for one in queries.list_texts(db, play.client, uid)]
    assert states == [TextState.COUNTERSIGNED, TextState.REFUSED]
    assert queries.list_texts(db, play.client, uid)[1].signatures  # what was signed stays


def test_a_second_press_of_sign_changes_nothing(db, play):
    play.fill()
    uid = play.begin()
    play.send(uid)
    seen = play.text(uid).sha256
    play.ask(uid)
    code = play.code(play.client)
    first, second = play.prove(uid, code, seen=seen), play.prove(uid, code, seen=seen)
    assert first.signing == second.signing
    kept = pdf()
    for stored in (kept, pdf()):
        assert actions.sign(db, play.client, first, stored, now=NOW) == uid
    assert actions.sign(db, play.client, second, pdf(), now=NOW) == uid
    again = play.prove(uid, code, seen=seen)
    assert again.can_retry
    assert play.text(uid).sha256 == kept.sha256
    assert len(play.text(uid).signatures) == 1
    assert life(db, play.client, uid).count(ContractTrigger.SIGNED) == 1


def test_of_two_who_countersign_one_wins_and_the_other_is_told(db, play, dora):
    eve = make_user(
        db, organisation_id=4, email="eve@reseau.example", name="Eve", role=Role.ACCOUNT_MANAGER
    )
    other = replace(dora, user_id=eve.id, name="Eve")
    play.fill()
    uid = play.begin()
    play.send(uid)
    play.sign(uid)
    mine = play.proved(uid, dora, Party.OPERATOR)
    theirs = play.proved(uid, other, Party.OPERATOR)
    kept = pdf()
    actions.countersign(db, dora, mine, kept, now=NOW)
    with pytest.raises(Conflict) as caught:
        actions.countersign(db, other, theirs, pdf(), now=NOW)
    assert "avant vous" in str(caught.value)
    assert play.text(uid).sha256 == kept.sha256


def test_a_countersignature_after_a_refusal_is_told(db, play, dora):
    play.fill()
    uid = play.begin()
    play.send(uid)
    play.sign(uid)
    attempt = play.proved(uid, dora, Party.OPERATOR)
    version = play.row(uid).version
    actions.refuse_signature(db, dora, uid, "Non", version=version, now=NOW)
    with pytest.raises(Conflict):
        actions.countersign(db, dora, attempt, pdf(), now=NOW)


# What follows


def test_an_amendment_is_signed_by_both_while_the_contract_stays_in_force(db, play):
    uid = play.active()
    for number in (1, 2, 3):
        play.amend(uid, number)
        assert play.row(uid).amendment is TextState.OFFERED
        play.sign(uid)
        play.countersign(uid)
        assert play.row(uid).state is S.ACTIVE
    texts = queries.list_texts(db, play.client, uid)
    assert [one.number for one in texts] == [3, 2, 1, 0]
    assert {one.state for one in texts} == {TextState.COUNTERSIGNED}
    assert life(db, play.client, uid).count(ContractTrigger.AMENDED) == 3
    numbers = [entry.number for entry in queries.list_contract_events(db, play.client, uid)]
    assert numbers[:4] == [3, 3, 3, 3]


def test_one_amendment_at_a_time_in_their_order_until_the_places_are_used(db, play):
    uid = play.active()
    with pytest.raises(Conflict):
        play.amend(uid, 2)
    play.amend(uid, 1)
    with pytest.raises(Conflict):
        play.amend(uid, 1)
    for number in range(1, RESERVED + 1):
        if number > 1:
            play.amend(uid, number)
        play.sign(uid)
        play.countersign(uid)
    with pytest.raises(Conflict) as caught:
        actions.amendment_base(db, play.staff, uid)
    assert "renouvelez" in str(caught.value)
    assert not queries.find_contract(db, play.staff, uid).verbs.amend


def test_a_refused_amendment_leaves_its_number_to_the_next(db, play):
    uid = play.active()
    base = play.text(uid).sha256
    play.amend(uid, 1)
    version = play.row(uid).version
    actions.refuse(db, play.client, uid, "Trop tôt", version=version, now=NOW)
    assert play.row(uid).state is S.ACTIVE
    assert actions.amendment_base(db, play.staff, uid).sha256 == base
    play.amend(uid, 1)
    assert play.text(uid).round == 2


def test_an_amendment_says_what_and_from_when_and_is_the_staff_s(db, play, dora):
    uid = play.active()
    base = actions.amendment_base(db, dora, uid)
    for wrong in (
        Amendment(1, " ", "x", TODAY),
        Amendment(1, "x", " ", TODAY),
        Amendment(1, "x", "y" * 2001, TODAY),
        Amendment(1, "x", "y", TODAY - DAY),
    ):
        with pytest.raises(Invalid):
            actions.amend(
                db, dora, uid, wrong, pdf(), base=base.sha256, version=base.number + 4, now=NOW
            )
    with pytest.raises(Forbidden):
        actions.amendment_base(db, play.client, uid)
    with pytest.raises(Conflict):
        actions.amend(
            *(db, dora, uid, Amendment(1, "x", "y", TODAY), pdf()),
            base="other",
            version=play.row(uid).version,
            now=NOW,
        )


def right(db, **values):
    pce = make_pce(db, values.pop("number", "09999999910001"))
    return make_right(db, pce, 2, **values)


def test_an_end_says_first_what_falls_and_then_it_falls(db, play):
    uid = play.active()
    active = right(db)
    waiting = right(db, number="09999999910002", state=RightState.PENDING)
    refused = right(db, number="09999999910003", state=RightState.REFUSED)
    said = queries.count_ending_consequences(db, play.client, uid)
    assert (said.rights, said.active, said.pces, said.paused) == (2, 1, 1, True)
    version = play.row(uid).version
    fell = actions.terminate(db, play.client, uid, "Fin d’activité", version=version, now=NOW)
    assert fell == said.rights
    for one in (active, waiting, refused):
        db.refresh(one)
    assert (active.state, active.source) == (RightState.OBSOLETE, EndSource.CONTRACT)
    assert waiting.state is RightState.OBSOLETE
    assert refused.state is RightState.REFUSED
    assert until(db) == TODAY - DAY
    assert told(db, NotificationKind.CONTRACT_TERMINATED) == [2, 4]
    assert queries.count_ending_consequences(db, play.client, uid).rights == 0
    assert life(db, play.client, uid)[-1] is ContractTrigger.TERMINATED_BY_CLIENT


def test_an_amendment_on_its_way_goes_with_its_contract(db, play):
    uid = play.active()
    play.amend(uid, 1)
    play.sign(uid)
    attempt = play.proved(uid, play.staff, Party.OPERATOR)
    version = play.row(uid).version
    actions.terminate(db, play.staff, uid, "Impayé", version=version, now=NOW)
    assert play.text(uid).state is TextState.TAKEN_BACK
    with pytest.raises(Conflict):
        actions.countersign(db, play.staff, attempt, pdf(), now=NOW)
    assert not play.row(uid).waits


def test_one_that_waits_for_its_day_ends_without_any_right_falling(db, play):
    active = right(db)
    uid = play.active(ContractTerms(TODAY + 5 * DAY, None))
    version = play.row(uid).version
    assert actions.terminate(db, play.client, uid, "Non", version=version, now=NOW) == 0
    db.refresh(active)
    assert active.state is RightState.ACTIVE
    assert until(db) == date.max  # presumed, as before


def test_it_comes_to_its_end_and_its_rights_fall(db, play):
    uid = play.active(ContractTerms(TODAY, TODAY + 9 * DAY))
    active = right(db)
    later = NOW + 9 * DAY
    assert actions.expire_due(db, [1], TODAY + 9 * DAY, later) == (0, 0)
    assert actions.expire_due(db, [1], TODAY + 10 * DAY, later + DAY) == (1, 1)
    assert actions.expire_due(db, [1], TODAY + 10 * DAY, later + DAY) == (0, 0)
    db.refresh(active)
    assert active.state is RightState.OBSOLETE
    assert play.row(uid).state is S.EXPIRED
    assert until(db) == TODAY + 9 * DAY
    assert told(db, NotificationKind.CONTRACT_EXPIRED) == [2, 4]


def test_a_renewal_takes_over_without_a_day_between_nor_a_right_lost(db, play):
    uid = play.active(ContractTerms(TODAY, TODAY + 9 * DAY))
    active = right(db)
    new = actions.renew(db, play.client, uid, version=play.row(uid).version, now=NOW)
    assert play.row(new).renews == play.row(uid).number
    play.send(new, ContractTerms(TODAY + 10 * DAY, TODAY + 300 * DAY))
    play.sign(new)
    play.countersign(new)
    assert (play.row(uid).state, play.row(new).state) == (S.ACTIVE, S.COUNTERSIGNED)
    assert until(db) == TODAY + 300 * DAY
    actions.start_due(db, [2], TODAY + 10 * DAY, NOW + 10 * DAY)
    assert actions.expire_due(db, [1], TODAY + 10 * DAY, NOW + 10 * DAY) == (0, 0)
    db.refresh(active)
    assert active.state is RightState.ACTIVE
    assert (play.row(uid).state, play.row(new).state) == (S.EXPIRED, S.ACTIVE)
    assert queries.find_contract(db, play.client, uid).ended_on == TODAY + 9 * DAY
    assert until(db) == TODAY + 300 * DAY


def test_one_under_way_beside_one_in_force_at_most(db, play):
    uid = play.active()
    with pytest.raises(Conflict):
        play.begin()
    version = play.row(uid).version
    new = actions.renew(db, play.client, uid, version=version, now=NOW)
    with pytest.raises(Conflict):
        actions.renew(db, play.client, uid, version=version + 1, now=NOW)
    with pytest.raises(Conflict):
        actions.renew(db, play.client, new, version=1, now=NOW)
    assert play.begin() == new


def test_a_renewal_is_offered_when_it_can_be_sent_and_says_from_which_day(db, play):
    last = TODAY + 366 * DAY  # what follows begins 367 days from now: a day too far
    uid = play.active(ContractTerms(TODAY, last))
    seen = queries.find_contract(db, play.client, uid)
    assert (seen.verbs.renew, seen.renewable_on) == (False, TODAY + DAY)
    version = seen.row.version
    with pytest.raises(Conflict, match="à partir du 25 nov"):
        actions.renew(db, play.client, uid, version=version, now=NOW)
    later = replace(play.client, today=TODAY + DAY)
    seen = queries.find_contract(db, later, uid)
    assert (seen.verbs.renew, seen.renewable_on) == (True, None)
    new = actions.renew(db, later, uid, version=version, now=NOW + DAY)
    terms = default_terms(
        later.today, queries.find_renewed_end(db, later, queries.find_contract(db, later, new))
    )
    assert checked_terms(terms, later.today).starts_on == last + DAY


def test_who_began_a_renewal_abandons_it_and_the_contract_stays(db, play):
    uid = play.active()
    new = actions.renew(db, play.staff, uid, version=play.row(uid).version, now=NOW)
    assert not queries.find_contract(db, play.client, new).verbs.abandon
    with pytest.raises(Forbidden):
        actions.abandon(db, play.client, new, version=1, now=NOW)
    assert queries.find_contract(db, play.staff, new).verbs.abandon
    assert actions.abandon(db, play.staff, new, version=1, now=NOW) == uid
    assert (play.row(uid).state, play.row(new).state) == (S.ACTIVE, S.ABANDONED)
    assert queries.count_waiting(db, play.client) == 0
    assert queries.find_contract(db, play.client, uid).verbs.renew
    life = [entry.trigger for entry in queries.list_contract_events(db, play.client, uid)]
    assert life[:2] == [ContractTrigger.ABANDONED, ContractTrigger.RENEWED]
    with pytest.raises(Forbidden):
        actions.abandon(db, play.staff, new, version=2, now=NOW)


def test_a_first_contract_is_not_abandoned(db, play):
    play.fill()
    uid = play.begin()
    with pytest.raises(Forbidden):
        actions.abandon(db, play.client, uid, version=1, now=NOW)


def test_an_amendment_is_withdrawn_by_who_sent_it_and_refused_by_the_other(db, play):
    uid = play.active()
    play.amend(uid)
    version = play.row(uid).version
    with pytest.raises(Forbidden):
        actions.take_back(db, play.client, uid, version=version, now=NOW)
    actions.take_back(db, play.staff, uid, version=version, now=NOW)
    assert play.row(uid).amendment is None
    play.amend(uid)
    actions.refuse(db, play.client, uid, "Trop tôt", version=version + 2, now=NOW)
    assert told(db, NotificationKind.CONTRACT_REFUSED) == [play.staff.user_id]


@pytest.mark.parametrize(
    ("known", "signed", "after"),
    [
        (OrganisationKind.COMPANY, BodyKind.COLLECTIVITY, OrganisationKind.COLLECTIVITY),
        (OrganisationKind.COLLECTIVITY, BodyKind.COMPANY, OrganisationKind.COMPANY),
        (OrganisationKind.THIRD_PARTY, BodyKind.COLLECTIVITY, OrganisationKind.THIRD_PARTY),
    ],
)
def test_an_account_is_of_the_kind_that_was_signed(db, play, known, signed, after):
    db.get_one(Organisation, 2).kind = known
    db.flush()
    usual = known is OrganisationKind.COLLECTIVITY
    proposed = queries.get_dossier(db, play.client).identity.kind
    assert proposed is (BodyKind.COLLECTIVITY if usual else BodyKind.COMPANY)
    play.fill()
    version = queries.get_dossier(db, play.client).version
    body = replace(IDENTITY, kind=signed)
    actions.keep_step(db, play.client, DossierStep.IDENTITY, body, version=version, now=NOW)
    play.both(play.begin())
    db.expire_all()
    assert db.get_one(Organisation, 2).kind is after


def test_what_is_over_is_renewed_from_today(db, play):
    uid = play.active()
    version = play.row(uid).version
    actions.terminate(db, play.client, uid, "Pause", version=version, now=NOW)
    new = actions.renew(db, play.client, uid, version=version + 1, now=NOW)
    play.send(new)
    play.sign(new)
    play.countersign(new)
    assert play.row(new).state is S.ACTIVE
    assert until(db) is not None


def test_the_end_is_recalled_once_for_each_delay(db, play):
    play.active(ContractTerms(TODAY, TODAY + 100 * DAY))
    assert queries.list_ending(db, TODAY) == {}
    for left, expected in ((61, {}), (60, {1: 60}), (45, {1: 60}), (30, {1: 30}), (7, {1: 7})):
        assert queries.list_ending(db, TODAY + (100 - left) * DAY) == expected
    day = TODAY + 40 * DAY
    assert actions.remind_due(db, {1: 60}, day, NOW + 40 * DAY) == 1
    assert actions.remind_due(db, {1: 60}, day, NOW + 40 * DAY) == 0
    assert queries.list_ending(db, day) == {}
    assert told(db, NotificationKind.CONTRACT_ENDING) == [2]
    assert queries.list_ending(db, TODAY + 95 * DAY) == {1: 7}


def test_what_is_renewed_is_not_recalled(db, play):
    uid = play.active(ContractTerms(TODAY, TODAY + 20 * DAY))
    new = actions.renew(db, play.client, uid, version=play.row(uid).version, now=NOW)
    assert queries.list_ending(db, TODAY) == {1: 30}
    play.send(new, ContractTerms(TODAY + 21 * DAY, None))
    play.sign(new)
    play.countersign(new)
    assert queries.list_ending(db, TODAY) == {}


def test_the_operator_ends_what_was_on_paper(db, play, dora):
    active = right(db)
    assert actions.end_for(db, dora, 2, "Fin", now=NOW) == 1
    db.refresh(active)
    assert active.state is RightState.OBSOLETE
    assert until(db) == TODAY - DAY
    with pytest.raises(Forbidden):
        actions.end_for(db, play.client, 2, "Fin", now=NOW)


def test_the_operator_ends_what_was_signed_here(db, play, dora):
    uid = play.active()
    assert actions.end_for(db, dora, 2, "Fin", now=NOW) == 0
    assert play.row(uid).state is S.TERMINATED


# What the database holds by itself


def test_the_life_of_a_contract_is_neither_changed_nor_erased(database, alice):
    from tests.factories import make_people

    with database.transaction() as db:
        make_people(db)
        actions.begin(db, boss(alice), now=NOW)
    for sentence in ("UPDATE contract_events SET actor = 'system'", "DELETE FROM contract_events"):
        with pytest.raises(DatabaseError), database.transaction() as db:
            db.execute(text(sentence))
    with database.reading() as db:
        assert db.scalars(select(ContractEvent.trigger)).all() == [ContractTrigger.DRAFTED]


@pytest.mark.parametrize("states", [(S.ACTIVE, S.ACTIVE), (S.DRAFT, S.COUNTERSIGNED)])
def test_no_organisation_has_two_in_force_or_two_under_way(db, people, states):
    make_contract(db, 2, state=states[0])
    with pytest.raises(DatabaseError):
        make_contract(db, 2, state=states[1], number="C-2")


# Who may do what


STAGES = {
    "keep": lambda p, who, _uid: actions.keep_step(
        p.db,
        who,
        DossierStep.USES,
        (Consent(DataUse.FOLLOW, 1),),
        version=4,
        now=NOW,
        organisation_id=2,
    ),
    "begin": lambda p, who, _uid: actions.begin(p.db, who, now=NOW, organisation_id=2),
    "send": lambda p, who, uid: p.send(uid, by=who),
    "take_back": lambda p, who, uid: actions.take_back(p.db, who, uid, version=2, now=NOW),
    "refuse": lambda p, who, uid: actions.refuse(p.db, who, uid, "Non", version=2, now=NOW),
    "ask": lambda p, who, uid: p.ask(uid, who),
    "sign": lambda p, who, uid: actions.sign(p.db, who, p.proved(uid), pdf(), now=NOW),
    "ask_operator": lambda p, who, uid: p.ask(uid, who, Party.OPERATOR),
    "countersign": lambda p, who, uid: actions.countersign(
        p.db, who, p.proved(uid, p.staff, Party.OPERATOR), pdf(), now=NOW
    ),
    "refuse_signature": lambda p, who, uid: actions.refuse_signature(
        p.db, who, uid, "Non", version=p.row(uid).version, now=NOW
    ),
    "terminate": lambda p, who, uid: actions.terminate(
        p.db, who, uid, "Non", version=p.row(uid).version, now=NOW
    ),
    "renew": lambda p, who, uid: actions.renew(p.db, who, uid, version=p.row(uid).version, now=NOW),
    "amend": lambda p, who, uid: actions.amendment_base(p.db, who, uid),
    "end_for": lambda p, who, _uid: actions.end_for(p.db, who, 2, "Non", now=NOW),
    "read": lambda p, who, uid: queries.find_contract(p.db, who, uid),
    "timeline": lambda p, who, uid: queries.list_contract_events(p.db, who, uid),
    "consequences": lambda p, who, uid: queries.count_ending_consequences(p.db, who, uid),
}
AT = {
    "keep": 0, "begin": 0, "send": 1, "take_back": 2, "refuse": 2, "ask": 2, "sign": 2,
    "ask_operator": 3, "countersign": 3, "refuse_signature": 3, "terminate": 4, "renew": 4,
    "amend": 4, "end_for": 4, "read": 4, "timeline": 4, "consequences": 4,
}  # fmt: skip
# Each may, or is refused: F by their role, N as if there were no such contract.
MATRIX = """
                 client manager admin signer other_admin foreign staff staff_client
keep             F      +       +     +      N           N       +     F
begin            F      +       +     +      N           N       +     F
send             F      +       +     +      N           N       +     F
take_back        F      +       +     +      N           N       F     F
refuse           F      F       F     +      N           F       F     F
ask              F      F       F     +      N           N       F     N
sign             F      F       F     +      N           N       F     N
ask_operator     F      F       F     F      N           N       +     N
countersign      F      F       F     F      N           N       +     N
refuse_signature F      F       F     F      F           F       +     F
terminate        F      F       +     +      N           F       +     F
renew            F      +       +     +      N           N       +     F
amend            F      F       F     F      N           N       +     F
end_for          F      F       F     F      F           F       +     F
read             +      +       +     +      N           N       +     N
timeline         +      +       +     +      N           N       +     N
consequences     +      +       +     +      N           N       +     N
"""


def matrix():
    head, *lines = MATRIX.strip("\n").splitlines()
    people = head.split()
    for line in lines:
        action, *cells = line.split()
        yield action, dict(zip(people, cells, strict=True))


@pytest.mark.parametrize(("action", "expected"), list(matrix()))
def test_who_may_do_what(db, people, dora, action, expected):
    def person(organisation, kind, role, name):
        row = make_user(
            db, organisation_id=organisation, email=f"{name}@x.example", name=name, role=role
        )
        return Viewer(row.id, organisation, kind, role, TODAY, name=name)

    third, company = OrganisationKind.THIRD_PARTY, OrganisationKind.COMPANY
    known = {
        "client": person(2, third, Role.CLIENT, "client"),
        "manager": person(2, third, Role.FACILITY_MANAGER, "manager"),
        "admin": person(2, third, Role.ADMINISTRATOR, "admin"),
        "signer": person(2, third, Role.ADMINISTRATOR, "signer"),
        "other_admin": person(3, company, Role.ADMINISTRATOR, "other"),
        "foreign": person(3, company, Role.FACILITY_MANAGER, "foreign"),
        "staff": dora,
        "staff_client": person(4, OrganisationKind.DISTRIBUTOR, Role.CLIENT, "agent"),
    }
    play = Play(db, known["signer"], dora, email="signer@x.example")
    play.fill()
    uid = play.begin()
    for stage in (play.send, play.sign, play.countersign)[: max(0, AT[action] - 1)]:
        stage(uid)
    found = {who: outcome(play, action, known[who], uid) for who in expected}
    assert found == expected


def outcome(play, action, who, uid):
    """What comes of it, each as if nobody had tried before."""
    before = play.db.begin_nested()
    try:
        STAGES[action](play, who, uid)
    except NotFound:
        return "N"
    except Forbidden:
        return "F"
    else:
        return "+"
    finally:
        before.rollback()
        play.db.expire_all()


def test_a_piece_is_kept_as_the_power(db, play):
    play.fill()
    version = queries.get_dossier(db, play.client).version
    power = Power(name="pouvoir.pdf", sha256="ab", storage_key="f" * 32)
    actions.keep_step(db, play.client, DossierStep.POWER, power, version=version, now=NOW)
    assert "f" * 32 in queries.list_stored_keys(db)
    play.send(play.begin())
    assert db.scalars(select(ContractText.power_key)).all() == ["f" * 32]
    assert db.get_one(Onboarding, 2).power_key == "f" * 32


def test_who_signs_is_who_the_text_names(db, play):
    """Another administrator of the organisation reads who is to sign, and may not."""
    ana = make_user(
        db, organisation_id=2, email="ana@thermia.example", name="Ana", role=Role.ADMINISTRATOR
    )
    bob = db.get_one(User, 2)
    bob.role = Role.ADMINISTRATOR
    db.flush()
    play.fill()
    uid = play.begin()
    play.send(uid)
    third = OrganisationKind.THIRD_PARTY
    viewer = Viewer(ana.id, 2, third, Role.ADMINISTRATOR, TODAY, name="Ana")
    with pytest.raises(Forbidden) as caught:
        play.ask(uid, viewer)
    assert "bob@thermia.example" in str(caught.value)
    assert not queries.find_contract(db, viewer, uid).verbs.sign


def test_notices_lead_to_the_contract(db, play):
    uid = play.active()
    paths = set(db.scalars(select(NoticeEvent.path)))
    assert paths == {f"/contrats?contrat={uid}"}


def test_a_representative_without_an_account_keeps_the_contract_from_being_sent(db, play):
    play.email = "nobody@thermia.example"
    play.fill()
    uid = play.begin()
    with pytest.raises(Conflict) as caught:
        play.send(uid)
    assert "nobody@thermia.example" in str(caught.value)


def test_rights_of_another_organisation_stay(db, play):
    make_organisation(db, name="Autre")
    uid = play.active()
    other = make_right(db, make_pce(db), 3)
    actions.terminate(db, play.client, uid, "Fin", version=play.row(uid).version, now=NOW)
    db.refresh(other)
    assert other.state is RightState.ACTIVE
    assert db.scalar(select(AccessRight.state)) is RightState.ACTIVE


def test_a_step_wants_its_own_words(db, play):
    with pytest.raises(Invalid):
        actions.keep_step(
            db,
            play.client,
            DossierStep.REPRESENTATIVE,
            Representative(email="x"),
            version=0,
            now=NOW,
        )
