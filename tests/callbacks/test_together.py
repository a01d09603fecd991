"""The page of several PCE: what it says, what its controls do, what it exports, and to whom."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from dash.exceptions import PreventUpdate
from openpyxl import load_workbook
from sqlalchemy import select

from api import together as route
from callbacks import fleet
from callbacks import together as callbacks
from core.errors import Invalid, NotFound
from data.identity.settings.types import OperatorSettings
from data.metering.consumption.types import Unit
from data.metering.pces.models import Pce, PceTag
from data.metering.prices.types import PriceTarget
from data.metering.surfaces.models import SurfaceRow
from data.money.budgets.actions import add as add_budget
from data.money.budgets.types import BudgetDraft
from pages.consumption import PAGE
from tests.components.kit.trees import text_of
from tests.data.metering.consumption.test_fleet import number, site
from tests.factories import NOW, make_grant
from tests.web import request_of

BOTH = f"{number(0)},{number(1)}"
VALUES = OperatorSettings()


@pytest.fixture
def sites(db, people):
    first = site(db, 0, this=1100, alias="Lycée")
    site(db, 1, this=3000, before=3000, alias="=Piscine")
    site(db, 2, holder=3, alias="Usine")
    db.add(PceTag(pce_id=first.id, organisation_id=1, tag="Écoles"))
    db.flush()


def laid(db, viewer, **query):
    request = request_of(db, viewer)
    return text_of(PAGE.layout(request, **query)), list(request.reads)


def test_the_page_says_the_sum_the_gap_and_the_coverage(db, sites, alice):
    said, read = laid(db, alice, pce=BOTH, shape="stack")
    assert "2 PCE ont consommé ensemble 1\u202f578\u00a0kWh" in said
    assert "de plus que les mêmes jours un an avant" in said
    assert "770/770 j" in said
    assert "Le plus gros est =Piscine" in said
    assert read == [number(0), number(1)]
    assert "Retirer Lycée" in said
    assert "XLSX" in said
    assert "XLSX" not in laid(db, replace(alice, behind=9), pce=BOTH)[0]


def test_curves_say_what_100_percent_is_and_who_has_no_base_year(db, sites, alice):
    said, _read = laid(db, alice, pce=BOTH, shape="curves", measure="base")
    assert "100\u00a0%\u00a0: le jour moyen de chaque site, de novembre 2024 à octobre 2025" in said
    assert "Courbes" in said
    assert "Lycée est au plus haut (110\u00a0%) et =Piscine au plus bas (100\u00a0%)" in said
    assert "100\u00a0%" in laid(db, alice, pce=BOTH)[0]  # no surface is known
    assert "100\u00a0%" not in laid(db, alice, pce=BOTH, unit="kwh")[0]
    assert "100\u00a0%" not in laid(db, alice, pce=BOTH, shape="stack", unit="base")[0]


def test_curves_by_square_metre_compare_sites_and_say_whose_surface_is_unknown(
    db, sites, alice, bob
):
    assert "Surface inconnue\u00a0: =Piscine, Lycée" in laid(db, alice, pce=BOTH, unit="m2")[0]
    pces = db.scalars(select(Pce).order_by(Pce.number)).all()[:2]
    for pce, m2 in zip(pces, (10, 100), strict=True):
        surface = {"area_dm2": 100 * m2, "source": "", "changed_at": NOW}
        db.add(SurfaceRow(pce_id=pce.id, organisation_id=1, **surface))
        make_grant(db, pce, 2)
    db.flush()
    said, _read = laid(db, alice, pce=BOTH)  # by square metre where all surfaces are known
    assert "Lycée consomme 3,7\u00a0fois ce que consomme =Piscine (40 et 11\u00a0kWh/m²)" in said
    assert "Surface inconnue" not in said
    assert "Lycée (kWh/m²)" in said
    assert "kWh/m²" not in laid(db, alice, pce=BOTH, shape="sum", unit="m2")[0]
    assert "Surface inconnue" in laid(db, bob, pce=BOTH, unit="m2")[0]  # another's surfaces


def test_a_group_is_named_and_one_that_nobody_sees_is_not_found(db, sites, alice, charlie):
    assert "Étiquette Écoles" in laid(db, alice, tag="Écoles")[0]
    assert "Titulaire" in laid(db, charlie, holder="3", shape="sum")[0]
    for query in ({"holder": "1"}, {"tag": "Écoles"}, {"pce": BOTH}):
        with pytest.raises(NotFound):
            laid(db, charlie, **query)


def test_what_is_left_out_is_said(db, sites, alice, monkeypatch):
    said, read = laid(db, alice, pce=f"{BOTH},{number(2)}", unit="m3")
    assert "Certains de ces PCE ne sont pas montrés" in said
    assert "Usine" not in said
    assert number(2) not in read
    assert "comparée en kWh" in said
    monkeypatch.setattr("components.together.page.MOST", 2)
    assert "Ajouter un PCE" not in laid(db, alice, pce=BOTH)[0]


def test_one_pce_alone_stays_the_page_of_one(db, sites, alice):
    assert callbacks.read_together({"pce": number(0)}, alice.today) is None


def test_controls_lead_to_the_address_of_what_they_say(db, sites, alice):
    same = {"shape": "curves", "period": "12m", "step": "month", "compare": "1", "unit": "kwh"}

    def shown(query=f"pce={BOTH}", **said):
        return callbacks.show_together(
            controls=same | said, query=query, request=request_of(db, alice)
        )

    assert shown(shape="sum") == f"/consommations?pce={BOTH}&shape=sum"
    assert shown(period="3y", step="day") == f"/consommations?pce={BOTH}&unit=kwh&period=3y"
    assert shown(step="week", unit="m3") == f"/consommations?pce={BOTH}&step=week&unit=m3"
    for query in (f"pce={BOTH}&unit=kwh", "", None, "pce=1"):
        with pytest.raises(PreventUpdate):
            shown(query)


def test_any_days_are_shown_between_two_dates(db, sites, alice):
    def shown(first, last, query=f"pce={BOTH}&shape=sum"):
        return callbacks.show_dates(1, first, last, query, request=request_of(db, alice))

    days = f"/consommations?pce={BOTH}&shape=sum&from=2026-10-05&to=2026-11-10"
    assert shown("2026-10-05", "2026-11-10") == shown("2026-11-10", "2026-10-05") == days
    said, _read = laid(db, alice, pce=BOTH, **{"from": "2026-10-05", "to": "2026-11-10"})
    assert "du 05/10/2026 au 10/11/2026" in said
    for missing in (None, "", "2026-13-01"):
        with pytest.raises(Invalid):
            shown("2026-10-05", missing)


def test_one_more_pce_is_added_by_the_picker(db, sites, alice):
    added = callbacks.add_pce(number(2), f"pce={BOTH}", request=request_of(db, alice))
    assert added == f"/consommations?pce={BOTH},{number(2)}"
    for choice, query in ((None, f"pce={BOTH}"), ("x", f"pce={BOTH}"), (number(2), "")):
        with pytest.raises(PreventUpdate):
            callbacks.add_pce(choice, query, request=request_of(db, alice))


def test_ticked_lines_are_seen_together(db, alice):
    def chosen(*numbers):
        rows = [{"number": one} for one in numbers]
        return fleet.choose([*rows, None])

    assert "Cochez" in chosen(number(0))[0]
    assert "Cochez" in chosen(number(0), 7, "<b>")[0]
    (curves,) = chosen(number(0), number(1))
    assert curves.href == f"/consommations?pce={BOTH}"
    assert "20 PCE au plus" in chosen(*(f"{n:014d}" for n in range(21)))[0]


def exported(db, viewer, **query):
    request = request_of(db, viewer)
    answer = route.write_selection(request, query)
    return b"".join(answer.response), list(request.reads)


def test_what_is_shown_is_what_is_exported(db, sites, alice, charlie):
    body, read = exported(
        db, alice, pce=BOTH, period="free", **{"from": "2026-10-01", "to": "2026-10-02"}
    )
    lines = body.decode("utf-8-sig").splitlines()
    assert lines[0].endswith(f"'=Piscine {number(1)} (kWh);Lycée {number(0)} (kWh)")
    assert lines[1] == "2026-10-01;2026-10-01;4,1;2;2;0;2;4,1;4;3;1,1"
    assert read == [number(0), number(1)]
    sheet = load_workbook(BytesIO(exported(db, alice, tag="Écoles", format="xlsx")[0])).active
    assert sheet["C2"].value == 33
    with pytest.raises(NotFound):
        exported(db, charlie, pce=BOTH)
    with pytest.raises(Invalid):
        exported(db, alice, pce=number(0))


def test_the_budget_of_a_tag_stands_over_its_months(db, sites, alice):
    assert "Ajouter un budget" in laid(db, alice, tag="Écoles")[0]
    assert "Budget, mêmes jours" not in laid(db, alice, tag="Écoles")[0]
    draft = BudgetDraft(365_000_000, Unit.KWH, date(2026, 1, 1), PriceTarget(tag="Écoles"))
    add_budget(db, alice, draft, now=NOW)
    for words in ("Budget, mêmes jours", "Budget 2026", "Voir le budget"):
        assert words in laid(db, alice, tag="Écoles")[0]
    for elsewhere in ({"step": "day"}, {"unit": "m3"}):  # the bars are no months, or no kWh
        assert "Voir le budget" not in laid(db, alice, tag="Écoles", **elsewhere)[0]
