"""A file of declarations answers no more guesses than the form does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data.audit.models import AuditEvent
from data.errors import Conflict
from data.rights.actions import cancel, confirm, declare_many, edit_line, spend, undo_import
from data.rights.models import RightTry
from data.rights.rules.tries import MOST_TRIES, REFUSAL, allowed
from data.rights.types import Looked, RightState
from tests.data.rights.conftest import asking
from tests.data.rights.declarations import DELAYS, asked
from tests.data.rights.test_importing import Desk
from tests.factories import NOW, make_pce, make_people

HEAD = (
    "PCE;Raison sociale;Code postal;Courriel;Début du droit;Fin du droit;Début conso;Fin conso;"
    "Contractuelles;Techniques;Informatives;Publiées"
)
DAYS = "2026-09-01;2028-08-31;2024-09-01;2028-08-31;OUI;OUI;OUI;OUI"
SITES = 200


def known(at):
    return f"0999999991{at:04d}"


def unknown(at):
    return f"0888888881{at:04d}"


def line(number, name="Mairie", postal="99123", email="gaz@mairie.example"):
    return f"{number};{name};{postal};{email};{DAYS}"


@pytest.fixture
def desk(database, tmp_path, bob):
    with database.transaction() as db:
        make_people(db)
        for at in range(SITES):
            make_pce(db, known(at), holder_name="Mairie")
    return Desk(database, tmp_path, bob)


def deposit(desk, *lines):
    return desk.deposit("droits.csv", "\n".join([HEAD, *lines]).encode())


def tries(desk):
    with desk.database.reading() as db:
        return sum(db.scalars(select(RightTry.weight)))


def test_one_wrong_line_in_a_hundred_of_ten_thousand_passes():
    assert allowed(9_900) >= 100
    assert allowed(0) == MOST_TRIES


def test_an_honest_file_is_checked_however_often_it_is_looked_at(desk):
    good = [line(known(at)) for at in range(SITES)]
    run = deposit(desk, *good, *(line(unknown(at)) for at in range(35)))
    for _time in range(3):
        seen = desk.preview(run)
        assert (seen.checked, seen.counts.accepted, seen.counts.rejected) == (True, SITES, 35)
    assert tries(desk) == 35
    assert desk.store(run).counts.accepted == SITES


def test_a_preview_answers_so_many_guesses_a_day_and_no_more(desk):
    guesses = [line(unknown(at)) for at in range(MOST_TRIES)]
    seen = desk.preview(deposit(desk, *guesses))
    assert (seen.checked, seen.counts.rejected) == (True, MOST_TRIES)
    right = line(known(1))
    over = desk.preview(deposit(desk, right, line(unknown(99))))
    assert (over.checked, over.counts.accepted, over.counts.rejected) == (False, 2, 0)
    assert tries(desk) == MOST_TRIES + REFUSAL
    # From then on a right guess is not told apart from a wrong one.
    for one in (right, line(unknown(98))):
        run = deposit(desk, one)
        seen = desk.preview(run)
        assert (seen.checked, seen.counts.accepted) == (False, 1)
        with pytest.raises(Conflict):
            desk.act(confirm, run, now=NOW)
    with desk.database.reading() as db:
        told = db.scalars(select(AuditEvent.action).where(AuditEvent.action == "rights.guessing"))
        assert len(list(told)) == 1


def test_a_postal_code_tried_in_place_is_a_guess_each_time(desk):
    run = deposit(desk, line(known(1), postal="99000"))
    for rank in range(MOST_TRIES):
        assert desk.preview(run).checked
        desk.act(edit_line, run, 2, field="code_postal", text=f"99{rank + 1:03d}")
    assert not desk.preview(run).checked


def test_what_was_not_looked_at_is_not_confirmed(desk):
    run = deposit(desk, line(known(1)))
    with pytest.raises(Conflict):
        desk.act(confirm, run, now=NOW)
    desk.preview(run)
    desk.act(edit_line, run, 2, field="code_postal", text="99124")
    with pytest.raises(Conflict):
        desk.act(confirm, run, now=NOW)


def test_a_name_tried_by_import_and_undone_is_a_guess(desk):
    names = [line(known(at), name=f"Essai {at}") for at in range(SITES)]
    run = deposit(desk, *names)
    assert desk.store(run).counts.accepted == SITES
    assert {right.state for right in desk.rights()} == {RightState.RECHECK}
    desk.act(undo_import, run, now=NOW)
    assert tries(desk) == SITES
    again = deposit(desk, *(line(known(at), name=f"Autre {at}") for at in range(SITES)))
    assert not desk.preview(again).checked


def test_taking_back_a_right_whose_holder_was_named_rightly_costs_nothing(desk):
    run = deposit(desk, *(line(known(at)) for at in range(SITES)))
    desk.store(run)
    desk.act(undo_import, run, now=NOW)
    assert tries(desk) == 0


def test_cancelled_one_by_one_counts_as_much(db, pce, bob):
    uid = asking(db, bob, asked(raison_sociale="Essai")).uid
    cancel(db, bob, [uid], now=NOW)
    assert list(db.scalars(select(RightTry.weight))) == [1]


def test_tries_are_a_person_s_and_a_day_s(desk, bob):
    desk.preview(deposit(desk, *(line(unknown(at)) for at in range(MOST_TRIES))))
    run = deposit(desk, line(known(1)), line(unknown(50)))
    plan = desk.preview(run).plan
    seen = Looked(run, plan, frozenset({"other"}), 1)
    colleague = replace(bob, user_id=3)
    later = NOW + timedelta(days=1)
    with desk.database.transaction() as db:
        assert not spend(db, bob, seen, later - timedelta(seconds=1))
        assert spend(db, colleague, seen, NOW)
        assert spend(db, bob, seen, later)


def test_the_limit_of_letters_does_not_tell_a_right_name_from_a_wrong_one(db, people, bob):
    """A mailbox that had enough refuses whatever is declared."""
    for at in range(8):
        make_pce(db, known(at), holder_name="Mairie")
    full = [
        asked(
            id_pce=known(at),
            raison_sociale="Mairie",
            courriel_titulaire=f"gaz+{at}@mairie.example",
        )
        for at in range(6)
    ]
    declare_many(db, bob, full, delays=DELAYS, now=NOW)
    said = []
    for at, name in ((6, "Mairie"), (7, "Essai")):
        one = replace(full[0], id_pce=known(at), raison_sociale=name)
        one = replace(one, courriel_titulaire=f"gaz+{at}@mairie.example")
        (outcome,) = declare_many(db, bob, [one], delays=DELAYS, now=NOW)
        said.append([problem.code for problem in outcome.problems])
    assert said == [["9000000025"]] * 2
    assert bob.today == date(2026, 11, 24)
