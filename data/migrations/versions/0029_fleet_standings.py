"""How each PCE stands over the periods of the fleet's page, and what says it is to be made."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_PERIODS = ("YEAR", "LAST", "CURRENT")
_NEVER = "0001-01-01"  # a last day that is past: to be worked out
_COLUMNS = "(pce_id, period, first_day, last_day, known, due, shared, this_wh, before_wh)"
_ABOUT = "frequency, tariff, ended_on"  # what says which days are to come


def _stale(source: str) -> str:
    after = "" if source == "NEW" else f" FROM {source}"
    rows = [
        f"SELECT {source}.id, '{period}', '{_NEVER}', '{_NEVER}', 0, 0, 0, 0, 0{after}"
        for period in _PERIODS
    ]
    return f"INSERT INTO fleet_standings {_COLUMNS} {' UNION ALL '.join(rows)}"


def upgrade() -> None:
    op.create_table(
        "fleet_standings",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("energy_wh", sa.BigInteger(), nullable=True),
        sa.Column("known", sa.SmallInteger(), nullable=False),
        sa.Column("due", sa.SmallInteger(), nullable=False),
        sa.Column("shared", sa.SmallInteger(), nullable=False),
        sa.Column("this_wh", sa.BigInteger(), nullable=False),
        sa.Column("before_wh", sa.BigInteger(), nullable=False),
        sa.Column("gap_wh", sa.BigInteger(), nullable=True),
        sa.Column("drift", sa.Double(), nullable=True),
        sa.Column("coverage", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_fleet_standings_pce_id")),
        sa.PrimaryKeyConstraint("pce_id", "period", name=op.f("pk_fleet_standings")),
        sqlite_with_rowid=False,
    )
    for key in ("energy_wh", "gap_wh", "drift", "coverage"):
        name = f"ix_fleet_standings_period_{key}_pce_id"
        op.create_index(name, "fleet_standings", ["period", key, "pce_id"])
    for key in ("first_day", "last_day"):
        op.create_index(f"ix_fleet_standings_{key}", "fleet_standings", [key])
    op.create_index("ix_pces_search_number_holder_id", "pces", ["search", "number", "holder_id"])
    op.create_index("ix_pces_data_until", "pces", ["data_until"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_stale("pces"))
        _watch_sqlite()
    else:
        op.execute(_dated(_stale("pces")))
        _watch_postgresql()


def _dated(statement: str) -> str:
    """PostgreSQL takes a day in a union for a text."""
    return statement.replace(f"'{_NEVER}'", f"DATE '{_NEVER}'")


def _watch_sqlite() -> None:
    op.execute(
        f"CREATE TRIGGER fleet_standings_added AFTER INSERT ON pces BEGIN {_stale('NEW')}; END"
    )
    op.execute(
        f"""CREATE TRIGGER fleet_standings_changed AFTER UPDATE OF {_ABOUT} ON pces BEGIN
        UPDATE fleet_standings SET last_day = '{_NEVER}' WHERE pce_id = NEW.id; END"""  # noqa: S608 (the same)
    )


def _watch_postgresql() -> None:
    added = _dated(_stale("fresh"))
    op.execute(
        f"""CREATE FUNCTION fleet_standings_added() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN {added}; RETURN NULL; END $$"""
    )
    op.execute(
        """CREATE TRIGGER fleet_standings_added AFTER INSERT ON pces
        REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
        EXECUTE FUNCTION fleet_standings_added()"""
    )
    op.execute(
        f"""CREATE FUNCTION fleet_standings_changed() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN UPDATE fleet_standings SET last_day = DATE '{_NEVER}' WHERE pce_id = NEW.id;
        RETURN NULL; END $$"""  # noqa: S608 (the same)
    )
    op.execute(
        f"""CREATE TRIGGER fleet_standings_changed AFTER UPDATE OF {_ABOUT} ON pces
        FOR EACH ROW EXECUTE FUNCTION fleet_standings_changed()"""
    )
