"""A figure of which some days were deposited says so, wherever it stands; others say nothing."""

from dataclasses import replace

from components.budgets.detail import budget_page
from components.consumption.kpis import kpis as pce_kpis
from components.fleet.groups import groups
from components.fleet.kpis import kpis as fleet_kpis
from components.fleet.listing import drift_row
from components.fleet.page import FleetFacts, fleet_page
from components.home.figures import chart_text, figure
from components.home.fleet import FleetHomeFacts
from components.home.fleet import fleet_page as home_page
from components.home.queue import ToDo
from data.metering.consumption.files.fleet_writer import fleet_csv, header
from data.metering.consumption.types import FleetGroup, FleetPart, FleetRow, FleetSort, FleetView
from tests.components.consumption.conftest import make_series
from tests.components.kit.trees import text_of
from tests.components.notifications.made import at_home
from tests.components.test_budgets import MANAGER, STANDS, followed, page
from tests.components.test_home import figures, year
from tests.conftest import TODAY

ONE, MANY = "dont 1 jour déposé par une organisation", "dont 12 jours déposés par une organisation"
LEGEND = "D Déposé par une organisation"


def test_home_says_it_below_its_figures_and_on_its_chart(alice):
    months = figures().months
    own = (*months[:-1], replace(months[-1], days_deposited=12))
    for told in (figures(months=own), figures()):
        said = told.months[-1].days_deposited > 0
        facts = FleetHomeFacts(told, {}, ToDo(at_home(thresholds=0)))
        text = text_of(home_page(alice, facts, ()))
        assert (MANY in text) is said
        drawn = figure(told, "light")
        assert [one["x"] for one in drawn["layout"]["annotations"]] == ([12] if said else [])
        assert (MANY in drawn["data"][1]["text"][12]) is said
        assert (MANY in chart_text(told)) is said
        assert (LEGEND in text) is said


def test_the_fleet_says_it_of_its_total_its_lines_and_its_groups():
    for count in (12, 0):
        total, said = year(days_deposited=count), count > 0
        assert (MANY in str(fleet_kpis(total, None, FleetView(), TODAY)[0].source)) is said
        group = FleetGroup("Écoles", "Écoles", total)
        assert (MANY in text_of(groups(FleetView(), [group], []))) is said
        facts = FleetFacts(FleetView(part=FleetPart.ALL), 1, 1, total=total)
        assert (LEGEND in text_of(fleet_page(MANAGER, facts))) is said
        row = FleetRow(1, "1", "", TODAY, 5_000, 9, 9, None, days_deposited=count)
        cell = drift_row(row, TODAY)[FleetSort.ENERGY]
        assert cell == ({"text": "5", "source": "D", "title": MANY} if said else "5")
        written = fleet_csv([row], ()).decode().splitlines()[1]
        place = header(()).index("Jours déposés par une organisation")
        assert written.split(";")[place] == str(count)


def test_a_budget_says_it_of_its_months_and_of_what_is_consumed():
    for count in (12, 0):
        told = followed(standing=replace(STANDS, deposited=count))
        lines = tuple(replace(one, deposited=count) for one in told.lines)
        detail = text_of(budget_page(MANAGER, replace(told, lines=lines), ()))
        assert detail.count(MANY) == (3 if count else 0)  # consumed, one month, months so far
        assert (MANY in page([told])) is (count > 0)


def test_a_pce_says_it_below_its_month_and_its_year():
    for count in (12, 0):
        shown = make_series()
        year_ = replace(shown.year, days_deposited=count)
        shown = replace(shown, year=year_, headline=replace(shown.headline, days_deposited=count))
        first, second, *others = pce_kpis(shown, TODAY)
        assert [MANY in str(one.source) for one in (first, second)] == [count > 0] * 2
        assert not any(one.source for one in others)
