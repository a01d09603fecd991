"""Compute a right's next actor, deadline and letters."""

from datetime import date, datetime, timedelta

from core.i18n import N_, PARIS
from data.identity.settings.types import OperatorSettings
from data.rights.types import (
    Act,
    Delays,
    NextStep,
    ProofState,
    RightActor,
    RightRow,
    RightState,
    SiblingRights,
)

QUARTER = 15  # minutes between two batches of letters
REMIND_DAYS = (60, 30, 7)  # before a right ends


def delays_of(values: OperatorSettings) -> Delays:
    """Return the delays of access rights from the operator's settings."""
    return Delays(values.answer_days, values.longest_years)


def answer_due(declared_on: date, delays: Delays) -> date:
    """Return the last day on which the holder, or the distributor, may answer."""
    return declared_on + timedelta(days=delays.answer_days)


def next_quarter(now: datetime) -> datetime:
    """Return the next quarter of an hour: a declaration at 09:31 is sent at 09:45."""
    quarter_start = now.replace(minute=now.minute - now.minute % QUARTER, second=0, microsecond=0)
    return quarter_start + timedelta(minutes=QUARTER)


def reminder_of(ends_on: date, declared_on: date, reminded: int | None, today: date) -> int | None:
    """Return the REMIND_DAYS value to remind of now, None when none is due.

    A missed reminder is caught up; a right shorter than the delay has none.
    """
    days_left = (ends_on - today).days
    due = [days for days in REMIND_DAYS if 0 <= days_left <= days < (ends_on - declared_on).days]
    nearest = min(due, default=None)
    if nearest is None or (reminded is not None and reminded <= nearest):
        return None
    return nearest


def next_step(row: RightRow, today: date) -> NextStep:
    """Return the next actor of a right, the deadline and the sentence that tells them."""
    if row.state.waiting:
        return _waiting(row, today)
    if row.state is RightState.ACTIVE:
        return _proof(row, today) or _active(row, today)
    return _over(row, today)


def _waiting(row: RightRow, today: date) -> NextStep:
    """Return the step of a waiting right, which must be answered before its own end."""
    if row.relayed:
        sentence = N_("Le distributeur décide ; sa réponse est attendue.")
        return NextStep(RightActor.DISTRIBUTOR, None, sentence, {}, Act.RELAY)
    due = min((day for day in (row.answer_due, row.ends_on) if day), default=None)
    pending = row.state is RightState.PENDING
    if due is not None and due < today:
        late = N_("Personne n’a répondu avant le {day} : la déclaration va être close.")
        return NextStep(None, due, late, {"day": due})
    if pending and row.around.unwritten:
        sentence = N_("Le titulaire ne veut plus de courriel : joignez-le avant le {day}.")
        return NextStep(RightActor.THIRD_PARTY, due, sentence, {"day": due}, Act.REACH)
    if pending:
        sentence = N_("Le titulaire doit répondre avant le {day}.")
        return NextStep(RightActor.HOLDER, due, sentence, {"day": due}, Act.ANSWER)
    sentence = N_("Le distributeur doit vérifier l’identité du titulaire avant le {day}.")
    return NextStep(RightActor.DISTRIBUTOR, due, sentence, {"day": due}, Act.VERIFY)


def _proof(row: RightRow, today: date) -> NextStep | None:
    """Return the step of its proof control, None when nothing is expected."""
    due = row.proof_due
    if row.ends_on is not None and row.ends_on < today:
        return None
    if row.proof_state is ProofState.UNDER_CHECK:
        sentence = N_("Le distributeur vérifie la preuve du consentement.")
        act = Act.RELAY if _is_elsewhere(row) else Act.JUDGE
        return NextStep(RightActor.DISTRIBUTOR, None, sentence, {}, act)
    if row.proof_state is not ProofState.AWAITED or due is None:
        return None
    if _is_elsewhere(row):
        return NextStep(RightActor.THIRD_PARTY, due, _THERE, {"day": due}, Act.HAND)
    sentence = N_("Envoyez la preuve du consentement jusqu’au {day} inclus.")
    if due < today:
        sentence = N_("L’échéance du {day} est dépassée : envoyez la preuve sans attendre.")
    return NextStep(RightActor.THIRD_PARTY, due, sentence, {"day": due}, Act.PROVE)


_THERE = N_(
    "Donnez la preuve du consentement au distributeur, sur son propre portail, jusqu’au {day}"
    " inclus : rien ne lui est envoyé d’ici."
)


def _is_elsewhere(row: RightRow) -> bool:
    """Return whether its proof is controlled by another distributor without relay from here."""
    return row.relayed and not row.around.sends


def _active(row: RightRow, today: date) -> NextStep:
    ends_on = row.ends_on
    if ends_on is None or not row.role.authorised:
        return NextStep(None, ends_on, N_("Rien à faire : le droit est ouvert."), {})
    day: dict[str, object] = {"day": ends_on}
    if ends_on < today:
        return NextStep(None, ends_on, N_("Le droit a pris fin le {day}."), day)
    if (row.around.other_open or 0) > row.id:
        sentence = N_("Rien à faire : un autre droit sur ce PCE est ouvert, ou attend une réponse.")
        return NextStep(None, ends_on, sentence, {})
    if (ends_on - today).days > max(REMIND_DAYS):
        sentence = N_("Rien à faire avant la fin du droit, le {day}.")
        return NextStep(None, ends_on, sentence, day)
    sentence = N_("Renouvelez le droit avant sa fin, le {day}.")
    return NextStep(RightActor.THIRD_PARTY, ends_on, sentence, day, Act.RENEW)


def _over(row: RightRow, today: date) -> NextStep:
    """Return the step of a closed right, consistent with the checks of a new declaration."""
    around = row.around
    if is_barred(around):
        sentence = N_(
            "Rien à faire : le titulaire a mis fin à cet accès définitivement. Seul un nouveau"
            " titulaire du site pourra être sollicité."
        )
        return NextStep(None, None, sentence, {})
    if around.ended_on is not None and around.ended_on < today:
        return NextStep(None, None, N_("Rien à faire : le contrat de ce PCE est terminé."), {})
    if around.other_open is not None:
        sentence = N_("Rien à faire : un autre droit sur ce PCE est ouvert, ou attend une réponse.")
        return NextStep(None, None, sentence, {})
    sentence = N_("Vous pouvez en rester là, ou déclarer un nouveau droit.")
    return NextStep(RightActor.THIRD_PARTY, None, sentence, {}, Act.DECLARE)


def is_barred(around: SiblingRights) -> bool:
    """Return whether the present holder withdrew consent; a new holder is not bound by it."""
    at, since = around.withdrawn_at, around.holder_since
    return at is not None and (since is None or at.astimezone(PARIS).date() >= since)
