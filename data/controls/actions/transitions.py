"""Apply a transition to a control by the table; of two concurrent ones, one wins."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.database import blocks, change_rows
from data.controls.models import Control
from data.controls.rules.states import next_state
from data.controls.types import ControlStep, Side
from data.rights.models import AccessRight
from data.rights.types import ProofState

_TOLD = {"due_on": "told_due_on", "decided_at": "told_at", "motive": "told_motive"}


def move(
    db: Session,
    control: Control,
    step: ControlStep,
    side: Side,
    *,
    told: bool = True,
    **values: Any,  # noqa: ANN401
) -> bool:
    """Apply `step` at the version read in `control`; return whether it succeeded.

    The UPDATE is counted: the second of two concurrent changes finds nothing to update.
    """
    to = next_state(control.state, step, side)
    return to is not None and restore_state(db, control, to, told=told, **values)


def restore_state(
    db: Session,
    control: Control,
    to: ProofState,
    *,
    told: bool = True,
    **values: Any,  # noqa: ANN401
) -> bool:
    """Set a state directly, as for an undone decision.

    Unless `told`, the third party's fields stay as they are.
    """
    if told:
        values |= {_TOLD[name]: value for name, value in values.items() if name in _TOLD}
        values["told_state"] = to
    moved = change_rows(
        db,
        update(Control)
        .where(
            Control.id == control.id,
            Control.state == control.state,
            Control.version == control.version,
            Control.closed_at.is_(None),
        )
        .values(state=to, version=control.version + 1, **values),
    )
    if moved != 1:
        return False
    db.refresh(control)
    return True


def tell_standing(db: Session, controls: Sequence[Control]) -> None:
    """Announce the state of locked controls to the third party, and store it on their rights."""
    rights_by_state: dict[tuple[ProofState, date], list[int]] = {}
    for control in controls:
        control.told_state, control.told_due_on = control.state, control.due_on
        control.told_at, control.told_motive = control.decided_at, control.motive
        rights_by_state.setdefault((control.state, control.due_on), []).append(control.right_id)
    db.flush()
    for (state, due_on), right_ids in sorted(rights_by_state.items()):
        mark_rights(db, right_ids, state, due_on)


def mark_rights(
    db: Session, right_ids: Collection[int], state: ProofState | None, due_on: date | None
) -> None:
    """Store the state of their proof control on rights, for the API and `/droits`."""
    for block in blocks(sorted(right_ids)):
        change_rows(
            db,
            update(AccessRight)
            .where(AccessRight.id.in_(block))
            .values(proof_state=state, proof_due=due_on),
        )
