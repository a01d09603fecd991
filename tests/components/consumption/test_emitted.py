"""What the period emitted is said under the chart, with the factor and where it comes from."""

import re
from dataclasses import replace
from decimal import Decimal

from components.consumption.overlay import notes
from components.consumption.table import column_defs
from data.identity.settings.types import Carbon, HeatingValue
from tests.components.consumption.conftest import make_series
from tests.components.kit.trees import text_of

CARBON = Carbon(Decimal("0.2154"), HeatingValue.PCS, "Base Carbone")


def said(series):
    return re.sub("[\u00a0\u202f]", " ", " ".join(text_of(note) for note in notes(series)))


def test_the_sum_of_the_period_is_said_with_its_factor():
    series = replace(make_series(), carbon=CARBON)
    kilograms = round(series.total.energy_wh * 0.2154 / 1000)
    figure = f"{kilograms:,}".replace(",", " ")
    assert (
        f"Émissions de la période : {figure} kg CO₂e, à 0,2154 kg CO₂e par kWh PCS (Base Carbone)."
        in said(series)
    )


def test_nothing_is_said_of_what_is_not_known():
    series = make_series()
    assert "Émissions" not in said(series)
    unknown = replace(series, total=replace(series.total, energy_wh=None), carbon=CARBON)
    assert "Émissions" not in said(unknown)
    assert "Émissions" not in said(replace(series, total=None, carbon=CARBON))


def test_the_table_of_the_screen_keeps_its_columns():
    series = make_series()
    fields = [one["field"] for one in column_defs(series)]
    assert fields == [one["field"] for one in column_defs(replace(series, carbon=CARBON))]
