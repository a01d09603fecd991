"""The page of a shared link: without account, its days alone, strict, counted, paced."""

import re

import pytest
from sqlalchemy import select

from api.request_log import safe_path
from data.analysis.marks import actions, queries
from data.analysis.marks.models import SharedLink
from data.identity.audit.models import AuditEvent
from tests.data.analysis.marks.test_links import KEY, QUERY, lay, share
from tests.factories import NOW, PCE

OTHER = "09999999910002"


@pytest.fixture
def link(web, alice):
    with web.database.transaction() as db:
        lay(db)
        lay(db, OTHER, alias="Gymnase caché")
        return f"/partage/{share(db, alice)}"


def words(answer):
    return answer.text.replace("\u202f", " ").replace("\u00a0", " ")


def test_whoever_has_it_reads_its_days_and_nothing_else(web, link):
    page = web.browser().get(link)
    assert page.status_code == 200
    said = words(page)
    assert "Lycée des Tilleuls" in said
    assert "02/11/2026" in said
    assert "08/11/2026" in said
    for hidden in ("01/11/2026", "09/11/2026", "Gymnase", OTHER, "<script", "<a ", "<form"):
        assert hidden not in said
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize(
    "search",
    [f"?pce={OTHER}", "?from=2026-01-01&to=2026-12-31", "?step=day&unit=m3", "?period=3y"],
)
def test_no_word_of_the_address_changes_what_it_shows(web, link, search):
    browser = web.browser()
    assert browser.get(link + search).text == browser.get(link).text


def test_a_changed_or_invented_link_opens_nothing_and_is_looked_up_nowhere(web, link, monkeypatch):
    token = link.rpartition("/")[2]
    body, _dot, seal = token.partition(".")
    forged = [body, f"{body}.{seal[::-1]}", f"{body[1:]}.{seal}", token + "x", "x", "%00", body * 3]
    monkeypatch.setattr("api.shared_links.get_opened_link", None)  # to call it would be a bug
    for one in forged:
        answer = web.browser().get(f"/partage/{one}")
        assert answer.status_code == 404, one
        assert "02/11/2026" not in answer.text
    assert web.browser().post(link).status_code in {401, 403, 405}


def test_once_revoked_or_over_it_says_the_same_as_one_that_never_was(web, link, alice):
    browser = web.browser()
    never = browser.get("/partage/x").text
    with web.database.transaction() as db:
        (row,) = queries.list_links(db, alice, NOW)
        actions.revoke_link(db, alice, row.id, now=NOW)
    gone = browser.get(link)
    strip = lambda text: re.sub(r"réf\.[^<]*|/partage/[^\"&<]*|value=\"[^\"]*\"", "", text)  # noqa: E731
    assert gone.status_code == 404
    assert strip(gone.text) == strip(never)


def test_each_opening_is_counted_and_too_many_are_refused(web, link):
    browser = web.browser()
    answers = [browser.get(link).status_code for _time in range(31)]
    assert answers == [200] * 30 + [429]
    with web.database.reading() as db:
        assert db.scalars(select(SharedLink.opened)).one() == 30
        noted = select(AuditEvent.id).where(AuditEvent.action == "consumption.shared")
        assert len(db.scalars(noted).all()) == 30
    web.clock.now = NOW.replace(minute=2)
    assert browser.get(link).status_code == 200


def test_tries_of_one_address_are_paced(web, link):
    browser = web.browser()
    answers = [browser.get("/partage/x").status_code for _time in range(61)]
    assert answers == [404] * 60 + [429]


def test_it_is_drawn_in_the_language_of_its_reader(web, link):
    page = web.browser().get(link, **{"Accept-Language": "en"})
    assert '<html lang="en"' in page.text
    assert "days known" in words(page)
    assert QUERY["pce"] == PCE
    assert KEY not in page.text


def test_no_log_holds_the_word_of_a_link(link):
    assert safe_path(link) == "/partage/…"
