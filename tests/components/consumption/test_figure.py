"""The histogram: a trace a state, comparisons behind, nothing where nothing is known."""

import json
from dataclasses import replace
from datetime import date

import pytest

from components.consumption.figure import figure
from components.consumption.legend import legend
from components.consumption.overlay import notes, number_marks, overlay, units
from components.consumption.scale import BarState, in_thousands, place, scale, state, ticks
from components.consumption.sentence import text_of
from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.types import ChartMark, SeriesStep, Unit
from data.metering.pces.rules import month_of
from tests.components.consumption.conftest import make_bucket


def traces(series, theme="light"):
    return {trace["name"]: trace for trace in figure(series, theme)["data"]}


def test_a_month_is_a_solid_bar_and_the_current_one_is_hatched(made):
    found = traces(made())
    assert found["measured"]["x"] == list(range(12))
    assert "pattern" not in found["measured"]["marker"]
    assert found["current"]["x"] == [12]
    assert found["current"]["marker"]["pattern"]["shape"] == "/"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"days_measured": 0, "days_estimated": 30}, BarState.ESTIMATED),
        ({"days_measured": 0, "days_reconstructed": 30}, BarState.RECONSTRUCTED),
        ({"days_prorated": 30}, BarState.PRORATED),
    ],
)
def test_estimated_reconstructed_and_prorated_are_pale_and_never_hatched(made, fields, kind):
    found = traces(made((5, fields)))
    assert found[kind.value]["x"] == [5]
    assert found[kind.value]["marker"]["color"] != found["measured"]["marker"]["color"]
    assert "pattern" not in found[kind.value]["marker"]  # hatched means incomplete


def test_a_month_with_few_estimated_days_stays_solid(made):
    series = made((5, {"days_measured": 28, "days_estimated": 2}))
    assert state(series.buckets[5], SeriesStep.MONTH) is BarState.MEASURED


def test_an_absent_month_has_no_bar_but_a_band_of_full_height(made, absent):
    series = made((10, absent(days_absent=30, comparisons=())))
    found = traces(series)
    assert 10 not in found["measured"]["x"]
    assert found["absent"]["x"] == [10]
    assert found["absent"]["y"] == [scale(series).top]


def test_zero_is_a_bar_and_none_is_not(made, absent):
    series = made((3, {"energy_wh": 0}), (4, absent(days_absent=31)))
    found = traces(series)["measured"]
    assert found["y"][found["x"].index(3)] == 0
    assert 4 not in found["x"]


def test_the_year_before_is_an_outline_without_fill_behind_the_bars(made):
    series = made()
    names = [trace["name"] for trace in figure(series, "light")["data"]]
    outline = traces(series)["n-1"]
    assert names.index("n-1") < names.index("measured")
    assert outline["marker"]["color"] == "rgba(0,0,0,0)"
    assert outline["y"] == [900] * 13


def test_two_years_before_is_dotted_and_only_on_demand(made):
    series = made()
    assert [s for s in figure(series, "light")["layout"]["shapes"] if s["type"] == "path"] == []
    with_two = tuple(
        replace(b, comparisons=(*b.comparisons, replace(b.comparisons[0], years=2)))
        for b in series.buckets
    )
    asked = replace(series, buckets=with_two, view=replace(series.view, compare=(1, 2)))
    (path,) = [s for s in figure(asked, "light")["layout"]["shapes"] if s["type"] == "path"]
    assert path["line"]["dash"] == "2px,3px"
    assert path["path"].count("M") == 13


def test_temperature_is_inverted_with_a_casing_and_leaves_with_its_switch(made):
    series = made()
    drawn = figure(series, "light")
    low, high = drawn["layout"]["yaxis2"]["range"]
    assert low > high
    names = [trace["name"] for trace in drawn["data"]]
    assert names[-2:] == ["casing", "temperature"]
    without = replace(series, view=replace(series.view, temperature=False))
    assert "yaxis2" not in figure(without, "light")["layout"]


def test_volumes_are_drawn_in_cubic_metres(made):
    series = made()
    series = replace(series, view=replace(series.view, unit=Unit.M3))
    assert traces(series)["measured"]["y"] == [90] * 12


def test_dark_and_light_differ(made):
    light, dark = figure(made(), "light"), figure(made(), "dark")
    assert light != dark


def test_three_years_of_days_stay_light(made_days):
    drawn = figure(made_days(1096), "light")
    assert len(json.dumps(drawn)) < 60_000
    assert len(drawn["layout"]["meta"]["days"]) == 1096


def test_an_event_stands_where_its_day_is(made):
    series = made()
    at = place(date(2026, 4, 1), series.buckets)
    assert at == 4.5
    lines = [s for s in figure(series, "light")["layout"]["shapes"] if s["type"] == "line"]
    assert [line["x0"] for line in lines] == [4.5]
    assert place(date(2020, 1, 1), series.buckets) is None


def test_a_month_with_missing_days_prints_its_coverage_and_the_current_one_its_end(made):
    series = made((11, {"days_measured": 27, "days_absent": 4}))
    assert [tick.note for tick in ticks(series)][-2:] == ["27/31 j", "au 21"]


def test_a_year_that_begins_within_is_incomplete(made):
    end = date(2023, 12, 31)
    for begin, kind in ((7, BarState.CURRENT), (1, BarState.MEASURED)):
        month = make_bucket(date(2023, 12, begin), end)
        assert state(month, SeriesStep.MONTH) is kind
    series = replace(made(), buckets=(make_bucket(date(2023, 12, 7), end),))
    series = replace(series, view=replace(series.view, step=SeriesStep.YEAR))
    assert "Année incomplète" in text_of(legend(series))


def test_years_are_written_where_they_change(made):
    under = {tick.rank: tick.under for tick in ticks(made())}
    assert (under[0], under[2], under[3]) == ("2025", "2026", "")


@pytest.mark.parametrize("count", [1, 7, 30, 60, 119, 400, 1096])
def test_labels_never_crowd(made_days, count):
    series = made_days(count)
    series = replace(series, view=replace(series.view, step=SeriesStep.DAY))
    assert 0 < len(ticks(series)) <= 32


def test_the_scale_holds_every_bar(made):
    series = made((4, {"energy_wh": 140_300_000}))
    found = scale(series)
    assert found.top >= 140_300
    assert round(found.top / found.every, 6) == int(found.top / found.every)


def test_a_phone_counts_in_megawatt_hours_when_they_are_many(made):
    few, many = made(), made((4, {"energy_wh": 140_300_000}))
    assert not in_thousands(few)
    assert text_of(units(few)).startswith("kWh par mois")
    assert text_of(units(many)).startswith("kWh par moisMWh par mois")
    found = [
        text_of([part])
        for part in overlay(many)[0].children
        if part.className == "consumption-value"
    ]
    assert found[:3] == ["00", "25\u202f00025", "50\u202f00050"]
    volumes = replace(many, view=replace(many.view, unit=Unit.M3))
    assert not in_thousands(volumes)


def test_a_phone_still_reads_the_years(made):
    series = made()
    months = [make_bucket(month_of(date(2023, 11, 1), n), month_end(month_of(date(2023, 11, 1), n)))
              for n in range(37)]  # fmt: skip
    left = [tick for tick in ticks(replace(series, buckets=tuple(months))) if tick.major]
    assert [tick.phone for tick in left if tick.phone] == ["2024", "2025", "2026"]


def test_nothing_at_all_still_has_a_scale(made):
    assert scale(made(buckets=())).top > 0


def test_the_overlay_names_absence_and_when_data_is_expected(made, absent):
    fields = absent(days_absent=10, days_awaited=20, current=False)
    words = text_of(overlay(made((10, fields))))
    assert "Absent" in words
    assert "attendu vers le 26/11" in words


def test_estimated_and_reconstructed_bars_bear_their_letter(made):
    series = made(
        (5, {"days_measured": 0, "days_estimated": 30}),
        (6, {"days_measured": 0, "days_reconstructed": 31}),
    )
    letters = [
        part.children
        for part in overlay(series)[0].children
        if getattr(part, "className", "") == "consumption-letter"
    ]
    assert letters == ["E", "R"]


def test_events_too_close_for_words_are_numbered(made):
    def looks(*days):
        marks = tuple(ChartMark(day, "supplier", None, None) for day in days)
        return [
            part.className
            for part in overlay(made(marks=marks))[0].children
            if "consumption-event" in part.className
        ]

    assert not any("crowd" in look for look in looks(date(2025, 12, 1), date(2026, 4, 1)))
    assert all("crowd" in look for look in looks(date(2026, 3, 1), date(2026, 4, 1)))


@pytest.mark.parametrize(
    ("places", "width", "numbers"),
    [
        ([], 260, []),
        ([0.1, 0.5, 0.9], 260, ["1", "2", "3"]),
        ([0.1, 0.5, 0.54], 260, ["1", "", "2–3"]),
        ([0.1, 0.5, 0.54], 1200, ["1", "2", "3"]),
        ([0, 0, 0, 0.3], 260, ["", "", "1–3", "4"]),
    ],
)
def test_neighbouring_marks_share_one_number(places, width, numbers):
    assert number_marks(places, width) == numbers


def test_events_are_always_listed_in_words(made):
    words = text_of(notes(made()))
    assert (
        "Changement de fournisseur le 01/04/2026\u00a0: de Énergie du Lac à Gaz des Collines"
        in words
    )
    assert "6 h – 6 h" in words


def test_prorated_periods_are_said(made):
    assert "prorata" in text_of(notes(made(prorated=True)))


def test_the_legend_holds_only_what_is_drawn(made, absent):
    assert (
        text_of(legend(made())) == "ConsommationN-1, mêmes joursMois en cours, incompletTempérature"
    )
    assert "Absent" in text_of(legend(made((3, absent(days_absent=28)))))


def test_units_stand_above_the_axes(made):
    assert text_of(units(made())).startswith("kWh par mois")
