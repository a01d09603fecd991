"""What the bills of a PCE say together: estimates and what regularises them, overlaps, gaps, money.

A measured bill regularises the estimated ones that touch it just before, one after the other, or
that its days cover: what counts then is what they bill together. Covering them, it may bill all
of its days again, or the difference alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from data.bills.rules.judging import bounds_of, coefficient_of, energy_finding, findings_of
from data.bills.rules.money import gap_cents, money_finding
from data.bills.types import (
    NO_FACTS,
    Bill,
    Facts,
    Finding,
    Judged,
    Judgement,
    Nature,
    Point,
    Told,
    Verdict,
)
from data.prices.types import PricesOf

ENERGY = frozenset(
    {
        Point.ENERGY_SAME,
        Point.ENERGY_NEAR,
        Point.ENERGY_OFF,
        Point.ENERGY_UNKNOWN,
        Point.ESTIMATED,
        Point.REGULARISES,
        Point.RUN_OFF,
    }
)
_INDEXES = frozenset({Point.INDEX_OFF, Point.INDEX_SHIFTED, Point.INDEX_SAME})
_ALL_OF = {Point.ENERGY_OFF: Point.RUN_OFF}
FactsOf = Mapping[int, Facts]
Found = dict[int, list[Finding]]  # by bill


def judge(bills: Iterable[Bill], facts: FactsOf, prices: PricesOf) -> tuple[Judged, ...]:
    """What is said of each of *bills*, in their order; all those of a PCE are there."""
    listed = tuple(bills)
    by_pce: dict[int, list[Bill]] = {}
    for bill in listed:
        by_pce.setdefault(bill.pce_id, []).append(bill)
    found: Found = {}
    for some in by_pce.values():
        found |= _of_pce(sorted(some, key=lambda one: (*one.draft.key[1:3], one.id)), facts)
    return tuple(_judged(bill, found[bill.id], facts, prices) for bill in listed)


def _of_pce(bills: Sequence[Bill], facts: FactsOf) -> Found:
    """The findings of the bills of a PCE, oldest first."""
    found = {bill.id: list(findings_of(bill.draft, facts.get(bill.id, NO_FACTS))) for bill in bills}
    for bill in bills:
        if bill.draft.nature is Nature.ESTIMATED:
            found[bill.id] = [_estimated(one) for one in found[bill.id]]
    for rank, bill in enumerate(bills):
        if bill.draft.nature is Nature.MEASURED:
            _regularise(bill, regularised_by(bills, rank), facts, found)
    for bill, finding in beside(bills):
        found[bill.id].append(finding)
    return found


def _estimated(one: Finding) -> Finding:
    """An estimate that is off is only to be regularised."""
    if one.point in {Point.ENERGY_SAME, Point.ENERGY_NEAR, Point.ENERGY_OFF}:
        return Finding(Point.ESTIMATED, Verdict.TO_CHECK, one.told)
    return one


def apart(earlier: date, later: date) -> int:
    """The days between a last day and a first one; below 0, those in common."""
    return (later - earlier).days - 1


def covers(bill: Bill, other: Bill) -> bool:
    """To a day at each end, and most of it."""
    one, two = bill.draft, other.draft
    common = (min(one.last, two.last) - max(one.first, two.first)).days + 1
    ends = apart(two.first, one.first) <= 0 and apart(one.last, two.last) <= 0
    return ends and 2 * common > two.days


def regularised_by(bills: Sequence[Bill], rank: int) -> list[Bill]:
    """The estimates that *bills*[rank] regularises, oldest first: covered, else just before it."""
    bill = bills[rank]
    estimates = [one for one in bills if one.draft.nature is Nature.ESTIMATED]
    within = [one for one in estimates if covers(bill, one)]
    if within:
        return within
    chain: list[Bill] = []
    first = bill.draft.first
    for other in reversed(bills[:rank]):
        if other.draft.nature is Nature.MEASURED or abs(apart(other.draft.last, first)) > 1:
            break
        chain.insert(0, other)
        first = other.draft.first
    return chain


def _regularise(bill: Bill, estimates: list[Bill], facts: FactsOf, found: Found) -> None:
    """Replace what was said of each by what is said of them together."""
    if not estimates:
        return
    own = next(one for one in found[bill.id] if one.point in ENERGY)
    energy, rest = own, [one for one in found[bill.id] if one is not own]
    inside = covers(bill, estimates[0])
    if not inside:  # it begins at an index that was estimated
        rest = [one for one in rest if one.point not in _INDEXES or one.told["side"] == "end"]
    if not inside or own.verdict is not Verdict.AGREES:
        energy = together(bill, estimates, facts)
        if inside and energy.verdict is Verdict.AGREES:  # it bills the difference alone
            rest = [one for one in rest if one.point is not Point.PRODUCT_OFF]
    agrees = energy.verdict is Verdict.AGREES
    point = Point.REGULARISES if agrees else _ALL_OF.get(energy.point, energy.point)
    since: Told = estimates[0].draft.first
    told = {**energy.told, "since": since, "count": len(estimates)}
    found[bill.id] = [*rest, Finding(point, energy.verdict, told)]
    verdict = Verdict.AGREES if agrees else Verdict.TO_CHECK
    for one in estimates:
        said = _without_estimate(found[one.id]) if agrees else found[one.id]
        found[one.id] = [*said, Finding(Point.REGULARISED, verdict, _named(bill))]


def _named(bill: Bill) -> dict[str, Told]:
    draft = bill.draft
    return {"number": draft.number, "first": draft.first, "last": draft.last}


def _without_estimate(said: list[Finding]) -> list[Finding]:
    return [one for one in said if one.point not in {Point.ESTIMATED, Point.ENERGY_UNKNOWN}]


def together(bill: Bill, estimates: Sequence[Bill], facts: FactsOf) -> Finding:
    """What is said of the energy that *bill* and *estimates* bill in all."""
    billed = bill.draft.energy_wh + sum(one.draft.energy_wh for one in estimates)
    if covers(bill, estimates[0]):
        draft = replace(bill.draft, energy_wh=billed)
        return energy_finding(draft, facts.get(bill.id, NO_FACTS))
    chain = [*estimates, bill]
    first = estimates[0].draft
    draft = replace(bill.draft, first=first.first, start_dm3=first.start_dm3, energy_wh=billed)
    return energy_finding(draft, _joined(chain, facts))


def _joined(chain: Sequence[Bill], facts: FactsOf) -> Facts:
    """The facts of bills that follow each other, as of one."""
    whole, last = facts.get(chain[0].id, NO_FACTS), chain[0].draft.last
    for bill in chain[1:]:
        own = facts.get(bill.id, NO_FACTS)
        between = apart(last, bill.draft.first)
        whole, last = _follow(whole, own, between), bill.draft.last
    return whole


def _follow(one: Facts, other: Facts, between: int) -> Facts:
    """*one* then *other*: a day in common counts once, a day between them counts."""
    shared = other.edges[1] if between < 0 else one.edges[3] if between > 0 else None
    sign = -1 if between < 0 else 1
    energy = shared.energy_wh if shared is not None else None
    start, end = (shared.start_dm3, shared.end_dm3) if shared is not None else (None, None)
    volume = end - start if start is not None and end is not None else 0
    both = [pair for pair in (one.coefficients, other.coefficients) if pair is not None]
    return Facts(
        known=one.known + other.known + (0 if energy is None else sign),
        energy_wh=one.energy_wh + other.energy_wh + sign * (energy or 0),
        volume_dm3=one.volume_dm3 + other.volume_dm3 + sign * volume,
        estimated=one.estimated + other.estimated,
        estimated_wh=one.estimated_wh + other.estimated_wh,
        coefficients=(min(low for low, _ in both), max(high for _, high in both)) if both else None,
        edges=(*one.edges[:2], *other.edges[2:]),
    )


def beside(bills: Sequence[Bill]) -> Iterable[tuple[Bill, Finding]]:
    """The days that two bills both have, and those that none has, at more than a day.

    A measured bill that covers estimates regularises them: these do not overlap.
    """
    for rank, bill in enumerate(bills[1:], start=1):
        earlier = bills[:rank]
        before = max(earlier, key=lambda one: one.draft.last)
        away = apart(before.draft.last, bill.draft.first)
        if away > 1:
            yield bill, Finding(Point.GAP, Verdict.TO_CHECK, {**_named(before), "days": away})
        common = [
            (min(bill.draft.last, one.draft.last) - bill.draft.first + timedelta(days=1), one)
            for one in earlier
            if not _settles(bill, one)
        ]
        longest, other = max(common, key=lambda pair: pair[0], default=(timedelta(0), None))
        if other is not None and longest.days > 1:
            told = {**_named(other), "days": longest.days}
            yield bill, Finding(Point.OVERLAP, Verdict.TO_CHECK, told)


def _settles(one: Bill, other: Bill) -> bool:
    natures = one.draft.nature, other.draft.nature
    if natures == (Nature.MEASURED, Nature.ESTIMATED):
        return covers(one, other)
    return natures == (Nature.ESTIMATED, Nature.MEASURED) and covers(other, one)


def _judged(bill: Bill, found: list[Finding], facts: FactsOf, prices: PricesOf) -> Judged:
    tariffs, own = prices.get(bill.pce_id, ()), facts.get(bill.id, NO_FACTS)
    money = money_finding(bill.draft, tariffs)
    order = list(Verdict)
    said = sorted(  # the gravest first, and of these its energy
        [*found, *([money] if money else [])],
        key=lambda one: (order.index(one.verdict), one.point not in ENERGY),
    )
    bounds = bounds_of(bill.draft, own)
    gap = next((one.told["gap"] for one in said if "gap" in one.told), None)
    gap_wh = gap if isinstance(gap, int) else None
    worth = None if gap_wh is None else gap_cents(bill.draft, gap_wh, tariffs, own)
    judgement = Judgement(
        said[0].verdict,
        tuple(said),
        bounds.low if own.known else None,
        bounds.high if own.known else None,
        gap_wh,
        worth,
        bounds.missing,
        coefficient_of(bill.draft, own) if own.volume_dm3 > 0 else None,
    )
    return Judged(bill, judgement)
