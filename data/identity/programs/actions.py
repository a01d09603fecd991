"""Count the calls of programs."""

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import Prepared, upsert
from core.errors import TooMany
from core.i18n import N_, PARIS
from data.identity.accounts.models import ApiCredential
from data.identity.accounts.rules import is_stale
from data.identity.programs.models import ProgramUse
from data.identity.programs.queries import find_locked_program
from data.identity.programs.rules import next_turn, until_tomorrow
from data.identity.programs.types import Calling, ProgramPace

_COUNTED = Prepared(  # run by each call
    update(ProgramUse)
    .where(ProgramUse.organisation_id == bindparam("organisation"))
    .values({name: bindparam(f"new_{name}") for name in ("day", "calls", "ready_at")})
    .returning(ProgramUse.calls)
)


def let_in(
    db: Session, credential_id: int, pace: ProgramPace, now: datetime, *, uncounted: int = 0
) -> tuple[Viewer | None, TooMany | None]:
    """Count a call and return its program as a viewer; None for an invalid credential.

    A call over the limit is returned as TooMany rather than raised, so that the caller commits; it
    is not counted. `uncounted` calls, which came while nothing could be written, are counted now.
    """
    program = find_locked_program(db, credential_id, now)
    if program is None and _begin(db, credential_id, now):
        program = find_locked_program(db, credential_id, now)
    if program is None:
        return None, None
    return program.viewer, _count(db, program, pace, now, uncounted)


def _count(
    db: Session, program: Calling, pace: ProgramPace, now: datetime, uncounted: int
) -> TooMany | None:
    today, calls = program.viewer.today, program.calls
    calls = uncounted + (calls if program.day == today else 0)
    turn = next_turn(program.ready_at, now, pace)
    if pace.a_day and calls >= pace.a_day:
        return TooMany(
            N_("Votre organisation a fait ses {most} appels du jour : reprenez demain."),
            most=pace.a_day,
            seconds=until_tomorrow(now),
        )
    if turn.wait:
        sentence = N_("Trop d’appels à la suite : {most} par minute au plus. Attendez {seconds} s.")
        return TooMany(sentence, most=pace.a_minute, seconds=turn.wait)
    values = {"new_day": today, "new_calls": calls + 1, "new_ready_at": turn.ready_at}
    _COUNTED.raw(db, {"organisation": program.viewer.organisation_id, **values})
    if program.last_used_at is None or is_stale(program.last_used_at, now):
        mine = ApiCredential.id == -program.viewer.user_id
        db.execute(update(ApiCredential).where(mine).values(last_used_at=now))
    return None


def _begin(db: Session, credential_id: int, now: datetime) -> bool:
    """Create the counter of the credential's organisation; return False without a credential."""
    organisation_id = db.scalar(
        select(ApiCredential.organisation_id).where(ApiCredential.id == credential_id)
    )
    if organisation_id is None:
        return False
    day = now.astimezone(PARIS).date()
    values = {"organisation_id": organisation_id, "day": day, "calls": 0, "ready_at": now}
    db.execute(upsert(db, ProgramUse).on_conflict_do_nothing(), [values])
    return True
