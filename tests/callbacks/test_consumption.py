"""The consumption screen, callbacks called as Dash would."""

from contextvars import copy_context
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qsl

import pytest
from dash import no_update
from dash._callback_context import context_value
from dash._utils import AttributeDict
from dash.exceptions import PreventUpdate

from callbacks.consumption import (
    PARTS,
    draw_overview,
    find_pces,
    show_day,
    show_view,
    turn_to_neighbour,
    view_of,
)
from components.consumption import Ids
from components.consumption.deferred import LATER
from components.consumption.page import consumption_page, parts
from components.consumption.sentence import text_of
from core.access import Role
from core.errors import NotFound
from data.identity.settings.types import OperatorSettings
from data.metering.consumption import queries
from data.metering.consumption.models import Reading
from data.metering.consumption.rules.view import read_view, write_view
from data.metering.consumption.types import Quality, SeriesStep, Status, Unit
from data.rights.types import RightState
from pages import consumption as page
from tests.conftest import TODAY
from tests.factories import NOW, PCE, make_grant, make_pce, make_right
from tests.web import request_of

UNTIL = date(2026, 11, 21)
VALUES = OperatorSettings()
CONTROLS = {
    "preset": "12m",
    "step": "month",
    "compare": ["1"],
    "align": "weekday",
    "data": "informative",
    "temperature": True,
    "measured": False,
    "unit": "kwh",
    "first": "2025-11-01",
    "last": "2026-11-30",
    "choice": None,
    "drill": None,
    "zoom": None,
    "against": "",
    "other": None,
}


def laid(db, viewer, **query):
    return page.layout(request_of(db, viewer), **query)


def fill(db, pce, days=800):
    """*days* days of 100 kWh and 9 m³ until the last one published."""
    for shift in range(days):
        db.add(
            Reading(
                pce_id=pce.id,
                gas_day=UNTIL - timedelta(days=shift),
                energy_wh=100_000,
                volume_dm3=9_000,
                coefficient_e4=111_111,
                temperature_c100=850,
                quality=Quality.MEASURED,
                status=Status.DEFINITIVE,
                flags=0,
                as_of=UNTIL,
                learnt_at=NOW,
            )
        )
    pce.data_until = UNTIL
    db.flush()
    return pce


@pytest.fixture
def site(db, people):
    return fill(db, make_pce(db, holder_id=1))


def asked(db, viewer, trigger, query=f"pce={PCE}", **changes):
    """What `show_view` answers when *trigger* is the control that spoke, in one piece."""

    def call():
        context_value.set(
            AttributeDict(triggered_inputs=[{"prop_id": f"{trigger}.value", "value": 1}])
        )
        answer = show_view(controls=CONTROLS | changes, query=query, request=request_of(db, viewer))
        assert set(answer) == set(PARTS)
        later = answer.pop("later")
        return answer | {
            name: later.get(id_, {}).get(prop, no_update) for name, (id_, prop) in LATER.items()
        }

    return copy_context().run(call)


def test_every_part_has_an_output(db, site, alice):
    found = asked(db, alice, Ids.STEP, step="week")
    view = read_view({"pce": PCE}, TODAY)
    assert set(parts(queries.load_series(db, alice, view), alice, view, {})) == set(found)


def test_what_stands_already_is_not_sent_again(db, site, alice):
    found = asked(
        db, alice, Ids.STEP, f"pce={PCE}&period=3y", preset="3y", step="year", first="2023-11-01"
    )
    kept = {name for name, value in found.items() if value is no_update}
    assert kept == {
        *("pce", "title", "crumb", "preset", "step", "compare", "align", "data", "temperature"),
        *("measured", "unit", "first", "last", "against", "other"),
    }


def test_a_step_changes_the_bars_the_table_and_the_address(db, site, alice):
    found = asked(db, alice, Ids.STEP, step="week")
    assert found["view"] == f"pce={PCE}&step=week"
    assert found["rows"][-1]["id"] == "2025-11-01"


@pytest.mark.parametrize("query", ["", "&period=30d", "&from=2026-01-01&to=2026-11-30"])
def test_years_widen_a_period_too_short_for_them(db, site, alice, query):
    found = asked(db, alice, Ids.STEP, f"pce={PCE}{query}", step="year")
    assert found["view"] == f"pce={PCE}&period=3y&step=year"
    assert [row["id"][:4] for row in found["rows"]][:3] == ["2026", "2025", "2024"]
    assert "La période est passée à trois ans" in text_of(found["asked"])


@pytest.mark.parametrize("step", ["", "&step=week"])
def test_days_too_many_to_read_give_way_to_weeks_and_say_so(db, site, alice, step):
    found = asked(db, alice, Ids.STEP, f"pce={PCE}&period=3y{step}", preset="3y", step="day")
    assert (found["view"], found["step"]) == (f"pce={PCE}&period=3y&step=week", "week")
    assert "voici les semaines" in text_of(found["asked"])
    assert asked(db, alice, Ids.STEP, step="day")["asked"] == []


@pytest.mark.parametrize(
    ("query", "pressed", "then"),
    [
        ("", ["1", "similar"], "&similar=1"),
        ("&similar=1", ["1"], "&similar=0"),
        ("&period=30d", ["1", "similar"], "&similar=1"),  # whole months are compared
        ("&period=3y&step=week&unit=m3", ["1", "similar"], "&period=3y&similar=1"),
        ("&unit=m2", ["1"], "&unit=m2&similar=0"),
    ],
)
def test_similar_sites_are_compared_by_month_in_a_unit_of_energy(
    db, site, alice, query, pressed, then
):
    found = asked(db, alice, Ids.COMPARE, f"pce={PCE}{query}", compare=pressed)
    assert found["view"] == f"pce={PCE}{then}"


def test_a_unit_has_its_usual_similar_sites(db, site, alice):
    assert asked(db, alice, Ids.UNIT, f"pce={PCE}&similar=1", unit="m2")["view"].endswith("unit=m2")


def test_days_face_the_same_weekday_or_the_same_date(db, site, alice):
    found = asked(db, alice, Ids.UNIT, f"pce={PCE}&period=30d", preset="30d", unit="m3")
    (row,) = (row for row in found["rows"] if row["id"] == "2026-11-20")
    assert (row["period"], row["d1"]) == ("ven. 20/11/2026", "ven. 21/11/2025")
    by_date = asked(db, alice, Ids.ALIGN, f"pce={PCE}&period=30d", preset="30d", align="date")
    assert by_date["view"] == f"pce={PCE}&period=30d&align=date"
    assert "d1" not in by_date["rows"][0]


def test_bars_face_another_period_or_another_site(db, site, alice, charlie):
    other = fill(db, make_pce(db, "09999999910002", holder_id=1, alias="Gymnase"))
    month = f"pce={PCE}&from=2026-09-01&to=2026-09-30"
    days = {"preset": "free", "step": "day", "first": "2026-09-01", "last": "2026-09-30"}
    before = asked(db, alice, Ids.COMPARE, month, compare=["1", "0"], **days)
    assert before["view"].endswith("&against=2026-08-02")
    (row,) = (row for row in before["rows"] if row["id"] == "2026-09-08")
    assert (row["d0"], row["n0"], row["g0"]) == ("mar. 11/08/2026", "100", "0,0")
    picked = asked(db, alice, Ids.OTHER_CHOICE, month, other=other.number, **days)
    assert picked["view"].endswith(f"&with={other.number}")
    assert picked["compare_words"].endswith("Gymnase")
    lead = text_of(picked["lead"]).replace("\u00a0", " ")
    assert "Sur la période affichée, face à Gymnase, mêmes jours (3\u202f000 kWh) : autant." in lead
    proposed = asked(db, alice, Ids.OTHER_CHOICE, before["view"], other=other.number, **days)
    assert proposed["view"] == picked["view"]  # over the days shown
    assert any(trace["name"] == "reference" for trace in picked["figure"]["data"])
    unread = make_pce(db, "09999999910003", holder_id=3)
    refused = asked(db, alice, Ids.OTHER_CHOICE, month, other=unread.number, **days)
    assert "with" not in refused["view"]
    assert not any(trace["name"] == "reference" for trace in refused["figure"]["data"])
    empty = make_pce(db, "09999999910004", holder_id=1)
    for site_number, reads in ((other.number, {PCE, other.number}), (empty.number, {PCE})):
        request = request_of(db, alice)
        page.layout(request, pce=PCE, **{"with": site_number})
        assert set(request.reads) == reads  # a site without any value drawn is not read
    off = asked(db, alice, Ids.COMPARE, picked["view"], compare=["1"], **days)
    assert (off["view"], off["other"]) == (month, "")


def test_days_that_were_not_measured_count_as_absent_when_asked(db, site, alice):
    for day, quality in ((10, Quality.ESTIMATED), (11, Quality.RECONSTRUCTED)):
        db.get(Reading, (site.id, date(2026, 9, day))).quality = quality
    db.flush()
    found = asked(db, alice, Ids.MEASURED, measured=True)
    assert found["view"] == f"pce={PCE}&measured=1"
    (row,) = (row for row in found["rows"] if row["id"] == "2026-09-01")
    assert (row["value"], row["coverage"]) == ("2\u202f800", "28/30")
    view = read_view({"pce": PCE, "measured": "1"}, TODAY)
    origin = queries.get_origin(db, alice, view, row["id"])
    assert (sum(day.energy_wh for day in origin.days), len(origin.missing)) == (2_800_000, 2)


def test_what_changes_nothing_is_not_drawn_again(db, site, alice):
    with pytest.raises(PreventUpdate):
        asked(db, alice, Ids.STEP, step="month")
    with pytest.raises(PreventUpdate):
        asked(db, alice, Ids.UNIT, unit="euros or <script>")


def test_the_bar_says_what_is_shown(db, site, alice):
    found = asked(db, alice, Ids.COMPARE, f"pce={PCE}&from=2026-03-01&to=2026-03-31", compare=[])
    words = {name: found[f"{name}_words"] for name in ("period", "step", "compare", "unit")}
    assert words == {"period": "mars 2026", "step": "Jour", "compare": "rien", "unit": "kWh"}


def test_a_reader_of_one_pce_has_nothing_to_pick(db, site, alice):
    def cell():
        parts = laid(db, alice, pce=PCE)._traverse()
        return next(part for part in parts if "bar-site" in getattr(part, "className", ""))

    assert cell().hidden
    make_pce(db, "09999999910002", holder_id=1)
    assert not cell().hidden


def test_a_preset_brings_its_usual_step(db, site, alice):
    found = asked(db, alice, Ids.PRESET, preset="30d")
    assert (found["preset"], found["step"]) == (no_update, "day")
    assert len(found["rows"]) == 30


def test_a_preset_keeps_the_step_that_was_chosen_and_finds_it_again(db, site, alice):
    found = asked(db, alice, Ids.PRESET, f"pce={PCE}&step=week", preset="3y", step="week")
    assert (found["view"], found["step"]) == (f"pce={PCE}&period=3y&step=week", no_update)
    years = asked(db, alice, Ids.PRESET, f"pce={PCE}&period=3y&step=year", preset="12m")
    assert years["view"] == f"pce={PCE}&wish=year"
    back = asked(db, alice, Ids.PRESET, years["view"], preset="3y")
    assert (back["view"], back["step"]) == (f"pce={PCE}&period=3y&step=year", "year")
    usual = asked(db, alice, Ids.STEP, f"pce={PCE}&step=week", step="month")
    assert usual["view"] == f"pce={PCE}"


def test_dates_far_apart_are_not_drawn_by_the_days_of_a_month(db, site, alice):
    found = asked(db, alice, Ids.FIRST, OCTOBER, preset="free", first="2025-01-01", step="day")
    assert found["step"] == "month"


def test_free_begins_with_the_days_shown(db, site, alice):
    found = asked(db, alice, Ids.PRESET, preset="free")
    assert found["view"].startswith(f"pce={PCE}&from=2025-11-01&to=2026-11-30")
    assert "off" not in found["dates"]


def test_dates_make_a_free_period(db, site, alice):
    found = asked(db, alice, Ids.FIRST, preset="free", first="2026-10-05", last="2026-10-14")
    assert found["view"].startswith(f"pce={PCE}&from=2026-10-05&to=2026-10-14")


OCTOBER = f"pce={PCE}&from=2026-10-01&to=2026-10-10"


@pytest.mark.parametrize(
    ("trigger", "first", "last", "kept"),
    [
        (Ids.FIRST, "2026-10-20", "2026-10-10", ("2026-10-20", "2026-10-20")),
        (Ids.LAST, "2026-10-20", "2026-10-25", ("2026-10-20", "2026-10-25")),
        (Ids.LAST, "2026-10-05", "2026-10-02", ("2026-10-02", "2026-10-02")),
        (Ids.LAST, "", "2026-10-25", ("2026-10-25", "2026-10-25")),
    ],
)
def test_a_date_typed_is_kept_and_the_other_comes_to_it(
    db, site, alice, trigger, first, last, kept
):
    found = asked(db, alice, trigger, OCTOBER, preset="free", first=first, last=last)
    assert found["view"] == f"pce={PCE}&from={kept[0]}&to={kept[1]}"
    typed = {"first": first, "last": last}
    shown = {n: typed[n] if found[n] is no_update else found[n] for n in typed}
    assert shown == {"first": kept[0], "last": kept[1]}


@pytest.mark.parametrize("typed", ["", None, "2026-02-30", "20266-01-01", []])
def test_a_date_that_cannot_be_read_goes_back_to_the_one_shown(db, site, alice, typed):
    found = asked(
        db, alice, Ids.FIRST, OCTOBER, preset="free", step="day", first=typed, last="2026-10-10"
    )
    assert (found["first"], found["last"]) == ("2026-10-01", no_update)
    assert found["view"] == OCTOBER


def test_a_year_being_typed_is_left_alone(db, site, alice):
    with pytest.raises(PreventUpdate):
        asked(db, alice, Ids.FIRST, OCTOBER, preset="free", first="0020-10-01", last="2026-10-10")


def test_a_period_to_come_is_shown_as_it_is_asked(db, site, alice):
    found = asked(
        db, alice, Ids.LAST, OCTOBER, preset="free", first="2026-12-01", last="2026-12-10"
    )
    assert found["view"] == f"pce={PCE}&from=2026-12-01&to=2026-12-10"
    assert (found["first"], found["last"]) == (no_update, no_update)
    assert "à venir" in text_of(found["empty"])


def test_a_bar_opens_its_days_and_keeps_unit_and_comparison(db, site, alice):
    query = f"pce={PCE}&unit=m3&compare=1,2"
    found = asked(db, alice, Ids.DRILL, query, drill={"day": "2026-03-01", "n": 1})
    view = read_view(dict(parse_qsl(found["view"])), TODAY)
    assert (view.first, view.last, view.step) == (
        date(2026, 3, 1),
        date(2026, 3, 31),
        SeriesStep.DAY,
    )
    assert (view.unit, view.compare) == (Unit.M3, (1, 2))
    assert len(found["figure"]["layout"]["meta"]["days"]) == 31
    assert "mars 2026" in text_of(found["trail"])


def test_a_bar_cut_by_the_period_opens_only_what_is_shown(db, site, alice):
    query = f"pce={PCE}&from=2026-03-10&to=2026-05-20&step=month"
    found = asked(
        db,
        alice,
        Ids.DRILL,
        query,
        drill={"day": "2026-03-10", "n": 1},
        first="2026-03-10",
        last="2026-05-20",
    )
    assert "from=2026-03-10&to=2026-03-31" in found["view"]


def test_a_day_opens_its_detail_and_not_another_view(db, site, alice):
    query = f"pce={PCE}&period=30d"
    drill = {"day": "2026-11-20", "n": 1}
    with pytest.raises(PreventUpdate):
        asked(db, alice, Ids.DRILL, query, drill=drill)
    said, title, opened = show_day(drill, query, request=request_of(db, alice))
    assert "20 nov. 2026" in title
    assert "100\u00a0kWh" in text_of(said)
    assert opened == f"{query}&day=2026-11-20"
    with pytest.raises(PreventUpdate):
        show_day(drill, f"pce={PCE}", request=request_of(db, alice))
    with pytest.raises(PreventUpdate):
        show_day({"day": "not a day"}, query, request=request_of(db, alice))


def test_another_pce_keeps_the_period(db, site, alice):
    other = fill(db, make_pce(db, "09999999910002", holder_id=1, alias="Gymnase"), 40)
    found = asked(
        db, alice, Ids.PICKER_CHOICE, f"pce={PCE}&period=30d", choice=other.number, preset="30d"
    )
    assert found["title"] == "Gymnase"
    assert found["pce"] == "Gymnase"
    assert found["view"] == f"pce={other.number}&period=30d"


def test_previous_and_next_go_round_the_visible_sites_by_name(db, site, alice, bob, charlie):
    other = make_pce(db, "09999999910002", holder_id=1, alias="Gymnase")
    make_pce(db, "09999999910003", holder_id=3, alias="Hangar")  # of Charlie, never met
    here, there = f"pce={PCE}", f"pce={other.number}"
    for by, query in ((1, here), (-1, here), (1, there), (-1, there)):
        number = turn_to_neighbour({"by": by}, None, query, request=request_of(db, alice))
        assert number == (other.number if query == here else PCE)
    # A second press before the first is drawn goes on from the site chosen.
    chosen = turn_to_neighbour({"by": 1}, other.number, here, request=request_of(db, alice))
    assert chosen == PCE
    for viewer in (bob, charlie):  # Bob sees no other, Charlie not this one
        with pytest.raises(PreventUpdate):
            turn_to_neighbour({"by": 1}, None, there, request=request_of(db, viewer))


def test_the_picker_tolerates_spaces_and_lost_zeros(db, site, alice):
    assert PCE in text_of(find_pces("9999 9999 10001", request=request_of(db, alice)))
    assert "Aucun résultat" in text_of(find_pces("zzzz", request=request_of(db, alice)))


def test_every_view_comes_back_from_its_address(db, site, alice):
    for query in (
        "",
        "period=3y&step=week&unit=m3&compare=none&temp=0&align=date",
        "from=2026-01-05&to=2026-02-03",
        "data=published",
    ):
        view = read_view(dict(parse_qsl(f"pce={PCE}&{query}")), TODAY)
        assert view_of(write_view(view), alice) == view


def test_another_organisation_finds_nothing(db, site, charlie):
    with pytest.raises(NotFound):
        asked(db, charlie, Ids.STEP, step="week")
    with pytest.raises(NotFound):
        show_day({"day": "2026-11-20"}, f"pce={PCE}&period=30d", request=request_of(db, charlie))
    with pytest.raises(NotFound):
        laid(db, charlie, pce=PCE)
    assert PCE not in text_of(find_pces("", request=request_of(db, charlie)))


def test_a_third_party_sees_the_days_of_its_grant_only(db, site, bob):
    make_grant(db, site, 2, first_day=date(2026, 6, 1), last_day=date(2026, 9, 30))
    found = asked(db, bob, Ids.STEP, f"pce={PCE}&from=2026-01-01&to=2026-11-30", step="day")
    known = [row["id"] for row in found["rows"] if row["value"] == "100"]
    assert (min(known), max(known)) == ("2026-06-01", "2026-09-30")
    with pytest.raises(NotFound):
        show_day({"day": "2026-10-01"}, f"pce={PCE}&period=30d", request=request_of(db, bob))


def test_the_page_is_shown_whole_for_its_address(db, site, alice):
    shown = laid(db, alice, pce=PCE, period="30d")
    figures = [part.figure for part in shown._traverse() if hasattr(part, "figure")]
    assert len(figures[0]["layout"]["meta"]["days"]) == 30


def test_without_an_address_the_first_pce_is_shown(db, site, alice):
    words = text_of([laid(db, alice)])
    assert "Lycée des Tilleuls" in words


def hrefs(shown):
    return [part.href for part in shown._traverse() if getattr(part, "href", None)]


@pytest.mark.parametrize("role", [Role.CLIENT, Role.FACILITY_MANAGER, Role.ADMINISTRATOR])
def test_someone_without_any_pce_is_shown_how_to_get_some(db, people, alice, role):
    viewer = replace(alice, role=role)
    assert "/contrats" in hrefs(laid(db, replace(viewer, contracted=False)))
    ways = hrefs(laid(db, viewer))
    assert ways[-1] == "/droits?new=1"
    for door in ("/points", "/operations"):
        assert (door in ways) is (role is not Role.CLIENT)


@pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER, Role.ADMINISTRATOR])
def test_the_staff_of_an_empty_portal_deposits_a_file(db, people, dora, role):
    shown = laid(db, replace(dora, role=role))
    assert hrefs(shown) == ["/operations"]


def test_an_open_day_stays_while_the_bars_are_the_same(db, site, alice):
    query = f"pce={PCE}&period=30d&day=2026-11-20"
    kept = asked(db, alice, Ids.UNIT, query, preset="30d", unit="m3")
    assert kept["view"] == f"pce={PCE}&period=30d&unit=m3&day=2026-11-20"
    for trigger, changes in (
        (Ids.STEP, {"step": "week"}),
        (Ids.PRESET, {"preset": "12m"}),
        (Ids.DATA, {"data": "published"}),
    ):
        assert "day=" not in asked(db, alice, trigger, query, **changes)["view"]
    with pytest.raises(PreventUpdate):
        asked(db, alice, Ids.STEP, query, step="day")


def opened(shown):
    """The title of the open day, None when its panel is hidden, and the view the page keeps."""
    parts = {str(part.id): part for part in shown._traverse_ids()}
    title = text_of([parts[Ids.DAY_TITLE]])
    return None if parts[Ids.DAY_PANEL].hidden else title, parts[Ids.VIEW].data


def test_an_address_opens_its_day_on_the_first_paint(db, site, alice):
    shown = laid(db, alice, pce=PCE, period="30d", day="2026-11-20")
    title, view = opened(shown)
    assert "20 nov. 2026" in title
    assert "100\u00a0kWh" in text_of([shown])
    assert view == f"pce={PCE}&period=30d&day=2026-11-20"
    assert all("day=" not in href for href in hrefs(shown))


@pytest.mark.parametrize("day", ["2026-01-12", "2099-01-01", "2026-02-30", "0001-01-01", "", "x"])
def test_a_day_that_has_no_bar_is_not_opened(db, site, alice, day):
    shown = laid(db, alice, pce=PCE, period="30d", day=day)
    assert opened(shown) == (None, f"pce={PCE}&period=30d")


def test_a_day_is_opened_only_to_who_may_read_it(db, site, bob, charlie):
    make_grant(db, site, 2, first_day=date(2026, 6, 1), last_day=date(2026, 9, 30))
    query = {"pce": PCE, "from": "2026-06-01", "to": "2026-10-31", "step": "day"}
    assert opened(laid(db, bob, **query, day="2026-09-30"))[0]
    assert opened(laid(db, bob, **query, day="2026-10-01"))[0] is None
    with pytest.raises(NotFound):
        laid(db, charlie, **query, day="2026-09-30")


SHOWN = "Voici à la place du 01/11/2025 au 30/11/2026."


@pytest.mark.alike
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"from": "2026-01-05", "to": "2026-01-02"},
         ("du 05/01/2026 au 02/01/2026 : les deux dates étaient inversées. Voici à la place du"
         " 02/01/2026 au 05/01/2026.")),
        ({"from": "2026-02-30", "to": "2026-03-31"},
         f"du « 2026-02-30 » au 31/03/2026 : « 2026-02-30 » n’est pas une date. {SHOWN}"),
        ({"from": "2026-11-01", "to": "demain"},
         ("du 01/11/2026 au « demain » : « demain » n’est pas une date. Voici à la place du"
         " 01/11/2026 au 24/11/2026.")),
        ({"to": "2026-03-31"}, f"jusqu’au 31/03/2026 : la première date manque. {SHOWN}"),
        ({"from": "hier"}, f"à partir du « hier » : « hier » n’est pas une date. {SHOWN}"),
        ({"period": "free"}, f"une période libre : les deux dates manquent. {SHOWN}"),
        ({"period": "12m", "from": "2026-01-05", "to": "2026-01-09"},
         f"du 05/01/2026 au 09/01/2026 : elle indique aussi « 12m », qui l’emporte. {SHOWN}"),
        ({"from": "2001-01-01", "to": "9999-12-31", "step": "day"},
         ("du 01/01/2001 au 31/12/9999 : l’historique commence le 13/09/2024, rien n’est montré"
         " après le 31/12/2026. Voici à la place du 13/09/2024 au 24/11/2026.")),
        ({"from": "1066-01-01", "to": "2000-01-31"},
         ("du 01/01/1066 au 31/01/2000 : rien n’est montré avant le 01/01/2000. Voici à la place"
         " du 01/01/2000 au 31/01/2000.")),
        ({"period": "30d", "day": "2026-02-30"}, "le détail du « 2026-02-30 » : ce jour n’est"),
        ({"day": "2026-11-20"}, "le détail du 20/11/2026 : ce jour n’est pas parmi ceux affichés"),
        ({"period": "zzz"}, "la période « zzz » : elle n’existe pas"),
        ({"step": "foo"}, "le pas « foo » : il n’existe pas"),
        ({"unit": "MWh"}, "l’unité « MWh » : elle n’existe pas ici"),
        ({"data": "x"}, "les données « x » : elles n’existent pas"),
        ({"with": "GI000000"}, "la comparaison avec le PCE « GI000000 » : il n’existe pas"),
        ({"against": "hier"}, "une période à comparer à partir du « hier »"),
    ],
)  # fmt: skip
def test_an_address_that_is_not_followed_says_why_and_what_is_shown(db, site, alice, query, said):
    shown = laid(db, alice, pce=PCE, **query)
    told = {str(part.id): part for part in shown._traverse_ids()}[Ids.ASKED]
    words = text_of([told]).replace("\u00a0", " ")
    assert "L’adresse demande" in words
    assert said in words
    assert asked(db, alice, Ids.UNIT, unit="m3")["asked"] == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"period": "30d", "day": "2026-11-20"},
        {"from": "2026-11-01"},
        {"from": "2026-01-01", "to": "2026-12-31"},
        {"from": "2024-01-01", "to": "2024-12-31"},
        {"from": "2026-12-01", "to": "2026-12-10"},
        {"period": "", "from": "2026-10-05", "to": "2026-10-09"},
    ],
)
def test_an_address_that_is_followed_says_nothing(db, site, alice, query):
    shown = laid(db, alice, pce=PCE, **query)
    told = {str(part.id): part for part in shown._traverse_ids()}[Ids.ASKED]
    assert not text_of([told])


def test_a_reader_of_a_part_is_told_no_more_of_the_history_than_they_may_read(db, site, bob):
    make_grant(db, site, 2, first_day=date(2026, 6, 1), last_day=date(2026, 9, 30))
    shown = laid(db, bob, **{"pce": PCE, "from": "2025-01-01", "to": "2026-11-30"})
    told = {str(part.id): part for part in shown._traverse_ids()}[Ids.ASKED]
    assert "l’historique commence le 01/06/2026" in text_of([told])


@pytest.mark.parametrize("typed", ["9999999910001", "0999 9999.910001", " 999999991-0001"])
def test_a_number_without_its_zeros_shows_its_pce(db, site, alice, typed):
    shown = laid(db, alice, pce=typed, unit="m3")
    assert opened(shown) == (None, f"pce={PCE}&unit=m3")


def test_a_number_nearly_right_is_proposed_among_those_one_sees(db, site, alice, charlie):
    wrong = "09999999910010"
    make_pce(db, "09999999910011", holder_id=3, alias="Hors de vue")
    shown = laid(db, alice, pce=wrong, unit="m3")
    assert hrefs(shown) == [f"/consommations?pce={PCE}&unit=m3"]
    assert "Hors de vue" not in text_of([shown])
    assert "introuvable" in text_of([shown])
    for number in (wrong, PCE):  # absent and hidden answer the same
        assert "Hors de vue" in text_of([laid(db, charlie, pce=number)])
    with pytest.raises(NotFound):
        laid(db, charlie, pce="12345678901234")


def test_a_number_that_one_asked_to_read_is_not_said_unknown_for_one_nearly_the_same(db, site, bob):
    make_grant(db, site, 2)
    beside = make_pce(db, "09999999910011", holder_id=3)
    make_right(db, beside, 2, state=RightState.PENDING)
    said = text_of([laid(db, bob, pce=beside.number)])
    assert "aucune donnée lisible" in said
    assert "introuvable" not in said


def test_a_number_cut_short_says_what_it_lacks_beside_those_it_may_be(db, site, alice):
    words = text_of([laid(db, alice, pce=PCE[:-1])])
    assert "sur 14 chiffres, il en manque 1. Ce PCE est introuvable." in words
    assert PCE in words
    assert f"0{PCE[:-1]}" not in words


def test_three_years_of_days_answer_within_bounds(db, site, alice):
    import json

    from plotly.utils import PlotlyJSONEncoder

    view = read_view({"pce": PCE, "period": "3y", "step": "day"}, TODAY)
    series = queries.load_series(db, alice, view)
    answer = parts(series, alice, view, {}) | {"pce": None}
    assert len(json.dumps(answer, cls=PlotlyJSONEncoder)) <= 300_000
    assert consumption_page(series, alice, ())


def test_the_site_compared_with_is_told_to_the_readers_log(db, site, alice):
    other = fill(db, make_pce(db, "09999999910002", holder_id=1))
    request = request_of(db, alice)
    page.layout(request, **{"pce": PCE, "with": other.number})
    assert set(request.reads) == {PCE, other.number}


def test_a_month_that_has_none_of_the_days_shown_is_compared_with_nothing(db, site, alice):
    query = {"from": "2025-01-31", "to": "2025-01-31", "step": "month", "against": "2024-11-01"}
    assert queries.load_series(db, alice, read_view({"pce": PCE} | query, TODAY)).reference is None


def test_what_is_shown_is_told_to_the_readers_log(db, people, alice, charlie):
    fill(db, make_pce(db, holder_id=1))
    shown, refused, day = (request_of(db, viewer) for viewer in (alice, charlie, alice))
    page.layout(shown, pce=PCE)
    with pytest.raises(NotFound):
        page.layout(refused, pce=PCE)
    show_day({"day": "2026-11-20"}, f"pce={PCE}&step=day&period=30d", request=day)
    reads = [request.reads for request in (shown, refused, day)]
    assert reads == [{PCE: "consumption.read"}, {}, {PCE: "consumption.read"}]


def test_the_months_chosen_in_the_strip_become_the_period_by_a_step_that_suits_it(db, site, alice):
    months = {"first": "2026-03-01", "last": "2026-08-31", "n": 1}
    found = asked(db, alice, Ids.ZOOM, zoom=months)
    assert found["view"] == f"pce={PCE}&from=2026-03-01&to=2026-08-31"
    assert "from=2026-03-01" in str(found["exports"])  # what is downloaded is what is seen
    by_day = asked(db, alice, Ids.ZOOM, zoom=months | {"last": "2026-03-31"})
    assert (by_day["step"], len(by_day["figure"]["layout"]["meta"]["days"])) == ("day", 31)
    whole = asked(db, alice, Ids.ZOOM, found["view"], zoom={"period": "3y", "n": 2})
    assert whole["view"] == f"pce={PCE}&period=3y"
    for nonsense in ({"first": "2026-13-01", "last": 3}, {"period": "free"}, {"period": []}, None):
        with pytest.raises(PreventUpdate):
            asked(db, alice, Ids.ZOOM, zoom=nonsense)


def test_the_strip_shows_three_years_of_the_site_to_those_who_may_read_it(db, site, alice, charlie):
    request = request_of(db, alice)
    strip, _foot = draw_overview(None, "informative", f"pce={PCE}", request=request)
    bars = strip.children[0].children[:-1]
    assert len(bars) == 37
    assert "overview-incomplete" in bars[-1].className  # November is known to the 21st
    assert "overview-incomplete" not in bars[-2].className
    assert request.reads == {PCE: "consumption.read"}
    with pytest.raises(NotFound):
        draw_overview(PCE, "informative", "", request=request_of(db, charlie))
