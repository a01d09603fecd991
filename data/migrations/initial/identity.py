"""Define the tables of accounts, sessions, settings and the audit log."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    false,
)

from data.migrations.initial.metadata import METADATA, where

Table(
    "audit_events",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor_id", Integer),
    Column("organisation_id", Integer),
    Column("action", String, nullable=False),
    Column("object_type", String, nullable=False),
    Column("object_id", String, nullable=False),
    Column("detail", JSON, nullable=False),
    Index("ix_audit_events_actor_id_action", "actor_id", "action"),
    Index("ix_audit_events_object_type_object_id", "object_type", "object_id"),
    Index("ix_audit_events_organisation_id_at", "organisation_id", "at"),
)

Table(
    "login_attempts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_login_attempts_key_at", "key", "at"),
)

Table(
    "organisations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("siren", String),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("contracted_until", Date),
    Column("sends_upstream", Boolean, server_default=false(), nullable=False),
)

Table(
    "spent_challenges",
    METADATA,
    Column("challenge_hash", String, primary_key=True),
    Column("spent_at", DateTime(timezone=True), nullable=False),
)

Table(
    "program_uses",
    METADATA,
    Column("organisation_id", Integer, ForeignKey("organisations.id"), primary_key=True),
    Column("day", Date, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("ready_at", DateTime(timezone=True), nullable=False),
)

Table(
    "users",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), nullable=False),
    Column("email", String, nullable=False),
    Column("name", String, nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", String, nullable=False),
    Column("password_changed_at", DateTime(timezone=True), nullable=False),
    Column("language", String, nullable=False),
    Column("theme", String, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("disabled_at", DateTime(timezone=True)),
    Column("demo_password", Boolean, server_default=false(), nullable=False),
    Column("erased_at", DateTime(timezone=True)),
    UniqueConstraint("email"),
    Index("ix_users_organisation_id", "organisation_id"),
)

Table(
    "api_credentials",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("client_id", String, nullable=False),
    Column("secret_hash", String, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_by", Integer, ForeignKey("users.id"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    UniqueConstraint("client_id"),
    Index("ix_api_credentials_organisation_id", "organisation_id"),
)

Table(
    "invitations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), nullable=False),
    Column("email", String, nullable=False),
    Column("name", String, nullable=False),
    Column("role", String(16), nullable=False),
    Column("language", String, nullable=False),
    Column("tags", JSON, server_default="[]", nullable=False),
    Column("token_hash", String, nullable=False),
    Column("invited_by", Integer, ForeignKey("users.id"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("accepted_at", DateTime(timezone=True)),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("user_id", Integer, ForeignKey("users.id")),
    UniqueConstraint("token_hash"),
    Index("ix_invitations_organisation_id", "organisation_id"),
    Index(
        "uq_invitations_open",
        "organisation_id",
        "email",
        unique=True,
        **where("accepted_at IS NULL AND withdrawn_at IS NULL"),
    ),
)

Table(
    "login_sessions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("token_hash", String, nullable=False),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("last_seen_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("device", String, nullable=False),
    Column("address", String, nullable=False),
    Column("browser", String, server_default="", nullable=False),
    Column("strong", Boolean, server_default=false(), nullable=False),
    UniqueConstraint("token_hash"),
    Index("ix_login_sessions_user_id", "user_id"),
)

Table(
    "passkeys",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column(
        "user_id", Integer, ForeignKey("users.id", name="fk_passkeys_user_id_users"), nullable=False
    ),
    Column("credential_id", String, nullable=False),
    Column("public_key", String, nullable=False),
    Column("user_handle", String, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", String, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    UniqueConstraint("credential_id"),
    Index("ix_passkeys_user_id", "user_id"),
)

Table(
    "password_resets",
    METADATA,
    Column("token_hash", String, primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Index("ix_password_resets_user_id", "user_id"),
)

Table(
    "recovery_codes",
    METADATA,
    Column("user_id", Integer, ForeignKey("users.id"), primary_key=True),
    Column("code_hash", String, primary_key=True),
    Column("used_at", DateTime(timezone=True)),
)

Table(
    "second_factors",
    METADATA,
    Column("user_id", Integer, ForeignKey("users.id"), primary_key=True),
    Column("sealed_secret", String, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("last_step", BigInteger, nullable=False),
)

Table(
    "settings",
    METADATA,
    Column("key", String, primary_key=True),
    Column("value", String),
    Column("version", Integer, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("changed_by", Integer, ForeignKey("users.id"), nullable=False),
)

Table(
    "user_identities",
    METADATA,
    Column("user_id", Integer, ForeignKey("users.id"), primary_key=True),
    Column("issuer", String, primary_key=True),
    Column("subject", String, nullable=False),
    Column("linked_at", DateTime(timezone=True), nullable=False),
    Index("ix_user_identities_issuer_subject", "issuer", "subject", unique=True),
)

Table(
    "user_tags",
    METADATA,
    Column("user_id", Integer, ForeignKey("users.id"), primary_key=True),
    Column("tag", String, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)
