"""Lines that a database writes are those of our writer, whatever the figures."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from data.exports.queries.csv_lines import AT_ONCE, DayRun, iter_csv_lines
from data.metering.consumption.files import PceDay
from data.metering.consumption.files.csv_writer import write_csv
from data.metering.consumption.models import Reading
from data.metering.consumption.types import DayStatement, Quality, Status
from data.provenance import DataSource
from tests.factories import NOW, make_pce

FIRST = date(2024, 1, 1)
FIGURES = (
    None, 0, 1, 9, 10, 99, 100, 999, 1000, 1001, 1010, 1100, 9999, 10_000, 10_001, 100_000,
    123_456_789, 999_999_999_999, 100_000_000_000, -1, -10, -1000, -1001, -99_999,
)  # fmt: skip
SMALL = [one for one in FIGURES if one is None or abs(one) < 2**15]


def statement(place: int) -> DayStatement:
    """Each figure in each column once, each quality and status."""
    big = [FIGURES[(place + shift) % len(FIGURES)] for shift in range(4)]
    return DayStatement(
        FIRST + timedelta(days=place),
        *big,
        FIGURES[place % len(FIGURES)] if abs(FIGURES[place % len(FIGURES)] or 0) < 2**31 else None,
        SMALL[place % len(SMALL)],
        Quality(place % len(Quality)),
        Status(place % len(Status)),
        source=DataSource(1 + place % len(DataSource)),
    )


DAYS = [statement(place) for place in range(len(FIGURES) * len(Quality))]


def store(db, pce_id):
    said = ("gas_day", "energy_wh", "volume_dm3", "index_start_dm3", "index_end_dm3",
            "coefficient_e4", "temperature_c100")  # fmt: skip
    db.execute(
        insert(Reading),
        [
            {name: getattr(day, name) for name in said}
            | {name: int(getattr(day, name)) for name in ("quality", "status", "source")}
            | {"pce_id": pce_id, "flags": 0, "learnt_at": NOW}
            for day in DAYS
        ],
    )


def written(days, lead):
    """The lines of our own writer, without its header, the PCE's cells replaced by *lead*."""
    rows = (PceDay("", "", day) for day in days)
    lines = b"".join(write_csv(rows)).decode("utf-8-sig").split("\r\n")[1:-1]
    return "\r\n".join(lead + line.removeprefix(";;") for line in lines)


@pytest.mark.parametrize("lead", ["09999999910001;Lycée;", '0;"a;b ""c"".5";', "%s;%%1.5;"])
def test_every_figure_quality_and_lead(db, lead):
    pce = make_pce(db)
    store(db, pce.id)
    run = DayRun(pce.id, FIRST, FIRST + timedelta(days=999), lead)
    assert iter_csv_lines(db, [run]) == [(len(DAYS), written(DAYS, lead))]


def test_runs_come_back_in_the_order_they_were_asked_in(db):
    pce = make_pce(db)
    store(db, pce.id)
    spans = [(10, 12), (0, 0), (500, 900), (3, 2), (1, 5)] * (AT_ONCE // 2)
    runs = [
        DayRun(pce.id, FIRST + timedelta(days=a), FIRST + timedelta(days=b), f"{n};")
        for n, (a, b) in enumerate(spans)
    ]
    expected = [
        (len(DAYS[a : b + 1]), written(DAYS[a : b + 1], f"{n};")) for n, (a, b) in enumerate(spans)
    ]
    assert iter_csv_lines(db, runs) == expected
