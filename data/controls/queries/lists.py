"""The grid and the queue: the database filters, sorts and counts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.controls.models import Campaign, Control
from data.controls.queries.visible import (
    columns,
    control_row,
    covered_by,
    for_viewer,
    is_staged,
    is_unread,
    joined,
    owner,
    presses,
    standing,
    still_open,
    third_party,
    visible,
)
from data.controls.rules.deadlines import week_end
from data.controls.types import Box, ControlFilter, ControlRow, ControlSort
from data.pces.rules import folded, search_key
from data.rights.models import AccessRight
from data.rights.types import ProofState

MAX_ROWS = 1000
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


def list_controls(  # noqa: PLR0913 (what a grid asks for, each by its name)
    db: Session,
    viewer: Viewer,
    wanted: ControlFilter = EVERY,
    *,
    sort: ControlSort = ControlSort.DUE,
    descending: bool = False,
    offset: int = 0,
    limit: int = 100,
    total: int | None = None,
) -> tuple[list[ControlRow], int]:
    """A page of the controls the viewer may see, and how many there are: counted unless known."""
    query = _filtered(viewer, wanted)
    if total is None:
        total = db.scalar(query.with_only_columns(func.count(Control.id))) or 0
    page = (
        query.with_only_columns(*columns(viewer))
        .order_by(*_ordered(viewer, sort, descending=descending))
        .offset(max(0, offset))
        .limit(max(0, min(limit, MAX_ROWS)))
    )
    return [control_row(row, viewer) for row in db.execute(page)], total


def every_control(
    db: Session,
    viewer: Viewer,
    wanted: ControlFilter = EVERY,
    *,
    sort: ControlSort = ControlSort.DUE,
    descending: bool = False,
) -> Iterator[ControlRow]:
    """All of them in the order of the grid, as they are read: for a file."""
    query = (
        _filtered(viewer, wanted)
        .with_only_columns(*columns(viewer))
        .order_by(*_ordered(viewer, sort, descending=descending))
        .execution_options(yield_per=MAX_ROWS)
    )
    return (control_row(row, viewer) for row in db.execute(query))


def _ordered(
    viewer: Viewer, sort: ControlSort, *, descending: bool
) -> Iterator[ColumnElement[Any]]:
    """By deadline, either way: what waits for the viewer, what waits for others, then the rest.

    Who looks after what is the distributor's own: others would read it in the order.
    """
    known = ControlSort.DUE if sort is ControlSort.OWNER and not viewer.staff else sort
    mine = standing(viewer)
    if known is ControlSort.DUE:
        yield case((presses(viewer), 0), (still_open(mine.state), 1), else_=2)
    told: dict[ControlSort, Any] = {ControlSort.DUE: mine.due_on, ControlSort.STATE: mine.state}
    for one in ({**told, **_SORTS}[known], Control.id.expression):
        yield (one.desc() if descending else one.asc()).nulls_last()


def count_states(
    db: Session, viewer: Viewer, wanted: ControlFilter = EVERY
) -> dict[ProofState, int]:
    """How many controls are in each state, for its chip: the states asked for are not applied."""
    query = _filtered(viewer, wanted, states=False).where(Control.closed_at.is_(None))
    state_of = standing(viewer).state
    grouped: Any = query.with_only_columns(state_of, func.count(Control.id)).group_by(state_of)
    rows: dict[ProofState, int] = {row[0]: row[1] for row in db.execute(grouped)}
    return {state: rows.get(state, 0) for state in ProofState}


def count_boxes(db: Session, viewer: Viewer, wanted: ControlFilter = EVERY) -> dict[Box, int]:
    """How many controls each ready-made choice has: those asked for are not applied."""
    query = _filtered(viewer, wanted, boxes=False)
    sums = [func.count(Control.id).filter(_BOXES[box](viewer)) for box in Box]
    row = db.execute(query.with_only_columns(*sums)).one()
    return dict(zip(Box, row, strict=True))


def find_uids(
    db: Session, viewer: Viewer, wanted: ControlFilter, limit: int = MOST_SELECTED
) -> tuple[str, ...]:
    """Every control of a filter, for a selection across pages; at most *limit*."""
    query = _filtered(viewer, wanted).with_only_columns(Control.uid)
    return tuple(db.scalars(query.order_by(Control.id).limit(min(limit, MOST_SELECTED))))


def _filtered(
    viewer: Viewer, wanted: ControlFilter, *, states: bool = True, boxes: bool = True
) -> Select[Any]:
    query = joined(visible(viewer))
    if states and wanted.states:
        asked = standing(viewer).state.in_(wanted.states)
        query = query.where(asked, Control.closed_at.is_(None))
    if boxes:
        query = query.where(*(_BOXES[box](viewer) for box in wanted.boxes))
    for word in _typed(wanted.text[:200]):
        query = query.where(AccessRight.search.contains(word, autoescape=True))
    if wanted.owner_id is not None and viewer.staff:
        nobody = Control.owner_id.is_(None)
        query = query.where(Control.owner_id == wanted.owner_id if wanted.owner_id else nobody)
    if wanted.for_viewer:
        query = query.where(for_viewer(viewer))
    return query.where(*_named(viewer, wanted))


def _typed(text: str) -> list[str]:
    """The words to be found, each anywhere; digits alone are one number, however it is spaced."""
    key = search_key(text).casefold()
    return [key] if key.isdigit() else folded(text).split()[:8]


def _named(viewer: Viewer, wanted: ControlFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    due_on = standing(viewer).due_on
    if wanted.due_first:
        found.append(due_on >= wanted.due_first)
    if wanted.due_last:
        found.append(due_on <= wanted.due_last)
    if wanted.organisation_id is not None and viewer.staff:
        found.append(Control.organisation_id == wanted.organisation_id)
    if wanted.campaign:
        found.append(Campaign.uid == wanted.campaign)
    if wanted.right:
        found.append(AccessRight.uid == wanted.right)
    if wanted.deposit:
        found.append(Control.id.in_(covered_by(viewer, wanted.deposit)))
    if wanted.uids:
        found.append(Control.uid.in_(wanted.uids[:MOST_SELECTED]))
    return found


def _due(viewer: Viewer, when: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(presses(viewer), when)


_BOXES: Mapping[Box, Callable[[Viewer], ColumnElement[bool]]] = {
    Box.OPEN: lambda viewer: still_open(standing(viewer).state),
    Box.OVERDUE: lambda viewer: _due(viewer, standing(viewer).due_on < viewer.today),
    Box.THIS_WEEK: lambda viewer: _due(
        viewer, standing(viewer).due_on.between(viewer.today, week_end(viewer.today))
    ),
    Box.STAGED: is_staged,
    Box.UNREAD: is_unread,
}


def count_third_parties(
    db: Session, viewer: Viewer, wanted: ControlFilter = EVERY
) -> tuple[tuple[int, str, int], ...]:
    """(id, name, controls) of each third party, whichever is asked for, for its filter."""
    viewer.require(Permission.CONTROLS_DECIDE)
    query = _filtered(viewer, replace(wanted, organisation_id=None))
    counted = query.with_only_columns(
        third_party.id, third_party.name, func.count(Control.id).label("controls")
    )
    grouped: Any = counted.group_by(third_party.id, third_party.name).order_by(third_party.name)
    return tuple((row[0], row[1], row[2]) for row in db.execute(grouped))
