"""Describe a schema by what its database stores of it, to compare two whatever their history."""

import re

from sqlalchemy import Connection

# Every fact is a line. The order of columns says how a table came to be, and is left out.
_POSTGRESQL = """
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
    pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attstorage, a.attcompression,
    a.attcollation::regcollation
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'S') AND a.attnum > 0
    AND NOT a.attisdropped;
SELECT 'table', relname, relkind, reloptions, relpersistence, relrowsecurity
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i';
SELECT 'constraint', conrelid::regclass, conname, contype, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n';
SELECT 'index', indexrelid::regclass, pg_get_indexdef(indexrelid), indisvalid, indisclustered
    FROM pg_index WHERE indrelid IN
    (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace);
SELECT 'trigger', pg_get_triggerdef(t.oid), tgenabled FROM pg_trigger t WHERE NOT tgisinternal;
SELECT 'function', pg_get_functiondef(p.oid) FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS
    (SELECT 1 FROM pg_depend WHERE objid = p.oid AND deptype = 'e');
SELECT 'sequence', sequencename, data_type, start_value, increment_by, max_value, cycle
    FROM pg_sequences WHERE schemaname = 'public';
SELECT 'extension', extname FROM pg_extension
"""


def schema_facts(connection: Connection) -> set[str]:
    """Return every table, column, key, index, trigger, function and sequence, as lines of text."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master")
        return {fact for row in found for fact in _sqlite(*row)}
    return {
        _plain(" ".join(" ".join(map(str, row)).split()))
        for query in _POSTGRESQL.split(";")
        for row in connection.exec_driver_sql(query)
    }


def _plain(fact: str) -> str:
    """Leave out the casts and brackets of an index, which a dump writes in another way."""
    casts = r"::(text|character varying)(\[\])?|[()]"
    return re.sub(casts, "", fact) if fact.startswith("index ") else fact


def _sqlite(kind: str, name: str, table: str, sql: str | None):
    """Yield a line for an index or a trigger, and for a table one of each part between commas."""
    plain = re.sub(r"\s+", " ", (sql or "").replace('"', "")).strip()
    # Alembic remade one table without the name of a key, and with brackets around a default.
    plain = re.sub(r"CONSTRAINT \w+ FOREIGN KEY", "FOREIGN KEY", plain)
    plain = re.sub(r"DEFAULT \(([^()]*)\)", r"DEFAULT \1", plain)
    if kind != "table" or not plain.startswith("CREATE TABLE"):
        yield f"{kind} {name} {table} {plain}"
        return
    inside, outside = plain.split("(", 1)[1].rsplit(")", 1)
    yield f"table {name} {outside.strip()}"
    yield from (f"part {name} {part.strip()}" for part in _split(inside))


def _split(listed: str):
    depth, part = 0, ""
    for character in listed:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            yield part
            part = ""
        else:
            part += character
    yield part
