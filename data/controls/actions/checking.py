"""The checklist of an account manager, and to whom a control is assigned."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.controls.actions.choosing import chosen, rights_of
from data.controls.actions.journal import By, Told, append
from data.controls.models import Check, Control
from data.controls.queries.figures import list_managers
from data.controls.queries.one import last_sent
from data.controls.types import Fact, Point
from data.db import upsert
from data.errors import Conflict, NotFound
from data.rights.types import ProofState
from i18n import N_

_NOTHING = N_("Rien n’est à vérifier pour le PCE {pce}.")


def answer_point(  # noqa: PLR0913 (each by its name)
    db: Session,
    viewer: Viewer,
    uid: str,
    point: Point,
    *,
    fits: bool | None,
    now: datetime,
) -> None:
    """Say whether the last deposit fits on one point, or that one does not know any more (None)."""
    viewer.require(Permission.CONTROLS_DECIDE)
    (control,) = chosen(db, viewer, [uid])
    deposit_id = db.scalar(select(last_sent(control.id)))
    if control.state is not ProofState.UNDER_CHECK or deposit_id is None:
        raise Conflict(_NOTHING, pce=rights_of(db, [control])[control.id].number)
    place = {"control_id": control.id, "deposit_id": deposit_id, "point": point}
    if fits is None:
        db.execute(delete(Check).filter_by(**place))
        return
    said = {"fits": fits, "by_id": viewer.user_id, "at": now}
    answer = upsert(db, Check).values(**place, **said)
    db.execute(answer.on_conflict_do_update(index_elements=list(place), set_=said))


def checks_of(db: Session, control: Control) -> dict[Point, bool]:
    """What was answered on its last deposit."""
    query = select(Check.point, Check.fits).where(
        Check.control_id == control.id, Check.deposit_id == last_sent(control.id)
    )
    return {row.point: row.fits for row in db.execute(query)}


def verify_rest(db: Session, control: Control, by: By) -> None:
    """Every point of its last deposit that has no answer is taken as verified."""
    known = checks_of(db, control)
    facts = {"control_id": control.id, "deposit_id": db.scalar(select(last_sent(control.id)))}
    facts |= {"fits": True, "by_id": by.user_id, "at": by.now}
    db.add_all([Check(**facts, point=point) for point in Point if point not in known])


def assign(
    db: Session, viewer: Viewer, uids: Collection[str], owner_id: int | None, *, now: datetime
) -> int:
    """Give controls to an account manager, or to nobody (None); how many changed hands."""
    viewer.require(Permission.CONTROLS_DECIDE)
    known = {manager.id for manager in list_managers(db, viewer)}
    if owner_id is not None and owner_id not in known:
        raise NotFound(N_("Ce chargé de compte est introuvable."))
    changed = [one for one in chosen(db, viewer, uids) if one.owner_id != owner_id]
    for control in changed:
        control.owner_id = owner_id
    db.flush()
    told = [Told(Fact.ASSIGNED, one.id, {"owner": owner_id}) for one in changed]
    append(db, told, By(now, viewer))
    return len(changed)
