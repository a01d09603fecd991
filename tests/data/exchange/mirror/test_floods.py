"""An answer that is wrong as a whole is given up before it weighs anything."""

import tracemalloc
from datetime import timedelta
from itertools import repeat

import pytest
from sqlalchemy import func, select

from data.exchange.mirror.channels import right_parser
from data.exchange.mirror.channels.stream import objects
from data.exchange.mirror.files.details import METER, meter_in
from data.exchange.mirror.files.readings import MOST_LINES, parse_answer
from data.exchange.mirror.models import MirrorFault, MirrorRight
from data.exchange.mirror.rules import answers
from data.exchange.mirror.rules.answers import (
    MOST_FAULTS,
    TOO_LONG,
    TOO_MANY,
    check_faults,
    check_lines,
)
from data.exchange.mirror.types import LineFault, MirrorPart, ReadTask, UpstreamDown
from data.metering.pces.types import Frequency
from tests.data.exchange.mirror.distributor import DONE, lines, right_line, upstream_of
from tests.data.exchange.mirror.readings import day_line
from tests.data.exchange.mirror.sides import hear
from tests.factories import NOW, PCE

TODAY = NOW.date()
ASKED = (TODAY - timedelta(days=365), TODAY)
TASK = ReadTask(1, PCE, MirrorPart.INFORMATIVE, Frequency.MONTHLY, 0, *[None] * 5)
DAY = day_line(TODAY.isoformat(), 5, 55, pce=PCE)
FLOODS = {  # a line of each, which comes again and again, and how many of them are read
    "objects of nothing": ({}, TOO_MANY, MOST_FAULTS + 1),
    "values": (5, TOO_MANY, MOST_FAULTS + 1),
    "another PCE": (day_line("2026-11-01", 5, 55, pce="GI999999"), TOO_MANY, MOST_FAULTS + 1),
    "broken lines": (LineFault(1, "x"), TOO_MANY, MOST_FAULTS + 1),
    "the same day": (DAY, TOO_LONG, MOST_LINES + 1),
    "refusals": ({"statut_restitution": {"code": "1000002"}}, TOO_LONG, MOST_LINES + 1),
}


@pytest.mark.parametrize(
    ("faults", "taken", "borne"),
    [
        (0, 0, True),
        (MOST_FAULTS, 0, True),
        (MOST_FAULTS + 1, 0, False),
        (MOST_FAULTS + 1, MOST_FAULTS, False),
        (MOST_FAULTS + 1, MOST_FAULTS + 1, True),
        (10**6, 10**6, True),
        (10**6 + 1, 10**6, False),
    ],
)
def test_faults_are_borne_up_to_so_many_or_as_many_as_what_is_taken(faults, taken, borne):
    if borne:
        check_faults(faults, taken)
        return
    with pytest.raises(UpstreamDown) as down:
        check_faults(faults, taken)
    assert (down.value.message, down.value.params) == (TOO_MANY, {"most": MOST_FAULTS})


def test_lines_are_borne_up_to_so_many():
    check_lines(7, 7)
    with pytest.raises(UpstreamDown) as down:
        check_lines(8, 7)
    assert (down.value.message, down.value.params) == (TOO_LONG, {"most": 7})


@pytest.mark.parametrize("name", FLOODS)
def test_readings_without_end_are_given_up(name):
    line, sentence, most = FLOODS[name]
    places = iter(range(2 * MOST_LINES))
    flood = (line if isinstance(line, LineFault) else (at, line) for at in places)
    with pytest.raises(UpstreamDown) as down:
        parse_answer(flood, TASK, ASKED, TODAY)
    assert (down.value.message, next(places)) == (sentence, most)


def test_a_flood_of_readings_weighs_little():
    """The least of three: threads that earlier tests left are weighed too."""
    peaks = []
    for _try in range(3):
        tracemalloc.start()
        with pytest.raises(UpstreamDown):
            parse_answer(objects(repeat(b"{}" * 30_000, 20)), TASK, ASKED, TODAY)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert min(peaks) < 5_000_000


def test_a_year_and_some_faults_are_taken():
    days = [(at, day_line(str(TODAY - timedelta(days=at)), 5, 55, pce=PCE)) for at in range(365)]
    answer = parse_answer([*days, *((at, {}) for at in range(MOST_FAULTS))], TASK, ASKED, TODAY)
    assert (len(answer.delivery.days), len(answer.faults)) == (365, MOST_FAULTS)


def test_fields_that_are_odd_without_number_are_given_up():
    owned = {f"regime_{at}": [1] for at in range(MOST_FAULTS + 1)}
    with pytest.raises(UpstreamDown) as down:
        meter_in({METER: {"regime_propriete": owned}})
    assert down.value.message == TOO_MANY


@pytest.mark.alike
@pytest.mark.parametrize("numbers", [(), (PCE,)])
@pytest.mark.parametrize("listed", [False, True])
def test_a_list_of_faults_is_given_up(braving, hostile, numbers, listed):
    many = [{}] * (MOST_FAULTS + 500)
    hostile.says(lines({"liste_acces": many} | DONE) if listed else lines(*many, DONE))
    found = []
    with pytest.raises(UpstreamDown) as down:
        found.extend(upstream_of(braving, hostile.address).rights(numbers))
    assert (down.value.message, len(found)) == (TOO_MANY, MOST_FAULTS)


def test_a_fleet_whose_rights_are_half_odd_is_mirrored(braving, hostile, monkeypatch):
    monkeypatch.setattr(answers, "MOST_FAULTS", 3)
    rights = [right_line(id_droit_acces=f"r{at}") for at in range(5)]
    odd = [right_line(id_droit_acces=f"o{at}", role_tiers="NOUVEAU") for at in range(6)]
    hostile.says(lines(*rights, *odd[:5], DONE), lines(*rights, *odd, DONE))
    upstream = upstream_of(braving, hostile.address)
    counts = hear(braving, upstream.rights())
    assert (counts.rights, counts.faults) == (5, 5)
    with pytest.raises(UpstreamDown) as down:
        hear(braving, upstream.rights(), now=NOW + timedelta(hours=1))
    assert down.value.message == TOO_MANY
    with braving.reading() as db:
        assert db.scalar(select(func.count()).select_from(MirrorRight)) == 5
        assert db.scalar(select(func.count()).select_from(MirrorFault)) == 5


@pytest.mark.alike
def test_some_pce_have_no_more_rights_than_so_many(braving, hostile, monkeypatch):
    monkeypatch.setattr(right_parser, "MOST_LINES", 2)
    monkeypatch.setattr(right_parser, "OF_A_PCE", 3)
    upstream = upstream_of(braving, hostile.address)
    many = [right_line(id_droit_acces=f"r{at}") for at in range(6)]
    hostile.says(*[lines(*many, DONE)] * 3, lines(*many[:5], DONE))
    assert len(list(upstream.rights())) == 6
    assert len(list(upstream.rights([PCE, "GI999999"]))) == 6
    with pytest.raises(UpstreamDown) as down:
        list(upstream.rights([PCE]))
    assert (down.value.message, down.value.params) == (TOO_LONG, {"most": 5})
    assert len(list(upstream.rights([PCE]))) == 5
