"""A file without a header loses no line: its columns are told by what they hold, or by order."""

from io import BytesIO

import pytest
from xlsxwriter import Workbook

from data.errors import Unreadable
from data.rights.files import read, write_rejects
from data.rights.files.reading import columns_in
from data.rights.queries import rejected_lines
from data.rights.rules.columns import LABELS
from data.rights.rules.contents import told
from data.rights.types import Repair
from tests.data.rights import dirty
from tests.data.rights.test_importing import Desk
from tests.factories import make_pce, make_people

PCE, POSTAL = dirty.PCE, dirty.POSTAL
TEMPLATE = {name: place for place, name in enumerate(LABELS)}
SHORT = (PCE, "raison_sociale", POSTAL, "courriel_titulaire", dirty.STARTS, dirty.ENDS)


@pytest.fixture
def desk(database, tmp_path, bob):
    with database.transaction() as db:
        make_people(db)
        for at in range(dirty.LINES):
            make_pce(db, dirty.number(at), postal_code="09123", holder_name="Lycée des Tilleuls")
    return Desk(database, tmp_path, bob)


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
    assert told([row] * 3, len(row)) == expected


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
        content = write_rejects(rejected_lines(db, desk.viewer, run), as_xlsx=as_xlsx)
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
