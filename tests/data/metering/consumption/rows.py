"""Statements by hand, and the tables as plain rows, for the tests of the store."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from data.metering.consumption.models import (
    ConsumptionPeriod,
    MonthlyConsumption,
    Reading,
    ReadingRevision,
)
from data.metering.consumption.types import DayStatement, PceDelivery, Quality, Status

FIRST = date(2026, 10, 20)
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TABLES = (Reading, ReadingRevision, MonthlyConsumption, ConsumptionPeriod)
UNCOMPARED = {"pce_id", "learnt_at", "told", "replaced"}


def on(place: int) -> date:
    return FIRST + timedelta(days=place)


def stated(place: int, **values) -> DayStatement:
    """A measured day of 10 m³ on a counter that turns by 10 m³ a day."""
    return DayStatement(
        **{
            "gas_day": on(place),
            "energy_wh": 108_000,
            "volume_dm3": 10_000,
            "index_start_dm3": place * 10_000,
            "index_end_dm3": (place + 1) * 10_000,
            "coefficient_e4": 108_000,
            "temperature_c100": None,
            "quality": Quality.MEASURED,
            "status": Status.UNKNOWN,
        }
        | values
    )


def absent(place: int, **values) -> DayStatement:
    return DayStatement(
        on(place), None, None, None, None, None, None, Quality.ABSENT, Status.UNKNOWN, **values
    )


def delivery(*days: DayStatement, periods=()) -> PceDelivery:
    return PceDelivery(None, days, tuple(periods))


def rows(db, model, pce_id: int) -> list[dict]:
    """The rows of one PCE in order of key, without what depends on when we heard."""
    table = model.__table__
    found = db.execute(
        select(*(c for c in table.c if c.name not in UNCOMPARED))
        .where(table.c.pce_id == pce_id)
        .order_by(*(c for c in table.primary_key if c.name != "pce_id"))
    )
    return [dict(row._mapping) for row in found]


def everything(db, pce_id: int) -> dict[str, list[dict]]:
    db.flush()
    return {model.__tablename__: rows(db, model, pce_id) for model in TABLES}


def reading(db, pce_id: int, place: int) -> dict | None:
    return next((r for r in rows(db, Reading, pce_id) if r["gas_day"] == on(place)), None)
