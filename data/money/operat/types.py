"""Types of the yearly declaration (décret tertiaire, domain.md §8.2).

Energies are in Wh PCS, like readings; OPERAT counts in kWh PCI, and `pci_wh` is the only
conversion. Surfaces are those of
`data.metering.surfaces`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.i18n import N_

INVENTED = N_("Démonstration : valeur inventée")  # source of the values of a demo portal
SeenSite = tuple[int, int | None]  # version of a site on screen, and its surface in dm²


@dataclass(frozen=True, slots=True)
class SiteDraft:
    """Values of a PCE's site in a sheet: the functional entity (EFA) it heats."""

    pce: str
    efa: str = ""
    name: str = ""
    siren: str = ""
    siret: str = ""
    surface_dm2: int | None = None
    category: str = ""  # category of activity, as in the decree
    reference_year: int | None = None
    reference_wh: int | None = None  # PCI: gas of this PCE in that year
    reference_degree_days: int | None = None


@dataclass(frozen=True, slots=True)
class OperatSiteSettings:
    """Stored site of a PCE; `version` detects concurrent changes, 0 for a new site.

    The surface of `draft` is the one valid on the day that is asked about.
    """

    pce_id: int
    draft: SiteDraft
    alias: str = ""
    version: int = 0
    address: str = ""

    @property
    def displayed(self) -> SeenSite:
        """Return what a change of the site must still find."""
        return self.version, self.draft.surface_dm2


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year of a PCE: days from 1 January to 31 December, 06:00 to 06:00.

    `days` counts days with a value, split into `measured` and `estimated` (including reconstructed
    days and shares of periods); `prorated` among them are shares of a published period that crosses
    an end of the year. `published` days come from published periods, the others from daily
    readings. `overlaps` counts days covered by two published periods.
    """

    year: int
    energy_wh_pcs: int | None
    days: int
    measured: int
    estimated: int
    prorated: int
    overlaps: int
    length: int  # days of the year
    published: int = 0
    deposited: int = 0  # days with a value from an organisation, not the distributor

    @property
    def missing(self) -> int:
        return self.length - self.days


@dataclass(frozen=True, slots=True)
class OperatLine:
    """A site and its year: a line of the file."""

    site: OperatSiteSettings
    year: Year
    degree_days: float | None = None  # base 18, when every day of its station is known
    summer_wh: int | None = None  # PCS, mean day of July and August, when the year is readable

    @property
    def ends(self) -> tuple[date, date]:
        return date(self.year.year, 1, 1), date(self.year.year, 12, 31)


class OperatFault(StrEnum):
    """Issue to resolve before a year is declared."""

    NO_DATA = "no_data"
    GAP = "gap"
    OVERLAP = "overlap"
    DEPOSITED = "deposited"
    NO_EFA = "no_efa"
    NO_SURFACE = "no_surface"
    SURFACES = "surfaces"  # PCEs of one entity with different surfaces
    NO_SIRET = "no_siret"


@dataclass(frozen=True, slots=True)
class OperatFinding:
    """An issue of a line; `count` is a number of days where it concerns days."""

    fault: OperatFault
    line: OperatLine
    count: int = 0


@dataclass(frozen=True, slots=True)
class Entity:
    """A functional entity and its year: the sum of its PCEs.

    `surface_dm2` is None when its lines have several surfaces or none; days are summed over its
    PCEs.
    """

    draft: SiteDraft
    pces: tuple[str, ...]
    year: Year
    degree_days: float | None


@dataclass(frozen=True, slots=True)
class AbsoluteValue:
    """The most that a category of activity may use in `target_year`, all energies, by m² a year.

    It is known from `first` on: the order of a later day replaces it.
    """

    category: str
    target_year: int
    wh_per_m2: int
    first: date
    source: str = ""


@dataclass(frozen=True, slots=True)
class StoredValue:
    """A stored absolute value; a change must have seen its `version`."""

    id: int
    draft: AbsoluteValue
    version: int = 1


@dataclass(frozen=True, slots=True)
class AbsoluteStanding:
    """The gas of an entity in a year, in Wh PCI per m², beside the value of its category.

    `value` is None when the operator has entered none for it.
    """

    entity: Entity
    gas_wh_per_m2: int
    value: AbsoluteValue | None

    @property
    def is_exceeded(self) -> bool:
        """Return whether gas alone exceeds the value, so that it cannot be met."""
        return self.value is not None and self.gas_wh_per_m2 > self.value.wh_per_m2
