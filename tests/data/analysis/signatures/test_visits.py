"""The sites worth a visit, as each viewer may know of them, and how they are said."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from components.fleet.visits import LOOKS, evidence_address, visits_card
from components.fleet.weather_corrected import SHORT, equal_text
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.queries import list_visits, load_year_ratios
from data.analysis.signatures.types import Cause, Reason, VisitRow, Visits
from data.metering.consumption.types import Face, FleetRow
from data.metering.pces.types import Frequency, PceFilter
from data.metering.prices.actions import add
from data.metering.prices.types import NANO, PriceDraft, PriceKind, PriceTarget, PriceUnit
from tests.data.analysis.signatures.test_portrait import NOW
from tests.data.analysis.signatures.test_portrait import words as told_of
from tests.factories import make_grant, make_pce

pytestmark = pytest.mark.usefixtures("people")
UNTIL = date(2026, 11, 21)
ALL = PceFilter()


def words(drawn):
    return told_of(drawn).replace("\\xa0", "\u00a0")


def judged(db, n, cause=Cause.BASELOAD, stake=None, **told):
    """A PCE of alice's and its verdict."""
    pce = make_pce(db, f"0999999994{n:04d}", holder_id=1, alias=f"Site {n}", data_until=UNTIL)
    values = {
        "first_day": date(2023, 11, 22), "until": UNTIL, "base": 16.0, "baseload_wh": 1.0,
        "slope_wh": 1.0, "use": 1.0, "out": 1.0, "weeks": 150, "r2": 0.9, "cvrmse": 0.1,
        "year": date(2025, 11, 1), "difference_wh": 0, "climate_wh": 0, "calendar_wh": 0,
        "missing_wh": 0, "rest_wh": 0, "day_wh": 100_000,
        "cause": cause if stake else None, "since": UNTIL - timedelta(days=55) if stake else None,
        "stake_wh": stake,
    }  # fmt: skip
    db.add(VerdictRow(pce_id=pce.id, **(values | told)))
    db.flush()
    return pce


def told(found):
    return [(row.alias, row.stake_wh) for row in found.rows]


def test_the_dearest_come_first_and_ten_at_most(db, alice):
    for n in range(12):
        judged(db, n, stake=1000 * (n + 1))
    judged(db, 20)

    found = list_visits(db, alice, ALL)

    assert told(found) == [(f"Site {n}", 1000 * (n + 1)) for n in range(11, 1, -1)]
    assert (found.reliable, found.refused, found.unread) == (13, (), 0)
    assert all(row.euros is None for row in found.rows)


def test_data_that_stopped_are_a_cause_and_what_is_closed_is_none(db, alice):
    judged(db, 1, stake=9_000_000, until=date(2026, 10, 1))  # its last weeks are long ago
    missing = judged(db, 2, until=date(2026, 10, 1))
    missing.data_until = date(2026, 10, 1)
    closed = judged(db, 3, stake=9_000_000)
    closed.ended_on = date(2026, 11, 1)
    forgotten = judged(db, 4, until=date(2025, 10, 1))
    forgotten.data_until = date(2025, 10, 1)
    db.flush()

    (row,) = list_visits(db, alice, ALL).rows

    assert (row.alias, row.cause, row.since) == ("Site 2", Cause.MISSING, date(2026, 10, 2))
    assert row.stake_wh == 100_000 * 53
    assert not row.yearly


def test_a_meter_told_by_month_is_missed_when_its_month_is_long_overdue(db, alice):
    """On 26 November, October of a large site is to come by 20 December, September is late."""
    large = Frequency.MONTHLY_LARGE
    for n, until in enumerate((date(2026, 10, 31), date(2026, 9, 30), date(2026, 8, 31))):
        pce = judged(db, n, stake=1000 if n == 0 else None, until=until)
        pce.frequency, pce.data_until = large, until
    db.flush()

    rows = list_visits(db, alice, ALL).rows

    assert [(row.alias, row.cause) for row in rows] == [
        ("Site 2", Cause.MISSING), ("Site 0", Cause.BASELOAD),
    ]  # fmt: skip


def test_nothing_is_told_of_days_that_may_not_be_read(db, alice, bob, charlie, dora):
    """A verdict tells of three years: a grant of some of them opens none of it."""
    cut, holed, whole = (judged(db, n, stake=1000 + n) for n in range(3))
    make_grant(db, cut, 2, first_day=date(2025, 1, 1))
    make_grant(db, holed, 2, whole_from=date(2026, 1, 1))
    make_grant(db, whole, 2, first_day=date(2020, 1, 1))

    assert told(list_visits(db, bob, ALL)) == [("Site 2", 1002)]
    assert (list_visits(db, bob, ALL).reliable, list_visits(db, bob, ALL).unread) == (1, 2)
    assert list_visits(db, charlie, ALL) == Visits()
    assert len(list_visits(db, dora, ALL).rows) == len(list_visits(db, alice, ALL).rows) == 3
    assert told(list_visits(db, alice, PceFilter(text="Site 1"))) == [("Site 1", 1001)]


def test_euros_rank_where_each_has_a_price(db, alice):
    one, two = judged(db, 1, stake=10_000_000), judged(db, 2, stake=9_000_000)
    for pce, cents in ((one, 5), (two, 10)):
        amount = cents * NANO // 100
        add(
            db,
            alice,
            PriceDraft(
                "Gaz",
                PriceKind.VARIABLE,
                PriceUnit.EUR_KWH,
                amount,
                date(2026, 1, 1),
                target=PriceTarget(pce=pce.number),
            ),
            now=NOW,
        )

    found = list_visits(db, alice, ALL)

    assert [(row.alias, row.euros) for row in found.rows] == [("Site 2", 900.0), ("Site 1", 500.0)]
    drawn = words(visits_card(found, alice.today))
    assert "900\u00a0€" in drawn
    assert "par an" in drawn


ROW = VisitRow("09999999940001", "Gymnase", Cause.ZERO, date(2026, 11, 1), UNTIL, 5_000_000)


@pytest.mark.parametrize("cause", list(Cause))
def test_each_cause_has_words_and_a_way_to_what_shows_it(alice, cause):
    row = replace(ROW, cause=cause)

    drawn = words(visits_card(Visits((row,), 3), alice.today))

    assert LOOKS[cause][2] in drawn
    assert ("par an" in drawn) is row.yearly
    assert ("sur ces jours" in drawn) is (cause in {Cause.NOT_STOPPED, Cause.EARLY})
    assert ("consommés depuis" in drawn) is (cause is Cause.MISSING)
    assert ("les mêmes jours un an avant" in drawn) is (cause is Cause.ZERO)
    assert evidence_address(row, alice.today) in drawn
    assert "pce=09999999940001" in evidence_address(row, alice.today)


def test_where_there_is_none_it_is_said_why(alice):
    quiet = words(visits_card(Visits(reliable=4), alice.today))
    blind = words(
        visits_card(
            Visits(refused=((Reason.FEW_WEEKS, 2), (Reason.LOOSE, 1)), unread=1), alice.today
        )
    )

    assert "Aucun site à visiter" in quiet
    assert "Sites non évalués" not in quiet
    assert "Non évalué" in blind
    assert "2 sites\u00a0: moins de 20 semaines" in blind
    assert "pas encore évalué" in blind


def test_a_ranking_is_told_at_equal_climate_or_why_not(db, alice, bob):
    year = date(2025, 11, 1)
    whole, cut = judged(db, 1, ratio=1.1), judged(db, 2, ratio=1.2)
    loose = judged(db, 3, refused=Reason.LOOSE)
    past = judged(db, 4, ratio=1.1, year=date(2025, 10, 1))
    make_grant(db, whole, 2, first_day=date(2020, 1, 1))
    make_grant(db, cut, 2, first_day=date(2026, 1, 1))
    ids = [pce.id for pce in (whole, cut, loose, past)]

    assert load_year_ratios(db, alice, ids, year) == {
        whole.id: (1.1, None), cut.id: (1.2, None), loose.id: (None, Reason.LOOSE),
    }  # fmt: skip
    assert load_year_ratios(db, bob, ids, year) == {whole.id: (1.1, None)}
    row = FleetRow(1, "1", "", UNTIL, 1, 365, 365, Face(365, 900, 1000))
    told = replace(row, equal=Face(365, 990, 1000))
    assert equal_text(told, (1.1, None)) == "−1,0\u202f%"
    assert equal_text(row, (None, Reason.LOOSE)) == "signature peu fiable"
    assert equal_text(row, None) == "non évalué"
    assert equal_text(row, (1.1, None)) == "–"  # too few days of it face the year before
    assert set(SHORT) == set(Reason)
