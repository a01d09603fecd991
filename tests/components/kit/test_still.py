"""What nothing moves is drawn as plain elements."""

import json

import dash_bootstrap_components as dbc
from dash import dcc
from dash._utils import to_json

from components.kit import html, make_static
from components.kit.static_html import Still, is_still


def written(part):
    return json.loads(to_json(part))


def test_words_and_elements_without_a_name_become_one():
    fact = html.Dl([html.Dt("Titulaire"), html.Dd(["Ville", html.Br(), 3])], className="facts")
    found = written(make_static(fact))
    assert (found["namespace"], found["type"]) == ("portal_kit", "Still")
    assert found["props"]["pieces"] == [
        [
            "dl",
            {"className": "facts"},
            ["dt", {}, "Titulaire"],
            ["dd", {}, "Ville", ["br", {}], "3"],
        ]
    ]


def test_what_has_a_name_stays_and_so_does_what_holds_it():
    tree = html.Div([html.P("a"), html.P("b"), html.Div(html.B(id="x")), html.I("c")])
    make_static(tree)
    kinds = [type(child).__name__ for child in tree.children]
    assert kinds == ["Still", "Div", "Still"]
    assert [part.children for part in tree.children[0].children] == ["a", "b"]
    assert tree.children[1].children.id == "x"


def test_a_name_that_no_callback_knows_may_be_drawn_along():
    panel = html.Div(html.P("a"), id="panel")
    assert not is_still(panel, ())
    assert written(make_static(panel, {"panel"}))["props"]["pieces"][0][1] == {"id": "panel"}


def test_links_and_hidden_fields_are_still_and_other_components_are_not():
    form = html.Form([dbc.Input(type="hidden", name="t", value="1"), dcc.Link("a", href="/b")])
    assert written(make_static(form))["props"]["pieces"][0][2:] == [
        ["input", {"name": "t", "type": "hidden", "defaultValue": "1"}],
        ["Link", {"href": "/b"}, "a"],
    ]
    assert not is_still(dbc.Input(type="text"), ())
    assert not is_still(dcc.Link("a", href="/b", refresh=True), ())


def test_words_alone_and_nothing_at_all_stay_as_they_are():
    assert make_static("words") == "words"
    assert make_static(["a", 1]) == ["a", 1]
    empty = html.Div(id="x")
    assert make_static(empty).children is None


def test_settling_twice_changes_nothing_more():
    tree = html.Div([html.P("a"), html.Div(id="x")], id="y")
    once = written(make_static(tree))
    assert written(make_static(tree)) == once
    assert isinstance(tree.children[0], Still)
