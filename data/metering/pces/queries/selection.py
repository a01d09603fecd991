"""Query the PCEs that a person chose, and what they can read of each."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, func
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks
from data.metering.pces.models import Pce
from data.metering.pces.queries.lists import get_filtered_query
from data.metering.pces.queries.visible import (
    get_scope_columns,
    read_scope,
    visible,
    visible_with_grant,
)
from data.metering.pces.rules import is_number, normalised
from data.metering.pces.types import PceChoice, PceScope
from data.sample_numbers import is_sample


def get_chosen_pces_query(
    viewer: Viewer,
    choice: PceChoice,
    *columns: ColumnElement[Any] | Any,  # noqa: ANN401
) -> Select[Any]:
    """Select `columns` of the visible PCEs of `choice`, with the viewer's grant joined."""
    query = get_filtered_query(viewer, visible_with_grant(viewer, *columns), choice.filter)
    return query if choice.numbers is None else query.where(Pce.number.in_(choice.numbers))


def count_chosen(db: Session, viewer: Viewer, choice: PceChoice) -> int:
    return db.scalar(get_chosen_pces_query(viewer, choice, func.count())) or 0


def find_numbers(db: Session, viewer: Viewer, choice: PceChoice, limit: int) -> tuple[str, ...]:
    """Return the numbers of the chosen PCEs, sorted, at most `limit`."""
    return tuple(
        db.scalars(
            get_chosen_pces_query(viewer, choice, Pce.number).order_by(Pce.number).limit(limit)
        )
    )


def list_scopes(
    db: Session, viewer: Viewer, choice: PceChoice, *, after: int = 0, limit: int = 500
) -> list[PceScope]:
    """Return the scopes of the next chosen PCEs after id `after`.

    Rights are checked at each call.
    """
    query = get_chosen_pces_query(viewer, choice, *get_scope_columns(viewer)).where(Pce.id > after)
    return [read_scope(row) for row in db.execute(query.order_by(Pce.id).limit(limit))]


def list_scopes_by_id(db: Session, viewer: Viewer, ids: Collection[int]) -> list[PceScope]:
    """Return the scopes of the visible PCEs among `ids`."""
    query = visible_with_grant(viewer, *get_scope_columns(viewer)).where(Pce.id.in_(ids))
    return [read_scope(row) for row in db.execute(query)]


def find_unknown(db: Session, viewer: Viewer, numbers: Collection[str]) -> tuple[str, ...]:
    """Return the `numbers` that are not visible PCEs, unknown or hidden alike, in order."""
    normal_numbers = {number: normalised(number) for number in numbers}
    known_numbers = set(
        db.scalars(
            visible(viewer)
            .with_only_columns(Pce.number)
            .where(
                Pce.number.in_(
                    [
                        pce_number
                        for pce_number in normal_numbers.values()
                        if is_number(pce_number) or is_sample(pce_number)
                    ]
                )
            )
        )
    )
    return tuple(number for number, read in normal_numbers.items() if read not in known_numbers)


def load_ids(db: Session, viewer: Viewer, numbers: Collection[str]) -> dict[str, int]:
    """Return the ids of the visible PCEs among `numbers`, by number."""
    ids: dict[str, int] = {}
    query = visible(viewer).with_only_columns(Pce.number, Pce.id)
    for block in blocks(sorted(set(numbers))):
        ids |= {row[0]: row[1] for row in db.execute(query.where(Pce.number.in_(block)))}
    return ids
