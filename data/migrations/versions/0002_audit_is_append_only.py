"""The database itself refuses to change or erase the journal."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = """CREATE TRIGGER audit_events_no_{verb} BEFORE {verb} ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END"""
# REPLACE deletes the row in its way without any trigger for DELETE.
SQLITE_INSERT = """CREATE TRIGGER audit_events_no_REPLACE BEFORE INSERT ON audit_events
WHEN EXISTS (SELECT 1 FROM audit_events WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END"""
POSTGRESQL_FUNCTION = """CREATE FUNCTION audit_events_append_only() RETURNS trigger
LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit_events is append-only'; END $$"""
POSTGRESQL = """CREATE TRIGGER audit_events_no_{verb} BEFORE {verb} ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION audit_events_append_only()"""


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(POSTGRESQL_FUNCTION)
    for verb in ("UPDATE", "DELETE"):
        op.execute((SQLITE if sqlite else POSTGRESQL).format(verb=verb))
    if sqlite:
        op.execute(SQLITE_INSERT)
