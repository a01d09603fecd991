"""Declare the tables whose rows people change, remove and, for a day, restore."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, or_, select, true, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID, change_one
from core.errors import NotFound
from data.metering.pces.models import Pce
from data.metering.pces.queries import visible as visible_pces

RETURNS = timedelta(days=1)  # during which a removed row can be restored
_ALL: ColumnElement[bool] = true()
Reach = Callable[[Viewer], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class VersionedTable:
    """Rows of an organisation, each with an id and the version that a change must have seen.

    `gone` and `late` are the sentences of NotFound and Conflict; `standing` is what holds of a row
    that is not removed. Rows that return have `removed_at` and the permission `writes`; a viewer
    restores those that `reach` selects, by default those of PCEs that they see.
    """

    model: Any
    gone: str
    late: str
    standing: ColumnElement[bool] = _ALL
    writes: Permission = Permission.PRICES_WRITE
    reach: Reach | None = None

    def get_row(self, db: Session, query: Select[Any], row_id: int) -> Any:  # noqa: ANN401
        """Return the row of `query` with this id. Raise NotFound."""
        mine = query.where(self.model.id == row_id)
        row = db.execute(mine).one_or_none() if 0 < row_id < NO_ID else None
        if row is None:
            raise NotFound(self.gone)
        return row

    def write(
        self, db: Session, viewer: Viewer, seen: tuple[int, int], values: Mapping[str, Any]
    ) -> None:
        """Update the row with this id and version; raise Conflict when somebody changed it."""
        written = update(self.model).where(*self._match_version(viewer, seen))
        change_one(db, written.values(version=seen[1] + 1, **values), self.late)

    def delete(self, db: Session, viewer: Viewer, seen: tuple[int, int]) -> None:
        """Delete the row with this id and version for good. Raise Conflict."""
        change_one(db, delete(self.model).where(*self._match_version(viewer, seen)), self.late)

    def forget_removed(self, db: Session, viewer: Viewer, now: datetime) -> None:
        """Delete the organisation's removed rows that can no longer be restored."""
        late = self.model.removed_at < now - RETURNS
        db.execute(delete(self.model).where(self._own(viewer), late))

    def find_removed(self, db: Session, viewer: Viewer, text: str) -> int:
        """Return the id in `text` of a removed row that can be restored, else 0."""
        if not (viewer.may(self.writes) and text.isascii() and text.isdigit()):
            return 0
        query = select(self.model.id).where(
            self.model.id == int(text[:9]),
            self._own(viewer),
            self.model.removed_at.is_not(None),
            self._reached(viewer),
        )
        return db.scalar(query) or 0

    def find_restorable(
        self, db: Session, viewer: Viewer, row_id: int, now: datetime
    ) -> Any | None:  # noqa: ANN401
        """Return a removed row, None if it is not removed.

        Raise NotFound when it is hidden, or was removed too long ago.
        """
        recent = or_(self.model.removed_at.is_(None), self.model.removed_at >= now - RETURNS)
        query = select(self.model).where(self._own(viewer), self._reached(viewer), recent)
        (row,) = self.get_row(db, query, row_id)
        return None if row.removed_at is None else row

    def _reached(self, viewer: Viewer) -> ColumnElement[bool]:
        if self.reach is not None:
            return self.reach(viewer)
        pces = visible_pces(viewer).with_only_columns(Pce.id)
        condition: ColumnElement[bool] = self.model.pce_id.in_(pces)
        return condition

    def _own(self, viewer: Viewer) -> ColumnElement[bool]:
        mine: ColumnElement[bool] = self.model.organisation_id == viewer.organisation_id
        return mine

    def _match_version(self, viewer: Viewer, seen: tuple[int, int]) -> list[ColumnElement[bool]]:
        key, version = seen
        same = self.model.id == key, self.model.version == version
        return [*same, self._own(viewer), self.standing]


def get_pce_number(db: Session, row: Any) -> str:  # noqa: ANN401
    """Return the number of the PCE of a row, "" for a row of several."""
    return db.scalar(select(Pce.number).where(Pce.id == row.pce_id)) or ""
