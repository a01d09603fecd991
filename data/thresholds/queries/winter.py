"""What weather-corrected thresholds judge by: days to learn from, temperatures, what was frozen.

A span says which days of a PCE may be read: whoever asks has cut it to the right it has.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from sqlalchemy import Date, Integer, column, text
from sqlalchemy.orm import Session

from data.consumption.types import Quality
from data.db import Prepared, Rows
from data.signatures.types import Fit, Past
from data.thresholds.models import ThresholdReference
from data.thresholds.rules.winter import REFERENCE
from data.thresholds.types import Learnt
from data.weather.queries import local_means

_SQL = """SELECT r.pce_id, r.gas_day, r.energy_wh, r.temperature_c100, r.quality FROM {}
    WHERE r.energy_wh IS NOT NULL OR r.temperature_c100 IS NOT NULL"""
_ASKED = {
    "sqlite": """json_each(:asked) a JOIN readings r
        ON r.pce_id = json_extract(a.value, '$[0]')
        AND r.gas_day BETWEEN json_extract(a.value, '$[1]') AND json_extract(a.value, '$[2]')""",
    "postgresql": """jsonb_array_elements(CAST(:asked AS jsonb)) a JOIN readings r
        ON r.pce_id = (a.value->>0)::int
        AND r.gas_day BETWEEN (a.value->>1)::date AND (a.value->>2)::date""",
}
_READER = {
    name: Prepared(
        text(_SQL.format(source)).columns(
            column("pce_id", Integer),
            column("gas_day", Date),
            *(column(name, Integer) for name in ("energy_wh", "temperature_c100", "quality")),
        )
    )
    for name, source in _ASKED.items()
}


class Readable(NamedTuple):
    """The days of a PCE that may be read, ends included."""

    pce_id: int
    first: date
    last: date


def temperatures_of(db: Session, asked: Sequence[Readable]) -> dict[int, dict[date, int]]:
    """By PCE and day, 1/100 °C: the reading's own, else what is told of its place."""
    found = _local(db, asked)
    for pce_id, day, _energy, degrees, _quality in _rows(db, asked):
        if degrees is not None:
            found[pce_id][day] = degrees
    return found


def pasts_of(db: Session, asked: Sequence[tuple[Readable, date]]) -> list[Past]:
    """The reference of each that ends on the day given, measured days alone, in that order."""
    spans = sorted({one for one, _last in asked})
    temperatures = _local(db, spans)
    energies: dict[int, dict[date, int]] = {one.pce_id: {} for one in spans}
    for pce_id, day, energy, degrees, quality in _rows(db, spans):
        if degrees is not None:
            temperatures[pce_id][day] = degrees
        if energy is not None and quality >= Quality.CORRECTED:
            energies[pce_id][day] = energy
    return [_past(last, energies[one.pce_id], temperatures[one.pce_id]) for one, last in asked]


def _past(last: date, energy: Mapping[date, int], degrees: Mapping[date, int]) -> Past:
    first = last - REFERENCE
    return Past(first, _column(first, energy), _column(first, degrees) / 100)


def _column(first: date, values: Mapping[date, int]) -> "np.typing.NDArray[np.float64]":
    made = np.full(REFERENCE.days + 1, np.nan)
    places = {(day - first).days: value for day, value in values.items()}
    within = {place: value for place, value in places.items() if 0 <= place < len(made)}
    made[list(within)] = list(within.values())
    return made


def _rows(db: Session, asked: Sequence[Readable]) -> Rows:
    told = [[pce, low.isoformat(), high.isoformat()] for pce, low, high in asked if low <= high]
    if not told:
        return []
    reader = _READER[db.connection().dialect.name]
    return reader.rows(db, {"asked": json.dumps(told)})


def _local(db: Session, asked: Sequence[Readable]) -> dict[int, dict[date, int]]:
    means = local_means(db, asked)
    return {one.pce_id: means.of(one.pce_id) for one in asked}


def reference_span(pce_id: int, readable: tuple[date, date] | None, last: date) -> Readable:
    """The days of the reference that ends on *last*, of those that may be read."""
    low, high = readable or (date.max, date.min)
    return Readable(pce_id, max(low, last - REFERENCE), min(high, last))


def learnt_of(rows: Iterable[ThresholdReference]) -> dict[tuple[int, int], dict[date, Learnt]]:
    """What is frozen, by (threshold, PCE) and the last day of its reference."""
    found: dict[tuple[int, int], dict[date, Learnt]] = {}
    for row in rows:
        fit = Fit(
            row.base,
            row.baseload_wh,
            row.slope_wh,
            row.use,
            row.out,
            row.weeks,
            row.r2,
            row.cvrmse,
            row.reason,
        )
        mine = found.setdefault((row.threshold_id, row.pce_id), {})
        mine[row.last_day] = Learnt(row.first_day, row.last_day, fit, row.usual_wh)
    return found
