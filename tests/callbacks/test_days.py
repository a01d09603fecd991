"""`/consommations/jours`: the calendar of days and their distribution."""

from datetime import date

import pytest

from components.consumption.sentence import text_of
from core.errors import NotFound
from data.metering.consumption.models import Reading
from pages import days
from tests.callbacks.test_consumption import fill
from tests.factories import PCE, make_pce
from tests.web import request_of

SEPTEMBER = {"pce": PCE, "from": "2026-09-01", "to": "2026-09-30"}


@pytest.fixture
def site(db, people):
    pce = fill(db, make_pce(db, holder_id=1))
    db.get(Reading, (pce.id, date(2026, 9, 8))).energy_wh = 900_000
    db.flush()
    return pce


def test_the_days_of_a_view_are_a_calendar_and_a_distribution(db, site, alice, charlie):
    request = request_of(db, alice)
    made = days.layout(request, **SEPTEMBER)
    said = text_of([made])
    assert "la moitié des jours ouvrés dépassent 100\u00a0kWh" in said
    assert "Soit 100\u00a0% d’un jour ouvré" in said
    parts = list(made._traverse())
    looks = [getattr(part, "className", "") or "" for part in parts]
    assert sum(look.startswith("days-day days-4") for look in looks) == 31  # and its legend
    (chart,) = (part for part in parts if getattr(part, "id", "") == "consumption-spread")
    assert [sum(trace["y"]) for trace in chart.figure["data"]] == [22, 8]
    assert PCE in request.reads
    with pytest.raises(NotFound):
        days.layout(request_of(db, charlie), pce=PCE)
