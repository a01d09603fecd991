"""The budget on the chart: its marks, its word in the legend, and in words where it stands."""

from dataclasses import replace
from datetime import date

import pytest

from components.consumption.budget import budget_marks, budget_notes
from components.consumption.figure import figure
from components.consumption.legend import legend
from components.consumption.scale import scale
from components.consumption.sentence import text_of
from components.consumption.table import column_defs, footer, rows
from components.kit import palette
from data.metering.consumption.types import BudgetOutlook, BudgetStanding, ChartedBudget, Forecast
from tests.components.consumption.conftest import make_series


def planned(series, **values):
    given = {
        "id": 7,
        "first": date(2026, 1, 1),
        "amount": 120_000_000,
        "values": (None, *[50_000_000] * (len(series.buckets) - 1)),
        "standing": BudgetStanding(
            date(2026, 10, 1), 92_000_000, 100_000_000, 100_000_000, 304, 304
        ),
        "forecast": Forecast(118_000_000, 110_000_000, 126_000_000),
        "outlook": BudgetOutlook.POSSIBLE,
    }
    return replace(series, planned=ChartedBudget(**given | values))


def words_of(series):
    said = text_of(budget_notes(series))
    return said.replace("\u00a0", " ").replace("\u202f", " ")


def test_each_month_has_its_mark_and_the_legend_its_word():
    series = make_series()
    assert budget_marks(series, palette("light")) == []
    assert budget_notes(series) == []
    told = planned(series)

    casing, marks = budget_marks(told, palette("light"))
    assert len(marks["x"]) == 3 * (len(series.buckets) - 1)
    assert marks["x"][:3] == [0.58, 1.42, None]
    assert marks["y"][:3] == [50_000, 50_000, None]
    assert casing["line"]["width"] > marks["line"]["width"]
    assert "budget" in {trace["name"] for trace in figure(told, "dark")["data"]}
    assert "swatch-budget" in str(legend(told))
    assert "swatch-budget" not in str(legend(series))
    assert scale(planned(series, values=(10**12,) * len(series.buckets))).top >= 10**9


def test_it_is_said_where_it_stands_and_how_it_is_likely_to_end():
    told = planned(make_series())
    said = words_of(told)

    assert "À fin octobre : 8 % de moins que prévu." in said
    assert "dépassement possible" in said
    assert "/budgets?budget=7" in str(budget_notes(told))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"forecast": None, "outlook": BudgetOutlook.OVER}, "Le budget est dépassé"),
        ({"standing": None}, "Aucun mois fini"),
        ({"standing": BudgetStanding(date(2026, 2, 1), 5, 0, 5, 0, 5)}, "rien n’était prévu"),
        ({"standing": BudgetStanding(date(2027, 2, 1), 108, 100, 100, 9, 9)}, "8 % de plus"),
        (
            {"standing": BudgetStanding(date(2026, 2, 1), 100, 100, 100, 9, 10)},
            "9 jours connus de 10",
        ),
    ],
)
def test_what_lacks_is_said(changed, words):
    assert words in words_of(planned(make_series(), **changed))


def test_the_table_has_the_plan_and_the_gap_on_the_same_days():
    told = planned(make_series())

    assert {"budget", "gb"} <= {one["field"] for one in column_defs(told)}
    assert rows(told)[-1]["budget"] == "–"
    assert rows(told)[0]["gb"] != "–"
    assert footer(told)[0]["budget"] != "–"
