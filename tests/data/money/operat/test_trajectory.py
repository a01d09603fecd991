"""The gas of an entity, in the climate of its reference, beside the objectives of the decree."""

from dataclasses import replace

from data.money.operat.rules.trajectory import objective_wh, trajectories
from data.money.operat.rules.years import year_of_sums
from data.money.operat.types import OperatLine, OperatSiteSettings, SiteDraft

MWH = 1_000_000


def line(pce, energy_wh=111 * MWH, **values):
    draft = SiteDraft(pce, "EFA-1", reference_year=2019, reference_wh=200 * MWH)
    draft = replace(draft, reference_degree_days=2500, **values)
    year = year_of_sums(2025, energy_wh, 365, 0, 0)
    return OperatLine(OperatSiteSettings(1, draft), year, 2000, 111 * MWH // 3650)


def test_an_entity_is_compared_in_the_climate_of_its_reference():
    """A tenth of 100 MWh PCI does not depend on the weather: the rest follows degree days."""
    (row,) = trajectories([line("1"), line("2")])
    assert (row.reference_wh, row.current_wh) == (400 * MWH, 200 * MWH)
    assert abs(row.adjusted_wh - 2 * (10 * MWH + 90 * MWH * 2500 // 2000)) < 1000
    assert round(row.change) == -39
    assert row.next_step == (2030, 40)
    assert objective_wh(row.reference_wh, 60) == 160 * MWH


def test_an_unknown_climate_is_not_corrected_and_an_unlike_reference_not_summed():
    (row,) = trajectories([replace(line("1"), degree_days=None)])
    assert (row.adjusted_wh, round(row.change), row.next_step) == (None, -50, (2050, 60))
    assert trajectories([line("1"), line("2", reference_year=2018)]) == ()
    assert trajectories([line("1", reference_wh=None)]) == ()
