"""PostgreSQL refuses TRUNCATE on the journal too: it fires no trigger for DELETE."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

POSTGRESQL = """CREATE TRIGGER audit_events_no_TRUNCATE BEFORE TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION audit_events_append_only()"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite has no TRUNCATE
        op.execute(POSTGRESQL)
