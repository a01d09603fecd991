"""Thresholds, their versions and episodes; marks of what has changed."""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "threshold_sweeps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold_sweeps")),
    )
    op.create_table(
        "thresholds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "FIXED",
                "RELATIVE",
                "LOW",
                "MISSING",
                name="thresholdkind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "period",
            sa.Enum("DAY", "MONTH", "YEAR", name="period", native_enum=False, length=10),
            nullable=False,
        ),
        sa.Column("severity", sa.SmallInteger(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("delay", sa.SmallInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("removed_at", core.database.Instant(timezone=True), nullable=True),
        sa.Column("changed_at", core.database.Instant(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "screen",
            sa.Enum(
                "DAY_ABOVE",
                "MONTH_ABOVE",
                "YEAR_ABOVE",
                "DAY_BELOW",
                "ALWAYS",
                "CLOCK",
                name="screen",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_thresholds_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thresholds")),
    )
    op.create_index(
        op.f("ix_thresholds_organisation_id"), "thresholds", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_thresholds_tag"), "thresholds", ["tag"], unique=False)
    op.create_table(
        "pce_marks",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_pce_marks_pce_id")),
        sa.PrimaryKeyConstraint("pce_id", name=op.f("pk_pce_marks")),
    )
    op.create_table(
        "reading_marks",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_reading_marks_pce_id")),
        sa.PrimaryKeyConstraint("pce_id", name=op.f("pk_reading_marks")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "threshold_episodes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("threshold_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "WARNED",
                "EXCEEDED",
                "NORMAL",
                "WITHDRAWN",
                name="episodestate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "period",
            sa.Enum("DAY", "MONTH", "YEAR", name="period", native_enum=False, length=10),
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("warned_on", sa.Date(), nullable=True),
        sa.Column("exceeded_on", sa.Date(), nullable=True),
        sa.Column("value_wh", sa.BigInteger(), nullable=False),
        sa.Column("limit_wh", sa.BigInteger(), nullable=False),
        sa.Column("peak_wh", sa.BigInteger(), nullable=False),
        sa.Column("peak_on", sa.Date(), nullable=False),
        sa.Column("excess_wh", sa.BigInteger(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column(
            "ending",
            sa.Enum(
                "CLEARED", "PERIOD", "STOPPED", "BACK", name="ending", native_enum=False, length=20
            ),
            nullable=True,
        ),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("turn", sa.SmallInteger(), nullable=False),
        sa.Column("found_at", core.database.Instant(timezone=True), nullable=False),
        sa.Column("learnt_on", sa.Date(), nullable=True),
        sa.Column("changed_at", core.database.Instant(timezone=True), nullable=False),
        sa.Column("acknowledged_at", core.database.Instant(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("assigned_to", sa.Integer(), nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["acknowledged_by"], ["users.id"], name=op.f("fk_threshold_episodes_acknowledged_by")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_to"], ["users.id"], name=op.f("fk_threshold_episodes_assigned_to")
        ),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_threshold_episodes_pce_id")),
        sa.ForeignKeyConstraint(
            ["threshold_id"], ["thresholds.id"], name=op.f("fk_threshold_episodes_threshold_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold_episodes")),
    )
    op.create_index(
        "ix_threshold_episodes_open",
        "threshold_episodes",
        ["threshold_id", "pce_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('WARNED', 'EXCEEDED')"),
        postgresql_where=sa.text("state IN ('WARNED', 'EXCEEDED')"),
    )
    op.create_index(
        op.f("ix_threshold_episodes_threshold_id"),
        "threshold_episodes",
        ["threshold_id"],
        unique=False,
    )
    op.create_index(
        "uq_threshold_episodes_start",
        "threshold_episodes",
        ["pce_id", "threshold_id", "first_day"],
        unique=True,
        sqlite_where=sa.text("state <> 'WITHDRAWN'"),
        postgresql_where=sa.text("state <> 'WITHDRAWN'"),
    )
    op.create_table(
        "threshold_floors",
        sa.Column("threshold_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("floor_wh", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["threshold_id"], ["thresholds.id"], name=op.f("fk_threshold_floors_threshold_id")
        ),
        sa.PrimaryKeyConstraint("threshold_id", "slot", name=op.f("pk_threshold_floors")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "threshold_members",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("threshold_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_threshold_members_pce_id")),
        sa.ForeignKeyConstraint(
            ["threshold_id"], ["thresholds.id"], name=op.f("fk_threshold_members_threshold_id")
        ),
        sa.PrimaryKeyConstraint(
            "pce_id", "threshold_id", "since", name=op.f("pk_threshold_members")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_threshold_members_threshold_id"),
        "threshold_members",
        ["threshold_id"],
        unique=False,
    )
    op.create_table(
        "threshold_pces",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("threshold_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_threshold_pces_pce_id")),
        sa.ForeignKeyConstraint(
            ["threshold_id"], ["thresholds.id"], name=op.f("fk_threshold_pces_threshold_id")
        ),
        sa.PrimaryKeyConstraint("pce_id", "threshold_id", name=op.f("pk_threshold_pces")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_threshold_pces_threshold_id"), "threshold_pces", ["threshold_id"], unique=False
    )
    op.create_table(
        "threshold_versions",
        sa.Column("threshold_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("at", core.database.Instant(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "change",
            sa.Enum(
                "CREATED",
                "CHANGED",
                "PAUSED",
                "RESUMED",
                "REMOVED",
                name="change",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["threshold_id"], ["thresholds.id"], name=op.f("fk_threshold_versions_threshold_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_threshold_versions_user_id")
        ),
        sa.PrimaryKeyConstraint("threshold_id", "number", name=op.f("pk_threshold_versions")),
    )
