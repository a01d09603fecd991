"""Gather, check and rebuild the fleet sums that triggers maintain."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    cast,
    delete,
    except_,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from core.database import upsert
from data.metering.consumption.models import FleetMonthSum, FleetStanding, FleetSum
from data.metering.consumption.queries.fleet import sum_total_columns
from data.metering.consumption.queries.monthly_by_tariff import BLIND, KNOWN
from data.metering.consumption.queries.months import ROLLED
from data.metering.pces.models import Pce, PceTag

_TABLES: tuple[Any, ...] = (FleetSum.__table__, FleetMonthSum.__table__)
_WHOSE = ("organisation_id", "tag", "holder_id")


def merge_sums(db: Session) -> None:
    """Merge the parts of each sum, except those that other connections are writing."""
    postgresql = db.connection().dialect.name == "postgresql"
    for table in _TABLES:
        if postgresql:
            _fold(db, table)
        db.execute(delete(table).where(table.c.part == 0, table.c.pces == 0))


def _fold(db: Session, table: Any) -> None:  # noqa: ANN401 (of `_TABLES`)
    key, keys, sums = tuple_(*table.primary_key), _keys(table), _sums(table)
    pending_parts = (
        select(*table.primary_key).where(table.c.part != 0).with_for_update(skip_locked=True)
    )
    gone = delete(table).where(key.in_(pending_parts)).returning(*table.c).cte("gone")
    merged_rows = select(
        *(gone.c[name] for name in keys),
        literal(0).label("part"),
        *(cast(func.sum(gone.c[name]), BigInteger).label(name) for name in sums),
    ).group_by(*(gone.c[name] for name in keys))
    added = upsert(db, table).from_select([*keys, "part", *sums], merged_rows)
    more = {name: table.c[name] + added.excluded[name] for name in sums}
    db.execute(added.on_conflict_do_update(index_elements=[*keys, "part"], set_=more))


def count_differing_sums(db: Session) -> int:
    """Count the sums that are missing or differ from the standings or the roll-up."""
    return sum(_differing(db, table) for table in _TABLES)


def _differing(db: Session, table: Any) -> int:  # noqa: ANN401 (of `_TABLES`)
    keys, sums = _keys(table), [func.sum(table.c[name]) for name in _sums(table)]
    stored_query = (
        select(*(table.c[name] for name in keys), *sums)
        .group_by(*(table.c[name] for name in keys))
        .having(or_(*(sum_column != 0 for sum_column in sums)))
    )
    right = _right(table)
    either = [
        select(except_(*two).subquery()) for two in ((right, stored_query), (stored_query, right))
    ]
    difference_count = select(func.count()).select_from(union_all(*either).subquery())
    return db.scalar(difference_count) or 0


def rebuild_sums(db: Session) -> None:
    """Rebuild all sums, locking the tables they are computed from on PostgreSQL."""
    if db.connection().dialect.name == "postgresql":
        db.execute(
            text("LOCK TABLE pces, pce_tags, fleet_standings, monthly_consumption IN SHARE MODE")
        )
    for table in _TABLES:
        db.execute(delete(table))
        names = [*_keys(table), *_sums(table), "part"]
        db.execute(insert(table).from_select(names, _right(table).add_columns(literal(0))))


def _keys(table: Any) -> list[str]:  # noqa: ANN401 (of `_TABLES`)
    return [column.name for column in table.primary_key if column.name != "part"]


def _sums(table: Any) -> list[str]:  # noqa: ANN401 (of `_TABLES`)
    return [column.name for column in table.c if not column.primary_key]


def _right(table: Any) -> Select[Any]:  # noqa: ANN401 (of `_TABLES`)
    """Select what `table` should hold: its keys, then its sums."""
    tagged = select(PceTag.pce_id, PceTag.organisation_id, PceTag.tag)
    all_ = select(
        Pce.id.label("pce_id"), literal(0).label("organisation_id"), literal("").label("tag")
    )
    whose = union_all(all_, tagged).subquery("whose")
    source, columns_by_name, where = _of_standings() if table is _TABLES[0] else _of_months()
    columns_by_name |= {"organisation_id": whose.c.organisation_id, "tag": whose.c.tag}
    columns_by_name["holder_id"] = func.coalesce(Pce.holder_id, 0)
    keys = [columns_by_name[name] for name in _keys(table)]
    sums = [func.coalesce(columns_by_name[name], 0) for name in _sums(table)]
    return (
        select(*keys, *sums)
        .select_from(source)
        .join(Pce, Pce.id == source.c.pce_id)
        .join(whose, whose.c.pce_id == source.c.pce_id)
        .where(where)
        .group_by(*keys)
    )


Source = tuple[Any, dict[str, ColumnElement[Any]], ColumnElement[bool]]


def _of_standings() -> Source:
    row = FleetStanding.__table__
    total_columns = {column.name: column.element for column in sum_total_columns(row.c)}
    counts = {"pces": func.count(), "valued": func.count(row.c.energy_wh)}
    return row, {"period": row.c.period, **counts, **total_columns}, true()


def _of_months() -> Source:
    row = ROLLED.__table__
    columns_by_name: dict[str, ColumnElement[Any]] = {
        "month": row.c.month,
        "days": KNOWN,
        "blind": BLIND,
        "pces": func.count(),
        "energy_wh": func.sum(row.c.energy_wh),
        "volume_dm3": func.sum(row.c.volume_dm3),
        "this_wh": func.sum(row.c.shared_wh),
        "before_wh": func.sum(row.c.before_wh),
    }
    return row, columns_by_name, KNOWN > 0
