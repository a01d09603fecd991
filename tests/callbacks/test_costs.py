"""The site of costs: picked once, kept from tab to tab, chosen in forms."""

import pytest
from dash.exceptions import PreventUpdate

from callbacks import costs
from components.costs import picked_pce
from core.errors import Invalid
from tests.factories import PCE, make_pce
from tests.web import request_of


def test_a_site_is_picked_for_all_tabs_of_costs(web, act, alice):
    with act() as db:
        make_pce(db, holder_id=1)
        request = request_of(db, alice)
        assert PCE in str(costs.find_sites("", request=request))
        assert costs.open_site(PCE, "/budgets", request=request) == f"/budgets?pce={PCE}"
        assert costs.open_site("Tous les sites", "/operat", request=request) == "/operat"
        with pytest.raises(PreventUpdate):
            costs.open_site(PCE, "https://elsewhere.example", request=request)
    browser = web.browser(1)
    for path in ("/prix", "/factures", "/budgets", "/operat"):
        page = browser.open(path, f"?pce={PCE}").text
        for tab in ("/prix", "/factures", "/budgets", "/operat"):
            assert f"{tab}?pce={PCE}".replace("/", "\\u002f") in page


def test_a_picked_pce_is_read_after_its_name():
    assert picked_pce(f"Piscine 2 {PCE}") == PCE
    assert picked_pce("Halle GI123456") == "GI123456"
    for text in ("", "Piscine"):
        with pytest.raises(Invalid):
            picked_pce(text)
