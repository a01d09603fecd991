"""The clock of contracts: it may be stopped anywhere, and what nobody refers to goes."""

import os
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select

from data.access import OrganisationKind, Role, Viewer
from data.accounts.models import Invitation
from data.contracts import actions, queries
from data.contracts.models import Contract
from data.contracts.types import ContractState, Invite, Power, Step, Terms, Trigger
from data.controls.files.storage import CONTRACTS, PROOFS, Folder, _beside, folder_of
from data.notifications.models import Notification
from data.notifications.types import Kind
from data.people.actions import guests
from data.rights.models import AccessRight
from data.rights.types import RightState
from jobs import contracts as job
from tests.data.contracts.making import Play
from tests.factories import NOW, make_contract, make_pce, make_people, make_right

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
        Play(db, BOB, DORA).active(Terms(TODAY + 2 * DAY, TODAY + 4 * DAY))
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
        Play(db, BOB, DORA).active(Terms(TODAY + 2 * DAY, TODAY + 4 * DAY))
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
        mails = select(Notification.user_id).where(Notification.kind == Kind.CONTRACT_EXPIRED)
        assert sorted(db.scalars(mails)) == [2, 3, 4, 4]


def test_ends_are_recalled_once_each(database):
    with database.transaction() as db:
        make_people(db)
        make_contract(db, 2, ends_on=TODAY + 60 * DAY)
        make_contract(db, 3, ends_on=TODAY + 61 * DAY)
    assert job.remind(database, NOW) == 1
    assert job.remind(database, NOW) == 0
    assert job.remind(database, NOW + 30 * DAY) == 2  # of 30 days, and of 60 that is late


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
    begun(database, Terms(TODAY + 2 * DAY, TODAY + 90 * DAY))
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
        happened = queries.timeline_of(db, DORA, db.scalars(select(Contract.uid)).one())
    assert found[Kind.INVITED]["who"] == "Bob Thermia"
    assert found[Kind.INVITED]["token"]
    assert "token" not in found[Kind.INVITED_KNOWN]  # said to its reader alone
    assert [entry.trigger for entry in happened].count(Trigger.INVITED) == 1


def test_what_is_typed_after_the_text_is_offered_invites_nobody(database):
    """Nobody enters an organisation without who binds it having seen them."""
    begun(database, Terms(TODAY, TODAY + 90 * DAY), ())
    with database.transaction() as db:
        Play(db, BOB, DORA).name(Invite("eve@ailleurs.example", Role.ADMINISTRATOR))
    assert job.invite_named(database, NOW) == 0
    assert invited(database) == ([], 0)


def test_a_renewal_invites_only_who_was_not_invited_before(database):
    uid = begun(database, Terms(TODAY, TODAY + 30 * DAY))
    assert job.invite_named(database, NOW) == 2
    with database.transaction() as db:
        play = Play(db, BOB, DORA)
        play.name(*GUESTS, Invite("max@thermia.example", Role.CLIENT))
        new = actions.renew(db, BOB, uid, version=play.row(uid).version, now=NOW)
        play.both(new, Terms(TODAY + 31 * DAY, TODAY + 90 * DAY))
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
    begun(database, Terms(TODAY, TODAY + 90 * DAY))
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
        version = queries.dossier_of(db, BOB).version
        power = Power(name="p.pdf", sha256="x", storage_key=storage.put(b"power"))
        actions.keep_step(db, BOB, Step.IMPORTS, _imports(), version=version, now=NOW)
        db.flush()
        version += 1
        actions.keep_step(db, BOB, Step.POWER, power, version=version, now=NOW)
        known = set(queries.known_keys(db))
    lost, young = storage.put(b"lost"), storage.put(b"young")
    for key in (lost, power.storage_key):
        os.utime(folder_of(tmp_path, CONTRACTS) / key, times=(0, 0))
    for key in known - {power.storage_key}:
        (folder_of(tmp_path, CONTRACTS) / key).write_bytes(b"pdf")
        os.utime(folder_of(tmp_path, CONTRACTS) / key, times=(0, 0))
    assert job.purge(database, storage, NOW) == 1
    assert set(storage.names()) == known | {young}


def _imports():
    from data.contracts.types import Imports

    return Imports(wanted=True, expected=3)


def test_contracts_have_a_place_beside_the_proofs(tmp_path):
    assert folder_of(tmp_path) == folder_of(tmp_path, PROOFS) != folder_of(tmp_path, CONTRACTS)
    assert _beside("s3://k:s@host/bucket?region=x", CONTRACTS) == (
        "s3://k:s@host/bucket/contracts?region=x"
    )
    assert _beside("s3://host/bucket/portal/", CONTRACTS) == "s3://host/bucket/portal-contracts"
