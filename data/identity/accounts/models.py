"""Tables of accounts."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, Enum, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from core.access import SYSTEM, OrganisationKind, Role
from core.database import Base


class Organisation(Base):
    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[OrganisationKind] = mapped_column(Enum(OrganisationKind, native_enum=False))
    siren: Mapped[str | None]
    created_at: Mapped[datetime]
    # last day of its contract, set by contracts; None without
    contracted_until: Mapped[date | None]
    # Set by the mirror: rights are sent to another distributor's portal, which decides.
    sends_upstream: Mapped[bool] = mapped_column(default=False, server_default=false())


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    email: Mapped[str] = mapped_column(unique=True)  # lower case
    name: Mapped[str]
    role: Mapped[Role] = mapped_column(Enum(Role, native_enum=False))
    password_hash: Mapped[str]
    password_changed_at: Mapped[datetime]
    language: Mapped[str] = mapped_column(default="fr")
    theme: Mapped[str] = mapped_column(default=SYSTEM)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    demo_password: Mapped[bool] = mapped_column(default=False, server_default=false())
    # when the account was erased; the row remains for references
    erased_at: Mapped[datetime | None]


class UserTag(Base):
    """A tag that restricts somebody to PCEs with it; people without tags see all PCEs.

    All tags of a person are set together; `at` is when.
    """

    __tablename__ = "user_tags"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class LoginSession(Base):
    """A signed-in browser; the cookie holds the token, the table only its SHA-256.

    Rows are kept for a month, closed or not, as they show which networks the owner uses.
    """

    __tablename__ = "login_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    browser: Mapped[str] = mapped_column(default="", server_default="")  # SHA-256 of its cookie
    strong: Mapped[bool] = mapped_column(default=False, server_default=false())  # two factors


class PasswordReset(Base):
    """A single-use link to choose a new password."""

    __tablename__ = "password_resets"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SecondFactor(Base):
    """Somebody's authenticator application, unusable until confirmed by a code."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    sealed_secret: Mapped[str]  # encrypted with a key derived from the portal's secret
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger)  # half minute of the last accepted code


class RecoveryCode(Base):
    """A code that replaces the application once; the table holds only its SHA-256."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A WebAuthn key that opens its owner's account, alone or after the password."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    credential_id: Mapped[str] = mapped_column(unique=True)  # base64url, as browsers write it
    public_key: Mapped[str]  # COSE, base64url
    user_handle: Mapped[str]  # random, shared by all passkeys of a user; anonymous
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class SpentChallenge(Base):
    """A signed challenge, which cannot be used again; purged after a day."""

    __tablename__ = "spent_challenges"

    challenge_hash: Mapped[str] = mapped_column(primary_key=True)
    spent_at: Mapped[datetime]


class LoginAttempt(Base):
    """A failed attempt, counted by account and network, and by address; purged after a day."""

    __tablename__ = "login_attempts"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]  # SHA-256 of the e-mail or address, so that no personal data is in clear
    at: Mapped[datetime]


_OPEN = text("accepted_at IS NULL AND withdrawn_at IS NULL")


class Invitation(Base):
    """A single-use link to join an organisation; the table holds only its token's SHA-256.

    Whether the address already has an account is only said to its reader.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index(
            "uq_invitations_open",
            "organisation_id",
            "email",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    email: Mapped[str]  # lower case
    name: Mapped[str]
    role: Mapped[Role] = mapped_column(Enum(Role, native_enum=False))
    language: Mapped[str] = mapped_column(default="fr")
    # the restriction
    tags: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # the user created by it


class UserIdentity(Base):
    """A person's stable subject at a single sign-on provider."""

    __tablename__ = "user_identities"
    __table_args__ = (Index(None, "issuer", "subject", unique=True),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    linked_at: Mapped[datetime]


class ApiCredential(Base):
    """The credential of an organisation's program; only the secret's SHA-256 is stored."""

    __tablename__ = "api_credentials"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str]
    client_id: Mapped[str] = mapped_column(unique=True)
    secret_hash: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
