"""Sites kept from a sheet, and their year within what may be read; the file has one table."""

from datetime import date

import pytest
from sqlalchemy import update

from core.errors import Conflict
from data.metering.consumption.actions.rollup import roll_up
from data.metering.consumption.types import Quality
from data.metering.pces.models import PceGrant
from data.money.operat.actions import keep_sites, sort_out_sites
from data.money.operat.files import COLUMNS, FILLED, HEADER, cells_of, read, row_of, titles
from data.money.operat.queries import get_site, list_lines, list_sites
from data.runs.files.rows import write_rows
from tests.data.metering.consumption.test_queries import add_period, add_readings, every
from tests.factories import NOW, PCE, make_grant, make_pce

OTHER = "09999999910002"
pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def pce(db):
    """Alice's, 1 kWh a day of 2025; Bob may read from March on."""
    row = make_pce(db, holder_id=1)
    add_readings(db, row, every(date(2025, 1, 1), date(2025, 12, 31)))
    roll_up(db, row.id, date(2025, 1, 1), date(2025, 12, 31))
    make_grant(db, row, 2, first_day=date(2025, 3, 1), last_day=date(2025, 12, 31))
    return row


def sheet(*lines):
    return ("\r\n".join((";".join(FILLED), *lines))).encode()


GOOD = sheet(f"{PCE};EFA-1;Lycée;123456789;12345678900011;1250,5")


def declare(db, viewer, content=GOOD):
    found = sort_out_sites(db, viewer, read(content))
    keep_sites(db, viewer, found, NOW)
    return found


def test_a_sheet_is_kept_exported_read_back_and_changed(db, pce, alice):
    assert len(declare(db, alice).new) == 1
    (site,) = list_sites(db, alice)
    assert (site.draft.surface_dm2, site.version) == (125_050, 1)
    assert cells_of(site)[:3] == (
        PCE,
        "Lycée des Tilleuls",
        "12 rue des Tilleuls 99123 Villeneuve-Exemple",
    )
    renamed = [(row[0], "Autre", "", *row[3:]) for row in map(cells_of, list_sites(db, alice))]
    again = write_rows(HEADER, renamed, as_xlsx=True)
    found = sort_out_sites(db, alice, read(again))
    assert (found.same, found.new, found.changed, found.problems) == (1, (), (), ())
    stale = sort_out_sites(db, alice, read(sheet(f"{PCE};EFA-2;;;;")))
    assert len(declare(db, alice, sheet(f"{PCE};EFA-3;;;;")).changed) == 1
    with pytest.raises(Conflict):
        keep_sites(db, alice, stale, NOW)
    assert list_sites(db, alice)[0].draft.efa == "EFA-3"


@pytest.mark.alike
@pytest.mark.parametrize(
    ("line", "said"),
    [
        (";EFA;;;;", "indiquez un PCE"),
        (f"{OTHER};;;;;", "introuvable"),
        (f"{PCE};;;;;", "déjà plus haut"),
        ("999;;;;;", "PCE"),
        (f"{PCE};;;12;;", "SIREN"),
        (f"{PCE};;;;12;", "SIRET"),
        (f"{PCE};;;;;grand", "surface"),
        (f"{PCE};{'x' * 90};;;;", "signes"),
    ],
)
def test_a_bad_line_is_refused_and_the_others_are_taken(db, pce, alice, line, said):
    found = sort_out_sites(db, alice, read(sheet(f"{PCE};EFA-1;;;;", line)))
    assert len(found.new) == 1
    ((at, told),) = [(one.line, one.message.format(**one.params)) for one in found.problems]
    assert (at, said in told) == (3, True), told


def test_a_street_is_told_with_technical_data_alone(db, pce, alice, bob):
    db.execute(update(PceGrant).values(technical=False))
    pce.street = "12 rue des Tilleuls"
    db.flush()
    assert "rue" in get_site(db, alice, pce.number).address
    assert "rue" not in get_site(db, bob, pce.number).address


def test_a_year_is_of_the_days_that_may_be_read(db, pce, alice, bob):
    declare(db, alice)
    declare(db, bob)
    (line,) = list_lines(db, alice, 2025)
    assert (line.year.energy_wh_pcs, line.year.days) == (365_000, 365)
    (line,) = list_lines(db, bob, 2025)
    assert (line.year.energy_wh_pcs, line.year.missing) == (306_000, 59)
    assert list_lines(db, alice, 2020)[0].year.energy_wh_pcs is None


def test_published_periods_hold_before_days_within_the_right(db, pce, alice, bob):
    add_period(db, pce, date(2025, 2, 1), date(2025, 4, 30), 5_000, quality=int(Quality.ESTIMATED))
    declare(db, alice)
    declare(db, bob)
    (line,) = list_lines(db, alice, 2025)
    assert (line.year.energy_wh_pcs, line.year.estimated) == (276_000 + 5_000, 89)
    (line,) = list_lines(db, bob, 2025)  # the period begins before the right
    assert line.year.estimated == 0


def test_the_file_says_pcs_and_pci_apart(db, pce, alice):
    declare(db, alice)
    (line,) = list_lines(db, alice, 2025)
    told = dict(zip(titles(), row_of(line), strict=True))
    assert told["Consommation kWh PCS"] == 365
    assert told["Consommation kWh PCI"] == 328.829
    assert (told["Surface m2"], told["Part de jours mesurés %"]) == (1250.5, 100)
    assert len(COLUMNS) == len(set(titles()))


def test_all_the_faults_of_a_line_are_told_at_once(db, pce, alice):
    line = f"{PCE};EFA-1;{'x' * 81};12345;987;beaucoup"
    found = sort_out_sites(db, alice, read(sheet(line)))
    assert [one.column for one in found.problems] == [
        "SIREN", "Dénomination EFA", "SIRET", "Surface (m²)"
    ]  # fmt: skip
