"""Sheets of prices: what a line says, what it would do, and what is kept of it."""

from dataclasses import replace
from datetime import date

import pytest

from core.errors import Conflict, TooBig, Unreadable
from data.metering.pces.models import PceTag
from data.metering.prices.actions import add, change, keep_prices, sort_out_prices
from data.metering.prices.files import HEADER, cells_of, read
from data.metering.prices.queries import list_components
from data.metering.prices.types import PriceDraft, PriceKind, PriceUnit
from data.runs.files.rows import rejects, write_rows
from tests.factories import NOW, PCE, make_pce

GAS = PriceDraft("Fourniture", PriceKind.VARIABLE, PriceUnit.EUR_MWH, 45_000_000, date(2026, 1, 1))
pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def pce(db):
    row = make_pce(db, holder_id=1)
    db.add(PceTag(pce_id=row.id, organisation_id=1, tag="écoles"))
    db.flush()
    return row


def sheet(*lines: str) -> bytes:
    return ("\ufeff" + "\r\n".join((";".join(HEADER), *lines))).encode()


def words(found) -> list[tuple[int, str]]:
    return [(one.line, one.message.format(**one.params)) for one in found.problems]


def test_a_sheet_is_kept_whole_exported_and_read_back_as_it_stands(db, pce, alice):
    table = read(
        sheet(
            "Fourniture;;45,123;€/MWh PCS;01/01/2026;;;;",
            "Abonnement;;38,5;€/mois;2026-01-01;31/12/2026;;;",
            "TVA;;20;%;01/01/2026;;;;",
            f"Accise;Taxe;1,054;c€/kWh PCS;01/01/2026;;;{PCE};",
            "Fourniture;Gaz;0,5;€/m³;01/01/2026;;écoles;;",
        )
    )
    found = sort_out_prices(db, alice, table)
    assert (len(found.new), found.problems) == (5, ())
    keep_prices(db, alice, found, NOW)
    kept = list_components(db, alice)
    assert {one.draft.kind for one in kept} == {
        PriceKind.VARIABLE,
        PriceKind.FIXED,
        PriceKind.RATE,
        PriceKind.TAX,
    }

    for as_xlsx in (False, True):
        again = write_rows(HEADER, map(cells_of, kept), as_xlsx=as_xlsx)
        found = sort_out_prices(db, alice, read(again))
        assert (found.new, found.changed, found.same, found.problems) == ((), (), 5, ())


def test_a_line_ends_a_price_and_another_begins_the_day_after(db, pce, alice):
    kept = add(db, alice, GAS, now=NOW)
    table = read(
        sheet(
            "Fourniture;;50;€/MWh PCS;01/07/2026;;;;",
            f"Fourniture;;45;€/MWh PCS;01/01/2026;30/06/2026;;;{kept}",
        )
    )
    found = sort_out_prices(db, alice, table)
    assert (len(found.new), len(found.changed), found.problems) == (1, 1, ())
    keep_prices(db, alice, found, NOW)
    assert [one.draft.last for one in list_components(db, alice)] == [None, date(2026, 6, 30)]


def test_the_same_first_day_changes_and_what_changed_since_is_told(db, pce, alice):
    kept = add(db, alice, GAS, now=NOW)
    found = sort_out_prices(db, alice, read(sheet("Fourniture;;46;€/MWh PCS;01/01/2026;;;;")))
    assert [seen for seen, _draft in found.changed] == [(kept, 1)]
    change(db, alice, (kept, 1), replace(GAS, amount=1), now=NOW)
    with pytest.raises(Conflict):
        keep_prices(db, alice, found, NOW)


@pytest.mark.alike
@pytest.mark.parametrize(
    ("line", "said"),
    [
        (";;45;€/MWh PCS;01/01/2026;;;;", "Nom"),
        ("Gaz;;45;€/tonne;01/01/2026;;;;", "n’est pas l’un de"),
        ("Gaz;Cadeau;45;€/an;01/01/2026;;;;", "n’est pas l’un de"),
        ("Gaz;Taxe;45;€/an;01/01/2026;;;;", "Unité"),
        ("Gaz;;beaucoup;€/an;01/01/2026;;;;", "n’est pas un montant"),
        ("Gaz;;45;€/an;hier;;;;", "n’est pas une date"),
        ("Gaz;;45;€/an;;;;;", "premier jour"),
        ("Gaz;;45;€/an;01/01/2026;01/01/2025;;;", "avant le premier"),
        (f"Gaz;;45;€/an;01/01/2026;;écoles;{PCE};", "pas les deux"),
        ("Gaz;;45;€/an;01/01/2026;;;9999;", "PCE"),
        ("Gaz;;45;€/an;01/01/2026;;;09999999910009;", "introuvable"),
        ("Gaz;;45;€/an;01/01/2026;;bains;;", "étiquette"),
        ("Gaz;;45;€/an;01/01/2026;;;;999", "introuvable"),
        ("Gaz;;45;€/an;01/01/2026;;;;abc", "n’est pas une référence"),
    ],
)
def test_a_bad_line_is_refused_with_its_line_and_the_others_are_taken(db, pce, alice, line, said):
    table = read(sheet("Bon;;20;€/an;01/01/2026;;;;", line))
    found = sort_out_prices(db, alice, table)
    assert len(found.new) == 1
    ((at, told),) = words(found)
    assert (at, said in told) == (3, True), told
    assert "Ligne 3" in told
    assert said in rejects(table, found.problems, as_xlsx=False).decode("utf-8-sig")


def test_two_lines_that_overlap_are_not_both_taken(db, pce, alice):
    found = sort_out_prices(
        db, alice, read(sheet(*["Gaz;;45;€/an;01/01/2026;;;;", "gaz;;46;€/an;01/06/2026;;;;"]))
    )
    assert len(found.new) == 1
    assert "existe déjà" in words(found)[0][1]


def test_who_is_limited_to_tags_sends_no_price_for_all(db, pce, alice):
    limited = replace(alice, limited=True)
    found = sort_out_prices(db, limited, read(sheet("Gaz;;45;€/an;01/01/2026;;;;")))
    assert "limité" in words(found)[0][1]


def test_another_file_is_refused():
    for octets in (b"", b"a;b\n1;2\n", sheet(), b"<html>", b"Nom;Montant;Unit\xc3\xa9\n1;2;3\n"):
        with pytest.raises(Unreadable):
            read(octets)
    with pytest.raises(TooBig):
        read(sheet(*["Gaz;;45;€/an;01/01/2026;;;;"] * 5001))


def test_an_unlikely_amount_is_asked_about_on_its_line(db, pce, alice):
    line = "Fourniture;;0,075;€/MWh PCS;01/01/2026;;;;"
    found = sort_out_prices(db, alice, read(sheet(line)))
    assert found.new == ()
    ((number, said),) = words(found)
    assert number == 2
    assert "Vouliez-vous dire 0,075 €/kWh PCS" in said
    assert "Montant vérifié" in said
    alone = "TVA;;90;%;01/01/2026;;;;"
    ((_line, said),) = words(sort_out_prices(db, alice, read(sheet(alone))))
    assert "Corrigez-le" in said
    checked = read(sheet(f"{line};oui", f"{alone};Oui"))
    keep_prices(db, alice, sort_out_prices(db, alice, checked), NOW)
    kept = list_components(db, alice)
    assert {one.draft.amount for one in kept} == {75_000, 900_000}
    without = sort_out_prices(db, alice, read(sheet(line)))  # it is already so
    assert (without.same, without.problems) == (1, ())
    assert {cells_of(one)[-1] for one in kept} == {"oui"}
