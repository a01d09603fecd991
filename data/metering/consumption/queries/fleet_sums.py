"""Read the stored sums of the PCEs of a holder or a tag, if the viewer can use them.

The sums cover whole organisations. For viewers with granted PCEs, a tag restriction or a text
search, PCEs are summed one by one.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, literal, select

from core.access import Viewer
from data.metering.consumption.models import FleetMonthSum, FleetSum
from data.metering.consumption.types import FleetView
from data.metering.pces.models import Pce
from data.metering.pces.rules import storable
from data.sample_numbers import is_sample_row


class SumGrouping(StrEnum):
    """The column of the sums by which PCEs are grouped."""

    ALL = ""
    TAG = "tag"
    HOLDER = "holder_id"


_COUNTS = ("complete", "expected", "drifting", "ranked")
_SUMS = ("known", "due", "deposited", "shared", "this_wh", "before_wh")
_OF_MONTH = ("pces", "energy_wh", "volume_dm3", "this_wh", "before_wh")
Table = type[FleetSum] | type[FleetMonthSum]


def has_stored_sums(viewer: Viewer, view: FleetView, by: SumGrouping = SumGrouping.ALL) -> bool:
    """Return whether sums are stored for `view`, for a viewer without grants."""
    several = by is SumGrouping.TAG and view.tag  # PCEs that have both tags
    return not (viewer.limited or view.text.strip() or several)


def sum_stored_totals_query(
    viewer: Viewer, view: FleetView, by: SumGrouping = SumGrouping.ALL
) -> Select[Any]:
    """Select the totals and the number of `pces`, by the `key` of each group that is not empty.

    Requires `has_stored_sums` and fresh standings for all the viewer can see.
    """
    row = FleetSum
    energy = case((func.sum(row.valued) > 0, _sum(row.energy_wh)))
    query = select(
        *_key(row, by),
        *(_sum(getattr(row, name)).label(name) for name in ("pces", *_COUNTS, *_SUMS)),
        energy.label("energy_wh"),
    )
    return _of(query.where(row.period == view.period), row, viewer, view, by)


def count_stored_pces_query(
    viewer: Viewer, view: FleetView, by: SumGrouping = SumGrouping.ALL
) -> Select[Any]:
    """Select the number of `pces` by `key` of each group; requires `has_stored_sums`."""
    row = FleetSum
    query = select(*_key(row, by), _sum(row.pces).label("pces"))
    return _of(query.where(row.period == view.period), row, viewer, view, by)


def sum_stored_months_query(
    viewer: Viewer,
    view: FleetView,
    by: SumGrouping,
    months: Any,  # noqa: ANN401
) -> Select[Any]:
    """Select the sums of `months` with known days, by `month`, `days`, `blind` and `key`."""
    row = FleetMonthSum
    query = select(
        *_key(row, by),
        row.month,
        row.days,
        row.blind,
        *(_sum(getattr(row, name)).label(name) for name in _OF_MONTH),
    )
    query = query.where(row.month.in_(months)).group_by(row.month, row.days, row.blind)
    return _of(query, row, viewer, view, by)


def _sum(column: Any) -> ColumnElement[int]:  # noqa: ANN401 (of a table)
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _key(row: Table, by: SumGrouping) -> list[Any]:
    return [getattr(row, by).label("key") if by else literal(0).label("key")]


def _of(
    query: Select[Any], row: Table, viewer: Viewer, view: FleetView, by: SumGrouping
) -> Select[Any]:
    """Restrict `query` to what the viewer holds and `view` selects, by group.

    Staff have all but samples, whose holders hold nothing else.
    """
    mine = row.organisation_id == viewer.organisation_id
    if by is SumGrouping.TAG:
        query = query.where(mine)
    elif view.tag:
        query = query.where(mine, row.tag == storable(view.tag))
    else:
        query = query.where(row.organisation_id == 0, row.tag == "")
    if not viewer.staff:
        query = query.where(row.holder_id == viewer.organisation_id)
    else:
        samples = select(Pce.holder_id).where(is_sample_row(Pce.number), Pce.holder_id.is_not(None))
        query = query.where(row.holder_id.not_in(samples))
    if view.holder is not None:
        query = query.where(and_(row.holder_id == view.holder, row.holder_id > 0))
    if by is SumGrouping.ALL:
        return query
    group_rows = query.where(row.holder_id > 0) if by is SumGrouping.HOLDER else query
    return group_rows.group_by(getattr(row, by)).having(func.sum(row.pces) > 0)
