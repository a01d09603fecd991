"""Query a person's saved views and those shared by colleagues."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import N_
from data.analysis.marks.models import HomeView, KeptViewRow
from data.analysis.marks.rules.views import address_of
from data.analysis.marks.types import KeptView
from data.identity.accounts.models import User
from data.metering.pces.models import Pce
from data.metering.pces.queries import visible
from data.tag_limits import own_since

_LOST = N_(
    "Le PCE {number} n’est plus lisible pour vous : votre droit d’accès a pris fin, ou votre"
    " organisation n’en est plus titulaire."
)
_OUTSIDE = N_("Elle montre des PCE qui n’ont pas les étiquettes auxquelles votre accès est limité.")
_GONE = N_("Cette vue est introuvable.")


def list_views(db: Session, viewer: Viewer) -> tuple[KeptView, ...]:
    """Return the viewer's views, unreadable ones included, then the shared ones, by name.

    A colleague's view is listed if its PCE is readable; a view of several PCEs, only for viewers
    without a tag restriction.
    """
    viewer.require(Permission.CONSUMPTION_READ)
    return _views(db, viewer, KeptViewRow.id == KeptViewRow.id)


def get_view(db: Session, viewer: Viewer, view_id: int) -> KeptView:
    """Return one of the views of `list_views`. Raise NotFound for any other."""
    viewer.require(Permission.CONSUMPTION_READ)
    for view in _views(db, viewer, KeptViewRow.id == view_id):
        return view
    raise NotFound(_GONE)


def find_home_view(db: Session, viewer: Viewer) -> KeptView | None:
    """Return the viewer's home view; its `why` says when it cannot be opened."""
    mine = select(HomeView.view_id).where(HomeView.user_id == viewer.user_id)
    views = _views(db, viewer, KeptViewRow.id.in_(mine))
    return views[0] if views else None


def _views(db: Session, viewer: Viewer, which: ColumnElement[bool]) -> tuple[KeptView, ...]:
    row = KeptViewRow
    rows = db.execute(
        select(
            row,
            User.name,
            HomeView.user_id,
            own_since(viewer, KeptViewRow.user_id, KeptViewRow.created_at).label("since"),
        )
        .join(User, User.id == row.user_id)
        .outerjoin(HomeView, and_(HomeView.view_id == row.id, HomeView.user_id == viewer.user_id))
        .where(
            which,
            row.organisation_id == viewer.organisation_id,
            or_(row.user_id == viewer.user_id, row.shared),
        )
        .order_by(row.user_id != viewer.user_id, row.name, row.id)
    ).all()
    readable_numbers = _readable(db, viewer, {item.number for item, *_rest in rows if item.number})
    views = (_view(viewer, row, readable_numbers) for row in rows)
    return tuple(item for item in views if item.yours or not item.why)


def _readable(db: Session, viewer: Viewer, numbers: Collection[str]) -> frozenset[str]:
    if not numbers:
        return frozenset()
    query = visible(viewer).with_only_columns(Pce.number).where(Pce.number.in_(numbers))
    return frozenset(db.scalars(query))


def _view(viewer: Viewer, record: Sequence[Any], readable_numbers: Collection[str]) -> KeptView:
    row, author, home, since = record
    yours = row.user_id == viewer.user_id
    why, name, number = "", row.name, row.number
    if number not in readable_numbers if number else viewer.limited and not (yours and since):
        why = _OUTSIDE if viewer.limited else _LOST
    if why and viewer.limited:
        name = number = ""  # either could reveal which PCE
    address = "" if why else address_of(row.path, row.query)
    return KeptView(row.id, name, address, row.shared, yours, home is not None, author, why, number)
