"""What PCE burn in a usual year: from their signature and the normal weather, else their past."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from data.access import Viewer
from data.budgets.queries.known import usual_months
from data.budgets.rules.climate import MOST_YEARS, Station, station_of, usual_days
from data.budgets.rules.phasing import MONTHS
from data.budgets.types import Basis, Usual
from data.db import kept
from data.pces.rules import month_of
from data.signatures.queries.readable import readable_fits
from data.signatures.types import Reason
from data.weather.queries import means_of, stations_of
from data.weather.types import Floats

PAST_YEARS = 3
LEAST_DAYS = 20  # known of a calendar month, in all these years
WEEK = 7
Cold = dict[tuple[int, float], Floats]  # by station and base


def usuals_of(db: Session, viewer: Viewer, ids: Collection[int]) -> dict[int, Usual]:
    """A usual year of each of *ids* that may be read."""
    judged = readable_fits(db, viewer, ids)
    stations = stations_of(db, ids)
    known = _stations(db, viewer.today, set(stations.values()))
    found: dict[int, Usual] = {}
    why: dict[int, Reason] = {}
    cold: Cold = {}
    for pce_id in ids:
        fit, mean = judged.get(pce_id, (None, 0))
        if fit is None or fit.reason is not None:
            why[pce_id] = fit.reason if fit and fit.reason else Reason.UNREAD
            continue
        at = stations.get(pce_id, 0)
        told = usual_days(fit, _cold_of(cold, known, at, fit.base)) if at in known else None
        if told is None:
            why[pce_id] = Reason.NO_TEMPERATURE
        else:
            found[pce_id] = _by_climate(pce_id, told, fit.cvrmse * mean * WEEK)
    return found | _by_past(db, viewer, why)


def _stations(db: Session, today: date, ids: Collection[int]) -> Mapping[int, Station]:
    """The last years of each, as they are known."""
    first, last = date(today.year - MOST_YEARS, 1, 1), today

    def read(one: int) -> Station | None:
        return station_of(means_of(db, [one], first, last)[one])

    told = {one: kept(db, ("budgets", one, today), partial(read, one)) for one in ids}
    return {one: station for one, station in told.items() if station is not None}


def _cold_of(cold: Cold, known: Mapping[int, Station], station: int, base: float) -> Floats:
    key = station, round(base, 1)
    if key not in cold:
        cold[key] = known[station].cold(base)
    return cold[key]


def _by_climate(pce_id: int, told: tuple[Floats, Floats], error: float) -> Usual:
    days, years = told
    each = tuple(tuple(one) for one in years.tolist())
    return Usual(pce_id, Basis.CLIMATE, tuple(days.tolist()), None, each, error)


def _by_past(db: Session, viewer: Viewer, why: Mapping[int, Reason]) -> dict[int, Usual]:
    """Those not told from their climate: their own months, where each is known enough."""
    today = viewer.today
    months = [month_of(today, -rank) for rank in range(PAST_YEARS * MONTHS, 0, -1)]
    rows = usual_months(db, viewer, sorted(why), months) if why else {}
    return {pce_id: _mean(pce_id, rows.get(pce_id, {}), reason) for pce_id, reason in why.items()}


def _mean(pce_id: int, told: Mapping[int, tuple[int, int]], reason: Reason) -> Usual:
    each = [told.get(month, (0, 0)) for month in range(1, MONTHS + 1)]
    if min(days for days, _wh in each) < LEAST_DAYS:
        return Usual(pce_id, Basis.DAYS, (), reason)
    return Usual(pce_id, Basis.PAST, tuple(wh / days for days, wh in each), reason)
