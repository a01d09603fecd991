"""What each answer lets the browser do and keep."""

import re

import pytest

from tests.web import HTML


@pytest.mark.parametrize(
    "path", ["/connexion", "/compte", "/_dash-layout", "/health", "/nulle-part"]
)
def test_every_answer_carries_the_headers(web, path):
    headers = web.browser(1).get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_scripts_come_from_here_or_are_known_by_their_hash(web):
    policy = web.browser().get("/connexion").headers["Content-Security-Policy"]
    scripts = re.search(r"script-src ([^;]+);", policy)[1]
    assert "unsafe" not in scripts
    assert scripts.split()[0] == "'self'"
    assert all(part.startswith("'sha256-") for part in scripts.split()[1:])


def test_every_inline_script_of_the_page_is_in_the_policy(web):
    import base64
    import hashlib

    answer = web.browser(1).get("/compte")
    policy = answer.headers["Content-Security-Policy"]
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>(.*?)</script>", answer.text, re.DOTALL)
    checked = 0
    for attributes, body in inline:
        if "application/json" in attributes:
            continue
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
        checked += 1
    assert checked


def test_no_page_asks_another_host(web):
    for page in (web.browser().get("/connexion"), web.browser(1).get("/compte")):
        linked = re.findall(r'(?:src|href|action)="([^"]*)"', page.text)
        assert linked
        assert not [link for link in linked if not link.startswith(("/", "#"))]


@pytest.mark.parametrize("path", ["/connexion", "/compte", "/_dash-layout", "/_dash-dependencies"])
def test_what_holds_data_is_not_kept(web, path):
    assert web.browser(1).get(path).headers["Cache-Control"] == "no-store"


def test_callbacks_are_not_kept(web):
    assert web.browser(1).open("/compte").headers["Cache-Control"] == "no-store"


def test_bundles_named_after_their_content_are_kept_a_year(web):
    browser = web.browser(1)
    page = browser.get("/compte").text
    renderer = re.search(r'src="(/_dash-component-suites/[^"]*dash_renderer[^"]*)"', page)[1]
    assert "immutable" in browser.get(renderer).headers["Cache-Control"]
    css = re.search(r'href="(/assets/theme.css\?m=[^"]*)"', page)[1]
    assert "immutable" in browser.get(css).headers["Cache-Control"]


def test_the_style_sheet_of_the_sign_in_page_is_asked_again(web):
    answer = web.browser().get("/assets/theme.css")
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert answer.headers["ETag"]


def test_a_page_speaks_the_language_and_theme_of_its_reader(web):
    browser = web.browser(1)
    follows = '<html lang="fr" data-bs-theme="{}" data-follows="account">'
    assert follows.format("light") in browser.get("/compte").text
    browser.client.set_cookie("scheme", "dark")
    assert follows.format("dark") in browser.get("/compte").text
    browser.client.set_cookie("scheme", "light")
    browser.post("/preferences", {"language": "en", "theme": "dark"})
    assert '<html lang="en" data-bs-theme="dark">' in browser.get("/compte").text


def test_bootstrap_comes_before_our_own_style(web):
    page = web.browser(1).client.get("/compte", headers=HTML).text
    assert page.index("bootstrap.min.css") < page.index("theme.css")
