"""Rebuild the monthly roll-up from days, read or shared out, a month at a time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from sqlalchemy import Connection, Date, Integer, TextClause, bindparam, exists, func, select, text
from sqlalchemy.orm import Session

from data.metering.consumption.actions.standings import mark_standings_stale, store_standings
from data.metering.consumption.models import (
    ConsumptionPeriod,
    MonthlyConsumption,
    PeriodDay,
    Reading,
)
from data.metering.consumption.rules.calendar import DAY
from data.metering.consumption.rules.fleet import face_of
from data.metering.consumption.types import Flag, Quality
from data.provenance import DataSource

Energies: TypeAlias = Mapping[date, int | None]
Span: TypeAlias = tuple[date, date]  # the end is exclusive

_MONTH = {
    "sqlite": "substr(r.gas_day, 1, 7) || '-01'",
    "postgresql": "date_trunc('month', r.gas_day)::date",
}
# The same date a year before; 29 February has no counterpart.
_YEAR_BEFORE = {
    "sqlite": "b.gas_day = printf('%04d', substr(r.gas_day, 1, 4) - 1) || substr(r.gas_day, 5)",
    "postgresql": """b.gas_day = (r.gas_day - interval '1 year')::date
        AND to_char(r.gas_day, 'MMDD') <> '0229'""",
}
_OWN = f"""
    coalesce(sum(r.energy_wh), 0) AS energy_wh, coalesce(sum(r.volume_dm3), 0) AS volume_dm3,
    sum(CASE WHEN r.quality >= {Quality.CORRECTED:d} THEN 1 ELSE 0 END) AS days_measured,
    sum(CASE WHEN r.quality = {Quality.ESTIMATED:d} THEN 1 ELSE 0 END) AS days_estimated,
    sum(CASE WHEN r.quality = {Quality.RECONSTRUCTED:d} THEN 1 ELSE 0 END) AS days_reconstructed,
    sum(CASE WHEN r.quality = {Quality.ABSENT:d} THEN 1 ELSE 0 END) AS days_absent,
    sum(CASE WHEN (r.source = {DataSource.DEPOSIT:d} AND r.quality > {Quality.RECONSTRUCTED:d})
        OR r.flags & {Flag.FROM_DEPOSIT:d} <> 0 THEN 1 ELSE 0 END) AS days_deposited"""
_READ, _SHARED = "0 AS days_prorated", "sum(r.prorated) AS days_prorated"
_FACE = """
    count(r.energy_wh + b.energy_wh) AS days_shared,
    coalesce(sum(CASE WHEN b.energy_wh IS NOT NULL THEN r.energy_wh END), 0) AS shared_wh,
    coalesce(sum(CASE WHEN r.energy_wh IS NOT NULL THEN b.energy_wh END), 0) AS before_wh"""
# For PCEs with period shares: a share counts only on a day whose reading has no value.
_TOLD = f"""SELECT o.pce_id, o.gas_day, o.energy_wh, o.volume_dm3, o.quality, o.flags, o.source,
        0 AS prorated FROM readings o WHERE {{0}} AND NOT EXISTS (SELECT 1 FROM period_days s
        WHERE s.pce_id = o.pce_id AND s.gas_day = o.gas_day)
    UNION ALL SELECT o.pce_id, o.gas_day, o.energy_wh, o.volume_dm3, o.quality,
        CASE o.source WHEN {DataSource.DEPOSIT:d} THEN {Flag.FROM_DEPOSIT:d} ELSE 0 END, o.source,
        1 FROM period_days o WHERE {{0}}"""  # noqa: S608 (nothing here comes from outside)
_COLUMNS = """pce_id, month, energy_wh, volume_dm3, days_measured, days_estimated,
    days_reconstructed, days_absent, days_deposited, days_prorated, days_shared, shared_wh,
    before_wh"""
_UPSERT = """
    ON CONFLICT (pce_id, month) DO UPDATE SET
    energy_wh = excluded.energy_wh, volume_dm3 = excluded.volume_dm3,
    days_measured = excluded.days_measured, days_estimated = excluded.days_estimated,
    days_reconstructed = excluded.days_reconstructed, days_absent = excluded.days_absent,
    days_deposited = excluded.days_deposited, days_prorated = excluded.days_prorated,
    days_shared = excluded.days_shared,
    shared_wh = excluded.shared_wh, before_wh = excluded.before_wh"""
_LAST_YEAR = 9998  # later months have no year after them in the calendar


def _bound(sql: str) -> TextClause:
    days = [bindparam("first", type_=Date), bindparam("after", type_=Date)]
    return text(sql).bindparams(bindparam("pce", type_=Integer), *days)


def _from(same: str, days: str = "readings") -> str:
    return f"FROM {days} r LEFT JOIN {days} b ON b.pce_id = r.pce_id AND {same}"


# SQLite would sort to group by month, so each month is inserted by a walk of the primary key. The
# year before is summed in Python: looking up each day would take twice as long.
_WHERE = "{0}.pce_id = ? AND {0}.gas_day >= ? AND {0}.gas_day < ?"
_FILL_MONTH = f"""INSERT INTO monthly_consumption ({_COLUMNS})
    SELECT r.pce_id, ?, {_OWN}, {_READ}, ?, ?, ? FROM readings r
    WHERE {_WHERE.format("r")}
    HAVING count(*) > 0 {_UPSERT}"""  # noqa: S608 (nothing here comes from outside)
_FILL_SHARED_MONTH = f"""INSERT INTO monthly_consumption ({_COLUMNS})
    SELECT r.pce_id, ?, {_OWN}, {_SHARED}, ?, ?, ? FROM ({_TOLD.format(_WHERE.format("o"))}) r
    WHERE true
    HAVING count(*) > 0 {_UPSERT}"""  # noqa: S608
_ENERGIES = """SELECT gas_day, energy_wh FROM readings
    WHERE pce_id = ? AND gas_day >= ? AND gas_day < ? AND energy_wh IS NOT NULL"""
_SHARES = _ENERGIES.replace("readings", "period_days")
_FILL_SPAN = _bound(
    f"""INSERT INTO monthly_consumption ({_COLUMNS})
    SELECT r.pce_id, {_MONTH["postgresql"]} AS month, {_OWN}, {_READ}, {_FACE}
    {_from(_YEAR_BEFORE["postgresql"])}
    WHERE r.pce_id = :pce AND r.gas_day >= :first AND r.gas_day < :after
    GROUP BY 1, 2 {_UPSERT}"""
)
_FILL_SHARED_SPAN = _bound(
    f"""INSERT INTO monthly_consumption ({_COLUMNS})
    WITH told AS ({_TOLD.format("o.pce_id = :pce")})
    SELECT r.pce_id, {_MONTH["postgresql"]} AS month, {_OWN}, {_SHARED}, {_FACE}
    {_from(_YEAR_BEFORE["postgresql"], "told")}
    WHERE r.gas_day >= :first AND r.gas_day < :after
    GROUP BY 1, 2 {_UPSERT}"""
)
_HAS_SHARES = select(exists().where(PeriodDay.pce_id == bindparam("pce")))
_CLEAR = _bound(
    "DELETE FROM monthly_consumption WHERE pce_id = :pce AND month >= :first AND month < :after"
)


def next_month(month: date) -> date:
    year, number = divmod(month.year * 12 + month.month, 12)
    return date(year, number + 1, 1)


def roll_up(  # noqa: PLR0913 (a PCE, its days, and what is known of them)
    db: Session,
    pce_id: int,
    first: date,
    last: date,
    *,
    emptied: bool = True,
    energies: Energies | None = None,
    today: date | None = None,
) -> None:
    """Rebuild the months of `first`…`last`, and a year later, which are compared with them.

    `emptied` says that days may have been removed. `energies` are the Wh of every day of the PCE,
    when the caller has them. Standings are recomputed as of `today`, or marked stale without it.
    """
    connection = db.connection()
    start, end = first.replace(day=1), next_month(last)
    if emptied:
        connection.execute(_CLEAR, {"pce": pce_id, "first": start, "after": end})
    spans = [(start, end)]
    if end.year < _LAST_YEAR:
        later = max(end, start.replace(year=start.year + 1)), end.replace(year=end.year + 1)
        spans.append(later)
    shared = bool(connection.scalar(_HAS_SHARES, {"pce": pce_id}))
    if connection.dialect.name == "sqlite":
        energies_read = (
            _energies(connection, pce_id, spans, _ENERGIES) if energies is None else energies
        )
        if shared:
            energies_read = {**_energies(connection, pce_id, spans, _SHARES), **energies_read}
        months = list(_faced(pce_id, spans, energies_read))
        if shared:
            months = [(*month, *month[-3:]) for month in months]
        connection.exec_driver_sql(_FILL_SHARED_MONTH if shared else _FILL_MONTH, months)
    else:
        values = [{"pce": pce_id, "first": low, "after": high} for low, high in spans]
        connection.execute(_FILL_SHARED_SPAN if shared else _FILL_SPAN, values)
    if today is None:
        mark_standings_stale(db, [pce_id])
    else:
        store_standings(db, [pce_id], today)


def _energies(connection: Connection, pce_id: int, spans: Sequence[Span], query: str) -> Energies:
    """Return the stored energies of `spans` and of the same days a year before."""
    low = spans[0][0].replace(year=max(1, spans[0][0].year - 1))
    parameters = pce_id, low.isoformat(), spans[-1][1].isoformat()
    rows = connection.exec_driver_sql(query, parameters)
    return {date.fromisoformat(day): energy for day, energy in rows}


def _faced(
    pce_id: int, spans: Sequence[Span], energies_by_day: Energies
) -> Iterator[tuple[object, ...]]:
    """Yield the parameters of `_FILL_MONTH`, one tuple a month."""
    base = min(energies_by_day, default=date.max).toordinal()
    energy: list[int | None] = []
    if energies_by_day:
        energy = [None] * (max(energies_by_day).toordinal() - base + 1)
        for day, wh in energies_by_day.items():
            energy[day.toordinal() - base] = wh
    for start, end in spans:
        month = start
        while month < end:
            after = next_month(month)
            face = face_of(energy, base, month, after - DAY)
            name = month.isoformat()
            sums = face.days, face.this_wh, face.before_wh
            yield name, *sums, pce_id, name, after.isoformat()
            month = after


def last_pce(db: Session) -> int:
    """Return the highest PCE id with readings or a roll-up, 0 when there is none."""
    tables = (Reading, ConsumptionPeriod, PeriodDay, MonthlyConsumption)
    return max(db.scalar(select(func.max(table.pce_id))) or 0 for table in tables)


def differing_months(db: Session, first_pce: int, last_pce: int) -> list[tuple[int, date]]:
    """Return the (PCE, month) pairs, for ids `first_pce`…`last_pce`, whose roll-up is wrong."""
    dialect = db.connection().dialect.name
    month, before = _MONTH[dialect], _YEAR_BEFORE[dialect]
    rough = "SELECT DISTINCT pce_id FROM period_days WHERE pce_id BETWEEN :low AND :high"
    raw = f"""SELECT r.pce_id, {month} AS month, {_OWN}, {_READ}, {_FACE} {_from(before)}
        WHERE r.pce_id BETWEEN :low AND :high AND r.pce_id NOT IN (SELECT pce_id FROM rough)
        GROUP BY 1, 2
        UNION ALL SELECT r.pce_id, {month} AS month, {_OWN}, {_SHARED}, {_FACE}
        {_from(before, "told")} GROUP BY 1, 2"""  # noqa: S608 (nothing here comes from outside)
    stored_query = f"SELECT {_COLUMNS} FROM monthly_consumption WHERE pce_id BETWEEN :low AND :high"  # noqa: S608
    sql = f"""WITH rough AS MATERIALIZED ({rough}),
        told AS MATERIALIZED ({_TOLD.format("o.pce_id IN (SELECT pce_id FROM rough)")}),
        raw AS ({raw}), kept AS ({stored_query})
        SELECT pce_id, month FROM (SELECT * FROM raw EXCEPT SELECT * FROM kept) AS a
        UNION SELECT pce_id, month FROM (SELECT * FROM kept EXCEPT SELECT * FROM raw) AS b
        ORDER BY 1, 2"""  # noqa: S608
    statement = text(sql).columns(pce_id=Integer, month=Date)
    rows = db.execute(statement, {"low": first_pce, "high": last_pce})
    return [(row.pce_id, row.month) for row in rows]
