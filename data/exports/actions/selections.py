"""Keep the PCEs selected in a list until the export form opens with them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import N_
from data.exports.models import ExportPick
from data.exports.rules import MOST_PICKED

_KEPT = timedelta(days=1)  # requests keep their own copy of the numbers


def keep_pick(db: Session, viewer: Viewer, numbers: Sequence[str], *, now: datetime) -> int:
    """Store `numbers` for this person; return the id to use in the form's address.

    Raise Invalid when empty or too many; selections over a day old are deleted.
    """
    viewer.require(Permission.CONSUMPTION_EXPORT)
    if not numbers:
        raise Invalid(N_("Il n’y a aucun PCE à exporter ici."))
    if len(numbers) > MOST_PICKED:
        raise Invalid(N_("Au plus {most} PCE à la fois : resserrez les filtres."), most=MOST_PICKED)
    old = ExportPick.created_at < now - _KEPT
    db.execute(delete(ExportPick).where(ExportPick.user_id == viewer.user_id, old))
    row = ExportPick(user_id=viewer.user_id, numbers=list(numbers), created_at=now)
    db.add(row)
    db.flush()
    return row.id
