"""Webhooks of organisations: what each hears of, what is to be told, and what was sent."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_INSTANT = core.database.Instant(timezone=True)
_HEARS = (
    "EXISTS (SELECT 1 FROM hooks AS h WHERE h.organisation_id = {row}.organisation_id"
    " AND h.state = 'on' AND h.{topic})"
)
_MARK = "INSERT INTO hook_marks (organisation_id, topic, subject_id, said) SELECT"
# Of a right that is there: the event is written after it, in the same transaction.
_RIGHT = (
    f"{_MARK} r.organisation_id, 'rights', e.id, e.after FROM {{source}} AS e"
    " JOIN access_rights AS r ON r.id = e.right_id"
    f" WHERE (e.before IS NULL OR e.before <> e.after) AND {_HEARS.format(row='r', topic='rights')}"
)
_CONTROL = (
    f"{_MARK} c.organisation_id, 'controls', c.id, c.told_state FROM {{source}} AS c"
    f" WHERE {_HEARS.format(row='c', topic='controls')}"
)


def upgrade() -> None:
    _create()
    lite = op.get_bind().dialect.name == "sqlite"
    for statement in _sqlite() if lite else _postgresql():
        op.execute(statement)


def _create() -> None:
    op.create_table(
        "hooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("sealed_url", sa.String(), nullable=False),
        sa.Column("sealed_secret", sa.String(), nullable=False),
        sa.Column("sealed_old", sa.String(), nullable=False),
        sa.Column("old_until", _INSTANT, nullable=True),
        sa.Column("rights", sa.Boolean(), nullable=False),
        sa.Column("controls", sa.Boolean(), nullable=False),
        sa.Column("readings", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("off_reason", sa.String(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("last_sent_at", _INSTANT, nullable=True),
        sa.Column("removed_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_hooks_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hooks")),
    )
    op.create_index(op.f("ix_hooks_organisation_id"), "hooks", ["organisation_id"])
    op.create_table(
        "hook_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(length=30), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_marks")),
    )
    op.create_index(
        op.f("ix_hook_marks_organisation_id_topic_id"),
        "hook_marks",
        ["organisation_id", "topic", "id"],
    )
    op.create_table(
        "hook_deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hook_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("next_attempt_at", _INSTANT, nullable=False),
        sa.Column("claimed_at", _INSTANT, nullable=True),
        sa.Column("sent_at", _INSTANT, nullable=True),
        sa.Column("resent_at", _INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["hook_id"], ["hooks.id"], name=op.f("fk_hook_deliveries_hook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_deliveries")),
        sa.UniqueConstraint(
            "hook_id", "event_id", name=op.f("uq_hook_deliveries_hook_id_event_id")
        ),
    )
    op.create_index(
        op.f("ix_hook_deliveries_state_next_attempt_at"),
        "hook_deliveries",
        ["state", "next_attempt_at"],
    )
    op.create_index(op.f("ix_hook_deliveries_hook_id_id"), "hook_deliveries", ["hook_id", "id"])
    op.create_index(op.f("ix_hook_deliveries_created_at"), "hook_deliveries", ["created_at"])
    op.create_table(
        "reading_news",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_reading_news_pce_id")),
        sa.PrimaryKeyConstraint("pce_id", "sort", name=op.f("pk_reading_news")),
        sqlite_with_rowid=False,
    )


def _sqlite() -> Iterator[str]:
    event = (
        "(SELECT NEW.id AS id, NEW.right_id AS right_id, NEW.before AS before, NEW.after AS after)"
    )
    control = (
        "(SELECT NEW.id AS id, NEW.organisation_id AS organisation_id,"
        " NEW.told_state AS told_state)"
    )
    yield (
        "CREATE TRIGGER hook_right_moved AFTER INSERT ON right_events"  # noqa: S608 (our own names)
        f" WHEN EXISTS (SELECT 1 FROM hooks) BEGIN {_RIGHT.format(source=event)}; END"
    )
    yield (
        "CREATE TRIGGER hook_control_opened AFTER INSERT ON controls"
        f" BEGIN {_CONTROL.format(source=control)}; END"
    )
    yield (
        "CREATE TRIGGER hook_control_moved AFTER UPDATE OF told_state ON controls"
        " WHEN NEW.told_state IS NOT OLD.told_state"
        f" BEGIN {_CONTROL.format(source=control)}; END"
    )


def _postgresql() -> Iterator[str]:
    """Moves of many are one statement, and so is what it marks."""
    each = "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT"
    right = f"{_RIGHT.format(source='fresh')} ORDER BY e.id"
    yield from _function("hook_right_moved", right, "INSERT ON right_events", each)
    opened = f"{_CONTROL.format(source='fresh')} ORDER BY c.id"
    yield from _function("hook_control_opened", opened, "INSERT ON controls", each)
    moved = _CONTROL.format(source="(SELECT NEW.*)")
    other = "FOR EACH ROW WHEN (NEW.told_state IS DISTINCT FROM OLD.told_state)"
    yield from _function("hook_control_moved", moved, "UPDATE OF told_state ON controls", other)


def _function(name: str, work: str, event: str, each: str) -> Iterator[str]:
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {work}; RETURN NULL; END $$"
    )
    yield f"CREATE TRIGGER {name} AFTER {event} {each} EXECUTE FUNCTION {name}()"
