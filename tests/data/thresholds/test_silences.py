"""Silence is told of data that should have come, of whatever kind, and from the true last day."""

from dataclasses import replace
from datetime import date

from sqlalchemy import event, select, update

from data.metering.consumption.actions import store
from data.metering.consumption.types import (
    PceDelivery,
    PeriodKind,
    PeriodStatement,
    Quality,
    Status,
)
from data.metering.pces.types import Frequency
from data.notifications.models import NoticeEvent
from data.notifications.rules.words import title_of
from data.provenance import FEED
from data.thresholds import actions
from data.thresholds.actions.evaluation_loader import WatchedPce
from data.thresholds.actions.latest_data import extend_until
from data.thresholds.models import Episode
from data.thresholds.rules.silence import counts_periods, published_at_worst
from data.thresholds.types import EpisodeState, ThresholdKind, ThresholdScope
from tests.data.thresholds.making import NOW, at, draft, judge, on, stories, tell, told, viewer_on
from tests.factories import make_grant, make_pce

EXCEEDED, NORMAL = EpisodeState.EXCEEDED, EpisodeState.NORMAL


def set_up(db, delay=7):
    kind = draft(kind=ThresholdKind.MISSING, delay=delay)
    return actions.create(db, viewer_on(on(0)), kind, now=at(on(0)))


def publish(db, pce_id, first, last):
    kind, quality = PeriodKind.PUBLISHED, Quality.MEASURED
    usual = (5_000_000, 500_000, None, None, None)
    one = PeriodStatement(kind, first, last, *usual, quality, Status.DEFINITIVE)
    store(db, pce_id, PceDelivery(None, (), (one,)), as_of=last, now=NOW, provenance=FEED)


def test_published_periods_are_data_of_a_pce_that_has_no_days(db, pce):
    """It was said to be silent since the threshold was set, with data until 2 November."""
    set_up(db)
    publish(db, pce.id, date(2026, 10, 3), date(2026, 11, 2))
    judge(db, at(date(2026, 11, 25)))
    assert stories(db) == []
    judge(db, at(date(2026, 12, 31)))  # a month and its twenty days, then the delay
    silence = date(2026, 11, 3)
    assert stories(db) == [(EXCEEDED, silence, silence, None)]
    publish(db, pce.id, date(2026, 11, 3), date(2026, 12, 2))
    judge(db, at(date(2027, 1, 2)))
    assert stories(db) == [(NORMAL, silence, silence, date(2026, 12, 2))]
    last = db.scalars(select(NoticeEvent).order_by(NoticeEvent.id.desc())).first()
    assert title_of(last).endswith("données reçues jusqu’au 2 déc. 2026")


def test_days_that_stop_are_not_hidden_by_bills_of_a_daily_site(db, people):
    pce = make_pce(db, holder_id=1, frequency=Frequency.DAILY)
    set_up(db, delay=2)
    tell(db, pce.id, {on(1): 10})
    publish(db, pce.id, on(0), on(20))
    judge(db, at(on(22)))
    assert stories(db) == [(EXCEEDED, on(2), on(2), None)]


def test_silence_is_dated_from_the_last_day_not_from_the_threshold(db, pce):
    tell(db, pce.id, {date(2026, 8, 14): 10})
    set_up(db, delay=2)
    judge(db, at(on(8)))
    true = date(2026, 8, 15)
    assert stories(db) == [(EXCEEDED, true, true, None)]
    event = db.scalars(select(NoticeEvent)).one()
    assert title_of(event).endswith("aucune donnée depuis le 15 août 2026")
    db.execute(update(Episode).values(first_day=on(0), exceeded_on=on(0)))  # as it was kept before
    assert judge(db, at(on(9))) == (1, 0)
    assert stories(db) == [(EXCEEDED, true, true, None)]
    assert judge(db, at(on(10))) == (0, 0)


def test_a_silence_that_is_stopped_and_resumed_is_the_same_one_told_again(db, pce):
    tell(db, pce.id, {on(0): 10})
    key = set_up(db, delay=2)
    judge(db, at(on(8)))
    actions.pause(db, viewer_on(on(9)), [key], now=at(on(9)))
    judge(db, at(on(9)))
    assert stories(db)[0][0] is NORMAL
    actions.resume(db, viewer_on(on(10)), [key], now=at(on(10)))
    judge(db, at(on(20)))
    assert stories(db) == [(EXCEEDED, on(1), on(1), None)]
    assert told(db) == ["data_missing", "data_missing"]


def test_a_reader_is_told_of_periods_within_their_right_only(db, pce):
    publish(db, pce.id, on(0), on(20))
    whole = (date.min, date.max)
    one = WatchedPce(1, 1, pce.id, pce.number, "", pce.frequency, whole, None)
    cut, late = replace(one, window=(on(0), on(9))), replace(one, window=(on(25), on(30)))
    found = extend_until(
        db, {(1, 1): one, (2, 1): cut, (3, 1): late, (4, 1): replace(one, window=None)}
    )
    assert [site.until for site in found.values()] == [on(20), on(9), None, None]


def test_what_is_waited_for():
    assert counts_periods(Frequency.MONTHLY, on(1))
    assert counts_periods(Frequency.DAILY, None)
    assert not counts_periods(Frequency.DAILY, on(1))
    today = date(2026, 11, 24)
    assert published_at_worst(Frequency.HALF_YEARLY, 0, today) == date(2025, 11, 1)
    assert published_at_worst(Frequency.MONTHLY, 7, today) == date(2026, 9, 27)


OTHER = "09999999910002"


def test_what_another_pce_has_ends_no_silence(db, pce):
    """Its periods, and a right that is over, were taken for those of the PCE that is silent."""
    other = make_pce(db, OTHER, holder_id=2)
    make_grant(db, other, 1, last_day=on(3))
    publish(db, other.id, on(0), on(30))
    tell(db, pce.id, {on(0): 10})
    set_up(db, delay=2)
    assert judge(db, at(on(8))) == (1, 1)
    assert judge(db, at(on(9))) == (0, 0)
    assert stories(db) == [(EXCEEDED, on(1), on(1), None)]


def test_those_that_come_back_together_are_looked_up_together(db, people):
    """A distributor mute for a week ends thousands of silences at once, each with its own day."""
    scope = ThresholdScope(tuple(f"099999999{place:05d}" for place in range(12)))
    pces = [make_pce(db, number, holder_id=1) for number in scope.pces]
    silent = draft(kind=ThresholdKind.MISSING, delay=2, scope=scope)
    actions.create(db, viewer_on(on(0)), silent, now=at(on(0)))
    judge(db, at(on(8)))
    judge(db, at(on(9)))  # what a new day asks is not counted
    asked = []
    event.listen(db.get_bind().engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    counts = []
    for some in (pces[:2], pces[2:]):
        for place, pce in enumerate(some):
            tell(db, pce.id, {on(3 + place % 3): 10})
        db.flush()
        asked.clear()
        judge(db, at(on(9)))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert sorted(ended for *_rest, ended in stories(db)) == sorted(
        on(3 + place % 3) for some in (2, 10) for place in range(some)
    )
