"""Ending a contract before its term: its rights fall in the same transaction."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import Organisation
from data.contracts.actions.moving import By, chosen, drop_text, move
from data.contracts.actions.outcome import close_rights, keep_outcome
from data.contracts.actions.telling import News, name_of, tell_client, tell_operator
from data.contracts.models import Contract
from data.contracts.queries.visible import organisation_for
from data.contracts.rules.amending import checked_reason
from data.contracts.rules.states import ending_of
from data.contracts.types import ContractState
from data.notifications.types import Kind
from data.rights.actions import end_contract


def terminate(  # noqa: PLR0913 (each by its name)
    db: Session, viewer: Viewer, uid: str, reason: str, *, version: int, now: datetime
) -> int:
    """End a contract at once; how many rights fell. Say before what follows (`queries`).

    By who may sign for the organisation, or by an account manager. An amendment on its way goes
    with it.
    """
    staff = viewer.staff
    viewer.require(Permission.CONTRACTS_COUNTERSIGN if staff else Permission.CONTRACTS_SIGN)
    words = checked_reason(reason)
    one = chosen(db, viewer, uid, version)
    by = By(now, viewer)
    trigger = ending_of(by.actor)
    was_active = one.state is ContractState.ACTIVE
    yesterday = viewer.today - timedelta(days=1)
    move(
        db,
        one,
        trigger,
        by,
        detail={"reason": words},
        reason=words,
        ended_on=yesterday if was_active else None,
    )
    drop_text(db, one, trigger, by)
    closed = 0
    if was_active:
        keep_outcome(db, one.organisation_id)
        closed = close_rights(db, one.organisation_id, now)
    news = News(Kind.CONTRACT_TERMINATED, name_of(viewer), reason=words)
    tell_client(db, one, news, now)
    tell_operator(db, one, news, now)
    return closed


def end_for(
    db: Session, viewer: Viewer, organisation_id: int, reason: str, *, now: datetime
) -> int:
    """For the operator: an organisation has no contract any more, be it on paper; rights fallen."""
    viewer.require(Permission.CONTRACTS_COUNTERSIGN)
    home = organisation_for(db, viewer, organisation_id)
    active = Contract.organisation_id == home, Contract.state == ContractState.ACTIVE
    one = db.scalars(select(Contract).where(*active)).one_or_none()
    if one is not None:
        return terminate(db, viewer, one.uid, reason, version=one.version, now=now)
    yesterday = viewer.today - timedelta(days=1)
    db.execute(
        update(Organisation).where(Organisation.id == home).values(contracted_until=yesterday)
    )
    return len(end_contract(db, viewer, home, now=now))
