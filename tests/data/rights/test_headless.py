"""A file without a header loses no line: its columns are told by what they hold, or by order."""

from io import BytesIO

import pytest
from xlsxwriter import Workbook

from components.rights.imports.check import check_page
from components.rights.imports.mapping import columns_page
from core.errors import Unreadable
from data.rights.actions import map_columns
from data.rights.files import read, write_rejects
from data.rights.files.parser import columns_in
from data.rights.models import ImportColumn
from data.rights.queries import get_rejected_lines
from data.rights.queries.imports import load_column_names
from data.rights.rules.column_detection import guess_columns
from data.rights.rules.columns import LABELS, fields_named
from data.rights.types import Repair
from tests.components.kit.trees import text_of
from tests.data.rights import dirty

PCE, POSTAL = dirty.PCE, dirty.POSTAL
TEMPLATE = {name: place for place, name in enumerate(LABELS)}
SHORT = (PCE, "raison_sociale", POSTAL, "courriel_titulaire", dirty.STARTS, dirty.ENDS)


def beheaded(rows, names=tuple(LABELS), delimiter=";"):
    lines = [delimiter.join(str(row[name]) for name in names) for row in rows]
    return "\r\n".join(lines).encode()


def sheets(rows, count=1):
    """A workbook of *count* times the same lines, without a header."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        for _time in range(count):
            sheet = book.add_worksheet()
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, [row[name] for name in LABELS])
    return target.getvalue()


def test_every_line_of_a_template_without_its_header_is_declared(desk):
    run = desk.deposit("nu.csv", beheaded(dirty.rows()))
    seen = desk.preview(run)
    assert dict(seen.plan.columns) == TEMPLATE
    assert seen.counts.accepted == seen.counts.lines == dirty.LINES
    assert {column.label for column in seen.columns} == {""}
    desk.store(run)
    assert [right.number for right in desk.rights()] == [
        dirty.number(at) for at in range(dirty.LINES)
    ]


@pytest.mark.parametrize("lost", ["the first zero", "nothing"])
def test_a_sheet_without_a_header_keeps_its_first_line(desk, lost):
    rows = dirty.rows()
    if lost != "nothing":
        rows[0][PCE] = int(str(rows[0][PCE]))
    content = sheets(rows)
    table = read(content, {})
    assert table.rows[0][0] == 1
    assert columns_in(table, {}) == TEMPLATE
    counts = desk.preview(desk.deposit("nu.xlsx", content)).counts
    assert (counts.accepted, counts.waiting) == (dirty.LINES - (lost != "nothing"),
                                                 int(lost != "nothing"))  # fmt: skip


@pytest.mark.parametrize("names", [SHORT, SHORT[1:] + SHORT[:1], SHORT[3:] + SHORT[:3]])
def test_columns_in_any_place_are_told_by_what_they_hold(names):
    table = read(beheaded(dirty.rows(), names), {})
    assert len(table.rows) == dirty.LINES
    assert columns_in(table, {}) == {name: place for place, name in enumerate(names)}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["09999999910001", "Mairie"], {PCE: 0, "raison_sociale": 1}),
        (["9999999910001", "Gymnase", "Mairie"],
         {PCE: 0, "libelle_site": 1, "raison_sociale": 2}),
        (["09999999910001", "Gymnase", "Mairie", "99123", "ras"],
         {PCE: 0, "libelle_site": 1, "raison_sociale": 2, POSTAL: 3}),
        (["09999999910001", "Gymnase", "Mairie", "L. Meunier", "99123"],
         {PCE: 0, "libelle_site": 1, "raison_sociale": 2, "nom_titulaire": 3, POSTAL: 4}),
        (["9,999999910042E+12", "9912"], {PCE: 0, POSTAL: 1}),
        (["1E+13", "9912"], {PCE: 0, POSTAL: 1}),  # which cannot be mended, and is said
        (["GI000042", "06 00 00 00 00", "75001"],
         {PCE: 0, "numero_telephone_mobile_titulaire": 1, POSTAL: 2}),
        (["GI000042", "autorisé fourniture", "gaz@mairie.example"],
         {PCE: 0, "role_tiers": 1, "courriel_titulaire": 2}),
        (["GI000042", "01/09/2026"], {PCE: 0}),  # one day may be any
        (["GI000042", "OUI", "NON"], {PCE: 0}),  # two kinds of data may be any
        (["GI000042", *["X"] * 4], {PCE: 0, **{name: place for place, name in enumerate(
            ("perim_donnees_contractuelles", "perim_donnees_techniques",
             "perim_donnees_informatives", "perim_donnees_publiees"), 1)}}),
        (["GI000042", "1 sept. 2026", "2027-08-31", "", "01/09/2024", "31/08/2027"],
         {PCE: 0, "date_debut_droit_acces": 1, "date_fin_droit_acces": 2,
          "perim_donnees_conso_debut": 4, "perim_donnees_conso_fin": 5}),
    ],
)  # fmt: skip
def test_what_a_column_holds_says_what_it_is_or_nothing_does(row, expected):
    assert guess_columns([row] * 3, len(row)) == expected


def test_a_header_of_unknown_words_is_still_one():
    table = read(b"Alpha;Beta\r\n09999999910001;Mairie", {})
    assert table.header == ("Alpha", "Beta")
    assert len(table.rows) == 1
    assert columns_in(table, {}) == {}


def test_a_line_with_a_pce_and_one_of_our_labels_is_a_header():
    assert read(b"PCE;09999999910001\r\nx;y", {}).header == ("PCE", "09999999910001")


def test_two_sheets_without_a_header_are_not_half_read():
    with pytest.raises(Unreadable, match="Plusieurs feuilles"):
        read(sheets(dirty.rows(), 2), {})


@pytest.mark.parametrize("as_xlsx", [False, True])
def test_what_is_rejected_comes_back_under_our_labels_and_is_read_again(desk, as_xlsx):
    rows = dirty.rows()
    rows[1][dirty.MAIL] = "personne"
    run = desk.deposit("nu.csv", beheaded(rows))
    desk.store(run)
    with desk.database.reading() as db:
        content = write_rejects(get_rejected_lines(db, desk.viewer, run), as_xlsx=as_xlsx)
    table = read(content, {})
    assert table.header == (*LABELS.values(), "Motif")
    assert columns_in(table, {}) == TEMPLATE
    assert len(table.rows) == 1


def test_a_lost_zero_is_proposed_on_a_line_that_was_the_header_s(desk):
    rows = dirty.rows()
    for row in rows:
        row[PCE] = str(row[PCE]).lstrip("0")
    seen = desk.preview(desk.deposit("nu.csv", beheaded(rows)))
    assert seen.counts.waiting == dirty.LINES
    assert {group.repair for group in seen.groups} == {Repair.PCE_ZERO}
    assert min(line.line for group in seen.groups for line in group.lines) == 1


def known(desk):
    with desk.database.reading() as db:
        return load_column_names(db, desk.viewer)


def test_what_a_file_without_a_header_holds_is_remembered_as_no_label(desk):
    run = desk.deposit("nu.csv", beheaded(dirty.rows()))
    desk.act(map_columns, run, TEMPLATE)
    assert known(desk) == {}


def test_a_label_that_reads_as_data_is_not_remembered(desk):
    text = "PCE;CP;2026-09-01;karim@habitat.example;OUI;Qui\r\n09999999910000;09123;x;y;z;w"
    run = desk.deposit("mixte.csv", text.encode())
    places = (PCE, POSTAL, dirty.STARTS, dirty.MAIL, dirty.CONTRACT, dirty.COMPANY)
    desk.act(map_columns, run, {name: place for place, name in enumerate(places)})
    assert known(desk) == {"pce": PCE, "cp": POSTAL, "qui": dirty.COMPANY}


def test_labels_once_remembered_that_read_as_data_are_as_if_they_were_not(desk):
    row = dirty.rows()[3]
    with desk.database.transaction() as db:
        for name in (PCE, POSTAL, dirty.MAIL, dirty.STARTS, dirty.ENDS):
            label = fields_named(str(row[name]))
            db.add(ImportColumn(organisation_id=2, label=label, field=name))
    assert known(desk) == {}
    header = ";".join(f"Colonne {at}" for at, _name in enumerate(LABELS))
    content = header.encode() + b"\r\n" + beheaded(dirty.rows())
    seen = desk.preview(desk.deposit("inconnu.csv", content))
    assert seen.counts.lines == dirty.LINES
    assert seen.columns[0].label == "Colonne 0"


@pytest.mark.parametrize("labels", [("PCE", "Code postal"), ("Titulaire", "Courriel")])
def test_no_header_is_looked_for_below_a_line_of_data(labels):
    text = "09999999910001;Mairie\r\n09999999910002;Gymnase\r\n" + ";".join(labels)
    table = read(text.encode(), {})
    assert table.header == ("", "")
    assert [line for line, _ in table.rows] == [1, 2, 3]
    assert table.above == ()


@pytest.mark.parametrize("first", [
    "99999;karim@habitat.example;Mairie",  # its PCE is spoilt: two other values tell it
    "Site;09999999910001;karim@habitat.example",  # a site may be called as a column is
])  # fmt: skip
def test_a_line_of_data_is_told_without_its_pce_or_with_a_word_of_ours(first):
    table = read(f"{first}\r\nx;09999999910002;y".encode(), {})
    assert len(table.rows) == 2
    assert not any(table.header)


@pytest.mark.parametrize(
    ("above", "labels", "said"),
    [
        ("Nos sites;;;\r\n\r\nÉdité le;24/11/2026;;\r\n", "PCE;Titulaire;CP;Courriel",
         ((1, "Nos sites"), (3, "Édité le · 24/11/2026"))),
        ("Nos sites;;;\r\n", "Alpha;Beta;Gamma;Delta", ((1, "Nos sites"),)),
        ("Nos sites;;;", "", ((1, "Nos sites"),)),
        ("", "PCE;Titulaire;CP;Courriel", ()),
    ],
)  # fmt: skip
def test_the_lines_above_the_others_are_said(desk, above, labels, said):
    line = "09999999910001;Lycée des Tilleuls;09123;alice@tilleuls.example"
    content = f"{above}{labels}\r\n{line}\r\n".encode()
    seen = desk.preview(desk.deposit("titre.csv", content))
    assert seen.above == said
    assert seen.counts.lines == 1
    assert [column.label for column in seen.columns] == (labels.split(";") if labels else [""] * 4)
    page = text_of(columns_page(seen)) + text_of(check_page(seen))
    assert [page.count(text) for _, text in said] == [2] * len(said)
