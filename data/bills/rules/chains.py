"""What the bills of a PCE say together: estimates and what regularises them, overlaps, gaps, money.

A measured bill regularises the estimated ones that touch it just before, one after the other, or
that its days cover: what counts then is what they bill together. Covering them, it may bill all
of its days again, or the difference alone. `crowds` says how many may hold a day: a bill is held
against those alone that share its days, so that a list is as quick as it is long.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from data.bills.rules.judging import bounds_of, coefficient_of, energy_finding, findings_of
from data.bills.rules.money import beyond, gap_cents, money_finding
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
_ALL_OF = {Point.ENERGY_OFF: Point.RUN_OFF, Point.ENERGY_NEAR: Point.RUN_OFF}
_DAY = timedelta(days=1)
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
        found |= _of_pce(oldest_first(some), facts)
    return tuple(_judged(bill, found[bill.id], facts, prices) for bill in listed)


def judge_one(bill: Bill, bills: Iterable[Bill], facts: FactsOf, prices: PricesOf) -> Judged:
    """What is said of *bill* among *bills*, those of its PCE; *facts* of `heard` are enough."""
    found = _of_pce(oldest_first(bills), facts)
    return _judged(bill, found[bill.id], facts, prices)


def heard(bill: Bill, bills: Iterable[Bill]) -> list[Bill]:
    """Those of *bills* whose days tell of *bill*: itself, and the runs that it is of."""
    found = {bill.id: bill}
    for last, estimates in runs(oldest_first(bills)):
        run = [*estimates, last]
        if bill.id in {one.id for one in run}:
            found |= {one.id: one for one in run}
    return list(found.values())


def oldest_first(bills: Iterable[Bill]) -> list[Bill]:
    return sorted(bills, key=lambda one: (one.draft.first, one.draft.last, one.id))


def _of_pce(bills: Sequence[Bill], facts: FactsOf) -> Found:
    """The findings of the bills of a PCE, oldest first."""
    found = {bill.id: list(findings_of(bill.draft, facts.get(bill.id, NO_FACTS))) for bill in bills}
    for bill in bills:
        if bill.draft.nature is Nature.ESTIMATED:
            found[bill.id] = [_estimated(one) for one in found[bill.id]]
    for bill, estimates in runs(bills):
        _regularise(bill, estimates, facts, found)
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


def runs(bills: Sequence[Bill]) -> Iterator[tuple[Bill, list[Bill]]]:
    """Each measured one of *bills*, oldest first, and the estimates that it regularises.

    Those that it covers, else those just before it.
    """
    estimates = [one for one in bills if one.draft.nature is Nature.ESTIMATED]
    firsts = [one.draft.first for one in estimates]
    for rank, bill in enumerate(bills):
        if bill.draft.nature is Nature.MEASURED:
            since = bisect_left(firsts, bill.draft.first - _DAY)  # a day at each end
            to = bisect_right(firsts, bill.draft.last + _DAY)
            within = [one for one in estimates[since:to] if covers(bill, one)]
            yield bill, within or _just_before(bills, rank)


def _just_before(bills: Sequence[Bill], rank: int) -> list[Bill]:
    """The estimates that end where *bills*[rank] begins, one after the other, oldest first."""
    chain: list[Bill] = []
    first = bills[rank].draft.first
    for place in range(rank - 1, -1, -1):
        other = bills[place].draft
        if other.nature is Nature.MEASURED or abs(apart(other.last, first)) > 1:
            break
        chain.append(bills[place])
        first = other.first
    return chain[::-1]


def _regularise(bill: Bill, estimates: list[Bill], facts: FactsOf, found: Found) -> None:
    """Replace what was said of each by what is said of them together."""
    if not estimates:
        return
    own = next(one for one in found[bill.id] if one.point in ENERGY)
    energy, rest = own, [one for one in found[bill.id] if one is not own]
    inside = covers(bill, estimates[0])
    if not inside:  # it begins at an index that was estimated
        rest = [one for one in rest if one.point not in _INDEXES or one.told["side"] == "end"]
    if not inside or own.point not in {Point.ENERGY_SAME, Point.ENERGY_NEAR}:
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
        ahead=one.ahead + other.ahead,
    )


def beside(bills: Sequence[Bill]) -> Iterable[tuple[Bill, Finding]]:
    """The days that two bills both have, and those that none has, at more than a day.

    A measured bill that covers estimates regularises them: these do not overlap.
    """
    before: Bill | None = None  # of the earlier ones, the one that ends last
    still: list[Bill] = []  # those that go on beyond the first day of the bill that is looked at
    for bill in bills:
        draft = bill.draft
        if before is not None and (away := apart(before.draft.last, draft.first)) > 1:
            yield bill, Finding(Point.GAP, Verdict.TO_CHECK, {**_named(before), "days": away})
        still = [one for one in still if one.draft.last > draft.first]
        unsettled = (one for one in still if not settles(bill, one))
        other = max(unsettled, key=lambda one: min(bill.draft.last, one.draft.last), default=None)
        days = (min(draft.last, other.draft.last) - draft.first).days + 1 if other else 0
        if other and days > 1:
            yield bill, Finding(Point.OVERLAP, Verdict.TO_CHECK, {**_named(other), "days": days})
        still.append(bill)
        if before is None or draft.last > before.draft.last:
            before = bill


def settles(one: Bill, other: Bill) -> bool:
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
    gap = _gap_of(said)
    judgement = Judgement(
        said[0].verdict,
        tuple(said),
        bounds.low if own.known else None,
        bounds.high if own.known else None,
        gap,
        None if gap is None else gap_cents(bill.draft, gap, tariffs, own),
        beyond(money),
        bounds.missing,
        coefficient_of(bill.draft, own) if own.volume_dm3 > 0 else None,
        own.deposited,
    )
    return Judged(bill, judgement)


def _gap_of(said: Sequence[Finding]) -> int | None:
    """The Wh of the gravest difference, as they are: one that is tolerated too."""
    gap = next((one.told["gap"] for one in said if "gap" in one.told), None)
    return gap if isinstance(gap, int) else None
