"""Tables of accounts."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, Enum, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from core.access import OrganisationKind, Role
from core.database import Base


class Organisation(Base):
    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[OrganisationKind] = mapped_column(Enum(OrganisationKind, native_enum=False))
    siren: Mapped[str | None]
    created_at: Mapped[datetime]
    contracted_until: Mapped[date | None]  # last day of its contract, which keeps it; None: none
    # By the mirror: another distributor's portal decides of its rights, which are sent there.
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
    theme: Mapped[str] = mapped_column(default="light")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    demo_password: Mapped[bool] = mapped_column(default=False, server_default=false())
    erased_at: Mapped[datetime | None]  # nobody's any more: the row is what others refer to


class UserTag(Base):
    """A tag of its organisation's PCE that somebody is limited to; who has none sees every PCE.

    All of somebody's are set at one time: what names no PCE is theirs since then only.
    """

    __tablename__ = "user_tags"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class LoginSession(Base):
    """A signed-in browser; the cookie holds the token, the table only its SHA-256.

    It stays a month, closed or not: it tells which networks its owner comes from.
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
    """The application that gives somebody codes; worth nothing until it is confirmed by one."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    sealed_secret: Mapped[str]  # with a key derived from the portal's own, kept elsewhere
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger)  # half minute of the last code taken


class RecoveryCode(Base):
    """A code that replaces the application once; the table holds only its SHA-256."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key of WebAuthn that opens its owner's account, alone or after the password."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    credential_id: Mapped[str] = mapped_column(unique=True)  # base64url, as browsers write it
    public_key: Mapped[str]  # COSE, base64url
    user_handle: Mapped[str]  # random, one for all the passkeys of a user: it names nobody
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class SpentChallenge(Base):
    """What a passkey has signed: nothing signed serves twice. Purged after a day."""

    __tablename__ = "spent_challenges"

    challenge_hash: Mapped[str] = mapped_column(primary_key=True)
    spent_at: Mapped[datetime]


class LoginAttempt(Base):
    """A failed try, counted by account and network, and by address; purged after a day."""

    __tablename__ = "login_attempts"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]  # SHA-256 of the e-mail or the address: no personal data in the clear
    at: Mapped[datetime]


_OPEN = text("accepted_at IS NULL AND withdrawn_at IS NULL")


class Invitation(Base):
    """A single-use link to come into an organisation; the table holds only its token's SHA-256.

    Whether somebody has an account at this address already is said to its reader alone.
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
    tags: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")  # its limit
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # who it became


class UserIdentity(Base):
    """A person as a single sign-on provider knows them, by a subject that never changes."""

    __tablename__ = "user_identities"
    __table_args__ = (Index(None, "issuer", "subject", unique=True),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    linked_at: Mapped[datetime]


class ApiCredential(Base):
    """What a program of an organisation shows to be let in; only the secret's SHA-256 is kept."""

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
