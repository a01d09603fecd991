"""Messages about thresholds become one line a site and threshold, or one a threshold."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from core.errors import Invalid, NotFound
from data.metering.prices import actions as prices
from data.metering.prices.rules.checks import SCALE
from data.metering.prices.types import PriceDraft, PriceKind, PriceUnit
from data.notifications.models import NoticeEvent
from data.notifications.rules.words import story_of
from data.notifications.types import NotificationKind
from data.thresholds import actions, queries
from data.thresholds.models import Episode
from data.thresholds.rules.raises import limit_percent, raise_draft
from data.thresholds.rules.recent_days import get_recent_days
from data.thresholds.types import ThresholdKind, ThresholdPeriod, ThresholdScope, WeekLimits
from data.thresholds.types.alerts import AlertState, AlertTab, RaiseProposal
from tests.components.notifications.made import an_episode
from tests.data.thresholds import making
from tests.factories import NOW, make_pce

SITES = [f"0999999991000{number}" for number in range(1, 6)]


@pytest.fixture
def rung(db, people):
    """One threshold that rang on five sites and is over, and an open one on the first site."""
    start = making.on(0)
    viewer = making.viewer_on(start)
    pces = [make_pce(db, number, holder_id=1, alias=f"Site {number[-1]}") for number in SITES]
    everywhere = making.draft(name="Partout", scope=ThresholdScope(tuple(SITES)))
    month = making.draft(
        period=ThresholdPeriod.MONTH,
        values_wh=(150 * making.KWH,) * 12,
        warn_at=None,
        scope=ThresholdScope(tuple(SITES[:1])),
    )
    for draft in (everywhere, month):
        actions.create(db, viewer, draft, now=making.at(start))
    for pce in pces:
        making.tell(db, pce.id, {making.on(1): 50, making.on(2): 140, making.on(3): 60})
        pce.data_until = making.on(3)
    making.judge(db)
    db.flush()


def read(db, viewer, tab=AlertTab.TO_SEE, text=""):
    return queries.list_alerts(db, viewer, tab, text, now=NOW)


def test_messages_are_lines_by_site_and_threshold(db, rung, alice):
    shown = read(db, alice)
    opened, back = shown.sections
    assert (opened.state, opened.total, back.state, back.total) == (
        AlertState.OPEN, 1, AlertState.BACK, 1,
    )  # fmt: skip
    (block,) = back.blocks
    assert (block.total, block.episodes, len(block.alerts)) == (5, 5, 5)
    assert block.head.row.excess_wh == 40 * making.KWH
    assert shown.counts.messages == 1 + block.messages
    assert (shown.counts.to_see, shown.counts.open) == (2, (1, 0, 0))


def test_a_search_keeps_the_sites_that_it_finds(db, rung, alice):
    (section,) = read(db, alice, text="site 3").sections
    assert [block.head.row.alias for block in section.blocks] == ["Site 3"]
    assert read(db, alice, text="zz").sections == ()


def test_a_threshold_that_rings_for_little_is_raised_at_once(db, rung, alice, bob):
    """A limit of 100 kWh exceeded at 140 still rings; at 104, a limit of 105 would not."""
    block = read(db, alice).sections[1].blocks[0]
    number = block.head.key.threshold_id
    assert block.raising is None
    three = select(Episode.id).where(Episode.threshold_id == number).order_by(Episode.id).limit(3)
    db.execute(
        update(Episode).where(Episode.id.in_(list(db.scalars(three)))).values(peak_wh=112_000)
    )
    assert read(db, alice).sections[1].blocks[0].raising == RaiseProposal(5, 3, 15)
    db.execute(update(Episode).where(Episode.threshold_id == number).values(peak_wh=104_000))
    assert read(db, alice).sections[1].blocks[0].raising == RaiseProposal(5, 5, 5)
    with pytest.raises(NotFound):
        actions.raise_threshold(db, bob, number, now=NOW)
    before = queries.get_threshold(db, alice, number)
    version = actions.raise_threshold(db, alice, number, now=NOW)
    raised = queries.get_threshold(db, alice, number)
    assert (raised.draft.values_wh, raised.version) == ((105_000,), version)
    assert read(db, alice).sections[1].blocks[0].raising is None  # until the new value rings
    with pytest.raises(Invalid):  # a colleague, or a second press
        actions.raise_threshold(db, alice, number, now=NOW)
    actions.undo_raise(db, alice, number, version, now=NOW)
    assert queries.get_threshold(db, alice, number).draft == before.draft
    with pytest.raises(Invalid):  # no longer the latest version
        actions.undo_raise(db, alice, number, version, now=NOW)
    with pytest.raises(Invalid):  # no raise
        actions.undo_raise(db, alice, number, version + 1, now=NOW)


def test_a_wider_gap_is_compared_from_the_year_before():
    """10 % allowed: limits are 110 % of the year before, and 115 % once raised."""
    draft = making.draft(ThresholdKind.RELATIVE, percent=10)
    assert raise_draft(draft, 5).percent == 15
    assert limit_percent(draft) == 110
    assert limit_percent(raise_draft(draft, 5)) == 115


def test_seen_on_all_sites_leaves_what_is_to_be_seen(db, rung, alice, bob, charlie):
    threshold = read(db, alice).sections[1].blocks[0].head.key.threshold_id
    for viewer in (bob, charlie):
        assert read(db, viewer).sections == ()
        with pytest.raises(NotFound):
            actions.mark_threshold_seen(db, viewer, threshold, now=NOW)
    assert actions.mark_threshold_seen(db, alice, threshold, now=NOW) == 5
    assert [section.state for section in read(db, alice).sections] == [AlertState.OPEN]
    (section,) = read(db, alice, AlertTab.SEEN).sections
    assert section.sites == 5
    assert actions.mark_back_seen(db, alice, now=NOW) == 0


def test_seen_costs_the_same_for_any_number_of_sites_and_is_undone(db, people, alice, bob):
    start, numbers = making.on(0), [f"099999999920{number:02d}" for number in range(40)]
    pces = [make_pce(db, number, holder_id=1) for number in numbers]
    threshold = actions.create(
        db, making.viewer_on(start), making.draft(scope=ThresholdScope(tuple(numbers))),
        now=making.at(start),
    )  # fmt: skip
    for pce in pces:
        making.tell(db, pce.id, {making.on(1): 140})
        pce.data_until = making.on(1)
    making.judge(db)
    db.flush()
    before = read(db, alice)
    statements = []
    event.listen(db.connection(), "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert actions.mark_threshold_seen(db, alice, threshold, now=NOW) == len(numbers)
    assert len(statements) <= 8
    assert read(db, alice).sections == ()
    for viewer, moment in ((bob, NOW), (alice, NOW - timedelta(seconds=1))):
        actions.restore_seen(db, viewer, moment, now=NOW)
        assert read(db, alice).sections == ()
    with pytest.raises(Invalid):
        actions.restore_seen(db, alice, NOW, now=NOW + timedelta(days=1))
    actions.restore_seen(db, alice, NOW, now=NOW)
    assert read(db, alice) == before


def test_days_are_compared_as_their_threshold_compares_them():
    first, draft = an_episode().last - timedelta(days=2), making.draft()
    energy = {first: 4_000_000, first + timedelta(days=2): 11_000_000}
    month = get_recent_days(an_episode(limit_wh=14_000_000), energy, draft)
    assert month.values_wh[-3:] == (4_000_000, None, 15_000_000)
    assert month.over[-3:] == (False, False, True)
    day = get_recent_days(an_episode(period=ThresholdPeriod.DAY, limit_wh=3_000_000), energy, draft)
    assert (day.values_wh[-1], day.over[-3:], day.limit_wh) == (
        11_000_000, (True, False, True), 3_000_000,
    )  # fmt: skip
    closed = replace(draft, week=WeekLimits(closed_wh=12_000_000, closed_on=tuple(range(7))))
    day = get_recent_days(an_episode(period=ThresholdPeriod.DAY), energy, closed)
    assert (day.over[-1], day.limit_wh, day.last_limit_wh) == (False, None, 12_000_000)
    drift = get_recent_days(an_episode(kind=ThresholdKind.RELATIVE), energy, draft)
    assert (drift.limit_wh, drift.over[-1]) == (None, True)
    warned = get_recent_days(
        an_episode(period=ThresholdPeriod.YEAR, exceeded_on=None), energy, draft
    )
    assert not any(warned.over)
    assert get_recent_days(an_episode(), {}, draft) is None


def test_what_exceeded_its_limit_says_what_its_excess_costs(db, rung, alice):
    unit = PriceUnit.EUR_MWH
    price = PriceDraft("Gaz", PriceKind.VARIABLE, unit, 50 * SCALE[unit], making.on(-400))
    prices.add(db, alice, price, now=NOW)
    (block,) = read(db, alice).sections[1].blocks
    assert block.head.excess_cents == 200  # of 40 kWh


def test_a_message_of_return_says_how_long_how_much_and_its_cost(db, people, alice):
    unit = PriceUnit.EUR_MWH
    price = PriceDraft("Gaz", PriceKind.VARIABLE, unit, 50 * SCALE[unit], making.on(-400))
    prices.add(db, alice, price, now=NOW)
    pce, start = make_pce(db, SITES[0], holder_id=1), making.on(0)
    draft = making.draft(scope=ThresholdScope((SITES[0],)))
    actions.create(db, making.viewer_on(start), draft, now=making.at(start))
    making.tell(db, pce.id, {making.on(1): 130, making.on(2): 140, making.on(3): 60})
    pce.data_until = making.on(3)
    making.judge(db)
    db.flush()
    query = select(NoticeEvent).where(NoticeEvent.kind == NotificationKind.THRESHOLD_NORMAL)
    said = story_of(db.scalars(query).one()).replace("\u00a0", " ")
    assert said.endswith("Le dépassement a duré 2 jours : 70 kWh de trop, soit 3,50 €.")
