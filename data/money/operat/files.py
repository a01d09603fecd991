"""Parse sheets of sites, and write the file of a year; COLUMNS describes its columns.

The declarant must check the layout against OPERAT's import: add, rename or move a column in COLUMNS
only.
"""

from collections.abc import Callable
from datetime import date

from core.errors import Invalid
from core.i18n import N_
from data.metering.pces.files import pce_in
from data.metering.surfaces.rules import surface_in
from data.metering.surfaces.types import DM2
from data.money.operat.rules.absolute import check_category, target_in, value_in
from data.money.operat.rules.checks import (
    degree_days_in,
    reference_kwh_in,
    reference_year_in,
    siren_in,
    siret_in,
    words_in,
)
from data.money.operat.rules.years import pci_wh
from data.money.operat.types import (
    AbsoluteValue,
    Entity,
    OperatLine,
    OperatSiteSettings,
    SiteDraft,
    StoredValue,
    Year,
)
from data.runs.files.faults import FieldFaults
from data.runs.files.rows import Cells, day_in, number_in, read_rows, text_in
from data.runs.types import SheetTable

PCE, NAME, SURFACE = "PCE", "Dénomination EFA", "Surface (m²)"
SITE, ADDRESS = "Site", "Adresse"  # information about the PCE of a line: ignored when reading
EFA, SIREN, SIRET = "Référence EFA", "SIREN", "SIRET"
CATEGORY = "Catégorie d’activité"
REFERENCE_YEAR, REFERENCE = "Année de référence", "Référence (kWh PCI)"
DEGREE_DAYS = "DJU 18 de référence"
_REFERENCE = (REFERENCE_YEAR, REFERENCE, DEGREE_DAYS)
HEADER = (PCE, SITE, ADDRESS, EFA, NAME, SIREN, SIRET, SURFACE, CATEGORY, *_REFERENCE)
FILLED = (PCE, EFA, NAME, SIREN, SIRET, SURFACE, CATEGORY, *_REFERENCE)
MOST = 20_000
MOST_VALUES = 2000
_KWH, _PERCENT = 1000, 100
Cell = str | int | float | date | None


def read(content: bytes) -> SheetTable:
    return read_rows(content, FILLED, (PCE,), MOST)


def draft_in(cells: Cells) -> SiteDraft:
    """Return the site of a line. Raise FieldFaults with all wrong fields."""
    faults = FieldFaults()

    def words(column: str, read_it: Callable[[str], str]) -> str:
        return faults.tried(column, lambda: read_it(text_in(cells, column))) or ""

    def number(column: str, read_it: Callable[[str], int | None]) -> int | None:
        return faults.tried(column, lambda: read_it(number_in(cells, column)))

    pce, siren = faults.tried(PCE, lambda: pce_in(cells, PCE)), words(SIREN, siren_in)
    draft = SiteDraft(
        pce=pce or "",
        efa=words(EFA, words_in),
        name=words(NAME, words_in),
        siren=siren,
        siret=words(SIRET, lambda text: siret_in(text, siren)),
        surface_dm2=faults.tried(SURFACE, lambda: surface_in(number_in(cells, SURFACE))),
        category=words(CATEGORY, words_in),
        reference_year=number(REFERENCE_YEAR, reference_year_in),
        reference_wh=number(REFERENCE, reference_kwh_in),
        reference_degree_days=number(DEGREE_DAYS, degree_days_in),
    )
    if faults.errors:
        raise faults
    return draft


def cells_of(site: OperatSiteSettings) -> tuple[Cell, ...]:
    """Return the cells of a site, in the order of `HEADER`."""
    draft = site.draft
    identity_cells = draft.pce, site.alias, site.address, draft.efa, draft.name, draft.siren
    wh = draft.reference_wh
    reference = draft.reference_year, wh and wh // _KWH, draft.reference_degree_days
    return *identity_cells, draft.siret, _surface(draft), draft.category, *reference


def _surface(draft: SiteDraft) -> float | None:
    return None if draft.surface_dm2 is None else draft.surface_dm2 / DM2


def _kwh(wh: int | None) -> float | None:
    return None if wh is None else wh / _KWH


def source_of(year: Year) -> str:
    """Return the source of a year's days: published periods, daily readings, or both."""
    if not year.days:
        return ""
    if not year.published:
        return "Quotidien"
    return "Publié" if year.published == year.days else "Publié et quotidien"


def _share(days: int, line: OperatLine | Entity) -> float | None:
    return round(_PERCENT * days / line.year.length, 1)


# Columns of the yearly file: title and value (domain.md §8.2).
COLUMNS: tuple[tuple[str, Callable[[OperatLine], Cell]], ...] = (
    ("Année", lambda line: line.year.year),
    ("SIREN", lambda line: line.site.draft.siren),
    ("SIRET", lambda line: line.site.draft.siret),
    ("Référence EFA", lambda line: line.site.draft.efa),
    ("Dénomination EFA", lambda line: line.site.draft.name or line.site.alias),
    ("Énergie", lambda _line: "Gaz naturel"),
    ("PCE", lambda line: line.site.draft.pce),
    ("Consommation kWh PCS", lambda line: _kwh(line.year.energy_wh_pcs)),
    ("Consommation kWh PCI", lambda line: _kwh(pci_wh(line.year.energy_wh_pcs))),
    ("Part de jours mesurés %", lambda line: _share(line.year.measured, line)),
    ("Part estimée %", lambda line: _share(line.year.estimated, line)),
    ("Part sans donnée %", lambda line: _share(line.year.missing, line)),
    ("Date début", lambda line: line.ends[0]),
    ("Date fin", lambda line: line.ends[1]),
    ("Surface m2", lambda line: _surface(line.site.draft)),
    ("Source", lambda line: source_of(line.year)),
    ("Part au prorata %", lambda line: _share(line.year.prorated, line)),
    ("Part déposée par une organisation %", lambda line: _share(line.year.deposited, line)),
    ("DJU 18 année", lambda line: line.degree_days),
    (CATEGORY, lambda line: line.site.draft.category),
)
# Columns of the totals by functional entity.
ENTITY_COLUMNS: tuple[tuple[str, Callable[[Entity], Cell]], ...] = (
    ("Année", lambda one: one.year.year),
    ("SIREN", lambda one: one.draft.siren),
    ("SIRET", lambda one: one.draft.siret),
    ("Référence EFA", lambda one: one.draft.efa),
    ("Dénomination EFA", lambda one: one.draft.name),
    (CATEGORY, lambda one: one.draft.category),
    ("Énergie", lambda _one: "Gaz naturel"),
    ("Nombre de PCE", lambda one: len(one.pces)),
    ("PCE", lambda one: ", ".join(one.pces)),
    ("Consommation kWh PCS", lambda one: _kwh(one.year.energy_wh_pcs)),
    ("Consommation kWh PCI", lambda one: _kwh(pci_wh(one.year.energy_wh_pcs))),
    ("Part de jours mesurés %", lambda one: _share(one.year.measured, one)),
    ("Part estimée %", lambda one: _share(one.year.estimated, one)),
    ("Part sans donnée %", lambda one: _share(one.year.missing, one)),
    ("Surface m2", lambda one: _surface(one.draft)),
    ("DJU 18 année", lambda one: one.degree_days),
)


TARGET, VALUE, SINCE, SOURCE = "Échéance", "Valeur absolue (kWh/m²)", "Valable depuis", "Source"
VALUES_HEADER = (CATEGORY, TARGET, VALUE, SINCE, SOURCE)


def read_values(content: bytes) -> SheetTable:
    return read_rows(content, VALUES_HEADER, (CATEGORY, TARGET, VALUE, SINCE), MOST_VALUES)


def value_in_line(cells: Cells) -> AbsoluteValue:
    """Return the absolute value of a line. Raise FieldFaults with all wrong fields."""
    faults = FieldFaults()
    category = faults.tried(CATEGORY, lambda: check_category(words_in(text_in(cells, CATEGORY))))
    target = faults.tried(TARGET, lambda: target_in(number_in(cells, TARGET)))
    value = faults.tried(VALUE, lambda: value_in(number_in(cells, VALUE)))
    first = faults.tried(SINCE, lambda: _published_in(cells))
    source = faults.tried(SOURCE, lambda: words_in(text_in(cells, SOURCE)))
    if faults.errors or not category or target is None or value is None or first is None:
        raise faults
    return AbsoluteValue(category, target, value, first, source or "")


def _published_in(cells: Cells) -> date:
    day = day_in(cells, SINCE)
    if day is None:
        raise Invalid(N_("Indiquez le jour depuis lequel cette valeur vaut, celui de l’arrêté."))
    return day


def value_cells(stored: StoredValue) -> tuple[Cell, ...]:
    """Return the cells of an absolute value, in the order of `VALUES_HEADER`."""
    value = stored.draft
    return value.category, value.target_year, value.wh_per_m2 / _KWH, value.first, value.source


def titles() -> tuple[str, ...]:
    return tuple(title for title, _cell in COLUMNS)


def row_of(line: OperatLine) -> tuple[Cell, ...]:
    return tuple(cell(line) for _title, cell in COLUMNS)


def entity_titles() -> tuple[str, ...]:
    return tuple(title for title, _cell in ENTITY_COLUMNS)


def entity_row(entity: Entity) -> tuple[Cell, ...]:
    return tuple(cell(entity) for _title, cell in ENTITY_COLUMNS)
