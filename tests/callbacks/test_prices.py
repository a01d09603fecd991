"""The form and the sheet of prices: what is wrong is said at its field, nothing typed is lost."""

import json
from datetime import date

import pytest
from dash import no_update
from dash._callback_context import context_value
from dash._utils import AttributeDict
from plotly.utils import PlotlyJSONEncoder

from callbacks import prices
from components.prices import Ids
from components.prices.tariff import TariffTrial, likely_card, read_tariff
from core.errors import Conflict, Invalid
from data.metering.consumption.types import Face, FleetTotals
from data.metering.prices.queries import list_components
from data.metering.prices.rules.tariffs import next_first
from data.metering.prices.types import EVERY, PriceDraft, PriceKind, PriceTarget, PriceUnit
from pages import prices as page
from tests.factories import NOW, PCE, make_pce
from tests.web import request_of

GOOD = {
    "name": "Fourniture", "sort": "variable:eur_mwh", "amount": "45,123", "first": "2026-01-01",
    "last": "", "scope": "all", "tag": "", "pce": "",
}  # fmt: skip


def save(db, viewer, seen=None, **typed):
    return answer(db, viewer, typed, seen=seen)[:3]


def answer(db, viewer, typed, pressed=None, *, seen=None, doubted=None):
    """What the form does once *pressed*: saved, unless another button is."""
    inputs = [{"prop_id": f"{pressed or Ids.SAVE}.n_clicks"}]
    token = context_value.set(AttributeDict(triggered_inputs=inputs))
    values = {"fields": GOOD | typed, "seen": seen, "doubted": doubted}
    try:
        return prices.save(**values, request=request_of(db, viewer))
    finally:
        context_value.reset(token)


CHEAP = {"amount": "0,075"}


def test_an_unlikely_amount_is_asked_about_under_its_field(act, alice):
    """« 0,075 €/MWh » was kept, and each bill then differed by a thousand."""
    with act() as db:
        href, _toasts, drawn, hidden, meant, alone, doubted = answer(db, alice, CHEAP)
        assert (href, hidden, alone, doubted) == (
            no_update, False, False, ["variable:eur_mwh", "0,075"],
        )  # fmt: skip
        asked = "Vouliez-vous dire 0,075 €/kWh PCS, soit 75 €/MWh PCS"
        assert asked in str(drawn)
        assert meant == "Oui, 0,075 €/kWh PCS"
        assert list_components(db, alice) == ()
        assert answer(db, alice, CHEAP, Ids.MEANT, doubted=doubted)[0] == "/prix"
        (one,) = list_components(db, alice)
        assert (one.draft.unit, one.draft.amount) == (PriceUnit.EUR_KWH, 75_000_000)


def test_an_unlikely_amount_is_kept_once_it_is_said_to_be_right(act, alice):
    with act() as db:
        doubted = answer(db, alice, CHEAP)[-1]
        other = CHEAP | {"amount": "0,076"}
        assert answer(db, alice, other, Ids.KEEP, doubted=doubted)[0] is no_update
        assert answer(db, alice, CHEAP, doubted=doubted)[0] is no_update  # asked again
        assert answer(db, alice, CHEAP, Ids.KEEP, doubted=doubted)[0] == "/prix"
        assert list_components(db, alice)[0].draft.amount == 75_000


def test_what_has_no_other_unit_is_asked_about_alone(act, alice):
    with act() as db:
        rate = {"sort": "rate:percent", "amount": "90"}
        _href, _toasts, drawn, hidden, meant, alone, _doubted = answer(db, alice, rate)
        assert (hidden, meant, alone) == (False, "", True)
        assert "gardez-le s’il est exact" in str(drawn)
        assert answer(db, alice, GOOD, Ids.MEANT)[0] == "/prix"  # nothing else was meant


def test_a_price_is_entered_changed_ended_and_removed(act, alice):
    with act() as db:
        make_pce(db, holder_id=1)
        assert save(db, alice)[0] == "/prix"
        (one,) = list_components(db, alice)
        seen = [one.id, one.version]
        assert save(db, alice, seen, amount="46", scope="pce", pce=PCE)[0] == "/prix"
        (one,) = list_components(db, alice)
        assert (one.draft.amount, one.draft.target.pce) == (46_000_000, PCE)
        assert prices.end_today([one.id, one.version], request=request_of(db, alice))[0] == "/prix"
        (one,) = list_components(db, alice)
        assert one.draft.last == alice.today
        with pytest.raises(Conflict):
            prices.remove(seen, request=request_of(db, alice))
        gone = prices.remove([one.id, one.version], request=request_of(db, alice))
        assert gone == f"/prix?removed={one.id}"
        assert list_components(db, alice) == ()
        notice = str(page.layout(request_of(db, alice), removed=str(one.id)).to_plotly_json())
        assert "Prix supprimé" in notice
        href, _toasts = prices.restore(one.id, request=request_of(db, alice))
        assert href == f"/prix?edit={one.id}"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " "}, "Nommez"),
        ({"sort": "rate:eur_mwh"}, "unité"),
        ({"amount": "cher"}, "n’est pas un montant"),
        ({"amount": ""}, "Indiquez un montant"),
        ({"amount": "-5"}, "retirez le signe"),
        ({"first": ""}, "premier jour"),
        ({"last": "2025-01-01"}, "avant le premier"),
        ({"scope": "tag"}, "étiquette"),
        ({"scope": "tag", "tag": "bains"}, "étiquette"),
        ({"scope": "pce", "pce": "123"}, "PCE"),
        ({"scope": "all", "pce": PCE}, "n’est pas pour lui seul"),
        ({"scope": "tag", "tag": "bains", "pce": PCE}, "n’est pas pour lui seul"),
        ({"scope": "all", "tag": "bains"}, "est pour tous les PCE"),
        ({"scope": "pce", "pce": "09999999910009"}, "introuvable"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(act, alice, typed, said):
    with act() as db:
        href, _toasts, drawn = save(db, alice, **typed)
        assert href is no_update
        text = str(drawn)
        assert said in text
        assert (GOOD | typed)["name"] in text
        assert list_components(db, alice) == ()


def test_a_price_that_overlaps_is_refused_at_its_day(act, alice):
    with act() as db:
        save(db, alice)
        assert "existe déjà" in str(save(db, alice)[2])
        for seen in ([1], ["1", 2], [0, 1]):
            with pytest.raises(Invalid):
                save(db, alice, seen)


TARIFF = {
    "energy": "47,2", "energy_unit": "eur_mwh", "subscription": "214", "fixed_unit": "eur_year",
    "excise": "16", "cta": "", "vat": "20", "first": "2026-07-01", "last": "", "scope": "all",
    "tag": "", "pce": "",
}  # fmt: skip


def enter(db, viewer, typed=None, pressed=Ids.ENTER, doubted=None, *, seen=None, here=""):
    inputs = [{"prop_id": f"{pressed}.n_clicks"}]
    token = context_value.set(AttributeDict(triggered_inputs=inputs))
    values = {"fields": TARIFF | (typed or {}), "seen": seen, "doubted": doubted, "here": here}
    try:
        return prices.enter_tariff(**values, request=request_of(db, viewer))
    finally:
        context_value.reset(token)


def test_a_tariff_is_entered_at_once_and_follows_the_one_before(act, alice):
    """Its energy takes the name of the price that it follows, or both would add up."""
    with act() as db:
        save(db, alice, name="Gaz et acheminement")
        href, toasts, *_rest = enter(db, alice)
        assert href == "/prix"
        assert "s’arrête la veille" in words(toasts)
        drafts = [price.draft for price in list_components(db, alice)]
        assert [(d.name, str(d.first), d.last and str(d.last)) for d in drafts] == [
            ("Abonnement", "2026-07-01", None),
            ("Accise", "2026-07-01", None),
            ("Gaz et acheminement", "2026-07-01", None),
            ("Gaz et acheminement", "2026-01-01", "2026-06-30"),
            ("TVA", "2026-07-01", None),
        ]
        stored = list_components(db, alice)
        refused = words(enter(db, alice, {"first": "2026-06-01"})[2])
        assert "existe déjà" in refused
        assert list_components(db, alice) == stored  # all parts or none


def test_successive_tariffs_of_a_site_are_listed_with_their_gaps(act, web, alice):
    with act() as db:
        make_pce(db, holder_id=1)
        site = {"scope": "pce", "pce": PCE, "cta": "", "subscription": ""}
        years = (("40", "2024-01-01", "2024-12-31"), ("50", "2024-07-01", "2025-06-30"),
                 ("45", "2025-07-02", ""))  # fmt: skip
        for energy, first, last in years:
            dated = site | {"energy": energy, "first": first, "last": last}
            assert enter(db, alice, dated)[0] is not no_update
        inside = enter(db, alice, site | {"first": "2024-08-01", "last": "2024-08-31"})[2]
        assert "changez les dates" in words(inside)  # the tariff would apply again after it
        save(db, alice, name="Second gaz", first="2026-10-01", scope="pce", pce=PCE)
    page = web.browser(1).open("/prix", f"?pce={PCE}").text.replace("\\u002f", "/")
    for text in ("du 01/01/2024 au 30/06/2024", "Aucun prix le 01/07/2025",
                 "Second gaz"):  # fmt: skip
        assert text in page
    assert "plusieurs prix du gaz s’ajoutent" in page


def test_an_unlikely_tariff_is_questioned_at_its_field(act, alice):
    with act() as db:
        cheap = {"energy": "0,0472"}
        _href, _toasts, drawn, hidden, doubted = enter(db, alice, cheap)
        assert hidden is False
        assert "Vouliez-vous dire 0,0472 €/kWh PCS" in words(drawn)
        assert list_components(db, alice) == ()
        other = enter(db, alice, {"energy": "0,0473"}, Ids.SURE, doubted)
        assert other[0] is no_update
        assert enter(db, alice, cheap, Ids.SURE, doubted)[0] == "/prix"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"energy": "5200"}, "est hors des bornes"),
        ({"energy": "520"}, "les montants usuels vont de 3 à 300"),
        ({"energy": "abc"}, "n’est pas un montant"),
        ({"energy": "", "vat": "2000"}, "est hors des bornes"),
    ],
)
def test_an_impossible_amount_is_said_under_its_field_as_it_is_left(act, alice, typed, said):
    with act() as db:
        drawn, *answers = prices.show_likely(fields=TARIFF | typed, request=request_of(db, alice))
        messages, invalid = answers[:5], answers[5:]
        (message,) = [message for message in messages if message]
        assert said in message.replace("\u00a0", " ")
        assert ("Un kWh coûte d’ordinaire de 3 à 25" in message) is (typed["energy"] != "")
        assert invalid.count(True) == 1
        assert "Saisissez le prix du gaz" not in words(drawn)


def test_the_day_proposed_for_a_new_tariff_is_one_that_is_accepted():
    today = NOW.date()
    drafts: list[PriceDraft] = []
    for first in (today.replace(month=1, day=1), today.replace(day=1), date(today.year + 1, 3, 1)):
        assert all(draft.first < next_first(drafts, today, EVERY) for draft in drafts)
        drafts.append(PriceDraft("Gaz", PriceKind.VARIABLE, PriceUnit.EUR_MWH, 10**8, first))
    assert next_first([], today, EVERY) == today.replace(month=1, day=1)
    assert next_first(drafts, today, EVERY) == date(today.year + 1, 4, 1)
    assert next_first(drafts, today, PriceTarget(PCE)) == today.replace(month=1, day=1)


def test_a_year_with_the_tariff_is_beside_what_it_usually_costs():
    parts = read_tariff(TARIFF)[0].parts([])
    year = FleetTotals(2, 2, 2, 0, 0, 100_000_000, 1, 1, Face(0, 0, 0))
    likely = words(likely_card(TariffTrial(parts, [], year))).replace("\u202f", " ")
    for figure in ("100 000 kWh", "8 098 € TTC", "8,10 c€/kWh", "plausible", "de 3 à 25 c€"):
        assert figure in likely.replace("\u00a0", " ")
    dear = read_tariff(TARIFF | {"energy": "472"})[0].parts([])
    assert "à vérifier" in words(likely_card(TariffTrial(dear, parts, year)))


def words(shown):
    return json.dumps(shown, cls=PlotlyJSONEncoder, ensure_ascii=False)


def test_a_price_of_the_gas_that_adds_to_another_is_told_when_it_is_kept(act, alice):
    with act() as db:
        make_pce(db, holder_id=1)
        assert "s’ajoute" not in words(save(db, alice, last="2026-06-30")[1])
        told = words(save(db, alice, name="Test", amount="98")[1])
        assert "Il s’ajoute à «\u00a0Fourniture\u00a0» (45,123" in told
        assert "notice-warn" in told
        assert "s’ajoute" in words(save(db, alice, name="Un seul", scope="pce", pce=PCE)[1])
        tax = {"name": "Accise", "sort": "tax:eur_mwh", "amount": "16"}
        assert "s’ajoute" not in words(save(db, alice, **tax)[1])
        assert len(list_components(db, alice)) == 4


def test_the_page_says_what_there_is_and_what_holds(web, act, alice):
    browser = web.browser(1)
    assert "Aucun prix saisi" in browser.open("/prix").text
    with act() as db:
        make_pce(db, holder_id=1)
        save(db, alice, sort="fixed:eur_year", name="Abonnement")
    assert "Aucun prix du gaz lui-même" in browser.open("/prix").text
    with act() as db:
        save(db, alice)
        save(db, alice, scope="pce", pce=PCE, amount="52")
        save(db, alice, name="Demain", first="2027-01-01")
        save(db, alice, name="Hier", last="2026-02-01")
        for n in range(20):
            number = f"{int(PCE) + n + 1:014}"
            make_pce(db, number, holder_id=1)
            save(db, alice, name="Remise", amount="-2", scope="pce", pce=number)
    assert "Page 1 sur 2" in browser.open("/prix").text
    page = browser.open("/prix", "?page=2").text
    assert f"{int(PCE) + 20:014}" in page
    assert f"{int(PCE) + 15:014}" not in page
    page = browser.open("/prix", f"?pce={PCE}").text
    for words in ("en vigueur", "remplacé par un prix plus précis"):
        assert words in page
    page = browser.open("/prix").text
    for words in ("45,123", "à venir", "terminé"):
        assert words in page
    edit = browser.open("/prix", "?edit=1").text
    assert "Terminer" in edit
    assert edit.index("Enregistrer") < edit.index("Supprimer…") < edit.index("Supprimer ce prix")
    assert f" {PCE}" in browser.open("/prix", f"?new=1&pce={PCE}").text
    assert "Modèle vide" in browser.open("/prix", "?sheet=1").text
    assert "introuvable" in browser.open("/prix", "?edit=x").text


def test_a_tariff_is_changed_in_the_form_that_it_fills(web, act, alice):
    with act() as db:
        make_pce(db, holder_id=1)
        site = {"scope": "pce", "pce": PCE, "first": "2026-01-01"}
        save(db, alice, name="TVA", sort="rate:percent", amount="20")  # for all PCEs
        enter(db, alice, site | {"vat": "", "cta": ""})
        gas = next(one for one in list_components(db, alice, PCE) if one.draft.name == "Fourniture")
        seen = keys_of(db, alice)
    listed = web.browser(1).open("/prix", f"?pce={PCE}").text.replace("\\u002f", "/")
    assert f"/prix?tariff={gas.id}" in listed
    form = web.browser(1).open("/prix", f"?tariff={gas.id}").text
    for typed in ("47,2", "214", "vaut aussi d’autres jours"):
        assert typed in form
    with act() as db:
        changed = site | {"energy": "48", "excise": "", "cta": "30", "vat": "5"}
        href, toasts, *_rest = enter(db, alice, changed, seen=seen, here=PCE)
        assert href == f"/prix?pce={PCE}&changed={gas.id}"
        assert "Tarif modifié" in words(toasts)
        amounts = {one.draft.name: one.draft.amount for one in list_components(db, alice, PCE)}
        assert amounts == {
            "Fourniture": 48_000_000, "Abonnement": 214 * 10**9, "CTA": 30 * 10**9, "TVA": 200_000,
        }  # fmt: skip
        with pytest.raises(Conflict):
            enter(db, alice, changed, seen=seen)
        with pytest.raises(Invalid):
            enter(db, alice, changed, seen=[])
    assert "data-returned" in web.browser(1).open("/prix", f"?pce={PCE}&changed={gas.id}").text


def keys_of(db, viewer):
    """Return the ids and versions that the form of the tariff of PCE holds, the gas first."""
    own = [one for one in list_components(db, viewer, PCE) if one.draft.target.pce]
    order = ["Fourniture", "Abonnement", "Accise"]
    own.sort(key=lambda one: order.index(one.draft.name))
    return [number for one in own for number in (one.id, one.version)]


def test_a_price_that_no_tariff_holds_opens_alone(web, act, alice):
    with act() as db:
        save(db, alice, sort="variable:eur_m3", amount="0,5")
        (one,) = list_components(db, alice)
    assert "Sorte et unité" in web.browser(1).open("/prix", f"?tariff={one.id}").text
