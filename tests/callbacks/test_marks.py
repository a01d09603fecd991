"""Annotations on the consumption screen, callbacks called as Dash would."""

from datetime import date

import pytest

from callbacks.marks import draw_again, open_form, remove_or_restore, save
from components.consumption import Ids as Shown
from components.consumption.annotations import chart_notes
from components.consumption.overlay import notes, overlay
from components.consumption.sentence import text_of
from components.marks.ids import Ids
from core.errors import NotFound
from data.analysis.marks import queries
from data.metering.consumption.files.summary_writer import summary_csv
from data.metering.consumption.models import Reading
from data.metering.consumption.rules.view import read_view
from data.metering.consumption.types import Quality, Status
from data.thresholds.queries.chart_series import load_limits_series
from tests.conftest import TODAY
from tests.factories import NOW, PCE, make_pce
from tests.web import request_of

QUERY = f"pce={PCE}&from=2026-11-01&to=2026-11-20&step=day"
TYPED = {"first": "2026-11-10", "last": "2026-11-12", "kind": "works", "words": "Chaudière"}


def ids_in(tree):
    found, left = set(), [tree]
    while left:
        one = left.pop()
        if isinstance(one, list | tuple):
            left += one
        elif hasattr(one, "to_plotly_json"):
            found.add(getattr(one, "id", None))
            left.append(getattr(one, "children", None))
    return found


@pytest.fixture
def pce(web):
    with web.database.transaction() as db:
        pce = make_pce(db, holder_id=1, data_until=date(2026, 11, 20))
        for day in range(1, 21):
            db.add(
                Reading(
                    pce_id=pce.id, gas_day=date(2026, 11, day), energy_wh=100_000,
                    volume_dm3=9_000, quality=Quality.MEASURED, status=Status.DEFINITIVE,
                    flags=0, as_of=TODAY, learnt_at=NOW,
                )
            )  # fmt: skip
    return pce


def test_the_form_opens_on_a_day_is_kept_and_the_chart_follows(act, pce, alice):
    with act() as db:
        opened = open_form({"do": "new", "day": "", "n": 1}, QUERY, request=request_of(db, alice))
        assert {Ids.FIRST, Ids.WORDS, Ids.SAVE} <= ids_in(opened)
        assert "2026-11-20" in str(opened)  # the last day with data
        inside, changed, _toasts = save(
            edited=None, shared=True, typed=TYPED, query=QUERY, request=request_of(db, alice)
        )
        assert inside == []
        again = request_of(db, alice)
        figure, over, later = draw_again(changed, QUERY, request=again)
        assert list(again.reads) == [PCE]
        solid = [one for one in figure["layout"]["shapes"] if one["line"].get("dash") == "solid"]
        assert [one["x0"] for one in solid] == [8.5]  # before the tenth bar
        along = [one for one in figure["layout"]["shapes"] if one["line"]["width"] == 3]
        assert [(one["x0"], one["x1"]) for one in along] == [(8.5, 11.5)]
        assert "consumption-event-note" in str(over)
        rows = later[Shown.TABLE]["rowData"]
        assert [row["id"] for row in rows if row["notes"] != "–"] == [
            "2026-11-12", "2026-11-11", "2026-11-10",
        ]  # fmt: skip


def test_it_is_said_with_its_days_and_author_and_exported(act, pce, alice):
    with act() as db:
        save(edited=None, shared=True, typed=TYPED, query=QUERY, request=request_of(db, alice))
        series, _crossed = load_limits_series(db, alice, read_view({"pce": PCE}, TODAY))
    said = text_of(notes(series))
    assert "du 10/11/2026 au 12/11/2026, par Alice (partagée)" in said
    assert "Chaudière" in said
    assert "Travaux" in text_of(overlay(series))
    text = summary_csv(series).decode()
    assert "Annotations" in text.splitlines()[0]
    assert [line for line in text.splitlines() if line.endswith("Chaudière")]


def test_one_of_days_to_come_stands_apart_and_may_be_taken_away(act, pce, alice):
    with act() as db:
        typed = TYPED | {"first": "2027-02-10", "last": ""}
        save(edited=None, shared=True, typed=typed, query=QUERY, request=request_of(db, alice))
        series, _crossed = load_limits_series(db, alice, read_view({"pce": PCE}, TODAY))
        assert [mark.day for mark in series.ahead] == [date(2027, 2, 10)]
        assert not [mark for mark in series.marks if mark.annotation]
        said = chart_notes(series, TODAY)
    text = text_of(said)
    assert "hors de la période affichée" in text
    assert "10/02/2027" in text
    assert "Retirer" in text


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(act, pce, alice):
    with act() as db:
        typed = TYPED | {"last": "2026-11-09"}
        inside, _changed, _toasts = save(
            edited=None, shared=True, typed=typed, query=QUERY, request=request_of(db, alice)
        )
        assert "Le dernier jour est avant le premier" in str(inside)
        assert "Chaudière" in str(inside)
        assert queries.list_annotations(db, alice, PCE, date(2026, 1, 1), TODAY) == ()


def test_it_is_changed_taken_away_and_brought_back(act, pce, alice):
    with act() as db:
        save(edited=None, shared=True, typed=TYPED, query=QUERY, request=request_of(db, alice))
        (one,) = queries.list_annotations(db, alice, PCE, date(2026, 1, 1), TODAY)
        edit = open_form(
            {"do": "edit", "id": str(one.id), "n": 1}, QUERY, request=request_of(db, alice)
        )
        assert "Chaudière" in str(edit)
        typed = TYPED | {"words": "Brûleur"}
        save(edited=one.id, shared=None, typed=typed, query=QUERY, request=request_of(db, alice))
        draft = queries.get_annotation(db, alice, one.id).draft
        assert (draft.words, draft.shared) == ("Brûleur", False)
        _changed, toasts = remove_or_restore(
            {"do": "remove", "id": str(one.id)}, request=request_of(db, alice)
        )
        assert "Annuler la suppression" in text_of(toasts)
        with pytest.raises(NotFound):
            queries.get_annotation(db, alice, one.id)
        remove_or_restore({"do": "restore", "id": str(one.id)}, request=request_of(db, alice))
        draft = queries.get_annotation(db, alice, one.id).draft
        assert (draft.words, draft.shared) == ("Brûleur", False)


@pytest.mark.parametrize("sent", [None, {}, {"id": "x"}, {"id": "-1"}, {"id": "999999999999"}])
def test_a_key_that_is_none_is_not_found(act, pce, alice, sent):
    with act() as db, pytest.raises(NotFound):
        remove_or_restore(sent, request=request_of(db, alice))
