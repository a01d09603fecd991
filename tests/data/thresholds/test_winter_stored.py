"""A weather-corrected threshold from its setting to its message, and whom it cannot judge."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.errors import Invalid
from data.analysis.signatures.types import Reason
from data.metering.consumption.actions import store
from data.metering.consumption.rules.view import read_view
from data.metering.consumption.types import PceDelivery
from data.metering.weather.actions import describe, load_days
from data.metering.weather.models import WeatherOwnMark
from data.metering.weather.types import StationDay, StationPlace
from data.notifications.models import NoticeEvent
from data.notifications.rules.words import reason_of, story_of, title_of
from data.notifications.types import NotificationKind
from data.provenance import FEED
from data.runs.files.rows import write_rows
from data.thresholds import actions, queries
from data.thresholds.files import HEADER, cells_of, read
from data.thresholds.models import Episode, Threshold, ThresholdReference
from data.thresholds.queries.chart_series import load_limits_series
from data.thresholds.types import (
    SheetRow,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
)
from jobs.thresholds import evaluate
from tests.data.analysis.signatures.world import Site, past_of
from tests.data.thresholds.making import ALICE, KWH, at, tell, viewer_on
from tests.factories import PCE, make_pce, make_people

SET = date(2025, 10, 1)
FIRST, LAST = SET - timedelta(days=760), SET + timedelta(days=60)
YOUNG = "21999999999999"
WINTER = ThresholdDraft(
    "Climat",
    ThresholdKind.WEATHER,
    ThresholdPeriod.DAY,
    percent=8,
    recipients=(ALICE,),
    scope=ThresholdScope((PCE,)),
)


@pytest.fixture
def known(database):
    """A site of which two years are known, in the weather of its station; another just born."""
    past = past_of(Site(off=0.8), FIRST, LAST)
    days = [FIRST + timedelta(days=n) for n in range(len(past.energy))]
    kwh = dict(zip(days, (past.energy / KWH).round().tolist(), strict=True))
    degrees = [
        StationDay(day, round(value * 100))
        for day, value in zip(days, past.temperature.tolist(), strict=True)
    ]
    with database.transaction() as db:
        make_people(db)
        old = make_pce(db, PCE, holder_id=1, alias="Gymnase Nord").id
        young = make_pce(db, YOUNG, holder_id=1, alias="Halle neuve").id
        load_days(db, "S", [day for day in degrees if day.day < SET])
        describe(db, StationPlace("S"), "Station", ["99"])
        told = {day: round(value) for day, value in kwh.items() if day < SET}
        tell(db, old, told, SET)
        tell(db, young, {day: told[day] for day in list(told)[-40:]}, SET)
    return {"pce": old, "young": young, "kwh": kwh, "degrees": degrees}


def drift(database, known, factor=1.2):
    """What came since, *factor* times what it was."""
    later = {day: round(value * factor) for day, value in known["kwh"].items() if day >= SET}
    with database.transaction() as db:
        tell(db, known["pce"], later, LAST)


def store_temperatures(database, known, until=LAST):
    with database.transaction() as db:
        load_days(db, "S", [day for day in known["degrees"] if SET <= day.day <= until])


def set_it(database, one=WINTER):
    with database.transaction() as db:
        return actions.create(db, viewer_on(SET), one, now=at(SET))


def found(database):
    with database.reading() as db:
        return list(db.scalars(select(Episode).order_by(Episode.first_day)))


def test_a_drift_is_told_in_words_of_the_field_once_the_weather_is_known(database, known):
    set_it(database)
    evaluate(database, at(SET))
    drift(database, known)
    evaluate(database, at(LAST))
    assert found(database) == []  # nobody knows yet how cold it was
    store_temperatures(database, known)
    evaluate(database, at(LAST))
    (episode,) = found(database)
    assert episode.value_wh > episode.limit_wh > episode.expected_wh
    assert 1.08 < episode.value_wh / episode.expected_wh < 1.25
    with database.reading() as db:
        event = db.scalars(
            select(NoticeEvent).where(NoticeEvent.kind == NotificationKind.THRESHOLD_EXCEEDED)
        ).one()
        assert "de plus qu’attendu à ces températures" in title_of(event)
        assert "8 % de plus que l’attendu" in reason_of(event).replace("\u202f", " ")
        assert "attendu à ces températures" in story_of(event)
        row = queries.get_episode(db, viewer_on(LAST), episode.id)
        assert row.expected_wh == episode.expected_wh
        query = {"pce": PCE, "from": "2025-11-01", "to": "2025-11-20", "step": "day"}
        series, _episodes = load_limits_series(db, viewer_on(LAST), read_view(query, LAST))
        (ceiling,) = series.ceilings
        assert len(set(ceiling.values)) > 10  # another limit each day
    evaluate(database, at(LAST))
    assert len(found(database)) == 1


def test_a_cold_autumn_alone_tells_nobody_and_a_drift_teaches_nothing(database, known):
    key = set_it(database)
    evaluate(database, at(SET))
    store_temperatures(database, known)
    drift(database, known, 1.0)
    evaluate(database, at(LAST))
    assert found(database) == []
    with database.reading() as db:
        frozen = db.scalars(select(ThresholdReference)).one()
        assert (frozen.threshold_id, frozen.last_day) == (key, SET - timedelta(days=1))
        slope = frozen.slope_wh
    drift(database, known, 3)
    evaluate(database, at(LAST + timedelta(days=30)))
    with database.reading() as db:
        assert db.scalars(select(ThresholdReference)).one().slope_wh == slope
    assert [one.ended_on for one in found(database)] == [None]


def test_it_is_refused_with_its_reason_where_the_fit_is_not_reliable(database, known):
    with database.transaction() as db:
        viewer = viewer_on(SET)
        with pytest.raises(Invalid) as refused:
            actions.create(db, viewer, replace(WINTER, scope=ThresholdScope((YOUNG,))), now=at(SET))
        assert refused.value.params["site"] == "Halle neuve"
        assert "semaines" in refused.value.params["why"]
        plan = queries.get_group_plan(db, viewer, WINTER, ThresholdScope((PCE, YOUNG)))
        assert [row.number for row in plan.rows] == [PCE]
        assert [(one.number, one.reason) for one in plan.refused] == [(YOUNG, Reason.FEW_WEEKS)]
        assert plan.rows[0].percent == 8
        test = queries.get_back_test(db, viewer, WINTER, YOUNG)
        assert (test.learnt.reason, test.exceedances) == (Reason.FEW_WEEKS, ())


def test_the_back_test_judges_three_years_and_says_by_which_signature(database, known):
    drift(database, known)
    store_temperatures(database, known, SET + timedelta(days=40))
    with database.reading() as db:
        one = replace(WINTER, learnt_to=SET - timedelta(days=1))
        test = queries.get_back_test(db, viewer_on(LAST), one, PCE)
    assert [exceedance.exceeded_on > SET for exceedance in test.exceedances] == [True]
    assert test.learnt.reason is None
    assert test.known_to == SET + timedelta(days=40)
    assert len({bar.limit_wh for bar in test.bars}) > 50


def test_several_are_judged_and_those_that_cannot_be_are_listed_until_they_can(database, known):
    key = set_it(database, replace(WINTER, scope=ThresholdScope((PCE, YOUNG))))
    with database.reading() as db:
        assert queries.find_threshold_standing(db, viewer_on(SET), key).waiting == 2
    evaluate(database, at(SET))
    drift(database, known, 1.0)
    with database.reading() as db:
        told = queries.find_threshold_standing(db, viewer_on(LAST), key)
    assert (told.evaluated, [one.number for one in told.refused]) == (1, [YOUNG])
    assert [(one.number, one.until) for one in told.silent] == [(PCE, SET - timedelta(days=1))]
    with database.transaction() as db:  # its history came late
        history = {day: round(kwh) for day, kwh in known["kwh"].items() if day < SET}
        tell(db, known["young"], history, SET)
    evaluate(database, at(SET + timedelta(days=1)))
    with database.reading() as db:
        assert (
            len(queries.find_threshold_standing(db, viewer_on(LAST), key).refused) == 1
        )  # not every minute
    evaluate(database, at(SET + timedelta(days=8)))
    store_temperatures(database, known)
    with database.reading() as db:
        told = queries.find_threshold_standing(db, viewer_on(LAST), key)
    assert (told.evaluated, told.refused, told.silent) == (2, (), ())


def test_temperatures_that_come_let_a_refused_site_be_learnt_at_once(database, known):
    with database.transaction() as db:
        bare = make_pce(db, "21999999999998", holder_id=1, postal_code="12345").id
        tell(db, bare, {d: round(v) for d, v in known["kwh"].items() if d < SET}, SET)
    key = set_it(database, replace(WINTER, scope=ThresholdScope((PCE, "21999999999998"))))
    evaluate(database, at(SET))
    with database.reading() as db:
        (refused,) = queries.find_threshold_standing(db, viewer_on(SET), key).refused
        assert refused.reason is Reason.NO_TEMPERATURE
    with database.transaction() as db:
        describe(db, StationPlace("S"), "", pces=["21999999999998"])
    evaluate(database, at(SET))
    with database.reading() as db:
        assert queries.find_threshold_standing(db, viewer_on(SET), key).evaluated == 2


def test_a_sheet_sets_it_refuses_it_line_by_line_and_gives_it_back(database, known):
    lines = [
        SheetRow(2, PCE, replace(WINTER, window=14)),
        SheetRow(3, YOUNG, replace(WINTER, scope=ThresholdScope((YOUNG,)))),
    ]
    sheet = read(write_rows(HEADER, map(cells_of, lines), as_xlsx=False))
    with database.transaction() as db:
        viewer = viewer_on(SET)
        sorted_out = actions.sort_out(db, viewer, sheet)
        (problem,) = sorted_out.problems
        assert (problem.line, problem.column) == (3, "Type")
        assert "semaines" in problem.params["why"]
        actions.keep(db, viewer, sorted_out, at(SET))
        (row,) = queries.list_sheet_rows(db, viewer)
        assert (row.draft.percent, row.draft.window) == (8, 14)
        back = write_rows(HEADER, [cells_of(row)], as_xlsx=True)
        assert actions.sort_out(db, viewer, read(back)).same == 1


def test_who_may_not_read_a_site_is_told_nothing_of_its_signature(database, known, charlie):
    key = set_it(database)
    evaluate(database, at(SET))
    with database.reading() as db:
        assert queries.find_threshold_standing(db, charlie, key) is None
        assert db.scalar(select(Threshold.learnt_to)) == SET - timedelta(days=1)
        assert queries.find_threshold_standing(db, viewer_on(SET), key).evaluated == 1


def test_temperatures_that_come_with_readings_let_a_refused_site_be_learnt_at_once(database, known):
    number = "21999999999998"
    with database.transaction() as db:
        bare = make_pce(db, number, holder_id=1, postal_code="12345").id
        tell(db, bare, {d: round(v) for d, v in known["kwh"].items() if d < SET}, SET)
    key = set_it(database, replace(WINTER, scope=ThresholdScope((PCE, number))))
    evaluate(database, at(SET))
    with database.reading() as db:
        (refused,) = queries.find_threshold_standing(db, viewer_on(SET), key).refused
        assert refused.reason is Reason.NO_TEMPERATURE
    own = tuple((one.day, one.mean_c100) for one in known["degrees"] if one.day < SET)
    with database.transaction() as db:
        store(
            db,
            bare,
            PceDelivery(None, (), (), temperatures=own),
            as_of=SET,
            now=at(SET),
            provenance=FEED,
        )
    evaluate(database, at(SET))
    with database.reading() as db:
        assert queries.find_threshold_standing(db, viewer_on(SET), key).evaluated == 2
        assert db.scalars(select(WeatherOwnMark)).all() == []
