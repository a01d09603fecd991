"""End a contract before its term, and its rights in the same transaction."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.contracts.actions.contract_periods import close_rights, keep_outcome
from data.contracts.actions.notices import ContractNews, name_of, tell_client, tell_operator
from data.contracts.actions.transitions import ContractAuthor, chosen, drop_text, move
from data.contracts.models import Contract
from data.contracts.queries.visible import get_contract_organisation
from data.contracts.rules.amendment import checked_reason
from data.contracts.rules.states import ending_of
from data.contracts.types import ContractState
from data.identity.accounts.models import Organisation
from data.notifications.types import NotificationKind
from data.rights.actions import end_contract


def terminate(
    db: Session, viewer: Viewer, uid: str, reason: str, *, version: int, now: datetime
) -> int:
    """End a contract at once; return how many rights end.

    Show the effects first (see `queries`). Allowed to a signer of the organisation and to an
    account manager. A pending amendment is cancelled.
    """
    staff = viewer.staff
    viewer.require(Permission.CONTRACTS_COUNTERSIGN if staff else Permission.CONTRACTS_SIGN)
    words = checked_reason(reason)
    contract = chosen(db, viewer, uid, version)
    by = ContractAuthor(now, viewer)
    trigger = ending_of(by.actor)
    was_active = contract.state is ContractState.ACTIVE
    yesterday = viewer.today - timedelta(days=1)
    move(
        db,
        contract,
        trigger,
        by,
        detail={"reason": words},
        reason=words,
        ended_on=yesterday if was_active else None,
    )
    drop_text(db, contract, trigger, by)
    closed = 0
    if was_active:
        keep_outcome(db, contract.organisation_id)
        closed = close_rights(db, contract.organisation_id, now)
    news = ContractNews(NotificationKind.CONTRACT_TERMINATED, name_of(viewer), reason=words)
    tell_client(db, contract, news, now)
    tell_operator(db, contract, news, now)
    return closed


def end_for(
    db: Session, viewer: Viewer, organisation_id: int, reason: str, *, now: datetime
) -> int:
    """End an organisation's contract, even on paper, for the operator; return the rights ended."""
    viewer.require(Permission.CONTRACTS_COUNTERSIGN)
    home = get_contract_organisation(db, viewer, organisation_id)
    active = Contract.organisation_id == home, Contract.state == ContractState.ACTIVE
    contract = db.scalars(select(Contract).where(*active)).one_or_none()
    if contract is not None:
        return terminate(db, viewer, contract.uid, reason, version=contract.version, now=now)
    yesterday = viewer.today - timedelta(days=1)
    db.execute(
        update(Organisation).where(Organisation.id == home).values(contracted_until=yesterday)
    )
    return len(end_contract(db, viewer, home, now=now))
