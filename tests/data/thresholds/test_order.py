"""Whatever the order of arrival, the repeats, the corrections and the moments of evaluation.

A machine tells the story of one site piece by piece, evaluates when it likes, changes, pauses and
tags as people do. In the end another site, under the same thresholds, hears the same statements
shuffled and is evaluated once: its episodes are the same, and are what the pure rules say of the
readings kept. The suite tells two stories; `make proofs` tells a thousand on each database
(`PORTAL_EXAMPLES=1000`) and prints how many.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from data.metering.consumption.models import Reading
from data.metering.consumption.types import Quality
from data.metering.pces.actions import set_tags
from data.metering.pces.models import Pce
from data.notifications.models import NoticeEvent
from data.thresholds import actions
from data.thresholds.actions.evaluation_loader import rules_of, watched
from data.thresholds.models import Episode
from data.thresholds.queries.versions import read_exceedance
from data.thresholds.rules import evaluators
from data.thresholds.rules.evaluation import evaluate_segments as replay
from data.thresholds.rules.evaluation import segments_in_force
from data.thresholds.types import (
    EpisodeState,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
    Version,
)
from tests.choosing import size
from tests.conftest import empty
from tests.data.thresholds.making import KWH, at, draft, judge, stated, tell, viewer_on
from tests.factories import PCE, make_pce, make_people

EXAMPLES = size("PORTAL_EXAMPLES", 12)
OTHER = "09999999910002"
START = date(2026, 2, 8)  # three weeks of a short month, then the next; the year before is told too
WIDTH = 45
ABSENT = None
FIXED, RELATIVE, LOW = ThresholdKind.FIXED, ThresholdKind.RELATIVE, ThresholdKind.LOW

values = st.sampled_from([0, 0, 50, 79, 80, 81, 94, 95, 96, 100, 101, 120, 300, ABSENT])
places = st.integers(0, WIDTH)
kinds = st.sampled_from(
    [
        (FIXED, ThresholdPeriod.DAY),
        (FIXED, ThresholdPeriod.MONTH),
        (FIXED, ThresholdPeriod.YEAR),
        (LOW, ThresholdPeriod.DAY),
        (RELATIVE, ThresholdPeriod.DAY),
        (RELATIVE, ThresholdPeriod.MONTH),
    ]
)


@st.composite
def drafts(draw):
    kind, period = draw(kinds)
    by_day = period is ThresholdPeriod.DAY
    limit = draw(st.sampled_from([90, 100])) * KWH
    limits = {
        (FIXED, ThresholdPeriod.DAY): (limit,),
        (FIXED, ThresholdPeriod.MONTH): (8 * limit,) * 12,
        (FIXED, ThresholdPeriod.YEAR): (20 * limit,),
        (LOW, ThresholdPeriod.DAY): (draw(st.sampled_from([0, 50 * KWH])),),
    }
    return draft(
        kind,
        period,
        values_wh=limits.get((kind, period), ()),
        percent=draw(st.sampled_from([0, 10, -5])),
        warn_at=draw(st.sampled_from([None, 80, 100])),
        hysteresis=draw(st.sampled_from([0, 5])),
        consecutive=draw(st.integers(1, 3)) if by_day else 1,
        valid_to=draw(st.sampled_from([None, None, None, START + timedelta(days=30)])),
    )


several = st.lists(drafts(), min_size=3, max_size=5, unique_by=lambda one: (one.kind, one.period))
deliveries = st.lists(
    st.tuples(places, values, st.sampled_from([Quality.MEASURED, Quality.ESTIMATED])), max_size=12
)


# Something of a life: runs of days near the limit, under it, over it, silent.
busy = st.lists(
    st.tuples(st.sampled_from([50, 50, 81, 94, 97, 100, 101, 120, 0, ABSENT]), st.integers(1, 6)),
    min_size=8,
    max_size=20,
).map(lambda runs: [kwh for kwh, days in runs for _ in range(days)][:WIDTH])


@st.composite
def quiet(draw):
    """Far under every limit but for a day or two: what a correction takes away, SQL must find."""
    days = [draw(st.sampled_from([1, 10, 50]))] * WIDTH
    for place in draw(st.lists(st.integers(0, WIDTH - 1), max_size=2)):
        days[place] = draw(st.sampled_from([0, 85, 120, 900, 2500]))
    return days


histories = st.one_of(quiet(), busy)


def told_days(drawn, years: int = 0):
    first = START.replace(year=START.year - years)
    return [
        stated(
            first + timedelta(days=place), kwh, **({} if kwh is ABSENT else {"quality": quality})
        )
        for place, kwh, quality in drawn
    ]


class Story(RuleBasedStateMachine):
    """One site told in any order, beside another told at once."""

    def __init__(self, db) -> None:
        super().__init__()
        self.db = db
        self.today = START
        self.said = []
        self.paused: set[int] = set()

    @initialize(
        drawn=several, tagged=st.booleans(), usual=histories, before=histories, known=places
    )
    def begin(self, drawn, tagged, usual, before, known) -> None:
        make_people(self.db)
        self.ids = [make_pce(self.db, n, holder_id=1).id for n in (PCE, OTHER)]
        scope = ThresholdScope(tag="Sport") if tagged else ThresholdScope((PCE, OTHER))
        self.tagged = tagged
        self.drafts = {self.create(one): one for one in (replace(d, scope=scope) for d in drawn)}
        if tagged:
            set_tags(
                self.db, viewer_on(self.today), [PCE, OTHER], add=["Sport"], now=at(self.today)
            )
            judge(self.db, at(self.today))
        self.deliver([(n, kwh, Quality.MEASURED) for n, kwh in enumerate(before)], 0, 1)
        self.rest = [(n, kwh, Quality.MEASURED) for n, kwh in enumerate(usual)]
        self.go_on(known)

    @rule(days=st.integers(1, 15))
    def go_on(self, days) -> None:
        """The next days, as they usually come: what is open in a month is judged in the next."""
        self.deliver(self.rest[:days], 0, 0)
        del self.rest[:days]
        self.evaluate()

    def create(self, one):
        return actions.create(self.db, viewer_on(self.today), one, now=at(self.today))

    @rule(drawn=deliveries, as_of=st.integers(0, 5), years=st.sampled_from([0, 0, 0, 1]))
    def deliver(self, drawn, as_of, years) -> None:
        days = told_days(drawn, years)
        if days:
            self.said.append((days, date(2026, 5, 1) + timedelta(days=as_of)))
            tell(self.db, self.ids[0], *self.said[-1])

    @rule(first=places, kwh=values, length=st.integers(2, 20), as_of=st.integers(0, 5))
    def deliver_a_stretch(self, first, kwh, length, as_of) -> None:
        drawn = [(first + n, kwh, Quality.MEASURED) for n in range(length)]
        self.deliver(drawn, as_of, 0)

    @rule(place=places, kwh=st.sampled_from([0, 120, 900, 2500]), late=st.booleans())
    def tell_what_was_not_so(self, place, kwh, late) -> None:
        """A day that is corrected after it was judged; or its correction comes first."""
        told = [([(place, kwh, Quality.MEASURED)], 0), ([(place, 10, Quality.MEASURED)], 6)]
        for drawn, as_of in reversed(told) if late else told:
            self.deliver(drawn, as_of, 0)
            self.evaluate()

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def repeat(self, data) -> None:
        tell(self.db, self.ids[0], *data.draw(st.sampled_from(self.said)))

    @rule()
    def evaluate(self) -> None:
        judge(self.db, at(self.today))
        assert judge(self.db, at(self.today)) == (0, 0)

    @rule(days=st.integers(1, 20))
    def wait(self, days) -> None:
        self.today += timedelta(days=days)

    @rule(data=st.data(), scale=st.sampled_from([1, 2]))
    def change_its_values(self, data, scale) -> None:
        self.wait(1)
        key = data.draw(st.sampled_from(sorted(self.drafts)))
        one = self.drafts[key]
        scaled = tuple(value * scale for value in one.values_wh)
        changed = replace(one, values_wh=scaled)
        actions.change(self.db, viewer_on(self.today), key, changed, now=at(self.today))

    @rule(data=st.data())
    def pause_or_resume(self, data) -> None:
        self.wait(1)
        key = data.draw(st.sampled_from(sorted(self.drafts)))
        act = actions.resume if key in self.paused else actions.pause
        act(self.db, viewer_on(self.today), [key], now=at(self.today))
        self.paused ^= {key}

    @precondition(lambda self: self.tagged)
    @rule(put=st.booleans())
    def tag(self, put) -> None:
        self.wait(1)
        tags = {"add": ["Sport"]} if put else {"remove": ["Sport"]}
        set_tags(self.db, viewer_on(self.today), [PCE, OTHER], **tags, now=at(self.today))
        judge(self.db, at(self.today))  # who is watched is seen to on the day it changes

    def teardown(self) -> None:
        if not hasattr(self, "drafts"):
            return
        for days, as_of in sorted(self.said, key=lambda one: (-one[1].toordinal(), len(one[0]))):
            tell(self.db, self.ids[1], days, as_of)
        judge(self.db, at(self.today), most=1)
        for key in self.drafts:
            one, other = (self.standing(key, pce_id) for pce_id in self.ids)
            assert one == other
            assert one == self.by_the_rules(key, self.ids[0])
        self.check_what_was_told()

    def standing(self, key, pce_id):
        self.db.flush()
        rows = self.db.scalars(
            select(Episode)
            .where(Episode.pce_id == pce_id, Episode.threshold_id == key)
            .where(Episode.state != EpisodeState.WITHDRAWN)
            .order_by(Episode.first_day)
            .execution_options(populate_existing=True)
        )
        return [(row.state, read_exceedance(row)) for row in rows]

    def by_the_rules(self, key, pce_id):
        pair = (key, pce_id)
        site = watched(self.db, [pair], self.today).get(pair)
        segments = segments_in_force(
            rules_of(self.db, [key])[key].versions, site.spans if site else []
        )
        rows = self.db.execute(
            select(Reading.gas_day, Reading.energy_wh, Reading.quality, Reading.status)
            .where(Reading.pce_id == pce_id, Reading.energy_wh.is_not(None))
            .order_by(Reading.gas_day)
        )
        until = self.db.scalar(select(Pce.data_until).where(Pce.id == pce_id))
        found = replay([tuple(row) for row in rows], segments, until=until, today=self.today)
        return [(exceedance.state, exceedance) for exceedance in found]

    def check_what_was_told(self) -> None:
        """Each transition once; nobody is left with an exceedance that no longer stands."""
        events = list(self.db.scalars(select(NoticeEvent.key)))
        assert len(events) == len(set(events))
        told = {}
        for key in events:
            _episode, key_id, _turn, what = key.split(":")
            told.setdefault(int(key_id), []).append(what)
        rows = self.db.scalars(select(Episode)).all()
        for row in rows:
            said = told.get(row.id, [])
            mine = [one for one in rows if is_beside(one, row)]
            near = any("exceeded" in told.get(one.id, []) for one in mine)
            if row.state is not EpisodeState.WITHDRAWN:
                assert "withdrawn" not in said
                assert row.exceeded_on is None or near
            elif "exceeded" in said:  # withdrawn, or taken in by another that was told
                others = [one for one in mine if one is not row]
                assert "withdrawn" in said or any("exceeded" in told.get(o.id, []) for o in others)


def is_beside(one, row):
    return (one.pce_id, one.threshold_id) == (row.pce_id, row.threshold_id)


@given(drafts(), histories, st.lists(st.tuples(places, st.sampled_from([1, 2])), max_size=2))
def test_the_days_that_say_nothing_new_change_no_spell(one, history, changes):
    """Points are not made of a day as low as the one before; with all of them it is the same."""
    days = [
        (START + timedelta(days=place), kwh * KWH, Quality.MEASURED, 0)
        for place, kwh in enumerate(history)
        if kwh is not ABSENT
    ]
    versions = [Version(START, one)] + [
        Version(
            START + timedelta(days=place),
            replace(one, values_wh=tuple(value * scale for value in one.values_wh)),
        )
        for place, scale in sorted(changes)
    ]
    segments = segments_in_force(versions, [(date.min, date.max)])
    until, today = days[-1][0] if days else None, START + timedelta(days=WIDTH)
    found = replay(days, segments, until=until, today=today)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(evaluators, "_idle_at", lambda _draft, _limit: -1)
        assert replay(days, segments, until=until, today=today) == found


def test_the_order_of_arrival_changes_no_episode(database):
    ended = []

    def story():
        session = database.transaction()
        db = session.__enter__()
        machine = Story(db)
        finish = machine.teardown

        def undo() -> None:
            try:
                finish()
                ended.append(len(machine.said))
            finally:
                db.rollback()
                session.__exit__(None, None, None)
                if not database.sqlite:
                    empty(database)  # what is undone has used up its numbers

        machine.teardown = undo
        return machine

    run_state_machine_as_test(
        story,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    kind = "sqlite" if database.sqlite else "postgresql"
    print(f"order, {kind}: {len(ended)} stories, {sum(ended)} deliveries, each told two ways")
    assert len(ended) >= EXAMPLES
