"""Notices: what happened, who is told of it, by which ways, and how each wants to be told."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from core.database import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = (
    "PASSWORD_RESET", "PASSWORD_CHANGED", "SECOND_FACTOR_ON", "SECOND_FACTOR_OFF", "CODES_GUESSED",
    "ADDRESS_CONFIRM", "CHANNEL_TEST", "NOTICES", "THRESHOLD_WARNED", "THRESHOLD_EXCEEDED",
    "THRESHOLD_NORMAL", "THRESHOLD_WITHDRAWN", "DATA_MISSING", "DATA_BACK", "CHANNEL_OFF",
)  # fmt: skip
WAYS = ("INBOX", "EMAIL", "WEBHOOK", "APPRISE")
PENDING = sa.text("state = 'PENDING'")
UNREAD = sa.text("read_at IS NULL")
UNRECALLED = sa.text("read_at IS NULL AND recalled_at IS NULL")


def upgrade() -> None:
    _addresses()
    _people()
    _batches()
    _mutes_and_snoozes()
    _events()
    _notices()
    _outbox()


def _word(name: str, *values: str, length: int = 20) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=length)


def _kind() -> sa.Enum:
    return _word("kind", *KINDS, length=40)


def _column(name: str, kind: sa.types.TypeEngine[Any], *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Instant(timezone=True), nullable=nullable)


def _table(
    name: str, *parts: sa.schema.SchemaItem, refers: dict[str, str], key: str = "id"
) -> None:
    """A table with its key and what it refers to, named as the models name them."""
    keys = [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{name}_{column}"))
        for column, other in refers.items()
    ]
    op.create_table(name, *parts, *keys, sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{name}")))


def _index(table: str, *columns: str, unique: bool = False) -> None:
    name = op.f(f"ix_{table}_{'_'.join(columns)}")
    op.create_index(name, table, list(columns), unique=unique)


def _addresses() -> None:
    _table(
        "notice_addresses",
        _column("id", sa.Integer()),
        _column("organisation_id", sa.Integer()),
        _column("email", sa.String()),
        _column("language", sa.String()),
        _column("added_by", sa.Integer()),
        _at("created_at"),
        _at("confirmed_at", nullable=True),
        _at("stopped_at", nullable=True),
        _column("stop_reason", sa.String()),
        refers={"organisation_id": "organisations", "added_by": "users"},
    )
    _index("notice_addresses", "organisation_id", "email", unique=True)


def _people() -> None:
    _table(
        "notice_channels",
        _column("id", sa.Integer()),
        _column("user_id", sa.Integer()),
        _column("kind", _word("channelkind", *WAYS)),
        _column("name", sa.String()),
        _column("target", sa.String()),
        _column("sealed_url", sa.String()),
        _column("sealed_secret", sa.String()),
        _column("state", _word("channelstate", "TESTING", "ON", "OFF")),
        _column("off_reason", sa.String()),
        _at("created_at"),
        _at("last_sent_at", nullable=True),
        _at("removed_at", nullable=True),
        refers={"user_id": "users"},
    )
    _index("notice_channels", "user_id")
    _table(
        "notice_preferences",
        _column("user_id", sa.Integer()),
        _column("email", sa.Boolean()),
        _column("grouping", _word("grouping", "IMMEDIATE", "DAILY", "WEEKLY"), nullable=True),
        _column("digest_hour", sa.SmallInteger()),
        _column("digest_weekday", sa.SmallInteger()),
        _column("quiet_from", sa.Time(), nullable=True),
        _column("quiet_to", sa.Time(), nullable=True),
        _column("urgent_breaks", sa.Boolean()),
        _column("email_off", sa.String()),
        refers={"user_id": "users"},
        key="user_id",
    )


READER = {"user_id": "users", "address_id": "notice_addresses"}


def _reader() -> list[sa.Column[Any]]:
    return [_column(name, sa.Integer(), nullable=True) for name in READER]


def _batches() -> None:
    _table(
        "notice_batches",
        _column("id", sa.Integer()),
        *_reader(),
        _at("created_at"),
        refers=READER,
    )
    for column in READER:
        _index("notice_batches", column, "created_at")


def _mutes_and_snoozes() -> None:
    _table(
        "notice_mutes",
        _column("id", sa.Integer()),
        *_reader(),
        _column("kind", _kind()),
        _column("reason", sa.String()),
        _column("until", sa.Date(), nullable=True),
        _at("created_at"),
        _at("ended_at", nullable=True),
        refers=READER,
    )
    _table(
        "notice_snoozes",
        _column("id", sa.Integer()),
        *_reader(),
        _column("subject_kind", sa.String()),
        _column("subject_id", sa.Integer()),
        _at("until", nullable=True),
        _at("created_at"),
        _at("ended_at", nullable=True),
        refers=READER,
    )
    for table in ("notice_mutes", "notice_snoozes"):
        for column in READER:
            _index(table, column)
    _index("notice_snoozes", "subject_kind", "subject_id")


def _events() -> None:
    _table(
        "notice_events",
        _column("id", sa.Integer()),
        _column("key", sa.String()),
        _column("kind", _kind()),
        _column("organisation_id", sa.Integer()),
        _column("pce_number", sa.String()),
        _column("site", sa.String()),
        _column("severity", sa.SmallInteger()),
        _column("gas_day", sa.Date()),
        _column("params", sa.JSON()),
        _column("path", sa.String()),
        _column("subject_kind", sa.String()),
        _column("subject_id", sa.Integer()),
        _at("created_at"),
        sa.UniqueConstraint("key", name=op.f("uq_notice_events_key")),
        refers={"organisation_id": "organisations"},
    )
    _index("notice_events", "organisation_id")
    _index("notice_events", "subject_kind", "subject_id")


def _notices() -> None:
    _table(
        "notices",
        _column("id", sa.Integer()),
        _column("event_id", sa.Integer()),
        *_reader(),
        _column("ways", sa.SmallInteger()),
        _column("state", _word("noticestate", "PENDING", "GROUPED", "SILENT")),
        _at("created_at"),
        _at("due_at"),
        _column("batch_id", sa.Integer(), nullable=True),
        _at("read_at", nullable=True),
        _at("recalled_at", nullable=True),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (address_id IS NULL)", name=op.f("ck_notices_one_reader")
        ),
        refers={"event_id": "notice_events", **READER, "batch_id": "notice_batches"},
    )
    _index("notices", "event_id")
    _index("notices", "batch_id")
    for column in READER:
        name = f"uq_notices_{column}_event_id"
        op.create_index(name, "notices", [column, "event_id"], unique=True)
    for name, column, where in (
        ("unread", "user_id", UNREAD),
        ("pending", "due_at", PENDING),
        ("unrecalled", "created_at", UNRECALLED),
    ):
        op.create_index(
            f"ix_notices_{name}", "notices", [column], sqlite_where=where, postgresql_where=where
        )


def _outbox() -> None:
    """What was in the outbox stays there: mails to users, as they were."""
    refers = {
        "address_id": "notice_addresses",
        "channel_id": "notice_channels",
        "batch_id": "notice_batches",
    }
    with op.batch_alter_table("notifications") as batch:
        for column in refers:
            batch.add_column(_column(column, sa.Integer(), nullable=True))
        batch.add_column(
            sa.Column(
                "channel", _word("channelkind", *WAYS), nullable=False, server_default="EMAIL"
            )
        )
        batch.add_column(sa.Column("site", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("count", sa.Integer(), nullable=False, server_default="0"))
        batch.alter_column("user_id", existing_type=sa.Integer(), nullable=True)
        for column, other in refers.items():
            batch.create_index(batch.f(f"ix_notifications_{column}"), [column])
            batch.create_foreign_key(batch.f(f"fk_notifications_{column}"), other, [column], ["id"])
