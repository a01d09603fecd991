"""The page of a letter about more points than one page holds: what is shown is what is answered."""

import html
import re
import sys
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

import pytest
from sqlalchemy import event, func, select, update

from data.metering.pces.models import Pce, PceGrant
from data.notifications.models import Notification
from data.rights.actions import LetterAnswering, note_read
from data.rights.models import AccessRight, RightEventRow, RightLetterRow
from data.rights.queries import find_in_scope
from data.rights.types import (
    ConsentEvidence,
    LetterFilter,
    LetterKind,
    LetterPart,
    RightState,
    RightTrigger,
)
from tests.data.rights.large_letter import TOKEN, TOWNS, make_letter
from tests.factories import NOW

LINK = f"/consentement/{TOKEN}"
COUNT = 120  # sixty in the first town, thirty in each of the two others
TODAY = NOW.date()


@pytest.fixture
def letter(web):
    with web.database.transaction() as db:
        make_letter(db, COUNT)
    return web.browser()


def states(web):
    query = select(AccessRight.state, func.count()).group_by(AccessRight.state)
    with web.database.reading() as db:
        return {row[0]: row[1] for row in db.execute(query)}


def forms(page):
    """The forms that answer for many, by the town they are of; None for all that is listed."""
    parts = page.split('class="consent-answers">')[1:]
    found = [hidden(part.split("</form>")[0]) for part in parts]
    return {fields["commune"] or None: fields for fields in found}


def hidden(form):
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in fields}


def send(browser, fields, said, **more):
    return browser.client.post(
        LINK, data={**fields, "answer": said, **more}, headers={"Accept": "text/html"}
    )


def ask(browser, fields, said):
    """Press, and read the question that the browser is led to."""
    pressed = send(browser, fields, said)
    assert pressed.status_code == 303
    return browser.get(pressed.location)


def answer(browser, fields, said):
    """Press, read what it is about, confirm."""
    asked = ask(browser, fields, said)
    assert asked.status_code == 200
    return send(browser, hidden(asked.text), said)


def test_a_large_letter_opens_by_town_with_nothing_ticked(letter):
    page = letter.get(LINK)
    text = page.text.replace("\u202f", " ")
    assert "Organisation de bob demande à lire 120 de vos points de livraison" in text
    for town, count in zip(TOWNS, (60, 30, 30), strict=True):
        assert re.search(rf"{town} \(99\)</a> <span>{count}</span>", text)
    assert 'type="checkbox"' not in text
    assert "Résidence" not in text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_a_town_lists_its_points_page_by_page(letter):
    first = letter.get(LINK + "?commune=99:Val-des-Tilleuls").text
    assert first.count('type="checkbox"') == 50
    assert " checked" not in first
    following = html.unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])
    second = letter.get(following).text
    assert second.count('type="checkbox"') == 10
    assert 'rel="next"' not in second
    assert letter.get(LINK + "?commune=99:Val-des-Tilleuls&page=99").text.count("checkbox") == 10


@pytest.mark.parametrize(
    ("text", "count"),
    [("montreval", 30), ("97 700 000 042", 1), ("résidence val-des", 60), ("site 0007", 1)],
)
def test_a_search_finds_points_by_town_number_or_name(letter, text, count):
    page = letter.get(f"{LINK}?q={text}").text.replace("\u202f", " ")
    assert f"{count} trouvés pour" in page


def test_a_search_without_result_says_so(letter):
    page = letter.get(f"{LINK}?q=zzzz").text
    assert "Aucun point de livraison pour" in page
    assert "Ce qui serait lu" not in page  # nothing: it said « toutes les données »


def test_a_search_is_kept_when_a_few_of_its_points_are_answered(web, letter):
    page = letter.get(f"{LINK}?q=montreval")
    ticked = page.text.split('autocomplete="off">')[-1].split("</form>")[0]
    place = html.unescape(re.findall(r'action="([^"]*)" autocomplete="off"', page.text)[-1])
    token = hidden(ticked)
    accept = {"headers": {"Accept": "text/html"}}
    refused = letter.client.post(place, data={**token, "answer": "accept"}, **accept)
    assert "Cochez au moins un point" in refused.text
    assert "30 trouvés" in refused.text
    uids = re.findall(r'name="right" value="([^"]+)"', ticked)[:2]
    done = letter.client.post(place, data={**token, "answer": "accept", "right": uids}, **accept)
    assert done.location == f"{LINK}?recu=accept&q=montreval"
    after = letter.get(done.location).text
    assert "28 trouvés" in after
    assert "Votre accord est enregistré" in after


def test_points_whose_holder_is_unknown_are_not_named_nor_placed(web, letter):
    with web.database.transaction() as db:
        db.execute(update(Pce).values(holder_id=None))
    page = letter.get(LINK).text
    assert "Code postal 99123" in page
    assert "Montreval" not in page
    assert "Aucun point" in letter.get(f"{LINK}?q=montreval").text
    assert "Résidence" not in letter.get(LINK + "?commune=99123:").text


def test_an_answer_for_all_is_said_in_full_before_it_is_given(web, letter):
    fields = forms(letter.get(LINK).text)[None]
    asked = ask(letter, fields, "accept")
    assert states(web) == {RightState.PENDING: COUNT}
    for said in ("lise 120 points de livraison", "Montreval (99)", "données du compteur", "2028"):
        assert said in asked.text.replace("\u202f", " ")


def test_accepting_all_opens_all_with_one_receipt_and_one_mail(web, letter):
    done = answer(letter, forms(letter.get(LINK).text)[None], "accept")
    assert (done.status_code, done.location) == (303, f"{LINK}?recu=accept")
    assert states(web) == {RightState.ACTIVE: COUNT}
    assert "120 points de livraison. Un reçu part" in letter.get(done.location).text
    with web.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(PceGrant)) == COUNT
        receipts = select(func.count()).where(RightLetterRow.kind == LetterKind.RECEIPT)
        assert db.scalar(receipts) == 1
        assert db.scalar(select(func.count()).select_from(Notification)) == 1
        evidence = select(RightEventRow.address, func.count()).where(
            RightEventRow.trigger == RightTrigger.ACCEPTED
        )
        assert db.execute(evidence.group_by(RightEventRow.address)).all() == [("127.0.0.1", COUNT)]


def test_refusing_one_town_leaves_the_others(web, letter):
    answer(letter, forms(letter.get(LINK).text)["99:Montreval"], "refuse")
    assert states(web) == {RightState.PENDING: 90, RightState.REFUSED: 30}
    page = letter.get(f"{LINK}?recu=refuse").text
    assert "Rien n’est transmis avant votre réponse" in page
    closed = letter.get(f"{LINK}?partie=clos").text  # of what is answered
    assert "Rien n’est transmis avant votre réponse" not in closed
    assert "Votre refus est enregistré" in page
    assert "30 points de livraison." in page


def test_an_answer_for_a_search_is_given_to_what_it_found(web, letter):
    answer(letter, forms(letter.get(f"{LINK}?q=montreval").text)[None], "accept")
    assert states(web)[RightState.ACTIVE] == 30


def test_withdrawing_all_closes_all(web, letter):
    answer(letter, forms(letter.get(LINK).text)[None], "accept")
    page = letter.get(LINK).text
    assert "Retirer mon accord pour les 120" in page
    answer(letter, forms(page)[None], "withdraw")
    assert states(web) == {RightState.REVOKED: COUNT}
    assert "Votre accord est retiré" in letter.get(f"{LINK}?recu=withdraw").text


def test_points_ticked_on_a_page_are_answered_alone(web, letter):
    page = letter.get(LINK + "?commune=99:Montreval").text
    uids = re.findall(r'name="right" value="([^"]+)"', page)[:3]
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    done = send(letter, {"csrf_token": token, "right": uids}, "accept")
    assert done.status_code == 303
    assert states(web) == {RightState.ACTIVE: 3, RightState.PENDING: COUNT - 3}


@pytest.mark.parametrize("sure", [True, False])
def test_an_answer_to_other_points_than_those_shown_is_refused(web, letter, sure):
    fields = forms(letter.get(LINK).text)[None]
    with web.database.transaction() as db:
        one = select(func.min(AccessRight.id)).scalar_subquery()
        db.execute(
            update(AccessRight).where(AccessRight.id == one).values(state=RightState.OBSOLETE)
        )
    refused = send(letter, fields, "accept", sure="yes") if sure else ask(letter, fields, "accept")
    assert refused.status_code == 409
    assert "rien n’a été" in refused.text
    assert RightState.ACTIVE not in states(web)


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        ("accept", {"partie": "clos"}),
        ("accept", {"partie": "ouverts"}),
        ("withdraw", {}),
        ("accept", {"mark": ""}),
        ("accept", {"commune": "99:Lutèce"}),
    ],
)
def test_a_form_that_was_not_shown_answers_nothing(web, letter, said, changed):
    fields = forms(letter.get(LINK).text)[None] | changed
    for refused in (ask(letter, fields, said), send(letter, fields, said, sure="yes")):
        assert refused.status_code in {409, 422}
    assert states(web) == {RightState.PENDING: COUNT}


def test_too_many_ticks_are_refused_and_not_cut(web, letter):
    token = forms(letter.get(LINK).text)[None]["csrf_token"]
    uids = [f"{place}" for place in range(51)]
    refused = send(letter, {"csrf_token": token, "right": uids}, "accept")
    assert refused.status_code == 422
    assert "au plus 50" in refused.text


def test_a_block_leaves_what_changed_and_counts_it(web, letter):
    with web.database.transaction() as db:
        ids = find_in_scope(db, TOKEN, _WAITING, _mark(db), TODAY)
        changed = update(AccessRight).where(AccessRight.id == ids[0])
        db.execute(changed.values(state=RightState.OBSOLETE))
        answering = LetterAnswering.begin(
            TOKEN, RightTrigger.REFUSED, ConsentEvidence("192.0.2.1", "x"), NOW
        )
        done = answering.answer_block(db, ids)
        assert (done.answered, done.changed_before) == (COUNT - 1, 1)
        assert answering.answer_block(db, ids).answered == 0


_WAITING = LetterFilter(LetterPart.WAITING)


def _mark(db):
    count, total = db.execute(select(func.count(), func.sum(AccessRight.id))).one()
    return f"{count}-{total}"


def test_a_page_of_points_says_who_read_them(web, letter, bob):
    answer(letter, forms(letter.get(LINK).text)[None], "accept")
    reader = replace(bob, organisation="Organisation de bob")
    with web.database.transaction() as db:
        note_read(
            db, reader, ["09977700000004"], "consumption.exported", now=NOW + timedelta(hours=1)
        )
    page = letter.get(f"{LINK}?partie=ouverts&q=09977700000004").text
    assert "a exporté les consommations" in page
    assert "Ouvrez une commune" in letter.get(LINK).text


def test_what_an_answer_costs_grows_no_faster_than_its_letter(web):
    """Calls of the interpreter, which no load of the machine changes."""
    browser, links = _two_letters(web, 100, 1000)
    answers = []
    for link in links:
        data = forms(browser.get(link).text)[None] | {"answer": "accept", "sure": "yes"}
        answers.append(_counted(web, partial(browser.client.post, link, data=data)))
    assert states(web) == {RightState.ACTIVE: 1100}
    assert answers[1].calls < 12 * answers[0].calls
    assert answers[1].statements < 12 * answers[0].statements


def test_a_page_costs_the_same_for_ten_times_as_many_points(web):
    browser, links = _two_letters(web, 1000, 10_000)
    for query in ("", "?commune=99:Val-des-Tilleuls", "?q=montreval"):
        small, large = (_counted(web, partial(browser.get, link + query)) for link in links)
        assert large.statements == small.statements
        assert large.calls < 1.5 * small.calls
        assert len(small.answer.data) / 1.2 < len(large.answer.data) < 300_000


def _two_letters(web, small, large):
    """A browser that has opened the first of two letters, and their links."""
    with web.database.transaction() as db:
        make_letter(db, small)
        make_letter(db, large, token="longue" * 7, first=small)
    browser = web.browser()
    browser.get(LINK)
    return browser, (LINK, "/consentement/" + "longue" * 7)


class _Counted(NamedTuple):
    calls: int
    statements: int
    answer: Any


def _counted(web, work):
    """How many functions *work* calls and statements it sends, and what it answers."""
    calls = statements = 0

    def count(_frame, kind, _argument):
        nonlocal calls
        calls += kind in {"call", "c_call"}

    def count_statement(*_facts):
        nonlocal statements
        statements += 1

    before = sys.getprofile()
    event.listen(web.database.engine, "before_cursor_execute", count_statement)
    sys.setprofile(count)
    try:
        answer = work()
    finally:
        sys.setprofile(before)
        event.remove(web.database.engine, "before_cursor_execute", count_statement)
    return _Counted(calls, statements, answer)
