"""Types of the yearly declaration (décret tertiaire, domain.md §8.2).

Energies are in Wh PCS, as readings are; OPERAT counts in kWh PCI: `pci_wh` is the one conversion.
Surfaces are in dm², so that a hundredth of a square metre is whole.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DM2 = 100  # in a square metre


@dataclass(frozen=True, slots=True)
class SiteDraft:
    """What a line of a sheet says of the site of a PCE: the functional entity (EFA) it heats."""

    pce: str
    efa: str = ""
    name: str = ""
    siren: str = ""
    siret: str = ""
    surface_dm2: int | None = None
    category: str = ""  # of activity, as the decree names it


@dataclass(frozen=True, slots=True)
class OperatSiteSettings:
    """The site that is kept of a PCE; who changes it says the `version` seen, 0 for a new one."""

    pce_id: int
    draft: SiteDraft
    alias: str = ""
    version: int = 0
    address: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year of a PCE: days from 1 January to 31 December, 06:00 to 06:00.

    `days` have a value, of which `measured` and `estimated` (reconstructed included, and those that
    are a share of a period); `prorated`, of these, are shares of a published period that crosses
    an end of the year. `published` days are told by published periods, the others by daily
    readings. `overlaps` is how many days two published periods both cover.
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
    deposited: int = 0  # of those with a value: by an organisation, not the distributor

    @property
    def missing(self) -> int:
        return self.length - self.days


@dataclass(frozen=True, slots=True)
class OperatLine:
    """A site and its year: a line of the file."""

    site: OperatSiteSettings
    year: Year
    degree_days: float | None = None  # base 18, where every day of its station is known

    @property
    def ends(self) -> tuple[date, date]:
        return date(self.year.year, 1, 1), date(self.year.year, 12, 31)


class OperatFault(StrEnum):
    """What is to be seen to before a year is declared."""

    NO_DATA = "no_data"
    GAP = "gap"
    OVERLAP = "overlap"
    DEPOSITED = "deposited"
    NO_EFA = "no_efa"
    NO_SURFACE = "no_surface"
    SURFACES = "surfaces"  # of the PCE of one entity, that are not one
    NO_SIRET = "no_siret"


@dataclass(frozen=True, slots=True)
class OperatFinding:
    """A fault of a line; `count` is in days where it is about days."""

    fault: OperatFault
    line: OperatLine
    count: int = 0


@dataclass(frozen=True, slots=True)
class Entity:
    """A functional entity and its year: the PCE that heat it, summed.

    `surface_dm2` is None where its lines say several, or none; days are those of all its PCE.
    """

    draft: SiteDraft
    pces: tuple[str, ...]
    year: Year
    degree_days: float | None
