"""What readings say of a bill: a faithful one is never said wrong, whatever days are missing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import Invalid
from data.metering.prices.rules.costs import tariffs_of
from data.metering.prices.types import PriceDraft, PriceKind, PriceUnit
from data.money.bills.rules.limits import MOST, MOST_A_DAY, DailyBillCount
from data.money.bills.rules.sequences import (
    assess,
    corrects,
    judge_one,
    oldest_first,
    overlapping,
    related_bills,
)
from data.money.bills.rules.verdicts import bounds_of, energy_finding, findings_of, tolerance
from data.money.bills.types import (
    NO_EDGE,
    Bill,
    BillDraft,
    BillFacts,
    BillFinding,
    BillPoint,
    BillVerdict,
    Edge,
    Nature,
)

FIRST = date(2026, 1, 1)
DAY = timedelta(days=1)
COEFFICIENT = 112_000  # e4
START = 1_000_000  # dm³


class Meter:
    """A counter and what its readings say, day by day from FIRST on, a day before included."""

    def __init__(self, volumes, start=START, missing=(), estimated=()):
        self.volumes = [5000, *volumes, 7000]  # the day before, the day after
        self.start = start - 5000
        self.missing = set(missing)
        self.estimated = set(estimated)

    def index(self, day):
        """dm³ at 06:00 of *day*, a counter that shows whole m³."""
        n = (day - FIRST).days + 1
        return (self.start + sum(self.volumes[:n])) // 1000 * 1000

    def edge(self, day):
        n = (day - FIRST).days + 1
        if not 0 <= n < len(self.volumes) or day in self.missing:
            return NO_EDGE
        return Edge(self.energy(day), self.index(day), self.index(day + DAY))

    def energy(self, day):
        exact = self.volumes[(day - FIRST).days + 1] * COEFFICIENT / 10_000
        return round(exact / 1000) * 1000

    def facts(self, first, last):
        days = [first + DAY * n for n in range((last - first).days + 1)]
        known = [day for day in days if day not in self.missing]
        guessed = [day for day in known if day in self.estimated]
        return BillFacts(
            len(known),
            sum(map(self.energy, known)),
            sum(self.volumes[(day - FIRST).days + 1] for day in known),
            len(guessed),
            sum(map(self.energy, guessed)),
            (COEFFICIENT, COEFFICIENT) if known else None,
            tuple(map(self.edge, (first - DAY, first, last, last + DAY))),
            largest_day_wh=max(map(self.energy, known), default=0),
        )

    def bill(self, first, last, **values):
        """The one that is right."""
        start, end = self.index(first), self.index(last + DAY)
        energy = (end - start) * COEFFICIENT // 10_000
        right = {"start_dm3": start, "end_dm3": end, "coefficient_e4": COEFFICIENT}
        return BillDraft("09999999910001", first, last, **({"energy_wh": energy} | right | values))


VOLUMES = st.lists(st.integers(0, 60_000), min_size=3, max_size=40)


def verdict(draft, facts):
    return findings_of(draft, facts)[-1].verdict


BESIDE = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, -1)]  # one day in all


@given(VOLUMES, st.sampled_from(BESIDE), st.booleans())
@example([670, 4777, 21384, 313], (0, -1), True)  # its index is a m³ from two mornings
def test_a_right_bill_agrees_be_its_days_a_day_beside(volumes, ends, indexes):
    start, end = ends
    meter, last = Meter(volumes), FIRST + DAY * (len(volumes) - 1)
    right = meter.bill(FIRST + DAY * start, last + DAY * end)
    said = replace(right, first=FIRST, last=last)
    if not indexes:
        said = replace(said, start_dm3=None, end_dm3=None)
    found = findings_of(said, meter.facts(FIRST, last))
    assert BillVerdict.DIFFERS not in {one.verdict for one in found}, found
    assert all(one.verdict is BillVerdict.AGREES or one.by_a_day for one in found), found
    assert not indexes or not any(one.by_a_day for one in found), found


@given(VOLUMES, st.integers(-9_000_000, 9_000_000), st.booleans())
def test_what_agrees_has_no_excess_beyond_what_rounding_explains(volumes, more, indexes):
    """« 6 855 kWh de trop » stood beside a green « concorde »."""
    meter, last = Meter(volumes), FIRST + DAY * (len(volumes) - 1)
    bill = meter.bill(FIRST, last)
    bill = replace(bill, energy_wh=bill.energy_wh + more, coefficient_e4=None)
    if not indexes:
        bill = replace(bill, start_dm3=None, end_dm3=None)
    (said,) = judged(meter, bill)
    if said.verdict is BillVerdict.AGREES:
        assert abs(said.gap_wh) <= tolerance(bill, meter.facts(FIRST, last))
    for one in said.findings:
        gap, leeway = one.facts.get("gap", 0), one.facts.get("leeway", 0)
        assert one.verdict is not BillVerdict.AGREES or abs(gap) <= leeway


@given(VOLUMES, st.data())
def test_a_right_bill_never_differs_whatever_is_missing(volumes, data):
    last = FIRST + DAY * (len(volumes) - 1)
    days = [FIRST + DAY * n for n in range(-1, len(volumes) + 1)]
    missing = data.draw(st.sets(st.sampled_from(days)))
    estimated = data.draw(st.sets(st.sampled_from(days)))
    meter = Meter(volumes, missing=missing, estimated=estimated)
    bill = meter.bill(FIRST, last)
    if data.draw(st.booleans()):
        bill = replace(bill, start_dm3=None, end_dm3=None)
    found = findings_of(bill, meter.facts(FIRST, last))
    assert BillVerdict.DIFFERS not in {one.verdict for one in found}, found


@given(VOLUMES, st.integers(1, 10_000_000), st.booleans())
def test_one_that_is_wrong_by_more_than_is_tolerated_differs(volumes, more, above):
    meter, last = Meter(volumes), FIRST + DAY * (len(volumes) - 1)
    facts, bill = meter.facts(FIRST, last), meter.bill(FIRST, last)
    wrong = replace(bill, energy_wh=0)
    beyond = facts.energy_wh + facts.energy_wh // 150 + 2 * tolerance(wrong, facts) + more
    wrong = replace(wrong, energy_wh=beyond if above else -2 * tolerance(wrong, facts) - more)
    (found,) = [one for one in findings_of(wrong, facts) if one.point is BillPoint.ENERGY_OFF]
    assert (found.facts["gap"] > 0) == above


@given(VOLUMES, st.integers(-3_000_000, 3_000_000), st.data())
def test_no_day_explains_a_gap_larger_than_every_day(volumes, more, data):
    days = [FIRST + DAY * n for n in range(-1, len(volumes) + 1)]
    meter = Meter(volumes, missing=data.draw(st.sets(st.sampled_from(days), max_size=3)))
    last = FIRST + DAY * (len(volumes) - 1)
    facts, bill = meter.facts(FIRST, last), meter.bill(FIRST, last)
    bare = replace(bill, energy_wh=bill.energy_wh + more, start_dm3=None, end_dm3=None)
    finding = energy_finding(bare, facts)
    largest = max(facts.largest_day_wh, *(edge.energy_wh or 0 for edge in facts.edges))
    if finding.by_a_day:
        assert abs(finding.facts["gap"]) <= largest + tolerance(bare, facts)


WINTER = [20_000] * 30
LAST = FIRST + DAY * 29


def test_a_range_bounds_what_days_that_are_missing_hide():
    meter = Meter(WINTER, missing={FIRST + DAY * 10, FIRST + DAY * 11})
    bill, facts = meter.bill(FIRST, LAST), meter.facts(FIRST, LAST)
    bounds = bounds_of(bill, facts)  # the indexes around tell the volume
    assert (bounds.missing, bounds.low, bounds.high) == (2, 6_708_800 + 0 * 1, 6_731_200)
    assert verdict(bill, facts) is BillVerdict.AGREES
    assert verdict(replace(bill, energy_wh=7_500_000), facts) is BillVerdict.DIFFERS
    meter = Meter(WINTER, missing={LAST, LAST + DAY})
    facts = meter.facts(FIRST, LAST)
    assert bounds_of(bill, facts).high is None
    assert verdict(bill, facts) is BillVerdict.UNKNOWN
    assert verdict(replace(bill, energy_wh=5_000_000), facts) is BillVerdict.DIFFERS
    assert verdict(bill, BillFacts()) is BillVerdict.UNKNOWN


def points(draft, facts):
    return {one.point for one in findings_of(draft, facts)}


def test_each_figure_of_a_bill_is_looked_at():
    meter = Meter(WINTER)
    bill, facts = meter.bill(FIRST, LAST), meter.facts(FIRST, LAST)
    assert points(bill, facts) == {BillPoint.INDEX_SAME, BillPoint.ENERGY_SAME}
    assert BillPoint.INDEX_OFF in points(replace(bill, end_dm3=1_800_000), facts)
    assert BillPoint.INDEX_BACK in points(replace(bill, start_dm3=1_800_000), facts)
    assert BillPoint.COEFFICIENT_OFF in points(replace(bill, coefficient_e4=120_000), facts)
    assert BillPoint.PRODUCT_OFF in points(replace(bill, energy_wh=7_500_000), facts)
    shifted = replace(bill, start_dm3=bill.start_dm3 - 5000, energy_wh=bill.energy_wh + 56_000)
    assert BillPoint.INDEX_SHIFTED in points(shifted, facts)
    bare = replace(bill, start_dm3=None, end_dm3=None, coefficient_e4=None)
    assert points(replace(bare, energy_wh=bill.energy_wh + 134_000), facts) == {
        BillPoint.ENERGY_NEAR
    }
    unsure = Meter(WINTER, missing={FIRST - DAY, FIRST}).facts(FIRST, LAST)
    assert BillPoint.INDEX_OFF not in points(replace(bill, start_dm3=900_000), unsure)
    gone = replace(
        facts,
        edges=(
            facts.edges[0]._replace(end_dm3=None),
            facts.edges[1]._replace(start_dm3=None),
            *facts.edges[2:],
        ),
    )
    assert BillPoint.INDEX_OFF in points(replace(bill, start_dm3=900_000), gone)
    assert BillPoint.INDEX_SAME in points(bill, gone)  # the end


def test_another_counter_makes_no_bill_wrong():
    meter = Meter(WINTER)
    facts = meter.facts(FIRST, LAST)
    edges = (*facts.edges[:2], Edge(224_000, 50_000, 70_000), Edge(78_000, 70_000, 77_000))
    bill = replace(meter.bill(FIRST, LAST), end_dm3=70_000)
    said = findings_of(bill, replace(facts, edges=edges))
    assert {one.point: one.verdict for one in said} == {
        BillPoint.INDEX_SAME: BillVerdict.AGREES,
        BillPoint.INDEX_BACK: BillVerdict.TO_CHECK,
        BillPoint.ENERGY_SAME: BillVerdict.AGREES,
    }
    edges = (*facts.edges[:2], Edge(224_000, 9_980_000, 10_000_000), Edge())
    higher = replace(bill, end_dm3=10_000_000)
    assert BillPoint.PRODUCT_OFF not in points(higher, replace(facts, edges=edges))


PRICE = tariffs_of(
    [PriceDraft("Gaz", PriceKind.VARIABLE, PriceUnit.EUR_MWH, 100_000_000, date(2020, 1, 1))]
)


def judged(meter, *drafts, prices=()):
    bills = [Bill(n, 1, draft) for n, draft in enumerate(drafts)]
    facts = {one.id: meter.facts(one.draft.first, one.draft.last) for one in bills}
    return [one.judgement for one in assess(bills, facts, {1: prices} if prices else {})]


def said(judgement):
    return [one.point for one in judgement.findings if one.point != BillPoint.INDEX_SAME]


SPLIT = FIRST + DAY * 9


@given(VOLUMES.filter(lambda some: len(some) > 3), st.integers(-50_000, 50_000), st.data())
def test_estimates_and_what_regularises_them_agree_together(volumes, off, data):
    meter, last = Meter(volumes), FIRST + DAY * (len(volumes) - 1)
    cut = FIRST + DAY * data.draw(st.integers(0, len(volumes) - 2))
    index = meter.index(cut + DAY) + off // 1000 * 1000
    wh = (index - meter.index(FIRST)) * COEFFICIENT // 10_000
    guess = meter.bill(FIRST, cut, nature=Nature.ESTIMATED, end_dm3=index, energy_wh=wh)
    rest = (meter.index(last + DAY) - index) * COEFFICIENT // 10_000
    true = meter.bill(cut + DAY, last, start_dm3=index, energy_wh=rest)
    first, second = judged(meter, guess, true)
    assert BillPoint.REGULARISED in said(first)
    back = BillPoint.INDEX_BACK in said(first) + said(second)  # guessed beyond what came after
    assert back or (first.verdict, second.verdict) == (BillVerdict.AGREES, BillVerdict.AGREES)
    assert BillPoint.REGULARISES in said(second)


def test_a_bill_over_estimates_may_bill_all_again_or_the_difference():
    meter = Meter(WINTER)
    guess = meter.bill(FIRST, SPLIT, nature=Nature.ESTIMATED, end_dm3=None, energy_wh=3_000_000)
    whole = meter.bill(FIRST, LAST)
    for energy in (whole.energy_wh, whole.energy_wh - 3_000_000):
        first, second = judged(meter, guess, replace(whole, energy_wh=energy))
        assert (first.verdict, second.verdict) == (BillVerdict.AGREES, BillVerdict.AGREES)
        assert said(second) == [BillPoint.REGULARISES]
    first, second = judged(meter, guess, replace(whole, energy_wh=9_000_000))
    assert (first.verdict, second.verdict) == (BillVerdict.TO_CHECK, BillVerdict.DIFFERS)
    assert BillPoint.RUN_OFF in said(second)
    (alone,) = judged(meter, guess)
    assert (alone.verdict, alone.gap_wh) == (BillVerdict.TO_CHECK, 760_000)


def test_an_estimate_keeps_its_gap_once_it_is_regularised():
    meter = Meter(WINTER)
    guess = meter.bill(FIRST, SPLIT, nature=Nature.ESTIMATED, end_dm3=None, energy_wh=3_000_000)
    first, _second = judged(meter, guess, meter.bill(FIRST, LAST), prices=PRICE)
    assert (first.verdict, first.gap_wh, first.gap_cents) == (BillVerdict.AGREES, 760_000, 7_600)
    assert not first.off


def test_the_gap_is_valued_at_the_prices_of_all_the_days_of_the_bill():
    cheap, dear = (
        PriceDraft("Gaz", PriceKind.VARIABLE, PriceUnit.EUR_MWH, amount, first, last)
        for amount, first, last in (
            (100_000_000, date(2020, 1, 1), SPLIT),
            (400_000_000, SPLIT + DAY, None),
        )
    )
    meter = Meter(WINTER)
    bill = replace(meter.bill(FIRST, LAST), energy_wh=7_720_000, cents=None)
    (found,) = judged(meter, bill, prices=tariffs_of([cheap, dear]))
    assert found.gap_cents == 30_000  # ten days at 100 € a MWh, twenty at 400 €


def test_days_billed_twice_or_by_nobody_are_to_be_checked():
    meter = Meter(WINTER)
    one, other = meter.bill(FIRST, SPLIT), meter.bill(SPLIT - DAY * 4, LAST)
    first, second = judged(meter, one, other)
    assert (first.verdict, second.verdict) == (BillVerdict.AGREES, BillVerdict.TO_CHECK)
    assert second.findings[0].facts["days"] == 5
    later = meter.bill(SPLIT + DAY * 4, LAST)
    _first, second = judged(meter, one, later)
    assert (second.findings[0].point, second.findings[0].facts["days"]) == (BillPoint.GAP, 3)
    for start in (SPLIT, SPLIT + DAY, SPLIT + DAY * 2):  # one day is how bills are written
        _first, second = judged(meter, one, meter.bill(start, LAST))
        assert second.verdict is BillVerdict.AGREES
    within = meter.bill(FIRST + DAY, SPLIT, nature=Nature.ESTIMATED)
    found = judged(meter, meter.bill(FIRST, LAST), within)
    assert [one.verdict for one in found] == [BillVerdict.AGREES, BillVerdict.AGREES]


@pytest.mark.parametrize("day", [-1, 0, 1])
def test_a_chain_may_share_a_day_or_leave_one(day):
    meter = Meter(WINTER)
    guess = meter.bill(FIRST, SPLIT, nature=Nature.ESTIMATED)
    true = meter.bill(SPLIT + DAY, LAST)
    true = replace(true, first=true.first + DAY * day)
    assert [one.verdict for one in judged(meter, guess, true)] == [BillVerdict.AGREES] * 2


def test_money_is_held_against_the_prices_that_are_known():
    meter = Meter(WINTER)
    right = replace(meter.bill(FIRST, LAST), cents=67_200)
    (found,) = judged(meter, right, prices=PRICE)
    assert BillPoint.AMOUNT_SAME in said(found)
    (found,) = judged(meter, replace(right, cents=70_000), prices=PRICE)
    assert (found.verdict, BillPoint.AMOUNT_OFF in said(found)) == (BillVerdict.DIFFERS, True)
    dear = replace(right, energy_wh=7_720_000, cents=None)
    (found,) = judged(meter, dear, prices=PRICE)
    assert (found.gap_wh, found.gap_cents) == (1_000_000, 10_000)
    (found,) = judged(meter, replace(dear, cents=77_200))
    assert (found.gap_wh, found.gap_cents) == (1_000_000, 10_000)
    late = tariffs_of(
        [PriceDraft("Gaz", PriceKind.VARIABLE, PriceUnit.EUR_M3, 10**9, FIRST + DAY * 3)]
    )
    (found,) = judged(meter, right, prices=late)
    assert BillPoint.AMOUNT_UNPRICED in said(found)
    bare = replace(right, start_dm3=None, end_dm3=None, coefficient_e4=None, energy_wh=-500_000)
    (found,) = judged(meter, replace(bare, cents=None), prices=late)
    assert found.verdict is BillVerdict.DIFFERS
    early = tariffs_of(
        [PriceDraft("Gaz", PriceKind.VARIABLE, PriceUnit.EUR_M3, 10**9, date(2020, 1, 1))]
    )
    (found,) = judged(meter, replace(right, start_dm3=None, cents=60_000), prices=early)
    assert BillPoint.AMOUNT_SAME in said(found)
    assert energy_finding(bare, BillFacts()).verdict is BillVerdict.DIFFERS


FORTNIGHT = st.integers(0, 14)
SPANS = st.lists(st.tuples(FORTNIGHT, FORTNIGHT, st.sampled_from(Nature)), min_size=1, max_size=12)


def spans(drawn):
    """Bills of a few days, as drawn: first day, how many more, and on what."""
    drafts = [
        BillDraft("09999999910001", FIRST + DAY * first, FIRST + DAY * (first + more), 112_000 * n,
              nature=nature)
        for n, (first, more, nature) in enumerate(drawn)
    ]  # fmt: skip
    return [Bill(n, 1, draft) for n, draft in enumerate(drafts)]


def plainly(bills):
    """What `beside` says, by holding each bill against all those before it."""
    for rank, bill in enumerate(bills[1:], start=1):
        before = max(bills[:rank], key=lambda one: one.draft.last)
        away = (bill.draft.first - before.draft.last).days - 1
        if away > 1:
            yield bill, BillPoint.GAP, before.draft.first, away
        common = [
            ((min(bill.draft.last, one.draft.last) - bill.draft.first).days + 1, one)
            for one in bills[:rank]
            if not corrects(bill, one)
        ]
        days, other = max(common, key=lambda pair: pair[0], default=(0, None))
        if days > 1:
            yield bill, BillPoint.OVERLAP, other.draft.first, days


@given(SPANS)
def test_the_sweep_says_what_the_plain_definition_says(drawn):
    bills = oldest_first(spans(drawn))
    said = [
        (bill, one.point, one.facts["first"], one.facts["days"]) for bill, one in overlapping(bills)
    ]
    assert said == list(plainly(bills))


@given(SPANS, st.data())
def test_one_bill_is_said_of_as_among_all(drawn, data):
    meter, bills = Meter([20_000] * 30), spans(drawn)
    facts = {one.id: meter.facts(one.draft.first, one.draft.last) for one in bills}
    one = data.draw(st.sampled_from(bills))
    few = {other.id: facts[other.id] for other in related_bills(one, bills)}
    whole = {judged.bill.id: judged for judged in assess(bills, facts, {})}
    assert judge_one(one, bills, few, {}) == whole[one.id]


def test_a_pce_and_a_day_have_so_many_bills_and_no_more():
    draft = BillDraft("09999999910001", FIRST, FIRST, 0)
    crowd = DailyBillCount([draft] * MOST_A_DAY)
    with pytest.raises(Invalid, match="Un jour"):
        crowd.add(draft)
    for n in range(MOST_A_DAY, MOST):
        crowd.add(replace(draft, first=FIRST + DAY * n, last=FIRST + DAY * n))
    with pytest.raises(Invalid, match="Ce PCE"):
        crowd.add(replace(draft, first=FIRST - DAY, last=FIRST - DAY))
    crowd.add(replace(draft, pce="09999999910002"))


def test_a_tolerated_gap_is_told_whole_and_that_of_the_amount_apart():
    meter = Meter(WINTER)
    right = meter.bill(FIRST, LAST)
    near = replace(right, energy_wh=right.energy_wh - 10_000, coefficient_e4=None, cents=70_000)
    (found,) = judged(meter, near, prices=PRICE)
    assert (found.verdict, found.gap_wh, found.off) == (BillVerdict.DIFFERS, -10_000, False)
    assert (found.gap_cents, found.amount_cents) == (-100, 2_900)
    unknown = Meter(WINTER, missing={LAST, LAST + DAY})
    (found,) = judged(unknown, near, prices=PRICE)
    assert (found.verdict, found.gap_wh, found.gap_cents) == (BillVerdict.DIFFERS, None, None)
    assert found.amount_cents == 2_900
    dear = replace(right, energy_wh=7_720_000, cents=80_000)  # 1 000 kWh, and 28 € beyond them
    (found,) = judged(meter, dear, prices=PRICE)
    assert (found.gap_wh, found.gap_cents, found.amount_cents) == (1_000_000, 10_000, 2_800)
    bare = replace(right, start_dm3=None, end_dm3=None, coefficient_e4=None, cents=67_200)
    (found,) = judged(meter, replace(bare, energy_wh=right.energy_wh + 134_000), prices=PRICE)
    assert (found.gap_wh, found.by_a_day, found.off) == (134_000, True, True)
    assert (found.gap_cents, found.amount_cents) == (1_340, -1_340)
    (found,) = judged(meter, replace(bare, energy_wh=right.energy_wh + 2_000), prices=PRICE)
    assert (found.gap_wh, found.by_a_day) == (2_000, False)
    assert not BillFinding(
        BillPoint.AMOUNT_SAME, BillVerdict.AGREES, {"gap": 2_000}
    ).by_a_day  # no leeway


def test_a_published_period_of_the_very_days_judges_what_readings_cannot():
    bill = BillDraft("09999999910001", FIRST, date(2026, 1, 31), energy_wh=1_000_000)
    unread = BillFacts(published_wh=1_000_400)
    assert energy_finding(bill, unread).verdict is BillVerdict.AGREES
    off = energy_finding(bill, BillFacts(published_wh=700_000))
    assert (off.verdict, off.facts["gap"], off.facts["missing"]) == (
        BillVerdict.DIFFERS,
        300_000,
        0,
    )
    assert energy_finding(bill, BillFacts()).verdict is BillVerdict.UNKNOWN
