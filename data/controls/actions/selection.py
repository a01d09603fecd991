"""Load the controls of an action in their current state."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.i18n import N_
from data.controls.models import Control
from data.controls.queries.visible import HIDDEN, visible
from data.controls.rules.states import OPEN
from data.rights.models import AccessRight
from data.rights.types import RightState

MOST_CHOSEN = 500
RIGHT_ENDED = N_("Le droit sur le PCE {pce} a pris fin : sa preuve n’est plus attendue.")
DECIDED = N_("La preuve du PCE {pce} a déjà reçu une décision : plus rien ne peut être déposé.")


def chosen(db: Session, viewer: Viewer, uids: Collection[str]) -> list[Control]:
    """Return the controls of `uids`, locked in order; raise NotFound when one is not visible."""
    sorted_uids = sorted(set(uids))
    if not sorted_uids:
        raise Invalid(N_("Choisissez au moins un contrôle."))
    if len(sorted_uids) > MOST_CHOSEN:
        raise Invalid(N_("Choisissez au plus {most} contrôles à la fois."), most=MOST_CHOSEN)
    visible_ids = visible(viewer).where(Control.uid.in_(sorted_uids)).with_only_columns(Control.id)
    controls = locked(db, db.scalars(visible_ids).all())
    if len(controls) != len(sorted_uids):
        raise NotFound(HIDDEN)
    return controls


def locked(db: Session, ids: Collection[int]) -> list[Control]:
    """Return controls by id, locked in order and reloaded."""
    controls: list[Control] = []
    for block in blocks(sorted(ids)):
        query = select(Control).where(Control.id.in_(block)).order_by(Control.id)
        fresh = query.with_for_update().execution_options(populate_existing=True)
        controls += db.scalars(fresh)
    return controls


def rights_of(db: Session, controls: Sequence[Control]) -> dict[int, AccessRight]:
    """Return the current right of each control, by control id."""
    rights_by_id: dict[int, AccessRight] = {}
    for block in blocks([control.right_id for control in controls]):
        query = select(AccessRight).where(AccessRight.id.in_(block))
        fresh = query.execution_options(populate_existing=True)
        rights_by_id |= {right.id: right for right in db.scalars(fresh)}
    return {control.id: rights_by_id[control.right_id] for control in controls}


def refuse_others(viewer: Viewer, controls: Sequence[Control]) -> None:
    """Raise Forbidden unless the viewer's organisation must answer all these controls."""
    if any(control.organisation_id != viewer.organisation_id for control in controls):
        raise Forbidden(N_("Seul le tiers à qui la preuve est demandée peut la déposer."))


def refuse_over(db: Session, controls: Sequence[Control]) -> dict[int, AccessRight]:
    """Return the rights of controls that accept a deposit; else raise Conflict naming the others.

    A decision that is not announced yet does not prevent a deposit, so that it cannot be guessed.
    """
    rights = rights_of(db, controls)
    ended = [
        control
        for control in controls
        if control.closed_at or rights[control.id].state is not RightState.ACTIVE
    ]
    decided = [control for control in controls if control.told_state not in OPEN]
    for sentence, over in ((RIGHT_ENDED, ended), (DECIDED, decided)):
        if over:
            raise Conflict(sentence, pce=", ".join(rights[control.id].number for control in over))
    return rights
