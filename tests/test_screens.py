"""Home, charts, fleet and budgets say the same number for the same thing, and so do the raw rows.

Viewers and dates are taken at random, first days of months and years among them;
`PORTAL_SCREENS=200` asks for that many (`make proofs`).
"""

import random
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select

from components.consumption.sentence import text_of
from components.home.figures import figure
from core.access import OrganisationKind, Role, Viewer
from core.paging import RowBlock
from data.metering.consumption import queries
from data.metering.consumption.actions import (
    list_stale_standings,
    recompute_standings,
    roll_up,
    store_period_shares,
)
from data.metering.consumption.models import ConsumptionPeriod, Reading
from data.metering.consumption.rules.fleet import months_of
from data.metering.consumption.rules.series import last_year_of
from data.metering.consumption.rules.spending import thousandths
from data.metering.consumption.rules.view import read_view
from data.metering.consumption.types import (
    Face,
    FleetPeriod,
    FleetView,
    PeriodKind,
    Preset,
    Quality,
    SeriesStep,
    Status,
    TogetherView,
    Unit,
    View,
)
from data.metering.pces.models import Pce, PceGrant
from data.metering.pces.queries import list_pces
from data.metering.pces.rules import holes_text, month_of
from data.metering.pces.types import Frequency, PceFilter
from data.metering.prices.types import ATTO, PriceTarget
from data.money.budgets.queries.progress import list_followed_budgets
from data.money.budgets.types import Budget, BudgetDraft, Phasing
from data.provenance import DataSource
from tests.choosing import size
from tests.data.metering.consumption.test_costs import EUR, price
from tests.factories import NOW, make_grant, make_organisation, make_pce, make_people, make_user
from tests.raw_figures import Raw, end_of
from tests.web import fresh_database

WANTED = size("PORTAL_SCREENS", 12)
EACH = 3  # viewers a morning
BEGIN, END = date(2022, 11, 20), date(2026, 12, 1)
FIRST = date(2024, 2, 20)  # of the dates: a leap day is near
DAY = timedelta(days=1)
SINGLE = 5  # an organisation that was granted one PCE
SITES = 5
PRICED = (1, 2, 3, SINGLE)  # the organisations that pay COST the Wh
COST = 40 * ATTO // 10**6
# Of PCE known by periods: sheets, sheets and some days, published periods, and those beside days.
ROUGH = (Frequency.MONTHLY, Frequency.MONTHLY, Frequency.HALF_YEARLY, Frequency.MONTHLY)


def dates(dice):
    """Mornings, the latest first: of them, first days of a month and of a year."""
    count = max(1, WANTED // EACH)
    chosen = [date(2025, 3, 1), date(2026, 1, 2), date(2024, 3, 1), date(2026, 12, 1)]
    chosen += [date(2024, 2, 29), date(2025, 1, 1), date(2025, 1, 4), date(2026, 3, 1)]
    while len(chosen) < count:
        day = FIRST + DAY * dice.randrange((END - FIRST).days)
        day = max(FIRST, day.replace(day=dice.randrange(1, 6)) if dice.random() < 0.5 else day)
        if day not in chosen:  # once each: raw rows are kept by morning
            chosen.append(day)
    return sorted(chosen[:count], reverse=True)


@pytest.fixture
def filled(sqlite_template, tmp_path):
    """Sites of four years with holes, absent days and days of which only a volume is known."""
    database, dice = fresh_database(sqlite_template, tmp_path), random.Random(11)
    with database.transaction() as db:
        make_people(db)
        make_organisation(db, name="Voisin", kind=OrganisationKind.THIRD_PARTY)
        make_user(db, organisation_id=SINGLE, email="erin@voisin.example", name="Erin")
        for place in range(SITES):
            holder = 3 if place == SITES - 1 else 1
            pce = make_pce(db, f"2160000000000{place}", holder_id=holder, data_until=END)
            db.execute(insert(Reading), list(days_of(pce.id, dice)))
            for organisation in {2, SINGLE if place == 1 else 2}:
                make_grant(db, pce, organisation)
            roll_up(db, pce.id, BEGIN, END)
        for organisation in PRICED:
            price(db, amount=40 * EUR, organisation=organisation, first_day=date(2020, 1, 1))
        for place, frequency in enumerate(ROUGH):
            pce = make_pce(db, f"2160000000001{place}", holder_id=1, frequency=frequency)
            make_grant(db, pce, 2)
            say_roughly(db, pce, dice)
            roll_up(db, pce.id, BEGIN, END)
            store_period_shares(db, pce.id)
    with Flask("portal").app_context():
        yield database
    database.close()


def days_of(pce_id, dice):
    for n in range((END - BEGIN).days + 1):
        day, chance = BEGIN + n * DAY, dice.random()
        if day != BEGIN and chance < 0.04:
            continue  # nobody spoke of it
        energy = abs(day.month - 7) * 130_000 + dice.randrange(90_000)
        absent, unconverted = chance > 0.97, chance > 0.95
        yield {
            "pce_id": pce_id,
            "gas_day": day,
            "energy_wh": None if unconverted else energy,
            "volume_dm3": None if absent else energy // 11,
            "quality": int(Quality.ABSENT if absent else Quality.MEASURED),
            "status": int(Status.DEFINITIVE),
            "learnt_at": NOW,
            "as_of": day,
            "flags": 0,
            "source": DataSource.DEPOSIT if 0.5 < chance < 0.53 else DataSource.DISTRIBUTOR,
        }


def say_roughly(db, pce, dice):
    """Sheets by month and week, or published periods; of some, days beside them."""
    place = int(pce.number) % 10
    days = list(days_of(pce.id, dice))
    if place % 2:
        told = [day for day in days if day["gas_day"].month % 3 == 0 and dice.random() < 0.9]
        db.execute(insert(Reading), told)
    published = place >= 2
    kinds = (PeriodKind.PUBLISHED,) if published else (PeriodKind.MONTH, PeriodKind.WEEK)
    rows = []
    for kind in kinds:
        for first, last in stretches(kind, dice):
            source = DataSource.DEPOSIT if dice.random() < 0.2 else DataSource.DISTRIBUTOR
            energy = sum(abs(n % 12 - 6) * 100_000 + 7 for n in range((last - first).days + 1))
            rows.append({
                "pce_id": pce.id,
                "kind": kind,
                "first_day": first,
                "last_day": last,
                "energy_wh": energy,
                "volume_dm3": energy // 11,
                "quality": int(Quality.MEASURED),
                "status": int(Status.DEFINITIVE),
                "as_of": last,
                "learnt_at": NOW,
                "source": source,
            })  # fmt: skip
    db.execute(insert(ConsumptionPeriod), rows)


def stretches(kind, dice):
    """Months, some weeks, or what is between two visits of the meter; a few are missing."""
    start = BEGIN.replace(day=1) if kind is PeriodKind.MONTH else BEGIN
    while start < END:
        last = {
            PeriodKind.MONTH: end_of("month", start),
            PeriodKind.WEEK: end_of("week", start),
            PeriodKind.PUBLISHED: start + dice.randrange(28, 190) * DAY,
        }[kind]
        if dice.random() < (0.1 if kind is PeriodKind.WEEK else 0.9) and last <= END:
            yield start, last
        start = last + DAY


def move_to(db, today, dice):
    """Make it the morning of *today*: what came later is not there; grants are others."""
    for pce in db.scalars(select(Pce)).all():
        until = today - DAY * dice.choice((1, 2, 3, 3, 4, 12, 40))
        db.execute(delete(Reading).where(Reading.pce_id == pce.id, Reading.gas_day > until))
        period = ConsumptionPeriod
        db.execute(delete(period).where(period.pce_id == pce.id, period.last_day > until))
        known = Reading.energy_wh.is_not(None) | Reading.volume_dm3.is_not(None)
        days = select(Reading.gas_day).where(Reading.pce_id == pce.id, known)
        pce.data_until = db.scalar(days.order_by(Reading.gas_day.desc()).limit(1))
        roll_up(db, pce.id, until - 200 * DAY, END)
        store_period_shares(db, pce.id)
    for row in db.scalars(select(PceGrant)).all():
        first = today - DAY * dice.randrange(900) if dice.random() < 0.7 else None
        first = first.replace(day=1) if first and dice.random() < 0.3 else first
        last = today - DAY * dice.randrange(200) if dice.random() < 0.3 else None
        last = max(first, last) if first and last else last
        hole = hole_in(first or BEGIN, today, dice)
        row.first_day, row.last_day = (
            first,
            last if not hole or not last or last > hole[1] else None,
        )
        row.whole_from = hole[1] + DAY if hole else first
        row.holes = holes_text((hole,), (hole,)) if hole else ""
        row.published_first_day, row.published_last_day = row.first_day, row.last_day
    db.flush()
    recompute_standings(db, list_stale_standings(db, today), today)


def hole_in(first, today, dice):
    """Between two rights, for some: days long before the last ones that may not be read."""
    room = (today - first).days - 90
    if room < 60 or dice.random() < 0.5:
        return None
    start = first + DAY * dice.randrange(1, room - 30)
    return start, min(start + DAY * dice.randrange(60), today - 60 * DAY)


def viewers(today):
    """Who holds many, was granted some, holds one, runs the network, was granted one."""
    kinds = [OrganisationKind.COLLECTIVITY, OrganisationKind.THIRD_PARTY, OrganisationKind.COMPANY]
    kinds += [OrganisationKind.DISTRIBUTOR, OrganisationKind.THIRD_PARTY]
    return [
        Viewer(
            number, number, kind,
            Role.ACCOUNT_MANAGER if kind is OrganisationKind.DISTRIBUTOR else Role.FACILITY_MANAGER,
            today, contracted=True,
        )
        for number, kind in enumerate(kinds, 1)
    ]  # fmt: skip


def added(values):
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def faces(found):
    sides = [(face.days, face.this_wh, face.before_wh) for face in found]
    return Face(*(sum(side) for side in zip(*sides, strict=True))) if sides else Face(0, 0, 0)


def face_of(bucket):
    if not bucket.comparisons:
        return Face(0, 0, 0)
    found = bucket.comparisons[0]
    return Face(found.days, found.this_wh or 0, found.shared_wh or 0)


class Screens:
    """What the pages of a viewer say, and what the raw rows do."""

    def __init__(self, db, viewer, path):
        self.db, self.viewer, self.today = db, viewer, viewer.today
        self.raw = Raw(path, viewer.today)
        self.home = queries.get_home_figures(db, viewer)
        rows, _total = list_pces(db, viewer, PceFilter(), block=RowBlock(50))
        self.charts = {
            row.number: queries.load_series(db, viewer, read_view({"pce": row.number}, self.today))
            for row in rows
        }
        self.scopes = {
            one: queries.load_sourced_series(db, viewer, read_view({"pce": one}, self.today)).scope
            for one in self.charts
        }

    def by_day(self):
        """What the page of each PCE draws by day of the months that home shows."""
        shown = [month.month for month in self.home.months]
        words = {"period": "free", "from": shown[0].isoformat(), "step": "day", "align": "date"}
        words["to"] = end_of("month", shown[-1]).isoformat()
        views = (read_view(words | {"pce": one}, self.today) for one in self.charts)
        return {one.pce: queries.load_series(self.db, self.viewer, one).buckets for one in views}

    def bars(self, number, month):
        return [bar for bar in self.charts[number].buckets if month_of(bar.first) == month]

    def raw_days(self, number):
        scope = self.scopes[number]
        found = self.raw.filled(number, (scope.first, scope.last), scope.holes)
        return {day: wh for day, (wh, _dm3) in found.items() if wh is not None}

    def raw_sums(self, number, first, last):
        """The energy of days that may be read, and those known the year before with theirs."""
        days, pairs = self.raw_days(number), []
        inside = {day: wh for day, wh in days.items() if first <= day <= last}
        for day, wh in inside.items():
            leap = (day.month, day.day) == (2, 29)
            then = None if leap else days.get(day.replace(year=day.year - 1))
            pairs += [(wh, then)] if then is not None else []
        face = Face(len(pairs), sum(now for now, _ in pairs), sum(then for _, then in pairs))
        return added(inside.values()), face


def compare_months(screens):
    """Each month of home, drawn and told, against the bars of the charts and the raw rows."""
    drawn = [trace["y"] for trace in figure(screens.home, "light")["data"]]
    for place, month in enumerate(screens.home.months):
        bars = [bar for one in screens.charts for bar in screens.bars(one, month.month)]
        raw = [screens.raw_sums(one, month.month, end_of("month", month.month))
               for one in screens.charts]  # fmt: skip
        yield f"{month.month} energy", month.energy_wh or 0, added(b.energy_wh for b in bars) or 0
        yield f"{month.month} raw", month.energy_wh or 0, added(wh for wh, _face in raw) or 0
        own = sum(bar.days_deposited for bar in bars)
        yield f"{month.month} deposited", month.days_deposited, own
        yield f"{month.month} face", month.face, faces(map(face_of, bars))
        yield f"{month.month} raw face", month.face, faces(face for _wh, face in raw)
        if month.face.percent is not None:
            before, whole, faced = (trace[place] for trace in drawn)
            gap = 100 * ((whole if faced is None else faced) - before) / before
            yield f"{month.month} drawn", round(gap, 6), round(month.face.percent, 6)


def compare_fleet(screens):
    """Each period of the fleet against home and the charts; each line against its own chart."""
    db, viewer = screens.db, screens.viewer
    months = {month.month: month for month in screens.home.months}
    for period in FleetPeriod:
        wanted, view = months_of(period, screens.today), FleetView(period=period)
        total = queries.sum_fleet(db, viewer, view)
        yield f"{period} energy", total.energy_wh, added(months[m].energy_wh for m in wanted)
        yield f"{period} face", total.face, faces(months[m].face for m in wanted)
        own = sum(months[m].days_deposited for m in wanted)
        yield f"{period} deposited", total.days_deposited, own
        rows = queries.list_fleet(db, viewer, view)
        yield from compare_costs(screens, view, rows, total)
        for row in rows:
            bars = [bar for month in wanted for bar in screens.bars(row.number, month)]
            yield f"{period} {row.number}", row.energy_wh, added(b.energy_wh for b in bars)
            own = sum(bar.days_deposited for bar in bars)
            yield f"{period} {row.number} deposited", row.days_deposited, own
            if row.face:
                yield f"{period} {row.number} face", row.face, faces(map(face_of, bars))


def compare_words(screens):
    """Of who reads one PCE, home writes what its page does."""
    if len(screens.charts) != 1 or screens.home.data_until is None:
        return
    ((number, chart),) = screens.charts.items()
    told = screens.home.months[screens.home.headline]
    year = queries.sum_fleet(screens.db, screens.viewer, FleetView())
    if chart.headline.month >= screens.home.months[0].month:
        yield (
            f"{number} month",
            known(told) | {"at": told.month},
            known(chart.headline) | {"at": chart.headline.month},
        )
    if (chart.year.first, chart.year.last) == last_year_of(screens.today):
        yield f"{number} year", known(year), known(chart.year)


def known(sums):
    """What a month or a year holds, on home or on a chart."""
    return {"energy": sums.energy_wh or 0, "deposited": sums.days_deposited}


def compare_together(screens):
    """The chart of several PCE: some of its months, told by month and by day, in kWh and in €."""
    if len(screens.charts) < 2:
        return
    home = {month.month: month for month in screens.home.months}
    by_day = screens.by_day()
    months = zip(home.values(), together(screens, View()).bars, strict=True)
    for month, by_month in list(months)[::4]:
        span = {"first": month.month, "last": end_of("month", month.month)}
        days = [
            bar for bars in by_day.values() for bar in bars if month_of(bar.first) == month.month
        ]
        told = month.energy_wh or 0, month.face, month.days_deposited
        yield f"{month.month} together by month", said_of(by_month), told
        one_by_one = View(preset=Preset.FREE, step=SeriesStep.DAY, **span)
        total = together(screens, one_by_one).total
        told = (
            added(bar.energy_wh for bar in days) or 0,
            faces(map(face_of, days)),
            sum(bar.days_deposited for bar in days),
        )
        yield f"{month.month} together by day", said_of(total), told
        if not any(
            bar.days_prorated for one in screens.charts for bar in screens.bars(one, month.month)
        ):
            yield f"{month.month} together by either", said_of(total), said_of(by_month)
        if month.month < month_of(screens.today, -1):  # no day of it can have come early
            yield f"{month.month} together due", by_month.due, total.due
        if screens.viewer.organisation_id in PRICED:
            asked = View(preset=Preset.FREE, step=SeriesStep.MONTH, unit=Unit.EUR, **span)
            spent = together(screens, asked).total
            cost = thousandths((month.energy_wh or 0) * COST)
            yield f"{month.month} together spent", spent.value or 0, cost
            if month.month < month_of(screens.today, -1):
                known = spent.known_days + spent.unpriced
                yield f"{month.month} together spent by day", known, by_month.known_days


def said_of(bar):
    return bar.value or 0, bar.face or Face(0, 0, 0), bar.days_deposited


def together(screens, view):
    asked = TogetherView(numbers=tuple(screens.charts), view=view)
    return queries.sum_selection(screens.db, screens.viewer, asked)


def compare_costs(screens, view, rows, total):
    """The euros of the fleet, line by line and of all: of the very days of its kilowatt hours."""
    db, viewer = screens.db, screens.viewer
    if viewer.organisation_id not in PRICED:
        return
    costs = queries.load_fleet_costs(db, viewer, view, rows)
    for row in rows:
        spent = costs[row.id].spent or 0
        yield f"{view.period} {row.number} spent", spent, (row.energy_wh or 0) * COST
    groups = [group.spent for group in queries.list_groups_by_holder(db, viewer, view)]
    spent = sum(one.spent or 0 for one in groups), sum(one.gap for one in groups)
    gap = total.face.this_wh - total.face.before_wh
    yield f"{view.period} spent", spent, ((total.energy_wh or 0) * COST, gap * COST)


def words(kpi):
    """The label without its year, the value, the gap if one is told, and whose word it is."""
    note = kpi.note if isinstance(kpi.note, list) else []
    gap = text_of(note[:1]) if len(note) > 1 else ""
    own = text_of([kpi.source]) if kpi.source else ""
    return re.sub(r" \d{4}", "", str(kpi.label)), text_of([kpi.value]), gap, own


def compare_budgets(screens):
    """Months of a budget of one PCE, and of all, against home and the chart."""
    first = month_of(screens.today, -12)
    targets = [PriceTarget(), *(PriceTarget(pce=one) for one in screens.charts)]
    budgets = [
        Budget(
            at, BudgetDraft(10**9, Unit.KWH, first, target), Phasing((10**8,) * 12), NOW, "Alice"
        )
        for at, target in enumerate(targets)
    ]
    months = {month.month: month for month in screens.home.months}
    for told in list_followed_budgets(screens.db, screens.viewer, budgets):
        number = told.budget.draft.target.pce
        for line in told.lines:
            bars = screens.bars(number, line.month) if number else [months[line.month]]
            used = added(bar.energy_wh for bar in bars) or 0
            yield f"budget {number} {line.month}", line.consumed, used
            own = sum(bar.days_deposited for bar in bars)
            yield f"budget {number} {line.month} deposited", line.deposited, own


def found_of(database, dice):
    """(who and what, one figure, the other) of viewers and mornings taken at random."""
    for today in dates(dice):
        with database.transaction() as db:
            move_to(db, today, dice)
        for viewer in dice.sample(viewers(today), EACH):
            with database.reading() as db:
                yield from compared(Screens(db, viewer, database.url.database))


def compared(screens):
    compares = (compare_months, compare_fleet, compare_words, compare_budgets, compare_together)
    for compare in compares:
        for where, one, other in compare(screens):
            yield f"{screens.viewer.user_id} {screens.today} {where}", one, other


def test_every_screen_says_the_same_number_for_the_same_thing(filled):
    found = list(found_of(filled, random.Random(2026)))
    wrong = [one for one in found if one[1] != one[2]]
    assert not wrong, (len(wrong), wrong[:5])
    print(f"{len(found)} figures of {WANTED} viewers and mornings, equal on every screen")


def test_a_screen_that_computes_otherwise_is_found(filled, monkeypatch):
    """Else the test above would prove nothing."""
    honest = queries.get_home_figures

    def doubled(db, viewer):
        told = honest(db, viewer)
        months = [replace(m, face=Face(1, 2, 1)) if m.energy_wh else m for m in told.months]
        return replace(told, months=tuple(months))

    monkeypatch.setattr(queries, "get_home_figures", doubled)
    monkeypatch.setattr("tests.test_screens.WANTED", 1)
    assert any(one != other for _where, one, other in found_of(filled, random.Random(2026)))
