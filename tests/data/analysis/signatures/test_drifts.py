"""The drifts of sites: the same figure on every screen, their causes, and who may know them."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update

from callbacks import fleet as fleet_callbacks
from components.fleet.causes import LOOKS, cause_cell, evidence_address
from components.fleet.weather_corrected import SHORT, equal_text
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.queries import (
    get_portrait,
    list_dearest_drifts,
    load_causes,
    load_year_ratios,
)
from data.analysis.signatures.types import Cause, ProbableCause, Reason
from data.metering.consumption import queries
from data.metering.consumption.types import Face, FleetRow, FleetView
from pages import fleet as fleet_page
from pages import home, signatures
from tests.components.kit.trees import text_of
from tests.data.analysis.signatures.test_ranking import EQUAL, YEAR, fleet
from tests.data.metering.consumption.test_costs import price
from tests.data.metering.consumption.test_fleet import TODAY, UNTIL, number
from tests.factories import make_grant
from tests.web import request_of

__all__ = ["fleet"]
SINCE = date(2026, 9, 26)


def blame(db, pce, cause=Cause.BASELOAD):
    values = {"cause": cause, "since": SINCE, "stake_wh": 10**9, "share": 0.3}
    db.execute(update(VerdictRow).where(VerdictRow.pce_id == pce.id).values(values))


def alias_of(drifts):
    return [drift.site.number[-1] for drift in drifts]


def test_home_fleet_and_signature_say_the_same_drift(db, fleet, alice):
    price(db, amount=10**9)  # 1 €/kWh
    blame(db, fleet[2])
    db.flush()
    (row,) = queries.list_drifts(db, alice, FleetView())
    assert (row.number, row.equal.gap_wh) == (number(2), EQUAL["2"])
    kwh, euros = "18\u00a0kWh", "18\u00a0€"
    assert round(EQUAL["2"] / 1000) == round(row.equal_cost / 10**18) == 18

    at_home = text_of(home.dashboard(request_of(db, alice)))
    assert f"{euros}/an{kwh}/an" in at_home
    assert "Talon monté, depuis le 26/09/2026" in at_home

    request = {"startRow": 0, "endRow": 100}
    lines = fleet_callbacks.show_rows(request, "", request=request_of(db, alice))
    line = next(one for one in lines["rows"]["rowData"] if one["number"] == number(2))
    assert (line["equal_gap"], line["gap_cost"]) == ("+18", "+18")
    assert line["cause"] == cause_cell(ProbableCause(Cause.BASELOAD, SINCE, UNTIL))
    assert "view=visits" not in text_of(fleet_page.PAGE.layout(request_of(db, alice)))

    page = signatures.PAGE.layout(request_of(db, alice), pce=number(2))
    assert f"Dérive à climat égal\u00a0: +{kwh} et +{euros} par an." in text_of(page)


def test_the_parts_of_a_signature_sum_to_the_drift_and_to_the_gap(db, fleet, alice):
    parts = get_portrait(db, alice, number(2), 18.0).split
    drift = parts.calendar_wh + parts.estimated_wh + parts.rest_wh
    assert drift == parts.drift_wh == EQUAL["2"]
    assert parts.climate_wh + parts.missing_wh + drift == parts.difference_wh


def test_the_dearest_come_first_and_a_drift_without_price_at_the_mean_price(db, fleet, alice):
    near, far = (replace(queries.list_drifts(db, alice, FleetView())[0], id=n) for n in (1, 2))
    face = replace(near.equal, this_wh=near.equal.this_wh + 1)
    unpriced, dear, cheap = replace(far, equal=face), replace(near, price=3), replace(near, price=1)

    ranked = queries.sort_by_value([cheap, unpriced, dear])

    assert [row.price for row in ranked] == [3, None, 1]


def test_a_drift_and_its_cause_are_told_to_who_reads_each_day(db, fleet, alice, bob, charlie):
    blame(db, fleet[2])
    make_grant(db, fleet[2], 2, first_day=date(2024, 11, 2))  # a day less: nothing is told
    db.flush()
    assert alias_of(list_dearest_drifts(db, alice, 3)) == ["2"]
    assert list_dearest_drifts(db, bob, 3) == list_dearest_drifts(db, charlie, 3) == []
    assert load_causes(db, bob, [fleet[2].id]) == {}
    assert queries.load_year_rows(db, bob, [fleet[2].id])[fleet[2].id].equal is None
    assert queries.load_year_rows(db, charlie, [fleet[2].id]) == {}


@pytest.mark.parametrize("cause", [None, *Cause])
def test_each_cause_has_words_and_a_way_to_what_shows_it(cause):
    why = cause and ProbableCause(cause, SINCE, UNTIL)
    assert cause is None or cause_cell(why)["word"] == LOOKS[cause][1]
    address = evidence_address(number(2), why, TODAY)
    shows_days = cause not in {None, Cause.BASELOAD, Cause.HEATING}
    assert ("from=2026-08-29&to=2026-11-20" in address) is shows_days
    assert f"pce={number(2)}" in address


def test_a_ranking_is_told_at_equal_climate_or_why_not(db, fleet, alice, bob):
    make_grant(db, fleet[0], 2, first_day=date(2020, 1, 1))
    make_grant(db, fleet[2], 2, first_day=date(2026, 1, 1))
    ids = [pce.id for pce in fleet[:3]]

    assert load_year_ratios(db, alice, ids, YEAR) == {
        ids[0]: (0.9, None), ids[1]: (None, Reason.LOOSE), ids[2]: (1.04, None),
    }  # fmt: skip
    assert load_year_ratios(db, bob, ids, YEAR) == {ids[0]: (0.9, None)}
    row = FleetRow(1, "1", "", UNTIL, 1, 365, 365, Face(365, 900, 1000))
    told = replace(row, equal=Face(365, 990, 1000))
    assert equal_text(told, (1.1, None)) == "−1,0\u202f%"
    assert equal_text(row, (None, Reason.LOOSE)) == "signature peu fiable"
    assert equal_text(row, None) == "non évalué"
    assert equal_text(row, (1.1, None)) == "–"  # too few days of it face the year before
    assert set(SHORT) == set(Reason)
