"""The days that periods stand for, where no reading tells them, and the months that count them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

_DAY = timedelta(days=1)
_DEPOSIT = 4
_FROM_DEPOSIT = 8
_ESTIMATED, _CORRECTED = 2, 3
Amounts = tuple[int | None, int | None]
Told = dict[date, dict[str, Any]]

_PERIODS = sa.text(
    """SELECT pce_id, kind, first_day, last_day, energy_wh, volume_dm3, quality, source
    FROM consumption_periods p
    WHERE NOT replaced AND (energy_wh IS NOT NULL OR volume_dm3 IS NOT NULL)
    AND (kind <> 'PUBLISHED' OR (
        NOT EXISTS (SELECT 1 FROM readings r WHERE r.pce_id = p.pce_id)
        AND NOT EXISTS (SELECT 1 FROM consumption_periods s WHERE s.pce_id = p.pce_id
            AND s.kind <> 'PUBLISHED' AND NOT s.replaced
            AND (s.energy_wh IS NOT NULL OR s.volume_dm3 IS NOT NULL))))
    AND NOT (kind = 'WEEK' AND EXISTS (SELECT 1 FROM consumption_periods m
        WHERE m.pce_id = p.pce_id AND m.kind = 'MONTH' AND NOT m.replaced
        AND (m.energy_wh IS NOT NULL OR m.volume_dm3 IS NOT NULL)
        AND m.first_day <= p.last_day AND m.last_day >= p.first_day
        AND (m.first_day > p.first_day OR m.last_day < p.last_day)))
    ORDER BY pce_id, as_of DESC, first_day"""
).columns(first_day=sa.Date, last_day=sa.Date)
_READINGS = sa.text(
    """SELECT gas_day, energy_wh, volume_dm3, quality, flags, source FROM readings
    WHERE pce_id = :pce"""
).columns(gas_day=sa.Date)


def upgrade() -> None:
    table = op.create_table(
        "period_days",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("gas_day", sa.Date(), nullable=False),
        sa.Column("energy_wh", sa.BigInteger(), nullable=True),
        sa.Column("volume_dm3", sa.BigInteger(), nullable=True),
        sa.Column("quality", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.SmallInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("billed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_period_days_pce_id")),
        sa.PrimaryKeyConstraint("pce_id", "gas_day", name=op.f("pk_period_days")),
        sqlite_with_rowid=False,
    )
    op.add_column(
        "monthly_consumption",
        sa.Column("days_prorated", sa.SmallInteger(), server_default="0", nullable=False),
    )
    for pce_id, lines in _by_pce():
        _share(table, pce_id, lines)
    # Of which only volumes were known, and whose energy was said to be nothing.
    op.execute("UPDATE fleet_standings SET last_day = '0001-01-01' WHERE energy_wh = 0")


def _by_pce() -> Iterator[tuple[int, list[Any]]]:
    found: dict[int, list[Any]] = {}
    for row in op.get_bind().execute(_PERIODS):
        found.setdefault(row.pce_id, []).append(row)
    yield from found.items()


def _share(table: sa.Table, pce_id: int, lines: Sequence[Any]) -> None:
    bind = op.get_bind()
    readings = {
        row["gas_day"]: {**row, "prorated": 0}
        for row in bind.execute(_READINGS, {"pce": pce_id}).mappings()
    }
    shares = _shares(lines, readings)
    if not shares:
        return
    names = ("energy_wh", "volume_dm3", "quality", "source", "first_day", "last_day", "billed")
    bind.execute(
        table.insert(),
        [
            {"pce_id": pce_id, "gas_day": day} | {name: one[name] for name in names}
            for day, one in shares.items()
        ],
    )
    _sum(pce_id, {**readings, **shares}, shares)
    # The job works out again those whose last day is past.
    distrusted = sa.text("UPDATE fleet_standings SET last_day = '0001-01-01' WHERE pce_id = :pce")
    bind.execute(distrusted, {"pce": pce_id})


def _shares(lines: Sequence[Any], readings: Told) -> Told:
    """As `rules.shared` did when this was written."""
    known: dict[date, Amounts] = {
        day: both
        for day, row in readings.items()
        if (both := (row["energy_wh"], row["volume_dm3"])) != (None, None)
    }
    published = lines[0].kind == "PUBLISHED"
    if not published:
        lines = [line for line in lines if line.kind != "PUBLISHED"]
        lines = sorted(lines, key=lambda line: (line.last_day - line.first_day, line.first_day))
    found: Told = {}
    for line in lines:
        days = [line.first_day + n * _DAY for n in range((line.last_day - line.first_day).days + 1)]
        empty = [day for day in days if day not in known]
        total, parts = (line.energy_wh, line.volume_dm3), days
        if not published and len(empty) < len(days):
            if any(day in readings for day in empty):
                continue
            total, parts = _less(total, [known[day] for day in days if day in known]), empty
        if total == (None, None):
            continue
        for place, day in enumerate(parts):
            if day in known:
                continue
            known[day] = tuple(_part(amount, place, len(parts)) for amount in total)
            found[day] = {
                "energy_wh": known[day][0],
                "volume_dm3": known[day][1],
                "quality": line.quality,
                "source": line.source,
                "first_day": line.first_day,
                "last_day": line.last_day,
                "billed": published,
                "flags": _FROM_DEPOSIT if line.source == _DEPOSIT else 0,
                "prorated": 1,
            }
    return found


def _part(amount: int | None, place: int, parts: int) -> int | None:
    return None if amount is None else amount * (place + 1) // parts - amount * place // parts


def _less(total: Amounts, known: Sequence[Amounts]) -> Amounts:
    left = [
        None if amount is None else amount - sum(one[n] or 0 for one in known)
        for n, amount in enumerate(total)
    ]
    return tuple(amount if amount and amount > 0 else None for amount in left)


def _sum(pce_id: int, days: Told, shares: Told) -> None:
    """Write the months in which a share lies, and those a year later, which face them."""
    months = {day.replace(day=1) for day in shares}
    months |= {month.replace(year=month.year + 1) for month in months}
    rows = []
    for month in sorted(months):
        told = {day: one for day, one in days.items() if day.replace(day=1) == month}
        if told:
            rows.append({"pce_id": pce_id, "month": month} | _sums(told, days))
    bind = op.get_bind()
    gone = sa.text("DELETE FROM monthly_consumption WHERE pce_id = :pce AND month = :month")
    gone = gone.bindparams(sa.bindparam("month", type_=sa.Date))
    bind.execute(gone, [{"pce": pce_id, "month": row["month"]} for row in rows])
    others = (sa.column(name) for name in rows[0] if name != "month")
    kept = sa.table("monthly_consumption", sa.column("month", sa.Date), *others)
    bind.execute(kept.insert(), rows)


def _sums(told: Told, days: Told) -> Mapping[str, int]:
    rows = told.values()
    faced = [
        (one["energy_wh"], days[then]["energy_wh"])
        for day, one in told.items()
        if (then := _year_before(day)) in days
        and one["energy_wh"] is not None
        and days[then]["energy_wh"] is not None
    ]
    return {
        "energy_wh": sum(one["energy_wh"] or 0 for one in rows),
        "volume_dm3": sum(one["volume_dm3"] or 0 for one in rows),
        "days_measured": sum(one["quality"] >= _CORRECTED for one in rows),
        "days_estimated": sum(one["quality"] == _ESTIMATED for one in rows),
        "days_reconstructed": sum(one["quality"] == 1 for one in rows),
        "days_absent": sum(one["quality"] == 0 for one in rows),
        "days_deposited": sum(_is_deposited(one) for one in rows),
        "days_prorated": sum(one["prorated"] for one in rows),
        "days_shared": len(faced),
        "shared_wh": sum(now for now, _then in faced),
        "before_wh": sum(then for _now, then in faced),
    }


def _is_deposited(one: Mapping[str, Any]) -> bool:
    stated = one["source"] == _DEPOSIT and one["quality"] > 1 and not one["prorated"]
    return bool(stated or one["flags"] & _FROM_DEPOSIT)


def _year_before(day: date) -> date:
    """None has the 29th of February: it faces nothing."""
    leap = (day.month, day.day) == (2, 29)
    return date.min if leap else day.replace(year=day.year - 1)
