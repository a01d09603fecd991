"""Relate the bills of a PCE to each other: estimates, regularisations, overlaps and gaps.

A measured bill regularises the consecutive estimated ones just before it, or those whose days it
covers: only their total is then compared. When it covers them, it can bill all of its days again,
or only the difference. `crowds` limits how many bills can share a day: since a bill is compared
only with those that share its days, the time is proportional to the length of the list.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from data.metering.prices.types import PricesOf
from data.money.bills.rules.money import beyond, gap_cents, money_finding
from data.money.bills.rules.verdicts import bounds_of, coefficient_of, energy_finding, findings_of
from data.money.bills.types import (
    NO_FACTS,
    Bill,
    BillFacts,
    BillFinding,
    BillPoint,
    BillVerdict,
    JudgedBill,
    Judgement,
    Nature,
    Told,
)

ENERGY = frozenset(
    {
        BillPoint.ENERGY_SAME,
        BillPoint.ENERGY_NEAR,
        BillPoint.ENERGY_OFF,
        BillPoint.ENERGY_UNKNOWN,
        BillPoint.ESTIMATED,
        BillPoint.REGULARISES,
        BillPoint.RUN_OFF,
    }
)
_INDEXES = frozenset({BillPoint.INDEX_OFF, BillPoint.INDEX_SHIFTED, BillPoint.INDEX_SAME})
_ALL_OF = {BillPoint.ENERGY_OFF: BillPoint.RUN_OFF, BillPoint.ENERGY_NEAR: BillPoint.RUN_OFF}
_DAY = timedelta(days=1)
FactsOf = Mapping[int, BillFacts]
Found = dict[int, list[BillFinding]]  # by bill id


def assess(bills: Iterable[Bill], facts: FactsOf, prices: PricesOf) -> tuple[JudgedBill, ...]:
    """Check each of `bills`, in order; all bills of their PCEs must be given."""
    listed = tuple(bills)
    by_pce: dict[int, list[Bill]] = {}
    for bill in listed:
        by_pce.setdefault(bill.pce_id, []).append(bill)
    findings_by_bill: Found = {}
    for pce_bills in by_pce.values():
        findings_by_bill |= _of_pce(oldest_first(pce_bills), facts)
    return tuple(_judged(bill, findings_by_bill[bill.id], facts, prices) for bill in listed)


def judge_one(bill: Bill, bills: Iterable[Bill], facts: FactsOf, prices: PricesOf) -> JudgedBill:
    """Check `bill` among `bills` of its PCE; `facts` of `related_bills` are enough."""
    findings_by_bill = _of_pce(oldest_first(bills), facts)
    return _judged(bill, findings_by_bill[bill.id], facts, prices)


def related_bills(bill: Bill, bills: Iterable[Bill]) -> list[Bill]:
    """Return the bills whose days are needed to check `bill`: itself and its runs."""
    bills_by_id = {bill.id: bill}
    for last, estimates in runs(oldest_first(bills)):
        run = [*estimates, last]
        if bill.id in {run_bill.id for run_bill in run}:
            bills_by_id |= {run_bill.id: run_bill for run_bill in run}
    return list(bills_by_id.values())


def oldest_first(bills: Iterable[Bill]) -> list[Bill]:
    return sorted(bills, key=lambda one: (one.draft.first, one.draft.last, one.id))


def _of_pce(bills: Sequence[Bill], facts: FactsOf) -> Found:
    """Return the findings for the bills of a PCE, oldest first."""
    findings_by_bill = {
        bill.id: list(findings_of(bill.draft, facts.get(bill.id, NO_FACTS))) for bill in bills
    }
    for bill in bills:
        if bill.draft.nature is Nature.ESTIMATED:
            findings_by_bill[bill.id] = [
                _estimated(bill_finding) for bill_finding in findings_by_bill[bill.id]
            ]
    for bill, estimates in runs(bills):
        _regularise(bill, estimates, facts, findings_by_bill)
    for bill, finding in overlapping(bills):
        findings_by_bill[bill.id].append(finding)
    return findings_by_bill


def _estimated(finding: BillFinding) -> BillFinding:
    """Return the finding for an estimate, whose difference is only to be regularised."""
    if finding.point in {BillPoint.ENERGY_SAME, BillPoint.ENERGY_NEAR, BillPoint.ENERGY_OFF}:
        return BillFinding(BillPoint.ESTIMATED, BillVerdict.TO_CHECK, finding.facts)
    return finding


def days_between(earlier: date, later: date) -> int:
    """Return the days between a last and a first day, negative when they overlap."""
    return (later - earlier).days - 1


def covers_period(bill: Bill, other: Bill) -> bool:
    """Return whether `bill` covers most of `other`, up to a day at each end."""
    draft, two = bill.draft, other.draft
    common = (min(draft.last, two.last) - max(draft.first, two.first)).days + 1
    ends = days_between(two.first, draft.first) <= 0 and days_between(draft.last, two.last) <= 0
    return ends and 2 * common > two.days


def runs(bills: Sequence[Bill]) -> Iterator[tuple[Bill, list[Bill]]]:
    """Yield each measured bill, oldest first, with the estimates that it regularises.

    These are the ones that it covers, else the consecutive ones just before it.
    """
    estimates = [estimate for estimate in bills if estimate.draft.nature is Nature.ESTIMATED]
    firsts = [estimate.draft.first for estimate in estimates]
    for rank, bill in enumerate(bills):
        if bill.draft.nature is Nature.MEASURED:
            # with a day of tolerance at each end
            since = bisect_left(firsts, bill.draft.first - _DAY)
            to = bisect_right(firsts, bill.draft.last + _DAY)
            within = [estimate for estimate in estimates[since:to] if covers_period(bill, estimate)]
            yield bill, within or _just_before(bills, rank)


def _just_before(bills: Sequence[Bill], rank: int) -> list[Bill]:
    """Return the consecutive estimates that end where `bills[rank]` begins, oldest first."""
    chain: list[Bill] = []
    first = bills[rank].draft.first
    for place in range(rank - 1, -1, -1):
        other = bills[place].draft
        if other.nature is Nature.MEASURED or abs(days_between(other.last, first)) > 1:
            break
        chain.append(bills[place])
        first = other.first
    return chain[::-1]


def _regularise(bill: Bill, estimates: list[Bill], facts: FactsOf, findings_by_bill: Found) -> None:
    """Replace individual energy findings by that of a bill with its estimates."""
    if not estimates:
        return
    own = next(item for item in findings_by_bill[bill.id] if item.point in ENERGY)
    energy, rest = own, [item for item in findings_by_bill[bill.id] if item is not own]
    inside = covers_period(bill, estimates[0])
    if not inside:  # it starts at an estimated index
        rest = [item for item in rest if item.point not in _INDEXES or item.facts["side"] == "end"]
    if not inside or own.point not in {BillPoint.ENERGY_SAME, BillPoint.ENERGY_NEAR}:
        energy = together(bill, estimates, facts)
        if inside and energy.verdict is BillVerdict.AGREES:  # it bills the difference only
            rest = [item for item in rest if item.point is not BillPoint.PRODUCT_OFF]
    agrees = energy.verdict is BillVerdict.AGREES
    point = BillPoint.REGULARISES if agrees else _ALL_OF.get(energy.point, energy.point)
    since: Told = estimates[0].draft.first
    energy_facts = {**energy.facts, "since": since, "count": len(estimates)}
    findings_by_bill[bill.id] = [*rest, BillFinding(point, energy.verdict, energy_facts)]
    for item in estimates:
        findings_by_bill[item.id] = _regularised(findings_by_bill[item.id], bill, agrees=agrees)


def _named(bill: Bill) -> dict[str, Told]:
    draft = bill.draft
    return {"number": draft.number, "first": draft.first, "last": draft.last}


def _regularised(findings: list[BillFinding], bill: Bill, *, agrees: bool) -> list[BillFinding]:
    """Return the findings of an estimate once `bill` regularises it; its own gap is kept."""
    if not agrees:
        return [*findings, BillFinding(BillPoint.REGULARISED, BillVerdict.TO_CHECK, _named(bill))]
    estimated = {BillPoint.ESTIMATED, BillPoint.ENERGY_UNKNOWN}
    gaps = [item.facts["gap"] for item in findings if item.point is BillPoint.ESTIMATED]
    regularised_facts = _named(bill) | ({"gap": gaps[0]} if gaps else {})
    return [
        *(item for item in findings if item.point not in estimated),
        BillFinding(BillPoint.REGULARISED, BillVerdict.AGREES, regularised_facts),
    ]


def together(bill: Bill, estimates: Sequence[Bill], facts: FactsOf) -> BillFinding:
    """Check the total energy that `bill` and `estimates` bill."""
    billed = bill.draft.energy_wh + sum(estimate.draft.energy_wh for estimate in estimates)
    if covers_period(bill, estimates[0]):
        draft = replace(bill.draft, energy_wh=billed)
        return energy_finding(draft, facts.get(bill.id, NO_FACTS))
    chain = [*estimates, bill]
    first = estimates[0].draft
    draft = replace(bill.draft, first=first.first, start_dm3=first.start_dm3, energy_wh=billed)
    return energy_finding(draft, _joined(chain, facts))


def _joined(chain: Sequence[Bill], facts: FactsOf) -> BillFacts:
    """Join the facts of consecutive bills into those of one bill."""
    joined_facts, last = facts.get(chain[0].id, NO_FACTS), chain[0].draft.last
    for bill in chain[1:]:
        own = facts.get(bill.id, NO_FACTS)
        between = days_between(last, bill.draft.first)
        joined_facts, last = _follow(joined_facts, own, between), bill.draft.last
    return joined_facts


def _follow(earlier_facts: BillFacts, other: BillFacts, between: int) -> BillFacts:
    """Join two facts: a shared day counts once, a missing day in between is added."""
    shared = other.edges[1] if between < 0 else earlier_facts.edges[3] if between > 0 else None
    sign = -1 if between < 0 else 1
    energy = shared.energy_wh if shared is not None else None
    start, end = (shared.start_dm3, shared.end_dm3) if shared is not None else (None, None)
    volume = end - start if start is not None and end is not None else 0
    both = [pair for pair in (earlier_facts.coefficients, other.coefficients) if pair is not None]
    return BillFacts(
        known_days=earlier_facts.known_days + other.known_days + (0 if energy is None else sign),
        energy_wh=earlier_facts.energy_wh + other.energy_wh + sign * (energy or 0),
        volume_dm3=earlier_facts.volume_dm3 + other.volume_dm3 + sign * volume,
        estimated=earlier_facts.estimated + other.estimated,
        estimated_wh=earlier_facts.estimated_wh + other.estimated_wh,
        coefficients=(min(low for low, _ in both), max(high for _, high in both)) if both else None,
        edges=(*earlier_facts.edges[:2], *other.edges[2:]),
        ahead=earlier_facts.ahead + other.ahead,
        largest_day_wh=max(earlier_facts.largest_day_wh, other.largest_day_wh),
    )


def overlapping(bills: Sequence[Bill]) -> Iterable[tuple[Bill, BillFinding]]:
    """Yield overlaps and gaps of more than a day between bills.

    Estimates that a measured bill covers do not overlap with it.
    """
    before: Bill | None = None  # the earlier bill that ends last
    still: list[Bill] = []  # earlier bills that extend past the first day of the current one
    for bill in bills:
        draft = bill.draft
        if before is not None and (away := days_between(before.draft.last, draft.first)) > 1:
            yield (
                bill,
                BillFinding(BillPoint.GAP, BillVerdict.TO_CHECK, {**_named(before), "days": away}),
            )
        still = [open_bill for open_bill in still if open_bill.draft.last > draft.first]
        unsettled = (open_bill for open_bill in still if not corrects(bill, open_bill))
        other = max(unsettled, key=lambda one: min(bill.draft.last, one.draft.last), default=None)
        days = (min(draft.last, other.draft.last) - draft.first).days + 1 if other else 0
        if other and days > 1:
            yield (
                bill,
                BillFinding(
                    BillPoint.OVERLAP, BillVerdict.TO_CHECK, {**_named(other), "days": days}
                ),
            )
        still.append(bill)
        if before is None or draft.last > before.draft.last:
            before = bill


def corrects(bill: Bill, other: Bill) -> bool:
    natures = bill.draft.nature, other.draft.nature
    if natures == (Nature.MEASURED, Nature.ESTIMATED):
        return covers_period(bill, other)
    return natures == (Nature.ESTIMATED, Nature.MEASURED) and covers_period(other, bill)


def _judged(
    bill: Bill, bill_findings: list[BillFinding], facts: FactsOf, prices: PricesOf
) -> JudgedBill:
    tariffs, own = prices.get(bill.pce_id, ()), facts.get(bill.id, NO_FACTS)
    money = money_finding(bill.draft, tariffs)
    order = list(BillVerdict)
    ordered_findings = sorted(  # most severe first, then energy
        [*bill_findings, *([money] if money else [])],
        key=lambda one: (order.index(one.verdict), one.point not in ENERGY),
    )
    bounds = bounds_of(bill.draft, own)
    gap = _gap_of(ordered_findings)
    judgement = Judgement(
        ordered_findings[0].verdict,
        tuple(ordered_findings),
        bounds.low if own.known_days else None,
        bounds.high if own.known_days else None,
        gap,
        None if gap is None else gap_cents(bill.draft, gap, tariffs, own),
        beyond(money),
        bounds.missing,
        coefficient_of(bill.draft, own) if own.volume_dm3 > 0 else None,
        own.deposited,
    )
    return JudgedBill(bill, judgement)


def _gap_of(findings: Sequence[BillFinding]) -> int | None:
    """Return the Wh of the most severe difference, tolerated ones included."""
    gap = next((finding.facts["gap"] for finding in findings if "gap" in finding.facts), None)
    return gap if isinstance(gap, int) else None
