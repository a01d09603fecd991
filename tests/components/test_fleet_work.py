"""The list of drifts: its counts, the scale of its bars, what an empty one says."""

from dataclasses import replace
from datetime import date

import pytest

from components.fleet.page import work_sentence
from components.fleet.worklist import get_scale, months_on_phone, work_list
from data.analysis.signatures.types import SiteDrift, WorkPage
from data.metering.consumption.types import (
    CellState,
    Face,
    FleetCell,
    FleetEqual,
    FleetRow,
    FleetView,
    WorkList,
)
from data.metering.prices.types import ATTO
from tests.components.kit.trees import text_of

WH = 1_000_000


def row(id_, gap):
    face = Face(365, 100_000 * WH + gap * WH, 100_000 * WH)
    return FleetRow(id_, str(id_), "", None, 1, 365, 365, face, equal=face, price=ATTO // WH)


def page_of(rises, falls, *, view=None, sites=1630, usual=618, listed=5):
    rows = [row(place, gap) for place, gap in enumerate([*rises, *falls])]
    drifts, down = rows[: len(rises)], rows[len(rises) :]
    judged = FleetEqual(usual + len(rows), Face(1, 1, 1)) if usual else None
    work = WorkList(drifts=drifts, falls=down, judged=judged)
    shown = [[SiteDrift(one, None) for one in some] for some in (drifts[:12], down[:listed])]
    return WorkPage(view or FleetView(), work, *shown, sites)


def test_bars_are_to_one_scale_and_one_without_room_is_cut(alice):
    page = page_of([20_179, 1_640], [-21_535, -57_534])
    scale = get_scale(page)
    rise, small, fall, deep = [drift.site for drift in (*page.drifts, *page.falls)]
    unit = scale.share_of(rise) / 20_179
    assert scale.share_of(small) == pytest.approx(1_640 * unit)
    assert scale.share_of(fall) == pytest.approx(-21_535 * unit)
    assert [scale.is_cut(one) for one in (rise, small, fall, deep)] == [False] * 3 + [True]
    assert str(work_list(page, alice)).count("work-cut") == 1
    assert "barre entaillée" in text_of(work_list(page, alice))
    near = page_of([20_179], [-40_000])
    assert "barre entaillée" not in text_of(work_list(near, alice))


def test_a_phone_shows_the_months_that_explain_the_drifts():
    months = [date(2026, month, 1) for month in range(1, 13)]
    cold = {months[place]: FleetCell(CellState.TOLD, 9.0) for place in (0, 1, 2, 10)}
    page = page_of([9, 8], [])
    drifts = [replace(drift, site=replace(drift.site, cells=cold)) for drift in page.drifts]
    kept = months_on_phone(replace(page, drifts=drifts), months)
    assert sorted(month.month for month in kept) == [1, 2, 3, 10, 11, 12]


def test_the_counts_of_the_list_close(alice):
    said = text_of(work_list(page_of([9] * 29, [-9] * 51), alice)).replace("\u202f", "")
    for words in (
        "17 autres dérives", "618 sites dans leur norme", "932 sites non évalués",
        "51 sites en baisse, dont les 5 plus fortes baisses",
    ):  # fmt: skip
        assert words in said
    assert 29 + 618 + 932 + 51 == 1630


@pytest.mark.parametrize(
    ("view", "sites", "words"),
    [
        ({"text": "zzz"}, 0, "Aucun site ne correspond à «\u00a0zzz\u00a0»."),
        ({"holder": 3}, 0, "Aucun site ne correspond à ces filtres."),
        ({"tag": "Écoles"}, 4, "Aucun des 4 sites de ce filtre n’a encore de signature"),
        ({}, 4, "Aucun site n’a encore de signature fiable"),
    ],
)
def test_a_list_without_a_site_says_why(alice, view, sites, words):
    page = page_of([], [], view=replace(FleetView(), **view), sites=sites, usual=0)
    assert words in text_of(work_sentence(page))
    assert ("Effacer les filtres" in text_of(work_list(page, alice))) is bool(view)
