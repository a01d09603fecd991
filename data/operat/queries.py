"""Reading sites and their years: of the PCE that the viewer may read, within their days."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.consumption.models import ConsumptionPeriod, Reading
from data.consumption.types import PeriodKind, Quality
from data.db import blocks
from data.operat.models import OperatSite
from data.operat.rules.years import Daily, Published, year_of
from data.operat.types import Line, Site, SiteDraft
from data.pces.models import Pce
from data.pces.queries import scopes_by_id
from data.pces.queries import visible as visible_pces
from data.pces.types import PceScope

_ESTIMATES = {int(Quality.ESTIMATED), int(Quality.RECONSTRUCTED)}


def list_sites(db: Session, viewer: Viewer, *, declared: bool = False) -> tuple[Site, ...]:
    """The site of each visible PCE, by name; with *declared*, those alone of which one is kept."""
    viewer.require(Permission.CONSUMPTION_READ)
    mine = (OperatSite.pce_id == Pce.id) & (OperatSite.organisation_id == viewer.organisation_id)
    query = (
        visible_pces(viewer)
        .join(OperatSite, mine, isouter=not declared)
        .with_only_columns(
            Pce.id,
            Pce.number,
            func.coalesce(OperatSite.efa, ""),
            func.coalesce(OperatSite.name, ""),
            func.coalesce(OperatSite.siren, ""),
            func.coalesce(OperatSite.siret, ""),
            OperatSite.surface_dm2,
            Pce.alias,
            func.coalesce(OperatSite.version, 0),
            Pce.street,
            Pce.postal_code,
            Pce.city,
        )
        .order_by(Pce.search, Pce.number)
    )
    return tuple(
        Site(pce_id, SiteDraft(*draft), alias, version, " ".join(filter(None, address)))
        for pce_id, *draft, alias, version, street, code, city in db.execute(query)
        for address in ((street, code, city),)
    )


def list_lines(db: Session, viewer: Viewer, year: int) -> tuple[Line, ...]:
    """The declared sites and their calendar *year*, of the days that may be read."""
    found: list[Line] = []
    for block in blocks(list_sites(db, viewer, declared=True)):
        ids = [site.pce_id for site in block]
        scopes = {scope.id: scope for scope in scopes_by_id(db, viewer, ids)}
        periods, days = _periods(db, ids, year), _days(db, ids, year)
        for site in block:
            scope = scopes[site.pce_id]
            told = _published(scope, periods.get(site.pce_id, ()))
            known = _readable(scope, days.get(site.pce_id, {}))
            found.append(Line(site, year_of(year, told, known)))
    return tuple(found)


def _published(scope: PceScope, periods: Iterable[Published]) -> Sequence[Published]:
    """Those wholly within the right: a share of a longer one would tell what is beyond."""
    if not scope.reads_periods:
        return ()
    first, last = scope.published_first or date.min, scope.published_last or date.max
    return [
        one
        for one in periods
        if first <= one.first
        and one.last <= last
        and not any(one.first <= b and a <= one.last for a, b in scope.published_holes)
    ]


def _readable(scope: PceScope, days: dict[int, Daily]) -> dict[int, Daily]:
    if scope.first is None and scope.last is None and not scope.holes:
        return days
    return {day: one for day, one in days.items() if not scope.hides(date.fromordinal(day))}


def _periods(db: Session, ids: Sequence[int], year: int) -> dict[int, list[Published]]:
    """The published periods that touch *year*, the latest statement first."""
    query = (
        select(
            ConsumptionPeriod.pce_id,
            ConsumptionPeriod.first_day,
            ConsumptionPeriod.last_day,
            ConsumptionPeriod.energy_wh,
            ConsumptionPeriod.quality,
        )
        .where(
            ConsumptionPeriod.pce_id.in_(ids),
            ConsumptionPeriod.kind == PeriodKind.PUBLISHED,
            ConsumptionPeriod.first_day <= date(year, 12, 31),
            ConsumptionPeriod.last_day >= date(year, 1, 1),
            ConsumptionPeriod.energy_wh.is_not(None),
        )
        .order_by(ConsumptionPeriod.as_of.desc(), ConsumptionPeriod.first_day)
    )
    found: dict[int, list[Published]] = {}
    for pce_id, first, last, energy, quality in db.execute(query):
        period = Published(first, last, energy or 0, int(quality) in _ESTIMATES)
        found.setdefault(pce_id, []).append(period)
    return found


def _days(db: Session, ids: Sequence[int], year: int) -> dict[int, dict[int, Daily]]:
    query = select(Reading.pce_id, Reading.gas_day, Reading.energy_wh, Reading.quality).where(
        Reading.pce_id.in_(ids),
        Reading.gas_day.between(date(year, 1, 1), date(year, 12, 31)),
        Reading.energy_wh.is_not(None),
    )
    found: dict[int, dict[int, Daily]] = {}
    for pce_id, day, energy, quality in db.execute(query):
        found.setdefault(pce_id, {})[day.toordinal()] = Daily(energy or 0, quality in _ESTIMATES)
    return found
