"""Apply transitions to contracts and texts by the tables, with a history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import change_one
from core.errors import Conflict, NotFound
from core.i18n import N_, _
from data.contracts.models import Contract, ContractEvent, ContractText
from data.contracts.queries.visible import HIDDEN, OPEN_TEXTS, get_actor, visible
from data.contracts.rules.labels import STATES
from data.contracts.rules.states import advance, advance_text, moves_contract
from data.contracts.types import ContractActor, ContractState, ContractTrigger
from data.identity.audit.actions import note

CHANGED = N_("Ce contrat a changé entre-temps : relisez-le avant d’agir.")
NOT_NOW = N_("Ce contrat est « {state} » : cette action n’y est pas possible.")
NO_TEXT = N_("Aucun texte n’attend de signature.")


@dataclass(frozen=True, slots=True)
class ContractAuthor:
    """The author and the date of a contract transition; no viewer for a job."""

    now: datetime
    viewer: Viewer | None = None

    @property
    def actor(self) -> ContractActor:
        if self.viewer is None:
            return ContractActor.SYSTEM
        return ContractActor.OPERATOR if self.viewer.behind else get_actor(self.viewer)

    @property
    def user_id(self) -> int | None:
        """Return the acting user; under impersonation, the person who impersonates."""
        return (self.viewer.behind or self.viewer.user_id) if self.viewer else None


def locked(db: Session, query: Select[Contract]) -> Contract | None:
    """Return one contract, locked and reloaded."""
    return db.scalars(
        query.with_for_update(of=Contract).execution_options(populate_existing=True)
    ).one_or_none()


def chosen(db: Session, viewer: Viewer, uid: str, version: int | None = None) -> Contract:
    """Return a visible contract, locked; raise Conflict if it is no longer at `version`."""
    contract = locked(db, visible(viewer).where(Contract.uid == uid))
    if contract is None:
        raise NotFound(HIDDEN)
    if version is not None and contract.version != version:
        raise Conflict(CHANGED)
    return contract


def open_text(db: Session, contract: Contract) -> ContractText:
    """Return the text that waits for a signature; raise Conflict when there is none."""
    open_version = waiting_text(db, contract)
    if open_version is None:
        raise Conflict(NO_TEXT)
    return open_version


def waiting_text(db: Session, contract: Contract) -> ContractText | None:
    mine = ContractText.contract_id == contract.id, ContractText.state.in_(OPEN_TEXTS)
    query = select(ContractText).where(*mine)
    return db.scalars(query.execution_options(populate_existing=True)).one_or_none()


def move(
    db: Session,
    one: Contract,
    trigger: ContractTrigger,
    by: ContractAuthor,
    *,
    detail: Mapping[str, object] | None = None,
    **values: Any,  # noqa: ANN401 (columns)
) -> None:
    """Apply a transition with `values`; raise Conflict when it is not allowed, or lost a race.

    The UPDATE is counted: one of two concurrent changes wins.
    """
    before = one.state
    after = advance(before, trigger, by.actor)
    if after is None:
        raise Conflict(NOT_NOW, state=_(STATES[before]))
    update_version(db, one, by, state=after, **values)
    record(db, one, trigger, by, before=before, detail=detail)


def update_version(db: Session, one: Contract, by: ContractAuthor, **values: Any) -> None:  # noqa: ANN401
    """Write the next version of a contract; raise Conflict when another change was faster."""
    change = (
        update(Contract)
        .where(Contract.id == one.id, Contract.version == one.version)
        .values(version=one.version + 1, changed_at=by.now, **values)
    )
    change_one(db, change, CHANGED)
    db.refresh(one)


def move_text(
    db: Session,
    text: ContractText,
    trigger: ContractTrigger,
    by: ContractAuthor,
    **values: Any,  # noqa: ANN401
) -> None:
    """Apply a transition to a text, before its contract's so that a lost race changes nothing."""
    after = advance_text(text.state, trigger, by.actor)
    if after is None:
        raise Conflict(CHANGED)
    change = (
        update(ContractText)
        .where(
            ContractText.id == text.id,
            ContractText.state == text.state,
            ContractText.sha256 == text.sha256,
        )
        .values(state=after, **values)
    )
    change_one(db, change, CHANGED)
    db.refresh(text)


def drop_text(
    db: Session, contract: Contract, trigger: ContractTrigger, by: ContractAuthor
) -> None:
    """Cancel a pending amendment together with its contract."""
    text = waiting_text(db, contract)
    if text is not None:
        move_text(db, text, trigger, by)


def move_both(  # noqa: PLR0913 (passed by name)
    db: Session,
    contract: Contract,
    text: ContractText,
    trigger: ContractTrigger,
    by: ContractAuthor,
    *,
    detail: Mapping[str, object] | None = None,
    of_text: Mapping[str, object] | None = None,
    **values: Any,  # noqa: ANN401
) -> None:
    """Apply a transition to a text, and to its contract when it is the contract itself.

    Events of an amendment are recorded in the contract's history without changing its state.
    """
    full_detail = {**(detail or {}), **({"number": text.number} if text.number else {})}
    move_text(db, text, trigger, by, **(of_text or {}))
    if moves_contract(text.kind):
        move(db, contract, trigger, by, detail=full_detail, **values)
        return
    before = contract.state
    if before is not ContractState.ACTIVE:
        raise Conflict(NOT_NOW, state=_(STATES[before]))
    update_version(db, contract, by)
    record(db, contract, trigger, by, before=before, detail=full_detail)


def record(
    db: Session,
    contract: Contract,
    trigger: ContractTrigger,
    by: ContractAuthor,
    *,
    before: ContractState | None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Record an event in the contract's history and in the portal's journal."""
    db.add(
        ContractEvent(
            contract_id=contract.id,
            at=by.now,
            trigger=trigger,
            actor=by.actor,
            user_id=by.user_id,
            before=before,
            after=contract.state,
            detail=dict(detail or {}),
        )
    )
    home = by.viewer.organisation_id if by.viewer else 0
    actor = (by.user_id, home) if by.user_id is not None else None
    number = (detail or {}).get("number", 0)
    note_detail = {"number": number} if number else {}
    note(
        db,
        by.now,
        f"contracts.{trigger}",
        ("contract", contract.id),
        actor=actor,
        detail=note_detail,
    )
    db.flush()
