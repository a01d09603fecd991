"""The monthly roll-up: always what the readings say, rebuilt from them a month at a time."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from sqlalchemy import Date, Integer, TextClause, bindparam, func, select, text
from sqlalchemy.orm import Session

from data.consumption.models import MonthlyConsumption, Reading
from data.consumption.types import Quality

_MONTH = {
    "sqlite": "substr(gas_day, 1, 7) || '-01'",
    "postgresql": "date_trunc('month', gas_day)::date",
}
_SUMS = f"""
    coalesce(sum(energy_wh), 0) AS energy_wh, coalesce(sum(volume_dm3), 0) AS volume_dm3,
    sum(CASE WHEN quality >= {Quality.CORRECTED:d} THEN 1 ELSE 0 END) AS days_measured,
    sum(CASE WHEN quality = {Quality.ESTIMATED:d} THEN 1 ELSE 0 END) AS days_estimated,
    sum(CASE WHEN quality = {Quality.RECONSTRUCTED:d} THEN 1 ELSE 0 END) AS days_reconstructed,
    sum(CASE WHEN quality = {Quality.ABSENT:d} THEN 1 ELSE 0 END) AS days_absent"""
_COLUMNS = """pce_id, month, energy_wh, volume_dm3,
    days_measured, days_estimated, days_reconstructed, days_absent"""
_UPSERT = """
    ON CONFLICT (pce_id, month) DO UPDATE SET
    energy_wh = excluded.energy_wh, volume_dm3 = excluded.volume_dm3,
    days_measured = excluded.days_measured, days_estimated = excluded.days_estimated,
    days_reconstructed = excluded.days_reconstructed, days_absent = excluded.days_absent"""


def _bound(sql: str) -> TextClause:
    days = [bindparam("first", type_=Date), bindparam("after", type_=Date)]
    return text(sql).bindparams(bindparam("pce", type_=Integer), *days)


# SQLite would sort to group by month: a month at a time only walks the primary key.
_FILL_MONTH = f"""INSERT INTO monthly_consumption ({_COLUMNS})
    SELECT pce_id, ?, {_SUMS} FROM readings
    WHERE pce_id = ? AND gas_day >= ? AND gas_day < ?
    HAVING count(*) > 0 {_UPSERT}"""  # noqa: S608 (nothing here comes from outside)
_FILL_SPAN = _bound(
    f"""INSERT INTO monthly_consumption ({_COLUMNS})
    SELECT pce_id, {_MONTH["postgresql"]} AS month, {_SUMS} FROM readings
    WHERE pce_id = :pce AND gas_day >= :first AND gas_day < :after
    GROUP BY 1, 2 {_UPSERT}"""  # noqa: S608
)
_CLEAR = _bound(
    "DELETE FROM monthly_consumption WHERE pce_id = :pce AND month >= :first AND month < :after"
)


def next_month(month: date) -> date:
    year, number = divmod(month.year * 12 + month.month, 12)
    return date(year, number + 1, 1)


def roll_up(db: Session, pce_id: int, first: date, last: date, *, emptied: bool = True) -> None:
    """Rebuild the months of *first*…*last*; *emptied* says that a day may have been removed."""
    connection = db.connection()
    start, end = first.replace(day=1), next_month(last)
    span = {"pce": pce_id, "first": start, "after": end}
    if emptied:
        connection.execute(_CLEAR, span)
    if connection.dialect.name == "sqlite":
        months = [month.isoformat() for month in (*_months(start, end), end)]
        spans = [(month, pce_id, month, after) for month, after in pairwise(months)]
        connection.exec_driver_sql(_FILL_MONTH, spans)
    else:
        connection.execute(_FILL_SPAN, span)


def _months(start: date, end: date) -> Iterator[date]:
    while start < end:
        yield start
        start = next_month(start)


def last_pce(db: Session) -> int:
    """The highest PCE id that has readings or a roll-up; 0 when there is none."""
    tables = (Reading, MonthlyConsumption)
    return max(db.scalar(select(func.max(table.pce_id))) or 0 for table in tables)


def differing_months(db: Session, first_pce: int, last_pce: int) -> list[tuple[int, date]]:
    """(PCE, month) whose roll-up is not what the readings of PCE *first_pce*…*last_pce* say."""
    month = _MONTH[db.connection().dialect.name]
    raw = f"""SELECT pce_id, {month} AS month, {_SUMS} FROM readings
        WHERE pce_id BETWEEN :low AND :high GROUP BY 1, 2"""  # noqa: S608
    kept = f"SELECT {_COLUMNS} FROM monthly_consumption WHERE pce_id BETWEEN :low AND :high"  # noqa: S608
    sql = f"""WITH raw AS ({raw}), kept AS ({kept})
        SELECT pce_id, month FROM (SELECT * FROM raw EXCEPT SELECT * FROM kept) AS a
        UNION SELECT pce_id, month FROM (SELECT * FROM kept EXCEPT SELECT * FROM raw) AS b
        ORDER BY 1, 2"""  # noqa: S608
    statement = text(sql).columns(pce_id=Integer, month=Date)
    rows = db.execute(statement, {"low": first_pce, "high": last_pce})
    return [(row.pce_id, row.month) for row in rows]
