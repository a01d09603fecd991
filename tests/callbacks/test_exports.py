"""The form says what it would give, the list what became of it."""

import json
import re

import pytest
from dash import ctx
from dash._callback_context import context_value
from dash._utils import AttributeDict

from callbacks import exports as callbacks
from components.exports.ids import export_button, own_button, report_button, schedule_button
from core.errors import Conflict, Invalid, NotFound
from data.exports import queries
from data.exports.actions import keep_pick
from data.exports.types import ExportLimits, ExportState
from tests.data.exports.made import EMPTY, FOREIGN, LARGE, PCE, make_fleet
from tests.factories import NOW
from tests.queue_work import make_exports
from tests.web import Web, request_of

FORM = {
    "content": "daily",
    "which": "all",
    "tag": "",
    "text": "",
    "numbers": "",
    "picked": 0,
    "period": "12m",
    "first": "",
    "last": "",
    "file": "csv",
    "apart": "one",
}


@pytest.fixture
def web(database, tmp_path):
    with database.transaction() as db:
        make_fleet(db)
    return Web(database, tmp_path)


def words(part) -> str:
    """As one reads it; what is nested is written with its escapes."""
    return re.sub(r"[\u00a0\u202f]|\\xa0|\\u202f", " ", str(part))


def estimated(web, viewer, **fields):
    with web.database.reading() as db:
        return callbacks.show_estimate(fields=FORM | fields, request=request_of(db, viewer))


def asked(web, viewer, **fields):
    with web.server.app_context(), web.database.transaction() as db:
        return callbacks.ask(fields=FORM | fields, tell=False, request=request_of(db, viewer))


def latest(web, viewer):
    with web.database.reading() as db:
        return queries.list_exports(db, viewer)[0]


def press(web, function, button, viewer):
    """Call *function* as when *button* was pressed."""
    token = context_value.set(
        AttributeDict(
            triggered_inputs=[
                {"prop_id": json.dumps(button, sort_keys=True, separators=(",", ":")) + ".n_clicks"}
            ]
        )
    )
    try:
        with web.server.app_context(), web.database.transaction() as db:
            assert ctx.triggered_id == button
            return function(request=request_of(db, viewer))
    finally:
        context_value.reset(token)


def test_rows_and_size_are_said_before_the_click(web, alice):
    shown, off, *boxes = estimated(web, alice)
    assert "environ 340" in words(shown)
    assert "37 ko" in words(shown)
    assert not off
    assert boxes == [True, True, True, False, True]


@pytest.mark.parametrize(
    ("fields", "said", "boxes"),
    [
        ({"which": "tag", "tag": "Écoles"}, "environ 300", [False, True, True, False, True]),
        ({"which": "text", "text": "chaufferie"}, "environ 40", [True, False, True, False, True]),
        ({"which": "numbers", "numbers": f"{PCE}\n{LARGE}"}, "340",
         [True, True, False, False, True]),
        ({"period": "free", "first": "2026-01-01", "last": "2026-01-31"}, "environ 62",
         [True, True, True, False, False]),
        ({"content": "monthly"}, "environ 12", [True, True, True, False, True]),
        ({"content": "published"}, "environ 47", [True, True, True, False, True]),
        ({"content": "technical"}, "environ 3", [True, True, True, True, True]),
    ],
)  # fmt: skip
def test_each_choice_is_counted_and_shows_its_fields(web, alice, fields, said, boxes):
    shown, off, *hidden = estimated(web, alice, **fields)
    assert said in words(shown)
    assert not off
    assert hidden == boxes


@pytest.mark.alike
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"which": "numbers", "numbers": "12"}, "« 12 » n’est pas un PCE"),
        ({"which": "numbers"}, "Collez au moins un numéro"),
        ({"which": "text", "text": " "}, "Écrivez ce que vous cherchez"),
        ({"which": "tag"}, "Choisissez une étiquette"),
        ({"period": "free", "first": "2026-02-01", "last": "2026-01-01"}, "inversée"),
        ({"period": "free", "first": "hier", "last": ""}, "AAAA-MM-JJ"),
        ({"period": "free", "first": "2027-01-01", "last": "2027-02-01"}, "pas commencé"),
        ({"content": "monthly", "file": "ndjson"}, "ADICT ne connaît pas"),
        ({"content": "x"}, "possibilités proposées"),
        ({"file": None}, "possibilités proposées"),
        ({"which": "numbers", "numbers": EMPTY}, "Rien à exporter"),
        ({"which": "text", "text": "zzz"}, "Aucun PCE visible pour vous"),
    ],
)
def test_what_is_wrong_is_a_sentence_and_nothing_may_be_asked(web, alice, fields, said):
    shown, off, *_boxes = estimated(web, alice, **fields)
    assert said in words(shown)
    assert off
    if "Rien" not in said and "Aucun" not in said:
        with pytest.raises(Invalid):
            asked(web, alice, **fields)


def test_a_number_of_somebody_else_is_as_unknown_as_one_that_is_not(web, alice):
    said = [
        words(estimated(web, alice, which="numbers", numbers=f"{PCE};{other}")[0]).replace(
            other, ""
        )
        for other in (FOREIGN, "09999999919999")
    ]
    assert said[0] == said[1]
    assert "1 numéro n’est pas un PCE visible pour vous" in said[0]


def test_asked_followed_and_made(web, alice):
    shown, off, toast = asked(web, alice)
    assert "En attente" in words(shown)
    assert not off
    assert "/exports?export=1" in words(toast)
    with web.server.app_context(), web.database.reading() as db:
        assert "La préparation va commencer" in words(
            callbacks.show_progress(request=request_of(db, alice))[0]
        )
    make_exports(web.database, web.var, NOW, ExportLimits())
    with web.server.app_context(), web.database.reading() as db:
        shown, still = callbacks.show_progress(request=request_of(db, alice))
        detail, over = callbacks.show_detail(1, request=request_of(db, alice))
    assert "Télécharger · " in words(shown)
    assert still
    assert over
    row = latest(web, alice)
    assert row.sha256 in words(detail)
    assert "2 PCE, et 1 sans donnée" in words(detail)


def test_erased_and_made_again_from_its_line(web, alice, bob):
    asked(web, alice)
    with pytest.raises(NotFound):
        press(web, callbacks.change_in_list, export_button("remove", 1), bob)
    shown, off, _toast = press(web, callbacks.change_in_list, export_button("remove", 1), alice)
    assert "Supprimé avant d’être prêt" in words(shown)
    assert off
    assert latest(web, alice).state is ExportState.GONE
    href, _toast = press(web, callbacks.change_alone, own_button("again", 1), alice)
    assert href == "/exports?export=2"
    assert latest(web, alice).state is ExportState.WAITING
    with pytest.raises(NotFound):
        press(web, callbacks.change_alone, own_button("remove", 2**40), alice)
    href, _toast = press(web, callbacks.change_alone, own_button("remove", 2), alice)
    assert href == "/exports"


def test_scheduled_and_stopped(web, alice, bob):
    with web.server.app_context(), web.database.transaction() as db:
        shown, _toast = callbacks.schedule(
            fields=FORM, day="10", months="3", request=request_of(db, alice)
        )
    assert "le 10 de chaque mois · les 3 mois précédents" in words(shown)
    assert "10 déc. 2026" in words(shown)
    for day, months in (("0", "1"), ("29", "1"), ("10", "2"), ("x", "1")):
        with (
            pytest.raises(Invalid),
            web.server.app_context(),
            web.database.transaction() as db,
        ):
            callbacks.schedule(fields=FORM, day=day, months=months, request=request_of(db, alice))
    with pytest.raises(NotFound):
        press(web, callbacks.unschedule, schedule_button(1), bob)
    shown, _toast = press(web, callbacks.unschedule, schedule_button(1), alice)
    assert "Aucun export programmé" in words(shown)


def test_the_same_schedule_is_not_set_twice(web, alice, bob):
    def schedule(viewer, day="10", months="3"):
        with web.server.app_context(), web.database.transaction() as db:
            callbacks.schedule(fields=FORM, day=day, months=months, request=request_of(db, viewer))

    schedule(alice)
    with pytest.raises(Conflict, match="déjà programmé"):
        schedule(alice)
    schedule(alice, day="11")
    schedule(alice, months="1")
    schedule(bob)
    with web.database.reading() as db:
        assert len(queries.list_schedules(db, alice)) == 3


def test_a_selection_is_what_is_counted_and_asked_for(web, alice):
    with web.database.transaction() as db:
        pick = keep_pick(db, alice, [PCE, FOREIGN], now=NOW)
    chosen = {"which": "picked", "picked": pick}
    shown, off, *boxes = estimated(web, alice, **chosen)
    assert "1 numéro n’est pas un PCE visible pour vous" in words(shown)
    assert (off, boxes) == (False, [True, True, True, False, True])
    asked(web, alice, **chosen)
    assert latest(web, alice).spec.choice.numbers == (PCE, FOREIGN)


def test_a_zero_that_is_put_back_is_not_so_in_silence(web, alice):
    shown, off, *_boxes = estimated(web, alice, which="numbers", numbers=PCE[1:])
    assert "1 numéro lu avec le zéro initial" in words(shown)
    assert PCE in words(shown)
    assert not off
    shown, *_rest = estimated(web, alice, which="text", text="x", numbers=PCE[1:])
    assert "zéro initial" not in words(shown)


@pytest.mark.parametrize("pick", [None, "1", -1, [1], 2**70])
def test_no_selection_is_a_sentence(web, alice, pick):
    shown, off, *_boxes = estimated(web, alice, which="picked", picked=pick)
    assert "n’est plus gardée" in words(shown)
    assert off


def test_a_report_is_asked_for_by_its_button_and_listed_among_exports(web, alice):
    asked = words(press(web, callbacks.ask_report, report_button("site-year", 0, PCE), alice))
    assert "/exports?export=1" in asked
    assert "Année d’un site" in words(web.browser(1).open("/exports").text)
    with pytest.raises(NotFound):
        press(web, callbacks.ask_report, report_button("site-year", 0, FOREIGN), alice)
    with pytest.raises(Invalid):  # no works
        press(web, callbacks.ask_report, report_button("savings", 0, ""), alice)
