"""Shuffled, repeated, late, corrected and partial deliveries all end the same.

Each example draws a counter that turns, then files that tell parts of its story with every fault
the distributor's have. They are stored in two orders, one with repeats, and both ends are held
against the whole story told at once to the pure rules.
"""

from datetime import date, timedelta
from itertools import accumulate, pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.metering.consumption.actions import differing_months, last_pce, store, withdraw
from data.metering.consumption.models import Reading
from data.metering.consumption.rules.gap_filling import leaning_on, rebuilt
from data.metering.consumption.rules.merge import (
    condense,
    content_of,
    has_value,
    in_force,
    stronger,
)
from data.metering.consumption.types import (
    DayStatement,
    Flag,
    PceDelivery,
    Quality,
    Status,
    StoreOutcome,
)
from data.metering.pces.models import Pce
from data.provenance import COMMAND, FEED, DataSource, Provenance
from data.runs.types import IGNORED
from tests.choosing import examples
from tests.data.metering.consumption.rows import NOW, everything, on, rows
from tests.factories import make_pce

SPAN = 110  # days: holes, and their reach, end well inside
RUNS = [Provenance(DataSource.STAFF if n < 3 else DataSource.DEPOSIT, n) for n in (1, 2, 3, 4)]
DIGITS = 3  # the counter passes through zero now and then

volumes = st.lists(st.sampled_from([0, 0, 0, 3, 9, 40]), min_size=SPAN, max_size=SPAN)
faults = st.sampled_from(
    ["", "", "", "", "absent", "no index", "no start", "no volume", "restated", "coefficient",
     "temperature", "ours", "odd"]
)  # fmt: skip
# Crowded around a few days, so that holes open and close; a month apart, so that they reach.
places = st.builds(
    lambda group, place: group + place, st.sampled_from([0, 32, 64, 100]), st.integers(0, 6)
)
statements = st.tuples(places, faults, st.sampled_from(list(Status)))
stretches = st.tuples(st.integers(0, SPAN - 1), st.integers(1, 40))
files = st.tuples(
    st.integers(0, 5),  # as of
    st.lists(stretches, max_size=2),
    st.lists(statements, max_size=16),
    st.sampled_from(list(Status)),
    st.sampled_from([FEED, COMMAND, *RUNS]),
)


def told(counter, place: int, fault: str, status: Status, as_of: int) -> DayStatement:
    start, end = counter[place]
    volume, quality = (end - start) % 10**DIGITS * 1000, Quality.MEASURED
    energy = volume * (9 + place % 4)  # the month before a hole decides its energy
    temperature, coefficient = None, None
    if fault == "absent":
        quality, energy, volume, start, end = Quality.ABSENT, 0, 0, None, None
    elif fault == "no index":
        start, end = None, None
    elif fault == "no start":
        start = None
    elif fault == "no volume":
        volume = None
    elif fault == "restated":
        energy += 1000 * (as_of + 1)
    elif fault == "coefficient":
        coefficient = 112_000
    elif fault == "temperature":
        temperature = 500 + as_of
    elif fault == "ours":
        quality = Quality.RECONSTRUCTED
    elif fault == "odd":
        volume += 5_000
    return DayStatement(
        on(place),
        energy,
        volume,
        None if start is None else start * 1000,
        None if end is None else end * 1000,
        coefficient,
        temperature,
        quality,
        status,
        rollover=start is not None and end is not None and end < start,
    )


def deliveries(turns, drawn) -> list[tuple[date, PceDelivery, Provenance]]:
    totals = [total % 10**DIGITS for total in accumulate(turns, initial=950)]
    counter = list(pairwise(totals))
    made = []
    for as_of, stretches, singles, status, whose in drawn:
        days = [
            told(counter, place, "", status, as_of)
            for first, length in stretches
            for place in range(first, min(SPAN, first + length))
        ]
        days += [told(counter, place, fault, own, as_of) for place, fault, own in singles]
        at = date(2026, 11, 20) + timedelta(days=as_of)
        made.append((at, PceDelivery(None, tuple(days), ()), whose))
    return made


def whole_story(told_files) -> dict[date, tuple]:
    """Every day's (content, as of, source, run) by the rules, from all the statements at once."""
    sets: dict[date, dict] = {}
    for as_of, delivery, whose in told_files:
        for day in delivery.days:
            statements = sets.setdefault(day.gas_day, {})
            said = (int(day.status), as_of, NOW, int(whose.source), whose.run_id)
            key = content_of(day, DIGITS), whose.run_id
            known = statements.get(key)
            statements[key] = stronger(known, said) if known else said
    force = {day: in_force(condense(sayings, NOW), DIGITS) for day, sayings in sets.items()}
    end = {day: (content, (said[1], *said[3:])) for day, (content, said) in force.items()}
    stated = [(day, force[day][0]) for day in sorted(force)]
    found = rebuilt(stated, (), DIGITS)
    deposited = [
        day
        for day, (content, said) in force.items()
        if said[3] == DataSource.DEPOSIT and has_value(content)
    ]
    leaning = leaning_on(deposited, found)
    for day, value in found.items():
        content, said = end.get(day, ((None,) * 6 + (0, 0), (None, 1, 0)))
        flags = content[7] | (Flag.FROM_DEPOSIT if day in leaning else 0)
        end[day] = ((*value, *content[2:6], int(Quality.RECONSTRUCTED), flags), said)
    return end


def overrules(told_files, kept) -> bool:
    """Whether some deposit is in force over a value of the distributor's side."""
    valued = {
        day.gas_day
        for _, delivery, whose in told_files
        if whose.source is not DataSource.DEPOSIT
        for day in delivery.days
        if has_value(content_of(day, DIGITS))
    }
    return any(kept[day][1][1] == DataSource.DEPOSIT for day in valued)


def tell(db, number: str, told_files) -> int:
    pce = make_pce(db, number, meter_digits=DIGITS)
    for as_of, delivery, whose in told_files:
        outcome = store(db, pce.id, delivery, as_of=as_of, now=NOW, provenance=whose)
        counted = outcome.new + outcome.changed + outcome.same + outcome.ignored
        assert counted == outcome.days == len(delivery.days)
    return pce.id


def as_told(row) -> tuple:
    names = ("energy_wh", "volume_dm3", "index_start_dm3", "index_end_dm3", "coefficient_e4",
             "temperature_c100", "quality", "flags")  # fmt: skip
    return tuple(row[name] for name in names), (row["as_of"], row["source"], row["run_id"])


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_the_order_of_arrival_changes_nothing(database, data):
    turns = data.draw(volumes)
    one = deliveries(turns, data.draw(st.lists(files, min_size=1, max_size=5)))
    repeats = data.draw(st.lists(st.sampled_from(one), max_size=3))
    other = data.draw(st.permutations(one + repeats))
    with database.transaction() as db:
        first, second = tell(db, "09999999910001", one), tell(db, "09999999910002", other)
        ends = everything(db, first), everything(db, second)
        assert ends[0] == ends[1]
        kept = {row["gas_day"]: as_told(row) for row in rows(db, Reading, first)}
        assert kept == whole_story(one)
        assert not overrules(one, kept)
        assert differing_months(db, 0, last_pce(db)) == []
        db.expire_all()
        valued = [day for day, (content, _) in kept.items() if has_value(content)]
        assert db.get(Pce, first).data_until == max(valued, default=None)
        for row in ends[0]["readings"]:
            assert row["volume_dm3"] is None or row["volume_dm3"] >= 0
        db.rollback()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_telling_everything_again_changes_no_row(database, data):
    turns = data.draw(volumes)
    one = deliveries(turns, data.draw(st.lists(files, min_size=1, max_size=3)))
    with database.transaction() as db:
        pce_id = tell(db, "09999999910001", one)
        before = everything(db, pce_id)
        for as_of, delivery, whose in one:
            again = store(db, pce_id, delivery, as_of=as_of, now=NOW, provenance=whose)
            assert again == StoreOutcome(
                days=again.days,
                absent=again.absent,
                volume_dm3=again.volume_dm3,
                energy_wh=again.energy_wh,
                same=again.days - again.ignored,
                **{reason: getattr(again, reason) for reason in IGNORED},
            )
        assert everything(db, pce_id) == before
        db.rollback()


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_deposit_taken_back_leaves_what_stands_without_it(database, data):
    turns = data.draw(volumes)
    one = deliveries(turns, data.draw(st.lists(files, min_size=1, max_size=5)))
    gone = data.draw(st.sampled_from(RUNS)).run_id
    left = [told_file for told_file in one if told_file[2].run_id != gone]
    with database.transaction() as db:
        first, second = tell(db, "09999999910001", one), tell(db, "09999999910002", left)
        withdraw(db, first, gone, now=NOW)
        assert everything(db, first) == everything(db, second)
        assert differing_months(db, 0, last_pce(db)) == []
        db.expire_all()
        assert db.get(Pce, first).data_until == db.get(Pce, second).data_until
        assert withdraw(db, first, gone, now=NOW) == 0
        db.rollback()
