"""Demo weather stations: five invented climates and ten years of days."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data.metering.simulation.rules import climate
from data.migrations import tables
from jobs.demo.bulk import pour
from jobs.demo.words import CITIES

SINCE = date(2016, 1, 1)
SWING = 4.2  # °C between the mean and the minimum or maximum of a day, on average
CONURBATION = 3  # towns per climate


def add_stations(db: Session, seed: int, today: date) -> None:
    """Write the stations, the towns they serve and their days, unless they exist."""
    schema = tables()
    stations, areas = schema["weather_stations"], schema["weather_areas"]
    if db.scalar(select(stations.c.id).limit(1)):
        return
    names = climate.STATIONS
    db.execute(
        insert(stations),
        [
            {"code": f"9900000{n}", "name": station_row.name, "source": "file"}
            for n, station_row in enumerate(names, start=1)
        ],
    )
    ids = list(db.scalars(select(stations.c.id).order_by(stations.c.code)))
    towns = [
        (postal_code, 0 if town < CONURBATION else town % len(names))
        for town, (_city, postal_code) in enumerate(CITIES)
    ]
    db.execute(insert(areas), [{"prefix": code, "station_id": ids[at]} for code, at in towns])
    columns = ("station_id", "day", "mean_c100", "min_c100", "max_c100")
    for at, station in enumerate(ids):
        pour(db, "weather_days", columns, _days(seed, at, station, today))


def _days(seed: int, at: int, station: int, today: date) -> Sequence[tuple[object, ...]]:
    mean = climate.temperatures(seed, at, SINCE, today)
    swings = np.random.default_rng([seed, 13, at]).uniform(0.4, 1.6, len(mean)) * SWING
    columns = [np.rint(values * 100).astype(np.int64).tolist()
               for values in (mean, mean - swings, mean + swings)]  # fmt: skip
    first = SINCE.toordinal()
    days = [date.fromordinal(first + n).isoformat() for n in range(len(mean))]
    return list(zip([station] * len(days), days, *columns, strict=True))
