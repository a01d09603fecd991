"""A deposited file, to its receipt."""

from types import SimpleNamespace

import pytest
from dash.exceptions import PreventUpdate
from sqlalchemy import select, update

from callbacks import runs as callbacks
from components.runs import EVERY, receipt_facts
from core.access import OrganisationKind, Role, Viewer
from core.errors import Conflict, Invalid, NotFound
from data.metering.consumption.queries.deposits import map_site_names
from data.metering.pces.models import Pce
from data.runs import queries
from data.runs.actions import open_run
from data.runs.types import RunState
from tests.components.kit.trees import text_of as words_of
from tests.conftest import FILES, TODAY
from tests.factories import NOW, PCE, make_grant, make_kept, make_pce, make_people
from tests.queue_work import work_runs as work
from tests.web import Web, fresh_database, request_of

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


def acting(web, viewer, act, *given):
    """What *act* answers within the portal, in a transaction of its own."""
    with web.server.app_context(), web.database.transaction() as db:
        return act(*given, request=request_of(db, viewer))


def checked(web, viewer, content=None, name=SHEET, pce=PCE):
    drop(web, viewer, (FILES / SHEET).read_bytes() if content is None else content, name, pce)
    work(web.database, web.var, NOW)
    return state_of(web, viewer)


def check(run):
    return {"run": run.id, "at": ""}


def test_a_file_that_says_no_pce_is_asked_for_it_and_checked_again(web, alice):
    refused = checked(web, alice, pce="")
    assert (refused.state, refused.asks_pce) == (RunState.REFUSED, True)
    acting(web, alice, callbacks.check_again, check(refused), PCE)
    work(web.database, web.var, NOW)
    draft = state_of(web, alice)
    assert (draft.state, draft.counts["days"], draft.counts["new"]) == (RunState.DRAFT, 363, 363)
    assert acting(web, alice, callbacks.confirm, {str(draft.id): draft.version}).endswith(
        f"?run={draft.id}"
    )
    work(web.database, web.var, NOW)
    done = state_of(web, alice)
    assert done.state is RunState.DONE
    assert (done.counts["days"], done.counts["absent"], done.counts["new"]) == (363, 3, 363)
    assert (done.counts["m3"], done.counts["kwh"]) == (2100, 23181)
    acting(web, alice, callbacks.check_again, check(done), PCE)
    assert state_of(web, alice) == done


def test_the_list_names_sites_that_its_viewer_can_see(web, alice, charlie):
    with web.database.transaction() as db:
        db.execute(update(Pce).where(Pce.number == PCE).values(alias="École des Bleuets"))
    run = checked(web, alice)
    listed, _idle = acting(web, alice, callbacks.show_progress)
    assert "École des Bleuets" in words_of(listed)
    with web.database.reading() as db:
        assert map_site_names(db, charlie, [run]) == {}


def test_a_wrong_pce_gets_its_sentence_and_the_file_still_waits(web, alice):
    run = checked(web, alice, pce="")
    for typed, said in ((PCE[1:], "13 chiffres"), (" ", "Choisissez un PCE")):
        *_rest, wrong = acting(web, alice, callbacks.check_again, check(run), typed)
        assert said in wrong
        assert state_of(web, alice).asks_pce


def test_sites_are_suggested_for_what_is_typed(web, alice, charlie):
    def suggested(viewer, text):
        return words_of(acting(web, viewer, callbacks.suggest_sites, text))

    assert PCE in suggested(alice, PCE[-4:])
    assert "pas parmi vos points" in suggested(charlie, PCE)
    assert "Aucun résultat" in suggested(charlie, "piscine")


def test_a_file_is_given_to_the_site_that_it_resembles(web, alice, monkeypatch):
    run = checked(web, alice)
    with web.database.transaction() as db:
        make_pce(db, "09999999920000", holder_id=1)
    pressed = {"type": "runs-choose", "run": run.id, "number": "09999999920000"}
    monkeypatch.setattr(callbacks, "ctx", SimpleNamespace(triggered_id=pressed))
    *_drawn, idle = acting(web, alice, callbacks.answer_doubt, check(run))
    assert not idle
    work(web.database, web.var, NOW)
    assert state_of(web, alice).point == "09999999920000"


def test_columns_are_said_on_the_page_of_a_refused_file(web, alice, monkeypatch):
    content = f"Date;Conso;Point\n01/11/2026;4,9;{PCE}\n02/11/2026;5,1;{PCE}\n".encode()
    run = checked(web, alice, content, "mien.csv", pce="")
    body, ways, _idle = acting(web, alice, callbacks.show_check, check(run))
    shown = words_of(body)
    for words in ("Conso", "4,9 · 5,1", "Ces colonnes sont-elles les bonnes", "Continuer"):
        assert words in shown
    assert "runs-drop" in str(ways)
    monkeypatch.setattr(
        callbacks, "ctx", SimpleNamespace(triggered_id={"type": "runs-columns", "run": run.id})
    )
    ids = [{"type": "runs-column", "run": run.id, "place": place} for place in range(3)]
    others = [{"type": "runs-column", "run": run.id + 1, "place": 0}]
    given = (ids + others, ["day", "energy_mwh", "pce", "day"], check(run))
    *_drawn, idle = acting(web, alice, callbacks.say_columns, *given)
    assert not idle
    work(web.database, web.var, NOW)
    draft = state_of(web, alice)
    assert (draft.state, draft.counts["kwh"], draft.point) == (RunState.DRAFT, 10_000, PCE)
    assert dict(receipt_facts(draft))["Colonnes indiquées"] == (
        "«\u00a0Date\u00a0» lue comme Journée gazière, «\u00a0Conso\u00a0» lue comme Énergie (MWh),"
        " «\u00a0Point\u00a0» lue comme PCE"
    )
    body, _ways, _idle = acting(web, alice, callbacks.show_check, check(run))
    assert "Colonnes et unités du fichier" in words_of(body)
    with pytest.raises(Invalid):
        acting(web, alice, callbacks.say_columns, ids, ["day"], check(run))


def test_a_unit_that_explains_a_gap_is_chosen_by_a_press(web, alice, monkeypatch):
    content = odd_csv(PCE).replace(b";1;", b";;")  # without volumes
    history = checked(web, alice, content.replace(b";9;", b";9000;"), "h.csv")
    acting(web, alice, callbacks.confirm, {str(history.id): history.version})
    work(web.database, web.var, NOW)
    run = checked(web, alice, content, "mwh.csv")
    body, _ways, _idle = acting(web, alice, callbacks.show_check, check(run))
    assert "Lire comme Énergie (MWh)" in words_of(body)
    pressed = {"type": "runs-unit", "run": run.id, "use": "energy_mwh"}
    monkeypatch.setattr(callbacks, "ctx", SimpleNamespace(triggered_id=pressed))
    *_drawn, idle = acting(web, alice, callbacks.answer_doubt, check(run))
    assert not idle
    work(web.database, web.var, NOW)
    assert state_of(web, alice).counts["same"] == 20


def test_somebody_else_s_pce_may_be_corrected_without_sending_the_file_again(web, alice):
    refused = checked(web, alice, pce="09999999999999")
    assert "titulaire" in refused.problem[0]
    assert refused.asks_pce
    acting(web, alice, callbacks.check_again, check(refused), PCE)
    work(web.database, web.var, NOW)
    assert state_of(web, alice).state is RunState.DRAFT


def test_the_check_is_drawn_as_it_goes_and_another_organisation_sees_none_of_it(
    web, alice, charlie
):
    drop(web, alice, (FILES / SHEET).read_bytes(), pce=PCE)
    run = state_of(web, alice)
    _body, _ways, idle = acting(web, alice, callbacks.show_check, check(run))
    assert not idle
    work(web.database, web.var, NOW)
    body, ways, idle = acting(web, alice, callbacks.show_check, check(run))
    assert idle
    assert "Nouveaux" in str(body)
    assert "runs-confirm" in str(ways)
    for act in (callbacks.show_check, callbacks.drop):
        with pytest.raises(NotFound):
            acting(web, charlie, act, check(run))
    with pytest.raises(NotFound):
        acting(web, charlie, callbacks.confirm, {str(run.id): 1})


def odd_csv(*numbers):
    """Twenty days of 9 kWh, where the sheet has more than a hundred a day."""
    lines = [f"{n};2026-11-{day:02d};1;9;Mesuré" for n in numbers for day in range(1, 21)]
    return "\n".join(
        ["PCE;Journée gazière;Volume (m3);Énergie (kWh);Qualification", *lines]
    ).encode()


def test_a_file_of_zeros_says_zero_and_who_reads_what_changes_alone(web, alice):
    days = [f"{PCE};2026-11-{day:02d};0;0;Mesuré" for day in range(1, 21)]
    head = "PCE;Journée gazière;Volume (m3);Énergie (kWh);Qualification"
    draft = checked(web, alice, "\n".join([head, *days]).encode(), "zeros.csv")
    with web.database.transaction() as db:
        make_grant(db, db.scalar(select(Pce)), 2)
    body, *_rest = acting(web, alice, callbacks.show_check, check(draft))
    assert "Énergie0 kWh" in words_of(body).replace("\u00a0", " ")
    assert "1 organisation les lit aussi" in words_of(body)
    acting(web, alice, callbacks.confirm, {str(draft.id): draft.version})
    work(web.database, web.var, NOW)
    again = checked(web, alice, "\n".join([head, *days]).encode(), "again.csv")
    body, *_rest = acting(web, alice, callbacks.show_check, check(again))
    assert "les lit aussi" not in words_of(body)


def test_what_looks_odd_is_kept_by_a_press_before_it_can_be_confirmed(web, alice, monkeypatch):
    history = checked(web, alice)
    acting(web, alice, callbacks.confirm, {str(history.id): history.version})
    work(web.database, web.var, NOW)
    for pressed in ({"run": 2, "place": 0}, dict(zip(("run", "place"), EVERY, strict=True))):
        draft = checked(web, alice, odd_csv(PCE), "odd.csv")
        if pressed["run"]:
            pressed["run"] = draft.id
        with pytest.raises(Conflict, match="à confirmer"):
            acting(web, alice, callbacks.confirm, {str(draft.id): draft.version})
        monkeypatch.setattr(callbacks, "ctx", SimpleNamespace(triggered_id=pressed))
        body, _ways, idle = acting(web, alice, callbacks.answer_doubt, check(draft))
        assert idle
        assert "Garder quand même" not in str(body)
        acting(web, alice, callbacks.confirm, {str(draft.id): draft.version})
        acting(web, alice, callbacks.confirm, {str(draft.id): draft.version})  # twice is once
        work(web.database, web.var, NOW)
        assert state_of(web, alice).state is RunState.DONE


def test_a_draft_that_is_given_up_leaves_nothing(web, alice):
    run = checked(web, alice)
    address, _toast = acting(web, alice, callbacks.drop, check(run))
    assert address == "/operations"
    assert state_of(web, alice).state is RunState.DROPPED


def test_a_deposit_confirmed_in_another_tab_is_not_said_to_be_given_up(web, alice):
    run = checked(web, alice)
    acting(web, alice, callbacks.confirm, {str(run.id): run.version})
    with pytest.raises(Conflict):
        acting(web, alice, callbacks.drop, check(run))


@pytest.mark.parametrize("run", ["9" * 5000, "9" * 30, "²", "-1", "x", ""])
def test_a_run_that_is_no_number_is_not_confirmed(web, alice, run):
    assert acting(web, alice, callbacks.confirm, {run: 1}) == "/operations"


def test_a_deposit_opens_its_check_and_anything_else_nothing():
    assert callbacks.open_check({"runs": [4, 5]}) == "/operations?run=4"
    for odd in (None, {"runs": []}, {"runs": "x"}):
        with pytest.raises(PreventUpdate):
            callbacks.open_check(odd)


def test_a_run_of_another_organisation_does_not_exist(web, alice, charlie):
    drop(web, alice, b"PCE;x\n1;2\n", "x.csv")
    run = state_of(web, alice)
    with pytest.raises(NotFound):
        acting(web, charlie, callbacks.show_receipt, run.id)


def test_progress_asks_again_only_while_something_runs(web, alice):
    drop(web, alice, b"PCE;x\n1;2\n", "x.csv")
    assert acting(web, alice, callbacks.show_progress)[1] is False
    work(web.database, web.var, NOW)
    assert acting(web, alice, callbacks.show_progress)[1] is True


def test_the_page_of_a_receipt_gets_all_that_it_asks_for(sqlite_template, tmp_path):
    database = fresh_database(sqlite_template, tmp_path)
    with database.transaction() as db:
        make_people(db)
    web = Web(database, tmp_path / "var")
    alice = Viewer(
        1, 1, OrganisationKind.COLLECTIVITY, Role.FACILITY_MANAGER, TODAY, contracted=True
    )
    drop(web, alice, b"nothing of ours", name="a.csv")
    wanted = ("runs-receipt.children", "runs-watch.disabled")
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
    assert set(answer.json["response"]) == {"runs-receipt", "runs-watch"}
