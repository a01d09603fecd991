"""What a notice of a threshold brings: the figures of the right day, and those around it."""

from datetime import date

import pytest
from sqlalchemy import select

from data.notifications.models import NoticeEvent
from data.notifications.rules.words import facts_of, label_of, story_of, title_of
from data.thresholds import actions
from data.thresholds.actions.evaluation_loader import WatchedPce
from data.thresholds.actions.figures import figures_around
from data.thresholds.models import Episode
from data.thresholds.queries import list_episodes
from data.thresholds.types import Exceedance, ThresholdKind, ThresholdPeriod
from tests.data.thresholds.making import FIRST, KWH, at, draft, judge, on, tell, viewer_on
from tests.factories import PCE


def set_up(db, **values):
    return actions.create(db, viewer_on(on(0)), draft(**values), now=at(on(0)))


def plain(text):
    return text.replace("\u202f", " ").replace("\xa0", " ")


def events(db):
    return db.scalars(select(NoticeEvent).order_by(NoticeEvent.id)).all()


def test_a_drift_that_ends_within_its_month_tells_the_figures_of_its_end(db, pce):
    """Its limit follows last year's days: what was over on the 8th may be under on the 12th."""
    set_up(db, kind=ThresholdKind.RELATIVE, period=ThresholdPeriod.MONTH, percent=30, warn_at=None)
    before = {on(place).replace(year=2025): 100 if place < 9 else 400 for place in range(15)}
    tell(db, pce.id, before)
    tell(db, pce.id, {on(place): 150 for place in range(9)})
    judge(db, at(on(10)))
    tell(db, pce.id, {on(place): 150 for place in range(9, 12)})
    judge(db, at(on(13)))
    exceeded, normal = events(db)
    assert (exceeded.gas_day, exceeded.params["value_wh"]) == (on(6), 1050 * KWH)
    assert exceeded.params["limit_wh"] == 910 * KWH
    assert exceeded.params["over_percent"] == pytest.approx(15.3846, abs=1e-4)
    assert (normal.gas_day, normal.params["ending"]) == (on(9), "cleared")
    assert (normal.params["last_wh"], normal.params["last_limit_wh"]) == (1500 * KWH, 1690 * KWH)
    assert "1 500 kWh au 10/10, repassé sous le seuil de 1 690" in plain(title_of(normal))
    assert "11,2 % de moins que le seuil" in plain(story_of(normal))


def test_an_alert_learnt_with_its_end_tells_one_day_its_value_its_limit_and_its_year_before(
    db, pce, alice
):
    """The total of the 10th was told as that of the 9th, beside the comparison of the 9th."""
    set_up(db, kind=ThresholdKind.RELATIVE, period=ThresholdPeriod.MONTH, percent=30, warn_at=None)
    tell(db, pce.id, {on(n).replace(year=2025): 100 if n < 9 else 400 for n in range(15)})
    tell(db, pce.id, {on(place): 150 for place in range(12)})
    judge(db, at(on(13)))
    exceeded = events(db)[0]
    params = exceeded.params
    assert (params["last_on"], params["last_wh"]) == (on(9).isoformat(), 1500 * KWH)
    assert params["last_limit_wh"] == 1690 * KWH
    assert (params["same_days_wh"], params["year_before_wh"]) == (1500 * KWH, 1300 * KWH)
    assert params["days"][-1] == 150 * KWH
    assert len(params["days"]) == 10
    assert plain(story_of(exceeded)).endswith(
        "Au 10/10, il en est à 1 500 kWh, 11,2 % de moins que le seuil (1 690 kWh). "
        "Aux mêmes jours, c’est 15,4 % de plus que l’an dernier."
    )
    facts = [(name, plain(value)) for name, value in facts_of(exceeded)]
    assert facts[-3:] == [
        ("Au 10/10", "1 500 kWh"),
        ("Seuil au 10/10", "1 690 kWh"),
        ("L’an dernier, mêmes jours", "1 300 kWh"),
    ]
    (row,) = list_episodes(db, alice).rows
    assert (row.last, row.last_wh, row.last_limit_wh) == (on(9), 1500 * KWH, 1690 * KWH)


def test_a_month_that_ends_above_its_limit_is_not_told_as_back_under_it(db, pce):
    set_up(db, period=ThresholdPeriod.MONTH)
    tell(db, pce.id, {on(place): 40 for place in range(32)})
    judge(db)
    exceeded, normal = events(db)
    assert (normal.gas_day, normal.params["ending"]) == (on(30), "period")
    assert (normal.params["last_wh"], normal.params["last_limit_wh"]) == (1240 * KWH, 1000 * KWH)
    assert label_of(normal) == "Période terminée"
    assert "terminé à 1 240 kWh, seuil 1 000" in plain(title_of(normal))
    assert exceeded.params["estimate_wh"] is None


def test_a_later_day_moves_the_latest_figure_and_tells_nothing(db, pce):
    set_up(db, period=ThresholdPeriod.MONTH)
    tell(db, pce.id, {on(place): 100 for place in range(11)})
    judge(db, at(on(12)))
    row = db.scalars(select(Episode)).one()
    assert (row.value_wh, row.last_wh, row.last_day) == (1100 * KWH, 1100 * KWH, on(10))
    tell(db, pce.id, {on(11): 100, on(12): 100})
    assert judge(db, at(on(14))) == (1, 0)
    db.refresh(row)
    assert (row.value_wh, row.last_wh, row.last_day) == (1100 * KWH, 1300 * KWH, on(12))


def test_an_alert_brings_its_days_its_end_of_month_and_the_year_before(db, pce):
    set_up(db, period=ThresholdPeriod.MONTH)
    tell(db, pce.id, {on(place).replace(year=2025): 80 for place in range(10)})
    tell(db, pce.id, {on(place): 100 for place in range(12) if place != 3})
    judge(db, at(on(13)))
    params = events(db)[-1].params
    assert params["days"] == [None if place == 3 else 100 * KWH for place in range(12)]
    assert params["days_from"] == FIRST.isoformat()
    assert params["estimate_wh"] == 1100 * KWH * 31 // 12
    assert (params["same_days_wh"], params["year_before_wh"]) == (900 * KWH, 720 * KWH)


def test_an_alert_of_a_year_brings_its_months(db, pce):
    set_up(db, period=ThresholdPeriod.YEAR)
    tell(db, pce.id, {on(place): 400 for place in range(40)})
    judge(db)
    params = events(db)[0].params
    assert params["months"][8:] == [None, 31 * 400 * KWH, 9 * 400 * KWH]
    assert "days" not in params


def test_the_days_of_an_alert_are_those_that_its_organisation_may_read(db, pce):
    """A third party whose right begins on the 3rd is not mailed the days before."""
    site = WatchedPce(1, 2, pce.id, PCE, "", pce.frequency, (on(2), on(5)), on(5))
    whole = WatchedPce(1, 1, pce.id, PCE, "", pce.frequency, (date.min, date.max), on(5))
    tell(db, pce.id, {on(place): 100 for place in range(6)})
    exceedance = Exceedance(
        on(2), None, on(2), 1, 1, 1, on(2), 0, on(5), period=ThresholdPeriod.MONTH, last_wh=1
    )
    cut, all_ = figures_around(db, [(site, exceedance), (whole, exceedance)])
    assert cut["days"] == [None, None, *[100 * KWH] * 4]
    assert all_["days"] == [100 * KWH] * 6
