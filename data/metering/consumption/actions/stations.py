"""Change the station of PCEs, and mark them for weather-related evaluation.

Signatures follow `reading_changes`, weather-corrected thresholds `reading_marks`: both are written
in the transaction that changes the station, for the PCEs concerned only.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, literal, or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks
from core.errors import NotFound
from core.i18n import N_
from data.metering.consumption.actions.change_marks import mark_all, note_changes
from data.metering.pces.models import Pce, PceTag
from data.metering.pces.queries import get_scope, visible
from data.metering.pces.rules import number_of
from data.metering.weather.actions import assign_station, describe, set_station
from data.metering.weather.types import StationChoice, StationDraft, StationPlace
from data.runs.types import SheetSorted


def describe_station(db: Session, viewer: Viewer, draft: StationDraft, now: datetime) -> None:
    """Save the station form, and re-evaluate the PCEs in the areas that it gained or lost."""
    viewer.require(Permission.WEATHER_WRITE)
    areas = set_station(db, viewer, draft, now)
    if areas:
        _judge_again(db, or_(*(Pce.postal_code.startswith(area) for area in areas)))


def describe_served(
    db: Session, place: StationPlace, name: str, areas: Sequence[str] = (), pces: Sequence[str] = ()
) -> None:
    """Save a station from an operator's command.

    The `areas` and `pces` that it now serves are re-evaluated.
    """
    describe(db, place, name, areas, pces)
    numbers = [number_of(pce_text) for pce_text in pces]
    served = [Pce.postal_code.startswith(area) for area in areas]
    if numbers or served:
        _judge_again(db, or_(Pce.number.in_(numbers), *served))


def attach_one(db: Session, viewer: Viewer, code: str, number: str, now: datetime) -> int:
    """Attach one PCE to the station `code`, or to none if empty; return how many changed."""
    viewer.require(Permission.WEATHER_WRITE)
    scope = get_scope(db, viewer, number)
    return _attached(db, assign_station(db, viewer, code, {scope.id: scope.number}, now))


def attach_tagged(db: Session, viewer: Viewer, code: str, tag: str, now: datetime) -> int:
    """Attach every PCE with a tag of the viewer's organisation; return how many changed.

    Raise NotFound when no visible PCE has the tag.
    """
    viewer.require(Permission.WEATHER_WRITE)
    mine = (PceTag.organisation_id == viewer.organisation_id, PceTag.tag == tag)
    tagged = visible(viewer).join(PceTag, PceTag.pce_id == Pce.id).where(*mine)
    numbers_by_id = {
        row[0]: row[1] for row in db.execute(tagged.with_only_columns(Pce.id, Pce.number))
    }
    if not numbers_by_id:
        raise NotFound(N_("Aucun PCE n’a l’étiquette « {tag} »."), tag=tag)
    return _attached(db, assign_station(db, viewer, code, numbers_by_id, now))


def keep_stations(
    db: Session, viewer: Viewer, sheet_diff: SheetSorted[StationChoice], now: datetime
) -> None:
    """Apply the station choices of a sheet; the last write wins over concurrent changes."""
    viewer.require(Permission.WEATHER_WRITE)
    by_code: dict[str, dict[int, str]] = {}
    for station_choice in (
        *sheet_diff.new,
        *(choice for _previous_choice, choice in sheet_diff.changed),
    ):
        by_code.setdefault(station_choice.code, {})[station_choice.pce_id] = station_choice.number
    for code, pces in sorted(by_code.items()):
        _attached(db, assign_station(db, viewer, code, pces, now))


def _attached(db: Session, pces: Sequence[int]) -> int:
    for block in blocks(pces):
        _judge_again(db, Pce.id.in_(block))
    return len(pces)


def _judge_again(db: Session, pce_filter: ColumnElement[bool]) -> None:
    """Mark all days of the PCEs that match `pce_filter`: their temperatures may have changed."""
    filters = (pce_filter, Pce.data_until.is_not(None))
    note_changes(db, select(Pce.id).where(*filters))
    mark_all(db, select(Pce.id, literal(date.min)).where(*filters))
