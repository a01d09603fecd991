"""A deposit that was left ready says at each visit what it lacks, to its own side alone."""

import pytest

from core.errors import Unavailable
from data.controls import actions
from tests.data.controls.files.pieces import pdf
from tests.data.controls.proofs import OTHER, asked, make_rights
from tests.factories import NOW

DEPOSIT = "/api/controles/preuves"
ALICE, BOB, CHARLIE, DORA = 1, 2, 3, 4
MANDATE = ("mandat.pdf", pdf("Mandat pour le PCE", OTHER))


@pytest.fixture
def controls(web, dora):
    with web.database.transaction() as db:
        return asked(db, dora, make_rights(db))


@pytest.fixture
def told(web, controls):
    """What bob's deposit for the first control answered."""
    answer = web.browser(BOB).send(DEPOSIT, [MANDATE], {"controle": controls[0]})
    assert answer.status_code == 201, answer.text
    return answer.json


def test_it_says_the_same_as_when_it_came(web, controls, told):
    assert told["checks"][0]["missing"]
    assert [one["controle"] for one in told["others"]] == [controls[1]]
    again = web.browser(BOB).get(f"{DEPOSIT}/{told['deposit']}")
    assert (again.status_code, again.json) == (200, told)


@pytest.mark.parametrize("user", [ALICE, CHARLIE, DORA])
def test_nobody_else_finds_it(web, told, user):
    assert web.browser(user).get(f"{DEPOSIT}/{told['deposit']}").status_code == 404


def test_once_sent_it_is_ready_no_more(web, bob, told):
    with web.database.transaction() as db:
        actions.send(db, bob, told["deposit"], now=NOW)
    assert web.browser(BOB).get(f"{DEPOSIT}/{told['deposit']}").status_code == 404
    assert web.browser(BOB).get(f"{DEPOSIT}/nowhere").status_code == 404


def test_what_was_found_is_not_looked_for_at_each_visit(web, told, monkeypatch):
    monkeypatch.setattr("api.proofs.pages_of", lambda *_: pytest.fail("it was read again"))
    again = web.browser(BOB).get(f"{DEPOSIT}/{told['deposit']}")
    assert (again.status_code, again.json) == (200, told)


def test_a_text_that_the_machine_has_no_time_for_keeps_nothing(web, controls, monkeypatch):
    def is_slow(*_piece):
        raise Unavailable("réessayez")

    monkeypatch.setattr("api.proofs.pages_of", is_slow)
    answer = web.browser(BOB).send(DEPOSIT, [MANDATE], {"controle": controls[0]})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert not list((web.var / "proofs").iterdir())
    monkeypatch.undo()
    again = web.browser(BOB).send(DEPOSIT, [MANDATE], {"controle": controls[0]})
    assert again.status_code == 201
