"""The grid, the counts, the queue and the figures: the database's, and of the viewer alone."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from core.access import Role
from core.errors import Forbidden
from core.i18n import PARIS
from core.paging import RowBlock
from data.controls import actions, queries
from data.controls.models import Control
from data.controls.types import (
    ControlFilter,
    ControlFolder,
    ControlSort,
    JudgedProof,
    Motive,
    Urgency,
    Workload,
)
from data.rights.models import AccessRight
from data.rights.types import ProofState
from jobs import controls as job
from tests.data.controls.proofs import (
    ACCEPT,
    AGAIN,
    DELAYS,
    OTHER,
    REJECT,
    asked,
    control_of,
    decided,
    make_rights,
    piece,
    row,
    sent,
)
from tests.factories import NOW, PCE, make_user

pytestmark = pytest.mark.dialect

TODAY = date(2026, 11, 24)  # a Tuesday
FAR = "09999999910009"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def grid(db, bob, dora, rights, controls):
    """Bob's three, one of them sent, and one of charlie's; each with its own deadline."""
    make_rights(db, [FAR], organisation_id=3, site="Piscine", site_key="piscine",
                search="piscine 09999999910009")  # fmt: skip
    (far,) = asked(db, dora, [db.query(AccessRight.uid).filter_by(number=FAR).scalar()])
    sent(db, bob, controls[:1])
    days = dict(zip([*controls, far], (-2, 2, 9, 40), strict=True))
    for uid, left in days.items():
        due, mine = TODAY + timedelta(days=left), update(Control).where(Control.uid == uid)
        db.execute(mine.values(due_on=due, told_due_on=due))
    return [*controls, far]


def uids(db, viewer, wanted=queries.EVERY, **values):
    return [one.uid for one in queries.list_controls(db, viewer, wanted, **values)[0]]


def test_a_page_is_sorted_cut_and_counted(db, dora, grid):
    assert uids(db, dora) == grid
    assert uids(db, dora, sort=ControlSort.NUMBER, descending=True) == grid[::-1]
    rows, total = queries.list_controls(db, dora, block=RowBlock(2, 1))
    assert ([one.uid for one in rows], total) == (grid[1:3], 4)
    assert queries.list_controls(db, dora, block=RowBlock(0), total=9) == ([], 9)


@pytest.mark.parametrize("sort", list(ControlSort))
@pytest.mark.parametrize("descending", [False, True])
def test_every_order_gives_every_control_once(db, dora, grid, sort, descending):
    assert sorted(uids(db, dora, sort=sort, descending=descending)) == sorted(grid)


def test_what_has_no_value_comes_last(db, dora, grid):
    actions.assign(db, dora, grid[1:2], 4, now=NOW)
    for descending in (False, True):
        by_owner = uids(db, dora, sort=ControlSort.OWNER, descending=descending)
        by_deposit = uids(db, dora, sort=ControlSort.SENT, descending=descending)
        assert (by_owner[0], by_deposit[0]) == (grid[1], grid[0])


def test_a_row_says_what_is_due(db, bob, dora, grid):
    found = [row(db, dora, uid) for uid in grid]
    assert [one.days_left for one in found] == [-2, 2, 9, 40]
    assert [one.urgency for one in found] == [
        Urgency.LATE,
        Urgency.URGENT,
        Urgency.SOON,
        Urgency.CALM,
    ]
    assert [one.open for one in found] == [True] * 4
    first = found[0]
    assert (first.number, first.site, first.third_party, first.holder) == (
        PCE,
        "Lycée des Tilleuls",
        "Organisation de bob",
        "Lycée des Tilleuls",
    )
    decided(db, dora, grid[0])
    assert row(db, dora, grid[0]).urgency is None
    assert not row(db, dora, grid[0]).open
    job._apply(db, LATER)
    assert row(db, bob, grid[0]).urgency is None


def test_what_was_sent_presses_its_third_party_no_more(db, bob, dora, grid):
    theirs = [row(db, bob, uid).urgency for uid in grid[:3]]
    assert theirs == [None, Urgency.URGENT, Urgency.SOON]
    late = ControlFilter(boxes=(ControlFolder.OVERDUE,))
    assert (uids(db, bob, late), uids(db, dora, late)) == ([], grid[:1])
    assert (
        queries.get_control_totals(db, bob).overdue,
        queries.get_control_totals(db, dora).overdue,
    ) == (0, 1)
    assert queries.count_boxes(db, bob)[ControlFolder.OVERDUE] == 0


def test_what_waits_for_the_viewer_comes_first_and_what_is_decided_last(db, bob, dora, grid):
    assert uids(db, bob) == [*grid[1:3], grid[0]]  # sent: the distributor's turn
    assert uids(db, bob, descending=True) == [grid[2], grid[1], grid[0]]
    assert uids(db, dora, descending=True) == grid[::-1]
    decided(db, dora, grid[0])
    assert uids(db, dora) == [*grid[1:], grid[0]]


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ({"text": "tilleuls"}, [0, 1, 2]),
        ({"text": "PISCINE"}, [3]),
        ({"text": "lycee 9999910002"}, [1]),
        ({"text": "099 999 999 100 02"}, [1]),
        ({"text": "999 100 09"}, [3]),
        ({"text": "02 100 999"}, []),
        ({"text": "100%"}, []),
        ({"states": (ProofState.UNDER_CHECK,)}, [0]),
        ({"states": (ProofState.AWAITED, ProofState.UNDER_CHECK)}, [0, 1, 2, 3]),
        ({"boxes": (ControlFolder.OPEN,)}, [0, 1, 2, 3]),
        ({"boxes": (ControlFolder.OVERDUE,)}, [0]),
        ({"boxes": (ControlFolder.THIS_WEEK,)}, [1]),
        ({"boxes": (ControlFolder.THIS_WEEK, ControlFolder.OVERDUE)}, []),
        ({"organisation_id": 3}, [3]),
        ({"owner_id": 0}, [0, 1, 2, 3]),
        ({"owner_id": 4}, []),
        ({"due_first": TODAY}, [1, 2, 3]),
        ({"due_last": TODAY + timedelta(days=9)}, [0, 1, 2]),
    ],
)
@pytest.mark.sampled
def test_a_filter_keeps_what_it_says(db, dora, grid, wanted, places):
    assert uids(db, dora, ControlFilter(**wanted)) == [grid[place] for place in places]


def test_a_filter_names_rights_campaigns_and_a_selection(db, dora, grid, rights):
    campaign = row(db, dora, grid[3]).campaign
    assert uids(db, dora, ControlFilter(campaign=campaign)) == grid[3:]
    assert uids(db, dora, ControlFilter(right=rights[1])) == grid[1:2]
    assert uids(db, dora, ControlFilter(uids=tuple(grid[:2]))) == grid[:2]
    assert queries.find_uids(db, dora, ControlFilter(text="tilleuls"), limit=2) == tuple(grid[:2])


def test_a_third_party_filters_among_its_own(db, bob, grid):
    assert sorted(uids(db, bob, ControlFilter(organisation_id=3))) == sorted(grid[:3])
    assert sorted(uids(db, bob, ControlFilter(owner_id=4))) == sorted(grid[:3])
    assert uids(db, bob, ControlFilter(boxes=(ControlFolder.THIS_WEEK,))) == grid[1:2]
    assert uids(db, bob, ControlFilter(uids=tuple(grid[3:]))) == []


def test_each_choice_tells_how_many_it_has(db, bob, dora, grid):
    actions.stage(db, bob, grid[1:2], [piece()], now=NOW)
    awaited = ControlFilter(states=(ProofState.AWAITED,), boxes=(ControlFolder.OPEN,))
    assert queries.count_states(db, dora, awaited)[ProofState.UNDER_CHECK] == 1
    assert queries.count_states(db, dora, ControlFilter(text="piscine")) == {
        ProofState.AWAITED: 1,
        ProofState.UNDER_CHECK: 0,
        ProofState.ACCEPTED: 0,
        ProofState.REJECTED: 0,
    }
    boxes = queries.count_boxes(db, bob, ControlFilter(boxes=(ControlFolder.OVERDUE,)))
    assert boxes == {
        ControlFolder.OPEN: 3,
        ControlFolder.OVERDUE: 0,
        ControlFolder.THIS_WEEK: 1,
        ControlFolder.STAGED: 1,
        ControlFolder.UNREAD: 0,
    }
    assert uids(db, bob, ControlFilter(boxes=(ControlFolder.STAGED,))) == grid[1:2]
    assert queries.count_third_parties(db, dora, ControlFilter(organisation_id=3)) == (
        (2, "Organisation de bob", 3),
        (3, "Organisation de charlie", 1),
    )


def test_the_figures_on_top(db, bob, dora, grid):
    actions.assign(db, dora, grid[:1], 4, now=NOW)
    found = queries.get_control_totals(db, dora)
    assert (found.controls, found.pces, found.open, found.closed) == (4, 4, 4, 0)
    assert (found.overdue, found.this_week, found.to_do) == (1, 1, 1)
    assert (
        queries.get_control_totals(db, bob).overdue,
        queries.get_control_totals(db, bob).this_week,
    ) == (0, 1)
    assert found.states[ProofState.AWAITED] == 3
    decided(db, dora, grid[0])
    assert queries.get_control_totals(db, bob).open == 3
    job._apply(db, LATER)
    assert queries.get_control_totals(db, bob).open == 2
    assert queries.get_control_totals(db, bob).states[ProofState.ACCEPTED] == 1


def test_a_pce_that_is_controlled_twice_is_counted_once(db, bob, dora, rights):
    (uid,) = asked(db, dora, rights[:1])
    sent(db, bob, [uid])
    decided(db, dora, uid)
    job._apply(db, LATER)
    asked(db, dora, rights[:1])
    found = queries.get_control_totals(db, dora)
    assert (found.controls, found.pces) == (2, 1)
    assert control_of(db, rights[0]).uid != uid


def test_the_queue_is_what_was_sent_the_most_pressing_first(db, bob, dora, grid):
    queue = ControlFilter(states=(ProofState.UNDER_CHECK,))
    sent(db, bob, grid[1:3])
    assert uids(db, dora, queue) == grid[:3]
    actions.assign(db, dora, grid[1:2], 4, now=NOW)
    assert uids(db, dora, replace(queue, owner_id=4)) == grid[1:2]
    assert uids(db, dora, replace(queue, owner_id=0)) == [grid[0], grid[2]]


def test_the_workload_of_each(db, bob, dora, grid):
    sent(db, bob, grid[1:2])
    actions.assign(db, dora, grid[:1], 4, now=NOW)
    assert queries.list_workloads(db, dora) == (
        Workload(None, "", 1, 2, 0),
        Workload(4, "Dora", 1, 0, 1),
    )
    later = replace(dora, today=TODAY + timedelta(days=365))  # what is awaited is late as well
    loads = queries.list_workloads(db, later)
    assert [(one.owner, one.overdue) for one in loads] == [("", 3), ("Dora", 1)]
    assert sum(one.overdue for one in loads) == queries.get_control_totals(db, later).overdue
    assert [one.name for one in queries.list_managers(db, dora)] == ["Dora"]


def test_what_waits_for_one_is_counted_alike_wherever_it_is(db, bob, dora, grid):
    eve = make_user(db, organisation_id=4, email="eve@reseau.example", role=Role.ACCOUNT_MANAGER)
    sent(db, bob, grid[1:3])
    actions.assign(db, dora, grid[:1], 4, now=NOW)
    actions.assign(db, dora, grid[1:2], eve.id, now=NOW)
    wanted = ControlFilter(for_viewer=True)
    for viewer, due in ((dora, [grid[0], grid[2]]), (bob, [])):
        rows, count = queries.list_controls(db, viewer, wanted)
        assert [one.uid for one in rows] == due
        assert (
            count == queries.count_to_do(db, viewer) == queries.get_control_totals(db, viewer).to_do
        )


def test_how_decisions_go(db, bob, dora, controls):
    for uid, days, ruling in zip(controls, (1, 2, 9), (ACCEPT, REJECT, REJECT), strict=True):
        sent(db, bob, [uid], now=NOW)
        decided(db, dora, uid, ruling, now=NOW + timedelta(days=days))
    undone = NOW + timedelta(days=9)
    actions.undo(db, dora, controls[2:], now=undone)
    decided(db, dora, controls[2], AGAIN, now=undone)
    found = queries.get_service_levels(db, dora, TODAY, TODAY + timedelta(days=30))
    assert (found.decisions, found.median_days) == (3, 2.0)
    assert (found.accepted, found.resubmissions, found.rejected, found.late) == (1, 1, 1, 0)
    assert found.motives == ((Motive.HOLDER, 1),)
    late = datetime(2027, 3, 1, 7, tzinfo=PARIS)
    job._apply(db, late)  # until its third party is told, nothing is late
    assert job._late(db, late, DELAYS) == 1
    after = queries.get_service_levels(db, dora, date(2027, 3, 1), date(2027, 3, 1))
    assert (after.decisions, after.median_days, after.late) == (1, None, 1)
    assert after.motives == ((Motive.NOTHING_SENT, 1),)
    for one in (found, after):
        assert one.decisions == one.accepted + one.resubmissions + one.rejected
        assert one.rejected == sum(count for _motive, count in one.motives)


def test_the_distributor_s_figures_are_its_own(db, bob, controls):
    for read in (
        lambda: queries.list_workloads(db, bob),
        lambda: queries.list_managers(db, bob),
        lambda: queries.count_third_parties(db, bob),
        lambda: queries.get_service_levels(db, bob, TODAY, TODAY),
    ):
        with pytest.raises(Forbidden):
            read()


def test_what_one_proof_covers_is_found_and_its_pieces_named(db, bob, dora, controls):
    deposit = sent(db, bob, controls, piece("mandat.pdf"), piece("cachet.png"))
    found = queries.list_proofs(db, dora, controls)
    assert found == dict.fromkeys(controls, JudgedProof(deposit, ("mandat.pdf", "cachet.png")))
    one = queries.get_control(db, dora, controls[0], now=NOW)
    assert queries.list_alike(db, dora, one) == dict.fromkeys(controls, 2)
    sent(db, bob, controls[2:])  # another proof took the place
    decided(db, dora, controls[1], REJECT)
    assert queries.list_alike(db, dora, one) == {controls[0]: 2}
    assert queries.list_alike(db, dora, None) == {}
    with pytest.raises(Forbidden):
        queries.list_alike(db, bob, one)
    with pytest.raises(Forbidden):
        queries.list_proofs(db, bob, controls)


def test_a_number_is_found_however_it_is_typed(db, dora, grid):
    assert uids(db, dora, ControlFilter(text=OTHER)) == grid[1:2]
    assert uids(db, dora, replace(queries.EVERY, text="9999910002")) == grid[1:2]
