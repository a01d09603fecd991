"""Calls are counted in the database, on both kinds of it, one after the other."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from core.access import Role
from core.errors import Forbidden
from data.identity.accounts.models import ApiCredential
from data.identity.programs.actions import let_in
from data.identity.programs.models import ProgramUse
from data.identity.programs.queries import get_use
from data.identity.programs.types import CallUse, ProgramPace
from data.rights.queries.program_rights import iter_rights
from data.rights.types import ProgramRightFilter
from tests.api.adict.program import make_credential
from tests.factories import NOW, make_pce, make_people, make_right

FREE = ProgramPace(0, 0)


@pytest.fixture
def program(database):
    with database.transaction() as db:
        make_people(db)
        credential = make_credential(db, NOW)
        viewer, refused = let_in(db, credential.id, FREE, NOW)
    assert refused is None
    with database.transaction() as db:
        db.execute(delete(ProgramUse))  # as before any call
    return viewer


def call(db, program, pace=FREE, now=NOW):
    viewer, refused = let_in(db, -program.user_id, pace, now)
    assert viewer.organisation_id == program.organisation_id
    return refused


def counted(database):
    with database.reading() as db:
        return db.scalar(select(ProgramUse.calls))


def test_no_call_is_lost_when_several_come_at_once(database, program):
    def many():
        for _time in range(10):
            with database.transaction() as db:
                assert call(db, program) is None

    threads = [threading.Thread(target=many) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted(database) == 40


def test_a_refusal_takes_nothing_and_a_day_begins_again(database, program):
    pace = ProgramPace(0, 2)
    for _time in range(2):
        with database.transaction() as db:
            assert call(db, program, pace) is None
    with database.transaction() as db:
        refused = call(db, program, pace)
    assert refused is not None
    assert (refused.status, counted(database)) == (429, 2)
    tomorrow = NOW + timedelta(days=1)
    with database.transaction() as db:
        assert call(db, program, pace, tomorrow) is None
    assert counted(database) == 1


def test_who_makes_credentials_sees_the_calls_of_its_own_organisation(database, program, bob):
    with database.transaction() as db:
        call(db, program)
        with pytest.raises(Forbidden):
            get_use(db, bob, FREE)
        with pytest.raises(Forbidden):
            get_use(db, program, FREE)
        for organisation, calls in ((2, 1), (3, 0)):
            admin = type(bob)(9, organisation, bob.kind, Role.ADMINISTRATOR, bob.today)
            assert get_use(db, admin, FREE) == CallUse(calls, FREE)


def test_a_word_that_is_no_scope_opens_nothing(database, program):
    with database.transaction() as db:
        row = db.get(ApiCredential, -program.user_id)
        row.scopes = ["everything", "pces.read"]
        db.flush()
        found, _refused = let_in(db, row.id, FREE, NOW)
    assert {one.value for one in found.permissions} == {"pces.read"}


def test_rights_are_read_in_order_and_few_at_a_time(database, program):
    with database.transaction() as db:
        pce = make_pce(db)
        uids = [make_right(db, pce, 2).uid for _one in range(1201)]
        make_right(db, pce, 3)
    with database.reading(streams=True) as db:
        found = iter_rights(db, program, ProgramRightFilter())
        assert next(found).uid == uids[0]
        assert [one.uid for one in found] == uids[1:]
        few = ProgramRightFilter(numbers=tuple(f"{number:014d}" for number in range(1000)))
        assert list(iter_rights(db, program, few)) == []
