"""Check a bill's amount against the known prices, and value a difference."""

from data.metering.prices.rules.costs import span_cost
from data.metering.prices.types import Tariffs, round_cents
from data.money.bills.rules.verdicts import coefficient_of
from data.money.bills.types import BillDraft, BillFacts, BillFinding, BillPoint, BillVerdict

LEAST = 100  # cents: rounding of the lines of a bill
PART = 100  # tolerated fraction of the amount
_E4 = 10_000


def expected(draft: BillDraft, tariffs: Tariffs) -> tuple[int | None, int]:
    """Return the price of the billed energy in cents, and its number of days without price.

    Energy is spread evenly over the days, which is exact unless a price changes among them.
    """
    cost = span_cost(tariffs, draft.first, draft.days, (draft.energy_wh, _volume(draft)))
    return cost.cents, cost.unpriced


def _volume(draft: BillDraft) -> int | None:
    """Return dm³ from the indexes, else from energy and coefficient."""
    if draft.start_dm3 is not None and draft.end_dm3 is not None:
        return max(0, draft.end_dm3 - draft.start_dm3)
    return draft.energy_wh * _E4 // draft.coefficient_e4 if draft.coefficient_e4 else None


def money_finding(draft: BillDraft, tariffs: Tariffs) -> BillFinding | None:
    """Check the amount against the prices of the billed energy."""
    if draft.cents is None or not tariffs:
        return None
    cents, unpriced = expected(draft, tariffs)
    if cents is None or unpriced:
        return BillFinding(BillPoint.AMOUNT_UNPRICED, BillVerdict.AGREES, {"days": unpriced})
    leeway = max(LEAST, abs(cents) // PART)
    off = abs(draft.cents - cents) > leeway
    amount_facts = {"cents": draft.cents, "expected": cents, "cents_leeway": leeway}
    if off:
        return BillFinding(BillPoint.AMOUNT_OFF, BillVerdict.DIFFERS, amount_facts)
    return BillFinding(BillPoint.AMOUNT_SAME, BillVerdict.AGREES, amount_facts)


def gap_cents(draft: BillDraft, gap_wh: int, tariffs: Tariffs, facts: BillFacts) -> int | None:
    """Return the value of `gap_wh` at the prices of the bill's days, else at its own price.

    It is spread over the days as the billed energy is in `expected`; fixed parts are due anyway.
    """
    volume_dm3 = gap_wh * _E4 // coefficient_of(draft, facts)
    with_gap = span_cost(tariffs, draft.first, draft.days, (gap_wh, volume_dm3))
    fixed = span_cost(tariffs, draft.first, draft.days, (0, 0))
    if with_gap.atto_eur is not None and fixed.atto_eur is not None:
        return round_cents((with_gap.atto_eur - fixed.atto_eur) * draft.days // with_gap.days)
    if draft.cents is None or draft.energy_wh <= 0:
        return None
    return gap_wh * draft.cents // draft.energy_wh


def beyond(money: BillFinding | None) -> int | None:
    """Return the cents of an amount above the price of its energy, negative below."""
    if money is None or money.point is BillPoint.AMOUNT_UNPRICED:
        return None
    billed, expected = money.facts["cents"], money.facts["expected"]
    return billed - expected if isinstance(billed, int) and isinstance(expected, int) else None
