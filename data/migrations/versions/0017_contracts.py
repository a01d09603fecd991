"""The digital contract; organisations that are there are presumed to have one on paper."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = core.database.Instant(timezone=True)
WORD = sa.String(30)
SQLITE = """CREATE TRIGGER contract_events_no_{verb} BEFORE {verb} ON contract_events
BEGIN SELECT RAISE(ABORT, 'contract_events is append-only'); END"""
# REPLACE deletes the row in its way without any trigger for DELETE.
SQLITE_INSERT = """CREATE TRIGGER contract_events_no_REPLACE BEFORE INSERT ON contract_events
WHEN EXISTS (SELECT 1 FROM contract_events WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'contract_events is append-only'); END"""
POSTGRESQL_FUNCTION = """CREATE FUNCTION contract_events_append_only() RETURNS trigger
LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'contract_events is append-only'; END $$"""
POSTGRESQL = """CREATE TRIGGER contract_events_no_{verb} BEFORE {verb} ON contract_events
FOR EACH STATEMENT EXECUTE FUNCTION contract_events_append_only()"""


def upgrade() -> None:
    # In place: a table made again would lose its triggers and what refers to it.
    op.add_column("organisations", sa.Column("contracted_until", sa.Date(), nullable=True))
    _presume()
    _contracts()
    _texts()
    _signatures()
    _events()
    _codes()
    _onboardings()
    _append_only()


def _presume() -> None:
    """A year to go over to the digital contract (decision 19)."""
    today = datetime.now(UTC).date()
    organisations = sa.table(
        "organisations", sa.column("contracted_until", sa.Date()), sa.column("kind", sa.String())
    )
    year = date(today.year + 1, today.month, min(today.day, 28))
    theirs = sa.func.lower(organisations.c.kind) != "distributor"
    op.execute(organisations.update().where(theirs).values(contracted_until=year))


def _append_only() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(POSTGRESQL_FUNCTION)
    for verb in ("UPDATE", "DELETE", *([] if sqlite else ["TRUNCATE"])):
        op.execute((SQLITE if sqlite else POSTGRESQL).format(verb=verb))
    if sqlite:
        op.execute(SQLITE_INSERT)


def _one(name: str, table: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, [column], unique=True, sqlite_where=where, postgresql_where=where)


def _contracts() -> None:
    op.create_table(
        "contracts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("renews_id", sa.Integer(), nullable=True),
        sa.Column("state", WORD, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_contracts_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["renews_id"], ["contracts.id"], name=op.f("fk_contracts_renews_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
        sa.UniqueConstraint("number", name=op.f("uq_contracts_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_contracts_uid")),
    )
    op.create_index(op.f("ix_contracts_changed_at"), "contracts", ["changed_at"])
    op.create_index(op.f("ix_contracts_organisation_id_id"), "contracts", ["organisation_id", "id"])
    op.create_index(op.f("ix_contracts_renews_id"), "contracts", ["renews_id"])
    op.create_index(op.f("ix_contracts_state_ends_on"), "contracts", ["state", "ends_on"])
    _one("uq_contracts_active", "contracts", "organisation_id", "state = 'active'")
    _one(
        "uq_contracts_under_way",
        "contracts",
        "organisation_id",
        "state IN ('draft', 'sent', 'client_signed', 'countersigned')",
    )


def _texts() -> None:
    op.create_table(
        "contract_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("paper", sa.JSON(), nullable=False),
        sa.Column("amendment", sa.JSON(), nullable=True),
        sa.Column("dossier", sa.JSON(), nullable=False),
        sa.Column("power_key", sa.String(), nullable=False),
        sa.Column("shown_key", sa.String(), nullable=False),
        sa.Column("shown_sha256", sa.String(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_contract_versions_contract_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_versions")),
        sa.UniqueConstraint(
            "contract_id",
            "number",
            "round",
            name=op.f("uq_contract_versions_contract_id_number_round"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_contract_versions_uid")),
    )
    _one(
        "uq_contract_versions_open",
        "contract_versions",
        "contract_id",
        "state IN ('offered', 'client_signed')",
    )


def _signatures() -> None:
    op.create_table(
        "contract_signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("party", WORD, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("method", WORD, nullable=False),
        sa.Column("consent", sa.String(), nullable=False),
        sa.Column("level", WORD, nullable=False),
        sa.Column("shown_sha256", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["contract_versions.id"], name=op.f("fk_contract_signatures_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_signatures")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_contract_signatures_storage_key")),
        sa.UniqueConstraint(
            "version_id", "party", name=op.f("uq_contract_signatures_version_id_party")
        ),
    )


def _events() -> None:
    op.create_table(
        "contract_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("trigger", WORD, nullable=False),
        sa.Column("actor", WORD, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("before", WORD, nullable=True),
        sa.Column("after", WORD, nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_events")),
    )
    op.create_index(
        op.f("ix_contract_events_contract_id_id"), "contract_events", ["contract_id", "id"]
    )


def _codes() -> None:
    op.create_table(
        "signing_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("party", WORD, nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("voided_at", INSTANT, nullable=True),
        sa.Column("proved_at", INSTANT, nullable=True),
        sa.Column("method", WORD, nullable=True),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_signing_codes_user_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["contract_versions.id"], name=op.f("fk_signing_codes_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_codes")),
    )
    op.create_index(
        op.f("ix_signing_codes_user_id_created_at"), "signing_codes", ["user_id", "created_at"]
    )
    op.create_index(op.f("ix_signing_codes_version_id"), "signing_codes", ["version_id"])


def _onboardings() -> None:
    op.create_table(
        "onboardings",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("power_key", sa.String(), nullable=False),
        sa.Column("reached", WORD, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_onboardings_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_onboardings")),
    )
