"""Query what the drawer of a contract shows."""

from sqlalchemy.orm import Session

from core.access import Viewer
from data.contracts.queries.detail import find_contract, list_contract_events
from data.contracts.queries.dossier import get_dossier, list_dossier_steps
from data.contracts.queries.previous_version import get_comparison
from data.contracts.types import OpenedContract


def get_opened_contract(db: Session, viewer: Viewer, uid: str) -> OpenedContract:
    """Return a contract as its drawer shows it. Raise NotFound if the viewer cannot see it."""
    detail = find_contract(db, viewer, uid)
    home = detail.row.organisation_id
    return OpenedContract(
        detail,
        list_contract_events(db, viewer, uid),
        get_dossier(db, viewer, home),
        list_dossier_steps(db, viewer, home),
        get_comparison(db, viewer, detail),
    )
