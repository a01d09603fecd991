"""What the chart's page says at equal climate, and the way to the other drawing of its PCE."""

from dataclasses import replace

from components.consumption.acts import head_acts, menu_acts
from components.consumption.climate import correction_notes
from core.access import OrganisationKind, Role, Viewer
from data.analysis.signatures.types import Reason
from data.metering.consumption.types import Climate, Unit
from tests.components.consumption.conftest import make_series
from tests.components.kit.trees import text_of
from tests.conftest import TODAY

MANAGER = Viewer(1, 1, OrganisationKind.COMPANY, Role.FACILITY_MANAGER, TODAY)


def test_a_month_that_is_not_corrected_among_others_says_why():
    series = make_series()
    some = tuple(None if rank == 8 else 0.9 for rank in range(len(series.buckets)))
    said = text_of(correction_notes(replace(series, climate=Climate(some))))
    assert "trop douce" in said
    assert correction_notes(replace(series, climate=Climate((0.9,) * len(series.buckets)))) == []
    in_euros = replace(series.view, unit=Unit.EUR)
    assert correction_notes(replace(series, view=in_euros, climate=Climate(some))) == []
    assert correction_notes(series) == []
    refused = replace(series, climate=Climate(reason=Reason.LOOSE))
    assert "CVRMSE" in text_of(correction_notes(refused))


def test_its_prices_its_budget_and_its_signature_are_one_press_away():
    series = make_series()
    menu, head = str(menu_acts(series, MANAGER)), str(head_acts(series, MANAGER))
    for way in ("/prix?pce=", "/budgets?pce=", "/factures?pce="):
        assert way + series.number in menu
    for way in ("/seuils?new=1&pce=", "/consommations/signature?pce="):
        assert way + series.number in menu
        assert way + series.number in head
