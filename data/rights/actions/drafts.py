"""Load the viewer's import and its draft, from which every operation on it starts."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict, NotFound
from core.i18n import N_
from data.rights.models import RightImport
from data.runs.queries import get_run
from data.runs.types import RunState


def own_import(db: Session, viewer: Viewer, run_id: int) -> RightImport:
    viewer.require(Permission.RIGHTS_DECLARE)
    get_run(db, viewer, run_id)
    query = select(RightImport).where(
        RightImport.run_id == run_id, RightImport.organisation_id == viewer.organisation_id
    )
    row = db.scalar(query)
    if row is None:
        raise NotFound(N_("Cet import est introuvable."))
    return row


def draft(db: Session, viewer: Viewer, run_id: int) -> RightImport:
    row = own_import(db, viewer, run_id)
    state = get_run(db, viewer, run_id).state
    if state is RunState.DROPPED:
        raise Conflict(N_("Ce fichier a été abandonné : déposez-le à nouveau."))
    if state is not RunState.DRAFT:
        raise Conflict(N_("Cet import est déjà confirmé : il ne peut plus être modifié."))
    return row
