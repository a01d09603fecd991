"""The views that a person keeps, and those that their organisation shares with them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import User
from data.errors import NotFound
from data.limits import own_since
from data.marks.models import HomeView, KeptViewRow
from data.marks.rules.views import address_of
from data.marks.types import KeptView
from data.pces.models import Pce
from data.pces.queries import visible
from i18n import N_

_LOST = N_(
    "Le PCE {number} n’est plus lisible pour vous : votre droit d’accès a pris fin, ou votre"
    " organisation n’en est plus titulaire."
)
_OUTSIDE = N_("Elle montre des PCE qui n’ont pas les étiquettes auxquelles votre accès est limité.")
_GONE = N_("Cette vue est introuvable.")


def list_views(db: Session, viewer: Viewer) -> tuple[KeptView, ...]:
    """Theirs, those that cannot be read any more included, then what colleagues share, by name.

    A colleague's is there when its PCE may be read; one of many, for who is limited to no tag.
    """
    viewer.require(Permission.CONSUMPTION_READ)
    return _views(db, viewer, KeptViewRow.id == KeptViewRow.id)


def get_view(db: Session, viewer: Viewer, view_id: int) -> KeptView:
    """One of these; NotFound for any other."""
    viewer.require(Permission.CONSUMPTION_READ)
    for found in _views(db, viewer, KeptViewRow.id == view_id):
        return found
    raise NotFound(_GONE)


def home_view(db: Session, viewer: Viewer) -> KeptView | None:
    """The view that opens for them in place of the dashboard; `why` where it cannot."""
    mine = select(HomeView.view_id).where(HomeView.user_id == viewer.user_id)
    found = _views(db, viewer, KeptViewRow.id.in_(mine))
    return found[0] if found else None


def _views(db: Session, viewer: Viewer, which: ColumnElement[bool]) -> tuple[KeptView, ...]:
    row = KeptViewRow
    rows = db.execute(
        select(row, User.name, HomeView.user_id, _since(viewer))
        .join(User, User.id == row.user_id)
        .outerjoin(HomeView, and_(HomeView.view_id == row.id, HomeView.user_id == viewer.user_id))
        .where(
            which,
            row.organisation_id == viewer.organisation_id,
            or_(row.user_id == viewer.user_id, row.shared),
        )
        .order_by(row.user_id != viewer.user_id, row.name, row.id)
    ).all()
    known = _readable(db, viewer, {one.number for one, *_rest in rows if one.number})
    seen = (_view(viewer, row, known) for row in rows)
    return tuple(one for one in seen if one.yours or not one.why)


def _since(viewer: Viewer) -> Any:  # noqa: ANN401 (a column)
    return own_since(viewer, KeptViewRow.user_id, KeptViewRow.created_at).label("since")


def _readable(db: Session, viewer: Viewer, numbers: Collection[str]) -> frozenset[str]:
    if not numbers:
        return frozenset()
    query = visible(viewer).with_only_columns(Pce.number).where(Pce.number.in_(numbers))
    return frozenset(db.scalars(query))


def _view(viewer: Viewer, found: Sequence[Any], known: Collection[str]) -> KeptView:
    row, author, home, since = found
    yours = row.user_id == viewer.user_id
    why, name, number = "", row.name, row.number
    if number not in known if number else viewer.limited and not (yours and since):
        why = _OUTSIDE if viewer.limited else _LOST
    if why and viewer.limited:
        name = number = ""  # either may say which PCE
    address = "" if why else address_of(row.path, row.query)
    return KeptView(row.id, name, address, row.shared, yours, home is not None, author, why, number)
