"""Controls of proofs, and their journal, which the database refuses to change or erase."""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = core.database.Instant(timezone=True)
WORD = sa.String(20)
STILL_OPEN = sa.text("state IN ('awaited', 'under_check') AND closed_at IS NULL")
NOT_SENT = sa.text("sent_at IS NULL")
PENDING = sa.text("applied_at IS NULL AND undone_at IS NULL")
SQLITE = """CREATE TRIGGER control_entries_no_{verb} BEFORE {verb} ON control_entries
BEGIN SELECT RAISE(ABORT, 'control_entries is append-only'); END"""
# REPLACE deletes the row in its way without any trigger for DELETE.
SQLITE_INSERT = """CREATE TRIGGER control_entries_no_REPLACE BEFORE INSERT ON control_entries
WHEN EXISTS (SELECT 1 FROM control_entries WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'control_entries is append-only'); END"""
POSTGRESQL_FUNCTION = """CREATE FUNCTION control_entries_append_only() RETURNS trigger
LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'control_entries is append-only'; END $$"""
POSTGRESQL = """CREATE TRIGGER control_entries_no_{verb} BEFORE {verb} ON control_entries
FOR EACH STATEMENT EXECUTE FUNCTION control_entries_append_only()"""


def upgrade() -> None:
    _controls()
    _deposits()
    _words()
    _decisions()
    _journal()
    _calendars()
    _append_only()
    op.create_index(
        "ix_access_rights_drawn",
        "access_rights",
        ["state", "proof_state", "role", "organisation_id", "declared_on", "id"],
    )


def _append_only() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(POSTGRESQL_FUNCTION)
    for verb in ("UPDATE", "DELETE", *([] if sqlite else ["TRUNCATE"])):
        op.execute((SQLITE if sqlite else POSTGRESQL).format(verb=verb))
    if sqlite:
        op.execute(SQLITE_INSERT)


def _controls() -> None:
    op.create_table(
        "control_campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("way", WORD, nullable=False),
        sa.Column("rate", sa.String(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("among", sa.JSON(), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_campaigns")),
        sa.UniqueConstraint("uid", name=op.f("uq_control_campaigns_uid")),
    )
    op.create_table(
        "controls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("right_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("motive", WORD, nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["control_campaigns.id"], name=op.f("fk_controls_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_controls_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["access_rights.id"], name=op.f("fk_controls_right_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_controls")),
        sa.UniqueConstraint("uid", name=op.f("uq_controls_uid")),
    )
    op.create_index(op.f("ix_controls_campaign_id"), "controls", ["campaign_id"])
    op.create_index(
        op.f("ix_controls_organisation_id_state_due_on"),
        "controls",
        ["organisation_id", "state", "due_on"],
    )
    op.create_index(op.f("ix_controls_owner_id_state"), "controls", ["owner_id", "state"])
    op.create_index(op.f("ix_controls_right_id_id"), "controls", ["right_id", "id"])
    op.create_index(op.f("ix_controls_state_due_on"), "controls", ["state", "due_on"])
    op.create_index(
        "uq_controls_open",
        "controls",
        ["right_id"],
        unique=True,
        sqlite_where=STILL_OPEN,
        postgresql_where=STILL_OPEN,
    )


def _deposits() -> None:
    op.create_table(
        "control_deposits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_control_deposits_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_deposits")),
        sa.UniqueConstraint("uid", name=op.f("uq_control_deposits_uid")),
    )
    op.create_index(
        op.f("ix_control_deposits_organisation_id"), "control_deposits", ["organisation_id"]
    )
    op.create_table(
        "deposited_controls",
        sa.Column("deposit_id", sa.Integer(), nullable=False),
        sa.Column("control_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["control_id"], ["controls.id"], name=op.f("fk_deposited_controls_control_id")
        ),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["control_deposits.id"], name=op.f("fk_deposited_controls_deposit_id")
        ),
        sa.PrimaryKeyConstraint("deposit_id", "control_id", name=op.f("pk_deposited_controls")),
    )
    op.create_index(
        op.f("ix_deposited_controls_control_id_deposit_id"),
        "deposited_controls",
        ["control_id", "deposit_id"],
    )
    op.create_index(
        "uq_deposited_controls_staged",
        "deposited_controls",
        ["control_id"],
        unique=True,
        sqlite_where=NOT_SENT,
        postgresql_where=NOT_SENT,
    )


def _words() -> None:
    op.create_table(
        "control_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("control_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("side", WORD, nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["control_id"], ["controls.id"], name=op.f("fk_control_messages_control_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_messages")),
        sa.UniqueConstraint("uid", name=op.f("uq_control_messages_uid")),
    )
    op.create_index(
        op.f("ix_control_messages_control_id_id"), "control_messages", ["control_id", "id"]
    )
    op.create_table(
        "control_message_marks",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("control_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["control_id"], ["controls.id"], name=op.f("fk_control_message_marks_control_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "control_id", name=op.f("pk_control_message_marks")),
    )
    op.create_table(
        "control_pieces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(deposit_id IS NULL) <> (message_id IS NULL)", name=op.f("ck_control_pieces_one_place")
        ),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["control_deposits.id"], name=op.f("fk_control_pieces_deposit_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["control_messages.id"], name=op.f("fk_control_pieces_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_pieces")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_control_pieces_storage_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_control_pieces_uid")),
    )
    op.create_index(op.f("ix_control_pieces_deposit_id"), "control_pieces", ["deposit_id"])
    op.create_index(op.f("ix_control_pieces_message_id"), "control_pieces", ["message_id"])


def _decisions() -> None:
    op.create_table(
        "control_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("control_id", sa.Integer(), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=True),
        sa.Column("verdict", WORD, nullable=False),
        sa.Column("motive", WORD, nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("due_before", sa.Date(), nullable=False),
        sa.Column("asked_before", sa.Date(), nullable=False),
        sa.Column("reminded_before", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effect_at", INSTANT, nullable=False),
        sa.Column("applied_at", INSTANT, nullable=True),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["control_id"], ["controls.id"], name=op.f("fk_control_decisions_control_id")
        ),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["control_deposits.id"], name=op.f("fk_control_decisions_deposit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_decisions")),
    )
    op.create_index(op.f("ix_control_decisions_at"), "control_decisions", ["at"])
    op.create_index(
        op.f("ix_control_decisions_control_id_id"), "control_decisions", ["control_id", "id"]
    )
    op.create_index(
        "ix_control_decisions_pending",
        "control_decisions",
        ["effect_at"],
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )
    op.create_table(
        "control_checks",
        sa.Column("control_id", sa.Integer(), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=False),
        sa.Column("point", WORD, nullable=False),
        sa.Column("fits", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["control_id"], ["controls.id"], name=op.f("fk_control_checks_control_id")
        ),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["control_deposits.id"], name=op.f("fk_control_checks_deposit_id")
        ),
        sa.PrimaryKeyConstraint(
            "control_id", "deposit_id", "point", name=op.f("pk_control_checks")
        ),
    )


def _journal() -> None:
    op.create_table(
        "control_entries",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("fact", WORD, nullable=False),
        sa.Column("control_id", sa.Integer(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("side", WORD, nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_control_entries")),
    )
    op.create_index(
        op.f("ix_control_entries_control_id_seq"), "control_entries", ["control_id", "seq"]
    )
    op.create_table(
        "control_journal_heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_journal_heads")),
    )


def _calendars() -> None:
    op.create_table(
        "control_calendars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_control_calendars_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_calendars")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_control_calendars_token_hash")),
    )
    op.create_index(op.f("ix_control_calendars_user_id"), "control_calendars", ["user_id"])
