"""Query the grid and the queue, filtered, sorted and counted by the database."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.paging import FIRST_ROWS, MOST_ROWS, RowBlock
from data.controls.models import Campaign, Control
from data.controls.queries.visible import (
    get_control_columns,
    get_control_standing,
    get_covered_controls_query,
    get_joined_query,
    is_assigned_to_viewer,
    is_deadline_running,
    is_open,
    is_staged,
    is_unread,
    owner,
    read_control_row,
    third_party,
    visible,
)
from data.controls.rules.deadlines import week_end
from data.controls.types import ControlFilter, ControlFolder, ControlRow, ControlSort
from data.metering.pces.rules import folded, search_key
from data.rights.models import AccessRight
from data.rights.types import ProofState

MOST_SELECTED = 5000
EVERY = ControlFilter()
_SORTS: Mapping[ControlSort, ColumnElement[Any]] = {
    ControlSort.SITE: AccessRight.site_key.expression,
    ControlSort.HOLDER: AccessRight.holder_key.expression,
    ControlSort.THIRD_PARTY: third_party.name.expression,
    ControlSort.NUMBER: AccessRight.number.expression,
    ControlSort.OPENED: Control.opened_at.expression,
    ControlSort.SENT: Control.sent_at.expression,
    ControlSort.OWNER: owner.name.expression,
}


def list_controls(  # noqa: PLR0913 (of a grid, passed by name)
    db: Session,
    viewer: Viewer,
    wanted: ControlFilter = EVERY,
    *,
    sort: ControlSort = ControlSort.DUE,
    descending: bool = False,
    block: RowBlock = FIRST_ROWS,
    total: int | None = None,
) -> tuple[list[ControlRow], int]:
    """Return a page of visible controls and their number, counted unless `total` is given."""
    query = _filtered(viewer, wanted)
    if total is None:
        total = db.scalar(query.with_only_columns(func.count(Control.id))) or 0
    page = query.with_only_columns(*get_control_columns(viewer)).order_by(
        *_ordered(viewer, sort, descending=descending)
    )
    return [read_control_row(row, viewer) for row in db.execute(block.cut(page))], total


def iter_controls(
    db: Session,
    viewer: Viewer,
    wanted: ControlFilter = EVERY,
    *,
    sort: ControlSort = ControlSort.DUE,
    descending: bool = False,
) -> Iterator[ControlRow]:
    """Yield all controls in grid order, streamed for a file."""
    query = (
        _filtered(viewer, wanted)
        .with_only_columns(*get_control_columns(viewer))
        .order_by(*_ordered(viewer, sort, descending=descending))
        .execution_options(yield_per=MOST_ROWS)
    )
    return (read_control_row(row, viewer) for row in db.execute(query))


def _ordered(
    viewer: Viewer, sort: ControlSort, *, descending: bool
) -> Iterator[ColumnElement[Any]]:
    """Yield the sort order; by deadline, what waits for the viewer comes first, then for others.

    Sorting by owner is for staff only, since the order would reveal it.
    """
    sort_key = ControlSort.DUE if sort is ControlSort.OWNER and not viewer.staff else sort
    mine = get_control_standing(viewer)
    if sort_key is ControlSort.DUE:
        yield case((is_deadline_running(viewer), 0), (is_open(mine.state), 1), else_=2)
    viewer_columns: dict[ControlSort, Any] = {
        ControlSort.DUE: mine.due_on,
        ControlSort.STATE: mine.state,
    }
    for column in ({**viewer_columns, **_SORTS}[sort_key], Control.id.expression):
        yield (column.desc() if descending else column.asc()).nulls_last()


def count_states(
    db: Session, viewer: Viewer, criteria: ControlFilter = EVERY
) -> dict[ProofState, int]:
    """Count the controls in each state, ignoring the state filter."""
    query = _filtered(viewer, criteria, states=False).where(Control.closed_at.is_(None))
    state_of = get_control_standing(viewer).state
    grouped: Any = query.with_only_columns(state_of, func.count(Control.id)).group_by(state_of)
    rows: dict[ProofState, int] = {row[0]: row[1] for row in db.execute(grouped)}
    return {state: rows.get(state, 0) for state in ProofState}


def count_boxes(
    db: Session, viewer: Viewer, criteria: ControlFilter = EVERY
) -> dict[ControlFolder, int]:
    """Count the controls in each folder, ignoring the folder filter."""
    query = _filtered(viewer, criteria, boxes=False)
    sums = [func.count(Control.id).filter(_BOXES[box](viewer)) for box in ControlFolder]
    row = db.execute(query.with_only_columns(*sums)).one()
    return dict(zip(ControlFolder, row, strict=True))


def find_uids(
    db: Session, viewer: Viewer, criteria: ControlFilter, limit: int = MOST_SELECTED
) -> tuple[str, ...]:
    """Return the uids of all controls of a filter, at most `limit`."""
    query = _filtered(viewer, criteria).with_only_columns(Control.uid)
    return tuple(db.scalars(query.order_by(Control.id).limit(min(limit, MOST_SELECTED))))


def _filtered(
    viewer: Viewer, criteria: ControlFilter, *, states: bool = True, boxes: bool = True
) -> Select[Any]:
    query = get_joined_query(visible(viewer))
    if states and criteria.states:
        state_condition = get_control_standing(viewer).state.in_(criteria.states)
        query = query.where(state_condition, Control.closed_at.is_(None))
    if boxes:
        query = query.where(*(_BOXES[box](viewer) for box in criteria.boxes))
    # The words to search; digits alone are one number, however spaced
    text = criteria.text[:200]
    key = search_key(text).casefold()
    for word in [key] if key.isdigit() else folded(text).split()[:8]:
        query = query.where(AccessRight.search.contains(word, autoescape=True))
    if criteria.owner_id is not None and viewer.staff:
        nobody = Control.owner_id.is_(None)
        query = query.where(Control.owner_id == criteria.owner_id if criteria.owner_id else nobody)
    if criteria.for_viewer:
        query = query.where(is_assigned_to_viewer(viewer))
    return query.where(*_named(viewer, criteria))


def _named(viewer: Viewer, criteria: ControlFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    due_on = get_control_standing(viewer).due_on
    if criteria.due_first:
        conditions.append(due_on >= criteria.due_first)
    if criteria.due_last:
        conditions.append(due_on <= criteria.due_last)
    if criteria.organisation_id is not None and viewer.staff:
        conditions.append(Control.organisation_id == criteria.organisation_id)
    if criteria.campaign:
        conditions.append(Campaign.uid == criteria.campaign)
    if criteria.right:
        conditions.append(AccessRight.uid == criteria.right)
    if criteria.deposit:
        conditions.append(Control.id.in_(get_covered_controls_query(viewer, criteria.deposit)))
    if criteria.uids:
        conditions.append(Control.uid.in_(criteria.uids[:MOST_SELECTED]))
    return conditions


def _due(viewer: Viewer, when: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(is_deadline_running(viewer), when)


_BOXES: Mapping[ControlFolder, Callable[[Viewer], ColumnElement[bool]]] = {
    ControlFolder.OPEN: lambda viewer: is_open(get_control_standing(viewer).state),
    ControlFolder.OVERDUE: lambda viewer: _due(
        viewer, get_control_standing(viewer).due_on < viewer.today
    ),
    ControlFolder.THIS_WEEK: lambda viewer: _due(
        viewer, get_control_standing(viewer).due_on.between(viewer.today, week_end(viewer.today))
    ),
    ControlFolder.STAGED: is_staged,
    ControlFolder.UNREAD: is_unread,
}


def count_third_parties(
    db: Session, viewer: Viewer, criteria: ControlFilter = EVERY
) -> tuple[tuple[int, str, int], ...]:
    """Return (id, name, controls) of each third party, ignoring that filter."""
    viewer.require(Permission.CONTROLS_DECIDE)
    query = _filtered(viewer, replace(criteria, organisation_id=None))
    counted = query.with_only_columns(
        third_party.id, third_party.name, func.count(Control.id).label("controls")
    )
    grouped: Any = counted.group_by(third_party.id, third_party.name).order_by(third_party.name)
    return tuple((row[0], row[1], row[2]) for row in db.execute(grouped))
