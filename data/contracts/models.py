"""Tables of contracts: terms, texts, signatures, history and codes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_value
from data.contracts.types import (
    ContractActor,
    ContractState,
    ContractTrigger,
    DossierStep,
    Level,
    Party,
    SigningMethod,
    TextKind,
    TextState,
)

IS_ACTIVE = "state = 'active'"
IS_UNDER_WAY = "state IN ('draft', 'sent', 'client_signed', 'countersigned')"
IS_OPEN = "state IN ('offered', 'client_signed')"


def _unique_where(name: str, column: str, condition: str) -> Index:
    """Return a unique index of `column` over the rows where `condition` holds."""
    where = text(condition)
    return Index(name, column, unique=True, sqlite_where=where, postgresql_where=where)


class Contract(Base):
    """A contract between an organisation and the distributor, from its draft on.

    At most one is in force and one, its renewal, in preparation. `version` grows with each change:
    an action refers to the one that was seen.
    """

    __tablename__ = "contracts"
    __table_args__ = (
        Index(None, "organisation_id", "id"),
        Index(None, "state", "ends_on"),
        Index(None, "changed_at"),
        _unique_where("uq_contracts_active", "organisation_id", IS_ACTIVE),
        _unique_where("uq_contracts_under_way", "organisation_id", IS_UNDER_WAY),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    number: Mapped[str | None] = mapped_column(unique=True)  # assigned when it is first sent
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("contracts.id"), index=True)
    state: Mapped[ContractState] = mapped_column(enum_by_value(ContractState, 30))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by: Mapped[int]  # a user; no foreign key, as actions survive an erased account
    changed_at: Mapped[datetime]
    signer: Mapped[str] = mapped_column(default="")  # the signer's address, once sent
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    sent_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]  # its last day in force, once it is over
    reason: Mapped[str] = mapped_column(default="")  # of the last refusal, or of its end
    reminded: Mapped[int | None]  # days before its end of the last reminder
    invited_at: Mapped[datetime | None]  # when the people named in its dossier were invited


class ContractText(Base):
    """A text as it was offered: the contract or an amendment, with its state.

    `shown_sha256` is of the offered PDF, `sha256` of the current one with its seals.
    """

    __tablename__ = "contract_versions"
    __table_args__ = (
        UniqueConstraint("contract_id", "number", "round"),
        _unique_where("uq_contract_versions_open", "contract_id", IS_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id"))
    kind: Mapped[TextKind] = mapped_column(enum_by_value(TextKind, 30))
    number: Mapped[int]  # 0: the contract itself, n: its n-th amendment
    round: Mapped[int]  # how often it was offered, from 1
    state: Mapped[TextState] = mapped_column(enum_by_value(TextState, 30))
    template: Mapped[str]
    paper: Mapped[dict[str, Any]] = mapped_column(JSON)
    amendment: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    dossier: Mapped[dict[str, Any]] = mapped_column(JSON)  # as it was then
    power_key: Mapped[str] = mapped_column(default="")
    shown_key: Mapped[str]
    shown_sha256: Mapped[str]
    storage_key: Mapped[str]
    sha256: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int]


class ContractSignature(Base):
    """A signature of a text: signer, proof and resulting file."""

    __tablename__ = "contract_signatures"
    __table_args__ = (UniqueConstraint("version_id", "party"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("contract_versions.id"))
    party: Mapped[Party] = mapped_column(enum_by_value(Party, 30))
    user_id: Mapped[int]
    name: Mapped[str]
    function: Mapped[str]
    email: Mapped[str]
    at: Mapped[datetime]
    address: Mapped[str]
    method: Mapped[SigningMethod] = mapped_column(enum_by_value(SigningMethod, 30))
    consent: Mapped[str]
    level: Mapped[Level] = mapped_column(enum_by_value(Level, 30))
    shown_sha256: Mapped[str]
    sha256: Mapped[str]
    storage_key: Mapped[str] = mapped_column(unique=True)


class ContractEvent(Base):
    """An event of a contract, which the database refuses to change or delete."""

    __tablename__ = "contract_events"
    __table_args__ = (Index(None, "contract_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int]  # no foreign key: events outlive the contract
    at: Mapped[datetime]
    trigger: Mapped[ContractTrigger] = mapped_column(enum_by_value(ContractTrigger, 30))
    actor: Mapped[ContractActor] = mapped_column(enum_by_value(ContractActor, 30))
    user_id: Mapped[int | None]
    before: Mapped[ContractState | None] = mapped_column(enum_by_value(ContractState, 30))
    after: Mapped[ContractState] = mapped_column(enum_by_value(ContractState, 30))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class SigningCode(Base):
    """A code sent to a signer for one text; only a keyed hash is stored."""

    __tablename__ = "signing_codes"
    __table_args__ = (Index(None, "user_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("contract_versions.id"), index=True)
    party: Mapped[Party] = mapped_column(enum_by_value(Party, 30))  # the signing side
    code_hash: Mapped[str]
    sha256: Mapped[str]  # of the displayed text
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    voided_at: Mapped[datetime | None]  # another one was requested
    proved_at: Mapped[datetime | None]
    method: Mapped[SigningMethod | None] = mapped_column(enum_by_value(SigningMethod, 30))
    used_at: Mapped[datetime | None]


class Onboarding(Base):
    """The dossier of an organisation, with a JSON value for each step."""

    __tablename__ = "onboardings"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    steps: Mapped[dict[str, Any]] = mapped_column(JSON)
    power_key: Mapped[str] = mapped_column(default="")
    reached: Mapped[DossierStep] = mapped_column(enum_by_value(DossierStep, 30))
    version: Mapped[int]
    changed_at: Mapped[datetime]
