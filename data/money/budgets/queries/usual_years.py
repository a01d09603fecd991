"""Estimate a usual year from the signature and normal weather, else from the past."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import cached
from data.analysis.signatures.queries.readable import load_readable_fits
from data.analysis.signatures.types import Reason
from data.metering.pces.rules import month_of
from data.metering.weather.queries import load_pce_stations, load_station_means
from data.metering.weather.types import Floats
from data.money.budgets.queries.monthly_values import sum_by_calendar_month
from data.money.budgets.rules.climate import MOST_YEARS, StationClimate, station_of, usual_days
from data.money.budgets.rules.monthly_split import MONTHS
from data.money.budgets.types import BudgetBasis, UsualYear

PAST_YEARS = 3
LEAST_DAYS = 20  # known of a calendar month, over all these years
WEEK = 7
Cold = dict[tuple[int, float], Floats]  # by station and base temperature


def load_usual_years(db: Session, viewer: Viewer, ids: Collection[int]) -> dict[int, UsualYear]:
    """Return the usual year of each readable PCE of `ids`."""
    judged = load_readable_fits(db, viewer, ids)
    stations = load_pce_stations(db, ids)
    stations_by_id = _stations(db, viewer.today, set(stations.values()))
    usuals_by_pce: dict[int, UsualYear] = {}
    why: dict[int, Reason] = {}
    cold: Cold = {}
    for pce_id in ids:
        fit, mean = judged.get(pce_id, (None, 0))
        if fit is None or fit.reason is not None:
            why[pce_id] = fit.reason if fit and fit.reason else Reason.UNREAD
            continue
        at = stations.get(pce_id, 0)
        daily_energy = (
            usual_days(fit, _cold_of(cold, stations_by_id, at, fit.base))
            if at in stations_by_id
            else None
        )
        if daily_energy is None:
            why[pce_id] = Reason.NO_TEMPERATURE
        else:
            usuals_by_pce[pce_id] = _by_climate(pce_id, daily_energy, fit.cvrmse * mean * WEEK)
    return usuals_by_pce | _by_past(db, viewer, why)


def _stations(db: Session, today: date, ids: Collection[int]) -> Mapping[int, StationClimate]:
    """Return the recent climate of each station."""
    first, last = date(today.year - MOST_YEARS, 1, 1), today

    def read(one: int) -> StationClimate | None:
        return station_of(load_station_means(db, [one], first, last)[one])

    stations_by_id = {
        station_id: cached(db, "climate", (station_id, today), partial(read, station_id))
        for station_id in ids
    }
    return {
        station_id: station for station_id, station in stations_by_id.items() if station is not None
    }


def _cold_of(
    cold: Cold, stations_by_id: Mapping[int, StationClimate], station: int, base: float
) -> Floats:
    key = station, round(base, 1)
    if key not in cold:
        cold[key] = stations_by_id[station].cold(base)
    return cold[key]


def _by_climate(pce_id: int, daily_energy: tuple[Floats, Floats], error: float) -> UsualYear:
    days, years = daily_energy
    each = tuple(tuple(yearly_values) for yearly_values in years.tolist())
    return UsualYear(pce_id, BudgetBasis.CLIMATE, tuple(days.tolist()), None, each, error)


def _by_past(db: Session, viewer: Viewer, why: Mapping[int, Reason]) -> dict[int, UsualYear]:
    """Return the usual years based on past months, where each is known enough."""
    today = viewer.today
    months = [month_of(today, -rank) for rank in range(PAST_YEARS * MONTHS, 0, -1)]
    rows = sum_by_calendar_month(db, viewer, sorted(why), months) if why else {}
    return {pce_id: _mean(pce_id, rows.get(pce_id, {}), reason) for pce_id, reason in why.items()}


def _mean(pce_id: int, energy_by_month: Mapping[int, tuple[int, int]], reason: Reason) -> UsualYear:
    each = [energy_by_month.get(month, (0, 0)) for month in range(1, MONTHS + 1)]
    if min(days for days, _wh in each) < LEAST_DAYS:
        return UsualYear(pce_id, BudgetBasis.DAYS, (), reason)
    return UsualYear(pce_id, BudgetBasis.PAST, tuple(wh / days for days, wh in each), reason)
