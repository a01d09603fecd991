"""Exports, what each read, and those made again each month."""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = core.database.Instant(timezone=True)
WORD = sa.String(20)


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=True),
        sa.Column("state", WORD, nullable=False),
        *_what(),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("tell", sa.Boolean(), nullable=False),
        sa.Column("expected_rows", sa.BigInteger(), nullable=False),
        sa.Column("expected_octets", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        *(
            sa.Column(name, INSTANT, nullable=True)
            for name in ("started_at", "beat_at", "finished_at", "kept_until")
        ),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("turn", "done", "total", "pces")
        ),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("stored_name", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        *_owned("exports"),
    )
    op.create_index(op.f("ix_exports_state_id"), "exports", ["state", "id"])
    op.create_index(op.f("ix_exports_organisation_id_id"), "exports", ["organisation_id", "id"])
    op.create_table(
        "exported_pces",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("holes", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_exported_pces_pce_id")),
        sa.ForeignKeyConstraint(
            ["export_id"], ["exports.id"], name=op.f("fk_exported_pces_export_id")
        ),
        sa.PrimaryKeyConstraint("pce_id", "export_id", name=op.f("pk_exported_pces")),
    )
    op.create_index(
        op.f("ix_exported_pces_export_id_pce_id"), "exported_pces", ["export_id", "pce_id"]
    )
    op.create_table(
        "export_schedules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        *_what(),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        *_owned("export_schedules"),
    )
    op.create_index(op.f("ix_export_schedules_next_on"), "export_schedules", ["next_on"])
    op.create_index(
        op.f("ix_export_schedules_organisation_id_id"),
        "export_schedules",
        ["organisation_id", "id"],
    )


def _what() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("content", WORD, nullable=False),
        sa.Column("file", WORD, nullable=False),
        sa.Column("apart", sa.Boolean(), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=False),
    )


def _owned(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f(f"fk_{table}_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
