"""The PCE that somebody chose among those they may see, and what they may read of each."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, func
from sqlalchemy.orm import Session

from data.access import Viewer
from data.pces.models import Pce
from data.pces.queries.lists import filtered
from data.pces.queries.visible import scope_columns, scope_of, visible, with_grant
from data.pces.rules import is_number, normalised
from data.pces.types import PceChoice, PceScope


def chosen(viewer: Viewer, choice: PceChoice, *columns: ColumnElement[Any] | Any) -> Select[Any]:  # noqa: ANN401
    """*columns* of the visible PCE of *choice*, the viewer's own grant joined."""
    query = filtered(viewer, with_grant(viewer, *columns), choice.filter)
    return query if choice.numbers is None else query.where(Pce.number.in_(choice.numbers))


def count_chosen(db: Session, viewer: Viewer, choice: PceChoice) -> int:
    return db.scalar(chosen(viewer, choice, func.count())) or 0


def find_numbers(db: Session, viewer: Viewer, choice: PceChoice, limit: int) -> tuple[str, ...]:
    """The numbers of the chosen PCE, in order; at most *limit*."""
    return tuple(db.scalars(chosen(viewer, choice, Pce.number).order_by(Pce.number).limit(limit)))


def list_scopes(
    db: Session, viewer: Viewer, choice: PceChoice, *, after: int = 0, limit: int = 500
) -> list[PceScope]:
    """The next of the chosen PCE, by id: each block asks again what may be read."""
    query = chosen(viewer, choice, *scope_columns(viewer)).where(Pce.id > after)
    return [scope_of(row) for row in db.execute(query.order_by(Pce.id).limit(limit))]


def scopes_by_id(db: Session, viewer: Viewer, ids: Collection[int]) -> list[PceScope]:
    """What the viewer may read of these PCE; one that they may not see is not there."""
    query = with_grant(viewer, *scope_columns(viewer)).where(Pce.id.in_(ids))
    return [scope_of(row) for row in db.execute(query)]


def find_unknown(db: Session, viewer: Viewer, numbers: Collection[str]) -> tuple[str, ...]:
    """Those of *numbers* that are no PCE the viewer may see, absent or hidden alike, in order."""
    asked = {number: normalised(number) for number in numbers}
    known = set(
        db.scalars(
            visible(viewer)
            .with_only_columns(Pce.number)
            .where(Pce.number.in_([one for one in asked.values() if is_number(one)]))
        )
    )
    return tuple(number for number, read in asked.items() if read not in known)
