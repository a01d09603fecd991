"""The index page brings along what Dash asks first, and no script that no page runs."""

import json
import re

import brotli
import pytest

from api.first_paint import inside_html, sorted_scripts
from tests.architecture.sources import ROOT

ASSETS = ROOT / "assets"

GRID = "/_dash-component-suites/dash_ag_grid/dash_ag_grid.v35m1.min.js"
SCRIPTS = f"""<script src="/_dash-component-suites/dash/deps/polyfill@7.v4m1.12.1.min.js"></script>
<script src="/_dash-component-suites/dash/deps/react@18.v4m1.3.1.min.js"></script>
<script src="{GRID}"></script>
<script src="/assets/base.js?m=1"></script>
<script src="/assets/kit.js?m=1"></script>
<script src="/_dash-component-suites/dash/dash_table/bundle.v7m1.js"></script>"""


def brought(text, part):
    found = re.search(
        rf'<script type="application/json" id="first-{part}"(.*?)>(.*?)</script>', text
    )
    assert found
    return found[1], json.loads(found[2]) if found[2] else None


def test_scripts_that_no_page_runs_are_left_out_and_the_grid_waits():
    found = sorted_scripts(SCRIPTS, "/static/scripts.js?v=1")
    assert re.findall(r"(react|scripts|base|kit|polyfill|grid|table)", found.now) == [
        "react",
        "scripts",
    ]
    assert found.grid == GRID


def test_a_page_that_opens_with_a_table_fetches_the_grid_at_once(web):
    with_table, without = (web.browser(1).get(path).text for path in ("/pces", "/compte"))
    soon = re.compile(r'rel="preload" as="script" href="([^"]*dash_ag_grid[^"]*)"')
    assert len(soon.findall(with_table)) == 2
    assert not soon.findall(without)


def test_the_index_asks_for_neither_polyfill_nor_grid(web):
    text = web.browser(1).get("/compte").text
    assert not re.search(r'<script src="[^"]*(polyfill|dash_table|dash_ag_grid)', text)
    assert re.search(r'data-grid="/_dash-component-suites/dash_ag_grid/[^"]+\.js"', text)
    assert '<script src="/_dash-component-suites/dash/deps/react@' in text


def test_the_scripts_of_the_portal_come_as_one_file_for_a_year(web):
    browser = web.browser(1)
    text = browser.get("/compte").text
    assert not re.search(r'<script src="/assets/', text)
    (address,) = re.findall(r'<script src="(/static/scripts\.js\?v=\w+)"', text)
    answer = browser.get(address, **{"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    names = re.findall(
        r"^/\* ([\w-]+\.js) \*/$", brotli.decompress(answer.data).decode(), re.MULTILINE
    )
    assert names == sorted(path.name for path in ASSETS.glob("*.js") if "login" not in path.name)
    plain = browser.get(address, **{"Accept-Encoding": "identity"})
    assert plain.data == brotli.decompress(answer.data)


@pytest.mark.parametrize(
    ("path", "search"),
    [
        ("/", ""),
        ("/compte", "?fait=mot-de-passe"),
        ("/pces", "?q=a+b&tag=%C3%A9cole"),
        ("/non", ""),
    ],
)
def test_the_page_brought_along_is_what_the_router_answers(web, path, search):
    browser = web.browser(1)
    attributes, page = brought(browser.get(path + search).text, "page")
    assert f'data-address="{path}{search.replace("&", "&amp;")}"' in attributes
    assert page == browser.open(path, search).json


def test_the_frame_and_the_callbacks_brought_along_are_those_that_dash_answers(web):
    browser = web.browser(1)
    text = browser.get("/compte").text
    _none, dependencies = brought(text, "dependencies")
    assert dependencies == browser.client.get("/_dash-dependencies").json
    _none, layout = brought(text, "layout")
    tokens = re.compile(r'"csrf_token", "defaultValue": "[^"]*"')
    theirs = json.dumps(browser.client.get("/_dash-layout").json)
    assert tokens.sub("", json.dumps(layout)) == tokens.sub("", theirs)


def test_an_address_written_unusually_is_asked_for_by_the_browser(web):
    attributes, page = brought(web.browser(1).get("/pces/%C3%A9").text, "page")
    assert 'data-address=""' in attributes
    assert page is None


def test_nothing_that_is_brought_along_ends_its_element(web):
    assert json.loads(inside_html('{"a": "</script><b>"}')) == {"a": "</script><b>"}
    assert "<" not in inside_html('{"a": "</script><b>"}')
    text = web.browser(1).get("/pces?q=%3C/script%3E%3Cb%3E").text
    assert "</script><b>" not in text
