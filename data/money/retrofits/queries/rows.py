"""Query the organisation's works on readable PCEs."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.i18n import N_
from data.metering.pces.models import Pce
from data.metering.pces.queries import visible as visible_pces
from data.money.retrofits.models import RetrofitRow
from data.money.retrofits.types import Retrofit, RetrofitDraft
from data.versioned_table import VersionedTable

_row = RetrofitRow
RETROFITS = VersionedTable(
    _row,
    N_("Ces travaux sont introuvables."),
    N_("Quelqu’un a changé ces travaux en même temps que vous : rechargez la page."),
    _row.removed_at.is_(None),
    Permission.RETROFITS_WRITE,
)
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
            RETROFITS.standing,
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
    return _retrofit(*RETROFITS.get_row(db, visible(viewer), retrofit_id))


def _retrofit(id_: int, pce_id: int, version: int, alias: str, *draft: Any) -> Retrofit:  # noqa: ANN401
    return Retrofit(id_, pce_id, RetrofitDraft(*draft), version, alias)
