"""Several PCE together: what each may see of the sum, and that it is the sum of each alone."""

from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from components.together.figure import figure
from components.together.labels import sentence
from components.together.page import together_page
from core.errors import NotFound
from core.i18n import long_day
from data.metering.consumption import queries
from data.metering.consumption.actions import roll_up
from data.metering.consumption.files.together_writer import header, line
from data.metering.consumption.models import Reading
from data.metering.consumption.rules.together import (
    MOST,
    Owing,
    after,
    compared,
    due_in,
    finer,
    read_together,
    with_pce,
    without_pce,
    write_together,
)
from data.metering.consumption.types import (
    CombinedBar,
    Face,
    FleetPeriod,
    FleetView,
    Measure,
    Preset,
    SeriesStep,
    TogetherShape,
    TogetherView,
    Unit,
    View,
)
from data.metering.pces.models import PceTag
from data.metering.pces.rules import holes_text
from data.metering.pces.types import Frequency
from data.provenance import DataSource
from tests.components.kit.trees import text_of
from tests.data.metering.consumption.test_fleet import TODAY, UNTIL, days, number, site
from tests.data.metering.consumption.test_home import add_energies
from tests.factories import make_grant, make_pce

DAY = timedelta(days=1)
module = import_module("data.metering.consumption.queries.together")  # which its function hides
OCTOBER = View(
    preset=Preset.FREE, first=date(2026, 10, 1), last=date(2026, 10, 31), step=SeriesStep.DAY
)
OCTOBER_5_TO_8 = date(2026, 10, 5), date(2026, 10, 8)
HOLE = date(2026, 10, 20), date(2026, 11, 3)
LATER = date(2026, 11, 12), date(2026, 11, 20)
YEAR = View()


@pytest.fixture
def sites(db, people):
    """Two of Alice's, one of Charlie's: +10 %, a hole in October, +20 %."""
    first = site(db, 0, this=1100, alias="Lycée")
    second = site(db, 1, this=3000, before=3000, without=days(date(2026, 10, 3), date(2026, 10, 5)))
    third = site(db, 2, this=1200, holder=3)
    for pce, organisation in ((first, 1), (second, 1), (third, 3)):
        db.add(PceTag(pce_id=pce.id, organisation_id=organisation, tag="Écoles"))
    db.flush()
    return first, second, third


def named(*places, view=YEAR, **asked):
    return TogetherView(numbers=tuple(number(place) for place in places), view=view, **asked)


def total(db, viewer, asked):
    found = queries.sum_selection(db, viewer, asked).total
    return found.value, found.known_days, found.due


def test_months_are_stacked_from_the_roll_up(db, sites, alice):
    found = queries.sum_selection(db, alice, named(0, 1))
    assert [part.number for part in found.parts] == [number(1), number(0)]
    assert (found.pces, found.others, len(found.bars)) == (2, 0, 13)
    october = found.bars[-2]
    assert october.value == 31 * 1100 + 28 * 3000
    assert october.parts == (28 * 3000, 31 * 1100)
    assert (october.known_days, october.due) == (59, 62)
    assert (october.face.days, october.face.this_wh) == (59, october.value)
    assert october.face.before_wh == 31 * 1000 + 28 * 3000
    assert found.total.value == sum(bar.value for bar in found.bars)
    assert found.read == (number(0), number(1))


def test_days_are_the_same_as_months(db, sites, alice):
    by_day = queries.sum_selection(db, alice, named(0, 1, view=OCTOBER))
    by_month = queries.sum_selection(
        db, alice, named(0, 1, view=replace(OCTOBER, step=SeriesStep.MONTH))
    )
    assert len(by_day.bars) == 31
    assert by_day.total == replace(by_month.total, first=date(2026, 10, 1))
    hole = by_day.bars[3]
    assert (hole.value, hole.parts, hole.known_days, hole.due) == (1100, (None, 1100), 1, 2)
    assert (hole.face.days, hole.face.before_wh) == (1, 1000)
    weeks = queries.sum_selection(
        db, alice, named(0, 1, view=replace(OCTOBER, step=SeriesStep.WEEK))
    )
    assert replace(weeks.total, face=by_day.total.face) == by_day.total  # weeks face others
    volume = queries.sum_selection(db, alice, named(0, 1, view=replace(OCTOBER, unit=Unit.M3)))
    assert volume.total.value == 59 * 100
    assert (
        queries.sum_selection(
            db, alice, named(0, 1, view=replace(OCTOBER, step=SeriesStep.MONTH, unit=Unit.M3))
        ).total.value
        == 59 * 100
    )


def test_weeks_face_those_of_their_number_and_week_53_none(db, people, alice):
    pce = make_pce(db, number(0), holder_id=1, data_until=date(2021, 1, 10))
    other = make_pce(db, number(1), holder_id=1)
    told = days(date(2019, 12, 16), date(2021, 1, 10))
    add_energies(db, pce, {day: 1000 + day.isocalendar().week for day in told})
    roll_up(db, pce.id, date(2019, 12, 16), date(2021, 1, 10))
    view = View(None, Preset.FREE, date(2020, 12, 14), date(2021, 1, 10), SeriesStep.WEEK)
    found = queries.sum_selection(db, alice, named(0, 1, view=view))
    assert other.id != pce.id
    faces = [bar.face and (bar.face.days, bar.face.percent) for bar in found.bars]
    assert faces == [(7, 0.0), (7, 0.0), None, (7, 0.0)]


def test_the_days_due_are_those_that_usually_are_in(db, sites, alice):
    november = replace(OCTOBER, first=date(2026, 11, 1), last=date(2026, 11, 24))
    assert total(db, alice, named(0, 1, view=november))[1:] == (40, 40)
    recent = queries.sum_selection(
        db, alice, named(0, 1, view=View(preset=Preset.DAYS30, step=SeriesStep.DAY))
    )
    assert recent.bars[-1].last == UNTIL


def test_days_that_came_early_are_expected_since_they_are_known(db, sites, alice):
    """On the 22nd, days are due to the 18th and known to the 20th: 40 of 40, never 36 of 36."""
    early = replace(alice, today=date(2026, 11, 22))
    november = replace(OCTOBER, first=date(2026, 11, 1), last=date(2026, 11, 30))
    for step in (SeriesStep.DAY, SeriesStep.MONTH):
        found = queries.sum_selection(db, early, named(0, 1, view=replace(november, step=step)))
        assert (found.total.value, found.total.known_days, found.total.due) == (20 * 4100, 40, 40)
    assert queries.sum_fleet(db, early, FleetView(period=FleetPeriod.CURRENT)).days_expected == 40
    assert max(queries.count_missing_days(db, early, FleetView())) < november.first
    assert found.until == UNTIL
    assert f"au {long_day(UNTIL)}" in sentence(found, early.today)  # where the data end


@pytest.mark.parametrize("step", [SeriesStep.DAY, SeriesStep.MONTH])
def test_a_sum_without_a_pce_that_comes_later_is_incomplete(db, people, alice, step):
    """On 5 November the October of a large site is not due yet, and the sum lacks it."""
    site(db, 0, this=1100, alias="Lycée")
    october = days(date(2026, 10, 1), UNTIL)
    site(db, 1, without=october, frequency=Frequency.MONTHLY_LARGE, alias="Piscine")
    viewer = replace(alice, today=date(2026, 11, 5))
    view = View(preset=Preset.FREE, first=date(2026, 9, 1), last=date(2026, 10, 31), step=step)
    found = queries.sum_selection(db, viewer, named(0, 1, view=view, shape=TogetherShape.STACK))
    assert (found.total.known_days, found.total.due) == (30 + 30 + 31, 2 * 61)
    marker = figure(found, "light")["data"][0]["marker"]
    assert (marker["pattern"]["shape"][0], marker["pattern"]["shape"][-1]) == ("", "/")
    words = "octobre 2026, sans Piscine" if step is SeriesStep.MONTH else "31 sommes"
    assert words in sentence(found, viewer.today)


@pytest.mark.parametrize("since", [None, date(2026, 11, 2)])
def test_days_that_came_before_any_is_due_are_told_alike_by_day_and_by_month(
    db, people, alice, bob, since
):
    """On 4 November no day of November is due, and the first three are known."""
    viewer = replace(bob if since else alice, today=date(2026, 11, 4))
    came = days(date(2026, 11, 1), date(2026, 11, 3))
    pce = make_pce(db, number(0), holder_id=1, data_until=came[-1])
    add_energies(db, pce, dict.fromkeys(came, 1100))
    roll_up(db, pce.id, came[0], came[-1])
    if since:
        make_grant(db, pce, 2, first_day=since)
    november = replace(OCTOBER, first=date(2026, 11, 1), last=date(2026, 11, 30))
    known = 2 if since else 3
    for step in (SeriesStep.DAY, SeriesStep.MONTH):
        found = total(db, viewer, named(0, view=replace(november, step=step)))
        assert found == (known * 1100, known, known)


def test_the_mark_of_a_year_before_stands_where_the_gap_says():
    """Of two PCE of which one alone faces the year before: +25 % in the table, and to the eye."""
    day = date(2026, 2, 1)
    bar = CombinedBar(day, day, 40_000, (), None, 56, 56, Face(28, 20_000, 16_000))
    assert bar.value / compared(bar) == pytest.approx(1 + bar.face.percent / 100)
    nothing = (
        replace(bar, face=None), replace(bar, known_days=57), replace(bar, value=None),
        replace(bar, face=Face(28, 0, 16_000)),
    )  # fmt: skip
    assert [compared(one) for one in nothing] == [None] * 4


def test_curves_in_percent_start_from_the_mean_day_of_each_site(db, sites, alice):
    asked = named(0, 1, view=YEAR, shape=TogetherShape.CURVES, measure=Measure.BASE)
    found = queries.sum_selection(db, alice, asked)
    assert found.base.means == (3000, 1000)
    (whole, ending) = (t for t in figure(found, "light")["data"] if t["name"] == "Lycée")
    assert (whole["y"][-2], ending["y"][-2:]) == (110, [110, 110])


def test_the_chart_marks_the_year_before_in_its_unit_and_hatches_what_is_under_way(
    db, sites, alice
):
    found = queries.sum_selection(db, alice, named(0, 1, view=replace(YEAR, unit=Unit.M3)))
    *bars, mark = figure(found, "light")["data"]
    october = found.bars[-2]
    assert mark["y"][-2] == pytest.approx(59 * 100 / (1 + october.face.percent / 100) / 1000)
    assert mark["x"][-1].endswith("<br>au 20/11")
    assert [bar["marker"]["pattern"]["shape"][-2:] for bar in bars] == [["", "/"], ["", "/"]]


def test_without_comparing_nothing_is_compared(db, sites, alice):
    for view in (YEAR, OCTOBER):
        found = queries.sum_selection(db, alice, named(0, 1, view=replace(view, compare=())))
        assert found.total.face is None


def test_beyond_the_biggest_all_others_are_one_part(db, sites, alice, dora, monkeypatch):
    monkeypatch.setattr(
        import_module("data.metering.consumption.queries.together_days"), "PARTS", 1
    )
    for view in (YEAR, OCTOBER):
        found = queries.sum_selection(db, dora, named(0, 1, 2, view=view))
        assert [part.number for part in found.parts] == [number(1)]
        assert found.others == 2
        assert all(bar.value == (bar.parts[0] or 0) + bar.rest for bar in found.bars if bar.value)


def test_nobody_sums_the_pce_of_others(db, sites, alice, bob, charlie, dora):
    for view in (YEAR, OCTOBER):
        mine, theirs, all_ = (
            total(db, viewer, named(*places, view=view))[0]
            for viewer, places in ((alice, (0, 1)), (charlie, (2,)), (dora, (0, 1, 2)))
        )
        assert all_ == mine + theirs
        assert total(db, alice, named(0, 1, 2, view=view))[0] == mine
        assert total(db, charlie, named(0, 1, 2, view=view))[0] == theirs
        assert total(db, alice, TogetherView(tag="Écoles", view=view))[0] == mine
        assert total(db, charlie, TogetherView(tag="Écoles", view=view))[0] == theirs
        assert total(db, dora, TogetherView(holder=3, view=view))[0] == theirs
        for viewer, asked in (
            (bob, named(0, 1, 2, view=view)),
            (alice, TogetherView(holder=3, view=view)),
            (dora, TogetherView(tag="Écoles", view=view)),
        ):
            with pytest.raises(NotFound):
                queries.sum_selection(db, viewer, asked)
    found = queries.sum_selection(db, charlie, named(0, 1, 2))
    assert found.read == (number(2),)
    assert {part.number for part in found.parts} == {number(2)}


def test_a_grant_cuts_days_and_months_and_what_they_are_held_against(db, sites, bob):
    make_grant(db, sites[0], 2, first_day=date(2025, 10, 11), last_day=date(2026, 10, 20))
    found = queries.sum_selection(db, bob, named(0, 1, view=OCTOBER))
    assert (found.pces, found.total.value) == (1, 20 * 1100)
    assert (found.total.known_days, found.total.due) == (20, 20)
    assert found.total.face.days == 10  # of the 11th to the 20th a year before
    year = queries.sum_selection(db, bob, named(0, 1))
    assert year.total.value == 1100 * (365 - 31 + 20)  # the days of October that it gives
    october = replace(OCTOBER, step=SeriesStep.MONTH)
    by_month = queries.sum_selection(db, bob, named(0, 1, view=october)).total
    assert replace(by_month, face=found.total.face) == found.total
    make_grant(db, sites[1], 2, first_day=date(2026, 10, 4), last_day=date(2026, 10, 7))
    for view in (OCTOBER, october):  # two days of the four lack
        assert total(db, bob, named(0, 1, view=view)) == (20 * 1100 + 2 * 3000, 22, 24)
    volume = replace(october, unit=Unit.M3)
    assert total(db, bob, named(0, 1, view=volume)) == (22 * 100, 22, 24)


def test_the_days_of_every_piece_of_a_grant_are_read(db, sites, bob):
    hole = date(2026, 9, 1), date(2026, 10, 9)
    earlier = date(2025, 10, 30), date(2025, 11, 15)
    holes = holes_text((earlier, hole), ())
    make_grant(db, sites[2], 2, whole_from=hole[1] + DAY, holes=holes)
    autumn = replace(OCTOBER, first=date(2026, 8, 1))
    found = queries.sum_selection(db, bob, named(0, 2, view=autumn)).total
    assert (found.value, found.known_days, found.due) == ((31 + 22) * 1200, 53, 53)
    assert found.face.days == 51  # the last two days of October 2025 may not be read
    by_month = queries.sum_selection(
        db, bob, named(0, 2, view=replace(autumn, step=SeriesStep.MONTH))
    )
    assert by_month.total == found
    assert sorted(bar.value or 0 for bar in by_month.bars) == [0, 22 * 1200, 31 * 1200]


def test_days_that_an_organisation_deposited_are_marked(db, sites, alice):
    own = (Reading.pce_id == sites[0].id, Reading.gas_day.between(*OCTOBER_5_TO_8))
    db.execute(update(Reading).where(*own).values(source=DataSource.DEPOSIT))
    roll_up(db, sites[0].id, date(2026, 10, 1), date(2026, 10, 31))
    for view in (OCTOBER, replace(OCTOBER, step=SeriesStep.MONTH)):
        found = queries.sum_selection(db, alice, named(0, 1, view=view))
        assert found.total.days_deposited == 4
        said = text_of(together_page(alice, found, (), ()))
        assert said.count("dont 4 jours déposés par une organisation") >= 2  # chart and total
    place = header(found).index("Jours déposés par une organisation")
    assert [line(found, bar)[place] for bar in found.bars] == [4]
    said = text_of(together_page(alice, queries.sum_selection(db, alice, named(1, 2)), (), ()))
    assert "déposé" not in said


def test_days_of_too_many_are_shown_by_month(db, sites, alice, monkeypatch):
    monkeypatch.setattr(module, "BY_DAY", 1)
    found = queries.sum_selection(
        db, alice, named(0, 1, view=replace(OCTOBER, last=date(2026, 10, 9)))
    )
    assert found.by_month
    assert [(bar.first, bar.last) for bar in found.bars] == [(OCTOBER.first, OCTOBER.last)]


def test_an_address_says_several_or_a_group_or_is_not_of_these():
    for query in ({}, {"pce": number(0)}, {"pce": f"{number(0)},x"}, {"holder": "x"}, {"pce": ","}):
        assert read_together(query, TODAY) is None
    asked = read_together({"pce": f"{number(0)}, {number(1)},{number(0)}"}, TODAY)
    assert asked.numbers == (number(0), number(1))
    assert read_together({"tag": "É", "pce": f"{number(0)},{number(1)}"}, TODAY).numbers == ()
    assert read_together({"tag": "É", "unit": "eur"}, TODAY).view.unit is Unit.EUR
    assert read_together({"tag": "É", "unit": "x"}, TODAY).view.unit is Unit.KWH
    assert read_together({"tag": "É", "compare": "1,2"}, TODAY).view.compare == (1,)
    many = ",".join(f"{n:014d}" for n in range(50))
    assert len(read_together({"pce": many}, TODAY).numbers) == MOST
    assert read_together({"pce": many}, TODAY).hidden_count == 50 - MOST
    hundreds = ",".join(f"{n:014d}" for n in range(300))
    assert read_together({"pce": hundreds}, TODAY).hidden_count == 300 - MOST
    assert with_pce(asked, number(2)).numbers[-1] == number(2)
    assert without_pce(asked, number(0)).numbers == (number(1),)


def test_controls_change_what_they_say_and_nothing_else():
    asked = TogetherView(tag="É", view=replace(OCTOBER, unit=Unit.M3))
    same = {"shape": "stack", "period": "free", "step": "day", "compare": "1", "unit": "m3"}
    assert after(asked, same, TODAY) == asked
    assert after(asked, same | {"shape": "sum"}, TODAY) == replace(asked, shape=TogetherShape.SUM)
    year = after(asked, same | {"period": "12m"}, TODAY).view
    assert (year.preset, year.step, year.unit) == (Preset.MONTHS12, SeriesStep.MONTH, Unit.M3)
    weeks = after(TogetherView(tag="É"), {"period": "12m", "step": "week"}, TODAY)
    autumn = after(weeks, {"from": "2026-09-01", "to": "2026-11-30"}, TODAY)
    assert (autumn.view.preset, autumn.view.step) == (Preset.FREE, SeriesStep.WEEK)
    assert after(autumn, {"step": "day"}, TODAY).view.step is SeriesStep.DAY
    assert after(asked, same | {"compare": "none"}, TODAY).view.compare == ()
    assert after(asked, {"period": "x", "step": 3, "unit": None}, TODAY) == asked


tags = st.text(max_size=12)
asked_views = st.builds(
    TogetherView,
    tag=tags.filter(bool),
    holder=st.one_of(st.none(), st.integers(0, 10**6)),
    shape=st.sampled_from(TogetherShape),
    view=st.sampled_from(
        [YEAR, OCTOBER, replace(YEAR, compare=()), replace(OCTOBER, unit=Unit.M3)]
    ),
)


@given(asked=asked_views)
def test_an_address_written_is_read_again(asked):
    read = read_together(dict(parse_qsl(write_together(asked))), TODAY)
    again = read_together(dict(parse_qsl(write_together(read))), TODAY)
    assert (again, read.view) == (read, asked.view)


def test_days_due_are_counted_pce_by_pce():
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    some = [
        Owing(3, Frequency.MONTHLY),
        Owing(1, Frequency.DAILY, date(2026, 11, 11), date(2026, 11, 12)),
        Owing(5, Frequency.HALF_YEARLY),
        Owing(2, Frequency.MONTHLY_LARGE),
        Owing(1, Frequency.MONTHLY, last=date(2026, 10, 1)),
        Owing(1, Frequency.DAILY, date(2026, 11, 1), date(2026, 11, 10), [HOLE, LATER]),
    ]
    assert due_in(some, first, last, TODAY) == 3 * 20 + 2 + 7


def test_a_bar_opens_into_its_days(db, sites, alice):
    found = queries.sum_selection(db, alice, named(0, 1))
    query = finer(found.query, found.bars[-2])
    assert query == f"pce={number(0)},{number(1)}&shape=stack&from=2026-10-01&to=2026-10-31"
