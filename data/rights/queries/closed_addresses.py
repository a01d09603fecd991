"""Query letter addresses that can no longer decide: closed accounts, changed roles."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, false, select, tuple_
from sqlalchemy.orm import Session

from core.database import blocks
from data.identity.accounts.models import User
from data.identity.accounts.queries import list_deciding_emails
from data.metering.pces.models import Pce
from data.rights.models import AccessRight
from data.rights.rules.addresses import reaches

Emails = Mapping[int, frozenset[str]]  # e-mails of people, by organisation id


def list_silent_rights(db: Session, condition: ColumnElement[bool]) -> frozenset[str]:
    """Return uids of rights addressed to an account of the holder that cannot decide.

    The link of a letter proves no more than that account does.
    """
    silent = is_silent(db, condition)
    query = select(AccessRight.uid).join(Pce, Pce.id == AccessRight.pce_id)
    return frozenset(db.scalars(query.where(condition, silent)))


def is_silent(db: Session, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Build the condition used by `list_silent_rights`, for a query that joins `Pce`.

    A letter has few addresses and holders, whatever its number of rights.
    """
    pairs = (
        select(AccessRight.email, Pce.holder_id)
        .join(Pce, Pce.id == AccessRight.pce_id)
        .where(condition, Pce.holder_id.is_not(None))
        .distinct()
    )
    rows = [(row.email, row.holder_id) for row in db.execute(pairs) if row.holder_id is not None]
    holders = {holder for _, holder in rows}
    accounts, deciding = load_account_emails(db, holders), list_deciding_emails(db, holders)
    silent = [
        (email, holder)
        for email, holder in rows
        if reaches(email, accounts.get(holder, ())) and not reaches(email, deciding.get(holder, ()))
    ]
    return tuple_(AccessRight.email, Pce.holder_id).in_(silent) if silent else false()


def load_account_emails(db: Session, organisation_ids: Collection[int]) -> Emails:
    """Load the e-mails of accounts, closed ones included: their mailboxes have the same owner."""
    emails_by_organisation: dict[int, set[str]] = {}
    query = select(User.organisation_id, User.email)
    for block in blocks(sorted(organisation_ids)):
        for organisation_id, email in db.execute(query.where(User.organisation_id.in_(block))):
            emails_by_organisation.setdefault(organisation_id, set()).add(email)
    return {
        organisation_id: frozenset(emails)
        for organisation_id, emails in emails_by_organisation.items()
    }
