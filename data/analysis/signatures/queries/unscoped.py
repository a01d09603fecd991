"""Query all the sites for the job that fits signatures, without a viewer."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.analysis.signatures.models import VerdictRow, WeatherSeen
from data.analysis.signatures.queries.days import load_site_days
from data.analysis.signatures.rules.verdicts import SiteHistory
from data.metering.consumption.models import FleetStanding, ReadingChange
from data.metering.consumption.types import FleetPeriod
from data.metering.pces.types import Frequency, PceScope
from data.metering.weather.queries import load_station_digests


def list_changed(db: Session, after: int, most: int) -> list[tuple[int, int]]:
    """Return (PCE, number of changes) of at most `most` PCEs after id `after`, in order."""
    change = ReadingChange
    query = select(change.pce_id, change.times).where(change.pce_id > after)
    return [(pce, times) for pce, times in db.execute(query.order_by(change.pce_id).limit(most))]


def read_sites(db: Session, ids: Sequence[int], today: date) -> list[SiteHistory]:
    """Return the history of each of `ids`."""
    sites = []
    for pce_id in ids:
        days = load_site_days(db, PceScope(pce_id, "", "", Frequency.DAILY, None), today)
        sites.append(SiteHistory(pce_id, days.past, days.energy_with_estimates))
    return sites


def find_changed_stations(db: Session) -> Mapping[int, str]:
    """Return the current weather digests that differ from those last seen, by station."""
    seen_digests = {row.station_id: row.digest for row in db.scalars(select(WeatherSeen))}
    now = load_station_digests(db)
    return {
        station: digest for station, digest in now.items() if seen_digests.get(station) != digest
    }


_row = FleetStanding
RANKED = {  # columns of a standing and the verdict columns they copy
    "ratio": (_row.ratio, VerdictRow.ratio),
    "ratio_year": (_row.ratio_year, VerdictRow.year),
    "judged_from": (_row.judged_from, VerdictRow.first_day),
    "judged_until": (_row.judged_until, VerdictRow.until),
}


def list_unranked(db: Session) -> Sequence[int]:
    """Return the PCEs whose standing differs from their verdict, in order."""
    other = or_(
        *(
            standing_column.is_distinct_from(verdict_column)
            for standing_column, verdict_column in RANKED.values()
        )
    )
    query = select(_row.pce_id).join(VerdictRow, VerdictRow.pce_id == _row.pce_id)
    query = query.where(_row.period == FleetPeriod.YEAR, other).order_by(_row.pce_id)
    return db.scalars(query).all()
