"""The sums that are kept of the PCE of a holder, or of those that bear a tag: who may read which.

They are of whole organisations. Who was granted some PCE, is limited to tags or looks for words has
their PCE summed one by one, as before there were any.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, literal, select

from data.access import Viewer
from data.consumption.models import FleetMonthSum, FleetSum
from data.consumption.types import FleetView
from data.pces.rules import storable


class By(StrEnum):
    """What PCE are grouped by: the column of the sums that says of which group they are."""

    ALL = ""
    TAG = "tag"
    HOLDER = "holder_id"


_COUNTS = ("complete", "expected", "drifting", "ranked")
_SUMS = ("known", "due", "deposited", "shared", "this_wh", "before_wh")
_OF_MONTH = ("pces", "energy_wh", "volume_dm3", "this_wh", "before_wh")
Table = type[FleetSum] | type[FleetMonthSum]


def tells(viewer: Viewer, view: FleetView, by: By = By.ALL) -> bool:
    """Whether sums are kept of what *view* asks, for who `holds_grants` not."""
    several = by is By.TAG and view.tag  # PCE that bear both
    return not (viewer.limited or view.text.strip() or several)


def kept_totals(viewer: Viewer, view: FleetView, by: By = By.ALL) -> Select[Any]:
    """What `total_of` reads and how many `pces`, by the `key` of each group that has any.

    Only where `tells`, and all that the viewer may see stands.
    """
    row = FleetSum
    energy = case((func.sum(row.valued) > 0, _sum(row.energy_wh)))
    query = select(
        *_key(row, by),
        *(_sum(getattr(row, name)).label(name) for name in ("pces", *_COUNTS, *_SUMS)),
        energy.label("energy_wh"),
    )
    return _of(query.where(row.period == view.period), row, viewer, view, by)


def kept_counts(viewer: Viewer, view: FleetView, by: By = By.ALL) -> Select[Any]:
    """How many `pces` there are, by the `key` of each group that has any; only where `tells`."""
    row = FleetSum
    query = select(*_key(row, by), _sum(row.pces).label("pces"))
    return _of(query.where(row.period == view.period), row, viewer, view, by)


def kept_months(viewer: Viewer, view: FleetView, by: By, months: Any) -> Select[Any]:  # noqa: ANN401 (days)
    """The sums of *months* that know something, by `month`, `days`, `blind` and `key`."""
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


def _key(row: Table, by: By) -> list[Any]:
    return [getattr(row, by).label("key") if by else literal(0).label("key")]


def _of(query: Select[Any], row: Table, viewer: Viewer, view: FleetView, by: By) -> Select[Any]:
    """*query* of what the viewer holds (all, for the staff) and *view* asks for, by group."""
    mine = row.organisation_id == viewer.organisation_id
    if by is By.TAG:
        query = query.where(mine)
    elif view.tag:
        query = query.where(mine, row.tag == storable(view.tag))
    else:
        query = query.where(row.organisation_id == 0, row.tag == "")
    if not viewer.staff:
        query = query.where(row.holder_id == viewer.organisation_id)
    if view.holder is not None:
        query = query.where(and_(row.holder_id == view.holder, row.holder_id > 0))
    if by is By.ALL:
        return query
    held = query.where(row.holder_id > 0) if by is By.HOLDER else query
    return held.group_by(getattr(row, by)).having(func.sum(row.pces) > 0)
