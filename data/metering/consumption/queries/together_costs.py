"""Compute the cost of several PCEs, by day or month, at each one's prices.

PCEs with the same tariffs are summed in SQL; amounts are in 1e-18 €, so that sums are exact.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from data.metering.consumption.queries.monthly_by_tariff import blind_of, month_use
from data.metering.consumption.queries.months import get_calendar_cte, get_readable_months_query
from data.metering.consumption.queries.together_days import (
    Found,
    SelectionQuery,
    get_days_read,
    get_faced_days,
    is_due_columns,
)
from data.metering.consumption.rules.calendar import DAY, comparison_shifts
from data.metering.consumption.rules.fleet import MONTHS
from data.metering.consumption.rules.together import NO_FACE, Part, Sum
from data.metering.consumption.types import Face, Quality, SeriesStep
from data.metering.pces.rules import month_of
from data.metering.prices.queries import SharedTariffs
from data.metering.prices.rules.costs import day_cost, month_cost, tariff_on
from data.metering.prices.types import MonthUse, Tariffs

Spent = dict[date, Sum]  # by day or first day of month


def sum_selection_costs(
    db: Session,
    sum_query: SelectionQuery,
    shared: SharedTariffs,
    figures: Found,
    *,
    by_whole_month: bool,
) -> Found:
    """Return `figures` in euros: days without price count as unknown and are counted apart."""
    sums, tops, _parts = figures
    ids = [id_ for id_, _most in tops]
    spent, faces, parts = (_months if by_whole_month else _days)(db, sum_query, shared, ids)
    priced_sums = []
    for day_sum in sums:
        cost = spent.get(day_sum.day, Sum(day_sum.day, None, 0))
        known_days, face = (
            max(0, day_sum.known_days - cost.known_days),
            faces.get(day_sum.day, NO_FACE),
        )
        priced_sums.append(
            replace(
                day_sum, value=cost.value, known_days=known_days, face=face, unpriced=cost.unpriced
            )
        )
    return priced_sums, tops, parts


# `known_days` of a Sum here counts days due without price
Read = tuple[Spent, dict[date, Face], list[Part]]


def _keys(sum_query: SelectionQuery, shared: SharedTariffs) -> list[ColumnElement[int]]:
    return [sum_query.scope.c[column.name] for column in shared.columns]


def _more(spent: Spent, day: date, cost: int | None, lacking: tuple[int, int]) -> None:
    """Add a cost on `day`, and the numbers of PCEs without price: all, and those due."""
    day_sum = spent.get(day, Sum(day, None, 0))
    value = day_sum.value if cost is None else (day_sum.value or 0) + cost
    all_, due = lacking
    spent[day] = replace(
        day_sum, value=value, unpriced=day_sum.unpriced + all_, known_days=day_sum.known_days + due
    )


def _faced(faces: dict[date, Face], day: date, face: Face) -> None:
    day_face = faces.get(day, NO_FACE)
    faces[day] = Face(
        day_face.days + face.days,
        day_face.this_wh + face.this_wh,
        day_face.before_wh + face.before_wh,
    )


def _cost(tariffs: Tariffs, day: date, amounts: tuple[Any, Any], pces: int) -> int | None:
    """Compute the cost of `pces` with the same tariffs: total Wh and dm³, fixed parts of each."""
    tariff = tariff_on(tariffs, day)
    energy, volume = (None if amount is None else int(amount) for amount in amounts)
    first_cost = day_cost(tariff, day, energy, volume) if tariff else None
    if tariff is None or first_cost is None:
        return None
    return first_cost + (pces - 1) * (day_cost(tariff, day, 0, 0) or 0)


def _valued(asked: SelectionQuery) -> ColumnElement[bool]:
    valued: ColumnElement[bool] = asked.day.quality > Quality.ABSENT
    return valued


def _days(
    db: Session, sum_query: SelectionQuery, shared: SharedTariffs, ids: Sequence[int]
) -> Read:
    spent: Spent = {}
    keys = _keys(sum_query, shared)
    day_ = sum_query.day
    lacks = [day_.energy_wh.is_(None).label("no_wh"), day_.volume_dm3.is_(None).label("no_dm3")]
    due = func.count(case((is_due_columns(sum_query)[0], 1)))
    amounts = func.sum(day_.energy_wh), func.sum(day_.volume_dm3)
    query = get_days_read(sum_query, day_.gas_day, func.count(), due, *amounts, *lacks, *keys)
    query = query.where(_valued(sum_query)).group_by(day_.gas_day, *keys, "no_wh", "no_dm3")
    for day, count, known_days, energy, volume, _wh, _dm3, *key in db.execute(query):
        cost = _cost(shared.tariffs(tuple(key)), day, (energy, volume), count)
        _more(spent, day, cost, (count, known_days) if cost is None else (0, 0))
    faces = _faces(db, sum_query, shared) if sum_query.compares else {}
    return spent, faces, _parts_by_day(db, sum_query, shared, ids)


def _faces(db: Session, sum_query: SelectionQuery, shared: SharedTariffs) -> dict[date, Face]:
    """Return costs by day, over PCEs priced both on the day and on the day a year before."""
    before, keys, now = sum_query.days.alias(), _keys(sum_query, shared), sum_query.day
    faces_by_day: dict[date, Face] = {}
    step = SeriesStep.WEEK if sum_query.step is SeriesStep.WEEK else SeriesStep.DAY
    lacks = [
        now.volume_dm3.is_(None).label("no_now"),
        before.c.volume_dm3.is_(None).label("no_then"),
    ]
    sides = [
        func.sum(column) for row in (now, before.c) for column in (row.energy_wh, row.volume_dm3)
    ]
    for low, high, shift in comparison_shifts(sum_query.first, sum_query.last, 1, step):
        columns = now.gas_day, func.count(), *sides, *lacks, *keys
        query = get_faced_days(db, sum_query, before, shift, *columns)
        query = query.where(now.gas_day.between(low, high))
        query = query.group_by(now.gas_day, *keys, "no_now", "no_then")
        for day, count, wh, dm3, old_wh, old_dm3, _now, _then, *key in db.execute(query):
            tariffs = shared.tariffs(tuple(key))
            this = _cost(tariffs, day, (wh, dm3), count)
            then = _cost(tariffs, day - shift * DAY, (old_wh, old_dm3), count)
            if this is not None and then is not None:
                _faced(faces_by_day, day, Face(count, this, then))
    return faces_by_day


def _parts_by_day(
    db: Session, sum_query: SelectionQuery, shared: SharedTariffs, ids: Sequence[int]
) -> list[Part]:
    parts: dict[int, dict[date, int | None]] = {id_: {} for id_ in ids}
    row = sum_query.day
    columns = row.pce_id, row.gas_day, row.energy_wh, row.volume_dm3
    query = get_days_read(sum_query, *columns, *_keys(sum_query, shared))
    query = query.where(_valued(sum_query), row.pce_id.in_(ids))
    for id_, day, energy, volume, *key in db.execute(query):
        parts[id_][day] = _cost(shared.tariffs(tuple(key)), day, (energy, volume), 1)
    return list(parts.values())


def _months(
    db: Session, sum_query: SelectionQuery, shared: SharedTariffs, ids: Sequence[int]
) -> Read:
    """Read costs from the roll-up; in a month with a price change, energy is spread evenly."""
    months = [sum_query.first]
    while (after := month_of(months[-1], 1)) <= sum_query.last:
        months.append(after)
    calendar = get_calendar_cte(tuple(months), sum_query.viewer.today)
    read = get_readable_months_query(sum_query.viewer, sum_query.scope, calendar).subquery("read")
    blind = blind_of(read.c.energy_wh, read.c.volume_dm3).label("blind")
    priced = select(read, blind, *_keys(sum_query, shared))
    priced = priced.join(sum_query.scope, sum_query.scope.c.id == read.c.id)
    each = priced.subquery("each").c
    spent: Spent = {}
    keys = [each[column.name] for column in shared.columns]
    kinds = each.month, each.known, each.blind
    query = select(*kinds, func.count(), func.sum(each.energy_wh))
    query = query.add_columns(func.sum(each.volume_dm3), *keys).where(each.known > 0)
    for month, known_days, unknown, count, energy, volume, *key in db.execute(
        query.group_by(*kinds, *keys)
    ):
        use = month_use((month, known_days, unknown), energy, volume, count)
        cost = month_cost(shared.tariffs(tuple(key)), use)
        _more(spent, month, cost.atto_eur, (cost.unpriced, cost.unpriced))
    faces = _faces_by_month(db, each, shared) if sum_query.compares else {}
    return spent, faces, _parts_by_month(db, each, shared, ids)


def _faces_by_month(db: Session, each: Any, shared: SharedTariffs) -> dict[date, Face]:  # noqa: ANN401
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
        has_costs = now.atto_eur is not None and old.atto_eur is not None
        if has_costs and not now.unpriced and not old.unpriced:
            _faced(faces, month, Face(days * count, now.atto_eur or 0, old.atto_eur or 0))
    return faces


def _parts_by_month(
    db: Session,
    each: Any,  # noqa: ANN401 (columns of a subquery)
    shared: SharedTariffs,
    ids: Sequence[int],
) -> list[Part]:
    parts: dict[int, dict[date, int | None]] = {id_: {} for id_ in ids}
    keys = [each[column.name] for column in shared.columns]
    kinds = each.month, each.known, each.blind
    query = select(each.id, *kinds, each.energy_wh, each.volume_dm3, *keys)
    for id_, month, known_days, unknown, energy, volume, *key in db.execute(
        query.where(each.known > 0, each.id.in_(ids))
    ):
        use = month_use((month, known_days, unknown), energy, volume, 1)
        parts[id_][month] = month_cost(shared.tariffs(tuple(key)), use).atto_eur
    return list(parts.values())
