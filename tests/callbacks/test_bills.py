"""The form, the pages and the files of bills: what is wrong is said, nothing typed is lost."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from dash import no_update
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from callbacks import bills
from components.bills.form import draft_of, typed_of
from components.bills.words import SAID
from core.access import Role
from core.errors import Conflict, Invalid, Unreadable
from core.i18n import set_language
from data.metering.consumption.models import Reading
from data.metering.prices.actions import add as add_price
from data.metering.prices.types import PriceDraft, PriceKind, PriceUnit
from data.money.bills.queries import list_bills
from data.money.bills.types import BillDraft, BillPoint
from tests.data.money.bills.e_invoices import cii, pdf
from tests.data.money.bills.test_keeping import GOOD as LINE
from tests.data.money.bills.test_keeping import counter, sheet
from tests.factories import NOW, PCE, make_pce, make_user
from tests.web import request_of

GOOD = {
    "pce": PCE, "number": "F-1", "nature": "measured", "first": "2026-01-01", "last": "2026-01-31",
    "start": "1000", "end": "1 310", "coefficient": "11,2", "energy": "3 472", "amount": "",
}  # fmt: skip


def save(db, viewer, seen=None, **typed):
    return bills.save(fields=GOOD | typed, seen=seen, request=request_of(db, viewer))


@pytest.fixture
def pce(web):
    with web.database.transaction() as db:
        row = make_pce(db, holder_id=1, alias="Lycée")
        rows = counter(row, date(2025, 12, 1), date(2026, 3, 31), start=690_000)
        db.execute(Reading.__table__.insert(), rows)
        make_user(db, organisation_id=1, email="lea@tilleuls.example", role=Role.CLIENT)
        return row.id


def test_a_bill_is_entered_changed_removed_and_brought_back(act, pce, alice):
    with act() as db:
        assert save(db, alice)[0] == "/factures?bill=1"
        assert save(db, alice, [1, 1], energy="4000")[0] == "/factures?bill=1"
        with pytest.raises(Conflict):
            bills.remove([1, 1], request=request_of(db, alice))
        assert bills.remove([1, 2], request=request_of(db, alice)) == "/factures?removed=1"
        assert list_bills(db, alice) == ()
        assert bills.restore(1, request=request_of(db, alice))[0] == "/factures?bill=1"
        assert len(list_bills(db, alice)) == 1
        for seen in ([1], ["1", 2], [0, 1]):
            with pytest.raises(Invalid):
                save(db, alice, seen, number="F-2")
        with pytest.raises(Invalid):
            bills.restore(0, request=request_of(db, alice))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"pce": "123"}, "PCE"),
        ({"pce": "09999999910009"}, "introuvable"),
        ({"nature": "guessed"}, "estimation"),
        ({"first": ""}, "Indiquez ce jour"),
        ({"last": "2025-01-01"}, "avant le premier"),
        ({"first": "1999-01-01", "last": "1999-02-01"}, "ne peut pas être avant le"),
        ({"first": "2100-01-01", "last": "2100-01-31"}, "dans le futur"),
        ({"energy": "1.234"}, "est ambigu"),
        ({"energy": ""}, "Indiquez les kWh"),
        ({"start": "mille"}, "nombre"),
        ({"coefficient": "112"}, "coefficient"),
        ({"amount": "1,234"}, "décimales"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(act, pce, alice, typed, said):
    with act() as db:
        href, _toasts, drawn = save(db, alice, **typed)
        assert href is no_update
        text = str(drawn)
        assert said in text
        assert (GOOD | typed)["number"] in text
        assert list_bills(db, alice) == ()


def test_one_entered_twice_is_said_at_its_number(act, pce, alice):
    with act() as db:
        save(db, alice)
        assert "déjà saisie" in str(save(db, alice)[2])


def test_the_pages_say_what_there_is_and_what_to_do(web, act, pce, alice):
    browser = web.browser(1)
    assert "Aucune facture saisie" in browser.open("/factures").text
    only_site = web.browser(5).open("/factures").text  # whose client manages it
    assert "Un gestionnaire" not in only_site
    with act() as db:
        save(db, alice)
        save(db, alice, number="F-2", energy="4000", first="2026-02-01", last="2026-02-28",
             start="1310", end="1590", amount="400")  # fmt: skip
        save(db, alice, number="", first="2026-03-20", last="2026-04-20", start="", end="",
             energy="3600", nature="estimated")  # fmt: skip
    page = browser.open("/factures").text.replace("\u00a0", " ").replace("\u202f", " ")
    for words in ("1 diffère, 1 à vérifier, 1 concorde", "864", "sans numéro"):
        assert words in page
    assert page.index("F-2") < page.index("sans numéro") < page.index("F-1")  # most severe first
    assert "1 concorde" in browser.open("/factures", f"?pce={PCE}").text.replace("\u00a0", " ")
    assert "F-2" not in browser.open("/factures", "?verdict=agrees").text.split("Comment")[0]
    assert "Aucune facture ici" in browser.open("/factures", "?verdict=unknown").text
    for key, words in ((1, "Cette facture est juste"), (2, "864"), (3, "Sur une estimation")):
        page = browser.open("/factures", f"?bill={key}").text
        assert words in page.replace("\u00a0", " ")
    assert "Demandez à votre fournisseur" in browser.open("/factures", "?bill=2").text
    assert "Retirer" in browser.open("/factures", "?edit=1").text
    assert "PCE de la facture" in browser.open("/factures", f"?new=1&pce={PCE}").text
    assert "Modèle vide" in browser.open("/factures", "?sheet=1").text
    for lost in ("?edit=x", "?bill=99", "?bill=x"):
        assert "introuvable" in browser.open("/factures", lost).text
    with act() as db:
        bills.remove([1, 1], request=request_of(db, alice))
    assert "Annuler la suppression" in browser.open("/factures", "?removed=1").text
    assert "Annuler la suppression" not in browser.open("/factures", "?removed=2").text


def test_a_dropped_e_invoice_fills_the_form_with_readable_points_alone(web, act, pce, alice):
    browser = web.browser(1)
    sent = browser.send("/factures/lire", [("f.pdf", pdf(cii(pce=PCE)))])
    assert sent.status_code == 201
    assert "vérifiez ses chiffres" in sent.json["said"]
    for name, content, words in (("f.pdf", pdf(), "pas de données"), ("f.pdf", b"", "est vide")):
        refused = browser.send("/factures/lire", [(name, content)])
        assert (refused.status_code, words in refused.json["error"]) == (422, True)
    assert browser.get("/factures/lire?octets=99000000").status_code == 413
    assert browser.get("/factures/lire?octets=99").status_code == 204
    with act() as db:
        ask = {"pce": "", "request": request_of(db, alice)}
        assert bills.fill_form(None, **ask) == [no_update, None]
        drawn, notice = bills.fill_form(sent.json, **ask)
        text = str(drawn)
        assert all(words in text for words in (PCE, "F-2026-01", "3472", "1310", "347,2"))
        assert notice is None
        bill = sent.json["bill"]
        foreign = {"bill": bill | {"pces": ["09999999910009"], "cents": None}}
        drawn, notice = bills.fill_form(foreign, **ask)
        assert "09999999910009" not in str(drawn)
        assert "n’est pas l’un des vôtres" in str(notice)
        assert "le montant" in str(notice)
        make_pce(db, number="09999999910033", holder_id=1)
        many = {"bill": bill | {"pces": [PCE, "09999999910033"]}}
        assert "compte 2 PCE" in str(bills.fill_form(many, **ask)[1])
        with pytest.raises(Unreadable):
            bills.fill_form({"bill": {"pces": [], "first": "hier"}}, **ask)


def test_many_bills_go_by_pages(web, act, pce, alice):
    with act() as db:
        for n in range(51):
            day = f"{date(2026, 1, 1) + n * timedelta(days=1)}"
            save(db, alice, number=f"F-{n}", first=day, last=day)
    assert "Page 2 sur 2" in web.browser(1).open("/factures", "?page=2").text


def test_sheets_and_files_go_through_addresses(web, act, pce, alice):
    browser = web.browser(1)
    assert browser.send("/feuilles/factures", [("f.csv", sheet(LINE))]).status_code == 201
    with act() as db:
        save(db, alice)
    kept = browser.get("/export/feuilles/factures?format=csv").data.decode("utf-8-sig")
    assert "F-1;Relevée;2026-01-01" in kept
    for address in ("/export/factures?format=csv", f"/export/factures?format=csv&pce={PCE}"):
        assert "Concorde;3472" in browser.get(address).data.decode("utf-8-sig")
    assert browser.get("/export/factures?format=xlsx").data[:2] == b"PK"
    assert browser.get("/export/factures?format=csv&pce=1").status_code == 404
    book = browser.get("/export/feuilles/factures?format=xlsx&template=1").data
    (rule,) = load_workbook(BytesIO(book)).active.data_validations.dataValidation
    assert rule.formula1 == '"Relevée,Estimée"'


def test_the_energy_and_the_amount_are_told_apart_each_with_its_sign(web, act, pce, alice):
    gas = PriceDraft("Gaz", PriceKind.VARIABLE, PriceUnit.EUR_MWH, 100_000_000, date(2020, 1, 1))
    with act() as db:
        save(db, alice, first="2026-02-01", last="2026-02-28", energy="3136", start="", end="")
    assert "aucun n’a pu être comparé" in web.browser(1).open("/factures").text
    with act() as db:
        add_price(db, alice, gas, now=NOW)
        save(db, alice, number="N", energy="3600", amount="347,20", start="", end="",
             coefficient="")  # fmt: skip
    page = web.browser(1).open("/factures").text.replace("\u00a0", " ").replace("\u202f", " ")
    for words in ("+128", "+12,80", "à un jour près", "−12,80", "Montants en deçà de vos prix"):
        assert words in page
    assert "en tout" not in page
    page = web.browser(1).open("/factures", "?bill=2").text.replace("\u00a0", " ")
    assert "soit 128 kWh de trop" in page
    assert "un jour de plus ou de moins à un bout de la facture (jusqu’à 112 kWh)" in page
    # 3 600 kWh at the price of 3 472, which is what was read
    for words in ("Prix des kWh facturés", "347,20 €", "360,00 €", "−12,80 €", "juste"):
        assert words in page
    with act() as db:
        save(db, alice, number="D", energy="4000", amount="400", start="", end="", coefficient="")
    page = web.browser(1).open("/factures", "?bill=3").text.replace("\u00a0", " ")
    for words in ("528 kWh facturés de trop, soit 52,80 €", "347,20 €", "+52,80 €"):
        assert words in page


def test_energy_to_check_is_beside_the_energy_that_differs(web, act, pce, alice):
    with act() as db:
        save(db, alice, nature="estimated", first="2026-02-01", last="2026-02-28", start="",
             end="", energy="3600")  # fmt: skip
    page = web.browser(1).open("/factures").text
    assert "et 464 kWh à vérifier" in page
    assert "à vérifier (" not in page  # without a price, no amount


def test_each_point_has_its_sentence():
    assert set(SAID) == set(BillPoint)


def test_days_to_come_are_waited_for(web, act, pce, alice):
    with act() as db:
        save(db, alice, first="2026-11-01", last="2026-11-30", start="", end="")
    page = web.browser(1).open("/factures", "?bill=1").text.replace("\u00a0", " ")
    assert page.count("6 jours sont à venir") == 2
    assert "Attendez que ces jours soient passés" in page
    assert "Importez les jours" not in page
    assert "0 kWh au moins" not in page


@given(st.integers(-(10**9), 10**9), st.sampled_from(["fr", "en"]))
def test_what_a_field_holds_of_a_bill_is_read_back(value, language):
    set_language(language)
    draft = BillDraft(PCE, date(2026, 1, 1), date(2026, 1, 2), value, start_dm3=abs(value))
    assert draft_of(typed_of(draft, PCE), date(2026, 11, 24)) == (draft, {})
    set_language("fr")
