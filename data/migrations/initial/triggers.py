"""Write the triggers that close journals, search, date fleet standings and tell webhooks."""

from collections.abc import Iterator

_JOURNALS = {"audit_events": "id", "contract_events": "id", "control_entries": "seq"}
_RIGHT_EXISTS = "EXISTS (SELECT 1 FROM access_rights WHERE id = OLD.right_id)"
_SEARCHES = {"pces": "pces_search", "access_rights": "rights_search"}
_NEVER = "'0001-01-01'"  # the last day of a standing that the evaluation must compute again
_PERIODS = "YEAR", "LAST", "CURRENT"
_OPEN_HOOK = (
    "EXISTS (SELECT 1 FROM hooks AS h WHERE h.organisation_id = {row}.organisation_id"
    " AND h.state = 'on' AND h.{topic})"
)
_MARK = "INSERT INTO hook_marks (organisation_id, topic, subject_id, said{more}) SELECT"
_RIGHT_MOVED = (
    f"{_MARK.format(more='')} r.organisation_id, 'rights', e.id, e.after FROM {{rows}} AS e"
    " JOIN access_rights AS r ON r.id = e.right_id WHERE (e.before IS NULL OR e.before <> e.after)"
    f" AND {_OPEN_HOOK.format(row='r', topic='rights')}"
)
_RIGHT_GONE = (
    f"{_MARK.format(more=', gone')} r.organisation_id, 'rights', r.run_id, r.state,"
    " {json}('uid', r.uid, 'number', r.number, 'role', r.role) FROM {rows} AS r"
    f" WHERE r.run_id IS NOT NULL AND {_OPEN_HOOK.format(row='r', topic='rights')}"
)
_CONTROL = (
    f"{_MARK.format(more='')} c.organisation_id, 'controls', c.id, c.told_state FROM {{rows}} AS c"
    f" WHERE {_OPEN_HOOK.format(row='c', topic='controls')}"
)


def triggers(*, sqlite: bool) -> Iterator[str]:
    """Yield the statements that create them, and the search indexes of this kind of database."""
    if sqlite:
        yield from _journals_of_sqlite()
        yield from _searches_of_sqlite()
        yield from _standings_of_sqlite()
        yield from _hooks_of_sqlite()
    else:
        yield from _journals_of_postgresql()
        yield _SEARCHES_OF_POSTGRESQL
        yield from _standings_of_postgresql()
        yield from _hooks_of_postgresql()


def _journals_of_sqlite() -> Iterator[str]:
    """Journals are append-only; REPLACE deletes the row in its way without a DELETE trigger.

    The database lets go of an audit event after a year, and of the events of a deleted right.
    """
    deleted = {"audit_events": "WHEN OLD.at > datetime('now', '-365 days') "}
    deleted |= {"right_events": f"WHEN {_RIGHT_EXISTS} "}
    for journal, key in {**_JOURNALS, "right_events": "id"}.items():
        replaced = f"WHEN EXISTS (SELECT 1 FROM {journal} WHERE {key} = NEW.{key}) "  # noqa: S608
        for verb, event, when in (
            ("UPDATE", "UPDATE", ""),
            ("DELETE", "DELETE", deleted.get(journal, "")),
            ("REPLACE", "INSERT", replaced),
        ):
            yield (
                f"CREATE TRIGGER {journal}_no_{verb} BEFORE {event} ON {journal} {when}"
                f"BEGIN SELECT RAISE(ABORT, '{journal} is append-only'); END"
            )


def _journals_of_postgresql() -> Iterator[str]:
    refuse = "RAISE EXCEPTION '{journal} is append-only'; END $$"
    function = "CREATE FUNCTION {journal}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    trigger = "CREATE TRIGGER {journal}_no_{verb} BEFORE {event} ON {journal} FOR EACH {each}"
    for journal in _JOURNALS:
        name = "append_only"
        yield f"{function}{refuse}".format(journal=journal, name=name)
        for verb in ("UPDATE", "DELETE", "TRUNCATE"):
            each = "STATEMENT"
            if (journal, verb) == ("audit_events", "DELETE"):
                each = "ROW WHEN (OLD.at > now() - interval '365 days')"
            start = trigger.format(journal=journal, verb=verb.lower(), event=verb, each=each)
            yield f"{start} EXECUTE FUNCTION {journal}_{name}()"
    journal = "right_events"
    of_row = f"IF TG_OP = 'DELETE' AND NOT {_RIGHT_EXISTS} THEN RETURN OLD; END IF; "
    for name, body, verb, event, each in (
        ("append_only", of_row, "change", "UPDATE OR DELETE", "ROW"),
        ("not_emptied", "", "truncate", "TRUNCATE", "STATEMENT"),
    ):
        yield f"{function}{body}{refuse}".format(journal=journal, name=name)
        start = trigger.format(journal=journal, verb=verb, event=event, each=each)
        yield f"{start} EXECUTE FUNCTION {journal}_{name}()"


def _searches_of_sqlite() -> Iterator[str]:
    for table, index in _SEARCHES.items():
        removed = (
            f"INSERT INTO {index} ({index}, rowid, search) VALUES ('delete', OLD.id, OLD.search);"  # noqa: S608
        )
        added = f"INSERT INTO {index} (rowid, search) VALUES (NEW.id, NEW.search);"  # noqa: S608
        yield (
            f"CREATE VIRTUAL TABLE {index} USING fts5(search, content='{table}',"
            " content_rowid='id', tokenize='trigram', detail='full')"
        )
        for change, event, work in (
            ("added", "INSERT", added),
            ("removed", "DELETE", removed),
            ("changed", "UPDATE OF search", f"{removed} {added}"),
        ):
            yield f"CREATE TRIGGER {index}_{change} AFTER {event} ON {table} BEGIN {work} END"


# Where pg_trgm cannot be had, a search reads every row.
_SEARCHES_OF_POSTGRESQL = """DO $$ BEGIN
CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXECUTE 'CREATE INDEX pces_search ON pces USING gin (search gin_trgm_ops)';
EXECUTE 'CREATE INDEX rights_search ON access_rights USING gin (search gin_trgm_ops)';
EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'no pg_trgm: %', SQLERRM; END $$"""


def _add_standings(id_column: str, source: str, never: str) -> str:
    """Write the empty standings of each new PCE: one a period."""
    rows = " UNION ALL ".join(
        f"SELECT {id_column}, '{period}', {never}, {never}, 0, 0, 0, 0, 0{source}"
        for period in _PERIODS
    )
    columns = "pce_id, period, first_day, last_day, known, due, shared, this_wh, before_wh"
    return f"INSERT INTO fleet_standings ({columns}) {rows};"


_DUE_CHANGED = "AFTER UPDATE OF frequency, tariff, ended_on ON pces"


def _standings_of_sqlite() -> Iterator[str]:
    added = _add_standings("NEW.id", "", _NEVER)
    yield f"CREATE TRIGGER fleet_standings_added AFTER INSERT ON pces BEGIN {added} END"
    yield (
        f"CREATE TRIGGER fleet_standings_changed {_DUE_CHANGED} BEGIN"  # noqa: S608
        f" UPDATE fleet_standings SET last_day = {_NEVER} WHERE pce_id = NEW.id; END"
    )


def _standings_of_postgresql() -> Iterator[str]:
    never = f"DATE {_NEVER}"
    yield from create_function(
        "fleet_standings_added",
        _add_standings("fresh.id", " FROM fresh", never),
        "AFTER INSERT ON pces REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT",
    )
    changed = f"UPDATE fleet_standings SET last_day = {never} WHERE pce_id = NEW.id;"  # noqa: S608
    yield from create_function("fleet_standings_changed", changed, f"{_DUE_CHANGED} FOR EACH ROW")


def _hooks_of_sqlite() -> Iterator[str]:
    def row(name: str, *columns: str) -> str:
        return f"(SELECT {', '.join(f'{name}.{column} AS {column}' for column in columns)})"

    some = "WHEN EXISTS (SELECT 1 FROM hooks)"
    event = row("NEW", "id", "right_id", "before", "after")
    control = row("NEW", "id", "organisation_id", "told_state")
    right = row("OLD", "organisation_id", "run_id", "state", "uid", "number", "role")
    moved = "UPDATE OF told_state ON controls WHEN NEW.told_state IS NOT OLD.told_state"
    for name, change, work in (
        ("right_moved", f"INSERT ON right_events {some}", _RIGHT_MOVED.format(rows=event)),
        ("control_opened", "INSERT ON controls", _CONTROL.format(rows=control)),
        ("control_moved", moved, _CONTROL.format(rows=control)),
        (
            "right_gone",
            f"DELETE ON access_rights {some}",
            _RIGHT_GONE.format(json="json_object", rows=right),
        ),
    ):
        yield f"CREATE TRIGGER hook_{name} AFTER {change} BEGIN {work}; END"


def _hooks_of_postgresql() -> Iterator[str]:
    """A statement that moves many rows marks them in one statement."""
    fresh = "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT"
    gone = "REFERENCING OLD TABLE AS gone_rights FOR EACH STATEMENT"
    moved = "FOR EACH ROW WHEN (NEW.told_state IS DISTINCT FROM OLD.told_state)"
    right_gone = _RIGHT_GONE.format(json="json_build_object", rows="gone_rights")
    for name, event, work in (
        (
            "right_moved",
            f"INSERT ON right_events {fresh}",
            f"{_RIGHT_MOVED.format(rows='fresh')} ORDER BY e.id;",
        ),
        (
            "control_opened",
            f"INSERT ON controls {fresh}",
            f"{_CONTROL.format(rows='fresh')} ORDER BY c.id;",
        ),
        (
            "control_moved",
            f"UPDATE OF told_state ON controls {moved}",
            f"{_CONTROL.format(rows='(SELECT NEW.*)')};",
        ),
        ("right_gone", f"DELETE ON access_rights {gone}", f"{right_gone} ORDER BY r.id;"),
    ):
        yield from create_function(f"hook_{name}", work, f"AFTER {event}")


def create_function(name: str, work: str, when: str) -> Iterator[str]:
    """Create a trigger of PostgreSQL and the function it runs."""
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {work} RETURN NULL; END $$"
    )
    yield f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()"
