"""Apply a transition to a control by the table; of two concurrent ones, one wins."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.database import blocks
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
    """Take *step* from the state and version that *control* was read with; whether it was won.

    The UPDATE is counted: of two people who read the same, the second finds nothing to change.
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
    """The same, straight to a state: an undone decision goes back where it came from.

    Unless *told*, the third party knows nothing of it yet.
    """
    if told:
        values |= {_TOLD[name]: value for name, value in values.items() if name in _TOLD}
        values["told_state"] = to
    moved = db.execute(
        update(Control)
        .where(
            Control.id == control.id,
            Control.state == control.state,
            Control.version == control.version,
            Control.closed_at.is_(None),
        )
        .values(state=to, version=control.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        return False
    db.refresh(control)
    return True


def tell_standing(db: Session, controls: Sequence[Control]) -> None:
    """Where these controls, locked, stand is the third party's to know; their rights say it."""
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
    """Say on the rights where the control of their proof stands: the API and `/droits` read it."""
    for block in blocks(sorted(right_ids)):
        db.execute(
            update(AccessRight)
            .where(AccessRight.id.in_(block))
            .values(proof_state=state, proof_due=due_on)
            .execution_options(synchronize_session=False)
        )
