"""Compare one bill with the readings of its days.

A verdict states only what the readings prove. A missing day turns the consumption into a range,
bounded above if the surrounding indexes are known; a bill within this range is neither right nor
wrong. Tolerances:

- half a kWh a day and one m³ in all, as daily energies and indexes are rounded (domain.md §6.2);
- half a percent of the energy, as a provisional coefficient becomes final (domain.md §6.2);

If the bill omits the index of an end, one day there can explain a gap, as some suppliers count the
day of the reading and others do not: the bill is then marked as to be checked, not as different,
since its kWh may be wrong. A gap larger than one such day is a difference: an unknown day counts
as the largest day of the bill. If the bill gives the index, the day is the one of that index.

If readings are insufficient, a published period of exactly the same days is used, unless it is an
estimate.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from data.money.bills.types import (
    BillDraft,
    BillFacts,
    BillFinding,
    BillPoint,
    BillVerdict,
    Nature,
    Told,
)

M3 = 1000  # dm³: indexes are rounded to 1 m³
HALF_KWH = 500  # Wh: a day's energy is rounded to 1 kWh
PART = 200  # tolerated fraction, for a coefficient that becomes final
USUAL_E4 = 112_000  # kWh/m³ when neither bill nor readings give one (domain.md §1.4)
_E4 = 10_000
_HUNDRED = 100


class IndexOffsets(NamedTuple):
    """The offset in days of each index from the bill's dates; None when unknown."""

    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class ConsumptionBounds:
    """The consumption in Wh; `high` is None without upper bound. `slack` is one day at an end."""

    low: int
    high: int | None
    missing: int
    slack_low: int = 0
    slack_high: int = 0


def findings_of(draft: BillDraft, facts: BillFacts) -> tuple[BillFinding, ...]:
    """Return the findings about a bill alone, indexes first."""
    bill_findings = list(index_findings(draft, facts))
    bill_findings += own_findings(draft, facts)
    bill_findings.append(energy_finding(draft, facts))
    return tuple(bill_findings)


def coefficient_of(draft: BillDraft, facts: BillFacts) -> int:
    """Return the coefficient in 1/10,000 kWh/m³: from readings, the bill, or the usual one."""
    if facts.volume_dm3 > 0 and facts.energy_wh > 0:
        return facts.energy_wh * _E4 // facts.volume_dm3
    return draft.coefficient_e4 or USUAL_E4


def energy_of(volume_dm3: int, coefficient_e4: int) -> int:
    """Return the Wh of a volume, rounded to nearest."""
    return (2 * volume_dm3 * coefficient_e4 + _E4) // (2 * _E4)


def tolerance(draft: BillDraft, facts: BillFacts) -> int:
    """Return the Wh that rounding explains."""
    volume_rounding_wh = energy_of(M3, coefficient_of(draft, facts))
    return HALF_KWH * draft.days + volume_rounding_wh + abs(draft.energy_wh) // PART


def ends_of(draft: BillDraft, facts: BillFacts) -> IndexOffsets:
    """Return the offsets of the days on which the meter showed the bill's indexes."""
    if draft.nature is Nature.ESTIMATED:
        return IndexOffsets(None, None)
    return IndexOffsets(
        _shift(draft.start_dm3, _start_indexes(facts)), _shift(draft.end_dm3, _end_indexes(facts))
    )


Indexes = tuple[int | None, int | None, int | None]  # of the day before, the day, and the day after


def _start_indexes(facts: BillFacts) -> Indexes:
    before, first, _last, _after = facts.edges
    here = before.end_dm3 if first.start_dm3 is None else first.start_dm3
    return before.start_dm3, here, first.end_dm3


def _end_indexes(facts: BillFacts) -> Indexes:
    _before, _first, last, after = facts.edges
    here = after.start_dm3 if last.end_dm3 is None else last.end_dm3
    return last.start_dm3, here, after.end_dm3


def _shift(billed: int | None, indexes: Indexes) -> int | None:
    """Return the offset of the index within 1 m³ of `billed`, nearest first, 0 on a tie."""
    if billed is None:
        return None
    gaps = {
        shift: abs(index - billed)
        for shift in (0, -1, 1)
        if (index := indexes[shift + 1]) is not None
    }
    near = min(gaps, key=lambda shift: gaps[shift], default=None)
    return near if near is not None and gaps[near] <= M3 else None


def index_findings(draft: BillDraft, facts: BillFacts) -> Iterator[BillFinding]:
    """Check the bill's indexes against those of its days, where known."""
    if draft.nature is Nature.ESTIMATED:
        return
    ends = ends_of(draft, facts)
    sides = (
        ("start", draft.start_dm3, _start_indexes(facts), ends.start, draft.first),
        ("end", draft.end_dm3, _end_indexes(facts), ends.end, draft.last),
    )
    for side, billed, indexes, shift, day in sides:
        if billed is None:
            continue
        index_facts: dict[str, Told] = {
            "side": side,
            "billed": billed,
            "read": indexes[1],
            "day": day,
        }
        if shift is not None:
            point = BillPoint.INDEX_SHIFTED if shift else BillPoint.INDEX_SAME
            yield BillFinding(point, BillVerdict.AGREES, {**index_facts, "shift": shift})
        elif _is_off(billed, indexes):
            near = indexes[1] if indexes[1] is not None else indexes[0]
            yield BillFinding(
                BillPoint.INDEX_OFF, BillVerdict.DIFFERS, {**index_facts, "read": near}
            )


def _is_off(billed: int, indexes: Indexes) -> bool:
    """Return whether no index around that day can match `billed`."""
    before, here, after = indexes
    if here is not None:
        return True
    if before is None or after is None or after < before:
        return False
    return not before - M3 <= billed <= after + M3


def own_findings(draft: BillDraft, facts: BillFacts) -> Iterator[BillFinding]:
    """Check the bill's own figures: volume times coefficient must be its energy."""
    start, end, coefficient = draft.start_dm3, draft.end_dm3, draft.coefficient_e4
    if start is not None and end is not None and end < start:
        yield BillFinding(BillPoint.INDEX_BACK, BillVerdict.TO_CHECK, {"start": start, "end": end})
    elif start is not None and end is not None and coefficient and not converted(draft, facts):
        product = energy_of(end - start, coefficient)
        if abs(product - draft.energy_wh) > energy_of(M3, coefficient) + abs(product) // 1000:
            is_complete = facts.known_days == draft.days
            yield BillFinding(
                BillPoint.PRODUCT_OFF,
                BillVerdict.DIFFERS if is_complete else BillVerdict.TO_CHECK,
                {"volume": end - start, "coefficient": coefficient, "product": product},
            )
    if coefficient and facts.coefficients:
        low, high = facts.coefficients
        if not low - low // _HUNDRED <= coefficient <= high + high // _HUNDRED:
            coefficient_facts = {"billed": coefficient, "low": low, "high": high}
            yield BillFinding(BillPoint.COEFFICIENT_OFF, BillVerdict.DIFFERS, coefficient_facts)


def converted(draft: BillDraft, facts: BillFacts) -> bool:
    """Return whether the meter changed or rolled over, so that indexes give no volume."""
    start, end = _start_indexes(facts)[1], _end_indexes(facts)[1]
    if start is None or end is None or facts.known_days < draft.days:
        return False
    return abs(end - start - facts.volume_dm3) > M3 * (draft.days + 1)


def bounds_of(draft: BillDraft, facts: BillFacts) -> ConsumptionBounds:
    """Return the bounds of consumption over the days of `draft`."""
    missing = draft.days - facts.known_days
    low = high = facts.energy_wh
    between = _between(draft, facts)
    if between is not None and missing:
        remaining_dm3 = max(0, between - facts.volume_dm3)
        least, most = facts.coefficients or (USUAL_E4, USUAL_E4)
        low += energy_of(max(0, remaining_dm3 - M3), least)
        high += energy_of(remaining_dm3 + M3, most)
    if between is None:
        low, high = low - facts.estimated_wh, high + facts.estimated_wh
    return _at_ends(
        draft,
        facts,
        ConsumptionBounds(low, high if between is not None or not missing else None, missing),
    )


def _between(draft: BillDraft, facts: BillFacts) -> int | None:
    """Return the dm³ between the first and last index, None when unknown."""
    start, end = _start_indexes(facts)[1], _end_indexes(facts)[1]
    if start is None or end is None or end < start or converted(draft, facts):
        return None
    counter_dm3 = end - start
    return counter_dm3 if counter_dm3 + M3 * (draft.days + 1) >= facts.volume_dm3 else None


def _at_ends(draft: BillDraft, facts: BillFacts, inside: ConsumptionBounds) -> ConsumptionBounds:
    """Adjust `inside` to the days of the indexes, with a day of slack where unknown."""
    before, first, last, after = (edge.energy_wh for edge in facts.edges)
    ends = ends_of(draft, facts)
    low, high, missing = inside.low, inside.high, inside.missing
    slack_low = slack_high = 0
    for shift, outer, inner, sign in ((ends.start, before, first, -1), (ends.end, after, last, 1)):
        if shift is None:
            slack_high = max(slack_high, facts.largest_day_wh if outer is None else outer)
            slack_low = max(slack_low, inner or 0)
        elif shift == sign:  # one day more
            low += outer or 0
            high = None if outer is None or high is None else high + outer
            missing += outer is None
        elif shift:
            low -= inner or 0
            high = None if high is None else high - (inner or 0)
    return ConsumptionBounds(low, high, missing, slack_low, slack_high)


def energy_finding(draft: BillDraft, facts: BillFacts) -> BillFinding:
    """Compare the billed energy with the consumption."""
    bounds, leeway = bounds_of(draft, facts), tolerance(draft, facts)
    billed, high = draft.energy_wh, bounds.high
    energy_facts = {
        "billed": billed, "low": bounds.low, "high": high, "leeway": leeway,
        "missing": bounds.missing, "estimated": facts.estimated, "ahead": facts.ahead,
    }  # fmt: skip
    above = high is not None and billed > high + leeway + bounds.slack_high
    below = billed < bounds.low - leeway - bounds.slack_low
    if above or below:
        near = high if above and high is not None else bounds.low
        return BillFinding(
            BillPoint.ENERGY_OFF, BillVerdict.DIFFERS, {**energy_facts, "gap": billed - near}
        )
    if high is None or high - bounds.low > 2 * leeway:
        if facts.published_wh is not None:
            return _by_period(facts.published_wh, billed, leeway, energy_facts)
        return BillFinding(BillPoint.ENERGY_UNKNOWN, BillVerdict.UNKNOWN, energy_facts)
    gap = billed - min(max(billed, bounds.low), high)
    energy_facts["gap"] = gap
    if abs(gap) > leeway:
        energy_facts["day"] = bounds.slack_high if gap > 0 else bounds.slack_low
        return BillFinding(BillPoint.ENERGY_NEAR, BillVerdict.TO_CHECK, energy_facts)
    return BillFinding(BillPoint.ENERGY_SAME, BillVerdict.AGREES, energy_facts)


def _by_period(
    published: int, billed: int, leeway: int, energy_facts: Mapping[str, Told]
) -> BillFinding:
    """Compare with the published period of exactly these days, when readings are insufficient."""
    gap = billed - published
    period_facts = {
        **energy_facts,
        "low": published,
        "high": published,
        "missing": 0,
        "gap": gap,
        "published": 1,
    }
    if abs(gap) > leeway:
        return BillFinding(BillPoint.ENERGY_OFF, BillVerdict.DIFFERS, period_facts)
    return BillFinding(BillPoint.ENERGY_SAME, BillVerdict.AGREES, period_facts)
