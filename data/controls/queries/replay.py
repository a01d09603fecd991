"""Replay the journal entry by entry, and compare each control with its row."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import blocks
from data.controls.models import ChecklistAnswer, Control, Deposit, JournalEntry
from data.controls.rules.chain import party_of
from data.controls.types import Fact
from data.rights.models import AccessRight

# expected values of a control's row by name; "seq" is the last entry about it
Stand = dict[str, Any]
_DECIDED = frozenset({Fact.ACCEPTED, Fact.REJECTED, Fact.LATE})
_RULED = _DECIDED | {Fact.AGAIN}
_TOLD = {
    "state": "told_state",
    "due": "told_due",
    "decided_at": "told_at",
    "motive": "told_motive",
}


def read_journal_entry(stands: dict[int, Stand], row: JournalEntry) -> None:
    """Apply an entry to its control, as the action that wrote it did."""
    if row.control_id is None:
        return
    stand = stands.setdefault(row.control_id, {"seq": row.seq})
    if row.fact is Fact.ASKED:
        stand |= {"campaign": row.campaign_id, "opened_at": row.at, "same_party": True}
        stand |= dict.fromkeys(("sent_at", "decided_at", "closed_at", "motive", "told_at"))
        stand |= {name: value for name, value in row.detail.items() if name not in _TOLD}
    elif row.fact is Fact.SENT:
        stand["sent_at"] = row.at
    elif row.fact is Fact.CLOSED:
        stand |= {"seq": row.seq, "closed_at": row.at}
    elif row.fact is Fact.UNDONE:
        stand |= {"decided_at": None, "motive": stand.get("told_motive")}
        stand.pop("due", None)  # old undo entries do not record it
        _checks(stand).pop(stand.get("judged"), None)
    elif row.fact is Fact.CHECKED:
        _checks(stand)[row.detail["deposit"]] = row.detail["points"]
    elif row.fact in _RULED:
        stand["judged"] = row.detail.get("deposit")
        stand |= {"decided_at": row.at} if row.fact in _DECIDED else {}
    if row.fact is not Fact.CLOSED:
        stand |= {name: row.detail[name] for name in _TOLD if name in row.detail}
    if "state" in row.detail:
        stand["seq"] = row.seq
    _tell(stand, row.fact)


def _checks(stand: Stand) -> dict[object, object]:
    """Return the checklist answers at the time of decision, by deposit."""
    checks: dict[object, object] = stand.setdefault("checks", {})
    return checks


def _tell(stand: Stand, fact: Fact) -> None:
    """Update what the third party knows: a decision once applied, the rest at once."""
    if fact in {Fact.ASKED, Fact.SENT, Fact.LATE} or (fact is Fact.APPLIED and "waits" in stand):
        previous_due = stand.get("told_due")
        stand |= {told_name: stand.get(name) for name, told_name in _TOLD.items()}
        if fact is Fact.LATE:
            stand["told_due"] = previous_due
    if fact in _RULED and fact is not Fact.LATE:
        stand["waits"] = True
    elif fact in {Fact.SENT, Fact.LATE, Fact.UNDONE, Fact.APPLIED, Fact.CLOSED}:
        stand.pop("waits", None)


def iter_inconsistent_controls(db: Session, stands: dict[int, Stand]) -> Iterator[int]:
    """Yield the last entry of each control whose row differs from the replayed journal."""
    query = select(Control, AccessRight).join(AccessRight, AccessRight.id == Control.right_id)
    for control, right in db.execute(query.execution_options(yield_per=1000)):
        stand = stands.pop(control.id, {"seq": 0, "state": None})
        current_values = _initial_state(control, right)
        replayed_values = {name: value for name, value in stand.items() if name in current_values}
        for due in ("due", "told_due"):
            if replayed_values.get(due) is None:  # after an old undo entry
                replayed_values.pop(due, None)
        if any(current_values[name] != value for name, value in replayed_values.items()):
            yield stand["seq"]
    yield from (stand["seq"] for stand in stands.values() if stand.get("state"))


def iter_changed_checklists(db: Session, stands: Mapping[int, Stand]) -> Iterator[int]:
    """Yield the last entry of each control whose checklist changed after its decision."""
    for block in blocks(
        [control_id for control_id, stand in stands.items() if stand.get("checks")]
    ):
        query = select(
            ChecklistAnswer.control_id, Deposit.uid, ChecklistAnswer.point, ChecklistAnswer.fits
        )
        query = query.join(Deposit, Deposit.id == ChecklistAnswer.deposit_id)
        answers: dict[tuple[int, object], dict[str, bool]] = {}
        for row in db.execute(query.where(ChecklistAnswer.control_id.in_(block))):
            answers.setdefault((row.control_id, row.uid), {})[row.point.value] = row.fits
        for control_id in block:
            checks = _checks(stands[control_id])
            if any(answers.get((control_id, uid)) != points for uid, points in checks.items()):
                yield stands[control_id]["seq"]


def _initial_state(control: Control, right: AccessRight) -> Stand:
    return {
        "control": control.uid,
        "right": right.uid,
        "pce": right.number,
        "third_party": party_of(right.uid, control.organisation_id),
        "same_party": control.organisation_id == right.organisation_id,
        "campaign": control.campaign_id,
        "opened_at": control.opened_at,
        "state": control.state.value,
        "due": control.due_on.isoformat(),
        "sent_at": control.sent_at,
        "decided_at": control.decided_at,
        "closed_at": control.closed_at,
        "motive": control.motive.value if control.motive else None,
        "told_state": control.told_state.value,
        "told_due": control.told_due_on.isoformat(),
        "told_at": control.told_at,
        "told_motive": control.told_motive.value if control.told_motive else None,
    }
