"""Who reads no PCE yet is told what of their own declarations waits."""

from datetime import date

from data.rights.queries import get_awaited_rights
from data.rights.types import PendingRight, RightState
from tests.factories import PCE, make_pce, make_right

OTHERS = ("09999999910002", "09999999910003", "09999999910004", "09999999910005")


def test_what_waits_is_counted_by_whom_it_waits_for(db, people, bob):
    waits = [
        (PCE, 2, RightState.PENDING, date(2026, 11, 10)),
        (OTHERS[0], 2, RightState.RECHECK, date(2026, 11, 2)),
        (OTHERS[1], 2, RightState.RECHECK, date(2026, 11, 4)),
        (OTHERS[2], 2, RightState.REFUSED, date(2026, 10, 1)),
        (OTHERS[3], 1, RightState.PENDING, date(2026, 9, 1)),  # of others
    ]
    for number, organisation, state, day in waits:
        pce = make_pce(db, number, holder_id=1)
        make_right(db, pce, organisation, state=state, declared_on=day)
    found = get_awaited_rights(db, bob)
    assert found == PendingRight(holders=1, distributor=2, since=date(2026, 11, 2))
    assert found.total == 3


def test_nothing_waits_since_no_day(db, people, bob):
    assert get_awaited_rights(db, bob) == PendingRight()
