"""The sentences: opening, key figures, table, day."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from components.consumption import table
from components.consumption.calendar import days_page
from components.consumption.day import day_detail
from components.consumption.empty_state import empty_chart
from components.consumption.exports import export_buttons, table_files
from components.consumption.injection import MOST, injected
from components.consumption.kpis import figure_line, kpis, year_title
from components.consumption.legend import legend
from components.consumption.overlay import overlay
from components.consumption.page import chart_label, consumption_page, trail
from components.consumption.sentence import gap_words, opening, text_of
from core.access import OrganisationKind, Role, Viewer
from core.i18n import short_day, using_language
from data.metering.consumption.rules.labels import quality_words
from data.metering.consumption.rules.table import export_count, lines, measured_share
from data.metering.consumption.types import (
    Alignment,
    BudgetOutlook,
    ChartCosts,
    ChartedBudget,
    ChartMark,
    Climate,
    DataKind,
    DayDetail,
    InjectionStatement,
    Preset,
    Quality,
    Revision,
    SeriesStep,
    Status,
    Unit,
    View,
)
from tests.components.consumption.conftest import make_bucket, make_comparison
from tests.conftest import TODAY

WHO = Viewer(1, 1, OrganisationKind.COMPANY, Role.FACILITY_MANAGER, TODAY)

N, B = "\u202f", "\u00a0"


def test_the_month_under_way_is_compared_with_the_same_days(made):
    assert text_of(opening(made())) == (
        f"Novembre, au 21{B}: 54{N}180{B}kWh, 8,1{N}% de moins que du 1er au 21 novembre 2025"
        f"{N}; données jusqu’au 21/11."
    )


def test_a_whole_month_is_compared_with_the_whole_month(made):
    series = made()
    headline = replace(series.headline, month=date(2026, 10, 1), until=date(2026, 10, 31))
    said = text_of(opening(replace(series, headline=headline)))
    assert said.startswith("Octobre")
    assert "qu’en octobre 2025" in said


def test_the_first_of_the_month_is_an_ordinal(made):
    series = made()
    headline = replace(series.headline, until=date(2026, 11, 1))
    assert "Novembre, au 1er" in text_of(opening(replace(series, headline=headline)))


def test_days_missing_from_the_comparison_are_said(made):
    series = made()
    comparison = replace(series.headline.comparison, days=18)
    headline = replace(series.headline, comparison=comparison)
    said = text_of(opening(replace(series, headline=headline)))
    assert "18 jours communs de 21" in said


def test_without_a_year_before_nothing_is_compared(made):
    series = made()
    headline = replace(series.headline, comparison=None)
    assert "que" not in text_of(opening(replace(series, headline=headline))).split()


@pytest.mark.parametrize(
    ("preset", "first", "last", "said"),
    [
        (Preset.DAYS30, (2026, 10, 23), (2026, 11, 21),
         ("Du 23 oct. 2026 au 21 nov. 2026 : 1 000 kWh, 11 % de plus que les mêmes jours un an"
          " avant")),
        (Preset.FREE, (2026, 3, 1), (2026, 3, 31),
         "Mars 2026 : 1 000 kWh, 11 % de plus qu’en mars 2025"),
        (Preset.FREE, (2026, 11, 1), (2026, 11, 30),
         "Novembre 2026, au 21 : 1 000 kWh, 11 % de plus que du 1er au 21 novembre 2025"),
        (Preset.FREE, (2025, 1, 1), (2025, 12, 31), "2025 : 1 000 kWh, 11 % de plus qu’en 2024"),
        (Preset.FREE, (2026, 1, 1), (2026, 12, 31),
         "2026, au 21/11 : 1 000 kWh, 11 % de plus que les mêmes jours de 2025"),
        (Preset.FREE, (2026, 5, 4), (2026, 5, 4),
         "Le 4 mai 2026 : 1 000 kWh, 11 % de plus que le 4 mai 2025"),
    ],
)  # fmt: skip
def test_the_sentence_speaks_of_the_period_shown(made, preset, first, last, said):
    first, last = date(*first), date(*last)
    free = {"first": first, "last": last} if preset is Preset.FREE else {}
    series = made(
        view=View(preset=preset, step=SeriesStep.DAY, align=Alignment.DATE, **free),
        first=first,
        last=last,
        period_bucket=make_bucket(first, min(last, TODAY)),
    )
    words = text_of(opening(series)).replace(N, " ").replace(B, " ")
    assert words == f"{said} ; données jusqu’au {'21/11/2026' if last.year == 2025 else '21/11'}."
    label = chart_label(series)
    assert label.count("1 000") == 1
    days = (min(last, TODAY) - first).days + 1
    assert label.endswith(f"{days} jours connus sur {days}.")


@pytest.mark.parametrize(
    ("step", "first", "last", "said"),
    [
        (SeriesStep.DAY, (2026, 3, 1), (2026, 3, 31), "que les mêmes jours de semaine de 2025"),
        (SeriesStep.DAY, (2026, 1, 1), (2026, 12, 31), "que les mêmes jours de semaine de 2025"),
        (SeriesStep.DAY, (2026, 3, 1), (2026, 4, 2), "que les mêmes jours de semaine un an avant"),
        (SeriesStep.DAY, (2026, 5, 4), (2026, 5, 4), "que le 5 mai 2025"),
        (SeriesStep.WEEK, (2026, 3, 1), (2026, 3, 31), "que les mêmes semaines de 2025"),
        (SeriesStep.WEEK, (2026, 3, 1), (2026, 4, 2), "que les mêmes semaines un an avant"),
        (SeriesStep.MONTH, (2026, 3, 1), (2026, 3, 31), "qu’en mars 2025"),
    ],
)  # fmt: skip
def test_the_sentence_names_the_days_its_table_compares_with(made, step, first, last, said):
    first, last = date(*first), date(*last)
    bucket = make_bucket(first, min(last, TODAY))
    view = View(preset=Preset.FREE, first=first, last=last, step=step)
    words = text_of(opening(made(view=view, first=first, last=last, period_bucket=bucket)))
    assert f"11{N}% de plus {said}{N};" in words


def test_the_month_shown_by_day_is_one_figure(made):
    headline = made().headline
    view = View(preset=Preset.FREE, first=headline.month, last=headline.until, step=SeriesStep.DAY)
    bucket = make_bucket(headline.month, headline.until)
    line = figure_line(made(view=view, period_bucket=bucket), WHO)
    assert [item.children[0].children for item in line.children[0].children] == [
        "12 mois complets",
        "Période affichée",
    ]


def test_a_year_whose_last_month_is_not_due_yet_names_its_days(made):
    series, october = made(), date(2026, 10, 31)
    year = replace(series.year, days_due=series.year.days - 30, days_awaited=30)
    assert year_title(replace(series, year=year, data_until=date(2026, 9, 30)), TODAY) == (
        "Du 01/11/2025 au 30/09/2026"
    )
    assert year_title(replace(series, data_until=october), TODAY) == "12 mois complets"


def test_the_sentence_of_a_period_says_what_it_lacks(made, absent):
    first, last = date(2026, 3, 1), date(2026, 3, 31)
    view = View(preset=Preset.FREE, first=first, last=last)
    shared = make_bucket(first, last, comparisons=(make_comparison(days=27, days_expected=31),))
    said = text_of(opening(made(view=view, period_bucket=shared)))
    assert "qu’en mars 2025 (sur les 27 jours communs de 31)" in said
    alone = make_bucket(first, last, comparisons=())
    assert "que" not in text_of(opening(made(view=view, period_bucket=alone))).split()
    unknown = make_bucket(first, last, **absent(days_absent=31, comparisons=()))
    assert text_of(opening(made(view=view, period_bucket=unknown))) == (
        f"Mars 2026{B}: aucune donnée{N}; données jusqu’au 21/11."
    )


def test_a_point_without_data_says_so(made):
    assert text_of(opening(made(headline=None))).startswith("Aucune donnée")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (-8.07, "8,1 % de moins"),
        (-9.96, "10 % de moins"),
        (12.4, "12 % de plus"),
        (0.3, "0,3 % de plus"),
        (0.04, "autant"),
        (-0.7, "0,7 % de moins"),
        (None, ""),
    ],
)
def test_gaps_in_words(value, said):
    assert gap_words(value).replace(N, " ") == said


def test_english_speaks_in_english_figures(made):
    with using_language("en"):
        assert "54,180" in text_of(opening(made()))


def test_the_chart_has_the_sentence_for_those_who_do_not_see_it(made):
    series = made()
    assert text_of(opening(series)) in chart_label(series)
    assert "395 jours connus sur 395" in chart_label(series)


def test_key_figures_are_real_or_a_dash(made):
    first, year, coefficient, fresh = kpis(made(), TODAY)
    assert (first.label, text_of([first.value])) == ("Novembre, au 21", f"54{N}180")
    assert text_of([year.value]) == f"1{N}000"
    assert coefficient.value == "11,10"
    assert fresh.value == "21/11/2026"
    assert "il y a 3 jours" in fresh.note
    bare = kpis(made(headline=None, year=None, total=None, data_until=None), TODAY)
    assert [kpi.value for kpi in bare] == ["–"] * 4


def test_key_figures_stand_on_one_line_with_their_change(made, alice):
    said = text_of([figure_line(made(), alice)]).replace(N, " ").replace(B, " ")
    assert "Novembre, au 21" in said
    assert "54 180 kWh▼−8,1 %" in said
    assert "à jours égaux · 365/365 j" in said  # for those who do not see the tooltip


def test_a_year_that_is_not_the_last_twelve_months_says_which_it_is(made):
    ended = date(2025, 9, 30)
    old = made(year=make_bucket(date(2024, 10, 1), ended), data_until=ended, expected_on=None)
    year = kpis(old, TODAY)[1]
    assert year.label == "Du 01/10/2024 au 30/09/2025"
    assert text_of([year.value]) == f"1{N}000"
    assert text_of(year.note).endswith(f"à jours égaux · 365/365{B}j")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"history_first": None}, "aucune donnée"),
        ({"history_first": date(2026, 11, 3)}, "moins d’un mois complet connu"),
        ({"history_first": date(2024, 1, 1)}, "aucune valeur sur ces douze mois"),
    ],
)
def test_a_year_without_value_says_why(made, absent, values, said):
    nothing_known = make_bucket(date(2025, 11, 1), date(2026, 10, 31), **absent())
    assert kpis(made(year=nothing_known, **values), TODAY)[1].note == said


@pytest.mark.parametrize(
    ("fields", "published", "said"),
    [
        ({"days_measured": 352}, False, "89,1 % mesuré"),
        ({"days_measured": 365, "days_prorated": 365}, True, "92,4 % publié, réparti au prorata"),
        ({"days_measured": 365, "days_prorated": 365}, False, "92,4 % réparti au prorata"),
        ({"days_estimated": 365, "days_prorated": 365}, False, "92,4 % réparti au prorata"),
        ({"days_measured": 365, "days_prorated": 30}, False, "84,8 % mesuré, 7,6 % au prorata"),
        ({"days": 0}, False, ""),
    ],
)
def test_what_is_shared_out_is_not_said_to_be_measured(made, fields, published, said):
    total = make_bucket(date(2025, 11, 1), date(2026, 11, 30), **{"days_measured": 0} | fields)
    assert measured_share(total, published=published).replace(N, " ") == said


def test_a_shared_out_factor_is_not_made_day_by_day(made):
    assert "par période" in kpis(made(prorated=True), TODAY)[2].note


def test_twelve_months_say_how_many_of_their_days_are_still_expected(made):
    """Those of a half-yearly meter were told as « 279/279 j » of twelve complete months."""
    year = made().year
    short = replace(year, days_due=279, days_measured=279, days_awaited=year.days - 279)
    assert text_of(kpis(made(year=short), TODAY)[1].note).endswith("86 jours attendus")
    assert "attendu" not in text_of(kpis(made(), TODAY)[1].note)


def test_another_period_than_the_twelve_months_has_its_own_figure(made):
    series = made()
    series = replace(series, view=replace(series.view, preset=Preset.YEARS3))
    assert kpis(series, TODAY)[2].label == "Période affichée"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Mesuré"),
        ({"days_measured": 0, "days_estimated": 31}, "Estimé (E)"),
        ({"days_measured": 0, "days_reconstructed": 31}, "Reconstitué (R)"),
        (
            {
                "days_measured": 25,
                "days_absent": 4,
                "days_estimated": 2,
                "comparisons": (),
            },
            "4 jours absents, 2 jours estimés",
        ),
        ({"days_absent": 1, "days_measured": 30, "comparisons": ()}, "1 jour absent"),
        ({"corrected_on": date(2026, 4, 2)}, "Corrigé le 02/04/2026"),
        ({"flagged": True}, "Volume et index en désaccord"),
        ({"days_prorated": 31}, "Réparti au prorata des jours"),
        ({"energy_wh": None, "days_measured": 0, "days_absent": 31}, "Absent"),
        (
            {"energy_wh": None, "days_measured": 0, "days_absent": 1, "days_awaited": 30},
            "Absent, attendu vers le 26/11",
        ),
        (
            {"energy_wh": None, "days_measured": 0, "days_awaited": 31},
            "Attendu vers le 26/11",
        ),
    ],
)
def test_quality_in_words(made, fields, said):
    series = made((11, fields))
    assert quality_words(series.buckets[11], series) == said


def test_the_table_is_newest_first_with_a_total(made):
    series = made()
    found = table.rows(series)
    assert found[0]["period"] == "nov. 2026, au 21"
    assert found[-1]["period"] == "nov. 2025"
    assert found[0]["coverage"] == "21/21"  # two have ended and are not due yet
    said = quality_words(series.buckets[-1], series)
    assert "2 jours attendus, 7 jours à venir" in said
    late = replace(series.buckets[-1], days_due=22)  # one of the two is due: 21/22
    assert "1 jour en retard, 1 jour attendu, 7 jours à venir" in quality_words(late, series)
    (total,) = table.footer(series)
    assert total["period"] == "Total, 13 lignes"
    assert total["id"] == "total"


def test_absent_is_a_word_and_awaited_another_never_zero(made, absent):
    series = made((10, absent(days_absent=30)), (11, absent(days_awaited=31)))
    found = {row["id"]: row["value"] for row in table.rows(series)}
    assert found["2026-09-01"] == "absent"
    assert found["2026-10-01"] == "attendu"


def test_columns_follow_the_comparisons_and_the_unit(made):
    series = made()
    fields = [column["field"] for column in table.column_defs(series)]
    assert fields == ["period", "value", "n1", "g1", "temp", "coef", "coverage", "quality"]
    both = replace(series, view=replace(series.view, compare=(1, 2), unit=Unit.M3))
    defined = table.column_defs(both)
    assert {"n2", "g2"} <= {column["field"] for column in defined}
    assert defined[1]["headerComponentParams"]["unit"] == "m³"
    assert defined[0]["pinned"] == "left"


def test_a_phone_reads_period_figure_and_change_within_its_width(made, made_days):
    for series in (made(), made_days(30)):
        for step in SeriesStep:
            shown = replace(series, view=replace(series.view, step=step, compare=(1, 2)))
            columns = sorted(table.column_defs(shown), key=lambda one: one["context"]["rank"])
            assert [one["field"] for one in columns[:3]] == ["period", "value", "g1"]
            assert sum(one["context"]["phone"] for one in columns[:3]) <= 390 - 2 * 17


def test_the_period_column_holds_its_longest_words(made):
    week = made()
    week = replace(week, view=replace(week.view, step=SeriesStep.WEEK))
    (period,) = (one for one in table.column_defs(week) if one["field"] == "period")
    assert period["width"] >= len("S48 · 23/11 – 29/11/2026") * 7.5 + 32


def test_words_of_a_cell_are_whole_on_several_lines(made):
    wrapped = {one["field"] for one in table.column_defs(made()) if one["wrapText"]}
    assert {"period", "quality", "g1"} <= wrapped


def test_every_cell_of_a_row_has_its_column(made):
    series = made()
    fields = {column["field"] for column in table.column_defs(series)} | {"id"}
    assert all(set(row) == fields for row in table.rows(series))


def test_exports_say_rows_and_size_before_the_click(made, made_days):
    pictures, files = export_buttons(made())[:2], export_buttons(made())[2:]
    assert [getattr(button, "data-picture") for button in pictures] == ["png", "svg"]
    assert [text_of([link]).split(" · ")[0] for link in table_files(made())] == ["CSV", "XLSX"]
    words = [text_of([button]) for button in files]
    assert [word.split(" · ")[:2] for word in words] == [
        ["CSV international", "13 lignes"],
        ["Parquet", "13 lignes"],
    ]
    series = made_days(30)
    daily = replace(series, view=replace(series.view, step=SeriesStep.DAY))
    assert [text_of([button]).split(" · ")[:2] for button in export_buttons(daily)[2:]] == [
        ["CSV international", "30 lignes"],
        ["Parquet", "30 lignes"],
        ["Relevés et index (CSV)", "30 lignes"],
        ["Format Espace Client (XLSX)", "30 lignes"],
    ]


def test_a_table_wider_than_its_card_leaves_columns_to_the_tooltip(made):
    note = ChartMark(date(2026, 10, 28), "note", None, "Régulation", annotation=1)
    values = (1_000_000,) * 13
    plan = ChartedBudget(1, date(2026, 1, 1), 12_000_000, values, None, None, BudgetOutlook.UNTOLD)
    series = made()
    costs, ratios = ChartCosts((50_000,) * 13), Climate((1.0,) * 13)
    wide = replace(series, costs=costs, climate=ratios, planned=plan, marks=(note,))
    hidden = {
        number: {c["field"] for c in table.column_defs(one) if c["hide"]}
        for number, one in enumerate((series, wide))
    }
    assert hidden[0].isdisjoint({"coverage", "budget", "temp"})
    assert {"coverage", "budget"} <= hidden[1]
    shown = [c for c in table.column_defs(wide) if not c["hide"]]
    assert sum(c.get("minWidth", 0) for c in shown) <= table.CARD


def test_an_empty_period_offers_the_known_one_and_nothing_to_export(made, absent):
    empty = made()
    total = replace(empty.total, **absent(days_absent=395))
    series = replace(empty, total=total)
    shown = empty_chart(series, WHO)
    assert "Aucune donnée sur cette période" in text_of(shown)
    assert "Voir toute la période connue" in text_of(shown)
    assert table.rows(series) == []
    assert export_count(series) == 0
    assert export_buttons(series) == table_files(series) == []


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (date(2026, 12, 31), "Les jours du 01/12/2026 au 31/12/2026 ne sont pas encore passés"),
        (date(2026, 12, 1), "Le 01/12/2026 n’est pas encore passé"),
    ],
)
def test_a_period_to_come_says_so_and_until_when_data_go(made, absent, last, said):
    first = date(2026, 12, 1)
    days = (last - first).days + 1
    total = make_bucket(first, last, **absent(days_absent=days))
    series = replace(made(), first=first, last=last, buckets=(total,), total=total)
    shown = text_of(empty_chart(series, WHO))
    assert "Cette période est à venir" in shown
    assert said in shown
    assert f"jusqu’au {short_day(series.data_until)}" in shown


def test_a_point_that_injects_says_that_nothing_is_awaited(made):
    series = made(injects=True, data_until=None, history_first=None, headline=None, total=None)
    assert "injecte du gaz" in text_of(opening(series))
    assert "Point d’injection" in text_of(empty_chart(series, WHO))
    assert "votre droit ne couvre pas" in text_of(empty_chart(series, WHO))
    assert "importé" not in text_of(empty_chart(series, WHO))
    assert injected(series) == []


FED = InjectionStatement(
    *(date(2026, 10, 1), date(2026, 10, 31), 1_250_402_000, 112_000_000, None, None),
    *(Quality.MEASURED, Status.DEFINITIVE),
)


def test_what_a_site_feeds_in_is_a_table_the_last_period_first(made):
    later = replace(FED, first_day=date(2026, 11, 1), last_day=date(2026, 11, 2), energy_wh=None)
    series = made(
        injects=True, fed=(FED, later), readable=False, data_until=None, history_first=None,
        headline=None, total=None,
    )  # fmt: skip
    said = text_of(injected(series)).replace("\u202f", " ")
    assert said.index("du 01/11/2026 au 02/11/2026") < said.index("du 01/10/2026 au 31/10/2026")
    assert ("1 250 402" in said, "112 000" in said, "–" in said) == (True, True, True)
    assert "2 périodes publiées" in said
    assert "Gaz injecté" in text_of(empty_chart(series, WHO))
    assert "injecte du gaz" in text_of(opening(series))
    assert "Voir le droit" not in text_of(empty_chart(series, WHO))


def test_a_site_that_has_not_fed_anything_in_yet_says_so(made):
    assert "encore publié aucune quantité" in text_of(injected(made(injects=True, fed=())))


def test_the_days_of_years_are_cut_to_the_last_ones(made):
    said = text_of(injected(made(injects=True, fed=(FED,) * (MOST + 1))))
    assert said.count("du 01/10/2026") == MOST
    assert f"les {MOST} dernières périodes" in said


def test_a_point_never_heard_of_leads_elsewhere(made):
    series = made(total=None, data_until=None, history_first=None)
    assert "Voir les points de livraison" in text_of(empty_chart(series, WHO))
    published = replace(series, view=replace(series.view, data=DataKind.PUBLISHED))
    assert "Voir les données informatives" in text_of(empty_chart(published, WHO))


def test_a_closed_site_says_since_when(made):
    ended = date(2026, 9, 30)
    series = made(ended_on=ended, data_until=ended, expected_on=None)
    assert text_of(opening(series)).endswith("Le site est hors service depuis le 30/09/2026.")
    assert "hors service" in kpis(series, TODAY)[3].note


def test_published_data_alone_are_said_to_be_so(made):
    assert "voici ses données publiées" in text_of(opening(made(published=True)))
    asked = View(pce="09999999910001", data=DataKind.PUBLISHED)
    assert "voici" not in text_of(opening(made(published=True, view=asked)))


def test_a_month_of_another_year_says_its_year(made):
    series = made()
    headline = replace(series.headline, month=date(2025, 9, 1), until=date(2025, 9, 30))
    said = text_of(opening(replace(series, headline=headline, data_until=date(2025, 9, 30))))
    assert said.startswith("Septembre 2025")
    assert said.endswith("données jusqu’au 30/09/2025.")


def test_a_bar_outside_the_history_is_neither_absent_nor_awaited(made, absent):
    fields = absent(
        days=0, days_due=0, days_absent=0, days_awaited=0, comparisons=(), current=False
    )
    series = made((3, fields), (12, fields))
    row = table.rows(series)[-4]
    assert (row["value"], row["coverage"], row["quality"]) == ("–", "–", "Hors historique")
    drawn = text_of(overlay(series))
    assert "pas encore" not in drawn
    assert "Absent" not in drawn
    assert {"Absent", "Attendu"}.isdisjoint(text_of(item) for item in legend(series))


def test_a_gap_made_on_fewer_days_says_on_how_many(made):
    series = made((11, {"comparisons": (make_comparison(days=24, days_expected=31),)}))
    gaps = [row["g1"] for row in table.rows(series)]
    assert gaps[1].replace(N, " ") == f"+11,1 % sur 24{B}j"
    assert "sur" not in gaps[0]


def test_a_day_after_the_service_ended_is_not_absent():
    detail = DayDetail(
        date(2026, 1, 1), *(None,) * 6, Quality.ABSENT, Status.UNKNOWN, None, (), ended=True
    )
    assert "Site hors service" in text_of(day_detail(detail))


def test_the_trail_leads_back_from_days_to_months(made):
    series = made()
    view = replace(
        series.view,
        preset=Preset.FREE,
        first=date(2026, 3, 1),
        last=date(2026, 3, 31),
        step=SeriesStep.DAY,
    )
    said = text_of(trail(replace(series, view=view), TODAY))
    assert said.endswith("mars 2026")
    assert "12 derniers mois" in said


def test_a_day_tells_what_it_said_before():
    learnt = datetime(2021, 11, 25, 7, 42, tzinfo=UTC)
    day = date(2021, 11, 4)
    before = Revision(
        day, 108_000, 10_000, Quality.MEASURED, Status.PROVISIONAL, date(2021, 11, 24), learnt
    )
    detail = DayDetail(
        day,
        107_000,
        10_000,
        14_100_000,
        14_110_000,
        111_700,
        None,
        Quality.MEASURED,
        Status.DEFINITIVE,
        date(2022, 11, 29),
        (before,),
        learnt_at=datetime(2022, 11, 30, 6, 5, tzinfo=UTC),
    )
    said = text_of(day_detail(detail)).replace(B, " ")
    assert "Valeur reçue le30/11/2022 à 7 h 05" in said
    assert "108 kWh / 10 m³ → 107 kWh / 10 m³, le 30/11/2022 à 7 h 05 · avant : " in said
    assert "version du 24/11/2021, reçue le 25/11/2021 à 8 h 42, mesuré" in said


def test_a_day_counted_with_others_is_not_said_absent():
    period = date(2025, 12, 28), date(2026, 1, 31)
    detail = DayDetail(
        date(2026, 1, 1), *(None,) * 6, Quality.ABSENT, Status.UNKNOWN, None, (), period=period
    )
    said = text_of(day_detail(detail))
    assert "compris dans la période du 28/12/2025 au 31/01/2026" in said
    assert "Absent" not in said


def test_a_day_with_one_version_says_so():
    detail = DayDetail(date(2026, 1, 1), *(None,) * 6, Quality.ABSENT, Status.UNKNOWN, None, ())
    said = text_of(day_detail(detail))
    assert "Absent" in said
    assert "qu’une version" in said


@pytest.mark.parametrize(
    ("version", "label"), [(14, "Valeur reçue le"), (20, "Même valeur depuis le")]
)
def test_a_value_stated_again_says_since_when_it_stands(version, label):
    learnt = datetime(2026, 11, 14, 8, tzinfo=UTC)
    detail = DayDetail(
        date(2026, 11, 12), 1000, 100, *(None,) * 4, Quality.MEASURED, Status.UNKNOWN,
        date(2026, 11, version), (), learnt_at=learnt,
    )  # fmt: skip
    assert label in text_of(day_detail(detail))


def test_the_calendar_says_what_is_awaited_and_names_its_first_month(made_days, alice, absent):
    series = made_days(60)
    last = replace(series.buckets[-1], **absent(days_awaited=1))
    series = replace(series, buckets=(*series.buckets[:-1], last))
    page = str(days_page(series, alice, series.view).to_plotly_json())
    assert f"{short_day(last.first)}\\xa0: attendu" in page
    assert "inconnu" not in page
    assert "days-month days-month-end" in page


def test_the_page_is_whole_on_its_first_paint(made, alice):
    page = consumption_page(made(), alice, ())
    from components.consumption import Ids

    parts = {str(part.id): part for part in page._traverse_ids()}
    table = [part.id for card in parts[Ids.TABLE_FIRST].data for part in card._traverse_ids()]
    ids = [*parts, *table]
    later = (f"{Ids.EPISODE}-", f"{Ids.OVERVIEW}-")  # an open episode, and the strip of months
    acts = {name for name in Ids if name.startswith(later)}
    assert {str(name) for name in set(Ids) - acts} <= {str(found) for found in ids}


def test_lines_carry_their_days(made):
    assert [line.key for line in lines(made())][:2] == ["2026-11-01", "2026-10-01"]
