"""A deposited file, to its receipt."""

import pytest

from callbacks import runs as callbacks
from data.access import OrganisationKind, Role, Viewer
from data.errors import Conflict, NotFound
from data.runs import queries
from data.runs.actions import open_run
from data.runs.types import RunState
from jobs.runs import work
from tests.conftest import FILES, TODAY
from tests.factories import NOW, PCE, make_kept, make_pce, make_people
from tests.web import Web, fresh_database

SHEET = "Donnees_informatives_PCE_DAILY.xlsx"


@pytest.fixture
def web(database, tmp_path):
    with database.transaction() as db:
        make_people(db)
        make_pce(db, holder_id=1)
    return Web(database, tmp_path)


def drop(web, viewer, content, name=SHEET, pce=""):
    kept = make_kept(web.var, content, name)
    with web.database.transaction() as db:
        open_run(db, viewer, kept, pce=pce, now=NOW)


def state_of(web, viewer):
    with web.database.reading() as db:
        return queries.list_runs(db, viewer)[0]


def test_a_file_that_says_no_pce_is_asked_for_it_and_taken_up_again(web, alice):
    drop(web, alice, (FILES / SHEET).read_bytes())
    work(web.database, web.var, NOW)
    refused = state_of(web, alice)
    assert refused.state is RunState.REFUSED
    assert refused.asks_pce

    with web.server.app_context(), web.database.transaction() as db:
        callbacks.resume(1, refused.id, PCE, db=db, viewer=alice)
    work(web.database, web.var, NOW)
    done = state_of(web, alice)
    assert done.state is RunState.DONE
    assert (done.counts["days"], done.counts["absent"], done.counts["new"]) == (363, 3, 363)
    assert (done.counts["m3"], done.counts["kwh"]) == (2100, 23181)

    with pytest.raises(Conflict), web.server.app_context(), web.database.transaction() as db:
        callbacks.resume(1, refused.id, PCE, db=db, viewer=alice)


def test_a_wrong_pce_gets_its_sentence_and_the_file_still_waits(web, alice):
    drop(web, alice, (FILES / SHEET).read_bytes())
    work(web.database, web.var, NOW)
    run = state_of(web, alice)
    for typed, said in ((PCE[1:], "13 chiffres"), (" ", "Indiquez un PCE")):
        with web.server.app_context(), web.database.transaction() as db:
            *_rest, wrong = callbacks.resume(1, run.id, typed, db=db, viewer=alice)
        assert said in wrong
        assert state_of(web, alice).asks_pce


def test_somebody_else_s_pce_may_be_corrected_without_sending_the_file_again(web, alice):
    drop(web, alice, (FILES / SHEET).read_bytes(), pce="09999999999999")
    work(web.database, web.var, NOW)
    refused = state_of(web, alice)
    assert "titulaire" in refused.problem[0]
    assert refused.asks_pce
    with web.server.app_context(), web.database.transaction() as db:
        callbacks.resume(1, refused.id, PCE, db=db, viewer=alice)
    work(web.database, web.var, NOW)
    assert state_of(web, alice).state is RunState.DONE


def test_a_run_of_another_organisation_does_not_exist(web, alice, charlie):
    drop(web, alice, b"PCE;x\n1;2\n", "x.csv")
    run = state_of(web, alice)
    with pytest.raises(NotFound), web.database.reading() as db:
        callbacks.show_receipt(1, run.id, db=db, viewer=charlie)


def test_progress_asks_again_only_while_something_runs(web, alice):
    drop(web, alice, b"PCE;x\n1;2\n", "x.csv")
    with web.database.reading() as db:
        assert callbacks.show_progress(1, None, db=db, viewer=alice)[1] is False
    work(web.database, web.var, NOW)
    with web.database.reading() as db:
        assert callbacks.show_progress(1, None, db=db, viewer=alice)[1] is True


def test_what_was_just_deposited_is_in_the_list_before_the_next_tick(web, alice):
    drop(web, alice, b"PCE;x\n1;2\n", "frais.csv")
    with web.database.reading() as db:
        shown, idle = callbacks.show_progress(None, {"runs": [1]}, db=db, viewer=alice)
    assert "frais.csv" in str(shown)
    assert not idle


def test_the_page_of_a_receipt_gets_all_that_it_asks_for(sqlite_template, tmp_path):
    database = fresh_database(sqlite_template, tmp_path)
    with database.transaction() as db:
        make_people(db)
    web = Web(database, tmp_path / "var")
    alice = Viewer(
        1, 1, OrganisationKind.COLLECTIVITY, Role.FACILITY_MANAGER, TODAY, contracted=True
    )
    drop(web, alice, b"nothing of ours", name="a.csv")
    wanted = ("runs-receipt.children", "runs-ask.hidden", "runs-watch.disabled")
    answer = web.browser(1).dispatch(
        {
            "output": f"..{'...'.join(wanted)}..",
            "outputs": [dict(zip(("id", "property"), w.split("."), strict=True)) for w in wanted],
            "inputs": [{"id": "runs-watch", "property": "n_intervals", "value": 1}],
            "state": [{"id": "runs-shown", "property": "data", "value": 1}],
            "changedPropIds": ["runs-watch.n_intervals"],
        }
    )
    database.close()
    assert answer.status_code == 200
    assert set(answer.json["response"]) == {"runs-receipt", "runs-ask", "runs-watch"}
