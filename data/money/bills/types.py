"""Types of bills and of their comparison with readings.

Energy is in Wh PCS, as bills and readings count it (domain.md §8.3), volumes and indexes in dm³,
coefficients in 1/10 000 kWh PCS/m³, money in cents. Days are gas days, both ends included: the
index that a bill begins with is the one of its first day at 06:00, the index that it ends with the
one of the morning after its last day, at 06:00.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Nature(StrEnum):
    MEASURED = "measured"  # based on a meter reading
    ESTIMATED = "estimated"


class BillVerdict(StrEnum):
    """The verdict on a bill, most severe first."""

    DIFFERS = "differs"
    TO_CHECK = "to_check"
    UNKNOWN = "unknown"  # the readings are insufficient
    AGREES = "agrees"


class BillPoint(StrEnum):
    """A checked aspect of a bill and its result."""

    ENERGY_SAME = "energy_same"
    ENERGY_NEAR = "energy_near"  # with one day more or less at an end
    ENERGY_OFF = "energy_off"
    ENERGY_UNKNOWN = "energy_unknown"
    INDEX_SAME = "index_same"
    INDEX_SHIFTED = "index_shifted"  # it is the index of a neighbouring day
    INDEX_OFF = "index_off"
    INDEX_BACK = "index_back"  # it ends lower than it starts
    PRODUCT_OFF = "product_off"  # its volume times its coefficient is not its energy
    COEFFICIENT_OFF = "coefficient_off"
    AMOUNT_SAME = "amount_same"
    AMOUNT_OFF = "amount_off"
    AMOUNT_UNPRICED = "amount_unpriced"
    ESTIMATED = "estimated"
    REGULARISED = "regularised"  # an estimate, by a later bill
    REGULARISES = "regularises"  # estimates, and the total agrees
    RUN_OFF = "run_off"  # it regularises estimates, and the total differs
    OVERLAP = "overlap"
    GAP = "gap"


Told = int | str | date | None


@dataclass(frozen=True, slots=True)
class BillFinding:
    """A point, its weight in the verdict, and the figures of its sentence."""

    point: BillPoint
    verdict: BillVerdict
    facts: Mapping[str, Told] = field(default_factory=dict)

    @property
    def by_a_day(self) -> bool:
        """Return whether the gap exceeds rounding but may be explained by a day at an end."""
        gap, leeway = self.facts.get("gap"), self.facts.get("leeway")
        if not isinstance(gap, int) or not isinstance(leeway, int):
            return False
        return self.verdict is BillVerdict.TO_CHECK and abs(gap) > leeway


@dataclass(frozen=True, slots=True)
class BillDraft:
    """A bill as typed; missing values are None, a missing number is ""."""

    pce: str
    first: date
    last: date
    energy_wh: int
    number: str = ""
    nature: Nature = Nature.MEASURED
    start_dm3: int | None = None
    end_dm3: int | None = None
    coefficient_e4: int | None = None
    cents: int | None = None  # taxes included

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def key(self) -> tuple[str, date, date, str]:
        """Return the identity of a bill."""
        return self.pce, self.first, self.last, self.number


@dataclass(frozen=True, slots=True)
class Bill:
    """A stored bill; a change must pass the `version` that was seen."""

    id: int
    pce_id: int
    draft: BillDraft
    version: int = 1
    alias: str = ""


class Edge(NamedTuple):
    """The reading of a day at an end of a bill."""

    energy_wh: int | None = None
    start_dm3: int | None = None
    end_dm3: int | None = None


NO_EDGE = Edge()


@dataclass(frozen=True, slots=True)
class BillFacts:
    """The readable readings of a bill's days.

    `known_days` have an energy, `estimated` of them estimated by the distributor; `edges` are the
    day before the first, the first, the last and the day after it. `ahead` days are in the future.
    """

    known_days: int = 0
    energy_wh: int = 0
    volume_dm3: int = 0
    estimated: int = 0
    estimated_wh: int = 0
    coefficients: tuple[int, int] | None = None  # lowest and highest
    edges: tuple[Edge, Edge, Edge, Edge] = (NO_EDGE, NO_EDGE, NO_EDGE, NO_EDGE)
    ahead: int = 0
    largest_day_wh: int = 0  # of the known days
    published_wh: int | None = None  # of the measured published period of exactly these days
    deposited: int = 0  # known days deposited by an organisation


NO_FACTS = BillFacts()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The check of a bill: consumption is `low_wh`…`high_wh`, None when unbounded.

    `gap_wh` is billed beyond consumption (negative: not billed), tolerated or not; `gap_cents` is
    its value. `amount_cents` is, independently, the amount beyond the price of the billed energy:
    their sum is the amount beyond the price of the consumption.
    """

    verdict: BillVerdict
    findings: tuple[BillFinding, ...] = ()
    low_wh: int | None = None
    high_wh: int | None = None
    gap_wh: int | None = None
    gap_cents: int | None = None
    amount_cents: int | None = None
    missing: int = 0  # days
    coefficient_e4: int | None = None  # of the readings, over these days
    deposited: int = 0  # days deposited by an organisation

    def first_of(self, *points: BillPoint) -> BillFinding | None:
        return next((finding for finding in self.findings if finding.point in points), None)

    @property
    def energy(self) -> BillFinding | None:
        """Return the finding of `gap_wh`."""
        return next((finding for finding in self.findings if "gap" in finding.facts), None)

    @property
    def amount(self) -> BillFinding | None:
        """Return the finding of `amount_cents`."""
        return self.first_of(BillPoint.AMOUNT_SAME, BillPoint.AMOUNT_OFF)

    @property
    def total_gap_cents(self) -> int | None:
        """Return the cents of the amount beyond the price of the consumption."""
        if self.gap_cents is None or self.amount_cents is None:
            return None
        return self.gap_cents + self.amount_cents

    @property
    def off(self) -> bool:
        """Return whether `gap_wh` exceeds the tolerance."""
        return self.energy is not None and self.energy.verdict is not BillVerdict.AGREES

    @property
    def by_a_day(self) -> bool:
        """Return whether a day at an end may explain `gap_wh`."""
        return self.energy is not None and self.energy.by_a_day


@dataclass(frozen=True, slots=True)
class JudgedBill:
    bill: Bill
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class EInvoice:
    """What an e-invoice says of a bill, as `BillDraft`; what it does not say is None or empty.

    `pces` may be delivery points, the surest first; nothing says that the viewer may see them.
    """

    pces: tuple[str, ...] = ()
    number: str = ""
    nature: Nature = Nature.MEASURED
    first: date | None = None
    last: date | None = None
    energy_wh: int | None = None
    start_dm3: int | None = None
    end_dm3: int | None = None
    coefficient_e4: int | None = None
    cents: int | None = None


class EInvoiceProblem(StrEnum):
    """Why a file gives no bill."""

    NO_DATA = "no_data"  # a PDF without an embedded invoice
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"  # or too deep, or exceeds memory or time
    NOT_XML = "not_xml"
    DOCUMENT_TYPE = "document_type"
    NOT_INVOICE = "not_invoice"
    INVALID = "invalid"  # against its schema
