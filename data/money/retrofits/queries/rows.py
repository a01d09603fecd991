"""Query the organisation's works on readable PCEs."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID
from core.errors import NotFound
from core.i18n import N_
from data.metering.pces.models import Pce
from data.metering.pces.queries import visible as visible_pces
from data.money.retrofits.models import RetrofitRow
from data.money.retrofits.types import Retrofit, RetrofitDraft

GONE = N_("Ces travaux sont introuvables.")
_row = RetrofitRow
_COLUMNS: tuple[Any, ...] = (
    _row.id, _row.pce_id, _row.version, Pce.alias,
    Pce.number, _row.kind, _row.name, _row.started_on, _row.finished_on, _row.cents,
)  # fmt: skip


def visible(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Select the organisation's works on readable PCEs, without removed ones."""
    viewer.require(Permission.CONSUMPTION_READ)
    pces = visible_pces(viewer).with_only_columns(Pce.id)
    return (
        select(*_COLUMNS)
        .join(Pce, Pce.id == _row.pce_id)
        .where(
            _row.organisation_id == viewer.organisation_id,
            _row.removed_at.is_(None),
            _row.pce_id.in_(pces),
        )
    )


def list_retrofits(db: Session, viewer: Viewer, pce: str = "") -> tuple[Retrofit, ...]:
    """Return the works, or those on one `pce`, latest first."""
    query = visible(viewer)
    if pce:
        query = query.where(Pce.number == pce)
    order = _row.finished_on.desc(), Pce.search, _row.id
    return tuple(_retrofit(*row) for row in db.execute(query.order_by(*order)))


def get_retrofit(db: Session, viewer: Viewer, retrofit_id: int) -> Retrofit:
    """Return works; raise NotFound when they are missing, removed or hidden."""
    query = visible(viewer).where(_row.id == retrofit_id)
    row = db.execute(query).one_or_none() if 0 < retrofit_id < NO_ID else None
    if row is None:
        raise NotFound(GONE)
    return _retrofit(*row)


def find_removed(db: Session, viewer: Viewer, text: str) -> int:
    """Return the id in `text` of removed works that can be restored, else 0."""
    if not (viewer.may(Permission.RETROFITS_WRITE) and text.isascii() and text.isdigit()):
        return 0
    pces = visible_pces(viewer).with_only_columns(Pce.id)
    query = select(_row.id).where(
        _row.id == int(text[:9]),
        _row.organisation_id == viewer.organisation_id,
        _row.removed_at.is_not(None),
        _row.pce_id.in_(pces),
    )
    return db.scalar(query) or 0


def _retrofit(id_: int, pce_id: int, version: int, alias: str, *draft: Any) -> Retrofit:  # noqa: ANN401
    return Retrofit(id_, pce_id, RetrofitDraft(*draft), version, alias)
