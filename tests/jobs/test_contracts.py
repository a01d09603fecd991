"""The clock of contracts: it may be stopped anywhere, and what nobody refers to goes."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from core.access import OrganisationKind, Role, Viewer
from data.administration.people.actions import guests
from data.contracts import actions, queries
from data.contracts.models import Contract
from data.contracts.queries import unscoped
from data.contracts.types import (
    ContractState,
    ContractTerms,
    ContractTrigger,
    DossierStep,
    Invite,
    Power,
)
from data.controls.files.storage import CONTRACTS, PROOFS, Folder, _beside, folder_of
from data.identity.accounts.models import Invitation, Organisation, User
from data.notifications.actions import unsubscribe
from data.notifications.models import Notice, NoticeEvent, Notification
from data.notifications.types import NotificationKind
from data.rights.models import AccessRight
from data.rights.types import RightState
from jobs import contracts as job
from jobs.storage import delete_orphans
from tests.data.contracts.making import Play
from tests.factories import (
    NOW,
    make_contract,
    make_older,
    make_pce,
    make_people,
    make_right,
    make_user,
)

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
BOB = Viewer(
    2, 2, OrganisationKind.THIRD_PARTY, Role.FACILITY_MANAGER, TODAY, name="Bob", alone=True
)
DORA = Viewer(4, 4, OrganisationKind.DISTRIBUTOR, Role.ACCOUNT_MANAGER, TODAY, name="Dora")


def states(database):
    with database.reading() as db:
        return list(db.scalars(select(Contract.state).order_by(Contract.id)))


def test_the_clock_starts_and_ends_contracts_each_once(database):
    with database.transaction() as db:
        make_people(db)
        make_right(db, make_pce(db), 2)
        Play(db, BOB, DORA).active(ContractTerms(TODAY + 2 * DAY, TODAY + 4 * DAY))
    assert job.apply_due(database, NOW).started == 0
    assert job.apply_due(database, NOW + 2 * DAY).started == 1
    assert job.apply_due(database, NOW + 4 * DAY).expired == 0
    over = job.apply_due(database, NOW + 5 * DAY)
    assert (over.expired, over.rights) == (1, 1)
    again = job.apply_due(database, NOW + 5 * DAY)
    assert (again.started, again.expired, again.rights) == (0, 0, 0)
    assert states(database) == [ContractState.EXPIRED]


def test_a_contract_whose_days_passed_while_the_clock_was_down(database):
    with database.transaction() as db:
        make_people(db)
        Play(db, BOB, DORA).active(ContractTerms(TODAY + 2 * DAY, TODAY + 4 * DAY))
    caught_up = job.apply_due(database, NOW + 30 * DAY)
    assert (caught_up.started, caught_up.expired) == (1, 1)
    assert states(database) == [ContractState.EXPIRED]


def test_stopped_between_two_contracts_the_next_call_does_the_rest(database, monkeypatch):
    with database.transaction() as db:
        make_people(db)
        for home in (2, 3):
            make_contract(db, home, ends_on=TODAY - DAY)
    kept, calls = actions.expire_due, []

    def stopping(db, ids, today, now):
        calls.append(ids)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return kept(db, ids, today, now)

    monkeypatch.setattr(actions, "expire_due", stopping)
    with pytest.raises(KeyboardInterrupt):
        job.apply_due(database, NOW)
    assert states(database) == [ContractState.EXPIRED, ContractState.ACTIVE]
    assert job.apply_due(database, NOW).expired == 1
    with database.reading() as db:
        mails = select(Notification.user_id).where(
            Notification.kind == NotificationKind.CONTRACT_EXPIRED
        )
        assert sorted(db.scalars(mails)) == [2, 3, 4, 4]


def test_ends_are_recalled_once_each(database):
    with database.transaction() as db:
        make_people(db)
        make_contract(db, 2, ends_on=TODAY + 60 * DAY)
        make_contract(db, 3, ends_on=TODAY + 61 * DAY)
    assert job.remind(database, NOW) == 1
    assert job.remind(database, NOW) == 0
    assert job.remind(database, NOW + 30 * DAY) == 2  # of 30 days, and of 60 that is late


def recalled(database):
    """The recalls of the inbox and of the mails, by their kind and who reads them."""
    with database.reading() as db:
        notices = select(NoticeEvent.kind, Notice.user_id).join(
            NoticeEvent, NoticeEvent.id == Notice.event_id
        )
        mails = select(Notification.kind, Notification.user_id)
        return [sorted(tuple(row) for row in db.execute(each)) for each in (notices, mails)]


def presumed(database, until, *others):
    """Organisation 2 is presumed to have a paper until then; bob is its administrator."""
    with database.transaction() as db:
        make_people(db)
        db.execute(update(Organisation).values(contracted_until=None))
        db.get_one(User, 2).role = Role.ADMINISTRATOR
        make_user(db, organisation_id=2, email="ben@thermia.example", role=Role.CLIENT)
        for home in (2, *others):
            db.get_one(Organisation, home).contracted_until = until


def test_the_end_of_a_presumed_paper_is_recalled_once_at_60_30_and_7_days(database):
    presumed(database, TODAY + 61 * DAY)
    once = [(NotificationKind.PAPERS_ENDING, 4), (NotificationKind.PAPER_ENDING, 2)]
    for days, times in ((0, 0), (1, 1), (2, 1), (31, 2), (32, 2), (54, 3), (61, 3), (62, 3)):
        job.recall_papers(database, NOW + days * DAY)
        assert recalled(database) == [sorted(once * times)] * 2, days


def test_account_managers_are_told_once_of_all_the_papers_of_a_day(database):
    presumed(database, TODAY + 7 * DAY, 1, 3)
    assert job.recall_papers(database, NOW) == 4
    assert recalled(database)[1].count((NotificationKind.PAPERS_ENDING, 4)) == 1
    with database.reading() as db:
        mail = select(Notification.params).where(
            Notification.kind == NotificationKind.PAPERS_ENDING
        )
        assert db.scalars(mail).one()["count"] == 3


@pytest.mark.parametrize("state", [ContractState.ACTIVE, ContractState.COUNTERSIGNED,
                                   ContractState.EXPIRED])  # fmt: skip
def test_who_has_signed_in_the_portal_has_no_paper(database, state):
    presumed(database, TODAY + 7 * DAY)
    started = None if state is ContractState.COUNTERSIGNED else NOW
    with database.transaction() as db:
        make_contract(db, 2, state=state, started_at=started)
    assert job.recall_papers(database, NOW) == 0


def test_a_draft_is_no_contract_yet(database):
    presumed(database, TODAY + 7 * DAY)
    with database.transaction() as db:
        make_contract(db, 2, state=ContractState.DRAFT, started_at=None)
    assert job.recall_papers(database, NOW) == 2


def test_stopped_between_two_papers_each_is_recalled_once(database, monkeypatch):
    presumed(database, TODAY + 7 * DAY, 1)
    kept = actions.recall_paper

    def stopping(db, home, now):
        kept(db, home, now)
        if home == 2:
            raise KeyboardInterrupt
        return 1

    monkeypatch.setattr(actions, "recall_paper", stopping)
    with pytest.raises(KeyboardInterrupt):
        job.recall_papers(database, NOW)
    assert recalled(database)[1] == [(NotificationKind.PAPER_ENDING, 1)]
    monkeypatch.setattr(actions, "recall_paper", kept)
    job.recall_papers(database, NOW)
    assert recalled(database)[1] == [
        (NotificationKind.PAPER_ENDING, 1),
        (NotificationKind.PAPER_ENDING, 2),
        (NotificationKind.PAPERS_ENDING, 4),
    ]


def test_who_wants_them_in_the_inbox_alone_gets_no_mail(database):
    presumed(database, TODAY + 7 * DAY)
    with database.transaction() as db:
        unsubscribe(db, BOB, NotificationKind.PAPER_ENDING, reason="", until=None, now=NOW)
    job.recall_papers(database, NOW)
    notices, mails = recalled(database)
    assert (NotificationKind.PAPER_ENDING, 2) in notices
    assert (NotificationKind.PAPER_ENDING, 2) not in mails


class Key:
    owner, demo = "DEMO - sceau - Réseau Gaz", True

    def __init__(self, days):
        self.expires_at = NOW + days * DAY


def test_the_end_of_the_certificate_is_recalled_to_who_runs_the_portal(database):
    with database.transaction() as db:
        make_people(db)
        make_user(db, organisation_id=4, email="ira@reseau.example", role=Role.ADMINISTRATOR)
    boss = (NotificationKind.SEAL_ENDING, 5)
    assert job.watch_seal(database, None, NOW) == 0
    key = Key(61)
    for days, times in ((0, 0), (1, 1), (2, 1), (31, 2), (54, 3), (61, 3), (62, 3)):
        job.watch_seal(database, key, NOW + days * DAY)
        assert recalled(database) == [[boss] * times] * 2, days
    job.watch_seal(database, Key(90), NOW + 62 * DAY)  # the next one has recalls of its own
    assert recalled(database) == [[boss] * 4] * 2
    with database.reading() as db:
        params = db.scalars(select(Notification.params)).first()
    assert (params["owner"], params["demo"]) == (Key.owner, True)


def test_rights_that_an_import_left_after_the_end_fall(database):
    with database.transaction() as db:
        make_people(db)
        make_contract(db, 2, ends_on=TODAY - DAY)
    job.apply_due(database, NOW)
    with database.transaction() as db:
        make_right(db, make_pce(db), 2, state=RightState.PENDING)
        make_right(db, make_pce(db, "09999999910002"), 3)
    assert job.apply_due(database, NOW).rights == 1
    with database.reading() as db:
        found = dict(db.execute(select(AccessRight.organisation_id, AccessRight.state)).all())
    assert found == {2: RightState.OBSOLETE, 3: RightState.ACTIVE}


def invited(database):
    """The addresses that have an invitation, and how many mails left for them."""
    with database.reading() as db:
        rows = select(Invitation.email, Invitation.role, Invitation.invited_by)
        mails = select(func.count(Notification.id)).where(Notification.invitation_id.is_not(None))
        return sorted(tuple(row) for row in db.execute(rows)), db.scalar(mails)


GUESTS = (
    Invite("ana@thermia.example", Role.ADMINISTRATOR),
    Invite("alice@tilleuls.example", Role.CLIENT),  # has an account elsewhere
    Invite("bob@thermia.example", Role.CLIENT),  # is there already
)
SENT = [
    ("alice@tilleuls.example", Role.CLIENT, 2),
    ("ana@thermia.example", Role.ADMINISTRATOR, 2),
]


def begun(database, terms, guests=GUESTS):
    with database.transaction() as db:
        make_people(db)
        play = Play(db, BOB, DORA)
        play.name(*guests)
        return play.active(terms)


def test_whom_a_dossier_names_is_invited_once_when_its_contract_is_in_force(database):
    begun(database, ContractTerms(TODAY + 2 * DAY, TODAY + 90 * DAY))
    assert job.invite_named(database, NOW) == 0
    assert invited(database) == ([], 0)
    later = NOW + 2 * DAY
    job.apply_due(database, later)
    assert job.invite_named(database, later) == 2
    assert invited(database) == (SENT, 2)
    assert job.invite_named(database, later) == 0
    assert invited(database) == (SENT, 2)
    with database.reading() as db:
        mails = select(Notification).where(Notification.invitation_id.is_not(None))
        found = {mail.kind: mail.params for mail in db.scalars(mails)}
        happened = queries.list_contract_events(db, DORA, db.scalars(select(Contract.uid)).one())
    assert found[NotificationKind.INVITED]["who"] == "Bob Thermia"
    assert found[NotificationKind.INVITED]["token"]
    assert "token" not in found[NotificationKind.INVITED_KNOWN]  # said to its reader alone
    assert [entry.trigger for entry in happened].count(ContractTrigger.INVITED) == 1


def test_what_is_typed_after_the_text_is_offered_invites_nobody(database):
    """Nobody enters an organisation without who binds it having seen them."""
    begun(database, ContractTerms(TODAY, TODAY + 90 * DAY), ())
    with database.transaction() as db:
        Play(db, BOB, DORA).name(Invite("eve@ailleurs.example", Role.ADMINISTRATOR))
    assert job.invite_named(database, NOW) == 0
    assert invited(database) == ([], 0)


def test_a_renewal_invites_only_who_was_not_invited_before(database):
    uid = begun(database, ContractTerms(TODAY, TODAY + 30 * DAY))
    assert job.invite_named(database, NOW) == 2
    with database.transaction() as db:
        play = Play(db, BOB, DORA)
        play.name(*GUESTS, Invite("max@thermia.example", Role.CLIENT))
        new = actions.renew(db, BOB, uid, version=play.row(uid).version, now=NOW)
        play.both(new, ContractTerms(TODAY + 31 * DAY, TODAY + 90 * DAY))
        db.execute(delete(Notification))
        db.execute(delete(Invitation))  # forgotten since
    later = NOW + 31 * DAY
    job.apply_due(database, later)
    assert job.invite_named(database, later) == 1
    assert invited(database) == ([("max@thermia.example", Role.CLIENT, 2)], 1)


def test_a_contract_whose_organisation_named_nobody_invites_nobody(database):
    with database.transaction() as db:
        make_people(db)
        make_contract(db, 3)  # a row alone, without any text
    assert job.invite_named(database, NOW) == 0
    assert invited(database) == ([], 0)


@pytest.mark.parametrize("calls", [1, 2])
def test_stopped_at_an_invitation_the_next_call_sends_them_all_once(database, monkeypatch, calls):
    begun(database, ContractTerms(TODAY, TODAY + 90 * DAY))
    kept, made = guests.invite, []

    def stopping(*given, **named):
        made.append(given)
        if len(made) == calls:
            raise KeyboardInterrupt
        return kept(*given, **named)

    monkeypatch.setattr(guests, "invite", stopping)
    with pytest.raises(KeyboardInterrupt):
        job.invite_named(database, NOW)
    assert invited(database) == ([], 0)
    monkeypatch.setattr(guests, "invite", kept)
    assert job.invite_named(database, NOW) == 2
    assert invited(database) == (SENT, 2)


def test_octets_that_no_row_refers_to_are_erased_after_an_hour(database, tmp_path):
    storage = Folder(folder_of(tmp_path, CONTRACTS))
    with database.transaction() as db:
        make_people(db)
        play = Play(db, BOB, DORA)
        play.active()
        version = queries.get_dossier(db, BOB).version
        power = Power(name="p.pdf", sha256="x", storage_key=storage.put_object(b"power"))
        actions.keep_step(db, BOB, DossierStep.IMPORTS, _imports(), version=version, now=NOW)
        db.flush()
        version += 1
        actions.keep_step(db, BOB, DossierStep.POWER, power, version=version, now=NOW)
        known = set(queries.list_stored_keys(db))
    lost, young = storage.put_object(b"lost"), storage.put_object(b"young")
    for key in (lost, power.storage_key):
        make_older(folder_of(tmp_path, CONTRACTS) / key, timedelta(days=1))
    for key in known - {power.storage_key}:
        (folder_of(tmp_path, CONTRACTS) / key).write_bytes(b"pdf")
        make_older(folder_of(tmp_path, CONTRACTS) / key, timedelta(days=1))
    assert delete_orphans(database, storage, unscoped.list_stored_keys) == 1
    assert set(storage.names()) == known | {young}


def _imports():
    from data.contracts.types import Imports

    return Imports(enabled=True, expected=3)


def test_contracts_have_a_place_beside_the_proofs(tmp_path):
    assert folder_of(tmp_path) == folder_of(tmp_path, PROOFS) != folder_of(tmp_path, CONTRACTS)
    assert _beside("s3://k:s@host/bucket?region=x", CONTRACTS) == (
        "s3://k:s@host/bucket/contracts?region=x"
    )
    assert _beside("s3://host/bucket/portal/", CONTRACTS) == "s3://host/bucket/portal-contracts"
