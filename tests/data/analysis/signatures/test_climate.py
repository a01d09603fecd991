"""Two years in the same climate: on sites whose every cause is known, then on the screen."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.consumption.climate import correction_notes
from components.consumption.kpis import kpis
from components.consumption.sentence import opening, text_of
from components.consumption.table import column_defs, rows
from core.errors import NotFound
from data.analysis.signatures.actions import keep_verdicts
from data.analysis.signatures.queries import load_climate_series
from data.analysis.signatures.queries.climate import can_read_all_days, get_judged_fit
from data.analysis.signatures.queries.unscoped import read_sites
from data.analysis.signatures.rules.climate import FARTHEST, KnownDays, ratios
from data.analysis.signatures.rules.fit import fits, weeks_of
from data.analysis.signatures.rules.verdicts import SiteHistory, judge
from data.analysis.signatures.types import Reason
from data.metering.consumption.queries import load_sourced_series
from data.metering.consumption.rules.labels import climate_gap, comparison_of
from data.metering.consumption.rules.table import ratio_of
from data.metering.consumption.types import Preset, SeriesStep, Unit, View
from data.metering.pces.queries import get_scope
from tests.data.analysis.signatures.test_portrait import LAST as UNTIL
from tests.data.analysis.signatures.test_portrait import burn, words
from tests.data.analysis.signatures.world import LAST, Site, past_of
from tests.factories import PCE, make_grant, make_pce

MONTHS = View(pce=PCE)
YEAR = date(2025, 1, 1), date(2025, 12, 31)


def known(past):
    return KnownDays(past.first.toordinal(), past.energy, past.temperature)


def told(past, spans=(YEAR,), step=SeriesStep.MONTH):
    fit = fits(weeks_of([past]))[0]
    return ratios(known(past), list(spans), fit, step)


def gap(past, span=YEAR):
    """What is left of the gap of *span* once the climate is taken out, in percent."""
    low, high = past.place(span[0]), past.place(span[1]) + 1
    now, then = past.energy[low:high], past.energy[low - 365 : high - 365]
    both = ~np.isnan(now + then)
    ((ratio, _reason),) = told(past, [span])
    return 100 * (now[both].sum() * ratio / then[both].sum() - 1)


@pytest.mark.parametrize("level", [1.0, 1.1, 0.9])
def test_what_the_site_does_is_left_once_the_climate_is_out(level):
    past = past_of(Site(level=level, warmer=2.0, noise=0.01, off=1.0))

    assert gap(past) == pytest.approx(100 * (level - 1), abs=1.5)


@given(st.sets(st.integers(0, 364), max_size=250))
def test_days_that_lack_on_one_side_change_no_sign(lost):
    past = past_of(Site(level=1.2, warmer=2.0, noise=0.01))
    past.energy[[past.place(YEAR[0]) + n for n in lost]] = np.nan
    ((_ratio, reason),) = told(past, [YEAR])

    assert reason or gap(past) > 10


def test_why_a_stretch_is_not_corrected():
    past = past_of(Site())
    july = date(2025, 7, 1), date(2025, 7, 31)
    january = date(2025, 1, 1), date(2025, 1, 31)
    blind = replace(past, temperature=past.temperature.copy())
    blind.temperature[blind.place(january[0]) : blind.place(date(2025, 1, 6))] = np.nan
    young = replace(past, energy=np.where(np.arange(len(past.energy)) < 1400, np.nan, 1.0))

    assert told(past, [july]) == [(None, Reason.MILD)]
    assert told(past, [january])[0][1] is None
    assert told(blind, [january]) == [(None, Reason.NO_TEMPERATURE)]
    assert told(past, [(date(2022, 1, 1), date(2022, 1, 31))]) == [(None, None)]  # faces nothing
    assert told(young)[0] == (None, None)
    assert told(past, []) == []
    day = date(2025, 1, 15), date(2025, 1, 15)
    assert told(past, [day], SeriesStep.DAY) == [(None, Reason.MILD)]


def test_a_verdict_stands_on_the_days_it_says():
    past = past_of(Site(level=1.2, since=date(2025, 10, 1), noise=0.02))
    nothing = replace(past, energy=np.full(len(past.energy), np.nan))

    one, none = judge(
        [SiteHistory(1, past, past.energy), SiteHistory(2, nothing, nothing.energy)], LAST
    )

    assert (one.until, one.year) == (LAST, date(2024, 12, 1))
    assert one.first_day == LAST - timedelta(days=3 * 365 - 1)
    assert sum(one.parts[1:]) == one.parts[0]
    assert one.visit.year_wh > 0
    assert 0.7 < one.ratio < 1.3
    assert one.refused is None
    assert (none.first_day, none.until, none.visit) == (None, None, None)
    assert (none.ratio, none.refused, none.day_wh) == (None, Reason.FEW_WEEKS, 0)
    assert judge([], LAST) == []


def made(db):
    return make_pce(db, holder_id=1, data_until=UNTIL)


def of(db, viewer, view=MONTHS):
    return load_climate_series(db, viewer, load_sourced_series(db, viewer, view))


@pytest.mark.usefixtures("people")
def test_the_screen_says_raw_and_corrected(db, alice):
    burn(db, made(db), base=18.0, noise=0.02)

    series = of(db, alice)

    raw = comparison_of(series.year, 1)
    found = climate_gap(raw, series.climate.year, Unit.KWH)
    assert abs(found) < 3 < abs(climate_gap(raw, 1.0, Unit.KWH) - found)
    assert climate_gap(raw, series.climate.year, Unit.M3) == pytest.approx(
        100 * (series.climate.year - 1)
    )
    assert series.climate.headline is None  # half the degree days of the year before
    assert all(ratio is None or abs(ratio - 1) <= FARTHEST for ratio in series.climate.bars)
    near = replace(series, climate=replace(series.climate, headline=1.1))
    assert "à climat égal" in text_of(opening(near))
    assert "corrigée du climat" in kpis(series, alice.today)[2].note[0]
    row = rows(series)[1]
    assert {"value", "g1", "k1", "c1"} <= set(row)
    assert row["c1"] != row["value"]
    hidden = [one["field"] for one in column_defs(series) if one["hide"]]
    assert hidden == ["c1"]
    summer = next(one for one in rows(series) if one["id"] == "2026-07-01")
    assert summer["k1"] == "–"
    assert "trop douce" in text_of(correction_notes(series))
    assert ratio_of(series.total, series) == series.climate.total


@pytest.mark.usefixtures("people")
def test_every_step_is_corrected_as_its_fit_allows(db, alice):
    burn(db, made(db), base=18.0, noise=0.02)

    for preset, step in product((Preset.MONTHS12, Preset.YEARS3), SeriesStep):
        series = of(db, alice, View(pce=PCE, preset=preset, step=step))
        assert series.climate.reason is None
        assert series.climate.by_bar is (step is not SeriesStep.DAY)
        assert len(column_defs(series)) == len(rows(series)[0]) - 1


@pytest.mark.usefixtures("people")
def test_what_is_not_reliable_is_refused_with_its_reason(db, alice):
    pce = made(db)
    burn(db, pce, date(2026, 9, 1))

    series = of(db, alice)

    assert series.climate.reason is Reason.FEW_WEEKS
    said = words(correction_notes(series)[0])
    assert "moins de 20 semaines" in said
    assert f"/consommations/signature?pce={PCE}" in said
    assert "à climat égal" not in text_of(opening(series))
    assert "k1" not in rows(series)[0]
    assert of(db, alice, View(pce=PCE, compare=())).climate is None


@pytest.mark.usefixtures("people")
def test_who_reads_some_days_is_told_of_these_alone(db, alice, bob, charlie):
    """The stored fit tells of days that a grant does not open: it is not theirs."""
    pce = made(db)
    burn(db, pce, base=15.0, noise=0.02)
    make_grant(db, pce, 2, first_day=date(2026, 6, 1), last_day=date(2026, 8, 31))
    ((verdict,),) = [judge(read_sites(db, [pce.id], alice.today), alice.today)]
    kept = replace(verdict, fit=replace(verdict.fit, baseload_wh=12_345.0))
    keep_verdicts(db, [kept], [])

    own, lent = (get_judged_fit(db, one, get_scope(db, one, PCE))[0] for one in (alice, bob))
    assert own == kept.fit
    assert lent.reason is Reason.FEW_WEEKS
    assert lent.weeks == 13
    assert of(db, bob).climate.reason is Reason.FEW_WEEKS
    with pytest.raises(NotFound):
        of(db, charlie)
    holed = replace(get_scope(db, alice, PCE), holes=((date(2026, 1, 1), date(2026, 1, 2)),))
    assert not can_read_all_days(holed, verdict.first_day, verdict.until)
    assert can_read_all_days(holed, None, None)
