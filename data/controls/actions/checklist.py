"""Answer the checklist of a control, and assign controls to account managers."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import upsert
from core.errors import Conflict, NotFound
from core.i18n import N_
from data.controls.actions.journal import ControlAuthor, JournalEvent, append
from data.controls.actions.selection import chosen, rights_of
from data.controls.models import ChecklistAnswer, Control, Deposit
from data.controls.queries.detail import find_last_sent_deposit
from data.controls.queries.figures import list_managers
from data.controls.types import ChecklistPoint, Fact
from data.rights.types import ProofState

_NOTHING = N_("Il n’y a rien à vérifier pour le PCE {pce}.")
REPLACED = N_(
    "Une autre pièce vient d’arriver pour le PCE {pce} : regardez-la, puis répondez de nouveau. Vos"
    " réponses n’ont pas été gardées."
)


def answer_points(
    db: Session,
    viewer: Viewer,
    uid: str,
    answers: Mapping[ChecklistPoint, bool | None],
    *,
    deposit: str,
    now: datetime,
) -> None:
    """Record whether `deposit` satisfies each point of the checklist, None for unknown.

    Raise Conflict once another deposit arrived or a decision was made: answers are about what was
    seen.
    """
    viewer.require(Permission.CONTROLS_DECIDE)
    (control,) = chosen(db, viewer, [uid])
    query = select(Deposit.id, Deposit.uid).where(Deposit.id == find_last_sent_deposit(control.id))
    last = db.execute(query).one_or_none()
    if control.state is not ProofState.UNDER_CHECK or last is None:
        raise Conflict(_NOTHING, pce=rights_of(db, [control])[control.id].number)
    if last.uid != deposit:
        raise Conflict(REPLACED, pce=rights_of(db, [control])[control.id].number)
    checks = checks_of(db, control)
    for point, fits in answers.items():
        if fits is not checks.get(point):
            place = {"control_id": control.id, "deposit_id": last.id, "point": point}
            _keep(db, place, fits, ControlAuthor(now, viewer))


def _keep(db: Session, place: Mapping[str, object], fits: bool | None, by: ControlAuthor) -> None:  # noqa: FBT001 (None: not known)
    if fits is None:
        db.execute(delete(ChecklistAnswer).filter_by(**place))
        return
    values = {"fits": fits, "by_id": by.user_id, "at": by.now}
    answer = upsert(db, ChecklistAnswer).values(**place, **values)
    db.execute(answer.on_conflict_do_update(index_elements=list(place), set_=values))


def checks_of(db: Session, control: Control) -> dict[ChecklistPoint, bool]:
    """Return the answers for its last deposit."""
    query = select(ChecklistAnswer.point, ChecklistAnswer.fits).where(
        ChecklistAnswer.control_id == control.id,
        ChecklistAnswer.deposit_id == find_last_sent_deposit(control.id),
    )
    return {row.point: row.fits for row in db.execute(query)}


def verify_rest(db: Session, control: Control, by: ControlAuthor) -> None:
    """Answer every remaining point of the last deposit as verified."""
    checked_points = checks_of(db, control)
    facts = {
        "control_id": control.id,
        "deposit_id": db.scalar(select(find_last_sent_deposit(control.id))),
    }
    facts |= {"fits": True, "by_id": by.user_id, "at": by.now}
    db.add_all(
        [
            ChecklistAnswer(**facts, point=point)
            for point in ChecklistPoint
            if point not in checked_points
        ]
    )


def assign(
    db: Session, viewer: Viewer, uids: Collection[str], owner_id: int | None, *, now: datetime
) -> int:
    """Assign controls to an account manager, or to nobody (None); return how many changed."""
    viewer.require(Permission.CONTROLS_DECIDE)
    manager_ids = {manager.id for manager in list_managers(db, viewer)}
    if owner_id is not None and owner_id not in manager_ids:
        raise NotFound(N_("Ce chargé de compte est introuvable."))
    changed = [
        candidate for candidate in chosen(db, viewer, uids) if candidate.owner_id != owner_id
    ]
    for control in changed:
        control.owner_id = owner_id
    db.flush()
    entries = [
        JournalEvent(Fact.ASSIGNED, candidate.id, {"owner": owner_id}) for candidate in changed
    ]
    append(db, entries, ControlAuthor(now, viewer))
    return len(changed)
