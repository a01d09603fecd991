"""A labelled fleet: every injected event is found, no other, whatever the order of arrival.

The suite runs forty PCE; `make proofs` runs a thousand (`PORTAL_FLEET=1000`) and prints the count.
"""

import os
import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from data.metering.pces.models import Pce, PceTag
from data.thresholds import actions
from data.thresholds.models import Episode, Threshold
from data.thresholds.types import EpisodeState
from tests.data.thresholds.fleet import FIRST, LAST, TAG, THRESHOLDS, fleet
from tests.data.thresholds.making import at, judge, tell, viewer_on
from tests.factories import make_pce, make_people

SITES = int(os.environ.get("PORTAL_FLEET", "20"))
END = LAST + timedelta(days=4)


def in_order(files, chance):
    """By the day they came, judged after each day."""
    days = sorted({as_of for _number, as_of, _days in files})
    return [([file for file in files if file[1] == day], min(day, END)) for day in days]


def shuffled(files, chance):
    """In any order, some twice, judged at any moment."""
    told = files + chance.sample(files, len(files) // 5)
    chance.shuffle(told)
    size = max(1, len(told) // 8)
    return [(told[start : start + size], END) for start in range(0, len(told), size)]


def backwards(files, chance):
    """The latest first, all at once."""
    return [(sorted(files, key=lambda file: file[1], reverse=True), END)]


@pytest.mark.slow
@pytest.mark.parametrize("order", [in_order, shuffled, backwards])
def test_every_event_of_a_labelled_fleet_is_found_and_no_other(database, order):
    sites = fleet(SITES)
    with database.transaction() as db:
        make_people(db)
        ids = {site.number: make_pce(db, site.number, holder_id=1).id for site in sites}
        db.add_all(PceTag(pce_id=key, organisation_id=1, tag=TAG) for key in ids.values())
        db.flush()
        for one in THRESHOLDS.values():
            actions.create(db, viewer_on(FIRST), one, now=at(FIRST))
    files = [(site.number, as_of, days) for site in sites for as_of, days in site.files]
    for wave, day in order(files, random.Random(3)):
        with database.transaction() as db:
            for number, as_of, days in wave:
                tell(db, ids[number], days, as_of)
        with database.transaction() as db:
            judge(db, at(day))
    with database.transaction() as db:
        judge(db, at(END))
        labels = set().union(*(site.labels for site in sites))
        assert found(db) == labels
    assert {name for _number, name, _day in labels} == set(THRESHOLDS)
    kind = "sqlite" if database.sqlite else "postgresql"
    print(f"fleet, {kind}, {order.__name__}: {SITES} PCE, {len(labels)} events found, no other")


def found(db):
    """What stands: of silences, those that are not over."""
    standing = (
        select(Pce.number, Threshold.name, Episode.exceeded_on, Episode.state)
        .join(Pce, Pce.id == Episode.pce_id)
        .join(Threshold, Threshold.id == Episode.threshold_id)
        .where(Episode.state != EpisodeState.WITHDRAWN)
    )
    return {
        (number, name, day)
        for number, name, day, state in db.execute(standing)
        if name != "silent" or state is EpisodeState.EXCEEDED
    }
