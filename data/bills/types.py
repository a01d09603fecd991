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
    MEASURED = "measured"  # on a reading of the meter
    ESTIMATED = "estimated"


class BillVerdict(StrEnum):
    """What is said of a bill, the gravest first."""

    DIFFERS = "differs"
    TO_CHECK = "to_check"
    UNKNOWN = "unknown"  # the readings cannot tell
    AGREES = "agrees"


class BillPoint(StrEnum):
    """What was looked at in a bill, and how it came out."""

    ENERGY_SAME = "energy_same"
    ENERGY_NEAR = "energy_near"  # with a day more or less at an end
    ENERGY_OFF = "energy_off"
    ENERGY_UNKNOWN = "energy_unknown"
    INDEX_SAME = "index_same"
    INDEX_SHIFTED = "index_shifted"  # it is the one of a day beside
    INDEX_OFF = "index_off"
    INDEX_BACK = "index_back"  # it ends lower than it begins
    PRODUCT_OFF = "product_off"  # its own volume by its own coefficient is not its energy
    COEFFICIENT_OFF = "coefficient_off"
    AMOUNT_SAME = "amount_same"
    AMOUNT_OFF = "amount_off"
    AMOUNT_UNPRICED = "amount_unpriced"
    ESTIMATED = "estimated"
    REGULARISED = "regularised"  # an estimate, by a later bill
    REGULARISES = "regularises"  # estimates, and together they agree
    RUN_OFF = "run_off"  # it regularises estimates, and together they do not
    OVERLAP = "overlap"
    GAP = "gap"


Told = int | str | date | None


@dataclass(frozen=True, slots=True)
class BillFinding:
    """A point, what it weighs in the verdict, and the figures that its sentence says."""

    point: BillPoint
    verdict: BillVerdict
    facts: Mapping[str, Told] = field(default_factory=dict)

    @property
    def by_a_day(self) -> bool:
        """Whether its gap is beyond what rounding explains, and a day at an end may be."""
        gap, leeway = self.facts.get("gap"), self.facts.get("leeway")
        if not isinstance(gap, int) or not isinstance(leeway, int):
            return False
        return self.verdict is BillVerdict.TO_CHECK and abs(gap) > leeway


@dataclass(frozen=True, slots=True)
class BillDraft:
    """A bill as somebody types it; what a bill does not say is None, a number left out is ""."""

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
        """What tells a bill from another one."""
        return self.pce, self.first, self.last, self.number


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill that is kept; who changes it says the `version` seen."""

    id: int
    pce_id: int
    draft: BillDraft
    version: int = 1
    alias: str = ""


class Edge(NamedTuple):
    """What the reading of a day at an end of a bill says."""

    energy_wh: int | None = None
    start_dm3: int | None = None
    end_dm3: int | None = None


NO_EDGE = Edge()


@dataclass(frozen=True, slots=True)
class BillFacts:
    """What the readings of the days of a bill say, of those that may be read.

    `known` days have an energy, of which `estimated` by the distributor; `edges` are the day before
    the first, the first, the last, and the day after it. `ahead` days have not come yet.
    """

    known_days: int = 0
    energy_wh: int = 0
    volume_dm3: int = 0
    estimated: int = 0
    estimated_wh: int = 0
    coefficients: tuple[int, int] | None = None  # the lowest and the highest
    edges: tuple[Edge, Edge, Edge, Edge] = (NO_EDGE, NO_EDGE, NO_EDGE, NO_EDGE)
    ahead: int = 0
    published_wh: int | None = None  # of the published period of these very days, where measured
    deposited: int = 0  # of the known days: by an organisation, not the distributor


NO_FACTS = BillFacts()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of a bill: `low_wh`…`high_wh` is what was read, None where nothing bounds it.

    `gap_wh` is what is billed beyond what was read, below 0 what is not billed, be it tolerated or
    not; `gap_cents` is what these very Wh are worth. `amount_cents` is what the amount is beyond
    what the prices make of the billed energy, apart: neither is in the other.
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
    deposited: int = 0  # days read: by an organisation, not the distributor

    def first_of(self, *points: BillPoint) -> BillFinding | None:
        return next((finding for finding in self.findings if finding.point in points), None)

    @property
    def energy(self) -> BillFinding | None:
        """What tells `gap_wh`."""
        return next((finding for finding in self.findings if "gap" in finding.facts), None)

    @property
    def off(self) -> bool:
        """Whether `gap_wh` is more than what is tolerated."""
        return self.energy is not None and self.energy.verdict is not BillVerdict.AGREES

    @property
    def by_a_day(self) -> bool:
        """Whether one day at an end may explain `gap_wh`."""
        return self.energy is not None and self.energy.by_a_day


@dataclass(frozen=True, slots=True)
class JudgedBill:
    bill: Bill
    judgement: Judgement
