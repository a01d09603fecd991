"""Controls that another distributor opened, and decides: ours move on its word alone.

Nobody of this portal decides of them: what is deposited here leaves for there, and its answer is
kept as its decision, by nobody of ours.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.bulk import insert_all
from data.controls.actions import telling
from data.controls.actions.choosing import locked, rights_of
from data.controls.actions.depositing import drop_staged
from data.controls.actions.journal import By, Told, append
from data.controls.actions.moving import mark_rights, tell_standing
from data.controls.models import Campaign, Control, Decision, Deposit
from data.controls.queries.one import last_sent
from data.controls.rules.chain import digest_of, party_of
from data.controls.rules.deadlines import first_due
from data.controls.rules.states import OPEN
from data.controls.types import Fact, ProofDelays, Verdict, Way
from data.db import blocks
from data.rights.actions import reject_proofs
from data.rights.actions.moving import locked as locked_rights
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightState
from i18n import PARIS

_UPSTREAM = {"upstream": True}
_FACTS = {
    Verdict.ACCEPT: Fact.ACCEPTED,
    Verdict.AGAIN: Fact.AGAIN,
    Verdict.REJECT: Fact.REJECTED,
}
_STATES = {
    Verdict.ACCEPT: ProofState.ACCEPTED,
    Verdict.AGAIN: ProofState.AWAITED,
    Verdict.REJECT: ProofState.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the other distributor says of the proof of a right; *due_on*, of another piece."""

    verdict: Verdict
    due_on: date | None = None
    text: str = ""


def open_followed(
    db: Session, asked: Mapping[int, tuple[ProofState, date | None]], *, now: datetime
) -> int:
    """Open a control for each right whose proof is asked for elsewhere, by its id; how many.

    A deadline that is not said is the usual one. What ended meanwhile, or has an open control, is
    left as it is.
    """
    today = now.astimezone(PARIS).date()
    usual = first_due(today, ProofDelays())
    rights = [one for one in locked_rights(db, AccessRight.id.in_(asked)) if _may_open(db, one)]
    if not rights:
        return 0
    campaign = _campaign(rights, usual, now)
    db.add(campaign)
    db.flush()
    told = [_opened(campaign)]
    by_day: dict[date, list[AccessRight]] = {}
    for right in rights:
        state, said = asked[right.id]
        due_on = said or usual
        control = _control(right, campaign, (state, due_on, today))
        db.add(control)
        db.flush()
        mark_rights(db, [right.id], state, due_on)
        told.append(_asked(control, right))
        if state is ProofState.AWAITED:
            by_day.setdefault(due_on, []).append(right)
    for due_on, some in sorted(by_day.items()):
        telling.ask(db, some, due_on, now)
    append(db, told, By(now, upstream=True))
    return len(rights)


def rule_followed(db: Session, said: Mapping[int, Ruled], *, now: datetime) -> int:
    """Take what the other distributor decided of open controls, by their id; how many moved.

    At once and for good: the third party is told, and a right whose proof is refused falls.
    """
    controls = [one for one in locked(db, list(said)) if one.state in OPEN and not one.closed_at]
    if not controls:
        return 0
    rights, sent = rights_of(db, controls), _last_sent(db, controls)
    insert_all(db, Decision, [_rule(one, said[one.id], sent, now) for one in controls])
    tell_standing(db, controls)
    over = [one for one in controls if said[one.id].verdict is not Verdict.AGAIN]
    refused = [one.right_id for one in over if said[one.id].verdict is Verdict.REJECT]
    reject_proofs(db, refused, now=now)
    drop_staged(db, [one.id for one in over])
    _say(db, {one.id: (one.due_on, rights[one.id]) for one in controls}, said, now)
    told = [fact for one in controls for fact in _ruled(one, said[one.id], sent)]
    append(db, told, By(now, upstream=True))
    return len(controls)


_Sent = Mapping[int, tuple[int, str]]  # the last deposit of a control that was sent: id and uid


def _last_sent(db: Session, controls: Sequence[Control]) -> _Sent:
    query = select(Control.id, Deposit.id, Deposit.uid).join(
        Deposit, Deposit.id == last_sent(Control.id)
    )
    found = (
        db.execute(query.where(Control.id.in_(some)))
        for some in blocks([one.id for one in controls])
    )
    return {row[0]: (row[1], row[2]) for rows in found for row in rows}


def _rule(control: Control, ruled: Ruled, sent: _Sent, now: datetime) -> dict[str, Any]:
    """Move a control, which is locked; the row of its decision."""
    before = control.due_on, control.asked_on, control.reminded
    if ruled.verdict is Verdict.AGAIN:
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
    said: Mapping[int, Ruled],
    now: datetime,
) -> None:
    """What is alike is said together: a mail to each person, whatever their number."""
    alike: dict[tuple[Verdict, None, str, date | None], list[AccessRight]] = {}
    for control_id, (due_on, right) in about.items():
        one = said[control_id]
        asked = due_on if one.verdict is Verdict.AGAIN else None
        alike.setdefault((one.verdict, None, one.text, asked), []).append(right)
    for ruling, some in alike.items():
        telling.say_decided(db, some, ruling, now, upstream=True)


def _ruled(control: Control, ruled: Ruled, sent: _Sent) -> list[Told]:
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
        Told(_FACTS[ruled.verdict], control.id, detail),
        Told(Fact.APPLIED, control.id, applied),
    ]


def _may_open(db: Session, right: AccessRight) -> bool:
    waits = select(Control.id).where(
        Control.right_id == right.id, Control.state.in_(OPEN), Control.closed_at.is_(None)
    )
    return right.state is RightState.ACTIVE and db.scalar(waits.limit(1)) is None


def _campaign(rights: Sequence[AccessRight], due_on: date, now: datetime) -> Campaign:
    """What was asked for together there, as far as this portal knows: by nobody of its own."""
    return Campaign(
        uid=str(uuid.uuid4()),
        created_at=now,
        created_by=0,
        way=Way.UPSTREAM,
        seed=None,
        eligible=len(rights),
        drawn=len(rights),
        mark="",
        due_on=due_on,
    )


def _control(
    right: AccessRight, campaign: Campaign, stands: tuple[ProofState, date, date]
) -> Control:
    state, due_on, today = stands
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


def _opened(campaign: Campaign) -> Told:
    facts: dict[str, object] = {"campaign": campaign.uid, "way": campaign.way.value, "rate": ""}
    facts |= {"drawn": campaign.drawn, "seed": None, "mark": "", "eligible": campaign.eligible}
    facts |= {"among": {}, "due": campaign.due_on.isoformat()}
    return Told(Fact.OPENED, detail=facts, campaign_id=campaign.id)


def _asked(control: Control, right: AccessRight) -> Told:
    detail: dict[str, object] = {"control": control.uid, "right": right.uid, "pce": right.number}
    detail |= {"third_party": party_of(right.uid, control.organisation_id)}
    detail |= {"due": control.due_on.isoformat(), "state": control.state.value}
    return Told(Fact.ASKED, control.id, detail | _UPSTREAM, control.campaign_id)


def close_followed(db: Session, control_ids: Sequence[int], *, now: datetime) -> int:
    """Nothing is asked there any more, and nothing was decided: these controls wait for nothing."""
    done = [one for one in locked(db, control_ids) if one.state in OPEN and one.closed_at is None]
    rights = rights_of(db, done)
    for control in done:
        control.closed_at = now
        control.version += 1
    db.flush()
    drop_staged(db, [control.id for control in done])
    mark_rights(db, [control.right_id for control in done], None, None)
    told = [
        Told(Fact.CLOSED, one.id, {"right": rights[one.id].state.value, **_UPSTREAM})
        for one in done
    ]
    append(db, told, By(now, upstream=True))
    return len(done)
