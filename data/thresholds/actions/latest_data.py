"""Find the latest data of a PCE: its days, or its published periods."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from data.metering.consumption.models import ConsumptionPeriod, Reading
from data.metering.pces.models import Pce
from data.metering.pces.types import Frequency
from data.thresholds.actions.evaluation_loader import Pair, WatchedPce
from data.thresholds.actions.id_lists import ById
from data.thresholds.models import Episode
from data.thresholds.rules.silence import counts_periods

_HOLDS = and_(
    ConsumptionPeriod.replaced.is_(False),
    or_(ConsumptionPeriod.energy_wh.is_not(None), ConsumptionPeriod.volume_dm3.is_not(None)),
)


_LATEST = ById(
    select(ConsumptionPeriod.pce_id, func.max(ConsumptionPeriod.last_day))
    .where(_HOLDS)
    .group_by(ConsumptionPeriod.pce_id),
    ConsumptionPeriod.pce_id,
)
_CAME = ById(
    select(Episode.id, func.min(Reading.gas_day))
    .join(Reading, and_(Reading.pce_id == Episode.pce_id, Reading.gas_day >= Episode.first_day))
    .where(or_(Reading.energy_wh.is_not(None), Reading.volume_dm3.is_not(None)))
    .group_by(Episode.id),
    Episode.id,
)


def told_by_periods(frequency: Frequency, worst: date) -> ColumnElement[bool]:
    """Return whether a published period that counts as data extends to `worst` or later."""
    period = ConsumptionPeriod
    # Correlated explicitly: inside another EXISTS, it would match any PCE.
    period_exists = exists().where(period.pce_id == Pce.id, period.last_day >= worst, _HOLDS)
    has_period = period_exists.correlate(Pce)
    if counts_periods(frequency, date.max):
        return has_period
    return and_(Pce.data_until.is_(None), has_period)


def extend_until(db: Session, sites: Mapping[Pair, WatchedPce]) -> dict[Pair, WatchedPce]:
    """Return `sites` with `until` extended to their latest published period where it counts."""
    counted = {site.pce_id for site in sites.values() if counts_periods(site.frequency, site.until)}
    if not counted:
        return dict(sites)
    latest: dict[int, date] = dict(_LATEST.rows(db, counted))
    return {pair: _last_heard_day(site, latest.get(site.pce_id)) for pair, site in sites.items()}


def _last_heard_day(site: WatchedPce, last: date | None) -> WatchedPce:
    """Extend `until` to the last day of a published period, within the days of the right."""
    if last is None or site.window is None or last < site.window[0]:
        return site
    until = max(min(last, site.window[1]), site.until or date.min)
    return replace(site, until=until)


def came_after(db: Session, episode_ids: Collection[int]) -> dict[int, date]:
    """Return, by episode, the first gas day since its start for which a reading arrived."""
    return dict(_CAME.rows(db, episode_ids))
