"""The drifts of sites: the same figure on every screen, their causes, and who may know them."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from sqlalchemy import update

from callbacks import consumption as consumption_callbacks
from callbacks import fleet as fleet_callbacks
from callbacks import signatures as signature_callbacks
from callbacks.grid_screen import Block
from components.consumption import Ids as ChartIds
from components.consumption.gestures import view_after
from components.fleet.causes import LOOKS, cause_cell, evidence_address, since_words
from components.fleet.ids import Ids
from components.fleet.labels import heat
from components.fleet.weather_corrected import SHORT, equal_cell
from components.fleet.work_words import units_of
from components.fleet.worklist import work_list
from components.home.amounts import kwh
from components.signatures.answer import CHANGES, answer
from components.signatures.figure import figure
from components.signatures.ids import cause_button
from components.signatures.waterfall import steps_of
from core.errors import NotFound
from core.paging import RowBlock
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.queries import (
    find_drift_place,
    get_portrait,
    get_work_page,
    load_causes,
    load_year_ratios,
)
from data.analysis.signatures.rules.drift_causes import explain_drift, fit_change
from data.analysis.signatures.rules.verdicts import SiteHistory, judge
from data.analysis.signatures.types import Cause, DriftPlace, ProbableCause, Reason
from data.metering.consumption import queries
from data.metering.consumption.models import FleetStanding
from data.metering.consumption.rules.drifts import sort_drifts, write_drift_list
from data.metering.consumption.rules.view import read_view
from data.metering.consumption.types import (
    CellState,
    DriftSort,
    Face,
    FleetCell,
    FleetPeriod,
    FleetRow,
    FleetView,
)
from data.metering.pces.rules import month_of
from pages import consumption, home, signatures
from pages import fleet as fleet_page
from tests.components.kit.trees import text_of
from tests.data.analysis.signatures.test_ranking import EQUAL, YEAR, fleet
from tests.data.analysis.signatures.world import Site, past_of
from tests.data.metering.consumption.test_costs import price
from tests.data.metering.consumption.test_fleet import TODAY, UNTIL, number
from tests.factories import make_grant
from tests.web import request_of

__all__ = ["fleet"]
FIRST = Block(RowBlock(100), "", True, None)
SINCE = date(2026, 9, 26)
YEAR_2025 = date(2025, 1, 1).toordinal()


def blame(db, pce, cause=Cause.BASELOAD):
    values = {"cause": cause, "since": SINCE, "stake_wh": 10**9, "share": 0.3}
    db.execute(update(VerdictRow).where(VerdictRow.pce_id == pce.id).values(values))


def test_the_months_of_the_list_are_at_equal_climate(db, fleet, alice):
    ratios = [1.1, None, *[1.0] * 11]
    db.execute(update(VerdictRow).values(months=ratios))
    (drift,) = get_work_page(db, alice, FleetView()).drifts
    cells = [drift.site.cells[month_of(YEAR, place)] for place in range(3)]
    assert [round(cell.percent or 0, 1) for cell in cells] == [11.1, 0, 1.0]  # 1 % as they are
    assert [heat(cell)["text"] for cell in cells] == ["+11", "–", "+1"]
    db.execute(update(VerdictRow).values(months=None))
    assert {heat(cell)["text"] for cell in months_of_first(db, alice)} <= {"–", "·"}


def test_the_months_of_all_sites_are_at_equal_climate_and_sort_so(db, fleet, alice):
    db.execute(update(VerdictRow).values(months=[1.1, None, *[1.0] * 11]))
    rough = VerdictRow.pce_id == fleet[0].id
    db.execute(update(VerdictRow).where(rough).values(reason=Reason.LOOSE, months=[None] * 13))
    request = request_of(db, alice)
    december, january = (f"m{month_of(YEAR, place):%Y%m}" for place in range(2))

    def listed(sort):
        lines = fleet_callbacks.drift_lines(
            request, FleetView(), replace(FIRST, sort=sort, descending=True)
        )[0]
        return {line["number"]: line[sort]["text"] for line in lines}

    db.execute(update(VerdictRow).values(reason=Reason.LOOSE))
    raw = listed(december)
    db.execute(update(VerdictRow).where(~rough).values(reason=None))
    shown = listed(december)
    assert shown[number(0)] == raw[number(0)]  # not reliable: as it is
    assert shown[number(2)] != raw[number(2)]
    figures = [int(text.replace("−", "-")) for text in shown.values() if text not in {"–", "·"}]
    assert figures == sorted(figures, reverse=True)
    assert listed(january)[number(2)] == "–"
    assert next(iter(listed(january))) == number(0)


def months_of_first(db, viewer):
    return get_work_page(db, viewer, FleetView()).drifts[0].site.cells.values()


def test_a_month_is_corrected_where_the_weather_allows():
    """A site without drift: what is left of its months is noise."""
    site = Site(noise=0.01)
    past = past_of(site, last=date(2025, 12, 31))
    (verdict,) = judge([SiteHistory(1, past, past.energy)], date(2026, 1, 10))
    ratios = dict(enumerate(verdict.months, start=1))
    assert {ratios[month] for month in (6, 7, 8)} == {None}
    now, before = past.energy[-365:], past.energy[-730:-365]
    corrected_months = [month for month, ratio in ratios.items() if ratio is not None]
    assert corrected_months == [1, 2, 4, 10, 11]
    for month in corrected_months:
        days = [day for day in range(365) if date.fromordinal(YEAR_2025 + day).month == month]
        raw = now[days].sum() / before[days].sum()
        assert raw * ratios[month] == pytest.approx(1, abs=0.06)
    steady = replace(site, baseload=10 * site.baseload)
    past = past_of(steady, last=date(2025, 12, 31))
    (verdict,) = judge([SiteHistory(1, past, past.energy)], date(2026, 1, 10))
    assert verdict.months[6] == 1.0


def alias_of(drifts):
    return [drift.site.number[-1] for drift in drifts]


def numbers_of_drifts(db, viewer):
    return [row.number[-1] for row in queries.get_work_list(db, viewer, FleetView()).drifts]


def test_home_fleet_and_signature_say_the_same_drift(db, fleet, alice):
    price(db, amount=10**9)  # 1 €/kWh
    blame(db, fleet[2])
    db.flush()
    (row,) = queries.get_work_list(db, alice, FleetView()).drifts
    assert (row.number, row.equal.gap_wh) == (number(2), EQUAL["2"])
    kwh, euros = "18\u00a0kWh", "18\u00a0€"
    assert round(EQUAL["2"] / 1000) == round(row.equal_cost / 10**18) == 18

    at_home = text_of(home.dashboard(request_of(db, alice)))
    assert f"{euros}/an{kwh}/an" in at_home
    assert "Talon monté, depuis le 26/09/2026" in at_home

    listed = text_of(fleet_page.PAGE.layout(request_of(db, alice)))
    assert f"1 site dérive\u00a0: {euros} de plus par an, à climat égal." in listed
    assert "+18€/an+18+5,00–Talon monté" in listed
    lines = fleet_callbacks.drift_lines(request_of(db, alice), FleetView(), FIRST)[0]
    assert next(line for line in lines if line["number"] == number(2))["equal_gap"] == "+18"

    page = signatures.PAGE.layout(request_of(db, alice), pce=number(2))
    said = f"ce site consomme {kwh} et coûte {euros} de plus que ce que le climat explique."
    assert f"Depuis le 26/09/2026, le talon de ce site a monté. Sur douze mois, {said}" in text_of(
        page
    )


def test_a_reviewed_drift_leaves_the_list_until_it_grows_and_can_come_back(
    db, fleet, alice, bob, charlie, monkeypatch
):
    def press(viewer, **button):
        monkeypatch.setattr(fleet_callbacks, "ctx", SimpleNamespace(triggered_id=button))
        drawn, _sentence, badge, _toast = fleet_callbacks.review("", request=request_of(db, viewer))
        assert text_of(badge) == str(len(listed(viewer)))
        return text_of(drawn)

    def listed(viewer):
        return numbers_of_drifts(db, viewer)

    planned = {"type": Ids.REVIEW, "pce": number(2), "reason": "planned"}
    for viewer in (bob, charlie):
        with pytest.raises(NotFound):
            press(viewer, **planned)
    with pytest.raises(NotFound):
        press(alice, **planned | {"reason": "x"})
    with pytest.raises(NotFound):
        press(alice, **planned | {"pce": number(3)})  # nothing is known of it
    assert listed(alice) == ["2"]
    said = press(alice, **planned)
    assert "1 dérive vue" in said
    assert "Intervention prévue, le 24/11/2026\u00a0: 18\u00a0kWh par an" in said
    assert listed(alice) == []
    row = FleetStanding
    change = update(row).where(row.pce_id == fleet[2].id, row.period == FleetPeriod.YEAR)
    for percent, shown in ((10, []), (10.1, ["2"])):
        grown = round(365_000 * percent / 100)
        db.execute(change.values(equal_wh=grown, equal=grown / 365_000))
        assert listed(alice) == shown
    press(alice, **planned)
    assert listed(alice) == []
    press(alice, type=Ids.RESTORE, pce=number(2), place="toast")
    assert listed(alice) == ["2"]


def test_a_list_is_sorted_by_each_figure_and_falls_stand_below(db, fleet, alice):
    page = get_work_page(db, alice, FleetView())
    assert (alias_of(page.drifts), alias_of(page.falls), page.sites) == (["2"], [], 5)
    high = replace(page.drifts[0].site, id=9, alias="A", price=1, energy_wh=1)
    rows = [replace(high, id=8, alias="É", price=2), high]
    for by in DriftSort:
        first, last = sort_drifts(rows, by), sort_drifts(rows, by, upwards=True)
        assert first == last[::-1]
    assert [row.id for row in sort_drifts(rows)] == [8, 9]
    assert [row.id for row in sort_drifts(rows, DriftSort.SITE)] == [9, 8]


def test_a_list_of_drifts_is_walked_in_its_order(db, fleet, alice, bob, charlie):
    db.execute(
        update(FleetStanding)
        .where(FleetStanding.pce_id == fleet[0].id, FleetStanding.period == FleetPeriod.YEAR)
        .values(equal_wh=100_000, equal=100_000 / 365_000)
    )
    for view in (FleetView(), FleetView(by=DriftSort.KWH, upwards=True)):
        drifts = write_drift_list(view)
        listed = [drift.site.number for drift in get_work_page(db, alice, view).drifts]
        assert len(listed) == 2
        first, last = (find_drift_place(db, alice, drifts, pce) for pce in listed)
        assert first == DriftPlace(1, 2, None, listed[1])
        assert last == DriftPlace(2, 2, listed[0], None)
        chart = text_of(
            consumption.PAGE.layout(request_of(db, alice), pce=listed[1], drifts=drifts)
        )
        assert "ParcDérives2 sur 2" in chart
        page = signatures.PAGE.layout(request_of(db, alice), pce=listed[1], drifts=drifts)
        assert "ParcDérives2 sur 2Site précédent (touche K)" in text_of(page)
        turn = {"by": -1, "n": 1}
        query = f"pce={listed[1]}&{urlencode({'drifts': drifts})}"
        asked = consumption_callbacks.turn_to_neighbour
        assert asked(turn, None, query, request=request_of(db, alice)) == listed[0]
    view = read_view({"pce": number(2), "drifts": "by=kwh"}, TODAY)
    assert view_after(view, ChartIds.PRESET, {"preset": "3y"}, TODAY).drifts == "by=kwh"
    assert find_drift_place(db, alice, "", number(2)) is None
    assert find_drift_place(db, alice, "1", number(3)) is None
    assert find_drift_place(db, charlie, "1", number(2)) is None
    assert "drifts=1" in str(fleet_page.PAGE.layout(request_of(db, alice)))


def test_a_cause_is_said_to_be_found_from_the_signature(
    db, fleet, alice, bob, charlie, monkeypatch
):
    def press(viewer, reason):
        button = cause_button(number(2), reason)
        monkeypatch.setattr(signature_callbacks, "ctx", SimpleNamespace(triggered_id=button))
        return text_of(signature_callbacks.review(request=request_of(db, viewer))[0])

    def said(viewer):
        return text_of(signatures.PAGE.layout(request_of(db, viewer), pce=number(2)))

    assert "J’ai trouvé la cause" in said(alice)
    for viewer in (bob, charlie):
        with pytest.raises(NotFound):
            press(viewer, "explained")
    with pytest.raises(NotFound):
        press(alice, "x")
    assert press(alice, "explained") == "Cause trouvée, le 24/11/2026Rétablir"
    assert numbers_of_drifts(db, alice) == []
    assert "Cause trouvée, le 24/11/2026Rétablir" in said(alice)
    assert "J’ai trouvé la cause" in press(alice, "")
    assert numbers_of_drifts(db, alice) == ["2"]


WEEKS = ((date(2025, 1, 6), 200.0, 5.0, 11.0), (date(2025, 7, 7), 100.0, 20.0, 0.0))


def test_the_step_of_a_base_load_is_said_and_drawn(db, fleet, alice):
    past = past_of(Site(noise=0.01))
    since = date(2025, 3, 1)
    past.energy[past.place(since) :] += 30_000
    why = ProbableCause(Cause.BASELOAD, since, date(2025, 12, 31))
    change = fit_change(past, why, why.until)
    portrait = replace(
        get_portrait(db, alice, number(2), 18.0), why=why, change=change, weeks=WEEKS
    )
    assert portrait.baseload_step_wh == pytest.approx(30_000, rel=0.1)
    step = f"{portrait.baseload_step_wh / 1000:.0f}"
    sentence = f"Depuis mars 2025, le talon de ce site a monté de {step}\u00a0kWh par jour"
    assert sentence in text_of(answer(portrait))
    drawn = figure(portrait, "light", degree_days=False)
    assert [trace["mode"] for trace in drawn["data"]].count("lines") == 2
    assert f"+{step} kWh/j" in str(drawn["layout"]["annotations"])
    assert replace(portrait, why=replace(why, cause=Cause.LEVEL)).baseload_step_wh is None
    assert fit_change(past, replace(why, is_part=True), why.until) is None
    assert fit_change(past, replace(why, since=date(2025, 12, 1)), why.until) is None


def test_the_parts_of_a_signature_sum_to_the_drift_and_to_the_gap(db, fleet, alice):
    parts = get_portrait(db, alice, number(2), 18.0).split
    drift = parts.calendar_wh + parts.estimated_wh + parts.rest_wh
    assert drift == parts.drift_wh == EQUAL["2"]
    assert parts.climate_wh + parts.missing_wh + drift == parts.difference_wh
    steps = steps_of(parts)
    assert [step.end_wh for step in steps[:-1]][-1] == steps[-1].end_wh == parts.after_wh
    assert next(step for step in steps if step.name == "Dérive").value_wh == drift


def test_the_gap_of_an_unreliable_signature_is_that_of_the_fleet(db, fleet, alice):
    db.execute(update(FleetStanding).values(equal_wh=None, equal=None))
    face = queries.load_year_rows(db, alice, [fleet[2].id])[fleet[2].id].face
    portrait = get_portrait(db, alice, number(2), 18.0)
    parts = replace(portrait.split, missing_after=3)
    assert parts.known_gap_wh == face.gap_wh
    assert parts.drift_wh is None
    said = text_of(answer(replace(portrait, split=parts)))
    assert said.startswith("Sans correction du climat, aux jours connus des deux années")
    assert f"{kwh(face.gap_wh)} de plus" in said
    same = replace(parts, missing_after=0, after_wh=parts.before_wh + parts.missing_wh)
    assert "sur douze mois, ce site consomme autant" in text_of(
        answer(replace(portrait, split=same))
    )


def test_the_dearest_come_first_and_a_drift_without_price_at_the_mean_price(db, fleet, alice):
    (drift,) = queries.get_work_list(db, alice, FleetView()).drifts
    near, far = (replace(drift, id=n) for n in (1, 2))
    face = replace(near.equal, this_wh=near.equal.this_wh + 1)
    unpriced, dear, cheap = replace(far, equal=face), replace(near, price=3), replace(near, price=1)

    ranked = sort_drifts([cheap, unpriced, dear])

    assert [row.price for row in ranked] == [3, None, 1]


def test_euros_are_no_unit_of_a_list_without_prices(db, fleet, alice):
    priced = get_work_page(db, alice, FleetView())
    rows = [replace(row, price=None) for row in priced.work.drifts]
    work = replace(priced.work, drifts=rows, falls=())
    bare = replace(priced, work=work, drifts=[replace(d, site=rows[0]) for d in priced.drifts[:1]])

    assert "€" not in units_of(bare).values()
    assert "kWh/an" in text_of(work_list(bare, alice))
    assert "€/an" not in text_of(work_list(bare, alice))


def test_a_drift_and_its_cause_are_told_to_who_reads_each_day(db, fleet, alice, bob, charlie):
    blame(db, fleet[2])
    make_grant(db, fleet[2], 2, first_day=date(2024, 11, 2))  # a day less: nothing is told
    db.flush()
    assert numbers_of_drifts(db, alice) == ["2"]
    assert numbers_of_drifts(db, bob) == numbers_of_drifts(db, charlie) == []
    assert load_causes(db, bob, rows_of(fleet)) == {}
    assert queries.load_year_rows(db, bob, [fleet[2].id])[fleet[2].id].equal is None
    assert queries.load_year_rows(db, charlie, [fleet[2].id]) == {}
    db.execute(update(VerdictRow).values(year_cause=Cause.LEVEL))  # where the last weeks say none
    found = load_causes(db, alice, rows_of(fleet))
    causes = [why.cause for _pce, why in sorted(found.items())]
    assert causes == [Cause.LEVEL, Cause.LEVEL, Cause.BASELOAD, Cause.LEVEL]
    assert found[fleet[0].id].since == YEAR
    assert load_causes(db, bob, rows_of(fleet)) == {}


def rows_of(fleet):
    """Their rows, of which nothing is known but the ids."""
    return [FleetRow(pce.id, pce.number, "", None, None, 0, 0, None) for pce in fleet]


RECENT = ProbableCause(Cause.BASELOAD, SINCE, UNTIL)
WHOLE = ProbableCause(Cause.LEVEL, date(2025, 11, 1), UNTIL)


@pytest.mark.parametrize(
    ("months", "recent", "year", "why", "words"),
    [
        # from the first month on: the cause of the year, not that of the last weeks
        ("13 11 6 12 - - 13 12 13 12 - 16", RECENT, WHOLE,
         replace(WHOLE, is_older=True), "depuis novembre 2025 au moins"),
        ("13 11 6 12 - - 13 12 13 12 - 16", RECENT, None,
         replace(RECENT, is_part=True), "en partie depuis le 26/09/2026"),
        ("0 2 2 3 8 12 16 21 21 21 17 13", RECENT, WHOLE,
         replace(WHOLE, since=date(2026, 3, 1)), "depuis mars 2026"),
        ("0 2 2 3 0 1 0 1 1 0 40 30", RECENT, WHOLE, RECENT, "depuis le 26/09/2026"),
        ("- - - - - - - - - - - -", RECENT, WHOLE, RECENT, "depuis le 26/09/2026"),
        ("9 9 9 9 9 9 9 9 9 9 -60 -99", replace(RECENT, cause=Cause.ZERO), WHOLE,
         replace(RECENT, cause=Cause.ZERO), "depuis le 26/09/2026"),
        ("0 0 0 0 0 0 0 0 0 0 0 0", None, None, None, None),
    ],
)  # fmt: skip
def test_a_drift_is_dated_as_its_months_show_it(months, recent, year, why, words):
    cells = {
        month_of(date(2025, 11, 1), place): FleetCell(CellState.FEW)
        if text == "-"
        else FleetCell(CellState.TOLD, float(text))
        for place, text in enumerate(months.split())
    }
    found = explain_drift(recent, year, cells)
    assert found == why
    assert found is None or since_words(found) == words


@pytest.mark.parametrize("cause", [None, *Cause])
def test_each_cause_has_words_and_a_way_to_what_shows_it(cause):
    why = cause and ProbableCause(cause, SINCE, UNTIL)
    assert cause is None or (cause_cell(why)["word"] == LOOKS[cause][1] and CHANGES[cause])
    address = evidence_address(number(2), why, TODAY)
    shows_days = cause not in {None, Cause.BASELOAD, Cause.HEATING, Cause.LEVEL}
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
    assert equal_cell(told, (1.1, None)) == {"text": "−1,0\u202f%", "tone": "strong"}
    assert equal_cell(row, (None, Reason.LOOSE))["text"] == "signature peu fiable"
    assert equal_cell(row, None) == {"text": "non évalué", "tone": "soft"}
    assert equal_cell(row, (1.1, None))["text"] == "–"  # too few days of it face the year before
    assert set(SHORT) == set(Reason)
