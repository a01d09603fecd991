"""The sums that are kept of a fleet: triggers keep them, a job looks at night whether they are."""

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

from data.consumption.models import FleetMonthSum, FleetStanding, FleetSum
from data.consumption.queries.alike import BLIND, KNOWN
from data.consumption.queries.fleet import totals_of
from data.consumption.queries.monthly import ROLLED
from data.db import upsert
from data.pces.models import Pce, PceTag

_TABLES: tuple[Any, ...] = (FleetSum.__table__, FleetMonthSum.__table__)
_WHOSE = ("organisation_id", "tag", "holder_id")


def gather_sums(db: Session) -> None:
    """Have one part of each sum: those of connections that are writing now stay apart."""
    postgresql = db.connection().dialect.name == "postgresql"
    for table in _TABLES:
        if postgresql:
            _fold(db, table)
        db.execute(delete(table).where(table.c.part == 0, table.c.pces == 0))


def _fold(db: Session, table: Any) -> None:  # noqa: ANN401 (of `_TABLES`)
    key, keys, sums = tuple_(*table.primary_key), _keys(table), _sums(table)
    apart = select(*table.primary_key).where(table.c.part != 0).with_for_update(skip_locked=True)
    gone = delete(table).where(key.in_(apart)).returning(*table.c).cte("gone")
    whole = select(
        *(gone.c[name] for name in keys),
        literal(0).label("part"),
        *(cast(func.sum(gone.c[name]), BigInteger).label(name) for name in sums),
    ).group_by(*(gone.c[name] for name in keys))
    added = upsert(db, table).from_select([*keys, "part", *sums], whole)
    more = {name: table.c[name] + added.excluded[name] for name in sums}
    db.execute(added.on_conflict_do_update(index_elements=[*keys, "part"], set_=more))


def differing_sums(db: Session) -> int:
    """How many sums are not what stands, or what the roll-up says, or are missing."""
    return sum(_differing(db, table) for table in _TABLES)


def _differing(db: Session, table: Any) -> int:  # noqa: ANN401 (of `_TABLES`)
    keys, sums = _keys(table), [func.sum(table.c[name]) for name in _sums(table)]
    kept = (
        select(*(table.c[name] for name in keys), *sums)
        .group_by(*(table.c[name] for name in keys))
        .having(or_(*(one != 0 for one in sums)))
    )
    right = _right(table)
    either = [select(except_(*two).subquery()) for two in ((right, kept), (kept, right))]
    found = select(func.count()).select_from(union_all(*either).subquery())
    return db.scalar(found) or 0


def sum_again(db: Session) -> None:
    """Make all of them anew; nobody writes what is summed meanwhile."""
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
    """What *table* should hold: its keys, then its sums."""
    tagged = select(PceTag.pce_id, PceTag.organisation_id, PceTag.tag)
    all_ = select(
        Pce.id.label("pce_id"), literal(0).label("organisation_id"), literal("").label("tag")
    )
    whose = union_all(all_, tagged).subquery("whose")
    source, told, where = _of_standings() if table is _TABLES[0] else _of_months()
    told |= {"organisation_id": whose.c.organisation_id, "tag": whose.c.tag}
    told["holder_id"] = func.coalesce(Pce.holder_id, 0)
    keys = [told[name] for name in _keys(table)]
    sums = [func.coalesce(told[name], 0) for name in _sums(table)]
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
    told = {column.name: column.element for column in totals_of(row.c)}
    counts = {"pces": func.count(), "valued": func.count(row.c.energy_wh)}
    return row, {"period": row.c.period, **counts, **told}, true()


def _of_months() -> Source:
    row = ROLLED.__table__
    told: dict[str, ColumnElement[Any]] = {
        "month": row.c.month,
        "days": KNOWN,
        "blind": BLIND,
        "pces": func.count(),
        "energy_wh": func.sum(row.c.energy_wh),
        "volume_dm3": func.sum(row.c.volume_dm3),
        "this_wh": func.sum(row.c.shared_wh),
        "before_wh": func.sum(row.c.before_wh),
    }
    return row, told, KNOWN > 0
