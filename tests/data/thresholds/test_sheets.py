"""Sheets of thresholds: read, written back, previewed, imported, rejects."""

from dataclasses import replace
from datetime import date

import pytest

from core.errors import Conflict, Forbidden, TooBig, Unreadable
from data.notifications.types import Severity
from data.runs.files import rows
from data.runs.files.rows import rejects, write_rows
from data.thresholds import actions, queries
from data.thresholds.files import HEADER, cells_of, read, rows_in
from data.thresholds.types import (
    SheetRow,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
    WeekLimits,
)
from tests.data.thresholds.making import NOW, draft
from tests.factories import PCE, make_pce

OTHER = "09999999910002"
HEAD = ";".join(HEADER)


def line(**cells) -> str:
    return ";".join(str(cells.get(column, "")) for column in HEADER)


def sheet(*lines: str, head: str = HEAD):
    return read("\n".join([head, *lines]).encode())


def written(some, *, as_xlsx=False):
    return write_rows(HEADER, map(cells_of, some), as_xlsx=as_xlsx)


def only(text: str):
    ((row,), _problems) = rows_in(sheet(text))
    return row.draft


def problem(text: str):
    good, (said, *_others) = rows_in(sheet(text))
    assert not good
    return said.column, said.message.format(**said.params)


EVALUATORS = [
    draft(),
    draft(period=ThresholdPeriod.MONTH, values_wh=tuple(range(1000, 13_000, 1000))),
    draft(period=ThresholdPeriod.YEAR, warn_at=None, severity=Severity.URGENT),
    draft(kind=ThresholdKind.RELATIVE, period=ThresholdPeriod.MONTH, percent=-12),
    draft(kind=ThresholdKind.LOW, consecutive=3, valid_from=date(2026, 1, 1)),
    draft(kind=ThresholdKind.MISSING, delay=12, valid_to=date(2027, 1, 1), hysteresis=0),
    draft(name="=DANGER()", values_wh=(1500,), week=WeekLimits(500, 100, (0, 6))),
]


@pytest.mark.parametrize("as_xlsx", [False, True])
def test_what_is_written_is_read_back(as_xlsx):
    some = [SheetRow(n, PCE, one) for n, one in enumerate(EVALUATORS, start=2)]
    found, problems = rows_in(read(written(some, as_xlsx=as_xlsx)))
    assert problems == []
    assert [row.line for row in found] == [row.line for row in some]
    assert [row.draft for row in found] == [replace(one, recipients=()) for one in EVALUATORS]


def test_the_template_is_a_head():
    assert written(()).decode("utf-8-sig").strip() == HEAD
    with pytest.raises(Unreadable, match="aucune ligne"):
        read(written(()))


def test_little_is_needed():
    found = rows_in(sheet(f"{PCE};1 500,5", head="PCE;Valeur (kWh)"))[0][0].draft
    assert (found.kind, found.period, found.values_wh) == (
        ThresholdKind.FIXED,
        ThresholdPeriod.DAY,
        (1_500_500,),
    )
    assert found.name == "Seuil par jour"


def test_one_value_by_month_stands_for_all():
    found = only(line(PCE=PCE, Période="mois", **{"Valeur (kWh)": 10}))
    assert found.values_wh == (10_000,) * 12


def test_no_warning_is_a_word():
    assert only(line(PCE=PCE, **{"Valeur (kWh)": 1, "Alerte avant (%)": "Non"})).warn_at is None


WRONG = [
    (line(PCE="", Nom="x"), "PCE", "indiquez un PCE"),
    (line(PCE="9999999910001"), "PCE", "a 13 chiffres"),
    (line(PCE=PCE, Type="Flou"), "Type", "n’est pas l’un de"),
    (line(PCE=PCE), "Valeur (kWh)", "Indiquez une valeur"),
    (line(PCE=PCE, **{"Valeur (kWh)": "-3"}), "Valeur (kWh)", "négati"),
    (line(PCE=PCE, **{"Janvier (kWh)": "3"}), "Février (kWh)", "indiquez une valeur"),
    (line(PCE=PCE, **{"Valeur (kWh)": 1, "Jours consécutifs": "x"}), "Jours consécutifs", "entier"),
    (line(PCE=PCE, **{"Valeur (kWh)": 1, "Du": "hier"}), "Du", "hier"),
    (line(PCE=PCE, **{"Valeur (kWh)": "1.234"}), "Valeur (kWh)", "Écrivez 1234 ou 1,234"),
    (line(PCE=PCE, **{"Janvier (kWh)": "1e9"}), "Janvier (kWh)", "nombre de kWh"),
    (line(PCE=PCE, **{"Valeur (kWh)": 1, "Référence": "A1"}), "Référence", "référence"),
    (line(PCE=PCE, **{"Valeur (kWh)": 1, "Référence": 2**31}), "Référence", "référence"),
    (line(PCE=PCE, **{"Valeur (kWh)": 1, "Alerte avant (%)": 150}), "Alerte avant (%)", "100"),
]


@pytest.mark.parametrize(("text", "column", "words"), WRONG)
def test_a_wrong_cell_is_named(text, column, words):
    where, said = problem(text)
    assert where == column
    assert words in said


def test_a_line_said_twice_is_refused():
    good = line(PCE=PCE, **{"Valeur (kWh)": 1})
    found, problems = rows_in(sheet(good, good))
    assert (len(found), [one.line for one in problems]) == (1, [3])


@pytest.mark.parametrize(
    "content", [b"", b"Alias;Nom\nx;y", b"PK\x03\x04 no", b"PCE\n\x00", 'PCE;"\n'.encode("utf-16")]
)
def test_what_is_no_such_sheet_is_unreadable(content):
    with pytest.raises(Unreadable):
        read(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "C’est un PDF"),
        (b"\x89PNG\r\n\x1a\n", "C’est une image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ancien fichier Excel"),
        (b"<!doctype html><html>", "C’est une page web"),
        (b" \n", "vide"),
    ],
)
def test_a_file_of_another_kind_is_named_whatever_it_is_called(content, said):
    with pytest.raises(Unreadable, match=said):
        read(content)


def test_a_sheet_too_long_is_said_so():
    with pytest.raises(TooBig):
        sheet(*[PCE] * 5001, head="PCE")


def test_a_sheet_is_not_read_past_the_first_line_too_many(monkeypatch):
    taken = []

    def lines(_text):
        for line in range(1, 90_001):
            taken.append(line)
            yield line, [PCE if line > 1 else "PCE"]

    monkeypatch.setattr(rows, "csv_rows", lines)
    with pytest.raises(TooBig):
        read(b"x")
    assert len(taken) == 5002


def test_rejects_are_the_same_lines_with_the_reason():
    found = sheet(line(PCE=PCE, **{"Valeur (kWh)": 1}), line(PCE="12", Nom="=A"), "")
    problems = rows_in(found)[1]
    text = rejects(found, problems, as_xlsx=False).decode("utf-8-sig").splitlines()
    assert text[0].startswith(HEAD + ";")
    assert len(text) == 2
    assert "n’est pas un PCE" in text[1]
    again = read(rejects(found, problems, as_xlsx=True))
    assert [one.line for one in rows_in(again)[1]] == [2]


@pytest.fixture
def pces(db, people):
    return make_pce(db, holder_id=1), make_pce(db, OTHER, holder_id=3)


def imported(db, viewer, found):
    """As a press does: read and held against what stands, then written."""
    ready = actions.sort_out(db, viewer, found)
    actions.keep(db, viewer, ready, NOW)
    return ready


def counts(found):
    return len(found.new), len(found.changed), found.same


def test_what_changed_since_it_was_read_is_not_overwritten(db, pces, alice):
    imported(db, alice, sheet(line(PCE=PCE, **{"Valeur (kWh)": 5})))
    ready = actions.sort_out(db, alice, sheet(line(PCE=PCE, **{"Valeur (kWh)": 6})))
    imported(db, alice, sheet(line(PCE=PCE, **{"Valeur (kWh)": 7})))
    with pytest.raises(Conflict):
        actions.keep(db, alice, ready, NOW)
    (row,) = queries.list_sheet_rows(db, alice)
    assert row.draft.values_wh == (7000,)


def test_a_sheet_creates_changes_and_knows_again(db, pces, alice):
    first = sheet(
        line(PCE=PCE, **{"Valeur (kWh)": 5}),
        line(PCE=OTHER, **{"Valeur (kWh)": 5}),
        line(PCE="x"),
    )
    seen = actions.sort_out(db, alice, first)
    assert queries.list_thresholds(db, alice)[1] == 0
    done = imported(db, alice, first)
    assert seen == done
    assert counts(done) == (1, 0, 0)
    assert [one.line for one in done.problems] == [3, 4]
    assert rejects(first, done.problems, as_xlsx=False).count(b"\n") == 3
    again = imported(db, alice, first)
    assert counts(again) == (0, 0, 1)
    (row,) = queries.list_sheet_rows(db, alice)
    mine = {"PCE": PCE, "Référence": row.reference}
    dearer = sheet(line(**mine, Nom="Autre  nom", **{"Valeur (kWh)": 6}))
    assert counts(imported(db, alice, dearer)) == (0, 1, 0)
    (row,) = queries.list_sheet_rows(db, alice)
    assert (row.pce, row.draft.name, row.draft.values_wh) == (PCE, "Autre nom", (6000,))
    nameless = sheet(line(PCE=PCE, **{"Valeur (kWh)": 7}))
    assert counts(imported(db, alice, nameless)) == (0, 1, 0)
    (row,) = queries.list_sheet_rows(db, alice)
    assert (row.draft.name, row.draft.values_wh) == ("Autre nom", (7000,))


def shown_then_done(db, viewer, found):
    """What the preview announced, which is what was done: counts, and lines refused."""
    seen = actions.sort_out(db, viewer, found)
    before = {row.id for row in queries.list_thresholds(db, viewer)[0]}
    done = imported(db, viewer, found)
    assert seen == done
    after = queries.list_thresholds(db, viewer)[0]
    assert len({row.id for row in after} - before) == len(seen.new)
    changes = [
        queries.list_threshold_history(db, viewer, row.id)[0].version
        for row in after
        if row.id in before
    ]
    assert sum(version > 1 for version in changes) == len(seen.changed)
    return *counts(seen), [one.line for one in seen.problems]


def named(name, value=6, **cells):
    return line(PCE=PCE, Nom=name, **{"Valeur (kWh)": value}, **cells)


def test_another_name_is_another_threshold(db, pces, alice):
    actions.create(db, alice, draft(), now=NOW)
    found = sheet(named("Nord"), named("Sud"), named("Chaufferie"))
    assert shown_then_done(db, alice, found) == (2, 1, 0, [])


def test_a_threshold_is_that_of_one_line(db, pces, alice):
    mine = actions.create(db, alice, draft(), now=NOW)
    found = sheet(named("Nord", Référence=mine), named("Chaufferie", 7), named("", 8))
    assert shown_then_done(db, alice, found) == (0, 1, 0, [3, 4])


def test_a_reference_is_that_of_a_threshold_of_the_pce(db, pces, alice):
    make_pce(db, "09999999910003", holder_id=1)
    other = actions.create(db, alice, draft(scope=ThresholdScope(("09999999910003",))), now=NOW)
    silent = draft(kind=ThresholdKind.MISSING, name="Silence")
    watched = actions.create(db, alice, silent, now=NOW)
    found = sheet(named("Nord", Référence=other), named("Sud", Référence=watched))
    assert shown_then_done(db, alice, found) == (0, 0, 0, [2, 3])


def test_two_of_one_name_are_told_apart_by_their_reference(db, pces, alice):
    actions.create(db, alice, draft(values_wh=(5000,)), now=NOW)
    actions.create(db, alice, draft(values_wh=(9000,)), now=NOW)
    for as_xlsx in (False, True):
        found = read(written(queries.list_sheet_rows(db, alice), as_xlsx=as_xlsx))
        assert shown_then_done(db, alice, found) == (0, 0, 2, [])
    assert shown_then_done(db, alice, sheet(named("Chaufferie"))) == (0, 0, 0, [2])


def test_what_a_kind_does_not_use_is_no_change(db, pces, alice):
    actions.create(db, alice, draft(delay=30, percent=12), now=NOW)
    found = read(written(queries.list_sheet_rows(db, alice)))
    assert shown_then_done(db, alice, found) == (0, 0, 1, [])


def test_the_export_imported_again_changes_nothing(db, pces, alice):
    for one in EVALUATORS[:6]:
        actions.create(db, alice, one, now=NOW)
    found = read(written(queries.list_sheet_rows(db, alice)))
    done = imported(db, alice, found)
    assert (*counts(done), done.problems) == (0, 0, 6, ())


def test_a_threshold_of_several_pce_is_not_changed_by_a_line(db, pces, alice):
    make_pce(db, "09999999910003", holder_id=1)
    actions.create(db, alice, draft(scope=ThresholdScope((PCE, "09999999910003"))), now=NOW)
    found = read(written(queries.list_sheet_rows(db, alice)))
    assert imported(db, alice, found).same == 2
    other = sheet(line(PCE=PCE, Nom="Chaufferie", **{"Valeur (kWh)": 6}))
    (said,) = imported(db, alice, other).problems
    assert "Chaufferie" in said.message.format(**said.params)


def test_a_client_sets_none(db, pces, alice):
    from core.access import Role

    with pytest.raises(Forbidden):
        imported(db, replace(alice, role=Role.CLIENT), sheet(named("x")))
