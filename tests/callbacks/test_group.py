"""A group of callbacks, bound to an app of its own."""

import json
from functools import partial
from inspect import unwrap
from typing import get_type_hints

import pytest
from dash import ALL, Dash, Input, Output, State, html, no_update

from callbacks.group import CallbackGroup, received
from core.access import Permission
from core.errors import Invalid
from data.metering.consumption.types import SeriesStep


def unscoped(func, permission, *, writes, costly, before):
    del costly, before
    return lambda *args, **named: func(*args, request=f"{permission} {writes}", **named)


def made(group, **options):
    app = Dash(__name__, use_pages=False, **options)
    app.layout = html.Div([html.Button(id="a-button"), html.Div(id="a-text")])
    group.bind(app, unscoped)
    return app


def clicked(app, value):
    body = {
        "output": "a-text.children",
        "outputs": {"id": "a-text", "property": "children"},
        "inputs": [{"id": "a-button", "property": "n_clicks", "value": value}],
        "changedPropIds": ["a-button.n_clicks"],
    }
    return app.server.test_client().post("/_dash-update-component", json=body)


@pytest.fixture
def group():
    on = CallbackGroup()

    @on(
        Output("a-text", "children"),
        Input("a-button", "n_clicks"),
        permission=Permission.PCES_READ,
        writes=True,
    )
    def show(count, *, request):
        return f"{count} {request}"

    on.show = show
    return on


def test_a_callback_stays_an_ordinary_function(group):
    assert group.show(2, request="r") == "2 r"


def test_a_callback_runs_in_the_scope_of_its_app(group):
    answer = json.loads(clicked(made(group), 3).data)
    assert answer["response"]["a-text"]["children"] == "3 pces.read True"


def stored(app, output, value):
    body = {
        "output": f"{output}.children",
        "outputs": {"id": output, "property": "children"},
        "inputs": [{"id": "a-button", "property": "title", "value": value}],
        "changedPropIds": ["a-button.title"],
    }
    return app.server.test_client().post("/_dash-update-component", json=body).status_code


def test_what_writes_does_nothing_for_a_value_that_is_not_there():
    """A page brings an empty store, and Dash asks: who only reads may have to clear a place."""
    on = CallbackGroup()
    for output, writes in (("a-text", True), ("a-button", False)):

        @on(
            Output(output, "children"),
            Input("a-button", "title"),
            permission=Permission.PCES_READ,
            writes=writes,
        )
        def show(value, *, request):
            return str(value)

    app = made(on)
    assert [stored(app, "a-text", value) for value in (None, "", {})] == [204, 200, 200]
    assert stored(app, "a-button", None) == 200


@pytest.mark.parametrize("named", [False, True])
def test_buttons_that_leave_the_page_ask_for_nothing(named):
    """Dash calls what listens to a pattern of buttons when the last of them is taken away."""
    on = CallbackGroup()
    clicks = Input({"type": "a-row", "row": ALL}, "n_clicks")
    deps = {"inputs": {"clicks": clicks}} if named else {}

    @on(
        Output("a-text", "children"),
        *(() if named else (clicks,)),
        permission=Permission.PCES_READ,
        writes=True,
        prevent_initial_call=True,
        **deps,
    )
    def show(clicks, *, request):
        return "done"

    app = made(on)
    pressed = {"id": {"row": 1, "type": "a-row"}, "property": "n_clicks", "value": 1}
    body = {
        "output": "a-text.children",
        "outputs": {"id": "a-text", "property": "children"},
        "inputs": [[]],
        "changedPropIds": [],
    }
    ask = app.server.test_client().post
    assert ask("/_dash-update-component", json=body).status_code == 204
    body |= {"inputs": [[pressed]], "changedPropIds": ['{"row":1,"type":"a-row"}.n_clicks']}
    assert ask("/_dash-update-component", json=body).status_code == 200


@pytest.mark.parametrize("named", [False, True])
def test_a_click_is_not_given_to_its_callback_and_one_that_is_none_does_nothing(named):
    on = CallbackGroup()
    place, title = Output("a-text", "children"), State("a-button", "title")
    deps = {"output": place, "state": {"title": title}} if named else {}

    @on.click("a-button", *(() if named else (place, title)), **deps, permission=Permission.ACCOUNT)
    def show(title, *, request):
        return title

    app = made(on)
    body = {
        "output": "a-text.children",
        "outputs": {"id": "a-text", "property": "children"},
        "inputs": [{"id": "a-button", "property": "n_clicks", "value": 2}],
        "state": [{"id": "a-button", "property": "title", "value": "a title"}],
        "changedPropIds": ["a-button.n_clicks"],
    }
    ask = app.server.test_client().post
    answer = json.loads(ask("/_dash-update-component", json=body).data)
    assert answer["response"]["a-text"]["children"] == "a title"
    body["inputs"][0]["value"] = None
    assert ask("/_dash-update-component", json=body).status_code == 204


def test_two_apps_share_no_callback(group):
    one, other = made(group), made(CallbackGroup())
    assert clicked(one, 1).status_code == 200
    assert "a-text.children" in one.callback_map
    assert other.callback_map == {}


def test_outputs_by_name_are_sent_as_the_browser_reads_them():
    on = CallbackGroup()

    @on(
        output={"text": Output("a-text", "children"), "same": Output("a-button", "title")},
        inputs={"count": Input("a-button", "n_clicks")},
        permission=Permission.PCES_READ,
    )
    def show(*, count, request):
        word = html.Span("</é>", **{"aria-label": str(count)})
        return {"text": [word, html.B(SeriesStep.DAY), {SeriesStep.DAY: 1}], "same": no_update}

    app = Dash(__name__, use_pages=False)
    app.layout = html.Div([html.Button(id="a-button"), html.Div(id="a-text")])
    on.bind(app, lambda func, writes, costly, **_: partial(func, request=(writes, costly)))
    body = {
        "output": "..a-text.children...a-button.title..",
        "outputs": [
            {"id": "a-text", "property": "children"},
            {"id": "a-button", "property": "title"},
        ],
        "inputs": [{"id": "a-button", "property": "n_clicks", "value": 3}],
        "changedPropIds": ["a-button.n_clicks"],
    }
    answer = app.server.test_client().post("/_dash-update-component", json=body)
    assert json.loads(answer.data)["response"] == {
        "a-text": {
            "children": [
                {
                    "type": "Span",
                    "namespace": "dash_html_components",
                    "props": {"children": "</é>", "aria-label": "3"},
                },
                {"type": "B", "namespace": "dash_html_components", "props": {"children": "day"}},
                {"day": 1},
            ]
        }
    }


@pytest.mark.parametrize("value", ["3", 3.5, True, [3], {"a": 3}, 2**63])
def test_a_value_that_is_not_as_annotated_is_refused(value):
    on = CallbackGroup()

    def show(count: int | None, *, db: object, viewer: object) -> str:
        raise AssertionError

    on(
        Output("a-text", "children"), Input("a-button", "n_clicks"), permission=Permission.PCES_READ
    )(show)
    refused = []
    clicked(made(on, on_error=refused.append), value)
    assert [type(error) for error in refused] == [Invalid]


def test_what_no_database_takes_never_reaches_a_callback():
    sent = {"a\0": ["b\0c", "\ud800", "é", 2**62, None]}
    assert received(sent) == {"a\ufffd": ["b\ufffdc", "?", "é", 2**62, None]}


@pytest.mark.parametrize("value", [None, 0])
def test_a_button_that_only_appears_was_not_clicked(group, value):
    assert clicked(made(group), value).status_code == 204


def test_a_client_function_is_wired_without_a_door_on_the_server():
    on = CallbackGroup()
    on.client("frame", "openFound", Output("a-text", "children"), Input("a-button", "n_clicks"))
    app = made(on)
    told = app.server.test_client().get("/_dash-dependencies").get_json()
    functions = [one["clientside_function"] for one in told if one["clientside_function"]]
    assert functions == [{"namespace": "frame", "function_name": "openFound"}]


READ_ONE_BY_ONE = {  # what these fields hold is of several types: each is read by itself
    "consumption.show_view",
    "controls_cockpit.show_queue",
    "controls_cockpit.show_control",
    "controls_decisions.decide",
    "controls_decisions.undo",
    "controls_decisions.assign",
    "controls_campaign.preview",
    "controls_campaign.forget_preview",
    "contracts_dossier.keep_identity",
    "contracts_dossier.keep_representative",
    "contracts_dossier.keep_invites",
    "contracts_dossier.keep_imports",
    "exports.show_estimate",
    "exports.ask",
    "exports.schedule",
    "threshold_editor.try_draft",
    "threshold_editor.tell",
    "together.show_together",
    "notifications_preferences.save_preferences",
}


def test_a_new_group_of_fields_says_what_its_values_are(web):
    """`Mapping[str, Any]` lets through whatever a browser sends: a rule then breaks on it."""
    unsaid = set()
    for declared in web.dash.callback_map.values():
        places = declared.get("inputs_state_indices")
        if not isinstance(places, dict) or "callback" not in declared:
            continue
        func = unwrap(declared["callback"])
        hints = get_type_hints(func)
        loose = [name for name, place in places.items() if isinstance(place, dict)]
        if any("Any" in str(hints[name]) for name in loose):
            unsaid.add(f"{func.__module__.removeprefix('callbacks.')}.{func.__name__}")
    assert unsaid == READ_ONE_BY_ONE
