"""The clock of contracts: it may be stopped anywhere, and what nobody refers to goes."""

import os
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data.access import OrganisationKind, Role, Viewer
from data.contracts import actions, queries
from data.contracts.models import Contract
from data.contracts.types import ContractState, Power, Step, Terms
from data.controls.files.storage import CONTRACTS, PROOFS, Folder, _beside, folder_of
from data.notifications.models import Notification
from data.notifications.types import Kind
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
