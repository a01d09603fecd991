"""A file of declarations answers no more guesses than the form does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, text, update

from core.errors import Conflict, Forbidden
from core.i18n import clock
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import Pce
from data.rights.actions import (
    cancel,
    charge_lookups,
    check,
    confirm,
    declare,
    declare_many,
    edit_line,
    lift_tries,
    renew_many,
    undo_import,
)
from data.rights.actions.enumeration import _named_today, _organisation, _person, _tried
from data.rights.models import AccessRight, HolderLink, RightLetterRow, RightTry
from data.rights.queries import count_tries, get_right, list_right_events
from data.rights.queries.attempts import DAY
from data.rights.rules.attempts import MOST_TRIES, REFUSAL, TOGETHER, allowed, allowed_together
from data.rights.types import ImportPlan, LookupCost, RightState, Stop, Stopped, TryReason
from tests.data.rights.conftest import accepted, asking
from tests.data.rights.declarations import DELAYS, GOOD, HOLDER, asked
from tests.data.rights.test_importing import Desk
from tests.factories import NOW, make_organisation, make_pce, make_people, make_user

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


@pytest.mark.slow
def test_a_name_tried_at_a_wrong_postal_code_is_a_guess_each_time(desk):
    """The answer says whether it is the contract's: a PCE tried already does not hide it."""
    run = deposit(desk, line(known(1), name="Essai", postal="99000"))
    for rank in range(MOST_TRIES):
        assert desk.preview(run).checked
        desk.act(edit_line, run, 2, field="raison_sociale", text=f"Essai {rank}")
    desk.act(edit_line, run, 2, field="raison_sociale", text="Mairie")
    assert not desk.preview(run).checked


def test_wrong_postal_codes_cost_what_unknown_pces_do_and_are_verified(desk):
    good = [line(known(at)) for at in range(100)]
    wrong = [line(known(at), postal="99124") for at in range(100, 136)]
    run = deposit(desk, *good, *wrong[:35])
    seen = desk.preview(run)
    assert (seen.counts.accepted, seen.counts.rejected) == (135, 0)
    assert desk.store(run).counts.accepted == 135
    states = [right.state for right in desk.rights()]
    assert (states.count(RightState.PENDING), states.count(RightState.RECHECK)) == (100, 35)
    assert tries(desk) == 35 == allowed(100)
    desk.act(undo_import, run, now=NOW)
    assert tries(desk) == 35  # taken back, they were counted already
    assert not desk.preview(deposit(desk, wrong[35])).checked


def test_neither_a_file_nor_its_rights_say_the_postal_code_of_the_pce(desk):
    run = deposit(desk, *(line(known(at), postal="99124") for at in range(3)))
    told = repr(desk.preview(run)) + repr(desk.store(run))
    with desk.database.reading() as db:
        for right in desk.rights():
            assert right.state is RightState.RECHECK
            detail = get_right(db, desk.viewer, right.uid)
            assert not detail.doubts
            told += repr(detail) + repr(list_right_events(db, desk.viewer, right.uid))
    assert "99124" in told
    assert "99123" not in told


def test_a_preview_of_wrong_postal_codes_is_told_as_one_of_wrong_names_is(desk):
    told = []
    for wrong in ({"name": "Essai"}, {"postal": "99124"}):
        seen = desk.preview(deposit(desk, line(known(1)), line(known(2), **wrong)))
        told.append((seen.checked, seen.counts, seen.groups, seen.stopped, seen.unwritten))
    assert told[0] == told[1]


def test_what_was_not_looked_at_is_not_confirmed(desk):
    run = deposit(desk, line(known(1)))
    with pytest.raises(Conflict):
        desk.act(confirm, run, now=NOW)
    desk.preview(run)
    desk.act(edit_line, run, 2, field="code_postal", text="99124")
    with pytest.raises(Conflict):
        desk.act(confirm, run, now=NOW)


def test_two_hundred_names_tried_by_an_import_are_told_as_many_as_the_form_tells(desk):
    """A name is a guess as a PCE is: what follows, a check or a letter, says if it is right."""
    names = [line(known(at), name=f"Essai {at}") for at in range(SITES - 1)]
    run = deposit(desk, *names, line(known(SITES - 1)))  # one of them is right
    seen = desk.preview(run)
    assert (seen.checked, seen.counts.accepted) == (False, SITES)
    with pytest.raises(Conflict):
        desk.act(confirm, run, now=NOW)
    assert desk.rights() == []
    assert tries(desk) == MOST_TRIES
    assert [one.line for one in seen.stopped.tries] == list(range(2, 2 + MOST_TRIES))
    again = desk.preview(run).stopped  # the rest stays untold, and looking again is free
    assert (again.why, again.tried, tries(desk)) == (Stop.FILE, MOST_TRIES, MOST_TRIES)


def test_names_cost_what_unknown_pces_do_and_one_more_for_twenty_that_are_right(desk):
    good = [line(known(at)) for at in range(100)]
    wrong = [line(known(at), name=f"Essai {at}") for at in range(100, 136)]
    run = deposit(desk, *good, *wrong[:35])
    assert desk.store(run).counts.accepted == 135
    assert tries(desk) == 35 == allowed(100)
    assert not desk.preview(deposit(desk, wrong[35])).checked


def test_one_holder_spelt_otherwise_everywhere_is_one_guess(desk):
    run = deposit(desk, *(line(known(at), name="La Mairie") for at in range(SITES)))
    assert desk.store(run).counts.accepted == SITES
    assert {right.state for right in desk.rights()} == {RightState.RECHECK}
    assert tries(desk) == 1
    desk.act(undo_import, run, now=NOW)
    assert tries(desk) == 1  # nor does taking it back to write it right
    again = deposit(desk, *(line(known(at), name="Une mairie") for at in range(SITES)))
    assert desk.preview(again).checked
    assert tries(desk) == 2


def test_neither_a_file_nor_its_rights_say_the_name_of_the_contract(desk):
    run = deposit(desk, *(line(known(at), name="Essai") for at in range(3)))
    told = repr(desk.preview(run)) + repr(desk.store(run))
    with desk.database.reading() as db:
        for right in desk.rights():
            assert right.state is RightState.RECHECK
            detail = get_right(db, desk.viewer, right.uid)
            assert not detail.doubts
            told += repr(detail) + repr(list_right_events(db, desk.viewer, right.uid))
    assert "Mairie" not in told.replace("gaz@mairie.example", "")


def test_the_form_counts_a_name_as_it_counts_a_pce(db, people, bob):
    for at in range(MOST_TRIES + 1):
        make_pce(db, known(at), holder_name="Mairie")
    for at in range(MOST_TRIES):
        one = asked(id_pce=known(at), raison_sociale=f"Essai {at}")
        assert asking(db, bob, replace(one, courriel_titulaire=f"m{at}@mairie.example")).uid
    last = asked(id_pce=known(MOST_TRIES), raison_sociale="Mairie")
    assert asking(db, bob, last).problems[0].http == 429


CODES = [f"{name}@mairie.example" for name in ("gaz", "dgs", "maire")]


def accounts(db, emails=CODES):
    """A town hall that holds every PCE, and its people who may answer."""
    holder = make_organisation(db, name="Mairie")
    for email in emails:
        make_user(db, organisation_id=holder.id, email=email)
    db.execute(update(Pce).values(holder_id=holder.id))
    return holder


def test_forty_addresses_tried_by_an_import_are_told_nothing(desk):
    with desk.database.transaction() as db:
        accounts(db)
    tried = [f"essai{at}@mairie.example" for at in range(37)] + CODES
    run = deposit(desk, *(line(known(at), email=one) for at, one in enumerate(tried)))
    seen = desk.preview(run)
    assert (seen.checked, seen.counts.accepted) == (False, 40)
    with pytest.raises(Conflict):
        desk.act(confirm, run, now=NOW)
    assert desk.rights() == []


def test_an_address_is_counted_before_its_answer_and_undoing_gives_nothing_back(desk):
    with desk.database.transaction() as db:
        accounts(db)
    tried = [f"essai{at}@mairie.example" for at in range(29)]
    run = deposit(desk, *(line(known(at), email=one) for at, one in enumerate(tried)))
    assert desk.preview(run).checked
    assert tries(desk) == 29
    desk.store(run)
    desk.act(undo_import, run, now=NOW)
    assert tries(desk) == 29
    more = [f"autre{at}@mairie.example" for at in range(2)]
    over = deposit(desk, *(line(known(at), email=one) for at, one in enumerate(more)))
    assert not desk.preview(over).checked


def test_one_wrong_address_for_all_the_pces_of_a_holder_is_one_guess(desk):
    with desk.database.transaction() as db:
        accounts(db)
    lines = [line(known(at), email=f"energie+{at}@mairie.example") for at in range(SITES)]
    assert desk.preview(deposit(desk, *lines)).checked
    assert tries(desk) == 1


def test_a_holder_with_no_account_that_answers_has_no_address_to_guess(desk):
    with desk.database.transaction() as db:
        accounts(db, [])
    lines = [line(known(at), email=f"m{at}@mairie.example") for at in range(SITES)]
    assert desk.preview(deposit(desk, *lines)).checked
    assert tries(desk) == 0


@pytest.mark.parametrize("form", [declare, check])
def test_the_form_counts_an_address_in_the_budget_of_files(desk, form):
    with desk.database.transaction() as db:
        accounts(db)
    tried = [f"essai{at}@mairie.example" for at in range(20)]
    assert desk.preview(
        deposit(desk, *(line(known(at), email=one) for at, one in enumerate(tried)))
    ).checked
    with desk.database.transaction() as db:
        for at in range(20, 31):
            one = asked(
                id_pce=known(at),
                raison_sociale="Mairie",
                courriel_titulaire=f"m{at}@mairie.example" if at < 30 else CODES[0],
            )
            outcome = form(db, desk.viewer, one, delays=DELAYS, now=NOW)
            assert [problem.http for problem in outcome.problems] == [429] * (at == 30)
    assert tries(desk) == MOST_TRIES
    assert not desk.preview(deposit(desk, line(known(40), name="Essai"))).checked


def test_who_named_many_holders_rightly_by_a_file_still_has_the_form(desk):
    good = [line(known(at)) for at in range(100)]
    desk.store(deposit(desk, *good, *(line(unknown(at)) for at in range(33))))
    with desk.database.transaction() as db:
        one = asked(id_pce=known(150), raison_sociale="Mairie")
        assert asking(db, desk.viewer, one).uid


def test_the_form_counts_the_same_name_of_the_same_holder_once(db, people, bob):
    for at in range(3):
        make_pce(db, known(at), holder_name="Mairie")
        assert asking(db, bob, asked(id_pce=known(at), raison_sociale="La Mairie")).uid
    assert list(db.scalars(select(RightTry.weight))) == [1]


def test_where_no_name_is_known_there_is_none_to_guess(desk):
    with desk.database.transaction() as db:
        db.execute(update(Pce).values(holder_name=""))
    run = deposit(desk, *(line(known(at), name=f"Essai {at}") for at in range(SITES)))
    assert desk.preview(run).checked
    assert tries(desk) == 0


def test_taking_back_a_right_whose_holder_was_named_rightly_costs_nothing(desk):
    run = deposit(desk, *(line(known(at)) for at in range(SITES)))
    desk.store(run)
    desk.act(undo_import, run, now=NOW)
    assert tries(desk) == 0


@pytest.mark.parametrize("one", [GOOD, HOLDER])
def test_the_form_counts_a_postal_code_whatever_the_role(db, pce, bob, one):
    """Of a holder too: another name at it would be refused."""
    uid = asking(db, bob, replace(one, code_postal="99124")).uid
    assert list(db.scalars(select(RightTry.weight))) == [1]
    cancel(db, bob, [uid], now=NOW)
    assert list(db.scalars(select(RightTry.weight))) == [1]


@pytest.mark.parametrize("wrong", [{"raison_sociale": "Essai"}, {"code_postal": "99124"}])
def test_cancelled_one_by_one_counts_as_much(db, pce, bob, wrong):
    uid = asking(db, bob, asked(**wrong)).uid
    cancel(db, bob, [uid], now=NOW)
    assert list(db.scalars(select(RightTry.weight))) == [1]


@pytest.mark.slow
def test_what_is_taken_back_is_a_try_once_its_letter_left(db, pce, bob):
    for _time in range(MOST_TRIES + 1):
        made = asking(db, bob)
        assert made.problems == ()
        cancel(db, bob, [made.uid], now=NOW)
    for _time in range(MOST_TRIES):
        uid = asking(db, bob).uid
        db.execute(update(RightLetterRow).values(attempts=1))
        cancel(db, bob, [uid], now=NOW)
        db.execute(delete(HolderLink))
        db.execute(delete(RightLetterRow))
    (stopped,) = asking(db, bob).problems
    assert "un droit à la fois" in stopped.sentence  # and no file


def test_tries_are_a_person_s_and_a_day_s(desk, bob):
    desk.preview(deposit(desk, *(line(unknown(at)) for at in range(MOST_TRIES))))
    run = deposit(desk, line(known(1)), line(unknown(50)))
    plan = desk.preview(run).plan
    seen = LookupCost(run, plan, frozenset({"other"}), 1)
    colleague = replace(bob, user_id=3)
    later = NOW + timedelta(days=1)
    with desk.database.transaction() as db:
        assert charge_lookups(db, bob, seen, later - timedelta(seconds=1)) is not None
        assert charge_lookups(db, colleague, seen, NOW) is None
        assert charge_lookups(db, bob, seen, later) is None


class TestTogether:
    """The accounts of one organisation have one budget beside each its own."""

    MOST = allowed_together(0)

    @pytest.fixture
    def crowd(self, desk, bob):
        """bob and four colleagues, at their files."""
        with desk.database.transaction() as db:
            ids = [
                make_user(db, organisation_id=2, email=f"u{at}@delta.example").id for at in range(4)
            ]
        return [bob, *(replace(bob, user_id=number) for number in ids)]

    def look(self, desk, viewer, vain, found=0, now=NOW):
        run = replace_viewer(desk, viewer).deposit(
            "droits.csv", "\n".join([HEAD, line(known(1))]).encode()
        )
        with desk.database.transaction() as db:
            return charge_lookups(
                db, viewer, LookupCost(run, ImportPlan(), frozenset(vain), found), now
            )

    def test_colleagues_do_not_multiply_the_tries_of_files(self, desk, crowd):
        for at, one in enumerate(crowd[:TOGETHER]):
            vain = [f"{at}-{n}" for n in range(MOST_TRIES)]
            assert self.look(desk, one, vain) is None
        last = crowd[-1]
        assert self.look(desk, last, ["0-1", "1-1"]) is None  # tried today: nothing new is learnt
        assert self.look(desk, last, ["more"]) == Stopped(Stop.SUM, NOW + DAY)
        assert self.look(desk, last, []) == Stopped(Stop.DAY, NOW + DAY)
        assert self.look(desk, last, ["more"], now=NOW + DAY) is None

    def test_nor_those_of_the_form(self, desk, crowd):
        said = []
        with desk.database.transaction() as db:
            for at in range(self.MOST + 1):
                one = asked(id_pce=unknown(at), raison_sociale="Mairie")
                viewer = crowd[at // (MOST_TRIES - 5)]
                outcome = declare(db, viewer, one, delays=DELAYS, now=NOW)
                said.append(outcome.problems[0].http)
        assert 429 not in said[: self.MOST]
        assert said[self.MOST] == 429

    def test_another_organisation_has_its_own(self, desk, crowd, charlie):
        for at, one in enumerate(crowd[:TOGETHER]):
            self.look(desk, one, [f"{at}-{n}" for n in range(MOST_TRIES)])
        with desk.database.transaction() as db:
            one = asked(id_pce=unknown(1))
            (problem,) = declare(db, charlie, one, delays=DELAYS, now=NOW).problems
            assert problem.http != 429

    def test_honest_files_of_colleagues_add_up(self, desk, crowd):
        """One line in a hundred wrong, in files whose right lines are declared."""
        good = [line(known(at)) for at in range(SITES)]
        replace_viewer(desk, crowd[0]).store(deposit(desk, *good))
        for at, one in enumerate(crowd[:TOGETHER]):
            assert self.look(desk, one, [f"{at}-{n}" for n in range(39)], SITES) is None
        assert self.look(desk, crowd[-1], ["more"]) is None

    def test_they_are_found_by_keys(self, db, people, bob):
        tried = _tried(_organisation(bob))
        dialect = db.connection().dialect
        said = str(tried.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        if dialect.name == "sqlite":
            plan = [row[-1] for row in db.execute(text(f"EXPLAIN QUERY PLAN {said}"))]
            read = [row for row in plan if "right_tries" in row or "users" in row]
            assert read
            assert all(row.startswith("SEARCH") for row in read)
        else:
            db.execute(text("SET LOCAL enable_seqscan = off"))
            others = "SELECT n, n::text, TIMESTAMP '2026-01-01', 1 FROM generate_series(99, 2999) n"
            db.execute(text(f"INSERT INTO right_tries {others}"))  # of few, any index would do
            db.execute(text("ANALYZE right_tries"))
            plan = "\n".join(row[0] for row in db.execute(text(f"EXPLAIN {said}")))
            assert "Seq Scan" not in plan
            assert "pk_right_tries" in plan
            assert "Index Cond: (organisation_id = 2)" in plan


def replace_viewer(desk, viewer):
    """The desk, at which somebody else sits."""
    desk.viewer = viewer
    return desk


def test_a_file_that_is_stopped_says_the_one_reason(desk):
    """Too much by itself, with what was tried today, or the day's: each once it is so."""
    hour = timedelta(hours=1)

    def look(lines, at):
        with desk.database.transaction() as db:
            seen = LookupCost(run, ImportPlan(), frozenset(f"{lines}-{n}" for n in range(lines)), 0)
            return charge_lookups(db, desk.viewer, seen, at)

    run = deposit(desk, line(known(1)))
    assert look(15, NOW) is None
    assert look(16, NOW + hour) == Stopped(Stop.SUM, NOW + hour + DAY)  # fifteen of them are told
    assert look(31, NOW + 2 * hour) == Stopped(Stop.FILE)  # none of them is
    spent = Stopped(Stop.DAY, NOW + DAY)
    assert look(0, NOW + 3 * hour) == spent
    assert look(1, NOW + 3 * hour) == spent
    assert look(1, spent.until - timedelta(seconds=1)) == spent
    assert look(1, spent.until) is None


def test_the_form_says_when_it_answers_again(desk):
    with desk.database.transaction() as db:
        one = asked(id_pce=unknown(1))
        for minute in range(MOST_TRIES):
            at = NOW + timedelta(minutes=minute)
            assert (
                not declare(db, desk.viewer, one, delays=DELAYS, now=at)
                .problems[0]
                .params.get("until")
            )
        later = NOW + timedelta(hours=2)
        (stopped,) = declare(db, desk.viewer, one, delays=DELAYS, now=later).problems
        assert (stopped.http, stopped.params) == (429, {"until": clock(NOW + DAY)})
        said = declare(db, desk.viewer, one, delays=DELAYS, now=NOW + DAY).problems[0]
        assert said.code == "1000000006"


def test_a_renewal_is_no_guess_whatever_the_contract_says_since(db, pce, bob):
    """Its names are not typed again: only the right that it follows says them."""
    accepted(db, bob)
    uid = db.scalars(select(AccessRight.uid)).one()
    db.execute(update(Pce).values(holder_name="Autre"))
    (outcome,) = renew_many(db, bob, [uid], date(2029, 1, 1), delays=DELAYS, now=NOW)
    assert outcome.state is RightState.RECHECK
    assert list(db.scalars(select(RightTry.weight))) == []
    cancel(db, bob, [outcome.uid], now=NOW)
    assert list(db.scalars(select(RightTry.weight))) == [1]


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


def correct(*places):
    return [line(known(at)) for at in places]


def test_a_correct_file_is_checked_after_an_ordinary_one_with_some_wrong_lines(desk):
    """One wrong line in five and a half was allowed to a file, and refused the next one."""
    wrong = [line(unknown(at)) for at in range(36)]
    assert desk.preview(deposit(desk, *correct(*range(SITES)), *wrong)).checked
    assert desk.preview(deposit(desk, *correct(1, 2, 3))).checked


def test_the_same_right_lines_in_several_files_do_not_add_up(desk):
    good = correct(*range(SITES))
    first = [line(unknown(at)) for at in range(40)]
    assert desk.preview(deposit(desk, *good, *first)).checked
    more = desk.preview(deposit(desk, *good, line(unknown(50))))
    assert (more.checked, tries(desk)) == (False, allowed(SITES) + REFUSAL)


def test_declaring_and_cancelling_the_same_does_not_add_up(desk, bob):
    with desk.database.transaction() as db:
        for at in range(40):
            one = asked(
                id_pce=known(1), raison_sociale="Mairie", courriel_titulaire=f"a{at}@x.example"
            )
            made = declare(db, bob, one, delays=DELAYS, now=NOW)
            if made.uid:
                db.execute(
                    update(AccessRight)
                    .where(AccessRight.uid == made.uid)
                    .values(state=RightState.REVOKED)
                )
        assert _named_today(db, bob, _person(bob), NOW) == 1


def test_over_the_limit_a_file_padded_with_right_lines_answers_no_guess(desk):
    """Nineteen right lines and a guess: were the limit raised by this file, it would tell."""
    for first, count in ((0, MOST_TRIES), (50, 1)):
        desk.preview(deposit(desk, *(line(unknown(first + at)) for at in range(count))))
    spent = tries(desk)
    assert spent > allowed(0)
    padded = correct(*range(SITES - 1))
    told = [
        desk.preview(deposit(desk, *padded, one))
        for one in (*correct(SITES - 1), line(unknown(99)))
    ]
    assert [seen.stopped.why for seen in told] == [Stop.DAY, Stop.DAY]
    assert told[0].stopped == told[1].stopped
    assert tries(desk) == spent


def test_a_refusal_names_the_lines_that_count_and_why(desk):
    desk.preview(deposit(desk, *correct(1), line(unknown(7)), line(known(2), name="Essai")))
    desk.preview(deposit(desk, *(line(unknown(at)) for at in range(10, 38))))
    stopped = desk.preview(deposit(desk, line(unknown(60)))).stopped
    named = {(one.file_name, one.line, one.number, one.reason) for one in stopped.tries}
    assert ("droits.csv", 3, unknown(7), TryReason.PCE) in named
    assert ("droits.csv", 4, known(2), TryReason.HOLDER) in named
    assert unknown(60) not in {one.number for one in stopped.tries}
    assert stopped.tried == MOST_TRIES


def test_the_distributor_lifts_the_limit_and_the_journal_says_so(desk, bob, dora):
    desk.preview(deposit(desk, *(line(unknown(at)) for at in range(40))))
    desk.preview(deposit(desk, line(unknown(99))))
    assert not desk.preview(deposit(desk, *correct(1))).checked
    with desk.database.transaction() as db:
        with pytest.raises(Forbidden):
            lift_tries(db, bob, 2, now=NOW)
        for at in range(MOST_TRIES):
            declare(db, bob, asked(id_pce=unknown(at)), delays=DELAYS, now=NOW)
        (problem,) = declare(db, bob, asked(id_pce=unknown(1)), delays=DELAYS, now=NOW).problems
        assert problem.http == 429
        assert count_tries(db, dora, 2, NOW) >= MOST_TRIES
        lift_tries(db, dora, 2, now=NOW + timedelta(minutes=1))
        later = NOW + timedelta(minutes=2)
        (problem,) = declare(db, bob, asked(id_pce=unknown(1)), delays=DELAYS, now=later).problems
        assert problem.http != 429
        noted = select(AuditEvent.object_id).where(AuditEvent.action == "rights.tries_lifted")
        assert db.scalars(noted).all() == ["2"]
    assert desk.preview(deposit(desk, *correct(1))).checked


def test_what_was_not_tried_is_not_lifted(desk, dora):
    with desk.database.transaction() as db, pytest.raises(Conflict):
        lift_tries(db, dora, 2, now=NOW)
