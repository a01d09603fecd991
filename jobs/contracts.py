"""Start and end contracts on their dates, send reminders and invitations, delete orphans."""

from datetime import date, datetime

import structlog
from sqlalchemy.orm import Session

from core.database import Database
from core.i18n import PARIS
from data.administration.people.actions import invite_guests
from data.contracts import actions, queries
from data.contracts.files.keys import SealKey
from data.contracts.types import Applied


def apply_due(database: Database, now: datetime) -> Applied:
    """Apply what is due today, one transaction per contract, so that a killed job resumes.

    Contracts that start come first: a renewal must take over before the previous one ends.
    """
    today = now.astimezone(PARIS).date()
    started = expired = rights = 0
    with database.reading() as db:
        starting = queries.list_starting(db, today)
    for id_ in starting:
        with database.transaction() as db:
            started += actions.start_due(db, [id_], today, now)
    with database.reading() as db:
        over = queries.list_over(db, today)
    for id_ in over:
        with database.transaction() as db:
            more, closed = actions.expire_due(db, [id_], today, now)
        expired, rights = expired + more, rights + closed
    rights += _close_lingering(database, today, now)
    return Applied(started, expired, rights)


def remind(database: Database, now: datetime) -> int:
    """Remind of contracts that end in 60, 30 or 7 days, one transaction each; return how many."""
    today = now.astimezone(PARIS).date()
    with database.reading() as db:
        due = queries.list_ending(db, today)
    reminded = 0
    for id_, days in due.items():
        with database.transaction() as db:
            reminded += actions.remind_due(db, {id_: days}, today, now)
    return reminded


def recall_papers(database: Database, now: datetime) -> int:
    """Remind of presumed paper contracts that end in 60, 30 or 7 days; return how many people.

    One transaction per organisation; account managers get one message for all of a day.
    """
    today = now.astimezone(PARIS).date()
    with database.reading() as db:
        due = queries.list_presumed(db, today)
    recipient_count = 0
    for until, homes in due.items():
        for home in homes:
            with database.transaction() as db:
                recipient_count += actions.recall_paper(db, home, now)
        with database.transaction() as db:
            recipient_count += actions.recall_papers(db, until, len(homes), now)
    return recipient_count


def watch_seal(database: Database, key: SealKey | None, now: datetime) -> int:
    """Remind the operator that the certificate ends in 60, 30 or 7 days; return how many."""
    if key is None:
        return 0
    until = key.expires_at.astimezone(PARIS).date()
    with database.transaction() as db:
        return actions.recall_seal(db, key.owner, until, demo=key.demo, now=now)


def invite_named(database: Database, now: datetime) -> int:
    """Invite the people named in the dossiers of contracts in force; return how many.

    One transaction per contract: if killed before its end, nobody of it was invited, and the next
    call invites them all.
    """
    with database.reading() as db:
        due = queries.list_inviting(db)
    invited = 0
    for id_ in due:
        with database.transaction() as db:
            guests = actions.take_guests(db, id_, now)
            invited += invite_guests(db, guests, now=now) if guests else 0
    return invited


def _close_lingering(database: Database, today: date, now: datetime) -> int:
    """End the rights that a pending import created after the contract ended; return how many."""
    with database.reading() as db:
        homes = queries.list_lingering(db, today)
    closed = 0
    for organisation_id in homes:
        with database.transaction() as db:
            closed += _closed(db, organisation_id, now)
    return closed


def _closed(db: Session, organisation_id: int, now: datetime) -> int:
    closed = actions.close_rights(db, organisation_id, now)
    structlog.get_logger().warning(
        "contracts.rights_lingered", organisation=organisation_id, rights=closed
    )
    return closed
