"""Write the triggers that keep the sums of a fleet true (ADR 0033)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from data.migrations.initial.triggers import create_function


class _FleetSum(NamedTuple):
    """`table` holds `sums` of the rows `r` of `source`, grouped by `keys`, PCE tag and holder."""

    table: str
    source: str
    keys: Mapping[str, str]
    sums: Mapping[str, str]
    where: str
    reads: Sequence[str]  # columns of `source`


_COMPARABLE = "r.shared >= 5 AND 2 * r.shared >= r.due AND r.before_wh > 0"
_DRIFTS = "100 * (r.this_wh - r.before_wh) > 5 * r.before_wh"
_DAYS = "r.days_measured + r.days_estimated + r.days_reconstructed"
_BLIND = (
    "CASE WHEN r.energy_wh = 0 AND r.volume_dm3 > 0 THEN 1"
    " WHEN r.volume_dm3 = 0 AND r.energy_wh > 0 THEN 2 ELSE 0 END"
)
_STANDING_COLUMNS = ("energy_wh", "known", "due", "shared", "this_wh", "before_wh")
_MONTH_COLUMNS = (
    "energy_wh",
    "volume_dm3",
    "days_measured",
    "days_estimated",
    "days_reconstructed",
)
_STANDINGS = _FleetSum(
    "fleet_sums",
    "fleet_standings",
    {"period": "r.period"},
    {
        "pces": "1",
        "complete": "CASE WHEN r.due > 0 AND r.known >= r.due THEN 1 ELSE 0 END",
        "expected": "CASE WHEN r.due > 0 THEN 1 ELSE 0 END",
        "drifting": f"CASE WHEN {_COMPARABLE} AND {_DRIFTS} THEN 1 ELSE 0 END",
        "ranked": f"CASE WHEN {_COMPARABLE} THEN 1 ELSE 0 END",
        "valued": "CASE WHEN r.energy_wh IS NULL THEN 0 ELSE 1 END",
        **{name: f"coalesce(r.{name}, 0)" for name in _STANDING_COLUMNS},
        "deposited": "r.deposited",
    },
    "1 = 1",
    ("period", *_STANDING_COLUMNS, "deposited"),
)
_MONTHS = _FleetSum(
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
    ("month", *_MONTH_COLUMNS, "shared_wh", "before_wh"),
)
_ALL = (_STANDINGS, _MONTHS)
_HOLDER = "(SELECT id, coalesce(holder_id, 0) AS holder_id FROM pces) AS h"
_NO_TAG = "SELECT 0 AS organisation_id, '' AS tag"
# What a change of holder, of a tag, of one row, or of many rows adds to the sums.
_HOLDER_CHANGE = (
    "{source} AS r JOIN (SELECT 1 AS sign, coalesce(NEW.holder_id, 0) AS holder_id"  # noqa: S608 (our own names)
    " UNION ALL SELECT -1, coalesce(OLD.holder_id, 0)) AS h ON r.pce_id = NEW.id"
    f" JOIN ({_NO_TAG} UNION ALL"
    " SELECT organisation_id, tag FROM pce_tags WHERE pce_id = NEW.id) AS m ON 1 = 1"
)
_TAG_CHANGE = (
    "(SELECT {row}.organisation_id AS organisation_id, {row}.tag AS tag) AS m"
    f" JOIN {_HOLDER} ON h.id = {{row}}.pce_id JOIN {{source}} AS r ON r.pce_id = h.id"
)
_ROW_CHANGE = (
    "({rows}) AS r JOIN"  # noqa: S608 (our own names)
    " (SELECT coalesce(holder_id, 0) AS holder_id FROM pces WHERE id = {row}.pce_id) AS h"
    f" JOIN ({_NO_TAG} UNION ALL"
    " SELECT organisation_id, tag FROM pce_tags WHERE pce_id = {row}.pce_id) AS m"
)
_ROWS_CHANGE = (
    f"({{rows}}) AS r JOIN {_HOLDER} ON h.id = r.pce_id"  # noqa: S608 (our own names)
    f" CROSS JOIN LATERAL ({_NO_TAG} UNION ALL"
    " SELECT t.organisation_id, t.tag FROM pce_tags AS t WHERE t.pce_id = r.pce_id) AS m"
)
_EVENTS = {"added": "INSERT", "changed": "UPDATE", "removed": "DELETE"}
_SIGNS = {"added": {"NEW": 1}, "changed": {"NEW": 1, "OLD": -1}, "removed": {"OLD": -1}}
_TAG_EVENTS = (("INSERT", "NEW", "1"), ("DELETE", "OLD", "-1"))
_TRANSITION_TABLES = {"NEW": "fresh", "OLD": "stale"}


def fleet_sum_triggers(*, sqlite: bool) -> Iterator[str]:
    """Yield the statements that create them.

    On PostgreSQL each connection adds to a `part` of its own, so that none waits for another.
    """
    return _sqlite() if sqlite else _postgresql()


def _add(fleet_sum: _FleetSum, source: str, sign: str, part: str) -> str:
    """Add the rows `r` of *source* to the sums, for each tag `m` and holder `h` they count for."""
    first, *others = fleet_sum.keys
    order = [first, "organisation_id", "tag", "holder_id", *others, "part"]
    keys = {**fleet_sum.keys, "organisation_id": "m.organisation_id", "tag": "m.tag"}
    keys |= {"holder_id": "h.holder_id", "part": part}
    sums = {name: f"sum(({sign}) * ({value}))" for name, value in fleet_sum.sums.items()}
    new = ", ".join(f"{name} = {fleet_sum.table}.{name} + excluded.{name}" for name in sums)
    return (
        f"INSERT INTO {fleet_sum.table} ({', '.join([*keys, *sums])})"  # noqa: S608 (our own names)
        f" SELECT {', '.join([*keys.values(), *sums.values()])} FROM {source}"
        f" WHERE {fleet_sum.where} GROUP BY {', '.join(str(at + 1) for at in range(len(keys)))}"
        f" HAVING {' OR '.join(f'{value} <> 0' for value in sums.values())}"
        f" ON CONFLICT ({', '.join(order)}) DO UPDATE SET {new};"
    )


def _change_tag(row: str, sign: str, part: str) -> str:
    return " ".join(
        _add(fleet_sum, _TAG_CHANGE.format(row=row, source=fleet_sum.source), sign, part)
        for fleet_sum in _ALL
    )


def _change_holder(part: str) -> str:
    return " ".join(
        _add(fleet_sum, _HOLDER_CHANGE.format(source=fleet_sum.source), "h.sign", part)
        for fleet_sum in _ALL
    )


def _sqlite() -> Iterator[str]:
    part = "0"
    for fleet_sum in _ALL:
        for change, event in _EVENTS.items():
            rows = " UNION ALL ".join(
                f"SELECT {sign} AS sign, {row}.pce_id AS pce_id, "
                + ", ".join(f"{row}.{name} AS {name}" for name in fleet_sum.reads)
                for row, sign in _SIGNS[change].items()
            )
            source = _ROW_CHANGE.format(rows=rows, row=next(iter(_SIGNS[change])))
            different = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in fleet_sum.reads)
            when = f"WHEN {different} " if change == "changed" else ""
            yield (
                f"CREATE TRIGGER {fleet_sum.table}_{change} AFTER {event} ON {fleet_sum.source}"
                f" {when}BEGIN {_add(fleet_sum, source, 'r.sign', part)} END"
            )
    yield (
        "CREATE TRIGGER fleet_sums_held AFTER UPDATE OF holder_id ON pces"
        f" WHEN NEW.holder_id IS NOT OLD.holder_id BEGIN {_change_holder(part)} END"
    )
    for event, row, sign in _TAG_EVENTS:
        yield (
            f"CREATE TRIGGER fleet_sums_tag_{event.lower()} AFTER {event} ON pce_tags"
            f" BEGIN {_change_tag(row, sign, part)} END"
        )


def _postgresql() -> Iterator[str]:
    part = "pg_backend_pid()"
    for fleet_sum in _ALL:
        for change, event in _EVENTS.items():
            signs = {_TRANSITION_TABLES[row]: sign for row, sign in _SIGNS[change].items()}
            rows = " UNION ALL ".join(
                f"SELECT {sign} AS sign, pce_id, {', '.join(fleet_sum.reads)} FROM {table}"  # noqa: S608 (the same)
                for table, sign in signs.items()
            )
            tables = " ".join(f"{row} TABLE AS {_TRANSITION_TABLES[row]}" for row in _SIGNS[change])
            yield from create_function(
                f"{fleet_sum.table}_{change}",
                _add(fleet_sum, _ROWS_CHANGE.format(rows=rows), "r.sign", part),
                f"AFTER {event} ON {fleet_sum.source} REFERENCING {tables} FOR EACH STATEMENT",
            )
    yield from create_function(
        "fleet_sums_held",
        _change_holder(part),
        "AFTER UPDATE OF holder_id ON pces FOR EACH ROW"
        " WHEN (NEW.holder_id IS DISTINCT FROM OLD.holder_id)",
    )
    for event, row, sign in _TAG_EVENTS:
        # Locked, so that nobody changes meanwhile what is added here.
        lock = f"PERFORM 1 FROM pces WHERE id = {row}.pce_id FOR UPDATE;"
        yield from create_function(
            f"fleet_sums_tag_{event.lower()}",
            f"{lock} {_change_tag(row, sign, part)}",
            f"AFTER {event} ON pce_tags FOR EACH ROW",
        )
