"""Second factor required, known browsers, single sign-on, credentials of programs."""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In place: neither SQLite's tables nor what refers to them are made again.
    for table, name in (("users", "demo_password"), ("login_sessions", "strong")):
        column = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column(table, column)
    browser = sa.Column("browser", sa.String(), nullable=False, server_default="")
    op.add_column("login_sessions", browser)
    op.create_table(
        "user_identities",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("linked_at", core.database.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_identities_user_id")),
        sa.PrimaryKeyConstraint("user_id", "issuer", name=op.f("pk_user_identities")),
    )
    op.create_index(
        op.f("ix_user_identities_issuer_subject"),
        "user_identities",
        ["issuer", "subject"],
        unique=True,
    )
    op.create_table(
        "api_credentials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", core.database.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", core.database.Instant(timezone=True), nullable=False),
        sa.Column("last_used_at", core.database.Instant(timezone=True), nullable=True),
        sa.Column("revoked_at", core.database.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_api_credentials_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_api_credentials_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_credentials")),
        sa.UniqueConstraint("client_id", name=op.f("uq_api_credentials_client_id")),
    )
    op.create_index(
        op.f("ix_api_credentials_organisation_id"), "api_credentials", ["organisation_id"]
    )
    op.create_index(op.f("ix_audit_events_actor_id_action"), "audit_events", ["actor_id", "action"])
