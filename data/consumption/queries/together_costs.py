"""What several PCE cost together: their days, or their months, at the prices of each.

PCE of the same tariffs are summed in SQL; amounts are in 1e-18 €, so that sums are exact.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from data.consumption.queries.alike import blind_of, month_use
from data.consumption.queries.monthly import calendar_of
from data.consumption.queries.months import months_read
from data.consumption.queries.together_days import Asked, Found, days_read, due_of, faced_days
from data.consumption.rules.calendar import DAY, shifts
from data.consumption.rules.fleet import MONTHS
from data.consumption.rules.together import NO_FACE, Part, Sum
from data.consumption.types import Face, Quality, Step
from data.pces.rules import month_of
from data.prices.queries import Shared
from data.prices.rules.costs import day_cost, month_cost, tariff_on
from data.prices.types import MonthUse, Tariffs

Spent = dict[date, Sum]  # by day or by first of month, before what is due is known


def spent_together(
    db: Session, asked: Asked, shared: Shared, found: Found, *, whole: bool
) -> Found:
    """*found* in euros: days of PCE without a price are as unknown, and counted."""
    sums, tops, _parts = found
    ids = [id_ for id_, _most in tops]
    spent, faces, parts = (_months if whole else _days)(db, asked, shared, ids)
    told = []
    for one in sums:
        cost = spent.get(one.day, Sum(one.day, None, 0))
        known, face = max(0, one.known - cost.known), faces.get(one.day, NO_FACE)
        told.append(replace(one, value=cost.value, known=known, face=face, unpriced=cost.unpriced))
    return told, tops, parts


Read = tuple[Spent, dict[date, Face], list[Part]]  # `known` of a sum: those due without a price


def _keys(asked: Asked, shared: Shared) -> list[ColumnElement[int]]:
    return [asked.scope.c[column.name] for column in shared.columns]


def _more(spent: Spent, day: date, cost: int | None, lacking: tuple[int, int]) -> None:
    """Add what some PCE cost on a *day*, and how many lack a price, all of them and those due."""
    one = spent.get(day, Sum(day, None, 0))
    value = one.value if cost is None else (one.value or 0) + cost
    all_, due = lacking
    spent[day] = replace(one, value=value, unpriced=one.unpriced + all_, known=one.known + due)


def _faced(faces: dict[date, Face], day: date, face: Face) -> None:
    one = faces.get(day, NO_FACE)
    faces[day] = Face(
        one.days + face.days, one.this_wh + face.this_wh, one.before_wh + face.before_wh
    )


def _cost(tariffs: Tariffs, day: date, amounts: tuple[Any, Any], pces: int) -> int | None:
    """Of *pces* of the same tariffs: of their Wh and dm³ together, and the fixed parts of each."""
    one = tariff_on(tariffs, day)
    energy, volume = (None if amount is None else int(amount) for amount in amounts)
    whole = day_cost(one, day, energy, volume) if one else None
    if one is None or whole is None:
        return None
    return whole + (pces - 1) * (day_cost(one, day, 0, 0) or 0)


def _valued(asked: Asked) -> ColumnElement[bool]:
    valued: ColumnElement[bool] = asked.day.quality > Quality.ABSENT
    return valued


def _days(db: Session, asked: Asked, shared: Shared, ids: Sequence[int]) -> Read:
    spent: Spent = {}
    keys = _keys(asked, shared)
    day_ = asked.day
    lacks = [day_.energy_wh.is_(None).label("no_wh"), day_.volume_dm3.is_(None).label("no_dm3")]
    due = func.count(case((due_of(asked)[0], 1)))
    amounts = func.sum(day_.energy_wh), func.sum(day_.volume_dm3)
    query = days_read(asked, day_.gas_day, func.count(), due, *amounts, *lacks, *keys)
    query = query.where(_valued(asked)).group_by(day_.gas_day, *keys, "no_wh", "no_dm3")
    for day, count, known, energy, volume, _wh, _dm3, *key in db.execute(query):
        cost = _cost(shared.tariffs(tuple(key)), day, (energy, volume), count)
        _more(spent, day, cost, (count, known) if cost is None else (0, 0))
    faces = _faces(db, asked, shared) if asked.compares else {}
    return spent, faces, _parts_by_day(db, asked, shared, ids)


def _faces(db: Session, asked: Asked, shared: Shared) -> dict[date, Face]:
    """By day, the costs of those that have one then and a year before, which may be read."""
    before, keys, now = asked.days.alias(), _keys(asked, shared), asked.day
    found: dict[date, Face] = {}
    step = Step.WEEK if asked.step is Step.WEEK else Step.DAY
    lacks = [
        now.volume_dm3.is_(None).label("no_now"),
        before.c.volume_dm3.is_(None).label("no_then"),
    ]
    sides = [
        func.sum(column) for row in (now, before.c) for column in (row.energy_wh, row.volume_dm3)
    ]
    for low, high, shift in shifts(asked.first, asked.last, 1, step):
        columns = now.gas_day, func.count(), *sides, *lacks, *keys
        query = faced_days(db, asked, before, shift, *columns)
        query = query.where(now.gas_day.between(low, high))
        query = query.group_by(now.gas_day, *keys, "no_now", "no_then")
        for day, count, wh, dm3, old_wh, old_dm3, _now, _then, *key in db.execute(query):
            tariffs = shared.tariffs(tuple(key))
            this = _cost(tariffs, day, (wh, dm3), count)
            then = _cost(tariffs, day - shift * DAY, (old_wh, old_dm3), count)
            if this is not None and then is not None:
                _faced(found, day, Face(count, this, then))
    return found


def _parts_by_day(db: Session, asked: Asked, shared: Shared, ids: Sequence[int]) -> list[Part]:
    parts: dict[int, dict[date, int | None]] = {id_: {} for id_ in ids}
    row = asked.day
    columns = row.pce_id, row.gas_day, row.energy_wh, row.volume_dm3
    query = days_read(asked, *columns, *_keys(asked, shared))
    query = query.where(_valued(asked), row.pce_id.in_(ids))
    for id_, day, energy, volume, *key in db.execute(query):
        parts[id_][day] = _cost(shared.tariffs(tuple(key)), day, (energy, volume), 1)
    return list(parts.values())


def _months(db: Session, asked: Asked, shared: Shared, ids: Sequence[int]) -> Read:
    """The same from the roll-up: a month in which a price changes has its energy spread evenly."""
    months = [asked.first]
    while (after := month_of(months[-1], 1)) <= asked.last:
        months.append(after)
    calendar = calendar_of(tuple(months), asked.viewer.today)
    read = months_read(asked.viewer, asked.scope, calendar).subquery("read")
    blind = blind_of(read.c.energy_wh, read.c.volume_dm3).label("blind")
    priced = select(read, blind, *_keys(asked, shared))
    priced = priced.join(asked.scope, asked.scope.c.id == read.c.id)
    each = priced.subquery("each").c
    spent: Spent = {}
    keys = [each[column.name] for column in shared.columns]
    kinds = each.month, each.known, each.blind
    query = select(*kinds, func.count(), func.sum(each.energy_wh))
    query = query.add_columns(func.sum(each.volume_dm3), *keys).where(each.known > 0)
    for month, known, unknown, count, energy, volume, *key in db.execute(
        query.group_by(*kinds, *keys)
    ):
        use = month_use((month, known, unknown), energy, volume, count)
        cost = month_cost(shared.tariffs(tuple(key)), use)
        _more(spent, month, cost.atto_eur, (cost.unpriced, cost.unpriced))
    faces = _faces_by_month(db, each, shared) if asked.compares else {}
    return spent, faces, _parts_by_month(db, each, shared, ids)


def _faces_by_month(db: Session, each: Any, shared: Shared) -> dict[date, Face]:  # noqa: ANN401
    faces: dict[date, Face] = {}
    keys = [each[column.name] for column in shared.columns]
    sides = func.sum(each.this_wh), func.sum(each.before_wh)
    query = select(each.month, each.shared, func.count(), *sides, *keys).where(each.shared > 0)
    for month, days, count, this, before, *key in db.execute(
        query.group_by(each.month, each.shared, *keys)
    ):
        tariffs, then = shared.tariffs(tuple(key)), month_of(month, -MONTHS)
        now = month_cost(tariffs, MonthUse(month, int(this), None, days, count))
        old = month_cost(tariffs, MonthUse(then, int(before), None, days, count))
        known = now.atto_eur is not None and old.atto_eur is not None
        if known and not now.unpriced and not old.unpriced:
            _faced(faces, month, Face(days * count, now.atto_eur or 0, old.atto_eur or 0))
    return faces


def _parts_by_month(
    db: Session,
    each: Any,  # noqa: ANN401 (columns of a subquery)
    shared: Shared,
    ids: Sequence[int],
) -> list[Part]:
    parts: dict[int, dict[date, int | None]] = {id_: {} for id_ in ids}
    keys = [each[column.name] for column in shared.columns]
    kinds = each.month, each.known, each.blind
    query = select(each.id, *kinds, each.energy_wh, each.volume_dm3, *keys)
    for id_, month, known, unknown, energy, volume, *key in db.execute(
        query.where(each.known > 0, each.id.in_(ids))
    ):
        use = month_use((month, known, unknown), energy, volume, 1)
        parts[id_][month] = month_cost(shared.tariffs(tuple(key)), use).atto_eur
    return list(parts.values())
