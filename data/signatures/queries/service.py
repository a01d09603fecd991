"""What the job that judges sites works on: all of them, whoever may read them."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.consumption.models import FleetStanding, ReadingChange
from data.consumption.types import FleetPeriod
from data.pces.types import Frequency, PceScope
from data.signatures.models import VerdictRow, WeatherSeen
from data.signatures.queries.days import days_of_site
from data.signatures.rules.verdicts import Site
from data.weather.queries import station_digests


def list_changed(db: Session, after: int, most: int) -> list[tuple[int, int]]:
    """(PCE, how many times it changed) of at most *most* beyond id *after*, in order."""
    change = ReadingChange
    query = select(change.pce_id, change.times).where(change.pce_id > after)
    return [(pce, times) for pce, times in db.execute(query.order_by(change.pce_id).limit(most))]


def read_sites(db: Session, ids: Sequence[int], today: date) -> list[Site]:
    """The days of each of *ids*."""
    found = []
    for pce_id in ids:
        days = days_of_site(db, PceScope(pce_id, "", "", Frequency.DAILY, None), today)
        found.append(Site(pce_id, days.past, days.told))
    return found


def changed_stations(db: Session) -> Mapping[int, str]:
    """What the weather is now, by station, where it is not what it was."""
    known = {row.station_id: row.digest for row in db.scalars(select(WeatherSeen))}
    now = station_digests(db)
    return {station: digest for station, digest in now.items() if known.get(station) != digest}


_row = FleetStanding
RANKED = {  # what a standing repeats of a verdict, and what it repeats
    "ratio": (_row.ratio, VerdictRow.ratio),
    "ratio_year": (_row.ratio_year, VerdictRow.year),
    "judged_from": (_row.judged_from, VerdictRow.first_day),
    "judged_until": (_row.judged_until, VerdictRow.until),
}


def unranked(db: Session) -> Sequence[int]:
    """The PCE whose standing repeats another verdict than theirs, in order: one put back, say."""
    other = or_(*(said.is_distinct_from(told) for said, told in RANKED.values()))
    query = select(_row.pce_id).join(VerdictRow, VerdictRow.pce_id == _row.pce_id)
    query = query.where(_row.period == FleetPeriod.YEAR, other).order_by(_row.pce_id)
    return db.scalars(query).all()
