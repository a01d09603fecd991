"""For migrations: the sums of a fleet as tables, and the triggers that keep them true."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op


class Kept(NamedTuple):
    """`table` holds the sums of `source`: what each row `r` of it is in by its `keys`, and adds."""

    table: str
    source: str
    keys: Mapping[str, str]
    sums: Mapping[str, str]
    where: str
    reads: Sequence[str]  # columns of `source`


# As migration 0042 made them: what is changed since is said by a later one.
_TOLD = "r.shared >= 5 AND 2 * r.shared >= r.due AND r.before_wh > 0"
_DRIFTS = "100 * (r.this_wh - r.before_wh) > 5 * r.before_wh"
_DAYS = "r.days_measured + r.days_estimated + r.days_reconstructed"
_BLIND = (
    "CASE WHEN r.energy_wh = 0 AND r.volume_dm3 > 0 THEN 1"
    " WHEN r.volume_dm3 = 0 AND r.energy_wh > 0 THEN 2 ELSE 0 END"
)
_STANDING = ("energy_wh", "known", "due", "shared", "this_wh", "before_wh")
_MONTH = ("energy_wh", "volume_dm3", "days_measured", "days_estimated", "days_reconstructed")
STANDINGS = Kept(
    "fleet_sums",
    "fleet_standings",
    {"period": "r.period"},
    {
        "pces": "1",
        "complete": "CASE WHEN r.due > 0 AND r.known >= r.due THEN 1 ELSE 0 END",
        "expected": "CASE WHEN r.due > 0 THEN 1 ELSE 0 END",
        "drifting": f"CASE WHEN {_TOLD} AND {_DRIFTS} THEN 1 ELSE 0 END",
        "ranked": f"CASE WHEN {_TOLD} THEN 1 ELSE 0 END",
        "valued": "CASE WHEN r.energy_wh IS NULL THEN 0 ELSE 1 END",
        **{name: f"coalesce(r.{name}, 0)" for name in _STANDING},
    },
    "1 = 1",
    ("period", *_STANDING),
)
MONTHS = Kept(
    "fleet_month_sums",
    "monthly_consumption",
    {"month": "r.month", "days": _DAYS, "blind": _BLIND},
    {
        "pces": "1",
        "energy_wh": "r.energy_wh",
        "volume_dm3": "r.volume_dm3",
        "this_wh": "r.shared_wh",
        "before_wh": "r.before_wh",
    },
    f"{_DAYS} > 0",
    ("month", *_MONTH, "shared_wh", "before_wh"),
)
_WHOSE = ("organisation_id", "tag", "holder_id")


def create_table(kept: Kept) -> None:
    kinds: dict[str, sa.types.TypeEngine[Any]] = {"period": sa.String(10), "month": sa.Date()}
    small: list[sa.Column[Any]] = [
        sa.Column(name, kinds.get(name, sa.SmallInteger()), nullable=False) for name in kept.keys
    ]
    op.create_table(
        kept.table,
        *small,
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in kept.sums),
        sa.PrimaryKeyConstraint(*_order(kept), name=op.f(f"pk_{kept.table}")),
        sqlite_with_rowid=False,
    )


def _order(kept: Kept) -> list[str]:
    first, *rest = kept.keys
    return [first, *_WHOSE, *rest, "part"]


def _add(kept: Kept, source: str, sign: str, part: str) -> str:
    """Add to the sums what the rows `r` of *source* are, for each `m` and `h` that counts them."""
    keys = {**kept.keys, "organisation_id": "m.organisation_id", "tag": "m.tag"}
    keys |= {"holder_id": "h.holder_id", "part": part}
    sums = {name: f"sum(({sign}) * ({said}))" for name, said in kept.sums.items()}
    new = ", ".join(f"{name} = {kept.table}.{name} + excluded.{name}" for name in sums)
    return (
        f"INSERT INTO {kept.table} ({', '.join([*keys, *sums])})"  # noqa: S608 (our own names)
        f" SELECT {', '.join([*keys.values(), *sums.values()])} FROM {source}"
        f" WHERE {kept.where} GROUP BY {', '.join(str(at + 1) for at in range(len(keys)))}"
        f" HAVING {' OR '.join(f'{said} <> 0' for said in sums.values())}"
        f" ON CONFLICT ({', '.join(_order(kept))}) DO UPDATE SET {new}"
    )


_HOLDER = "(SELECT id, coalesce(holder_id, 0) AS holder_id FROM pces) AS h"
_TAGS = (
    "(SELECT id AS pce_id, 0 AS organisation_id, '' AS tag FROM pces"
    " UNION ALL SELECT pce_id, organisation_id, tag FROM pce_tags) AS m"
)
_EVERYTHING = (
    f"{{source}} AS r JOIN {_HOLDER} ON h.id = r.pce_id JOIN {_TAGS} ON m.pce_id = r.pce_id"
)
_MOVED = (
    "{source} AS r JOIN (SELECT 1 AS sign, coalesce(NEW.holder_id, 0) AS holder_id"
    " UNION ALL SELECT -1, coalesce(OLD.holder_id, 0)) AS h ON r.pce_id = NEW.id"
    " JOIN (SELECT 0 AS organisation_id, '' AS tag UNION ALL"
    " SELECT organisation_id, tag FROM pce_tags WHERE pce_id = NEW.id) AS m ON 1 = 1"
)
_TAGGED = (
    "(SELECT {row}.organisation_id AS organisation_id, {row}.tag AS tag) AS m"
    f" JOIN {_HOLDER} ON h.id = {{row}}.pce_id JOIN {{source}} AS r ON r.pce_id = h.id"
)


def _tagged(every: Sequence[Kept], row: str, sign: str, part: str) -> list[str]:
    return [_add(kept, _TAGGED.format(row=row, source=kept.source), sign, part) for kept in every]


def _moved(every: Sequence[Kept], part: str) -> list[str]:
    return [_add(kept, _MOVED.format(source=kept.source), "h.sign", part) for kept in every]


_OF_ROW = (
    "({rows}) AS r JOIN"
    " (SELECT coalesce(holder_id, 0) AS holder_id FROM pces WHERE id = {row}.pce_id) AS h"
    " JOIN (SELECT 0 AS organisation_id, '' AS tag UNION ALL"
    " SELECT organisation_id, tag FROM pce_tags WHERE pce_id = {row}.pce_id) AS m"
)
_OF_ROWS = (
    "({rows}) AS r JOIN"
    " (SELECT id, coalesce(holder_id, 0) AS holder_id FROM pces) AS h ON h.id = r.pce_id"
    " CROSS JOIN LATERAL (SELECT 0 AS organisation_id, '' AS tag UNION ALL"
    " SELECT t.organisation_id, t.tag FROM pce_tags AS t WHERE t.pce_id = r.pce_id) AS m"
)
_EVENTS = {"added": "INSERT", "changed": "UPDATE", "removed": "DELETE"}
_SIGNS = {"added": {"NEW": 1}, "changed": {"NEW": 1, "OLD": -1}, "removed": {"OLD": -1}}


def _sqlite(every: Sequence[Kept], part: str) -> Iterator[str]:
    for kept in every:
        for how, event in _EVENTS.items():
            rows = " UNION ALL ".join(
                f"SELECT {sign} AS sign, {row}.pce_id AS pce_id, "
                + ", ".join(f"{row}.{name} AS {name}" for name in kept.reads)
                for row, sign in _SIGNS[how].items()
            )
            one = next(iter(_SIGNS[how]))
            whose = _OF_ROW.format(rows=rows, row=one)
            other = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in kept.reads)
            when = f"WHEN {other} " if how == "changed" else ""
            yield (
                f"CREATE TRIGGER {kept.table}_{how} AFTER {event} ON {kept.source} {when}"
                f"BEGIN {_add(kept, whose, 'r.sign', part)}; END"
            )
    yield (
        "CREATE TRIGGER fleet_sums_held AFTER UPDATE OF holder_id ON pces"
        f" WHEN NEW.holder_id IS NOT OLD.holder_id BEGIN {'; '.join(_moved(every, part))}; END"
    )
    for event, row, sign in (("INSERT", "NEW", "1"), ("DELETE", "OLD", "-1")):
        yield (
            f"CREATE TRIGGER fleet_sums_tag_{event.lower()} AFTER {event} ON pce_tags"
            f" BEGIN {'; '.join(_tagged(every, row, sign, part))}; END"
        )


_TABLES = {"NEW": "NEW TABLE AS fresh", "OLD": "OLD TABLE AS stale"}
_NAMED = {"NEW": "fresh", "OLD": "stale"}


def _postgresql(every: Sequence[Kept], part: str) -> Iterator[str]:
    for kept in every:
        for how, event in _EVENTS.items():
            rows = " UNION ALL ".join(
                f"SELECT {sign} AS sign, pce_id, {', '.join(kept.reads)} FROM {_NAMED[row]}"  # noqa: S608 (the same)
                for row, sign in _SIGNS[how].items()
            )
            whose = _OF_ROWS.format(rows=rows)
            tables = " ".join(_TABLES[row] for row in _SIGNS[how])
            each = f"REFERENCING {tables} FOR EACH STATEMENT"
            work = [_add(kept, whose, "r.sign", part)]
            yield from _function(f"{kept.table}_{how}", work, f"{event} ON {kept.source}", each)
    other = "FOR EACH ROW WHEN (NEW.holder_id IS DISTINCT FROM OLD.holder_id)"
    held = "UPDATE OF holder_id ON pces"
    yield from _function("fleet_sums_held", _moved(every, part), held, other)
    for event, row, sign in (("INSERT", "NEW", "1"), ("DELETE", "OLD", "-1")):
        # Held, so that nobody changes meanwhile what is added here.
        work = [f"PERFORM 1 FROM pces WHERE id = {row}.pce_id FOR UPDATE"]
        work += _tagged(every, row, sign, part)
        name = f"fleet_sums_tag_{event.lower()}"
        yield from _function(name, work, f"{event} ON pce_tags", "FOR EACH ROW")


def _function(name: str, work: Sequence[str], event: str, each: str) -> Iterator[str]:
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {'; '.join(work)}; RETURN NULL; END $$"
    )
    yield f"CREATE TRIGGER {name} AFTER {event} {each} EXECUTE FUNCTION {name}()"


def fill(kept: Kept) -> None:
    """Write the sums of all that is there, into a table that is empty."""
    op.execute(_add(kept, _EVERYTHING.format(source=kept.source), "1", "0"))


def create_triggers(every: Sequence[Kept]) -> None:
    lite = op.get_bind().dialect.name == "sqlite"
    made = _sqlite(every, "0") if lite else _postgresql(every, "pg_backend_pid()")
    for statement in made:
        op.execute(statement)


def drop_triggers(every: Sequence[Kept]) -> None:
    """Take away what `create_triggers` made of the same tables."""
    names = {f"{kept.table}_{how}": kept.source for kept in every for how in _EVENTS}
    names |= {"fleet_sums_held": "pces"}
    names |= {f"fleet_sums_tag_{event}": "pce_tags" for event in ("insert", "delete")}
    lite = op.get_bind().dialect.name == "sqlite"
    for name, table in names.items():
        if lite:
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
