"""Elements without Dash's checks are Dash's own in all the rest."""

import json

import dash.html
import pytest
from dash._utils import to_json
from dash.development.base_component import Component

from components import kit
from components.consumption.page import consumption_page
from components.frame import MenuEntry, frame
from components.kit import html
from components.kit.html import Div, Span
from tests.components.consumption.conftest import make_series

PROPS = {"id": "x", "className": "y", "style": {"left": "1px"}, "aria-label": "z", "data-a": "b"}


@pytest.mark.parametrize("name", ["Span", "Div", "Button", "Table", "A"])
@pytest.mark.parametrize("children", [(), ("words",), (["a", None],), (None,)])
def test_an_element_is_written_as_that_of_dash(name, children):
    ours = getattr(html, name)(*children, **PROPS)
    uncounted = {} if name == "Button" else {"disable_n_clicks": True}
    theirs = getattr(dash.html, name)(*children, **PROPS, **uncounted)
    assert ours.to_plotly_json() == theirs.to_plotly_json()
    # Dash writes aria-* and data-* in the order of a set, which differs from one run to the next.
    theirs = getattr(dash.html, name)(*children, **PROPS)
    assert sorted(repr(ours)) == sorted(repr(theirs))
    assert isinstance(ours, getattr(dash.html, name))


def test_a_tree_is_found_and_written_through():
    tree = Div([Span("a", id="one"), Div(Span(["b", "c"], id="two"))])
    assert [part.id for part in tree._traverse_ids()] == ["one", "two"]
    mute = {"disable_n_clicks": True}
    inside = dash.html.Div(dash.html.Span(["b", "c"], id="two", **mute), **mute)
    theirs = dash.html.Div([dash.html.Span("a", id="one", **mute), inside], **mute)
    assert json.loads(to_json(tree)) == json.loads(to_json(theirs))


def test_no_element_of_a_screen_has_a_property_that_dash_lacks(alice):
    screens = [
        consumption_page(make_series(), alice, ()),
        frame(alice, "Réseau", [MenuEntry("Accueil", "/", ("/",))], "token"),
        kit.table(["a"], [["b"]], caption="c"),
    ]
    for part in [part for screen in screens for part in screen._traverse()]:
        if isinstance(part, Component) and part._namespace == "dash_html_components":
            odd = set(part.to_plotly_json()["props"]) - set(part._prop_names)
            assert {name for name in odd if not name.startswith(("aria-", "data-"))} == set()


def test_an_element_that_does_not_exist_is_not_made():
    with pytest.raises(AttributeError):
        html.Nothing  # noqa: B018 (asking is the test)
