"""Query the weather-corrected year of a ranking's lines, from the verdicts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.access import Viewer
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.queries.coverage import is_covered
from data.analysis.signatures.types import Reason
from data.metering.consumption.queries import load_month_changes
from data.metering.consumption.rules.fleet import correct_cells, correct_percent, months_shown
from data.metering.consumption.types import FleetRow, FleetView
from data.metering.pces.queries import visible_scopes

Equal = tuple[float | None, Reason | None]  # ratio of `SignatureVerdict`, or why there is none


def load_year_ratios(
    db: Session, viewer: Viewer, ids: Collection[int], year: date
) -> Mapping[int, Equal]:
    """Return the ratios of the `ids` judged on readable days, over 12 months from `year`.

    Other PCEs are left out.
    """
    scope = visible_scopes(viewer).subquery("scope")
    row = VerdictRow
    query = (
        select(row.pce_id, row.ratio, row.refused)
        .join(scope, scope.c.id == row.pce_id)
        .where(row.pce_id.in_(ids), row.year == year, is_covered(scope))
    )
    return {pce_id: (ratio, refused) for pce_id, ratio, refused in db.execute(query)}


def load_month_ratios(
    db: Session, viewer: Viewer, ids: Collection[int]
) -> Mapping[int, Mapping[date, float]]:
    """Return the ratios of the months shown, for those of `ids` with a reliable signature."""
    months = months_shown(viewer.today)
    query = _reliable(viewer, VerdictRow.months).where(VerdictRow.pce_id.in_(ids))
    return {
        pce_id: {
            month: ratio
            for month, ratio in zip(months, ratios or (), strict=False)
            if ratio is not None
        }
        for pce_id, ratios in db.execute(query)
    }


def correct_rows(db: Session, viewer: Viewer, rows: Sequence[FleetRow]) -> list[FleetRow]:
    """Return `rows` with their months in the climate of the year before.

    Months of a site without a reliable signature stay as they are.
    """
    ratios = load_month_ratios(db, viewer, [row.id for row in rows])
    return [
        replace(row, cells=correct_cells(row.cells, ratios[row.id])) if row.id in ratios else row
        for row in rows
    ]


def load_corrected_changes(
    db: Session, viewer: Viewer, view: FleetView, month: date
) -> dict[int, float]:
    """Return the change of `month`, in percent, by PCE id, as `correct_rows` shows it."""
    place = months_shown(viewer.today).index(month)
    rows = db.execute(_reliable(viewer, VerdictRow.months[place].as_float()))
    ratios: dict[int, float | None] = {row[0]: row[1] for row in rows}
    changes = {}
    for pce_id, percent in load_month_changes(db, viewer, view, month).items():
        ratio = ratios.get(pce_id, 1.0)
        if ratio is not None:
            changes[pce_id] = correct_percent(percent, ratio)
    return changes


def _reliable(
    viewer: Viewer, column: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> Select[Any]:
    """Select the PCE and `column` of reliable signatures judged on readable days, this year."""
    scope, row = visible_scopes(viewer).subquery("scope"), VerdictRow
    year = months_shown(viewer.today)[0]
    query = select(row.pce_id, column).join(scope, scope.c.id == row.pce_id)
    return query.where(row.reason.is_(None), row.year == year, is_covered(scope))
