"""Mirror the controls that another distributor opens and decides.

The staff of this portal do not decide on them: deposits are sent upstream, and the upstream answer
is stored as the decision, without a local author.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bulk import insert_all
from core.database import blocks
from core.i18n import PARIS
from data.controls.actions import emails
from data.controls.actions.deadlines import close, list_unclosed
from data.controls.actions.deposits import drop_staged
from data.controls.actions.journal import ControlAuthor, JournalEvent, append
from data.controls.actions.selection import locked, rights_of
from data.controls.actions.transitions import mark_rights, tell_standing
from data.controls.models import Campaign, Control, Decision, Deposit
from data.controls.queries.detail import find_last_sent_deposit
from data.controls.rules.chain import digest_of, party_of
from data.controls.rules.deadlines import first_due
from data.controls.rules.states import OPEN
from data.controls.types import ControlVerdict, DrawMethod, Fact, ProofDelays
from data.rights.actions import reject_proofs
from data.rights.actions.transitions import locked as locked_rights
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightState

_UPSTREAM = {"upstream": True}
_FACTS = {
    ControlVerdict.ACCEPT: Fact.ACCEPTED,
    ControlVerdict.AGAIN: Fact.AGAIN,
    ControlVerdict.REJECT: Fact.REJECTED,
}
_STATES = {
    ControlVerdict.ACCEPT: ProofState.ACCEPTED,
    ControlVerdict.AGAIN: ProofState.AWAITED,
    ControlVerdict.REJECT: ProofState.REJECTED,
}


@dataclass(frozen=True, slots=True)
class UpstreamDecision:
    """The other distributor's decision on a proof; `due_on` is for another piece."""

    verdict: ControlVerdict
    due_on: date | None = None
    text: str = ""


def open_followed(
    db: Session, requests: Mapping[int, tuple[ProofState, date | None]], *, now: datetime
) -> int:
    """Open a control for each right whose proof is requested elsewhere; return how many.

    A missing deadline is the usual one. Rights that ended or have an open control are skipped.
    """
    today = now.astimezone(PARIS).date()
    usual = first_due(today, ProofDelays())
    rights = [
        candidate
        for candidate in locked_rights(db, AccessRight.id.in_(requests))
        if _may_open(db, candidate)
    ]
    if not rights:
        return 0
    campaign = _campaign(rights, usual, now)
    db.add(campaign)
    db.flush()
    facts: dict[str, object] = {"campaign": campaign.uid, "way": campaign.way.value, "rate": ""}
    facts |= {"drawn": campaign.drawn, "seed": None, "mark": "", "eligible": campaign.eligible}
    facts |= {"among": {}, "due": campaign.due_on.isoformat()}
    entries = [JournalEvent(Fact.OPENED, detail=facts, campaign_id=campaign.id)]
    by_day: dict[date, list[AccessRight]] = {}
    for right in rights:
        state, stated_due_on = requests[right.id]
        due_on = stated_due_on or usual
        control = _control(right, campaign, state, due_on, today)
        db.add(control)
        db.flush()
        mark_rights(db, [right.id], state, due_on)
        entries.append(_asked_control(control, right))
        if state is ProofState.AWAITED:
            by_day.setdefault(due_on, []).append(right)
    for due_on, due_rights in sorted(by_day.items()):
        emails.ask(db, due_rights, due_on, now)
    append(db, entries, ControlAuthor(now, upstream=True))
    return len(rights)


def rule_followed(db: Session, rulings: Mapping[int, UpstreamDecision], *, now: datetime) -> int:
    """Store the other distributor's decisions on open controls, by id; return how many changed.

    They take effect at once: the third party is notified, and a right with a refused proof ends.
    """
    controls = [
        control
        for control in locked(db, list(rulings))
        if control.state in OPEN and not control.closed_at
    ]
    if not controls:
        return 0
    rights, sent = rights_of(db, controls), _last_sent(db, controls)
    insert_all(
        db, Decision, [_rule(control, rulings[control.id], sent, now) for control in controls]
    )
    tell_standing(db, controls)
    over = [
        control for control in controls if rulings[control.id].verdict is not ControlVerdict.AGAIN
    ]
    refused = [
        control.right_id for control in over if rulings[control.id].verdict is ControlVerdict.REJECT
    ]
    reject_proofs(db, refused, now=now)
    drop_staged(db, [control.id for control in over])
    _say(
        db, {control.id: (control.due_on, rights[control.id]) for control in controls}, rulings, now
    )
    entries = [fact for control in controls for fact in _ruled(control, rulings[control.id], sent)]
    append(db, entries, ControlAuthor(now, upstream=True))
    return len(controls)


_Sent = Mapping[int, tuple[int, str]]  # id and uid of the last sent deposit of a control


def _last_sent(db: Session, controls: Sequence[Control]) -> _Sent:
    query = select(Control.id, Deposit.id, Deposit.uid).join(
        Deposit, Deposit.id == find_last_sent_deposit(Control.id)
    )
    row_batches = (
        db.execute(query.where(Control.id.in_(block)))
        for block in blocks([control.id for control in controls])
    )
    return {row[0]: (row[1], row[2]) for rows in row_batches for row in rows}


def _rule(control: Control, ruled: UpstreamDecision, sent: _Sent, now: datetime) -> dict[str, Any]:
    """Apply a decision to a locked control; return the row of the decision."""
    before = control.due_on, control.asked_on, control.reminded
    if ruled.verdict is ControlVerdict.AGAIN:
        control.due_on, control.reminded = ruled.due_on or control.due_on, None
        control.asked_on = now.astimezone(PARIS).date()
    else:
        control.decided_at = now
    control.state, control.motive = _STATES[ruled.verdict], None
    control.version += 1
    return {
        "control_id": control.id,
        "deposit_id": sent[control.id][0] if control.id in sent else None,
        "verdict": ruled.verdict,
        "text": ruled.text,
        "at": now,
        "due_before": before[0],
        "asked_before": before[1],
        "reminded_before": before[2],
        "version": control.version,
        "effect_at": now,
        "applied_at": now,
    }


def _say(
    db: Session,
    about: Mapping[int, tuple[date, AccessRight]],
    rulings: Mapping[int, UpstreamDecision],
    now: datetime,
) -> None:
    """Notify equal decisions together: one mail to each person."""
    rights_by_ruling: dict[tuple[ControlVerdict, None, str, date | None], list[AccessRight]] = {}
    for control_id, (due_on, right) in about.items():
        decision = rulings[control_id]
        new_due_on = due_on if decision.verdict is ControlVerdict.AGAIN else None
        rights_by_ruling.setdefault((decision.verdict, None, decision.text, new_due_on), []).append(
            right
        )
    for ruling, ruled_rights in rights_by_ruling.items():
        emails.notify_decided(db, ruled_rights, ruling, now, upstream=True)


def _ruled(control: Control, ruled: UpstreamDecision, sent: _Sent) -> list[JournalEvent]:
    detail = {
        "state": control.state.value,
        "due": control.due_on.isoformat(),
        "motive": None,
        "sha256": digest_of(ruled.text),
        "deposit": sent[control.id][1] if control.id in sent else None,
        **_UPSTREAM,
    }
    applied = {"verdict": ruled.verdict.value, **_UPSTREAM}
    return [
        JournalEvent(_FACTS[ruled.verdict], control.id, detail),
        JournalEvent(Fact.APPLIED, control.id, applied),
    ]


def _may_open(db: Session, right: AccessRight) -> bool:
    waits = select(Control.id).where(
        Control.right_id == right.id, Control.state.in_(OPEN), Control.closed_at.is_(None)
    )
    return right.state is RightState.ACTIVE and db.scalar(waits.limit(1)) is None


def _campaign(rights: Sequence[AccessRight], due_on: date, now: datetime) -> Campaign:
    """Return the campaign of requests made elsewhere, without a local author."""
    return Campaign(
        uid=str(uuid.uuid4()),
        created_at=now,
        created_by=0,
        way=DrawMethod.UPSTREAM,
        seed=None,
        eligible=len(rights),
        drawn=len(rights),
        mark="",
        due_on=due_on,
    )


def _control(
    right: AccessRight, campaign: Campaign, state: ProofState, due_on: date, today: date
) -> Control:
    return Control(
        uid=str(uuid.uuid4()),
        right_id=right.id,
        organisation_id=right.organisation_id,
        campaign_id=campaign.id,
        state=state,
        due_on=due_on,
        told_state=state,
        told_due_on=due_on,
        asked_on=today,
        opened_at=campaign.created_at,
    )


def _asked_control(control: Control, right: AccessRight) -> JournalEvent:
    detail: dict[str, object] = {"control": control.uid, "right": right.uid, "pce": right.number}
    detail |= {"third_party": party_of(right.uid, control.organisation_id)}
    detail |= {"due": control.due_on.isoformat(), "state": control.state.value}
    return JournalEvent(Fact.ASKED, control.id, detail | _UPSTREAM, control.campaign_id)


def close_followed(db: Session, control_ids: Sequence[int], *, now: datetime) -> int:
    """Close controls that are no longer requested elsewhere and have no decision."""
    done = list_unclosed(db, control_ids)
    close(db, done, rights_of(db, done), ControlAuthor(now, upstream=True), **_UPSTREAM)
    return len(done)
