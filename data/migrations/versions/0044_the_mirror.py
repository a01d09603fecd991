"""The mirror of what organisations have at their distributor."""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mirror_paces",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("ready_at", core.database.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_mirror_paces")),
    )
    op.create_table(
        "mirror_connections",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("sealed_secret", sa.String(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("sends", sa.Boolean(), nullable=False),
        sa.Column("repairs", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "untried",
                "working",
                "refused",
                "down",
                name="connectionstate",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("created_at", core.database.Instant(timezone=True), nullable=False),
        sa.Column("tried_at", core.database.Instant(timezone=True), nullable=True),
        sa.Column("worked_at", core.database.Instant(timezone=True), nullable=True),
        sa.Column("sealed_token", sa.String(), nullable=False),
        sa.Column("token_until", core.database.Instant(timezone=True), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_mirror_connections_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_mirror_connections")),
    )
    op.create_table(
        "mirror_drifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "unknown_here",
                "unknown_there",
                "state",
                "dates",
                "perimeters",
                "proof",
                name="driftkind",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("right_uid", sa.String(), nullable=False),
        sa.Column("their_uid", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("found_at", core.database.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", core.database.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_mirror_drifts_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirror_drifts")),
    )
    op.create_index(
        op.f("ix_mirror_drifts_organisation_id_id"),
        "mirror_drifts",
        ["organisation_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_mirror_drifts_open",
        "mirror_drifts",
        ["organisation_id", "right_uid", "their_uid"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "mirror_faults",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "rights",
                "informative",
                "published",
                "contractual",
                "technical",
                name="part",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("at", core.database.Instant(timezone=True), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("sample", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_mirror_faults_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirror_faults")),
    )
    op.create_index(
        op.f("ix_mirror_faults_organisation_id_id"),
        "mirror_faults",
        ["organisation_id", "id"],
        unique=False,
    )

    op.create_table(
        "mirror_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "way",
            sa.Enum("night", "asked", name="roundway", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "paused",
                "done",
                "failed",
                name="roundstate",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("beat_at", core.database.Instant(timezone=True), nullable=True),
        sa.Column("created_at", core.database.Instant(timezone=True), nullable=False),
        sa.Column("started_at", core.database.Instant(timezone=True), nullable=True),
        sa.Column("listed_at", core.database.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", core.database.Instant(timezone=True), nullable=True),
        sa.Column("resume_at", core.database.Instant(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_mirror_rounds_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirror_rounds")),
    )
    op.create_index(
        op.f("ix_mirror_rounds_organisation_id_id"),
        "mirror_rounds",
        ["organisation_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_mirror_rounds_open",
        "mirror_rounds",
        ["organisation_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'running', 'paused')"),
        postgresql_where=sa.text("state IN ('waiting', 'running', 'paused')"),
    )

    op.create_table(
        "mirror_tasks",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "rights",
                "informative",
                "published",
                "contractual",
                "technical",
                name="part",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("due_at", core.database.Instant(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("whole_from", sa.Date(), nullable=True),
        sa.Column("done_at", core.database.Instant(timezone=True), nullable=True),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_mirror_tasks_organisation_id")
        ),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_mirror_tasks_pce_id")),
        sa.PrimaryKeyConstraint("organisation_id", "pce_id", "part", name=op.f("pk_mirror_tasks")),
    )
    op.create_index(
        op.f("ix_mirror_tasks_organisation_id_due_at"),
        "mirror_tasks",
        ["organisation_id", "due_at"],
        unique=False,
    )

    op.create_table(
        "mirror_rights",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("right_id", sa.Integer(), nullable=True),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "authorised_supply",
                "holder_supply",
                "authorised_injection",
                "holder_injection",
                name="rightrole",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "active",
                "recheck",
                "refused",
                "revoked",
                "obsolete",
                name="rightstate",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("created_at", core.database.Instant(timezone=True), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("postal_code", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("supply_first", sa.Date(), nullable=True),
        sa.Column("supply_last", sa.Date(), nullable=True),
        sa.Column("injection_first", sa.Date(), nullable=True),
        sa.Column("injection_last", sa.Date(), nullable=True),
        sa.Column("informative", sa.Boolean(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("contractual", sa.Boolean(), nullable=False),
        sa.Column("technical", sa.Boolean(), nullable=False),
        sa.Column("closed_at", core.database.Instant(timezone=True), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "holder",
                "third_party",
                "distributor",
                "distributor_for_holder",
                "expiry",
                "move",
                "proof",
                "contract",
                name="source",
                native_enum=False,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "proof_state",
            sa.Enum(
                "awaited",
                "under_check",
                "accepted",
                "rejected",
                name="proofstate",
                native_enum=False,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("proof_due", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_mirror_rights_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"],
            ["access_rights.id"],
            name=op.f("fk_mirror_rights_right_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "uid", name=op.f("pk_mirror_rights")),
        sa.UniqueConstraint("right_id", name=op.f("uq_mirror_rights_right_id")),
    )
    op.create_index(
        op.f("ix_mirror_rights_organisation_id_number"),
        "mirror_rights",
        ["organisation_id", "number"],
        unique=False,
    )
    op.create_index(
        op.f("ix_mirror_rights_organisation_id_round_id"),
        "mirror_rights",
        ["organisation_id", "round_id"],
        unique=False,
    )

    op.create_table(
        "mirror_sendings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("right_id", sa.Integer(), nullable=False),
        sa.Column(
            "verb",
            sa.Enum("declare", "revoke", "prove", name="verb", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("deposit_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "done",
                "refused",
                "dropped",
                name="sendingstate",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", core.database.Instant(timezone=True), nullable=False),
        sa.Column("next_attempt_at", core.database.Instant(timezone=True), nullable=False),
        sa.Column("claimed_at", core.database.Instant(timezone=True), nullable=True),
        sa.Column("left_at", core.database.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", core.database.Instant(timezone=True), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_mirror_sendings_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["access_rights.id"], name=op.f("fk_mirror_sendings_right_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirror_sendings")),
    )
    op.create_index(
        op.f("ix_mirror_sendings_organisation_id_id"),
        "mirror_sendings",
        ["organisation_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_mirror_sendings_state_next_attempt_at"),
        "mirror_sendings",
        ["state", "next_attempt_at"],
        unique=False,
    )
    op.create_index(
        "uq_mirror_sendings",
        "mirror_sendings",
        ["right_id", "verb", "deposit_id", "event_id"],
        unique=True,
    )

    op.add_column(
        "access_rights",
        sa.Column("relayed", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.drop_index("ix_access_rights_drawn", "access_rights")
    drawn = ["state", "proof_state", "role", "organisation_id", "declared_on", "id", "relayed"]
    op.create_index("ix_access_rights_drawn", "access_rights", drawn)
    op.add_column(
        "organisations",
        sa.Column("sends_upstream", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
