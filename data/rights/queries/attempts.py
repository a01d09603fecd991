"""Query the failed declaration attempts of an organisation, by person, line and date."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, union_all
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.identity.accounts.models import ApiCredential, User
from data.identity.audit.queries import count_acts_of, find_last_event_at
from data.rights.models import RightTry
from data.rights.types import TRIES_SHOWN, FailedLookup
from data.runs.models import Run

DAY = timedelta(days=1)
REFUSED, DOUBTED, CANCELLED = "rights.not_known", "rights.name_not_known", "rights.cancelled"
# journal actions, which count repetitions that digests count once
ONE_BY_ONE = (REFUSED, DOUBTED, CANCELLED)
LIFTED = "rights.tries_lifted"  # by the distributor, for an organisation


def is_try_of(organisation_id: int) -> ColumnElement[bool]:
    """Return the condition for attempts of an organisation's people and programs (negative ids)."""
    people = select(User.id).where(User.organisation_id == organisation_id)
    programs = select(-ApiCredential.id).where(ApiCredential.organisation_id == organisation_id)
    return RightTry.user_id.in_(union_all(people, programs))


def list_tries(db: Session, viewer: Viewer) -> tuple[tuple[FailedLookup, ...], int]:
    """Return the viewer's latest failed lookups and their number."""
    viewer.require(Permission.RIGHTS_DECLARE)
    mine = (RightTry.user_id == viewer.user_id, RightTry.number != "")
    query = select(RightTry, Run.file_name).outerjoin(Run, Run.id == RightTry.run_id).where(*mine)
    latest = query.order_by(RightTry.at.desc(), RightTry.run_id, RightTry.line).limit(TRIES_SHOWN)
    attempts = tuple(
        FailedLookup(attempt.line, attempt.number, attempt.reason, file_name or "", attempt.at)
        for attempt, file_name in db.execute(latest)
    )
    count = select(func.count()).select_from(RightTry).where(*mine)
    return attempts, db.scalar(count) or 0


def count_tries(db: Session, viewer: Viewer, organisation_id: int, now: datetime) -> int:
    """Count the failed attempts of an organisation within a day; for staff."""
    viewer.require(Permission.RIGHTS_SETTLE)
    tried = is_try_of(organisation_id) & (RightTry.at > now - DAY)
    each = select(func.max(RightTry.weight).label("weight")).where(tried).group_by(RightTry.digest)
    weights = each.subquery()
    since = find_tries_start(db, organisation_id, now)
    one_by_one = count_acts_of(db, organisation_id, ONE_BY_ONE, since)
    return max(db.scalar(select(func.sum(weights.c.weight))) or 0, one_by_one)


def find_tries_start(db: Session, organisation_id: int, now: datetime) -> datetime:
    """Return since when attempts count: a day ago, or the distributor's last reset."""
    lifted = find_last_event_at(db, LIFTED, ("organisation", organisation_id))
    return max(lifted, now - DAY) if lifted else now - DAY
