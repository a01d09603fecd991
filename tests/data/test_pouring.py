"""Many rows at once, and the collector that is kept away meanwhile."""

import gc
import threading

import pytest
from sqlalchemy import select, text

from core.copy import pour, take_ids
from core.gc_pause import uncollected
from data.rights.models import AccessRight, ImportLine, RightEventRow
from data.rights.types import LineState, RightActor, RightState, RightTrigger
from data.runs.models import Run
from data.runs.types import RunKind, RunState
from tests.factories import NOW, make_pce, make_people, make_right

pytestmark = pytest.mark.dialect

EVENT = ("id", "right_id", "at", "trigger", "actor", "after")


def events(ids):
    for one in ids:
        yield one, 7, NOW, RightTrigger.DECLARED, RightActor.THIRD_PARTY, RightState.PENDING


@pytest.mark.parametrize("count", [0, 1, 5_000])  # more than one statement of SQLite takes
def test_rows_are_poured_as_the_session_would_write_them(db, count):
    ids = take_ids(db, RightEventRow, count)
    pour(db, RightEventRow, EVENT, events(ids))
    found = db.scalars(select(RightEventRow).order_by(RightEventRow.id)).all()
    assert [row.id for row in found] == list(ids)
    assert {(row.at, row.trigger, row.user_id) for row in found} <= {
        (NOW, RightTrigger.DECLARED, None)
    }


def test_ids_taken_are_nobody_else_s(db):
    first = take_ids(db, RightEventRow, 3)
    pour(db, RightEventRow, EVENT, events(first))
    row = RightEventRow(
        right_id=7,
        at=NOW,
        trigger=RightTrigger.DECLARED,
        actor=RightActor.SYSTEM,
        after=RightState.ACTIVE,
    )
    db.add(row)
    db.flush()
    assert row.id not in first
    assert not {row.id, *first} & set(take_ids(db, RightEventRow, 3))


def test_each_value_is_its_own_whatever_stood_before_it(db):
    """A value made for the driver is used again for the same one only."""
    make_people(db)
    run = Run(
        organisation_id=2, user_id=2, kind=RunKind.RIGHTS, state=RunState.DRAFT, file_name="",
        stored_name="", file_size=0, sha256="", created_at=NOW, counts={},
    )  # fmt: skip
    db.add(run)
    db.flush()
    told = [None, [["one"]], [["two"]], None, []]
    names = ("run_id", "line", "state", "number", "problems")
    pour(
        db,
        ImportLine,
        names,
        [(run.id, line, LineState.REJECTED, "", one) for line, one in enumerate(told)],
    )
    found = db.scalars(select(ImportLine.problems).order_by(ImportLine.line)).all()
    assert found == told


def test_what_is_poured_is_found_by_its_letters(database, db):
    make_people(db)
    pce = make_pce(db, holder_id=1)
    model = make_right(db, pce, 2, search="gymnase nord")
    names = [column.name for column in AccessRight.__table__.columns]
    row = {name: getattr(model, name) for name in names}
    ids = take_ids(db, AccessRight, 900)
    more = ({**row, "id": one, "uid": f"{one}", "search": f"piscine {one}"} for one in ids)
    pour(db, AccessRight, names, (tuple(one.values()) for one in more))
    if database.sqlite:
        found = text("SELECT rowid FROM rights_search WHERE rights_search MATCH 'piscine'")
        assert set(db.scalars(found)) == set(ids)


def test_the_collector_waits_for_the_last_who_is_at_work():
    inside, leave = threading.Event(), threading.Event()

    def work():
        with uncollected():
            inside.set()
            leave.wait(10)

    other = threading.Thread(target=work)
    with uncollected():
        other.start()
        assert inside.wait(10)
        assert not gc.isenabled()
    assert not gc.isenabled()
    leave.set()
    other.join()
    assert gc.isenabled()


def test_the_collector_comes_back_after_a_failure():
    with pytest.raises(ValueError, match="read"), uncollected():
        raise ValueError("read")
    assert gc.isenabled()
