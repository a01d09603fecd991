"""What is said of prices on the chart, and what to do where there are none."""

from dataclasses import replace

import pytest

from components.consumption.empty_state import empty_chart
from components.consumption.kpis import figure_line, kpis
from components.consumption.overlay import notes, overlay
from components.consumption.sentence import opening, quantity
from components.consumption.table import footer, rows
from core.access import OrganisationKind, Role, Viewer
from data.metering.consumption.types import ChartCosts, Unit, View
from tests.components.consumption.conftest import make_comparison, make_series
from tests.components.kit.trees import text_of
from tests.conftest import TODAY

EURO = 10**18
VIEW = View(pce="09999999910001", unit=Unit.EUR)
MANAGER = Viewer(1, 1, OrganisationKind.COMPANY, Role.FACILITY_MANAGER, TODAY)
GAP = {"days_measured": 0, "days_absent": 31, "days_unpriced": 31, "spent": None}


def euros(*changes, **values):
    series = make_series(*changes, **values)
    buckets = tuple(
        replace(bar, spent=None if bar.days_unpriced else 50 * EURO) for bar in series.buckets
    )
    total = replace(series.total, spent=600 * EURO)
    return replace(series, view=VIEW, buckets=buckets, total=total, **values)


def said(parts):
    return text_of(parts).replace("\u00a0", " ").replace("\u202f", " ")


def test_the_bars_the_table_and_the_key_figures_are_in_euros():
    series = euros((2, GAP))
    series = replace(series, headline=replace(series.headline, spent=1234 * EURO))
    assert "1 234 €" in said(opening(series))
    assert kpis(series, TODAY)[0].unit == "€"
    assert "50,00" in str(rows(series)[0])
    assert "sans prix" in str(rows(series))
    assert "600,00" in str(footer(series))
    assert "Sans prix" in said(overlay(series))
    assert quantity(12_340, Unit.EUR).startswith("12,34")


def test_a_gap_in_euros_is_shared_between_energy_and_price():
    """10 % more gas and 20 % more money: at the price of last year 50 €, and 50 € of price."""
    comparison = make_comparison(
        energy_days=30, this_wh=1_100_000, shared_wh=1_000_000,
        this_spent=600 * EURO, shared_spent=500 * EURO,
    )  # fmt: skip
    series = euros()
    headline = replace(series.headline, spent=600 * EURO, comparison=comparison)
    words = said(opening(replace(series, headline=headline)))
    assert "20 % de plus" in words
    assert "L’énergie y compte pour +50 € (10 % de plus), le prix moyen du kWh pour +50 €." in words
    unpriced = replace(comparison, energy_days=31)
    series = replace(series, headline=replace(headline, comparison=unpriced))
    assert "prix moyen" not in said(opening(series))


def test_energy_has_its_cost_beside_it_or_the_way_to_a_tariff():
    series = replace(make_series(), readable=True)
    bare = figure_line(series, MANAGER)
    assert "Saisir le tarif" in said([bare])
    assert "Saisir le tarif" not in said([figure_line(series, replace(MANAGER, role=Role.CLIENT))])
    bars = (50_000,) * len(series.buckets)
    priced = replace(series, costs=ChartCosts(bars, 650_000, 650_000, 1_234_000, 9_876_000))
    assert "kWh (1 234 €)" in said(opening(priced))
    assert "kWh · 9 876 €" in said([figure_line(priced, MANAGER)])
    assert "tarif" not in said([figure_line(priced, MANAGER)])
    part = replace(series, costs=ChartCosts(bars))
    assert "Compléter les tarifs" in said([figure_line(part, MANAGER)])
    assert {row["cost"] for row in rows(priced)} == {"50,00"}
    assert footer(priced)[0]["cost"] == "650,00"


def test_whose_prices_these_are_and_how_many_days_lack_one_is_said_below():
    series = euros()
    assert "taxes comprises. Voir les prix" in said(notes(series))
    lacking = replace(series, total=replace(series.total, days_unpriced=3))
    assert "3 jours sans prix ne sont pas comptés." in said(notes(lacking))
    assert "Voir les prix" not in said(notes(replace(series, priced=False)))


@pytest.mark.parametrize(
    ("priced", "role", "words"),
    [
        (False, Role.FACILITY_MANAGER, ("Aucun prix saisi pour ce PCE", "Saisir les prix")),
        (True, Role.FACILITY_MANAGER, ("Aucun prix sur cette période", "Saisir les prix")),
        (False, Role.CLIENT, ("Un administrateur", "Lui envoyer la demande")),
    ],
)
def test_without_a_price_one_is_asked_for_once_with_the_way_to_it(priced, role, words):
    series = euros(priced=priced)
    total = replace(series.total, days_measured=0, days_absent=395, days_unpriced=395)
    shown = said(empty_chart(replace(series, total=total), replace(MANAGER, role=role)))
    assert all(word in shown for word in words)
    assert empty_chart(series, MANAGER) == []
