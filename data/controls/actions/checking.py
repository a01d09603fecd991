"""The checklist of an account manager, and to whom a control is assigned."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.controls.actions.choosing import chosen, rights_of
from data.controls.actions.journal import By, Told, append
from data.controls.models import Check, Control, Deposit
from data.controls.queries.figures import list_managers
from data.controls.queries.one import last_sent
from data.controls.types import Fact, Point
from data.db import upsert
from data.errors import Conflict, NotFound
from data.rights.types import ProofState
from i18n import N_

_NOTHING = N_("Il n’y a rien à vérifier pour le PCE {pce}.")
REPLACED = N_(
    "Une autre pièce vient d’arriver pour le PCE {pce} : regardez-la, puis répondez de nouveau. Vos"
    " réponses n’ont pas été gardées."
)


def answer_points(  # noqa: PLR0913 (each by its name)
    db: Session,
    viewer: Viewer,
    uid: str,
    answers: Mapping[Point, bool | None],
    *,
    deposit: str,
    now: datetime,
) -> None:
    """Say whether *deposit* fits on each point, or that one does not know any more (None).

    What is judged is what was seen: Conflict once another deposit came, or somebody decided.
    """
    viewer.require(Permission.CONTROLS_DECIDE)
    (control,) = chosen(db, viewer, [uid])
    query = select(Deposit.id, Deposit.uid).where(Deposit.id == last_sent(control.id))
    last = db.execute(query).one_or_none()
    if control.state is not ProofState.UNDER_CHECK or last is None:
        raise Conflict(_NOTHING, pce=rights_of(db, [control])[control.id].number)
    if last.uid != deposit:
        raise Conflict(REPLACED, pce=rights_of(db, [control])[control.id].number)
    known = checks_of(db, control)
    for point, fits in answers.items():
        if fits is not known.get(point):
            place = {"control_id": control.id, "deposit_id": last.id, "point": point}
            _keep(db, place, fits, By(now, viewer))


def _keep(db: Session, place: Mapping[str, object], fits: bool | None, by: By) -> None:  # noqa: FBT001 (None: not known)
    if fits is None:
        db.execute(delete(Check).filter_by(**place))
        return
    said = {"fits": fits, "by_id": by.user_id, "at": by.now}
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
