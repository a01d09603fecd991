"""A fleet of which one site in twenty drifts: those are found, and a cold week tells nobody.

The suite runs twenty PCE; `make proofs` runs a thousand (`PORTAL_FLEET=1000`) and prints the
figures beside those of fixed thresholds on the same data.
"""

import os
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from data.metering.pces.models import Pce
from data.metering.weather.actions import describe, load_days
from data.metering.weather.types import StationPlace
from data.thresholds import actions, queries
from data.thresholds.models import Episode, Threshold
from data.thresholds.rules.proposals import own_draft
from data.thresholds.types import (
    EpisodeState,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
)
from jobs.thresholds import evaluate
from tests.data.thresholds.making import ALICE, at, tell, viewer_on
from tests.data.thresholds.winter_fleet import SET, STATIONS, fleet, weather
from tests.factories import make_pce, make_people

SITES = int(os.environ.get("PORTAL_FLEET", "20"))
WAVES, EVERY = (12, 20) if SITES > 100 else (4, 5)
NEVER = date.max
EVALUATORS = {
    "weather": ThresholdDraft(
        "weather", ThresholdKind.WEATHER, ThresholdPeriod.DAY, recipients=(ALICE,)
    ),
    "fixed": ThresholdDraft(
        "fixed", ThresholdKind.FIXED, ThresholdPeriod.MONTH, recipients=(ALICE,)
    ),
}


@pytest.mark.slow
def test_drifts_are_found_under_any_weather(database):
    told = fleet(SITES, WAVES, EVERY)
    ids = settled(database, told)
    for wave in range(1, len(told[0].files)):
        with database.transaction() as db:
            for one in told:
                as_of, days = one.files[wave]
                tell(db, ids[one.number], days, as_of)
        evaluate(database, at(told[0].files[wave][0]))
    drifts = {one.number: one.drift for one in told if one.drift}
    figures = {}
    with database.reading() as db:
        for kind in EVALUATORS:
            stood, told_of = (alerts(db, kind, standing=one) for one in (True, False))
            right = {number for number, day in stood if day >= drifts.get(number, NEVER)}
            wrong = [number for number, day in told_of if day < drifts.get(number, NEVER)]
            figures[kind] = len(right) / len(drifts), len(wrong) / SITES
    for kind, (recall, false) in figures.items():
        print(f"{kind}: {SITES} PCE, {len(drifts)} drifts of +15 %, recall {recall:.1%},"
              f" {false:.2f} false alerts a PCE and year")  # fmt: skip
    recall, false = figures["weather"]
    assert recall >= 0.95
    assert false <= 1
    assert figures["fixed"][1] > false or figures["fixed"][0] < recall


def settled(database, told):
    """Two years of everybody, then each its own thresholds, with what its history proposes."""
    with database.transaction() as db:
        make_people(db)
        for station in range(STATIONS):
            load_days(db, f"S{station}", weather(station))
            describe(db, StationPlace(f"S{station}"), "", [f"9{station}"])
        ids = {
            one.number: make_pce(db, one.number, holder_id=1, postal_code=f"9{one.station}000").id
            for one in told
        }
        for one in told:
            as_of, days = one.files[0]
            tell(db, ids[one.number], days, as_of)
    evaluate(database, at(SET))
    with database.transaction() as db:
        viewer = viewer_on(SET)
        for draft in EVALUATORS.values():
            plan = queries.get_group_plan(db, viewer, draft, ThresholdScope(tuple(ids)))
            assert len(plan.rows) >= 0.95 * SITES
            drafts = [
                replace(own_draft(draft, row), scope=ThresholdScope((row.number,)))
                for row in plan.rows
            ]
            actions.create_all(db, viewer, drafts, now=at(SET))
    return ids


def alerts(db, kind, *, standing):
    """(PCE, day) of what was told to exceed; *standing*, of what was not withdrawn since."""
    query = (
        select(Pce.number, Episode.exceeded_on)
        .join(Pce, Pce.id == Episode.pce_id)
        .join(Threshold, Threshold.id == Episode.threshold_id)
        .where(Threshold.kind == EVALUATORS[kind].kind, Episode.exceeded_on.is_not(None))
    )
    if standing:
        query = query.where(Episode.state != EpisodeState.WITHDRAWN)
    return [tuple(row) for row in db.execute(query)]
