"""Controls as a file and as a calendar: what each may see, and no more."""

import io
from datetime import date

import icalendar
import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from data.controls import actions
from data.controls.models import Control
from data.controls.rules.address_filters import read_filter, read_sort
from data.controls.types import ControlFilter, ControlFolder, ControlSort
from data.rights.models import AccessRight
from data.rights.types import ProofState
from tests.data.controls.proofs import NUMBERS, REJECT, asked, decided, make_rights, sent
from tests.factories import NOW

ALICE, BOB, CHARLIE, DORA = 1, 2, 3, 4
EXPORT = "/controles/export"
FORMULA = "=1+1"


@pytest.fixture
def controls(web, bob, dora):
    """Three: awaited, under check, refused."""
    with web.database.transaction() as db:
        uids = asked(db, dora, make_rights(db))
        sent(db, bob, uids[1:])
        decided(db, dora, uids[2], REJECT)
        actions.assign(db, dora, uids[:1], dora.user_id, now=NOW)
        db.execute(update(AccessRight).where(AccessRight.number == NUMBERS[0]).values(site=FORMULA))
        return uids


def lines(answer):
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    text = answer.data.decode("utf-8-sig")
    return [line.split(";") for line in text.splitlines()]


def test_a_file_has_the_lines_of_the_page_and_no_formula(web, controls):
    header, *rows = lines(web.browser(DORA).get(EXPORT))
    assert header[:2] == ["PCE", "Libellé du site"]
    assert [row[0] for row in rows] == list(NUMBERS)
    first, second, third = rows
    assert first[1] == "'" + FORMULA
    assert first[4:7] == ["Preuve en attente", "22/12/2026", "28"]
    assert second[8] == "24/11/2026"
    assert third[6] == ""
    assert third[10] == "Le titulaire nommé n’est pas celui du contrat"
    assert header[-1] == "Chargé de compte"
    assert (first[-1], second[-1]) == ("Dora", "")


def test_the_third_party_has_its_own_and_not_who_looks_after_them(web, controls):
    header, *rows = lines(web.browser(BOB).get(EXPORT))
    assert len(rows) == 3
    assert "Chargé de compte" not in header
    assert "Dora" not in str(rows)
    for user in (ALICE, CHARLIE):
        assert len(lines(web.browser(user).get(EXPORT))) == 1


def test_the_filters_of_the_page_are_those_of_the_file(web, controls):
    browser = web.browser(DORA)
    for query, numbers in (
        ("state=awaited", NUMBERS[:1]),
        ("state=awaited,rejected", (NUMBERS[0], NUMBERS[2])),
        ("owner=4", NUMBERS[:1]),
        ("owner=0", NUMBERS[1:]),
        (f"q={NUMBERS[1]}", NUMBERS[1:2]),
        ("sort=-number", NUMBERS[::-1]),
        ("org=3", ()),
        ("due_last=2026-12-01", ()),
        ("q=%00", ()),
        ("state=nothing&sort=nothing&owner=x&due_first=x", NUMBERS),
    ):
        rows = lines(browser.get(f"{EXPORT}?{query}"))[1:]
        assert tuple(row[0] for row in rows) == tuple(numbers), query


def test_days_that_are_over_are_a_number_and_an_order_tells_no_owner(web, controls):
    with web.database.transaction() as db:
        db.execute(
            update(Control).values(due_on=date(2026, 11, 22), told_due_on=date(2026, 11, 22))
        )
    rows = lines(web.browser(DORA).get(EXPORT))[1:]
    assert rows[0][6] == "-2"
    bob = web.browser(BOB)
    usual = lines(bob.get(EXPORT))
    assert lines(bob.get(f"{EXPORT}?sort=owner")) == usual
    latest = lines(bob.get(f"{EXPORT}?sort=-due_on"))
    assert lines(bob.get(f"{EXPORT}?sort=-owner")) == latest


def test_a_workbook_has_real_days_and_numbers(web, controls):
    answer = web.browser(DORA).get(f"{EXPORT}?format=xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][0] == NUMBERS[0]
    assert rows[1][1] == "'" + FORMULA
    assert rows[1][5].date() == date(2026, 12, 22)
    assert rows[1][6] == 28
    assert web.browser(DORA).get(f"{EXPORT}?format=pdf").status_code == 422


def test_an_address_is_read_word_by_word():
    assert read_filter({}) == ControlFilter()
    found = read_filter(
        {
            "q": "x" * 500,
            "state": "awaited,awaited,other",
            "box": "staged",
            "org": "7",
            "owner": "²",
            "due_first": "2026-11-24",
        }
    )
    assert (found.states, found.boxes) == ((ProofState.AWAITED,), (ControlFolder.STAGED,))
    assert (found.organisation_id, found.owner_id, len(found.text)) == (7, None, 100)
    assert found.due_first == date(2026, 11, 24)
    assert read_sort({"sort": "-site"}) == (ControlSort.SITE, True)
    assert read_sort({"sort": "--site"}) == (ControlSort.DUE, False)


def calendar_of(web, viewer):
    with web.database.transaction() as db:
        return actions.create_calendar(db, viewer, now=NOW)


def events(answer):
    return icalendar.Calendar.from_ical(answer.data).walk("VEVENT")


def test_a_calendar_opens_by_its_link_alone_and_says_when_nothing_changed(web, bob, controls):
    address = f"/calendrier/{calendar_of(web, bob)}.ics"
    client = web.browser().client
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert [
        str(event["uid"]).startswith(f"controle-{controls[0]}@") for event in events(answer)
    ] == [True]
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(address, headers=known).status_code == 304
    with web.database.transaction() as db:
        sent(db, bob, controls[:1])
    changed = client.get(address, headers=known)
    assert (changed.status_code, events(changed)) == (200, [])


def test_the_staff_is_told_what_to_check(web, bob, dora, controls):
    with web.database.transaction() as db:
        sent(db, bob, controls[:1])
    (event,) = events(web.browser().client.get(f"/calendrier/{calendar_of(web, dora)}.ics"))
    assert event["summary"].startswith("Preuve à contrôler")


def test_a_link_that_is_revoked_or_none_opens_nothing(web, bob, controls):
    token = calendar_of(web, bob)
    with web.database.transaction() as db:
        actions.revoke_calendar(db, bob, 1, now=NOW)
    for unknown in (token, "x", "%00", "é" * 300, token[:-1]):
        answer = web.browser().client.get(f"/calendrier/{unknown}.ics")
        assert answer.status_code == 404
        assert "BEGIN" not in answer.text
    assert web.browser().client.get("/calendrier/").status_code == 401


def test_the_log_does_not_hold_the_token(web, bob, controls, capsys):
    token = calendar_of(web, bob)
    web.browser().client.get(f"/calendrier/{token}.ics")
    said = capsys.readouterr().out
    assert "/calendrier/…" in said
    assert token not in said
