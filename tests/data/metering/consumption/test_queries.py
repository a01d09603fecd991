"""What the screen reads: the scope clips every figure, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, event, insert, update

from core.database import Database, Prepared
from core.errors import NotFound
from core.i18n import PARIS
from data.metering.consumption import queries
from data.metering.consumption.models import (
    ConsumptionPeriod,
    Reading,
    ReadingRevision,
)
from data.metering.consumption.rules.labels import comparison_of, coverage
from data.metering.consumption.types import (
    Alignment,
    DataKind,
    Preset,
    Quality,
    Reference,
    SeriesStep,
    Status,
    Unit,
    View,
)
from data.metering.pces.models import PceEventRow, PceGrant
from data.metering.pces.rules import known_by
from data.metering.pces.types import EventKind, Frequency
from tests.factories import NOW, PCE, make_grant, make_pce, make_people

UNTIL = date(2026, 11, 21)
FIRST = date(2024, 2, 10)
DAY = timedelta(days=1)
GRANT = (date(2025, 3, 10), date(2026, 2, 20))
MONTHS = View(pce=PCE)


def every(first, last):
    return [first + n * DAY for n in range((last - first).days + 1)]


def reading(pce, day, energy=1000, **values):
    return {
        "pce_id": pce.id,
        "gas_day": day,
        "energy_wh": energy,
        "volume_dm3": energy and energy // 10,
        "index_start_dm3": 5000,
        "index_end_dm3": 6000,
        "coefficient_e4": 111_700,
        "temperature_c100": 850,
        "quality": int(Quality.MEASURED),
        "status": int(Status.DEFINITIVE),
        "flags": 0,
        "as_of": day,
        "learnt_at": NOW,
    } | values


def add_readings(db, pce, days, energy=1000):
    db.execute(insert(Reading), [reading(pce, day, energy) for day in days])


def add_period(db, pce, first, last, energy, **values):
    row = reading(pce, first, energy)
    for name in ("gas_day", "temperature_c100", "flags"):
        del row[name]
    dated = {"first_day": first, "last_day": last, "kind": "published"}
    row["kind"] = dated["kind"]
    db.add(ConsumptionPeriod(**(row | dated | values)))
    db.flush()


@pytest.fixture
def pce(db, people):
    """Alice's, with 1 kWh a day since FIRST; Bob may read a part of it."""
    row = make_pce(db, holder_id=1, data_until=UNTIL)
    make_grant(db, row, 2, first_day=GRANT[0], last_day=GRANT[1])
    add_readings(db, row, every(FIRST, UNTIL))
    return row


def test_twelve_months_and_the_one_under_way(db, pce, alice):
    found = queries.load_series(db, alice, MONTHS)
    assert (found.first, found.last) == (date(2025, 11, 1), date(2026, 11, 30))
    assert (found.number, found.data_until, found.history_first) == (PCE, UNTIL, FIRST)
    assert [bar.days for bar in found.buckets[:3]] == [30, 31, 31]
    assert [bar.current for bar in found.buckets] == [False] * 12 + [True]
    november = found.buckets[-1]
    assert (november.energy_wh, november.days_measured, november.days_awaited) == (21_000, 21, 9)
    assert november.comparisons[0].shared_wh == 21_000
    assert found.total.energy_wh == sum(bar.energy_wh for bar in found.buckets) == 386_000
    assert (found.year.energy_wh, found.year.comparisons[0].days) == (365_000, 365)
    assert found.headline.comparison.days == 21
    assert found.expected_on == date(2026, 11, 25)
    assert not found.prorated


@pytest.mark.parametrize("step", SeriesStep)
@pytest.mark.parametrize("preset", [Preset.DAYS30, Preset.MONTHS12, Preset.YEARS3])
def test_every_step_of_every_period_sums_the_same(db, pce, alice, preset, step):
    found = queries.load_series(db, alice, View(pce=PCE, preset=preset, step=step, compare=(1, 2)))
    first = max(found.first, FIRST)
    days = (min(found.last, UNTIL) - first).days + 1
    assert sum(bar.energy_wh or 0 for bar in found.buckets) == days * 1000
    assert found.total.volume_dm3 == days * 100


@pytest.mark.parametrize(
    "view",
    [
        View(pce=PCE, preset=Preset.DAYS30),
        View(pce=PCE),
        View(pce=PCE, preset=Preset.YEARS3),
        View(pce=PCE, preset=Preset.FREE, first=date(2026, 11, 5), last=date(2026, 12, 31)),
        View(pce=PCE, preset=Preset.FREE, first=date(2024, 2, 1), last=date(2024, 3, 7)),
    ],
)
def test_coverage_is_the_same_by_any_step_and_wherever_it_is_said(db, pce, alice, bob, view):
    db.execute(delete(Reading).where(Reading.gas_day.in_([date(2026, 11, 8), FIRST + 3 * DAY])))
    for viewer in (alice, bob):
        by_step = [queries.load_series(db, viewer, replace(view, step=step)) for step in SeriesStep]
        (said,) = {coverage(found.total) for found in by_step}
        assert {coverage(found.period_bucket) for found in by_step} == {said}
        for found in by_step:
            assert sum(bar.days_due for bar in found.buckets) == said[1]
            first = max(found.first, found.history_first)
            readable = found.last if viewer is alice else min(found.last, GRANT[1])
            due = max(found.data_until, known_by(viewer.today, Frequency.DAILY))
            over = (min(readable, due) - first).days + 1
            assert said[1] == max(0, over)
            assert said[0] <= said[1]


@pytest.mark.parametrize("step", SeriesStep)
@pytest.mark.parametrize("compare", [(), (2,), (1, 2)])
def test_what_is_shown_faces_the_year_before_whatever_is_compared(db, pce, alice, step, compare):
    first, last = date(2026, 3, 1), date(2026, 3, 31)
    view = View(pce=PCE, preset=Preset.FREE, first=first, last=last, step=step, compare=compare)
    shown = queries.load_series(db, alice, view).period_bucket
    found = comparison_of(shown, 1)
    assert (found.days, found.this_wh, found.shared_wh) == (31, 31_000, 31_000)
    assert {c.years for c in shown.comparisons} == {1, *compare}


@pytest.mark.parametrize("align", Alignment)
@pytest.mark.parametrize("step", SeriesStep)
def test_the_period_and_the_total_of_its_bars_are_one_comparison(db, pce, alice, step, align):
    for number, day in enumerate(every(date(2025, 2, 20), date(2025, 4, 10))):
        db.execute(update(Reading).where(Reading.gas_day == day).values(energy_wh=100 * number**2))
    first, last = date(2026, 3, 3), date(2026, 3, 31)
    view = View(pce=PCE, preset=Preset.FREE, first=first, last=last, step=step, align=align)
    shown = queries.load_series(db, alice, view)
    assert comparison_of(shown.period_bucket, 1) == comparison_of(shown.total, 1)
    alone = queries.load_series(db, alice, replace(view, compare=()))
    of_total, of_period = (comparison_of(b, 1) for b in (shown.total, alone.period_bucket))
    assert (of_period.this_wh, of_period.shared_wh) == (of_total.this_wh, of_total.shared_wh)


@pytest.mark.parametrize(
    ("step", "start", "reference"),
    [
        (SeriesStep.MONTH, date(2024, 12, 1), 379_000),  # 28 days of January 2026, 30 of May
        (SeriesStep.DAY, date(2025, 10, 28), 386_000),  # from Saturday 25
    ],
)
def test_another_period_faces_months_by_date_and_days_by_weekday(
    db, pce, alice, step, start, reference
):
    view = replace(MONTHS, step=step, reference=Reference(start))
    found = queries.load_series(db, alice, view)
    assert sum(comparison_of(bar, 0).shared_wh or 0 for bar in found.buckets) == reference


def test_a_period_of_long_ago_still_has_its_headline(db, pce, alice):
    view = View(pce=PCE, preset=Preset.FREE, first=date(2023, 1, 1), last=FIRST + DAY)
    found = queries.load_series(db, alice, view)
    assert (found.first, found.total.energy_wh) == (FIRST, 2000)
    assert (found.headline.energy_wh, found.year.energy_wh) == (21_000, 365_000)


@pytest.mark.parametrize("step", SeriesStep)
def test_a_grantee_sums_and_compares_the_days_of_the_grant_only(db, pce, bob, step):
    for view in (View(pce=PCE, step=step), View(pce=PCE, preset=Preset.YEARS3, step=step)):
        found = queries.load_series(db, bob, view)
        assert (found.history_first, found.data_until, found.expected_on) == (*GRANT, None)
        days = (GRANT[1] - max(GRANT[0], found.first)).days + 1
        assert sum(bar.energy_wh or 0 for bar in found.buckets) == days * 1000
        assert found.total.energy_wh == days * 1000
        shown = [bar for bar in found.buckets if bar.days]
        assert min(bar.first for bar in shown) >= GRANT[0]
        assert max(bar.last for bar in shown) == GRANT[1]
        assert all(c.energy_wh in {None, c.shared_wh} for b in shown for c in b.comparisons)
        assert (
            found.year.days == found.year.days_measured == (date(2026, 1, 31) - GRANT[0]).days + 1
        )


def test_a_stranger_and_a_wrong_number_find_nothing(db, pce, alice, charlie):
    for viewer, number in ((charlie, PCE), (charlie, None), (alice, "21500000000042")):
        with pytest.raises(NotFound):
            queries.load_series(db, viewer, View(pce=number))
    with pytest.raises(NotFound):
        queries.iter_day_statements(db, charlie, PCE, FIRST, UNTIL)
    with pytest.raises(NotFound):
        queries.get_day_detail(db, charlie, PCE, UNTIL)


def test_no_number_opens_the_first_by_alias(db, pce, dora):
    assert queries.load_series(db, dora, View()).number == PCE


def test_a_pce_without_data_has_empty_bars(db, people, alice):
    make_pce(db, holder_id=1)
    found = queries.load_series(db, alice, MONTHS)
    assert [bar.days for bar in found.buckets] == [0] * 13
    assert (found.headline, found.data_until, found.expected_on) == (None, None, None)


def test_events_are_marked_where_they_may_be_seen(db, pce, alice, bob):
    for day in (date(2025, 12, 1), date(2026, 4, 1), FIRST):
        db.add(PceEventRow(pce_id=pce.id, day=day, kind=EventKind.SUPPLIER, before="A", after="B"))
    db.flush()
    assert [mark.day for mark in queries.load_series(db, alice, MONTHS).marks] == [
        date(2025, 12, 1),
        date(2026, 4, 1),
    ]
    (mark,) = queries.load_series(db, bob, MONTHS).marks
    assert (mark.day, mark.kind, mark.after) == (date(2025, 12, 1), "supplier", "B")


def revision(pce, day, digest, energy, learnt):
    values = reading(pce, day, energy, learnt_at=learnt, as_of=learnt.date())
    return values | {"digest": digest}


def test_a_corrected_bar_says_when_we_learnt_better(db, pce, alice):
    day = date(2026, 4, 10)
    old, new, again = (datetime(2026, month, 2, 23, 30, tzinfo=UTC) for month in (4, 5, 6))
    late = date(2026, 4, 12)
    db.execute(
        insert(ReadingRevision),
        [
            revision(pce, day, 1, 999, old),
            revision(pce, day, 2, 1000, new),
            revision(pce, day, 3, 1000, again),  # definitive at last, the same value
            revision(pce, late, 1, None, old),  # absent, then filled: nothing was changed
            revision(pce, late, 2, 1000, again),
        ],
    )
    found = queries.load_series(db, alice, MONTHS)
    told = {bar.first: bar.corrected_on for bar in found.buckets if bar.corrected_on}
    assert told == {date(2026, 4, 1): date(2026, 5, 3)}  # past midnight in Paris
    detail = queries.get_day_detail(db, alice, PCE, day)
    assert [(r.energy_wh, r.learnt_at) for r in detail.revisions] == [(999, old)]
    assert detail.learnt_at.astimezone(PARIS).date() == told[date(2026, 4, 1)]
    assert queries.get_day_detail(db, alice, PCE, UNTIL).learnt_at == NOW
    assert (detail.energy_wh, detail.quality, detail.temperature_c100) == (
        1000,
        Quality.MEASURED,
        850,
    )
    assert [r.energy_wh for r in queries.get_day_detail(db, alice, PCE, late).revisions] == [None]


def test_a_silent_day_is_absent_and_a_day_out_of_the_grant_is_hidden(db, pce, alice, bob):
    silent = queries.get_day_detail(db, alice, PCE, UNTIL + DAY)
    assert (silent.energy_wh, silent.quality, silent.as_of) == (None, Quality.ABSENT, None)
    for day in (GRANT[0] - DAY, GRANT[1] + DAY):
        with pytest.raises(NotFound):
            queries.get_day_detail(db, bob, PCE, day)
    assert queries.get_day_detail(db, bob, PCE, GRANT[0]).energy_wh == 1000


def test_a_silent_day_of_a_period_names_the_period_as_far_as_one_may_read(db, pce, alice, bob):
    day = UNTIL + DAY
    add_period(db, pce, GRANT[0] - DAY, day, 1_000_000)
    add_period(db, pce, UNTIL, day, 30_000)
    assert queries.get_day_detail(db, alice, PCE, day).period == (UNTIL, day)
    db.execute(delete(Reading).where(Reading.gas_day == GRANT[0]))
    assert queries.get_day_detail(db, alice, PCE, GRANT[0]).period == (GRANT[0] - DAY, day)
    assert queries.get_day_detail(db, bob, PCE, GRANT[0]).period is None


def test_a_site_silent_for_more_than_a_year_sums_its_last_known_year(db, people, alice):
    until = date(2025, 9, 30)
    row = make_pce(db, holder_id=1, data_until=until, ended_on=until)
    add_readings(db, row, every(date(2023, 1, 1), until))
    year = queries.load_series(db, alice, MONTHS).year
    assert (year.first, year.last, year.days_measured) == (date(2024, 10, 1), until, 365)
    assert year.comparisons[0].days == 365


def test_rows_for_an_export_are_in_order_and_clipped(db, pce, alice, bob):
    rows = list(queries.iter_day_statements(db, bob, PCE, FIRST, UNTIL))
    assert [row.gas_day for row in rows] == every(*GRANT)
    (row,) = queries.iter_day_statements(db, alice, PCE, UNTIL, UNTIL)
    assert (row.index_start_dm3, row.index_end_dm3, row.coefficient_e4) == (5000, 6000, 111_700)
    assert (row.quality, row.status, row.rollover) == (Quality.MEASURED, Status.DEFINITIVE, False)
    assert list(queries.iter_day_statements(db, alice, PCE, UNTIL, FIRST)) == []


def published(**values):
    return View(pce=PCE, data=DataKind.PUBLISHED, **values)


def test_published_periods_are_shared_out_and_said_so(db, pce, alice):
    add_period(db, pce, date(2026, 9, 3), date(2026, 10, 2), 30_000)
    add_period(db, pce, date(2026, 10, 3), date(2026, 11, 2), 62_000)
    found = queries.load_series(db, alice, published())
    assert found.prorated
    bars = {bar.first: bar.energy_wh for bar in found.buckets if bar.days}
    assert bars == {
        date(2026, 9, 3): 28_000,
        date(2026, 10, 1): 2000 + 58_000,
        date(2026, 11, 1): 4000,
    }
    assert (found.data_until, found.expected_on) == (date(2026, 11, 2), None)
    assert found.buckets[-1].temperature_c100 == 850
    assert queries.load_series(db, alice, MONTHS).total.days_prorated == 0


def test_the_latest_word_on_a_published_period_wins(db, pce, alice):
    add_period(db, pce, date(2026, 9, 1), date(2026, 9, 30), 30_000, as_of=date(2026, 10, 1))
    add_period(db, pce, date(2026, 9, 1), date(2026, 9, 15), 30_000, as_of=date(2026, 11, 1))
    found = queries.load_series(db, alice, published())
    assert found.total.energy_wh == 30_000 + 15_000


def test_daily_sites_publish_their_days(db, people, alice):
    row = make_pce(db, holder_id=1, data_until=UNTIL, frequency=Frequency.DAILY)
    add_readings(db, row, every(FIRST, UNTIL))
    assert queries.load_series(db, alice, published()).total.energy_wh == 386_000


def test_a_period_that_leaves_the_grant_tells_nothing(db, pce, bob):
    inside, outside = date(2025, 6, 1), date(2025, 3, 1)
    add_period(db, pce, inside, date(2025, 6, 30), 30_000)
    add_period(db, pce, outside, date(2025, 3, 31), 31_000)
    add_period(db, pce, date(2026, 2, 1), date(2026, 2, 28), 28_000)
    found = queries.load_series(db, bob, published(preset=Preset.YEARS3))
    assert found.total.energy_wh == 30_000


def test_a_monthly_sheet_shows_by_month_but_never_by_day(db, people, alice):
    row = make_pce(db, holder_id=1)
    add_period(db, row, date(2026, 9, 1), date(2026, 9, 30), 30_007, kind="month")
    found = queries.load_series(db, alice, MONTHS)
    assert (found.prorated, found.total.energy_wh, found.data_until) == (
        True,
        30_007,
        date(2026, 9, 30),
    )
    by_day = queries.load_series(db, alice, View(pce=PCE, step=SeriesStep.DAY))
    assert (by_day.prorated, by_day.total.energy_wh, by_day.data_until) == (False, None, None)


def test_nothing_is_awaited_after_the_service_ended(db, people, alice, bob):
    ended = date(2026, 8, 31)
    row = make_pce(db, holder_id=1, data_until=ended, ended_on=ended)
    make_grant(db, row, 2, first_day=GRANT[0], last_day=GRANT[1])
    add_readings(db, row, every(FIRST, ended))
    found = queries.load_series(db, alice, MONTHS)
    assert (found.ended_on, found.expected_on) == (ended, None)
    assert [bar.days for bar in found.buckets[-4:]] == [31, 0, 0, 0]
    assert (found.total.days_awaited, found.total.days_absent) == (0, 0)
    assert queries.load_series(db, bob, MONTHS).ended_on is None
    assert queries.get_day_detail(db, alice, PCE, ended + DAY).ended
    assert not queries.get_day_detail(db, alice, PCE, FIRST - DAY).ended


def test_days_told_after_the_service_ended_are_still_shown(db, people, alice):
    row = make_pce(db, holder_id=1, data_until=date(2026, 9, 2), ended_on=date(2026, 8, 31))
    add_readings(db, row, every(FIRST, date(2026, 9, 2)))
    assert queries.load_series(db, alice, MONTHS).buckets[-3].energy_wh == 2000


def test_a_service_that_ends_later_still_awaits_its_days(db, people, alice):
    row = make_pce(db, holder_id=1, data_until=UNTIL, ended_on=date(2026, 12, 31))
    add_readings(db, row, every(FIRST, UNTIL))
    found = queries.load_series(db, alice, MONTHS)
    assert (found.ended_on, found.total.days_awaited) == (None, 9)
    assert found.expected_on == date(2026, 11, 25)


def test_published_periods_are_shown_unasked_where_they_are_alone(db, people, alice):
    row = make_pce(db, holder_id=1, frequency=Frequency.HALF_YEARLY)
    add_period(db, row, date(2026, 3, 1), date(2026, 8, 14), 167_000)
    found = queries.load_series(db, alice, MONTHS)
    assert (found.published, found.view.data) == (True, DataKind.INFORMATIVE)
    assert (found.total.energy_wh, found.data_until) == (167_000, date(2026, 8, 14))
    add_readings(db, row, every(date(2026, 8, 1), date(2026, 8, 2)))
    assert not queries.load_series(db, alice, MONTHS).published


def test_a_published_month_just_begun_leaves_the_headline_to_the_last_whole_one(db, pce, alice):
    add_period(db, pce, date(2026, 9, 3), date(2026, 10, 31), 59_000)
    add_period(db, pce, date(2026, 11, 1), date(2026, 11, 10), 90_000)
    headline = queries.load_series(db, alice, published()).headline
    assert (headline.month, headline.until) == (date(2026, 10, 1), date(2026, 10, 31))
    assert headline.energy_wh == 31_000


@pytest.mark.parametrize(("known", "month"), [(4, 10), (5, 11)])
def test_the_first_days_of_a_month_are_not_compared(db, people, alice, known, month):
    until = date(2026, 11, known)
    row = make_pce(db, holder_id=1, data_until=until)
    add_readings(db, row, every(FIRST, until))
    headline = queries.load_series(db, alice, MONTHS).headline
    assert headline.month.month == month
    assert headline.comparison.days == headline.until.day
    new = make_pce(db, "21500000000042", holder_id=1, data_until=date(2026, 11, 2))
    add_readings(db, new, every(date(2026, 11, 1), date(2026, 11, 2)))
    found = queries.load_series(db, alice, View(pce=new.number))
    assert found.headline.month == date(2026, 11, 1)


def test_cubic_metres_count_the_days_that_have_a_volume(db, pce, alice):
    day = UNTIL - 2 * DAY
    db.query(Reading).filter_by(pce_id=pce.id, gas_day=day).update({"volume_dm3": None})
    found = queries.load_series(db, alice, View(pce=PCE, unit=Unit.M3))
    assert found.headline.comparison.days == 20
    assert queries.load_series(db, alice, MONTHS).headline.comparison.days == 21


def noting(read, seen):
    def noted(statement, db, values):
        seen.append(str(statement.statement))
        return read(statement, db, values)

    return noted


def test_a_chart_costs_a_few_reads_however_long(database, people, db, alice, monkeypatch):
    row = make_pce(db, holder_id=1, data_until=UNTIL)
    add_readings(db, row, every(date(2020, 1, 1), UNTIL))
    seen = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    for kind in (Prepared.raw, Prepared.rows):
        monkeypatch.setattr(Prepared, kind.__name__, noting(kind, seen))
    queries.load_series(db, alice, View(pce=PCE, preset=Preset.YEARS3, compare=(1, 2)))
    assert len(seen) <= 6, seen
    assert sum("temperature_c100" in sql for sql in seen) == 1


def test_a_chart_shows_what_was_just_written_and_no_more_than_a_right_just_cut(
    database, alice, bob
):
    elsewhere = Database(database.engine.url.render_as_string(hide_password=False))
    with database.transaction() as db:
        make_people(db)
        pce = make_pce(db, holder_id=1, data_until=UNTIL)
        make_grant(db, pce, 2, first_day=GRANT[0], last_day=GRANT[1])
        add_readings(db, pce, every(FIRST, UNTIL - DAY))

    def total(viewer):
        with database.reading() as db:
            return queries.load_series(db, viewer, MONTHS).total.energy_wh

    assert [total(alice), total(alice), total(bob)] == [385_000, 385_000, 348_000]
    with elsewhere.transaction() as db:
        add_readings(db, pce, [UNTIL], 9000)
    assert total(alice) == 394_000
    with database.transaction() as db:
        db.query(Reading).filter_by(gas_day=UNTIL).update({"energy_wh": 2000})
        db.query(PceGrant).update({"first_day": date(2026, 2, 20)})
    assert [total(alice), total(bob)] == [387_000, 1000]
    with elsewhere.transaction() as db:
        db.query(PceGrant).delete()
    with pytest.raises(NotFound):
        total(bob)
    elsewhere.close()
