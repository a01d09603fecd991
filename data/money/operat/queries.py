"""Query sites and their years, of readable PCEs and days."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks
from data.metering.consumption.models import (
    ConsumptionPeriod,
    MonthlyConsumption,
    PeriodDay,
    Reading,
)
from data.metering.consumption.queries.sources import is_deposited
from data.metering.consumption.types import PeriodKind, Quality
from data.metering.pces.models import Pce, PceGrant
from data.metering.pces.queries import (
    can_read,
    get_scope,
    list_scopes_by_id,
    visible_with_grant,
)
from data.metering.pces.types import PceScope
from data.metering.surfaces.models import SurfaceRow
from data.metering.surfaces.queries import is_theirs, is_valid_on
from data.metering.weather.queries import load_local_means
from data.money.operat.models import AbsoluteValueRow, OperatReference, OperatSite
from data.money.operat.rules.years import (
    Daily,
    Published,
    days_wanted,
    degree_days_of,
    year_of,
    year_of_sums,
)
from data.money.operat.types import (
    AbsoluteValue,
    OperatLine,
    OperatSiteSettings,
    SiteDraft,
    StoredValue,
)
from data.provenance import DataSource

Runs = Sequence[tuple[date, date]]
_SUMMER_DAYS = 62  # of July and August
_FEW = 60  # days: PCEs that lack more are queried separately
_RUNS = 50  # in one statement
_ESTIMATES = {int(Quality.ESTIMATED), int(Quality.RECONSTRUCTED)}


def list_sites(
    db: Session,
    viewer: Viewer,
    *,
    declared: bool = False,
    pce: str = "",
    day: date | None = None,
) -> tuple[OperatSiteSettings, ...]:
    """Return the site of each visible PCE, by name, with its surface of `day` (default: today).

    `declared` limits the result to stored sites, `pce` to one PCE.
    """
    viewer.require(Permission.CONSUMPTION_READ)
    mine = (OperatSite.pce_id == Pce.id) & (OperatSite.organisation_id == viewer.organisation_id)
    reference = OperatReference
    of_reference = (reference.pce_id == OperatSite.pce_id) & (
        reference.organisation_id == OperatSite.organisation_id
    )
    surface = and_(SurfaceRow.pce_id == Pce.id, is_theirs(viewer), is_valid_on(day or viewer.today))
    query = (
        visible_with_grant(viewer, Pce)
        .join(OperatSite, mine, isouter=not declared)
        .join(OperatReference, of_reference, isouter=True)
        .join(SurfaceRow, surface, isouter=True)
        .with_only_columns(
            Pce.id,
            Pce.number,
            func.coalesce(OperatSite.efa, ""),
            func.coalesce(OperatSite.name, ""),
            func.coalesce(OperatSite.siren, ""),
            func.coalesce(OperatSite.siret, ""),
            SurfaceRow.area_dm2,
            func.coalesce(OperatSite.category, ""),
            *(reference.year, reference.energy_wh, reference.degree_days),
            Pce.alias,
            func.coalesce(OperatSite.version, 0),
            case((can_read(viewer, PceGrant.technical), Pce.street)),
            Pce.postal_code,
            Pce.city,
        )
        .order_by(Pce.search, Pce.number)
    )
    pce_query = query.where(Pce.number == pce) if pce else query
    return tuple(
        OperatSiteSettings(
            pce_id, SiteDraft(*draft), alias, version, " ".join(filter(None, address))
        )
        for pce_id, *draft, alias, version, street, code, city in db.execute(pce_query)
        for address in ((street, code, city),)
    )


def get_site(db: Session, viewer: Viewer, number: str) -> OperatSiteSettings:
    """Return the site of one PCE. Raise NotFound."""
    pce = get_scope(db, viewer, number).number
    return list_sites(db, viewer, pce=pce)[0]


def list_lines(db: Session, viewer: Viewer, year: int, pce: str = "") -> tuple[OperatLine, ...]:
    """Return the declared sites with their calendar `year`, from readable days only.

    Surfaces are those of the last day of the year. `pce` limits the result to one PCE.

    Without published periods the year comes from the monthly sums; otherwise, only the days that no
    whole period covers are read.
    """
    lines: list[OperatLine] = []
    sites = list_sites(db, viewer, declared=True, pce=pce, day=date(year, 12, 31))
    scopes = {
        scope.id: scope
        for block in blocks([site.pce_id for site in sites])
        for scope in list_scopes_by_id(db, viewer, block)
    }
    climates = _climates(db, scopes, year)
    for block in blocks(sites):
        ids = [site.pce_id for site in block]
        periods = _periods(db, ids, year)
        published_by_id = {id_: _published(scopes[id_], periods.get(id_, ())) for id_ in ids}
        apart = _shared_out(db, [id_ for id_ in ids if not scopes[id_].is_holder])
        summed = [
            id_ for id_ in ids if not published_by_id[id_] and _reads_whole(scopes[id_], year)
        ]
        summed = [id_ for id_ in summed if id_ not in apart]
        sums = _sums(db, summed, year)
        readable = [id_ for id_ in ids if id_ not in apart and _reads_whole(scopes[id_], year)]
        summers = _summers(db, readable, year)
        rest = {
            id_: days_wanted(year, published_by_id[id_]) for id_ in ids if id_ not in set(summed)
        }
        days = _days(db, rest)
        for site in block:
            id_ = site.pce_id
            if id_ in rest:
                readable_days = _readable(scopes[id_], days.get(id_, {}))
                year_total = year_of(year, published_by_id[id_], readable_days)
            else:
                year_total = year_of_sums(year, *sums.get(id_, (0, 0, 0, 0)))
            lines.append(OperatLine(site, year_total, climates.get(id_), summers.get(id_)))
    return tuple(lines)


def _reads_whole(scope: PceScope, year: int) -> bool:
    first, last = date(year, 1, 1), date(year, 12, 31)
    return (
        (scope.first is None or scope.first <= first)
        and (scope.last is None or scope.last >= last)
        and not any(start <= last and first <= end for start, end in scope.holes)
    )


def _shared_out(db: Session, ids: Sequence[int]) -> set[int]:
    """Return the ids whose monthly sums contain shares of periods, which may exceed a right."""
    query = select(PeriodDay.pce_id).where(PeriodDay.pce_id.in_(ids)).distinct()
    return set(db.scalars(query)) if ids else set()


def _sums(db: Session, ids: Sequence[int], year: int) -> dict[int, tuple[int, int, int, int]]:
    """Return Wh and days measured, estimated and deposited in `year` by PCE, from monthly sums."""
    month = MonthlyConsumption
    guessed = month.days_estimated + month.days_reconstructed
    query = (
        select(
            month.pce_id,
            func.sum(month.energy_wh),
            func.sum(month.days_measured),
            func.sum(guessed),
            func.sum(month.days_deposited),
        )
        .where(month.pce_id.in_(ids), month.month.between(date(year, 1, 1), date(year, 12, 1)))
        .group_by(month.pce_id)
    )
    rows = db.execute(query)
    return {row[0]: (int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in rows}


def _summers(db: Session, ids: Sequence[int], year: int) -> dict[int, int]:
    """Return the mean Wh of a day of July and August by PCE, where all of them are known."""
    month = MonthlyConsumption
    days = func.sum(month.days_measured + month.days_estimated + month.days_reconstructed)
    query = (
        select(month.pce_id, func.sum(month.energy_wh) / _SUMMER_DAYS)
        .where(month.pce_id.in_(ids), month.month.between(date(year, 7, 1), date(year, 8, 1)))
        .group_by(month.pce_id)
        .having(days >= _SUMMER_DAYS)
    )
    return {pce_id: int(mean) for pce_id, mean in db.execute(query)}


def _climates(db: Session, scopes: Mapping[int, PceScope], year: int) -> dict[int, float | None]:
    """Return the degree days of `year` by PCE: its own if all are readable, else its station's.

    A station is computed once for all its PCEs.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    local = load_local_means(db, [(id_, first, last) for id_ in scopes])
    days_by_station = {
        station: degree_days_of(year, days) for station, days in local.station_means.items()
    }
    degree_days = {id_: days_by_station.get(station) for id_, station in local.stations.items()}
    own = [id_ for id_ in local.own if _reads_whole(scopes[id_], year)]
    return degree_days | {id_: degree_days_of(year, local.of(id_)) for id_ in own}


def _published(scope: PceScope, periods: Iterable[Published]) -> Sequence[Published]:
    """Return the periods entirely within the right; a share of a longer one would reveal more."""
    if not scope.reads_periods:
        return ()
    first, last = scope.published_first or date.min, scope.published_last or date.max
    return [
        period
        for period in periods
        if first <= period.first
        and period.last <= last
        and not any(period.first <= b and a <= period.last for a, b in scope.published_holes)
    ]


def _readable(scope: PceScope, days: dict[int, Daily]) -> dict[int, Daily]:
    if scope.first is None and scope.last is None and not scope.holes:
        return days
    return {day: reading for day, reading in days.items() if not scope.hides(date.fromordinal(day))}


def _periods(db: Session, ids: Sequence[int], year: int) -> dict[int, list[Published]]:
    """Return the published periods that overlap `year`, the latest statement first."""
    query = (
        select(
            ConsumptionPeriod.pce_id,
            ConsumptionPeriod.first_day,
            ConsumptionPeriod.last_day,
            ConsumptionPeriod.energy_wh,
            ConsumptionPeriod.quality,
            ConsumptionPeriod.source,
        )
        .where(
            ConsumptionPeriod.pce_id.in_(ids),
            ConsumptionPeriod.kind == PeriodKind.PUBLISHED,
            ConsumptionPeriod.replaced.is_(False),
            ConsumptionPeriod.first_day <= date(year, 12, 31),
            ConsumptionPeriod.last_day >= date(year, 1, 1),
            ConsumptionPeriod.energy_wh.is_not(None),
        )
        .order_by(ConsumptionPeriod.as_of.desc(), ConsumptionPeriod.first_day)
    )
    periods: dict[int, list[Published]] = {}
    for pce_id, first, last, energy, quality, source in db.connection().execute(query):
        estimated, own = int(quality) in _ESTIMATES, source == DataSource.DEPOSIT
        period = Published(first, last, energy or 0, estimated, own)
        periods.setdefault(pce_id, []).append(period)
    return periods


def _days(db: Session, runs_by_pce: Mapping[int, Runs]) -> dict[int, dict[int, Daily]]:
    """Return the readings of each PCE for its runs of days, possibly with some more."""
    readings: dict[int, dict[int, Daily]] = {}
    few = {id_ for id_, runs in runs_by_pce.items() if _length(runs) <= _FEW}
    for ids in (few, runs_by_pce.keys() - few):
        runs = sorted({run for id_ in ids for run in runs_by_pce[id_]})
        for block in blocks(_merged(runs), _RUNS):
            query = select(
                Reading.pce_id,
                Reading.gas_day,
                Reading.energy_wh,
                Reading.quality,
                is_deposited(),
            ).where(
                Reading.pce_id.in_(ids),
                or_(*(Reading.gas_day.between(first, last) for first, last in block)),
                Reading.energy_wh.is_not(None),
            )
            for pce_id, day, energy, quality, own in db.connection().execute(query):
                reading = Daily(energy or 0, quality in _ESTIMATES, bool(own))
                readings.setdefault(pce_id, {})[day.toordinal()] = reading
    return readings


def _length(runs: Runs) -> int:
    return sum((last - first).days + 1 for first, last in runs)


def _merged(runs: Runs) -> Runs:
    """Return sorted `runs` with overlapping and adjacent ones merged."""
    merged_runs: list[tuple[date, date]] = []
    for first, last in runs:
        if merged_runs and first <= merged_runs[-1][1] + timedelta(days=1):
            merged_runs[-1] = merged_runs[-1][0], max(last, merged_runs[-1][1])
        else:
            merged_runs.append((first, last))
    return merged_runs


def list_values(db: Session, viewer: Viewer) -> tuple[StoredValue, ...]:
    """Return the absolute values that the operator entered, by category, latest first."""
    viewer.require(Permission.CONSUMPTION_READ)
    row = AbsoluteValueRow
    order = row.category_key, row.target_year, row.first_day.desc()
    return tuple(
        StoredValue(
            stored.id,
            AbsoluteValue(
                stored.category, stored.target_year, stored.wh_per_m2, stored.first_day,
                stored.source,
            ),
            stored.version,
        )
        for stored in db.scalars(select(row).order_by(*order))
    )  # fmt: skip
