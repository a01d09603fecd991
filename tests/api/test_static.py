"""Bundles compressed beforehand, answers compressed on the way out."""

import gzip
import json
import re

import brotli
import pytest

from api.static import manifest, without_fingerprint
from tests.web import Web, fresh_database

KEY = "plotly/package_data/plotly.min.js"
PATH = "/_dash-component-suites/" + KEY


@pytest.fixture
def packed(sqlite_template, tmp_path):
    """A portal whose charts' bundle was replaced and compressed at set-up."""
    folder = tmp_path / "var" / "static"
    folder.mkdir(parents=True)
    (folder / "plotly.abc.br").write_bytes(brotli.compress(b"light();"))
    (folder / "plotly.abc.gz").write_bytes(gzip.compress(b"light();"))
    names = {KEY: "plotly.abc", "dash/evil.js": "../../secret-key"}
    (folder / "manifest.json").write_text(json.dumps(names))
    database = fresh_database(sqlite_template, tmp_path)
    with database.transaction() as db:
        from tests.factories import make_people

        make_people(db)
    yield Web(database, tmp_path / "var")
    database.close()


def test_a_bundle_is_served_compressed(packed):
    browser = packed.browser(1)
    answer = browser.get(PATH, **{"Accept-Encoding": "gzip, br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert brotli.decompress(answer.data) == b"light();"
    assert "javascript" in answer.content_type
    assert "Accept-Encoding" in answer.headers["Vary"]
    answer = browser.get(PATH, **{"Accept-Encoding": "gzip"})
    assert gzip.decompress(answer.data) == b"light();"


def test_a_bundle_is_not_sent_twice(packed):
    browser = packed.browser(1)
    first = browser.get(PATH, **{"Accept-Encoding": "br"})
    again = browser.get(PATH, **{"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_without_a_compressed_copy_dash_serves_its_own(web):
    answer = web.browser(1).get(PATH)
    assert answer.status_code in {200, 404}  # 404 until a page has asked for charts
    css = web.browser().get("/static/bootstrap/bootstrap.min.css")
    assert css.status_code == 200
    assert css.mimetype == "text/css"


def test_a_manifest_leads_nowhere_else(packed):
    assert manifest(packed.var / "static") == {KEY: "plotly.abc"}


def test_a_broken_manifest_is_no_manifest(tmp_path):
    assert manifest(tmp_path) == {}
    (tmp_path / "manifest.json").write_text("{")
    assert manifest(tmp_path) == {}


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("dash/dcc/async-graph.v4_4_1m1795564657.js", "dash/dcc/async-graph.js"),
        (
            "dash/deps/polyfill@7.v4_4_1m1795564657.12.1.min.js",
            "dash/deps/polyfill@7.12.1.min.js",
        ),
        ("plotly/package_data/plotly.min.js", "plotly/package_data/plotly.min.js"),
    ],
)
def test_a_fingerprint_is_taken_off(path, key):
    assert without_fingerprint(path) == key


@pytest.mark.parametrize(
    "name", ["../../../../settings.py", "bootswatch/lux/bootstrap.min.css", "none.css", "%2e%2e/x"]
)
def test_only_bootstrap_is_under_its_address(web, name):
    assert web.browser().get(f"/static/bootstrap/{name}").status_code == 404


def test_answers_are_compressed_as_the_browser_likes(web):
    browser = web.browser(1)
    plain = browser.get("/_dash-layout")
    small = browser.get("/_dash-layout", **{"Accept-Encoding": "br"})
    assert brotli.decompress(small.data).startswith(b'{"props"')
    assert len(small.data) < len(plain.data) / 2
    zipped = browser.get("/_dash-layout", **{"Accept-Encoding": "gzip"})
    assert gzip.decompress(zipped.data).startswith(b'{"props"')
    assert "Content-Encoding" not in plain.headers


def test_a_short_answer_is_left_alone(web):
    answer = web.browser(1).get("/health", **{"Accept-Encoding": "br"})
    assert "Content-Encoding" not in answer.headers


def test_the_icons_are_there(web):
    css = web.browser().get("/static/bootstrap/font/bootstrap-icons.min.css").text
    font = re.search(r"url\(\"?([^\")?]+)", css)[1]
    assert web.browser().get(f"/static/bootstrap/font/{font}").status_code == 200


def test_a_name_that_no_file_can_have_is_not_found(web):
    assert web.browser().client.get("/static/bootstrap/a%00b.css").status_code == 404
