"""Addresses of letters that may decide nothing any more: closed since, or their role changed."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, false, select, tuple_
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
    silent = is_silent(db, wanted)
    query = select(AccessRight.uid).join(Pce, Pce.id == AccessRight.pce_id)
    return frozenset(db.scalars(query.where(wanted, silent)))


def is_silent(db: Session, wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition that `silent_in` reads by, for a query that joins `Pce`.

    A letter has few addresses and few holders, however many rights it is about.
    """
    pairs = (
        select(AccessRight.email, Pce.holder_id)
        .join(Pce, Pce.id == AccessRight.pce_id)
        .where(wanted, Pce.holder_id.is_not(None))
        .distinct()
    )
    rows = [(row.email, row.holder_id) for row in db.execute(pairs) if row.holder_id is not None]
    holders = {holder for _, holder in rows}
    accounts, deciding = accounts_of(db, holders), answering(db, holders)
    silent = [
        (email, holder)
        for email, holder in rows
        if reaches(email, accounts.get(holder, ())) and not reaches(email, deciding.get(holder, ()))
    ]
    return tuple_(AccessRight.email, Pce.holder_id).in_(silent) if silent else false()


def accounts_of(db: Session, organisation_ids: Collection[int]) -> Emails:
    """Of the closed accounts too: their mailboxes have the same owner."""
    found: dict[int, set[str]] = {}
    query = select(User.organisation_id, User.email)
    for block in blocks(sorted(organisation_ids)):
        for organisation_id, email in db.execute(query.where(User.organisation_id.in_(block))):
            found.setdefault(organisation_id, set()).add(email)
    return {organisation_id: frozenset(emails) for organisation_id, emails in found.items()}
