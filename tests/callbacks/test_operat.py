"""The page of a year: empty, with what is to be seen to, with nothing; its file."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from callbacks import operat
from callbacks.inputs import MALFORMED
from components.operat.long_list import SHOWN, long_list
from core.access import Role
from core.errors import Conflict, Invalid, NotFound
from data.administration.claims.queries import list_proof_keys
from data.metering.consumption.actions.rollup import roll_up
from data.money.attestations.actions import purge_removed
from data.money.attestations.queries import ATTESTATIONS, list_attestations, sum_stored_bytes
from data.money.operat.queries import list_sites
from tests.data.controls.files.pieces import pdf, png
from tests.data.metering.consumption.test_queries import add_readings, every
from tests.data.money.operat.test_sites import declare
from tests.factories import NOW, make_pce, make_user
from tests.web import request_of

DAY = timedelta(days=1)


@pytest.fixture
def browser(web, alice):
    with web.database.transaction() as db:
        row = make_pce(db, holder_id=1)
        add_readings(db, row, every(date(2025, 1, 1), date(2025, 12, 31)))
        roll_up(db, row.id, date(2025, 1, 1), date(2025, 12, 31))
        make_pce(db, "09999999910002", holder_id=1)
        make_user(db, organisation_id=1, email="lea@tilleuls.example", role=Role.CLIENT)
    return web.browser(1)


def test_a_year_is_prepared(web, browser, alice):
    assert "Aucun site décrit" in browser.open("/operat").text
    assert "Modèle vide" in browser.open("/operat", "?sheet=1").text
    assert "peut décrire les sites" in web.browser(5).open("/operat", "?sheet=1").text
    with web.database.transaction() as db:
        declare(db, alice)
    page = browser.open("/operat").text
    for words in ("Rien à corriger", "1 PCE n’est décrit", "365", "329", "EFA-1"):
        assert words in page.replace("\u00a0", " ")
    page = browser.open("/operat", "?year=2024").text
    for words in ("Aucune donnée de l’année", "1 point à revoir"):
        assert words in page.replace("\u00a0", " ")
    assert "Préparation OPERAT 2025" in browser.open("/operat", "?year=1999").text


def test_what_to_correct_comes_before_what_is_well(web, browser, alice):
    with web.database.transaction() as db:
        declare(db, alice)
    page = browser.open("/operat", "?year=2024").text
    assert page.index("point à revoir") < page.index("Trajectoire")


@pytest.mark.parametrize(("count", "folded"), [(SHOWN, None), (SHOWN + 2, "2 autres EFA")])
def test_a_long_list_folds_all_but_its_first_rows(count, folded):
    parts = long_list(["EFA"], [[f"EFA-{n}"] for n in range(count)], "Liste", ())
    assert len(parts) == (2 if folded else 1)
    assert str(parts[0]).count("Td(") == SHOWN
    if folded:
        assert folded in str(parts[1])
        assert str(parts[1]).count("Td(") == count - SHOWN


def test_its_file_goes_through_its_address(web, browser, alice):
    with web.database.transaction() as db:
        declare(db, alice)
    told = browser.get("/export/operat?year=2025&format=csv").data.decode("utf-8-sig")
    assert "Gaz naturel;09999999910001;365;328,829;100" in told
    assert browser.get("/export/operat?year=2025&format=xlsx").data[:2] == b"PK"
    for year in ("hier", "9999"):
        assert browser.get(f"/export/operat?year={year}&format=csv").status_code == 422
    told = browser.get("/export/operat?year=2025&format=csv&by=efa").data.decode("utf-8-sig")
    assert "EFA-1;Lycée" in told
    assert ";1;09999999910001;365;328,829;100" in told


GOOD_SITE = {
    "pce": "09999999910002", "efa": "EFA-2", "name": "Gymnase", "category": "Sport",
    "siren": "", "siret": "", "surface": "900,5",
}  # fmt: skip


def save(db, viewer, seen=(0, None), **typed):
    return operat.save(fields=GOOD_SITE | typed, seen=[*seen], request=request_of(db, viewer))


def test_a_site_is_described_by_its_form_changed_and_forgotten(web, browser, act, alice):
    assert "Ne plus déclarer" not in browser.open("/operat", "?edit=09999999910002").text
    assert "operat-pce-list" in browser.open("/operat", "?new=1").text
    with act() as db:
        assert save(db, alice)[0] == "/operat"
        for pce, words in (("123", "PCE"), ("09999999910009", "introuvable")):
            assert words in str(save(db, alice, pce=pce)[2])
        assert "surface" in str(save(db, alice, (1, 90_050), surface="grande")[2])
        assert "SIRET" in str(save(db, alice, (1, 90_050), siren="123456789", siret="9" * 14)[2])
        with pytest.raises(Conflict):
            save(db, alice, efa="EFA-3")
        with pytest.raises(Conflict):  # somebody corrected the surface on the page of the site
            save(db, alice, (1, 80_000), efa="EFA-3")
        assert save(db, alice, (1, 90_050), efa="EFA-3")[0] == "/operat"
    page = browser.open("/operat", "?edit=09999999910002").text
    for words in ("EFA-3", "900,5", "Sport", "Ne plus déclarer"):
        assert words in page
    with act() as db:
        with pytest.raises(Conflict):
            operat.forget("09999999910002", [1, None], request=request_of(db, alice))
        where, said = operat.forget("09999999910002", [2, None], request=request_of(db, alice))
        assert where == "/operat"
        assert "efa=EFA-3" in str(said)
        assert [site.version for site in list_sites(db, alice)] == [0, 0]
    again = browser.open("/operat", "?new=1&pce=09999999910002&efa=EFA-3&surface=900,5").text
    for words in ("EFA-3", "900,5", "09999999910002"):  # filled as it was: one press puts it back
        assert words in again


def test_absolute_values_are_beside_the_trajectory(web, browser, alice):
    with web.database.transaction() as db:
        declare(db, alice)
        make_user(db, organisation_id=4, email="ada@reseau.example", role=Role.ADMINISTRATOR)
    assert "aucune valeur absolue" in browser.open("/operat").text
    assert "Feuille de valeurs absolues" not in browser.open("/operat", "?values=1").text
    sheet = "Catégorie d’activité;Échéance;Valeur absolue (kWh/m²);Valable depuis;Source\n"
    files = [("v.csv", (sheet + "Bureaux;2030;95,5;2022-01-01;Arrêté").encode())]
    assert browser.send("/feuilles/valeurs-absolues", files).status_code == 403
    operator = web.browser(6)
    assert "/operat?values=1" in operator.open("/operat").text.replace("\\u002f", "/")
    assert "Feuille de valeurs absolues" in operator.open("/operat", "?values=1").text
    assert operator.send("/feuilles/valeurs-absolues", files).status_code == 201


def test_an_attestation_is_kept_replaced_restored_and_purged(web, browser, act, alice, monkeypatch):
    def send(content, name="a.pdf", sender=browser, **fields):
        sent = {"year": "2025", "label": "EFA-1"} | fields
        return sender.send("/operat/attestations", [(name, content)], sent)

    def press(attestation):
        button = {"attestation": attestation, "year": 2025}
        monkeypatch.setattr(operat.ctx.__class__, "triggered_id", button)
        return operat.remove_attestation(request=request_of(db, alice))

    assert "Attestation annuelle" in browser.open("/operat").text
    assert "Attestation annuelle" not in web.browser(5).open("/operat").text
    assert send(pdf(), sender=web.browser(5)).status_code == 403
    assert "pas un PDF" in send(png(), "photo.png").json["error"]
    assert "année" in send(pdf(), year="1999").json["error"]
    assert "trop long" in send(pdf(), label="x" * 90).json["error"]
    assert "ni un PDF" in send(b"bonjour").json["error"]
    first, second = (send(pdf(words), f"{words}.pdf") for words in ("Un", "Deux"))
    assert (first.status_code, first.json["replaced"]) == (201, 0)
    replaced = second.json["replaced"]
    page = web.browser(5).open("/operat").text
    assert "Deux.pdf" in page
    assert "Un.pdf" not in page
    with act() as db:
        (standing,) = list_attestations(db, alice)
        assert (standing.draft.year, standing.draft.label, standing.person) == (
            2025,
            "EFA-1",
            "Alice",
        )
        address, said = operat.show_attestation(second.json)
        assert (address, "gardée" in str(said)) == (f"/operat?year=2025&removed={replaced}", True)
    assert "La rétablir" in browser.open("/operat", f"?removed={replaced}").text
    place = f"/operat/attestations/{standing.id}"
    assert browser.get(place).headers["Content-Disposition"].endswith("Deux.pdf")
    assert web.browser(2).get(place).status_code == 404
    assert browser.get("/operat/attestations/99999999999").status_code == 404
    with act() as db:
        assert (
            operat.restore_attestation(replaced, request=request_of(db, alice))[0]
            == "/operat?year=2025"
        )
        assert [row.name for row in list_attestations(db, alice)] == ["Un.pdf"]
        with pytest.raises(Invalid, match=MALFORMED):
            operat.restore_attestation(0, request=request_of(db, alice))
        assert press(replaced) == address
        with pytest.raises(NotFound):
            press(replaced)
        late = replace(request_of(db, alice), now=NOW + 2 * DAY)
        with pytest.raises(NotFound):
            operat.restore_attestation(standing.id, request=late)
        assert (len(list_proof_keys(db)), sum_stored_bytes(db, alice) > 0) == (2, True)
        assert purge_removed(db, now=NOW + 2 * DAY) == 2
        assert (list_proof_keys(db), ATTESTATIONS.find_removed(db, alice, "1")) == (set(), 0)
