"""Create the schema: tables, triggers and search indexes."""

from alembic import op

from data.migrations import initial

revision = "0001_initial"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    initial.METADATA.create_all(connection, checkfirst=False)
    sqlite = connection.dialect.name == "sqlite"
    for statement in (*initial.triggers(sqlite=sqlite), *initial.fleet_sum_triggers(sqlite=sqlite)):
        op.execute(statement)
