"""Figures as the screens write them, taken at random, against the raw rows: all equal.

`PORTAL_FIGURES=500` asks for that many (`make proofs`).
"""

import os
import random
import re
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import insert, select

from components.consumption import table
from components.consumption.kpis import kpis
from components.consumption.sentence import opening, text_of
from components.fleet.labels import euros, more_euros
from components.fleet.listing import drift_row
from components.fleet.weather_corrected import equal_cell
from core.paging import RowBlock
from data.analysis.signatures.actions import rank
from data.analysis.signatures.models import VerdictRow
from data.metering.consumption import queries
from data.metering.consumption.actions import list_stale_standings, recompute_standings, roll_up
from data.metering.consumption.models import Reading
from data.metering.consumption.rules.view import read_view
from data.metering.consumption.types import FleetPeriod, FleetSort, FleetView, Quality, Status
from data.metering.prices.types import PriceKind, PriceUnit
from tests.conftest import TODAY
from tests.data.analysis.signatures.test_ranking import verdict
from tests.data.metering.consumption.test_costs import price
from tests.factories import NOW, make_pce, make_people
from tests.raw_figures import NOTHING, Raw, end_of, every, gap, signed, whole
from tests.web import fresh_database

WANTED = int(os.environ.get("PORTAL_FIGURES", "60"))
BEGIN, UNTIL = date(2023, 11, 20), date(2026, 11, 21)
YEAR = date(2025, 11, 1), date(2026, 10, 31)
PERIODS = {
    FleetPeriod.YEAR: YEAR,
    FleetPeriod.LAST: (date(2026, 10, 1), date(2026, 10, 31)),
    FleetPeriod.CURRENT: (date(2026, 11, 1), date(2026, 11, 30)),
}


@dataclass(frozen=True)
class Figure:
    where: str
    shown: str
    raw: str


@pytest.fixture
def filled(sqlite_template, tmp_path):
    """Some sites of three years, each with its holes, zeros and days without one of both units."""
    database, dice = fresh_database(sqlite_template, tmp_path), random.Random(7)
    with database.transaction() as db:
        make_people(db)
        price(db, amount=41_234_567, last_day=date(2026, 3, 31))
        price(db, amount=52_000_001, first_day=date(2026, 4, 1))
        price(db, "Abonnement", 77 * 10**9, kind=PriceKind.FIXED, unit=PriceUnit.EUR_MONTH)
        price(db, "TVA", 200_000, kind=PriceKind.RATE, unit=PriceUnit.PERCENT)
        for place in range(5):
            pce = make_pce(
                db, f"2160000000000{place}", holder_id=1, data_until=UNTIL, alias=f"Site {place}"
            )
            db.execute(insert(Reading), list(days_of(pce.id, dice)))
            roll_up(db, pce.id, BEGIN, UNTIL)
            if place % 2:
                db.add(VerdictRow(**verdict(pce, 0.93 + place / 25)))
        db.flush()
        recompute_standings(db, list_stale_standings(db, TODAY), TODAY)
        rank(db, db.scalars(select(VerdictRow.pce_id)).all())
    with Flask("portal").app_context():
        yield database
    database.close()


def days_of(pce_id, dice):
    for day in every(BEGIN, UNTIL):
        if day not in {BEGIN, UNTIL} and dice.random() < 0.04:
            continue  # nobody spoke of it
        cold = abs(day.month - 7) * 130_000
        energy = 0 if dice.random() < 0.02 else cold + dice.randrange(1, 90_000)
        absent = day not in {BEGIN, UNTIL} and dice.random() < 0.03
        volume = None if absent or dice.random() < 0.01 else energy // 11
        quality = dice.choice((Quality.MEASURED,) * 8 + (Quality.ESTIMATED, Quality.CORRECTED))
        yield {
            "pce_id": pce_id,
            "gas_day": day,
            "energy_wh": None if absent else energy,
            "volume_dm3": volume,
            "quality": int(Quality.ABSENT if absent else quality),
            "status": int(Status.DEFINITIVE),
            "learnt_at": NOW,
            "as_of": day,
            "flags": 0,
        }


def figures(database, viewer, dice):
    """Figures of screens opened at random, in turn with those of the fleet."""
    raw = Raw(database.url.database, TODAY)
    numbers = raw.numbers(viewer.organisation_id)
    found = []
    with database.reading() as db:
        for period in FleetPeriod:
            found += of_fleet(db, viewer, raw, period)
        while len(found) < WANTED * 3:
            found += of_screen(db, viewer, raw, dice.choice(numbers), asked_by(dice))
    kinds = {one.where.rpartition(" ")[2]: one for one in found}  # one of each at least
    return [*kinds.values(), *dice.sample(found, WANTED - len(kinds))]


def asked_by(dice):
    first = BEGIN + timedelta(days=dice.randrange(1000))
    last = first + timedelta(days=dice.randrange(400))
    free = {"from": first.isoformat(), "to": min(last, TODAY).isoformat()}
    query = dice.choice(({}, {"period": "30d"}, {"period": "3y"}, free, free))
    step, unit = dice.choice(("day", "week", "month", "year")), dice.choice(("kwh", "m3"))
    return query | {"step": step, "unit": unit, "align": "date"}


def of_screen(db, viewer, raw, number, query):
    series = queries.load_series(db, viewer, read_view(query | {"pce": number}, TODAY))
    unit, step = query["unit"], query["step"]
    place = f"{number} {query}"
    yield from sentences(series, raw, number, unit, place)
    rows = {row["id"]: row for row in [*table.rows(series), *table.footer(series)]}
    for key, row in rows.items():
        first = series.first if key == "total" else date.fromisoformat(key)
        last = series.last if key == "total" else min(end_of(step, first), series.last)
        yield from cells(row, raw, (number, unit, first, last), f"{place} {key}", step=step)


def sentences(series, raw, number, unit, place):
    """The opening sentence and the key figures: each says an amount."""
    headline = series.headline
    month = headline.month, headline.until
    shown = month
    if series.view.preset != "12m":
        shown = series.period_bucket.first, series.period_bucket.last
    said = text_of(opening(series)).replace("\u00a0", " ")
    amount = re.search(r": (.+?) (?:kWh|m³)", said)
    if amount:
        yield Figure(f"{place} sentence", amount[1], whole(raw.total(number, unit, *shown)))
    strip = kpis(series, TODAY)
    yield Figure(f"{place} month", said_of(strip[0]), whole(raw.total(number, unit, *month)))
    yield Figure(f"{place} year", said_of(strip[1]), whole(raw.total(number, unit, *YEAR)))


def said_of(kpi):
    return text_of([kpi.value])


def cells(row, raw, about, place, *, step):
    """Amount and coverage; where the dates face each other, the year before and the gap too."""
    value = row["value"]["text"] if isinstance(row["value"], dict) else row["value"]
    total = raw.total(*about)
    if value not in {"absent", "attendu"}:
        yield Figure(f"{place} value", value, whole(total))
    if "coverage" in row:
        known, over = raw.known(*about[:1], "kwh", *about[2:])
        yield Figure(
            f"{place} coverage", row["coverage"], f"{known}/{whole(over, 1)}" if over else "–"
        )
    if "n1" in row:
        shared = raw.shared(*about, step)
        yield Figure(f"{place} before", row["n1"], whole(shared[2] if shared[0] else None))
        shown = re.split(r"[ \u202f\u00a0]%", row["g1"])[0]
        yield Figure(f"{place} gap", shown, gap(shared))


def of_fleet(db, viewer, raw, period):
    view, (first, last) = FleetView(period=period), PERIODS[period]
    numbers = raw.numbers(viewer.organisation_id)
    totals = [raw.total(number, "kwh", first, last) for number in numbers]
    shown = queries.sum_fleet(db, viewer, view)
    yield Figure(f"{period} total", whole(shown.energy_wh), whole(sum(totals)))
    shared = [raw.shared(number, "kwh", first, last) for number in numbers]
    differ = sum(differ_of(sides) for sides in shared)
    yield Figure(f"{period} gap", whole(shown.face.gap_wh), whole(differ))
    rows = queries.list_fleet(
        db, viewer, view, sort=FleetSort.NUMBER, descending=False, block=RowBlock(50)
    )
    yield from in_euros(db, viewer, raw, view, rows)
    faces = {one: face_of(raw, one, period) for one in numbers}
    for sort, key in (
        (FleetSort.GAP, lambda one: -differ_of(raw.shared(one, "kwh", first, last))),
        (FleetSort.DRIFT, lambda one: -share_of(faces[one])),
    ):
        order = queries.list_fleet(db, viewer, view, sort=sort, block=RowBlock(50))
        ranked = str(sorted(numbers, key=key))
        yield Figure(f"{period} {sort} ranking", str([row.number for row in order]), ranked)
    for row, total, sides in zip(rows, totals, shared, strict=True):
        line = drift_row(row, TODAY)
        place = f"{period} {row.number}"
        yield Figure(f"{place} energy", line[FleetSort.ENERGY], whole(total))
        yield Figure(f"{place} fleet-gap", line[FleetSort.GAP], signed(whole(differ_of(sides))))
        shown = line[FleetSort.PERCENT].removesuffix("\u202f%")
        yield Figure(f"{place} fleet-percent", shown, gap(sides, coarse=True))
        yield from at_equal_climate(raw, row, line, period)


def in_euros(db, viewer, raw, view, rows):
    """What each site cost, and what its drift did; those of a group together."""
    first, last = PERIODS[view.period]
    costs = queries.load_fleet_costs(db, viewer, view, rows)
    rows = queries.price_rows(db, viewer, rows)
    spent = {row.number: raw.spent(row.number, first, last) for row in rows}
    for row in rows:
        cost, place = costs[row.id], f"{view.period} {row.number}"
        yield Figure(f"{place} euros", euros(cost.spent), whole(spent[row.number], 1))
        if view.period is FleetPeriod.YEAR and row.equal:
            drift = raw.drift_cost(raw.equal(row.number, first, last), TODAY)
            shown = more_euros(row.equal_cost)
            yield Figure(f"{place} euros-drift", shown, signed(whole(drift, 1)))
    (group,) = queries.list_groups_by_holder(db, viewer, view)
    total = euros(group.spent.spent)
    yield Figure(f"{view.period} euros", total, whole(sum(spent.values()), 1))


def at_equal_climate(raw, row, line, period):
    """What the verdict of a site leaves of its gap, and the percent that the cell writes."""
    equal = raw.equal(row.number, *PERIODS[period]) if period is FleetPeriod.YEAR else None
    place = f"{period} {row.number}"
    told = signed(whole(differ_of(equal))) if equal else NOTHING
    yield Figure(f"{place} equal-gap", line[FleetSort.EQUAL_GAP], told)
    if equal:
        shown = equal_cell(row, None)["text"].removesuffix("\u202f%")
        yield Figure(f"{place} equal-percent", shown, gap(equal, coarse=True))


def face_of(raw, number, period):
    """What it is ranked by: at equal climate where it can be told."""
    equal = raw.equal(number, *PERIODS[period]) if period is FleetPeriod.YEAR else None
    return equal or raw.shared(number, "kwh", *PERIODS[period])


def differ_of(shared):
    _days, now, then = shared
    return now - then


def share_of(shared):
    return Fraction(differ_of(shared), shared[2])


def wrong(found):
    return [one for one in found if one.shown != one.raw]


def test_figures_of_the_screens_are_those_of_the_raw_rows(filled, alice):
    found = figures(filled, alice, random.Random(2026))
    assert not wrong(found), wrong(found)[:5]
    kinds = {one.where.rpartition(" ")[2] for one in found}
    assert {"value", "before", "gap"} <= kinds
    for kind in ("equal", "euros"):
        assert any(one.where.rpartition(" ")[2].startswith(kind) for one in found)
    print(f"{len(found)} figures of the screens, {len(found)} equal to the raw rows")


def test_a_broken_sum_is_found(filled, alice, monkeypatch):
    """Else the test above would prove nothing."""
    from data.metering.consumption.rules import series

    honest = series._sum
    monkeypatch.setattr(
        series, "_sum", lambda values: None if (found := honest(values)) is None else found + 1000
    )
    assert len(wrong(figures(filled, alice, random.Random(2026)))) > WANTED / 10
