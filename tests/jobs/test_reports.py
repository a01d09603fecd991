"""Reports made by the job with pandas: the figures of the pages, of what may be read when made."""

from datetime import date

import pandas as pd
import pypdfium2
import pytest

from core.errors import Invalid
from data.exports import actions
from data.exports.files import folder_of, path_of
from data.exports.models import Export
from data.exports.queries import get_export
from data.exports.rules import read_report_asked
from data.exports.types import Content, ExportLimits, ExportState
from data.metering.consumption.actions import roll_up
from data.metering.consumption.models import Reading
from data.metering.pces.models import Pce
from data.metering.prices.actions import add as add_price
from data.metering.prices.types import PriceDraft, PriceKind, PriceUnit
from data.money.operat.actions import keep_site
from data.money.operat.types import SiteDraft
from data.money.retrofits import actions as works
from tests.conftest import TODAY
from tests.data.metering.consumption.test_queries import add_readings, every
from tests.data.money.retrofits.test_keeping import WORKS, days_of_site
from tests.factories import NOW, PCE, make_pce, make_people
from tests.queue_work import make_exports

OTHER = "09999999910002"
GAS = PriceDraft("Gaz", PriceKind.VARIABLE, PriceUnit.EUR_MWH, 50_000_000, date(2020, 1, 1))


@pytest.fixture
def sites(database, alice):
    """Works on one site of Alice's; another with two years of 1 kWh a day, declared to OPERAT."""
    with database.transaction() as db:
        make_people(db)
        first, other = make_pce(db, holder_id=1), make_pce(db, OTHER, holder_id=1, alias="Halle")
        db.execute(Reading.__table__.insert(), days_of_site(first))
        add_readings(db, other, every(date(2024, 11, 1), date(2026, 10, 31)))
        roll_up(db, other.id, date(2024, 11, 1), date(2026, 10, 31))
        add_price(db, alice, GAS, now=NOW)
        works.add(db, alice, WORKS, now=NOW)
        keep_site(
            db, alice, SiteDraft(OTHER, "EFA-1", "Halle", surface_dm2=10_000), (0, None), now=NOW
        )


def make_report(database, var, viewer, content, year=0, pce=""):
    """Ask for a report as its button does, and return the path of its file."""
    spec = read_report_asked({"content": content.value, "year": year, "pce": pce}, TODAY)
    with database.transaction() as db:
        export = actions.ask(db, viewer, spec, limits=ExportLimits(), now=NOW)
    make_exports(database, var, NOW)
    with database.reading() as db:
        row = get_export(db, viewer, export)
        assert row.state is ExportState.DONE, row.problem
        return path_of(folder_of(var), db.get(Export, export).stored_name)


def test_reports_hold_the_figures_of_their_pages(database, tmp_path, sites, alice):
    savings = pd.read_excel(
        make_report(database, tmp_path, alice, Content.SAVINGS), sheet_name=None, engine="calamine"
    )
    assert savings["Travaux"]["Économie (%)"][0] == pytest.approx(20, abs=1)
    assert savings["Mois"].shape[0] == 1
    operat = pd.read_excel(
        make_report(database, tmp_path, alice, Content.OPERAT, 2025), sheet_name=None,
        engine="calamine",
    )  # fmt: skip
    assert operat["EFA et années"][2025].tolist() == [pytest.approx(365 / 1.11, abs=1)]
    path = make_report(database, tmp_path, alice, Content.SITE_YEAR, 0, OTHER)
    year = pypdfium2.PdfDocument(path)
    text = year[0].get_textpage().get_text_bounded()
    assert len(year) == 1
    for words in ("Une année de gaz", "Halle", "365 kWh", "18 €", "Aucun seuil dépassé"):
        assert words in text.replace("\u202f", " ").replace("\u00a0", " ")
    year.close()


def test_a_report_is_of_what_may_be_read_when_it_is_made(database, tmp_path, sites, alice):
    spec = read_report_asked({"content": "site-year", "year": 0, "pce": OTHER}, TODAY)
    with database.transaction() as db:
        export = actions.ask(db, alice, spec, limits=ExportLimits(), now=NOW)
        db.get(Pce, 2).holder_id = 3
    make_exports(database, tmp_path, NOW)
    with database.reading() as db:
        assert get_export(db, alice, export).state is ExportState.FAILED


@pytest.mark.parametrize(
    "forged",
    [
        {"content": "daily"}, {"year": 1}, {"year": "2025"}, {"pce": "1"}, {"pce": 1},
        {"content": "site-year", "pce": ""},
    ],
)  # fmt: skip
def test_a_forged_button_asks_for_nothing(forged):
    with pytest.raises(Invalid):
        read_report_asked({"content": "operat", "year": 2025, "pce": PCE} | forged, TODAY)
