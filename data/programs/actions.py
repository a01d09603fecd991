"""Counting the calls of programs."""

from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select, true, update
from sqlalchemy.orm import Session

from data.access import Viewer
from data.accounts.models import ApiCredential
from data.accounts.rules import is_stale
from data.db import Prepared, upsert
from data.errors import TooMany
from data.programs.models import ProgramUse
from data.programs.rules import next_turn, until_tomorrow
from data.programs.types import Pace
from i18n import N_

_COUNTED = update(ProgramUse).where(  # not through the session: each call does it
    ProgramUse.organisation_id == bindparam("organisation")
)


@cache
def _use(*, postgresql: bool) -> Prepared:
    """The day counted, its calls, when the next may come, and when the credential was last used.

    On PostgreSQL the commit then does not wait for the disk: a crash may forget the calls of its
    last instant. On SQLite none does (WAL).
    """
    columns: list[Any] = [
        *(ProgramUse.day, ProgramUse.calls, ProgramUse.ready_at),
        ApiCredential.last_used_at,
    ]
    if postgresql:
        columns.append(func.set_config("synchronous_commit", "off", true()))
    return Prepared(
        select(*columns)
        .join(ApiCredential, ApiCredential.organisation_id == ProgramUse.organisation_id)
        .where(
            ProgramUse.organisation_id == bindparam("organisation"),
            ApiCredential.id == bindparam("credential"),
        )
        .with_for_update(of=ProgramUse)
    )


def count_call(db: Session, viewer: Viewer, pace: Pace, now: datetime) -> TooMany | None:
    """Count one call of a program, and that its credential is used.

    Gives back the refusal of one too many rather than raise it, so that the caller commits. A call
    that is refused takes nothing: who waits for what it says is let in.
    """
    day, calls, ready_at, last = _locked(db, viewer, now)
    if day != viewer.today:
        calls = 0
    turn = next_turn(ready_at, now, pace)
    if pace.a_day and calls >= pace.a_day:
        return TooMany(
            N_("Votre organisation a fait ses {most} appels du jour : reprenez demain."),
            most=pace.a_day,
            seconds=until_tomorrow(now),
        )
    if turn.wait:
        sentence = N_("Trop d’appels à la suite : {most} par minute au plus. Attendez {seconds} s.")
        return TooMany(sentence, most=pace.a_minute, seconds=turn.wait)
    values = {"day": viewer.today, "calls": calls + 1, "ready_at": turn.ready_at}
    db.connection().execute(_COUNTED, {"organisation": viewer.organisation_id, **values})
    if last is None or is_stale(last, now):
        mine = ApiCredential.id == -viewer.user_id
        db.execute(update(ApiCredential).where(mine).values(last_used_at=now))
    return None


def _locked(
    db: Session, viewer: Viewer, now: datetime
) -> tuple[date, int, datetime, datetime | None]:
    """What `_use` says; nobody else counts a call of the organisation meanwhile."""
    query = _use(postgresql=db.get_bind().dialect.name == "postgresql")
    mine = {"organisation": viewer.organisation_id, "credential": -viewer.user_id}
    found = query.rows(db, mine)
    if not found:
        values = {
            "organisation_id": viewer.organisation_id,
            "day": viewer.today,
            "calls": 0,
            "ready_at": now,
        }
        db.execute(upsert(db, ProgramUse).on_conflict_do_nothing(), [values])
        found = query.rows(db, mine)
    day, calls, ready_at, last, *_hastened = found[0]
    return day, calls, ready_at, last
