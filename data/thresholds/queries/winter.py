"""Query the inputs of weather-corrected thresholds: days, temperatures, frozen signatures.

A span gives the readable days of a PCE: the caller has already cut it to the right.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from sqlalchemy import Date, Integer, column, text
from sqlalchemy.orm import Session

from core.database import Prepared, Rows
from data.analysis.signatures.types import Fit, Past
from data.metering.consumption.types import Quality
from data.metering.weather.queries import load_local_means
from data.thresholds.models import ThresholdReference
from data.thresholds.rules.winter import REFERENCE
from data.thresholds.types import LearnedReference

_SQL = """SELECT r.pce_id, r.gas_day, r.energy_wh, r.temperature_c100, r.quality FROM {}
    WHERE r.energy_wh IS NOT NULL OR r.temperature_c100 IS NOT NULL"""
READINGS_ASKED = {  # by dialect: the readings of `:asked`, as [pce_id, first, last]
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
    for name, source in READINGS_ASKED.items()
}


class Readable(NamedTuple):
    """Readable days of a PCE, both ends included."""

    pce_id: int
    first: date
    last: date


def load_temperatures(db: Session, spans: Sequence[Readable]) -> dict[int, dict[date, int]]:
    """Return temperatures by PCE and day in 1/100 °C: the reading's, else the place's."""
    temperatures = _local(db, spans)
    for pce_id, day, _energy, degrees, _quality in _rows(db, spans):
        if degrees is not None:
            temperatures[pce_id][day] = degrees
    return temperatures


def list_references(db: Session, references: Sequence[tuple[Readable, date]]) -> list[Past]:
    """Return the reference of each span that ends on the given day, measured days only."""
    spans = sorted({span for span, _last in references})
    temperatures = _local(db, spans)
    energies: dict[int, dict[date, int]] = {span.pce_id: {} for span in spans}
    for pce_id, day, energy, degrees, quality in _rows(db, spans):
        if degrees is not None:
            temperatures[pce_id][day] = degrees
        if energy is not None and quality >= Quality.CORRECTED:
            energies[pce_id][day] = energy
    return [
        _past(last, energies[span.pce_id], temperatures[span.pce_id]) for span, last in references
    ]


def _past(last: date, energy: Mapping[date, int], degrees: Mapping[date, int]) -> Past:
    first = last - REFERENCE
    return Past(first, _column(first, energy), _column(first, degrees) / 100)


def _column(first: date, values: Mapping[date, int]) -> "np.typing.NDArray[np.float64]":
    column = np.full(REFERENCE.days + 1, np.nan)
    places = {(day - first).days: value for day, value in values.items()}
    within = {place: value for place, value in places.items() if 0 <= place < len(column)}
    column[list(within)] = list(within.values())
    return column


def _rows(db: Session, spans: Sequence[Readable]) -> Rows:
    valid_spans = [
        [pce, low.isoformat(), high.isoformat()] for pce, low, high in spans if low <= high
    ]
    if not valid_spans:
        return []
    reader = _READER[db.connection().dialect.name]
    return reader.rows(db, {"asked": json.dumps(valid_spans)})


def _local(db: Session, spans: Sequence[Readable]) -> dict[int, dict[date, int]]:
    means = load_local_means(db, spans)
    return {span.pce_id: means.of(span.pce_id) for span in spans}


def get_reference_span(pce_id: int, readable: tuple[date, date] | None, last: date) -> Readable:
    """Return the readable days of the reference that ends on `last`."""
    low, high = readable or (date.max, date.min)
    return Readable(pce_id, max(low, last - REFERENCE), min(high, last))


def load_frozen_signatures(
    rows: Iterable[ThresholdReference],
) -> dict[tuple[int, int], dict[date, LearnedReference]]:
    """Return frozen signatures by (threshold, PCE) and last day of their reference."""
    signatures: dict[tuple[int, int], dict[date, LearnedReference]] = {}
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
        mine = signatures.setdefault((row.threshold_id, row.pce_id), {})
        mine[row.last_day] = LearnedReference(row.first_day, row.last_day, fit, row.usual_wh)
    return signatures
