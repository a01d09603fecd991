"""What no page of ours would send to a callback is 400 or 404, never 500."""

import pytest


def router(web):
    return next(o for o in web.dash.callback_map if "_pages_content.children" in o)


PATHNAME = {"id": "_pages_location", "property": "pathname", "value": "/compte"}
SEARCH = {"id": "_pages_location", "property": "search", "value": ""}
OUTPUTS = [
    {"id": "_pages_content", "property": "children"},
    {"id": "_pages_store", "property": "data"},
]


@pytest.mark.parametrize(
    "change",
    [
        {"inputs": []},
        {"inputs": [PATHNAME]},
        {"inputs": [PATHNAME, SEARCH, SEARCH]},
        {"inputs": [SEARCH, PATHNAME]},
        {"inputs": [1, 2]},
        {"inputs": "no"},
        {"inputs": None},
        {"inputs": [[PATHNAME], SEARCH]},
        {"inputs": [{"id": {"a": 1}, "property": "pathname"}, SEARCH]},
        {"inputs": [{"id": "_pages_location"}, SEARCH]},
        {"inputs": [PATHNAME | {"value": 5}, SEARCH]},
        {"inputs": [PATHNAME | {"value": ""}, SEARCH]},
        {"inputs": [PATHNAME, SEARCH | {"value": ["x"]}]},
        {"inputs": [PATHNAME | {"id": "other"}, SEARCH]},
        {"state": [SEARCH]},
        {"state": 3},
        {"outputs": None},
        {"outputs": [{"id": [], "property": "x"}]},
        {"outputs": ["x"]},
        {"outputs": OUTPUTS[:1]},
        {"outputs": [OUTPUTS[0], OUTPUTS[1] | {"id": {"a": 1}}]},
        {"outputs": [OUTPUTS[1], OUTPUTS[0]]},
        {"changedPropIds": "x"},
        {"changedPropIds": [1]},
        {"output": 3},
        {"output": None},
    ],
)
def test_a_request_unlike_its_callback_is_refused(web, change):
    body = {
        "output": router(web),
        "outputs": OUTPUTS,
        "inputs": [PATHNAME, SEARCH],
        "changedPropIds": [],
    }
    browser = web.browser(1)
    assert browser.dispatch(body).status_code == 200
    answer = browser.dispatch(body | change)
    assert answer.status_code == 400
    assert answer.is_json


@pytest.mark.parametrize("output", ["x.children", "..a.b...c.d..", "", "{}.x", "\x00"])
def test_an_unknown_callback_is_not_found(web, output):
    assert web.browser(1).dispatch({"output": output}).status_code == 404


@pytest.mark.parametrize("body", [[], "x", 3, {}])
def test_a_body_that_is_no_object_is_refused(web, body):
    assert web.browser(1).dispatch(body).status_code == 400


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [(b"{", "application/json", 400), (b"a=b", "text/plain", 415), (b"", "application/json", 400)],
)
def test_a_body_that_is_no_json_is_refused(web, content, kind, status):
    browser = web.browser(1)
    answer = browser.client.post(
        "/_dash-update-component",
        data=content,
        content_type=kind,
        headers={"X-CSRFToken": browser.cookies()["_csrf_token"]},
    )
    assert answer.status_code == status


def test_a_body_too_deep_to_be_read_is_refused(web):
    browser = web.browser(1)
    answer = browser.client.post(
        "/_dash-update-component",
        data=b"[" * 100_000,
        content_type="application/json",
        headers={"X-CSRFToken": browser.cookies()["_csrf_token"]},
    )
    assert answer.status_code == 400


def test_a_callback_is_sent_words_and_no_files(web):
    search = {
        "output": "frame-search-list.children",
        "outputs": {"id": "frame-search-list", "property": "children"},
        "inputs": [{"id": "frame-search", "property": "value", "value": "a" * 2_000_000}],
        "changedPropIds": ["frame-search.value"],
    }
    assert web.browser(1).dispatch(search).status_code == 413
