"""A file of declarations through its steps, as a browser leads it; nothing until confirmed."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from dash.exceptions import PreventUpdate
from sqlalchemy import select, update

from callbacks import rights_import
from components.rights import Ids
from components.rights.imports.lines import LinePage
from components.rights.imports.receipt import receipt_body
from components.rights.upstream_effects import REFUSED
from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.i18n import _, clock, set_language
from data.exchange.mirror.actions.connection import forget
from data.exchange.mirror.actions.sendings import put_in_queue
from data.exchange.mirror.models import MirrorRight, MirrorSending
from data.exchange.mirror.queries.outgoing import find_due
from data.exchange.mirror.types import Address, ConnectionState
from data.request import Request
from data.rights import actions, queries
from data.rights.files.large_file_lock import hold_import_lock
from data.rights.models import AccessRight, RightImport, RightLetterRow, StoppedMailbox
from data.rights.rules.columns import LABELS
from data.rights.types import FailedLookup, Purpose, Repair, RightDataKind, Stop, Stopped, TryReason
from data.runs.actions import enqueue_run
from data.runs.files import folder_of
from data.runs.models import Run
from data.runs.types import RunState
from pages.rights_import import PAGE
from pages.runs import PAGE as RUNS
from tests.components.kit.trees import every, text_of, with_id
from tests.data.exchange.mirror.distributor import connect
from tests.data.rights.test_relaying import sends as relay
from tests.factories import NOW, PCE, make_pce, make_people
from tests.queue_work import work_runs
from tests.web import Web, request_of

OTHER = "09999999910002"
HEAD = (
    "Numéro PCE;Site;Raison sociale;CP;Email;Début du droit;Fin du droit;Début conso;Fin conso;"
    "Contractuelles;Techniques;Informatives;Publiées;Note"
)
REST = "01/09/2026;31/08/2028;01/09/2023;31/08/2028;OUI;OUI;NON;OUI;-"


def line(number, email="alice@tilleuls.example", postal="99123"):
    return f"{number};Lycée;Lycée des Tilleuls;{postal};{email};{REST}"


FILE = "\r\n".join(
    [HEAD, line(PCE), line(OTHER.lstrip("0")), line("09999999910003", email="personne")]
)


@pytest.fixture
def web(database, tmp_path):
    with database.transaction() as db:
        make_people(db)
        for number in (PCE, OTHER, "09999999910003"):
            make_pce(db, number, holder_id=1, holder_name="LYCEE DES TILLEULS")
    return Web(database, tmp_path)


@pytest.fixture
def bob(bob):
    return replace(bob, organisation="Organisation de bob")


class Desk:
    """What bob does with a file, each gesture in a transaction of its own."""

    def __init__(self, web, viewer):
        self.web, self.viewer = web, viewer

    def send(self, content=FILE, name="droits.csv", query=""):
        browser = self.web.browser(self.viewer.user_id)
        return browser.send(f"/droits/import/depot{query}", [(name, content.encode("cp1252"))])

    def deposit(self, **values):
        return self.send(**values).json["run"]

    def do(self, act, *args, viewer=None):
        with self.web.server.app_context(), self.web.database.transaction() as db:
            return act(*args, request=request_of(db, viewer or self.viewer))

    def page(self, run="", viewer=None, *, upstream=None, **query):
        with self.web.server.app_context(), self.web.database.reading() as db:
            request = request_of(db, viewer or self.viewer, upstream=upstream)
            return PAGE.layout(request, run=str(run), **query)

    def mapped(self, run):
        page = self.page(run, step="columns")
        columns = [part for part in every(page) if is_column(part)]
        fields, places = [part.value for part in columns], [part.id for part in columns]
        return self.do(rights_import.map_columns, fields, places, [], [], run)

    def mend(self, run, **told):
        """As a request does: the file is looked at first, then only what is decided is written."""
        sent, database = (told, run), self.web.database
        with self.web.server.app_context():
            with database.reading() as db:
                ready = rights_import.preview_plan(*sent, request=request_of(db, self.viewer))
            with database.transaction() as db:
                body, ways = rights_import.mend(
                    *sent, ready=ready, request=request_of(db, self.viewer)
                )
                assert text_of(body).endswith(text_of(ways))
                return body

    def work(self):
        work_runs(self.web.database, self.web.var, NOW)

    def rights(self):
        with self.web.database.reading() as db:
            return list(db.scalars(select(AccessRight.number).order_by(AccessRight.number)))


def is_column(part):
    id_ = getattr(part, "id", None)
    return isinstance(id_, dict) and id_["type"] == "rights-column"


@pytest.fixture
def desk(web, bob):
    return Desk(web, bob)


def test_columns_are_recognised_and_the_choice_leads_to_the_check(desk):
    run = desk.deposit()
    page = desk.page(run, step="columns")
    assert "13 lues sur 14" in text_of(page)
    assert "Rôle du tiers" in text_of(page)
    assert desk.mapped(run) == f"/droits/import?run={run}&step=check"


def test_the_lost_zero_is_proposed_and_never_put_back_alone(desk):
    run = desk.deposit()
    desk.mapped(run)
    words = text_of(desk.page(run))
    assert "1 ligne prête sur 3\u202f; 1 a une réparation proposée, 1 est à corriger" in words
    assert "Zéro initial perdu dans le PCE" in words
    assert OTHER in words
    after = text_of(desk.mend(run, repair="pce_zero", on=True))
    assert "2 lignes prêtes sur 3" in after
    assert "Réparations acceptées" in after
    back = text_of(desk.mend(run, repair="pce_zero", on=False))
    assert "1 ligne prête sur 3" in back
    assert desk.rights() == []


def test_nothing_is_ready_nor_goes_on_while_a_file_is_not_looked_at(desk, monkeypatch):
    run = desk.deposit()
    desk.mapped(run)
    monkeypatch.setattr(Request, "spend", lambda *_given: Stopped(Stop.FILE))
    words = text_of(desk.page(run))
    assert "n’est pas comparé" in words
    assert "Rien n’est prêt" in words
    for said in ("prêtes", "Prêtes", "Continuer", "passer à la confirmation"):
        assert said not in words
    page = desk.page(run, step="confirm")
    assert "0 ligne prête" in text_of(page)
    assert with_id(page, Ids.CONFIRM_IMPORT).disabled


def test_the_same_file_again_is_known_whole_repairs_included_and_goes_no_further(desk):
    run = desk.deposit()
    desk.mapped(run)
    desk.mend(run, repair="pce_zero", on=True)
    desk.mend(run, line=4, field="courriel_titulaire", text="gaz@tilleuls.example")
    desk.do(rights_import.confirm, run)
    desk.work()
    again = desk.deposit()
    desk.mapped(again)
    words = text_of(desk.page(again))
    assert "2 sont déjà connues" in words
    assert "réparation proposée" not in words
    assert "Continuer" not in words
    before = desk.rights()
    desk.do(rights_import.confirm, again)
    desk.work()
    with desk.web.database.reading() as db:
        counts = queries.get_import_receipt(db, desk.viewer, again).counts
    assert (counts.known, counts.accepted, counts.waiting, counts.rejected) == (2, 0, 0, 1)
    assert desk.rights() == before


def test_what_a_file_sends_waits_for_credentials_that_are_refused_and_says_so(desk):
    with desk.web.database.transaction() as db:
        connection = connect(db, "usr-1")
        relay(db)
    run = desk.deposit()
    desk.mapped(run)
    assert "Chaque déclaration part au distributeur" in text_of(desk.page(run, step="confirm"))
    with desk.web.database.transaction() as db:
        db.merge(connection).state = ConnectionState.REFUSED
    words = text_of(desk.page(run, step="confirm"))
    assert REFUSED in words
    assert "part au distributeur" not in words


def test_a_file_that_takes_days_to_leave_says_how_many(desk):
    with desk.web.database.transaction() as db:
        connect(db, "usr-1")
        relay(db)
    run = desk.deposit()
    desk.mapped(run)
    desk.mend(run, repair="pce_zero", on=True)
    told = {
        most: text_of(desk.page(run, step="confirm", upstream=Address("", "", "", most)))
        for most in (0, 1, 2)
    }
    assert "il en part au plus 1 par jour, comptez au moins 2 jours" in told[1]
    for most in (0, 2):
        assert "comptez une seconde par ligne" in told[most]


def test_a_cell_is_written_again_here(desk):
    run = desk.deposit()
    desk.mapped(run)
    after = desk.mend(run, line=4, field="courriel_titulaire", text="gaz@tilleuls.example")
    assert "2 lignes prêtes sur 3" in text_of(after)
    with pytest.raises(NotFound):
        desk.mend(run, line=4, field="uid", text="x")
    with pytest.raises(PreventUpdate):
        desk.mend(run, repair="burn", on=True)
    with pytest.raises(PreventUpdate):
        desk.do(rights_import.preview_plan, None, run)


def test_a_cell_is_corrected_while_others_write(desk, monkeypatch):
    """Reading a large file again takes seconds: nobody waits for it."""
    run = desk.deposit()
    desk.mapped(run)
    look = actions.preview

    def while_another_writes(*args, **kwargs):
        with desk.web.database.transaction() as db:
            make_pce(db, "09999999910009")
        return look(*args, **kwargs)

    monkeypatch.setattr(actions, "preview", while_another_writes)
    after = desk.mend(run, line=4, field="courriel_titulaire", text="gaz@tilleuls.example")
    assert "2 lignes prêtes sur 3" in text_of(after)
    assert "2 lignes prêtes sur 3" in text_of(desk.page(run))


def test_a_draft_that_changed_meanwhile_is_not_overwritten(desk, monkeypatch):
    run = desk.deposit()
    desk.mapped(run)
    look = actions.preview

    def while_it_changes(*args, **kwargs):
        with desk.web.database.transaction() as db:
            actions.accept_repairs(db, desk.viewer, run, {Repair.PCE_ZERO})
        return look(*args, **kwargs)

    monkeypatch.setattr(actions, "preview", while_it_changes)
    with pytest.raises(Conflict):
        desk.mend(run, line=4, field="courriel_titulaire", text="gaz@tilleuls.example")
    monkeypatch.undo()
    assert "Réparations acceptées" in text_of(desk.page(run))


def test_one_file_of_an_organisation_is_read_at_a_time(desk):
    run = desk.deposit()
    desk.mapped(run)
    folder = folder_of(desk.web.var)
    with hold_import_lock(folder, desk.viewer.organisation_id):
        with (
            pytest.raises(Conflict),
            hold_import_lock(folder, desk.viewer.organisation_id, patience=0),
        ):
            pytest.fail("two at once")
        with hold_import_lock(folder, 99, patience=0):  # others do not wait
            pass
    assert "1 ligne prête sur 3" in text_of(desk.page(run))


def cells_of(page, words):
    """The table of the group that is titled *words*, line by line."""
    table = next(
        part
        for part in every(page)
        if type(part).__name__ == "Table" and words in text_of(part.children[0])
    )
    rows = [part for part in every(table) if type(part).__name__ == "Tr"][1:]
    return [[text_of(cell) for cell in row.children] for row in rows]


def edits_of(page, line):
    return {
        part.id["field"]: part.value
        for part in every(page)
        if isinstance(getattr(part, "id", None), dict)
        and part.id["type"] == "rights-edit"
        and part.id["line"] == line
    }


def test_a_line_says_what_was_found_and_what_was_expected(desk):
    wrong = [line(PCE, email="personne"), line(OTHER, email="gaz@"), line(PCE, postal="1")]
    late = line("09999999910003").replace("31/08/2028;OUI", "30/09/2028;OUI")
    run = desk.deposit(content="\r\n".join([HEAD, *wrong, late]))
    desk.mapped(run)
    page = desk.page(run)
    mails = cells_of(page, "Adresse électronique mal écrite")  # not one line's own words
    assert [cells[:4] for cells in mails] == [
        ["2", "E, Email", "personne", "une adresse comme nom@site.fr"],
        ["3", "E, Email", "gaz@", "une adresse comme nom@site.fr"],
    ]
    [postal] = cells_of(page, "n’est pas un code postal")
    assert postal[3] == "5 chiffres"
    [data] = cells_of(page, "Données au-delà de la fin du droit")
    assert data[2:4] == ["30/09/2028", "31/08/2028"]  # the cell as it was written


def test_a_lost_zero_of_a_postal_code_is_the_one_cause_and_its_cell_can_be_written(desk):
    run = desk.deposit(content="\r\n".join([HEAD, line(PCE, postal="9912")]))
    desk.mapped(run)
    page = desk.page(run)
    words = text_of(page)
    assert "Code postal à 4 chiffres" in words
    assert "ne connaît pas le PCE" not in words
    assert edits_of(page, 2) == {"code_postal": "09912"}
    accepted = desk.mend(run, repair="postal_zero", on=True)
    assert "à ce code postal" not in text_of(accepted)  # the distributor will compare it
    assert desk.mend(run, line=2, field="raison_sociale", text="Autre")
    unknown = desk.page(run)
    assert "à ce code postal" in text_of(unknown)
    assert edits_of(unknown, 2) == {"id_pce": PCE, "code_postal": "9912"}
    assert desk.mend(run, line=2, field="code_postal", text="99123")
    assert "1 ligne prête sur 1" in text_of(desk.page(run))


def test_a_column_is_said_in_the_words_of_the_file_or_of_the_reader(desk):
    run = desk.deposit(content=FILE.replace("personne", "gaz@"))
    desk.mapped(run)
    bare = desk.deposit(content="\r\n".join(FILE.splitlines()[1:]))
    desk.mapped(bare)
    set_language("en")
    try:
        words = str(desk.page(run).to_plotly_json())
        headless = text_of(desk.page(bare))
    finally:
        set_language("fr")
    assert "E, Email" in words
    assert "Courriel du titulaire" not in words
    assert "E, Holder’s email" in headless


def leave_of(page):
    return [
        part.to_plotly_json()["props"]["data-reason"]
        for part in every(page)
        if getattr(part, "data-rights", None) == "leave"
    ]


def test_the_lines_of_a_group_are_left_out_and_taken_back(desk):
    twice = line(PCE, email="autre@tilleuls.example")
    run = desk.deposit(content=f"{FILE}\r\n{twice}")
    desk.mapped(run)
    page = desk.page(run)
    assert "Garder la première" in text_of(page)
    assert "Écarter cette ligne" in text_of(page)
    for reason in leave_of(page):
        after = text_of(desk.mend(run, reason=reason, on=True))
    assert "2 sont écartées" in after
    assert "à corriger" not in after
    with pytest.raises(NotFound):
        desk.mend(run, reason="0", on=True)
    assert "2 sont à corriger" in text_of(desk.mend(run, reason="", on=False))
    desk.mend(run, reason=leave_of(page)[0], on=True)
    desk.do(rights_import.confirm, run)
    desk.work()
    assert desk.rights() == [PCE]
    assert "Écartée" in text_of(desk.page(run))


def test_confirmed_it_is_declared_and_its_receipt_stays(desk):
    run = desk.deposit()
    desk.mapped(run)
    desk.mend(run, repair="pce_zero", on=True)
    words = text_of(desk.page(run, step="confirm"))
    assert "Déclarer 2 droits" in words
    assert "Laissées de côté, rendues en fichier1" in words
    assert desk.rights() == []
    assert desk.do(rights_import.confirm, run) == f"/droits/import?run={run}"
    waits, idle = desk.do(rights_import.follow, run)
    assert "0 ligne sur 3" in text_of(waits)
    assert idle is False
    desk.work()
    body, idle = desk.do(rights_import.follow, run)
    assert idle is True
    assert "Droits déclarés2" in text_of(body)
    assert "Annuler cet import…" in text_of(body)
    assert desk.rights() == [PCE, OTHER]
    page = text_of(desk.page(run))
    assert f"Reçu n° {run}" in page
    assert "n’est pas une adresse électronique" in page
    with pytest.raises(Conflict):
        desk.do(rights_import.confirm, run)


def test_each_step_says_how_many_lines_it_is_about(desk):
    run = desk.deposit()
    desk.mapped(run)

    def notes(page):
        steps = next(part for part in every(page) if "kit-steps" in str(vars(part)
                     .get("className")))  # fmt: skip
        items = [part for part in every(steps) if type(part).__name__ == "Li"]
        return [text_of(item.children[1].children[1]) for item in items]

    assert notes(desk.page(run, step="columns"))[0] == "droits.csv, 3 lignes"
    assert notes(desk.page(run))[:3] == [
        *("droits.csv, 3 lignes", "13 lues sur 14", "3 lignes, 2 à corriger"),
    ]
    assert notes(desk.page(run, step="confirm"))[2:4] == [
        *("3 lignes, 2 à corriger", "1 ligne prête"),
    ]
    desk.do(rights_import.confirm, run)
    desk.work()
    assert notes(desk.page(run)) == [
        *("droits.csv, 3 lignes", "13 colonnes lues", "3 lignes, 2 laissées de côté"),
        *("1 droit déclaré", "reçu et adresse permanente"),
    ]


def test_an_import_on_its_way_says_how_long_the_rest_takes(desk, bob):
    run = desk.deposit()
    desk.mapped(run)
    desk.do(rights_import.confirm, run)
    with desk.web.database.reading() as db:
        found = queries.get_import_receipt(db, bob, run)
    counts = replace(found.counts, accepted=100, waiting=300, lines=400)
    begun = replace(found, counts=counts, started_at=NOW - timedelta(seconds=10))
    words = text_of(receipt_body(begun, LinePage(), NOW))
    assert "100 lignes sur 400 · environ 30 s restantes" in words
    assert "restantes" not in text_of(receipt_body(found, LinePage(), NOW))


def test_a_receipt_says_until_when_it_may_be_undone_then_why_it_may_not(desk):
    run = desk.deposit()
    desk.mapped(run)
    desk.do(rights_import.confirm, run)
    desk.work()
    before = text_of(desk.page(run))
    assert "Annuler cet import…" in before
    assert "Possible jusqu’au départ des courriels aux titulaires, le 24" in before
    with desk.web.database.transaction() as db:
        db.execute(RightLetterRow.__table__.update().values(attempts=1))
    after = text_of(desk.page(run))
    assert "Annuler cet import…" not in after
    assert "des courriels ont été envoyés aux titulaires." in after


def test_the_distributor_reads_imports_and_is_offered_none(desk, dora):
    run = desk.deposit()
    page = desk.page(viewer=dora)
    words = text_of(page)
    assert "droits.csv" in words
    assert "À confirmer" in words
    for said in ("Reprendre", "Rempli de mes PCE", "Demander des droits", "Fichier de déclar"):
        assert said not in words
    assert "rights-file" not in str(page.to_plotly_json())
    desk.mapped(run)
    desk.do(rights_import.confirm, run)
    desk.work()
    assert f"/droits/import?run={run}" in str(desk.page(viewer=dora).to_plotly_json())
    assert "Annuler cet import" not in text_of(desk.page(run, viewer=dora))


def test_what_is_ready_is_gone_on_with_from_the_top_and_counted_again(desk):
    run = desk.deposit()
    desk.mapped(run)
    top = with_id(desk.page(run), Ids.CHECK_WAYS)
    assert "Continuer avec 1 ligne" in text_of(top)
    assert "Continuer avec 2 lignes" in text_of(desk.mend(run, repair="pce_zero", on=True))


def test_all_that_is_proposed_is_accepted_at_once(desk):
    mail = line("09999999910003", email="gaz @tilleuls.example")
    run = desk.deposit(content="\r\n".join([HEAD, line(PCE), line(OTHER.lstrip("0")), mail]))
    desk.mapped(run)
    page = desk.page(run)
    assert "Accepter les 2 réparations" in text_of(page)
    [every_repair] = [
        told for part in every(page) if "," in (told := getattr(part, "data-repair", None) or "")
    ]
    after = desk.mend(run, repair=every_repair, on=True)
    assert "3 lignes prêtes sur 3" in text_of(after)
    with pytest.raises(PreventUpdate):
        desk.mend(run, repair=f"{every_repair},burn", on=True)
    one = desk.deposit()
    desk.mapped(one)
    assert "réparations" not in text_of(desk.page(one))


def test_a_line_in_two_groups_is_one_line(desk):
    both = line(OTHER.lstrip("0"), postal="9912")
    run = desk.deposit(content="\r\n".join([HEAD, line(PCE), both]))
    desk.mapped(run)
    words = text_of(desk.page(run))
    assert "1 a une réparation proposée" in words
    assert "Réparables 1" in words


def test_confirming_ones_own_pces_does_not_speak_of_asking_holders(desk):
    for query, asks in (("?purpose=holdings", False), ("", True)):
        run = desk.deposit(query=query, content=FILE + query)
        words = text_of(desk.page(run, step="confirm"))
        assert ("Chaque titulaire reçoit un courriel" in words) is asks
        assert ("aucun accord n’est demandé" in words) is not asks


def test_the_receipt_names_each_line_and_what_was_changed(desk):
    run = desk.deposit()
    desk.mapped(run)
    desk.mend(run, repair="pce_zero", on=True)
    desk.do(rights_import.confirm, run)
    assert "Chaque ligne" not in text_of(desk.do(rights_import.follow, run)[0])
    desk.work()
    body, _idle = desk.do(rights_import.follow, run)
    lines = cells_of(body, "Lignes du fichier")
    assert [cells[:3] for cells in lines] == [
        ["2", PCE, "À valider"],
        ["3", OTHER, "À valider"],
        ["4", "09999999910003", "Rejetée"],
    ]
    assert lines[1][3:7] == [
        *("A, Numéro PCE", OTHER.lstrip("0"), OTHER),
        "Zéro initial perdu dans le PCE",
    ]
    assert lines[2][3:6] == ["E, Email", "personne", "une adresse comme nom@site.fr"]
    assert lines[2][7] == "1000000024"
    with desk.web.database.reading() as db:
        uids = db.scalars(select(AccessRight.uid).order_by(AccessRight.number)).all()
    assert [cells[7:] for cells in lines[:2]] == [["0000000002", uid] for uid in uids]
    assert lines[0][6] == "Le titulaire est sollicité\u00a0: le droit attend sa réponse."
    assert lines[2][8] == "–"
    links = [part.href for part in every(body) if "?open=" in str(getattr(part, "href", ""))]
    assert links == [f"/droits?open={uid}" for uid in uids]
    rejected = desk.page(run, lines="rejected")
    assert [cells[0] for cells in cells_of(rejected, "Lignes du fichier")] == ["4"]
    assert [cells[0] for cells in cells_of(desk.page(run, lines="x"), "Lignes du")] == list("234")
    assert cells_of(desk.page(run, lines="changed", page="9"), "Lignes du fichier") == []
    for ending in ("csv", "xlsx"):
        address = f"/droits/import/lignes?run={run}&format={ending}"
        answer = desk.web.browser(2).get(address)
        assert answer.status_code == 200
        assert f'filename="import-{run}.{ending}"' in answer.headers["Content-Disposition"]
        assert desk.web.browser(3).get(address).status_code == 404


def test_the_lines_of_a_receipt_are_shown_by_pages(desk, monkeypatch):
    monkeypatch.setattr("data.rights.queries.import_lines.LINES_SHOWN", 2)
    monkeypatch.setattr("components.rights.imports.lines.LINES_SHOWN", 2)
    run = desk.deposit()
    desk.mapped(run)
    desk.do(rights_import.confirm, run)
    desk.work()
    first, last = desk.page(run), desk.page(run, page="2")
    assert [cells[0] for cells in cells_of(first, "Lignes du fichier")] == ["2", "3", "3"][:2]
    assert [cells[0] for cells in cells_of(last, "Lignes du fichier")] == ["4"]
    assert f"/droits/import?run={run}&page=2" in str(first.to_plotly_json())
    assert "page 2 sur 2" in text_of(last)


def test_imports_of_before_are_all_reached(desk, monkeypatch):
    for module in ("pages.rights_import", "components.rights.imports.file"):
        monkeypatch.setattr(f"{module}.IMPORTS_SHOWN", 1)
    names = ["un.csv", "deux.csv"]
    for name in names:
        desk.deposit(name=name, content=FILE + name)
    latest, older = text_of(desk.page()), text_of(desk.page(page="2"))
    assert "deux.csv" in latest
    assert "un.csv" not in latest
    assert "Plus anciens" in latest
    assert "un.csv" in older
    assert "Plus anciens" not in older


def test_the_same_file_twice_changes_nothing_and_says_so(desk):
    for _time in range(2):
        run = desk.deposit(content="\r\n".join([HEAD, line(PCE)]))
        desk.mapped(run)
        shown = text_of(desk.page(run))
        desk.do(rights_import.confirm, run)
        desk.work()
    assert "Ce même fichier a déjà été importé" in shown
    assert "Tout ce fichier est déjà connu" in shown
    assert "Toutes ces lignes étaient déjà connues" in text_of(desk.page(run))
    assert desk.rights() == [PCE]


def test_an_import_is_undone_as_if_it_had_never_been(desk):
    run = desk.deposit(content="\r\n".join([HEAD, line(PCE)]))
    desk.mapped(run)
    desk.do(rights_import.confirm, run)
    desk.work()
    body, toast = desk.do(rights_import.undo, {"n": 1}, run)
    assert "1 droit retiré" in text_of(toast)
    assert "Import annulé" in text_of(body)
    assert desk.rights() == []
    assert "Droits annulés1" in text_of(body)
    for words in (text_of(body), text_of(desk.page())):
        assert "Annulé" in words
        assert "Terminé" not in words
        assert "droit déclaré" not in words
    again, said = desk.do(rights_import.undo, {"n": 2}, run)
    assert "Import déjà annulé" in text_of(said)
    assert text_of(again) == text_of(body)
    with pytest.raises(PreventUpdate):
        desk.do(rights_import.undo, None, run)
    again = desk.deposit(content="\r\n".join([HEAD, line(PCE)]))
    desk.mapped(again)
    shown = text_of(desk.page(again))
    assert "Ce même fichier a été importé, puis annulé le 24" in shown
    assert "déjà été importé" not in shown


def test_a_draft_is_taken_up_again_or_given_up(desk):
    run = desk.deposit()
    assert "À confirmer" in text_of(desk.page())
    address, toast = desk.do(rights_import.drop, run)
    assert address == "/droits/import"
    assert "Rien n’a été déclaré" in text_of(toast)
    assert "Fichier abandonné" in text_of(desk.page(run))


def test_no_value_stands_for_the_pce_of_every_line(desk):
    dated = "Raison sociale;Code postal;Courriel\r\nMairie;99123;gaz@tilleuls.example"
    words = text_of(desk.page(desk.deposit(content=dated), step="confirm"))
    assert "indiquez la colonne." in words
    assert "pour toutes" not in words.split("indiquez la colonne")[1].split("Colonne")[0]
    short = f"PCE;Raison sociale;Code postal\r\n{PCE};Mairie;99123"
    words = text_of(desk.page(desk.deposit(content=short), step="confirm"))
    assert "indiquez la colonne, ou une valeur pour toutes." in words


def test_what_is_missing_is_asked_before_anything_else(desk):
    short = "PCE;Raison sociale;Code postal\r\n" + f"{PCE};Lycée des Tilleuls;99123"
    run = desk.deposit(content=short)
    page = desk.page(run, step="confirm")
    assert "Il manque 3 colonnes" in text_of(page)
    ids = [part.id for part in every(page) if isinstance(getattr(part, "id", None), dict)]
    assert {"type": "rights-usual", "field": "courriel_titulaire"} in ids
    usual = {
        "courriel_titulaire": "gaz@tilleuls.example",
        "date_debut_droit_acces": "01/09/2026",
        "date_fin_droit_acces": "31/08/2028",
        "perim_donnees_conso_debut": "01/09/2024",
        "perim_donnees_conso_fin": "31/08/2028",
        "perim_donnees_publiees": "OUI",
        "perim_donnees_contractuelles": "NON",
        "perim_donnees_techniques": "NON",
        "perim_donnees_informatives": "NON",
    }
    columns = [part for part in every(page) if is_column(part)]
    desk.do(
        rights_import.map_columns,
        [part.value for part in columns],
        [part.id for part in columns],
        list(usual.values()),
        [{"type": "rights-usual", "field": name} for name in usual],
        run,
    )
    assert "1 ligne prête sur 1" in text_of(desk.page(run))


def test_one_field_is_one_column(desk):
    run = desk.deposit()
    places = [{"type": "rights-column", "place": place} for place in (0, 1)]
    with pytest.raises(Invalid):
        desk.do(rights_import.map_columns, ["id_pce", "id_pce"], places, [], [], run)


@pytest.mark.parametrize(
    "forged",
    [
        (["id_pce"], ["rights-column"], [], []),
        (["id_pce"], [None], [], []),
        (["id_pce"], [], [], []),
        ([], [], ["x"], [["field"]]),
        ([], [], ["x"], []),
    ],
)
def test_columns_that_no_page_has_get_a_sentence(desk, forged):
    run = desk.deposit()
    with pytest.raises(Invalid, match="mal formée"):
        desk.do(rights_import.map_columns, *forged, run)


def test_ones_own_pces_are_brought_the_same_way(desk, alice):
    own = Desk(desk.web, replace(alice, organisation="Lycée des Tilleuls"))
    short = "PCE;Raison sociale;Code postal\r\n" + f"{PCE};Lycée des Tilleuls;99123"
    run = own.deposit(content=short, query="?purpose=holdings")
    assert "Importer nos propres PCE" in text_of(own.page(run, step="confirm"))
    page = own.page(purpose="holdings")
    assert with_id(page, "rights-purpose").value == Purpose.HOLDINGS


def test_nobody_elses_file_is_seen_or_moved(desk, charlie, bob):
    run = desk.deposit()
    looked = replace(bob, behind=4)
    with pytest.raises(NotFound):
        desk.page(run, viewer=charlie)
    with pytest.raises(Forbidden):
        desk.page(viewer=looked)
    for act in (rights_import.confirm, rights_import.drop):
        with pytest.raises(NotFound):
            desk.do(act, run, viewer=charlie)
        with pytest.raises(Forbidden):
            desk.do(act, run, viewer=looked)
    with pytest.raises(NotFound):
        desk.do(rights_import.follow, True)
    with pytest.raises(NotFound):
        desk.page("12x")


def test_the_distributor_deposits_and_confirms_nothing(desk, dora):
    """The interface hides it; so must the server."""
    staff = Desk(desk.web, dora)
    browser = desk.web.browser(dora.user_id)
    assert staff.send().status_code == 403
    assert browser.get("/droits/import/depot?files=1&octets=10").status_code == 403
    assert browser.get("/droits/import/modele?format=csv").status_code == 403
    own = desk.deposit()
    desk.mapped(own)
    desk.page(own)
    with desk.web.database.transaction() as db:  # a draft of before the distributor might not
        for table in (Run, RightImport):
            db.execute(update(table).values(organisation_id=dora.organisation_id))
        db.execute(update(Run).values(user_id=dora.user_id))
    for act in (rights_import.confirm, rights_import.drop):
        with pytest.raises(Forbidden):
            desk.do(act, own, viewer=dora)
    with desk.web.database.transaction() as db:
        db.execute(update(Run).values(state=RunState.RECEIVED))
        enqueue_run(db, own, dora.organisation_id, NOW)
    desk.work()
    with desk.web.database.reading() as db:
        assert db.scalar(select(Run.state)) is RunState.REFUSED
    assert desk.rights() == []


def test_the_page_follows_what_the_deposit_answers(bob):
    def sent(told):
        return rights_import.open_sent(told)

    assert sent({"run": 7}) == "/droits/import?run=7&step=columns"
    with pytest.raises(PreventUpdate):
        sent(None)


def test_operations_send_to_the_receipt_of_an_import(desk):
    run = desk.deposit()
    with desk.web.database.reading() as db:
        words = str(RUNS.layout(request_of(db, desk.viewer), run=str(run)).to_plotly_json())
    assert f"/droits/import?run={run}" in words


def test_every_repair_can_be_accepted_or_not():
    for repair in Repair:
        on = rights_import.repairs_after(frozenset(), {"repair": repair.value, "on": True})
        assert on == {repair}
        assert not rights_import.repairs_after(on, {"repair": repair.value, "on": False})


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_template_and_the_rejects_are_taken_away(desk, ending):
    run = desk.deposit()
    desk.mapped(run)
    browser = desk.web.browser(2)
    empty = browser.get(f"/droits/import/modele?format={ending}")
    assert empty.status_code == 200
    assert empty.headers["Content-Disposition"] == f'attachment; filename="modele-droits.{ending}"'
    draft = browser.get(f"/droits/import/rejets?run={run}&format={ending}")
    desk.do(rights_import.confirm, run)
    desk.work()
    done = browser.get(f"/droits/import/rejets?run={run}&format={ending}")
    assert draft.status_code == done.status_code == 200
    if ending == "csv":
        text = draft.data.decode("utf-8-sig")
        assert text.splitlines()[0].endswith(";Motif")
        assert "personne" in text
        assert len(text.splitlines()) == 2
        assert len(done.data.decode("utf-8-sig").splitlines()) == 3  # the repair nobody accepted


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/droits/import/rejets?run=999", 404),
        ("/droits/import/rejets?run=x", 404),
        ("/droits/import/modele?format=pdf", 422),
        ("/droits/import/depot?files=1&octets=9999999999999", 413),
    ],
)
def test_what_is_wrong_is_said(desk, path, status):
    assert desk.web.browser(2).get(path).status_code == status


def test_the_template_is_filled_with_ones_pces(desk):
    text = desk.web.browser(1).get("/droits/import/modele?format=csv&mine=1").data.decode("utf-8")
    assert PCE in text
    assert re.search(r"99123", text)


def test_what_is_no_table_leaves_nothing(desk):
    answer = desk.send(content="\x00\x01", name="droits.csv")
    assert answer.status_code == 422
    assert "error" in answer.json
    assert desk.web.browser(2).send("/droits/import/depot", []).status_code == 422
    assert desk.web.browser(2).get("/droits/import/depot?files=1&octets=10").status_code == 204
    assert "Aucun import" in text_of(desk.page())


def test_a_file_that_guesses_is_told_nothing_and_is_not_confirmed(desk):
    head, good, *_rest = FILE.splitlines()
    number = good.split(";")[0]
    lines = [good.replace(number, f"08888888810{at:03d}") for at in range(40)]
    run = desk.deposit(content="\n".join([head, *lines]))
    desk.mapped(run)
    for step in ("check", "confirm"):
        words = text_of(desk.page(run, step=step))
        assert "n’est pas comparé aux PCE du distributeur" in words
        assert "ne connaît pas le PCE" not in words
        assert "Trop de ses lignes ne correspondent à rien" in words
        assert "Un fichier peut en avoir 30, et une de plus pour 20 lignes justes" in words
        assert "30 essais comptent depuis 24 heures" in words  # its first lines are named
    with pytest.raises(Conflict):
        desk.do(rights_import.confirm, run)


def test_a_file_stopped_by_the_day_says_until_when(desk, monkeypatch):
    run = desk.deposit()
    desk.mapped(run)
    until = NOW + timedelta(hours=5)
    for why, said in ((Stop.SUM, "Seul, il passerait"), (Stop.DAY, "Aucun fichier")):
        stopped = Stopped(why, until)
        monkeypatch.setattr(Request, "spend", lambda *_given, stopped=stopped: stopped)
        for step in ("check", "confirm"):
            words = text_of(desk.page(run, step=step))
            assert said in words
            assert clock(until) in words
            assert "Trop de ses lignes" not in words


def test_a_file_that_is_stopped_names_the_lines_that_count(desk, monkeypatch):
    run = desk.deposit()
    desk.mapped(run)
    tries = (
        FailedLookup(12, "09999999910001", TryReason.PCE, "lyon.csv", NOW),
        FailedLookup(None, "09999999910002", TryReason.HOLDER, "", NOW),
    )
    stopped = Stopped(Stop.SUM, NOW, tries, 54)
    monkeypatch.setattr(Request, "spend", lambda *_given: stopped)
    words = text_of(desk.page(run, step="check"))
    for said in ("54 essais comptent", "lyon.csv", "12", "inconnu à ce code", "formulaire"):
        assert said in words


@pytest.mark.parametrize("content", ["\n \n;;;\n", "   \n", ""])
def test_a_file_of_blanks_is_empty(desk, content):
    answer = desk.send(content=content)
    assert answer.status_code == 422
    assert "vide" in answer.json["error"]


def test_a_pdf_is_told_what_to_deposit_here(desk):
    told = desk.send(content="%PDF-1.7").json["error"]
    assert "C’est un PDF" in told
    assert "JSON" not in told


def test_a_file_in_utf_16_is_read(desk):
    browser = desk.web.browser(2)
    for text in (FILE, FILE.replace(";", "\t")):
        sent = [("droits.txt", text.encode("utf-16"))]
        run = browser.send("/droits/import/depot", sent).json["run"]
        assert "13 lues sur 14" in text_of(desk.page(run, step="columns"))


def test_empty_flags_are_one_thing_to_correct(desk):
    bare = line(PCE).replace("OUI;OUI;NON;OUI", ";;;")
    run = desk.deposit(content=f"{HEAD}\r\n{bare}")
    desk.mapped(run)
    page = desk.page(run)
    words = text_of(page)
    assert "Indiquez OUI ou NON pour chaque sorte de données" in words
    assert "«" not in "".join(cells_of(page, "Indiquez OUI ou NON")[0])
    assert len(leave_of(page)) == 1


def test_a_file_without_a_header_says_so_and_its_first_line_is_read(desk):
    run = desk.deposit(content="\r\n".join(FILE.splitlines()[1:]))
    page = desk.page(run, step="columns")
    assert "Fichier sans en-tête" in text_of(page)
    assert desk.mapped(run)
    assert "sur 3" in text_of(desk.page(run))
    assert "votre choix est retenu" not in text_of(page)
    named = text_of(desk.page(desk.deposit(), step="columns"))
    assert "sans en-tête" not in named
    assert "votre choix est retenu" in named


def test_rejected_lines_are_offered_where_there_are_some(desk):
    run = desk.deposit(content="\r\n".join([HEAD, line(PCE)]))
    desk.mapped(run)
    assert "Lignes rejetées" not in text_of(desk.page(run))
    run = desk.deposit(content="\r\n".join([HEAD, line(PCE), line(OTHER, email="personne")]))
    desk.mapped(run)
    assert "Lignes rejetées" in text_of(desk.page(run))


def test_holders_who_want_no_letter_are_counted_before_confirming(desk):
    with desk.web.database.transaction() as db:
        db.add(StoppedMailbox(mailbox="alice@tilleuls.example", at=NOW))
    run = desk.deposit(content="\r\n".join([HEAD, line(PCE), line(OTHER, email="gaz@sud.example")]))
    desk.mapped(run)
    assert "1 ligne dont le titulaire ne veut plus de courriel" in text_of(desk.page(run))


def test_every_name_of_a_column_has_its_english():
    set_language("en")
    try:
        french = [label for label in LABELS.values() if _(label) == label]
    finally:
        set_language("fr")
    assert french == ["PCE"]


def test_a_group_names_the_columns_of_its_cells(desk):
    """The same sentence is earned by several dates."""
    cells = [f"{PCE};Lycée;Lycée des Tilleuls;99123;alice@tilleuls.example;;;;;OUI;OUI;NON;OUI;-"]
    run = desk.deposit(content="\r\n".join([HEAD, *cells]))
    desk.mapped(run)
    titles = [text_of(part) for part in every(desk.page(run)) if type(part).__name__ == "H3"]
    missing = [title for title in titles if "obligatoire" in title]
    assert len(missing) > 1
    assert len(set(missing)) == len(missing)
    assert any(title.startswith("F, Début du droit") for title in missing)


def test_a_sign_that_nobody_sees_is_shown_where_it_was_found(desk):
    unseen = PCE[:7] + "\u200b" + PCE[7:]
    run = (
        desk.web.browser(2)
        .send("/droits/import/depot", [("a.csv", "\r\n".join([HEAD, line(unseen)]).encode())])
        .json["run"]
    )
    desk.mapped(run)
    words = text_of(desk.page(run))
    assert "Signes invisibles, ou chiffres d’une autre écriture" in words
    assert f"{PCE[:7]}⟨U+200B⟩{PCE[7:]}" in words


def test_the_template_is_said_to_have_the_columns_that_it_has(desk):
    assert f"Un modèle de {len(LABELS)} colonnes" in text_of(desk.page())


@pytest.fixture
def relayed(desk):
    """An import whose declarations are in the queue, while the credentials are refused."""
    with desk.web.database.transaction() as db:
        connect(db, "usr-1", state=ConnectionState.REFUSED)
        relay(db)
    run = desk.deposit(content="\r\n".join([HEAD, line(PCE)]))
    desk.mapped(run)
    desk.do(rights_import.confirm, run)
    desk.work()
    with desk.web.database.transaction() as db:
        assert put_in_queue(db, 2, find_due(db, 2), now=NOW) == 1
    return run


def test_an_import_of_which_nothing_left_says_so_and_is_undone_with_its_queue(desk, relayed):
    page = text_of(desk.page(relayed))
    assert REFUSED in page
    assert "Possible tant qu’aucun droit n’est parti au distributeur." in page
    assert "ne peut plus être annulé" not in page
    with desk.web.database.reading() as db:
        due = [(one.right_id, one.verb, 0, 0) for one in db.scalars(select(MirrorSending))]
    _body, toast = desk.do(rights_import.undo, {"n": 1}, relayed)
    assert "1 droit retiré" in text_of(toast)
    assert desk.rights() == []
    with desk.web.database.transaction() as db:
        assert put_in_queue(db, 2, due, now=NOW) == 0  # a turn that had read it
        assert db.scalars(select(MirrorSending)).all() == []


@pytest.mark.parametrize("there", [False, True])
def test_an_import_of_which_something_left_is_kept_whole(desk, relayed, there):
    with desk.web.database.transaction() as db:
        if there:
            right = db.scalars(select(AccessRight)).one()
            known = {name: getattr(right, name) for name in ("uid", "number", "role", "state")}
            flags = {kind.value: True for kind in RightDataKind}
            ids = {"organisation_id": 2, "right_id": right.id, "created_at": NOW}
            db.add(MirrorRight(**ids, **known, **flags))
        else:
            db.execute(update(MirrorSending).values(left_at=NOW))
    page = text_of(desk.page(relayed))
    assert "des droits ont déjà été envoyés au distributeur" in page
    assert "Annuler cet import…" not in page
    with pytest.raises(Conflict, match="déjà été envoyés"):
        desk.do(rights_import.undo, {"n": 1}, relayed)
    assert desk.rights() == [PCE]
    with desk.web.database.reading() as db:
        assert len(db.scalars(select(MirrorSending)).all()) == 1


def test_an_import_whose_connection_was_forgotten_says_nothing_of_the_distributor(desk, relayed):
    with desk.web.database.transaction() as db:
        forget(db, replace(desk.viewer, role=Role.ADMINISTRATOR), NOW)
    page = text_of(desk.page(relayed))
    assert "un de ses droits a changé depuis" in page
    assert "partent au distributeur" not in page
    assert "le droit attend sa réponse" not in page
