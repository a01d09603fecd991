"""Counting the calls of programs."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data.access import Viewer
from data.accounts.models import ApiCredential
from data.accounts.rules import is_stale
from data.db import upsert
from data.errors import TooMany
from data.programs.models import ProgramUse
from data.programs.rules import next_turn, until_tomorrow
from data.programs.types import Pace
from i18n import N_


def count_call(db: Session, viewer: Viewer, pace: Pace, now: datetime) -> TooMany | None:
    """Count one call of a program, and that its credential is used.

    Gives back the refusal of one too many rather than raise it, so that the caller commits. A call
    that is refused takes nothing: who waits for what it says is let in.
    """
    use = _locked(db, viewer, now)
    calls = use.calls if use.day == viewer.today else 0
    turn = next_turn(use.ready_at, now, pace)
    if pace.a_day and calls >= pace.a_day:
        return TooMany(
            N_("Votre organisation a fait ses {most} appels du jour : reprenez demain."),
            most=pace.a_day,
            seconds=until_tomorrow(now),
        )
    if turn.wait:
        sentence = N_("Trop d’appels à la suite : {most} par minute au plus. Attendez {seconds} s.")
        return TooMany(sentence, most=pace.a_minute, seconds=turn.wait)
    use.day, use.calls, use.ready_at = viewer.today, calls + 1, turn.ready_at
    _touch(db, -viewer.user_id, now)
    return None


def _locked(db: Session, viewer: Viewer, now: datetime) -> ProgramUse:
    values = {
        "organisation_id": viewer.organisation_id,
        "day": viewer.today,
        "calls": 0,
        "ready_at": now,
    }
    mine = select(ProgramUse).where(ProgramUse.organisation_id == viewer.organisation_id)
    found = db.scalars(mine.with_for_update()).one_or_none()
    if found is None:
        db.execute(upsert(db, ProgramUse).on_conflict_do_nothing(), [values])
        found = db.scalars(mine.with_for_update()).one()
    return found


def _touch(db: Session, credential_id: int, now: datetime) -> None:
    """Its last use, to the minute."""
    mine = ApiCredential.id == credential_id
    last = db.scalar(select(ApiCredential.last_used_at).where(mine))
    if last is None or is_stale(last, now):
        db.execute(update(ApiCredential).where(mine).values(last_used_at=now))
