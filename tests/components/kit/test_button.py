"""Buttons and segmented controls."""

import pytest

from components.kit import button, icon, icon_button, link, multi_segments, segments
from tests.components.kit.trees import attributes, every, of_kind, text_of


def test_an_icon_is_never_read():
    assert attributes(icon("bell"))["aria-hidden"] == "true"


def test_a_button_does_not_submit_by_accident():
    assert attributes(button("Effacer"))["type"] == "button"


def test_a_button_keeps_the_attributes_it_is_given():
    given = attributes(
        button("Filtres", type="submit", className="wide", **{"aria-expanded": "no"})
    )
    assert given["type"] == "submit"
    assert given["aria-expanded"] == "no"
    assert "wide" in given["className"].split()


def test_a_button_with_an_address_of_ours_opens_without_a_reload():
    shown = button("Voir", href="/pces?q=a", kind="primary")
    assert (shown._type, shown.href) == ("Link", "/pces?q=a")
    assert "btn-primary" in shown.className


@pytest.mark.parametrize(
    "href", ["https://distributeur.example/aide", "//ailleurs.example", "#contenu"]
)
def test_other_addresses_are_the_browser_s_business(href):
    assert link("Aide", href)._type == "A"


def test_a_download_is_the_browser_s_business():
    assert button("CSV", href="/exports/a.csv", download=True)._type == "A"


def test_a_button_of_one_icon_has_a_name():
    shown = icon_button("Fermer", "x-lg", id="close")
    assert text_of(shown) == "Fermer"
    assert attributes(shown)["title"] == "Fermer"


def test_segments_have_a_name_that_is_not_seen():
    shown = segments("demo-grain", "Pas", [("day", "Jour"), ("month", "Mois")], "month")
    legend = of_kind(shown, "Legend")[0]
    assert (text_of(legend), legend.className) == ("Pas", "visually-hidden")


def test_segments_hold_one_value():
    shown = segments(
        "demo-grain", "Pas", [("day", "Jour"), ("month", "Mois")], "month", disabled=["day"]
    )
    items = of_kind(shown, "RadioItems")[0]
    assert (items.id, items.value) == ("demo-grain", "month")
    assert [(one["value"], one["disabled"]) for one in items.options] == [
        ("day", True),
        ("month", False),
    ]


def test_two_segments_on_a_page_do_not_share_their_radio_group():
    one, other = (
        of_kind(segments(id_, "x", [("a", "A")], "a"), "RadioItems")[0] for id_ in ("a-x", "b-x")
    )
    assert one.name != other.name


def test_multi_segments_hold_a_list():
    items = of_kind(multi_segments("demo-c", "x", [("a", "A"), ("b", "B")], ("b",)), "Checklist")
    assert items[0].value == ["b"]


def test_nothing_of_the_kit_is_an_inaccessible_dcc_field():
    shown = [segments("s", "x", [("a", "A")], "a"), multi_segments("m", "x", [("a", "A")], [])]
    assert not any(part._namespace == "dash_core_components" for part in every(shown))
