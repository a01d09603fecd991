"""Compare a file with what is known of its PCE, before anything is stored."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.metering.consumption.models import ConsumptionPeriod, MonthlyConsumption, Reading
from data.metering.consumption.rules.curves import Curve, draw_curve
from data.metering.consumption.rules.plausibility import (
    FLOOR_DM3,
    FLOOR_WH,
    ConsumptionPace,
    days_in,
    find_coefficient_doubt,
    find_doubt,
    months_in,
    sample_of,
    spread,
)
from data.metering.consumption.types import PceDelivery, PlausibilityDoubt


def check_delivery(db: Session, pce_id: int, delivery: PceDelivery) -> dict[str, Any]:
    """Compare the curve of `delivery` with the stored one and describe what looks implausible.

    Returns plain JSON values for the check's row. A file without energy is examined by volume.
    """
    for measure, floor in (("energy_wh", FLOOR_WH), ("volume_dm3", FLOOR_DM3)):
        file = days_in(delivery, measure)
        if file:
            history = _history(db, pce_id, measure)
            doubt = find_doubt(months_in(file), history, floor) or _coefficient_doubt(delivery)
            stored_values = _values_in_force(db, pce_id, measure, min(file), max(file))
            return {
                "measure": measure,
                "doubt": None if doubt is None else asdict(doubt),
                "curve": _plain_curve(draw_curve(file, stored_values)),
                "days": len(file),
                "most": max(file.values()) if delivery.days else None,
                "sample": _sample(delivery, file) if doubt else [],
            }
    return {"doubt": None, "curve": None}


def _coefficient_doubt(delivery: PceDelivery) -> PlausibilityDoubt | None:
    energies, volumes = (days_in(delivery, measure) for measure in ("energy_wh", "volume_dm3"))
    return find_coefficient_doubt(energies, volumes)


def _sample(delivery: PceDelivery, file: Mapping[date, int]) -> list[tuple[str, int]]:
    """Return sample days to look up at other sites, when the file does not name the PCE itself."""
    if delivery.pce or not delivery.days:
        return []
    return [(day.isoformat(), amount) for day, amount in sample_of(file)]


def span_of(delivery: PceDelivery) -> tuple[date | None, date | None]:
    """Return the first and last day that `delivery` has data for."""
    days = [day.gas_day for day in delivery.days] + [day for day, _ in delivery.temperatures]
    days += [day for p in delivery.periods for day in (p.first_day, p.last_day)]
    days += [day for p in delivery.injections for day in (p.first_day, p.last_day)]
    return min(days, default=None), max(days, default=None)


def _plain_curve(curve: Curve | None) -> dict[str, Any] | None:
    if curve is None:
        return None
    starts = [start.isoformat() for start in curve.starts]
    return {
        "step": curve.step.value,
        "starts": starts,
        "file": list(curve.file),
        "known": list(curve.stored_means),
    }


def _history(db: Session, pce_id: int, measure: str) -> Mapping[date, ConsumptionPace]:
    """Return the known consumption by month; for a PCE without days, what its periods give."""
    row = MonthlyConsumption
    amount = getattr(row, measure)
    other = row.volume_dm3 if measure == "energy_wh" else row.energy_wh
    days = row.days_measured + row.days_estimated + row.days_reconstructed
    months = select(row.month, amount, days).where(
        row.pce_id == pce_id,
        days > 0,
        # a zero beside another measure means "not measured", not "nothing used"
        or_(amount > 0, other == 0),
    )
    paces_by_month = {
        month: ConsumptionPace(total, known_days) for month, total, known_days in db.execute(months)
    }
    return paces_by_month or months_in(spread(_periods(db, pce_id, measure, date.min, date.max)))


def _values_in_force(
    db: Session, pce_id: int, measure: str, first: date, last: date
) -> dict[date, int]:
    """Return the stored value of each gas day that the file covers."""
    amount = getattr(Reading, measure)
    rows = select(Reading.gas_day, amount).where(
        Reading.pce_id == pce_id, Reading.gas_day.between(first, last), amount.is_not(None)
    )
    values_by_day: dict[date, int] = {row.gas_day: row[1] for row in db.execute(rows)}
    return values_by_day or {
        day: value
        for day, value in spread(_periods(db, pce_id, measure, first, last)).items()
        if first <= day <= last
    }


def _periods(
    db: Session, pce_id: int, measure: str, first: date, last: date
) -> list[tuple[date, date, int]]:
    """Return the periods in force that overlap the days, shortest last so that it wins."""
    row = ConsumptionPeriod
    amount = getattr(row, measure)
    rows = select(row.first_day, row.last_day, amount).where(
        row.pce_id == pce_id,
        row.first_day <= last,
        row.last_day >= first,
        ~row.replaced,
        amount.is_not(None),
    )
    periods = [(start, end, value) for start, end, value in db.execute(rows)]
    return sorted(periods, key=lambda line: (line[0] - line[1], line[0]))
