"""Addresses of letters that may decide nothing any more: closed since, or their role changed."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data.accounts.models import User
from data.accounts.queries import answering
from data.db import blocks
from data.pces.models import Pce
from data.rights.models import AccessRight
from data.rights.rules.addresses import reaches

Emails = Mapping[int, frozenset[str]]  # by organisation, those of people of its own


def silent_in(db: Session, wanted: ColumnElement[bool]) -> frozenset[str]:
    """The uids of the *wanted* rights whose address is an account of the holder without a say.

    The link of a letter proves no more than that account does.
    """
    query = (
        select(AccessRight.uid, AccessRight.email, Pce.holder_id)
        .join(Pce, Pce.id == AccessRight.pce_id)
        .where(wanted, Pce.holder_id.is_not(None))
    )
    rows = db.execute(query).all()
    holders = {row.holder_id for row in rows}
    accounts, deciding = accounts_of(db, holders), answering(db, holders)
    return frozenset(
        row.uid
        for row in rows
        if reaches(row.email, accounts.get(row.holder_id, ()))
        and not reaches(row.email, deciding.get(row.holder_id, ()))
    )


def accounts_of(db: Session, organisation_ids: Collection[int]) -> Emails:
    """Of the closed accounts too: their mailboxes have the same owner."""
    found: dict[int, set[str]] = {}
    query = select(User.organisation_id, User.email)
    for block in blocks(sorted(organisation_ids)):
        for organisation_id, email in db.execute(query.where(User.organisation_id.in_(block))):
            found.setdefault(organisation_id, set()).add(email)
    return {organisation_id: frozenset(emails) for organisation_id, emails in found.items()}
