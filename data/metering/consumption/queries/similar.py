"""Query the energy a square metre of the viewer's sites, and their places among similar ones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks, cached
from data.metering.consumption.models import FleetStanding
from data.metering.consumption.queries.fleet import get_pce_months_query
from data.metering.consumption.queries.standings import get_standings_query
from data.metering.consumption.rules.calendar import span_of
from data.metering.consumption.rules.fleet import months_of
from data.metering.consumption.rules.similar import rank_sites, size_of, spread_of
from data.metering.consumption.types import (
    FleetPeriod,
    FleetView,
    Series,
    SeriesStep,
    Unit,
)
from data.metering.consumption.types.similar import (
    SimilarBand,
    SimilarGroup,
    SimilarPlace,
    SiteIntensity,
    Spread,
)
from data.metering.pces.models import Pce
from data.metering.pces.queries import get_scope, visible_held
from data.metering.pces.types import PceFilter
from data.metering.surfaces.models import SurfaceRow
from data.metering.surfaces.queries import is_theirs
from data.metering.surfaces.types import DM2, SurfaceDraft, area_on
from data.metering.weather.queries import find_station, load_pce_stations

BAND_UNITS = frozenset({Unit.KWH, Unit.M2})
MOST_MONTHS = 40  # bars of a chart with a band
DAYS = 350  # of a year, known: with fewer, its sum would look thrifty
Places = Mapping[int, SimilarPlace]
Surfaces = Mapping[int, Sequence[SurfaceDraft]]


def load_places(db: Session, viewer: Viewer) -> Places:
    """Return the place of each site with a surface, by PCE id, among those the viewer reads."""
    viewer.require(Permission.CONSUMPTION_READ)
    return cached(db, "similar sites", viewer, lambda: _read_places(db, viewer))


def get_site_place(db: Session, viewer: Viewer, pce: str) -> tuple[SimilarPlace | None, str]:
    """Return the place of a site, None without a year or surface, and the name of its station."""
    scope = get_scope(db, viewer, pce)
    station = find_station(db, scope)
    return load_places(db, viewer).get(scope.id), station.label if station else ""


def load_similar_band(db: Session, viewer: Viewer, series: Series) -> SimilarBand | None:
    """Return the middle half of the sites similar to that of `series` in each complete month.

    It is by square metre, or over the surface of the site in kWh. None unless its bars are few
    enough months in one of the two.
    """
    view = series.view
    is_drawn = view.unit in BAND_UNITS and view.step is SeriesStep.MONTH and series.tells
    if not (view.has_similar and is_drawn) or len(series.buckets) > MOST_MONTHS:
        return None
    key = (viewer, series.pce_id, series.first, series.last, view.unit)
    return cached(db, "similar months", key, lambda: _read_band(db, viewer, series))


def _read_band(db: Session, viewer: Viewer, series: Series) -> SimilarBand:
    places = load_places(db, viewer)
    place = places.get(series.pce_id)
    group = place.site.group if place else None
    if place is None or group is None:
        return SimilarBand(0)
    station = find_station(db, get_scope(db, viewer, series.number))
    empty = SimilarBand(place.count, (), group, station.label if station else "")
    months = [
        bucket.first
        for bucket in series.buckets
        if not bucket.current
        and (bucket.first, bucket.last) == span_of(SeriesStep.MONTH, bucket.first)
    ]
    if place.spread is None or not months:
        return empty
    surfaces = _load_surfaces(db, viewer, months)
    values_by_month = _read_months(db, viewer, places, group, surfaces, months)
    own = surfaces.get(series.pce_id, ()) if series.view.unit is Unit.KWH else None
    values = [
        _scale(spread_of(sorted(values_by_month.get(bucket.first, ()))), own, bucket.first)
        for bucket in series.buckets
    ]
    return replace(empty, values=tuple(values))


def _scale(
    spread: Spread | None, own: Sequence[SurfaceDraft] | None, month: date
) -> tuple[int, int] | None:
    """Return the middle half of `spread`, over the surface in `own` if given."""
    if spread is None or own is None:
        return (spread.low, spread.high) if spread else None
    area = area_on(own, month)
    return (spread.low * area // DM2, spread.high * area // DM2) if area else None


def _read_months(
    db: Session,
    viewer: Viewer,
    places: Places,
    group: SimilarGroup,
    surfaces: Surfaces,
    months: Sequence[date],
) -> Mapping[date, Sequence[int]]:
    """Return by month the Wh a m² of the sites of `group` of which all days are known."""
    ids = [id_ for id_, place in places.items() if place.site.group == group]
    values_by_month: dict[date, list[int]] = {}
    for block in blocks(ids):
        for row in db.execute(get_pce_months_query(viewer, PceFilter(), months, block)):
            area = area_on(surfaces.get(row.id, ()), row.month)
            if area and row.energy_wh is not None and row.known >= row.due > 0:
                wh_per_m2 = round(row.energy_wh * DM2 / area)
                values_by_month.setdefault(row.month, []).append(wh_per_m2)
    return values_by_month


def _read_places(db: Session, viewer: Viewer) -> Places:
    months = months_of(FleetPeriod.YEAR, viewer.today)
    surfaces = _load_surfaces(db, viewer, months)
    if not surfaces:
        return {}
    sites = _yearly(db, viewer, surfaces)
    moved = [id_ for id_ in sites if not _is_whole(surfaces[id_], months)]
    for id_, wh_per_m2 in _monthly(db, viewer, surfaces, moved, months).items():
        if wh_per_m2 is None:
            del sites[id_]
        else:
            sites[id_] = wh_per_m2
    stations = load_pce_stations(db, list(sites))
    return rank_sites(
        _site(id_, wh_per_m2, surfaces[id_], stations.get(id_)) for id_, wh_per_m2 in sites.items()
    )


def _load_surfaces(db: Session, viewer: Viewer, months: Sequence[date]) -> Surfaces:
    """Return the organisation's surfaces that are valid in some of `months`, the latest last."""
    row = SurfaceRow
    query = (
        select(row.pce_id, row.area_dm2, row.first_day, row.last_day, row.use)
        .where(
            is_theirs(viewer),
            or_(row.first_day.is_(None), row.first_day <= months[-1]),
            or_(row.last_day.is_(None), row.last_day >= months[0]),
        )
        .order_by(row.pce_id, row.first_day.asc().nulls_first())
    )
    surfaces: dict[int, list[SurfaceDraft]] = {}
    for pce_id, area_dm2, first, last, use in db.execute(query):
        draft = SurfaceDraft("", area_dm2, first, last, use)
        surfaces.setdefault(pce_id, []).append(draft)
    return surfaces


def _is_whole(drafts: Sequence[SurfaceDraft], months: Sequence[date]) -> bool:
    """Return whether one surface is valid for all of `months`."""
    return all(drafts[-1].is_valid_on(month) for month in (months[0], months[-1]))


def _yearly(db: Session, viewer: Viewer, surfaces: Surfaces) -> dict[int, float]:
    """Return the Wh a m² of the year of each PCE with enough known days, at its last surface."""
    row, today = FleetStanding, viewer.today
    stored = visible_held(viewer, row.pce_id, row.energy_wh, row.known)
    stored = stored.join(row, row.pce_id == Pce.id).where(
        row.period == FleetPeriod.YEAR, row.first_day <= today, row.last_day >= today
    )
    sums = {id_: (energy_wh, known) for id_, energy_wh, known in db.execute(stored)}
    rest = list(surfaces.keys() - sums.keys())
    for block in blocks(rest):  # granted, or changed since
        query = get_standings_query(db, viewer, FleetView(), simple=False, ids=block)
        sums |= {line.id: (line.energy_wh, line.known) for line in db.execute(query)}
    return {
        id_: energy_wh * DM2 / surfaces[id_][-1].area_dm2
        for id_, (energy_wh, known) in sums.items()
        if id_ in surfaces and energy_wh is not None and known >= DAYS
    }


def _monthly(
    db: Session, viewer: Viewer, surfaces: Surfaces, ids: Sequence[int], months: Sequence[date]
) -> dict[int, float | None]:
    """Return the same of the PCEs `ids`, of which the surface changed: each month over its own.

    None where a month has no surface.
    """
    sums: dict[int, float | None] = {}
    for block in blocks(ids):
        for row in db.execute(get_pce_months_query(viewer, PceFilter(), months, block)):
            area = area_on(surfaces[row.id], row.month)
            before = sums.get(row.id, 0.0)
            counts = before is not None and area and row.energy_wh is not None
            sums[row.id] = before + row.energy_wh * DM2 / area if counts else None
    return sums


def _site(
    pce_id: int, wh_per_m2: float, drafts: Sequence[SurfaceDraft], station: int | None
) -> SiteIntensity:
    area_dm2, use = drafts[-1].area_dm2, drafts[-1].use
    group = SimilarGroup(use, size_of(area_dm2), station) if use and station else None
    return SiteIntensity(pce_id, round(wh_per_m2), area_dm2, group)
