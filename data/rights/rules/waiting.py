"""Who must act on a right, and before when; when letters leave."""

from datetime import date, datetime, timedelta

from data.rights.types import Actor, Delays, NextStep, RightRole, RightState
from i18n import N_

QUARTER = 15  # minutes between two batches of letters
REMIND_DAYS = (60, 30, 7)  # before a right ends


def answer_due(declared_on: date, delays: Delays) -> date:
    """The last day on which the holder, or the distributor, may answer."""
    return declared_on + timedelta(days=delays.answer_days)


def next_quarter(now: datetime) -> datetime:
    """The next quarter of an hour after *now*: declared at 09:31, the letter leaves at 09:45."""
    whole = now.replace(minute=now.minute - now.minute % QUARTER, second=0, microsecond=0)
    return whole + timedelta(minutes=QUARTER)


def reminder_of(ends_on: date, declared_on: date, reminded: int | None, today: date) -> int | None:
    """Which of REMIND_DAYS a right is to be recalled for now; None when none is due.

    One that was missed is caught up; one that lasts less is not recalled for it.
    """
    left = (ends_on - today).days
    due = [days for days in REMIND_DAYS if 0 <= left <= days < (ends_on - declared_on).days]
    nearest = min(due, default=None)
    if nearest is None or (reminded is not None and reminded <= nearest):
        return None
    return nearest


def next_step(
    role: RightRole,
    state: RightState,
    today: date,
    *,
    answer_due: date | None,
    ends_on: date | None,
) -> NextStep:
    """Who must act on a right in *state*, before when, and the sentence that says it."""
    if state is RightState.PENDING:
        sentence = N_("Le titulaire doit répondre avant le {day}.")
        return NextStep(Actor.HOLDER, answer_due, sentence, {"day": answer_due})
    if state is RightState.RECHECK:
        sentence = N_("Le distributeur doit vérifier l’identité du titulaire avant le {day}.")
        return NextStep(Actor.DISTRIBUTOR, answer_due, sentence, {"day": answer_due})
    if state is RightState.ACTIVE:
        return _active(role, today, ends_on)
    return NextStep(None, None, _ENDS[state], {})


_ENDS = {
    RightState.REFUSED: N_("Le titulaire a refusé : rien à faire, sauf à le lui redemander."),
    RightState.REVOKED: N_("Le droit a été révoqué : les données ne sont plus lisibles."),
    RightState.OBSOLETE: N_("Le droit est terminé : déclarez-en un nouveau si besoin."),
}


def _active(role: RightRole, today: date, ends_on: date | None) -> NextStep:
    if ends_on is None or not role.authorised:
        return NextStep(None, ends_on, N_("Rien à faire : le droit est ouvert."), {})
    if (ends_on - today).days > max(REMIND_DAYS):
        sentence = N_("Rien à faire avant la fin du droit, le {day}.")
        return NextStep(None, ends_on, sentence, {"day": ends_on})
    sentence = N_("Renouvelez le droit avant sa fin, le {day}.")
    return NextStep(Actor.THIRD_PARTY, ends_on, sentence, {"day": ends_on})
