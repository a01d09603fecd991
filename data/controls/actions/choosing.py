"""The controls that an action is about, as they are now."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.controls.models import Control
from data.controls.queries.visible import HIDDEN, visible
from data.controls.rules.states import OPEN
from data.db import blocks
from data.errors import Conflict, Forbidden, Invalid, NotFound
from data.rights.models import AccessRight
from data.rights.types import RightState
from i18n import N_

MOST_CHOSEN = 500
RIGHT_ENDED = N_("Le droit sur le PCE {pce} a pris fin : sa preuve n’est plus attendue.")
DECIDED = N_("La preuve du PCE {pce} a déjà reçu une décision : plus rien ne peut être déposé.")


def chosen(db: Session, viewer: Viewer, uids: Collection[str]) -> list[Control]:
    """The controls of *uids*, locked in order; NotFound when one is absent or hidden."""
    wanted = sorted(set(uids))
    if not wanted:
        raise Invalid(N_("Choisissez au moins un contrôle."))
    if len(wanted) > MOST_CHOSEN:
        raise Invalid(N_("Choisissez au plus {most} contrôles à la fois."), most=MOST_CHOSEN)
    seen = visible(viewer).where(Control.uid.in_(wanted)).with_only_columns(Control.id)
    found = locked(db, db.scalars(seen).all())
    if len(found) != len(wanted):
        raise NotFound(HIDDEN)
    return found


def locked(db: Session, ids: Collection[int]) -> list[Control]:
    """Controls by id, locked in order: who comes second sees what the first did."""
    found: list[Control] = []
    for block in blocks(sorted(ids)):
        query = select(Control).where(Control.id.in_(block)).order_by(Control.id)
        fresh = query.with_for_update().execution_options(populate_existing=True)
        found += db.scalars(fresh)
    return found


def rights_of(db: Session, controls: Sequence[Control]) -> dict[int, AccessRight]:
    """The right of each control, by the control's id, as it is now."""
    found: dict[int, AccessRight] = {}
    for block in blocks([control.right_id for control in controls]):
        query = select(AccessRight).where(AccessRight.id.in_(block))
        fresh = query.execution_options(populate_existing=True)
        found |= {right.id: right for right in db.scalars(fresh)}
    return {control.id: found[control.right_id] for control in controls}


def refuse_others(viewer: Viewer, controls: Sequence[Control]) -> None:
    """Forbidden to who sees these controls without being the third party that must answer."""
    if any(control.organisation_id != viewer.organisation_id for control in controls):
        raise Forbidden(N_("Seul le tiers à qui la preuve est demandée peut la déposer."))


def refuse_over(db: Session, controls: Sequence[Control]) -> dict[int, AccessRight]:
    """The rights of controls that still take a deposit; Conflict that names all that do not.

    What was decided and is not told yet still takes one: it may not be guessed from that.
    """
    rights = rights_of(db, controls)
    ended = [one for one in controls if one.closed_at or not _is_active(rights[one.id])]
    decided = [one for one in controls if one.told_state not in OPEN]
    for sentence, over in ((RIGHT_ENDED, ended), (DECIDED, decided)):
        if over:
            raise Conflict(sentence, pce=", ".join(rights[one.id].number for one in over))
    return rights


def _is_active(right: AccessRight) -> bool:
    return right.state is RightState.ACTIVE
