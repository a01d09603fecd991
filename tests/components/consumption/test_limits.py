"""Thresholds on the chart: a stepped line, what is above it, a strip of episodes, one opened."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from components.consumption import Ids
from components.consumption.episode import episode_panel
from components.consumption.episodes import episodes, spans_of
from components.consumption.figure import figure
from components.consumption.legend import legend
from components.consumption.overlay import overlay
from components.consumption.scale import columns, room, scale, share_of
from components.consumption.table import column_defs, footer, rows
from components.kit.graph import LIGHT
from data.metering.consumption.types import Ceiling
from data.thresholds.types import Ending, EpisodeState, ThresholdKind, ThresholdPeriod
from tests.components.kit.trees import attributes, every, of_kind, text_of, with_id
from tests.components.notifications.made import an_episode
from tests.conftest import TODAY
from tests.factories import NOW


def with_limit(series, *values, name="Chauffage"):
    line = tuple(values) if len(values) > 1 else values * len(series.buckets)
    return replace(series, ceilings=(*series.ceilings, Ceiling(name, line)))


def traces(series):
    return {trace["name"]: trace for trace in figure(series, "light")["data"]}


def words(series):
    return text_of(overlay(series)).replace("\u202f", " ").replace("\u00a0", " ")


def test_without_a_limit_nothing_changes(made):
    series = made()
    assert {"limit", "above"} & set(traces(series)) == set()
    assert room(series) == 0
    assert "Seuil" not in text_of(legend(series))


def test_the_line_is_stepped_on_a_casing_and_ends_with_the_last_bar(made):
    series = with_limit(made(), *[1_200_000] * 6, *[900_000] * 7)
    line, casing = traces(series)["limit"], traces(series)["limit-casing"]
    assert line["line"]["shape"] == "hv"
    assert (line["x"], line["y"]) == ([-0.5, 5.5, 12.5], [1200, 900, 900])
    assert casing["line"]["width"] > line["line"]["width"]


def test_a_stretch_without_a_limit_is_a_gap(made):
    series = with_limit(made(), None, 500_000, 500_000, None, None, 700_000, *[None] * 7)
    assert traces(series)["limit"]["x"] == [0.5, 2.5, 2.5, 4.5, 5.5, 5.5]
    assert traces(series)["limit"]["y"] == [500, 500, None, 700, 700, None]


def test_only_what_is_over_the_line_has_its_colour(made):
    series = with_limit(made((3, {"energy_wh": 1_500_000})), 1_200_000)
    over = traces(series)["above"]
    assert (over["x"], over["base"], over["y"]) == ([3], [1200], [300])
    assert over["marker"] == {"color": LIGHT.threshold}
    assert "▲ +25,0 %" in words(series)
    assert "▲ Au-dessus du seuil" in text_of(legend(series))


def test_bars_that_are_too_thin_have_no_sign(made_days):
    series = with_limit(made_days(400), 900_000)
    assert "▲" not in words(series)


def test_days_close_together_have_the_sign_alone(made_days):
    series = with_limit(made_days(30), 900_000)
    assert "▲" in words(series)
    assert "+11" not in words(series)


def test_the_scale_holds_the_line(made):
    series = with_limit(made(), 3_000_000)
    assert scale(series).top >= 3000


def test_the_words_of_the_line_stand_in_room_of_their_own(made):
    series = with_limit(made(), 92_000_000)
    assert "Seuil92 000" in words(series)
    assert columns(series) == pytest.approx(14.3, abs=0.01)
    assert share_of(12.5, series) < 0.94
    drawn = figure(series, "light")["layout"]
    assert drawn["xaxis"]["range"] == [-0.5, columns(series) - 0.5]
    assert drawn["meta"]["room"] == room(series)


def test_a_line_that_ended_before_needs_no_room(made):
    series = with_limit(made(), *[900_000] * 6, *[None] * 7)
    assert room(series) == 0
    assert "Seuil" not in words(series)


def test_several_lines_bear_their_names_and_never_touch(made):
    series = with_limit(with_limit(made(), 900_000, name="Bas"), 905_000, name="Haut")
    assert "Bas" in words(series)
    assert "Haut" not in words(series)
    assert "Bas900\u00a0kWhHaut905\u00a0kWh" in text_of(legend(series))


def test_two_lines_of_the_same_name_are_told_apart(made):
    series = with_limit(with_limit(made(), 300_000, name="Mensuel"), 900_000, name="Mensuel")
    assert "Mensuel (1)300\u00a0kWhMensuel (2)900\u00a0kWh" in text_of(legend(series))
    assert "Mensuel (2)" in words(series)


def test_a_phone_reads_the_limit_in_the_legend_in_its_own_unit(made):
    series = with_limit(made(), 44_200_000)
    [short] = [
        p for p in every(legend(series)) if getattr(p, "className", "") == "consumption-short"
    ]
    assert text_of(short) == "44,2\u00a0MWh"


def test_the_table_has_the_limit_and_marks_what_is_above(made):
    series = with_limit(made((12, {"energy_wh": 1_500_000})), 1_200_000)
    first, second = rows(series)[:2]
    assert first["value"]["mark"] == "▲"
    assert first["limit"].replace("\u202f", " ") == "1 200"
    assert isinstance(second["value"], str)
    assert footer(series)[0]["limit"] == "–"
    assert "limit" in [column["field"] for column in column_defs(series)]


def test_an_episode_stands_under_its_bars(made):
    (span,) = spans_of(made(), [an_episode(first=date(2026, 4, 1), ended_on=date(2026, 4, 30))])
    assert (span.first, span.last, span.lane) == (4.5, 5.5, 0)


def test_an_open_episode_goes_on_to_the_last_day_known(made):
    (span,) = spans_of(made(), [an_episode()])
    assert 11.5 < span.first < span.last <= 12.5


def test_episodes_of_the_same_days_stand_one_above_the_other(made):
    rows_ = [an_episode(id=rank, first=date(2026, 11, 3)) for rank in range(1, 6)]
    assert [span.lane for span in spans_of(made(), rows_)][:3] == [0, 1, 2]


def test_what_no_bar_holds_is_left_out(made):
    old = an_episode(first=date(2020, 1, 1), ended_on=date(2020, 2, 1))
    gone = an_episode(state=EpisodeState.WITHDRAWN)
    later = an_episode(first=date(2027, 3, 1))
    assert spans_of(made(), [old, gone, later]) == []
    assert episodes(made(), [], TODAY) == []


def test_an_episode_that_began_before_the_bars_is_cut_to_them(made):
    (span,) = spans_of(made(), [an_episode(first=date(2025, 9, 1))])
    assert span.first == -0.5


def test_the_strip_is_said_in_words_with_what_is_open_first(made):
    ended = an_episode(id=1, state=EpisodeState.NORMAL, ended_on=date(2026, 11, 23))
    more = [
        replace(ended, id=rank, first=date(2026, 5, 1) + timedelta(rank)) for rank in range(20, 26)
    ]
    shown = episodes(made(), [ended, *more, an_episode()], TODAY)
    assert attributes(shown[0])["aria-hidden"] == "true"
    said = text_of(shown)
    assert "8 épisodes de seuil" in said
    assert "et 4 autres, plus anciens" in said
    assert "dépassé depuis 3" in text_of(of_kind(shown, "Li")[0])
    assert "&episode=12" in of_kind(shown, "Link")[0].href


def test_the_open_one_is_marked_and_its_link_closes_it(made):
    series = made()
    series = replace(series, view=replace(series.view, episode=12))
    (link,) = of_kind(episodes(series, [an_episode()], TODAY), "Link")
    assert "episode" not in link.href
    assert attributes(link.children[0])["aria-current"] == "true"


def test_an_opened_episode_is_told_in_full(alice):
    row = an_episode(
        state=EpisodeState.NORMAL,
        ended_on=date(2026, 11, 23),
        ending=Ending.CLEARED,
        learnt_on=date(2026, 11, 24),
        comment="Chaudière réglée",
        acknowledged_at=NOW,
        acknowledged_by="Bob",
        assigned_to="Alice",
    )
    shown = episode_panel(row, alice, [(1, "Alice", "alice@x.example")])
    said = text_of([shown]).replace("\u202f", " ").replace("\u00a0", " ")
    for part in (
        *(
            "14 820 kWh (+5,9 %, soit 820 kWh de trop)",
            "Valeur au 21/11/2026",
            "14 000 kWh",
            "revenu sous le seuil",
        ),
        *("le 24/11/2026", "par Bob", "Chaudière réglée"),
    ):
        assert part in said
    assert with_id(shown, Ids.EPISODE_WHO).value == "1"


def test_silence_has_no_figures(alice):
    row = an_episode(kind=ThresholdKind.MISSING, period=ThresholdPeriod.DAY)
    said = text_of([episode_panel(row, alice)])
    assert "Limite" not in said
    assert "Excédent" not in said


def test_no_episode_no_panel(alice):
    assert episode_panel(None, alice).children == []


def test_who_may_not_assign_is_not_asked_to(alice):
    def hidden(**values):
        shown = episode_panel(an_episode(**values), alice)
        boxes = [
            part
            for part in of_kind(shown, "Div")
            if getattr(part, "className", "") == "consumption-episode-act"
        ]
        return [getattr(box, "hidden", False) for box in boxes]

    assert hidden() == [False, False, False]
    assert hidden(mine=False) == [False, False, True]
    assert hidden(mine=False, answerable=False) == [True, True, True]
    snoozed = an_episode(snoozed_until=date(2026, 12, 1))
    assert "Ne plus reporter" in text_of([episode_panel(snoozed, alice)])
