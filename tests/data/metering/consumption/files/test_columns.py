"""What the columns of a table are: by their headers, else as a person says."""

from datetime import date
from io import BytesIO

import pytest
from xlsxwriter import Workbook

from core.errors import Unreadable
from data.metering.consumption.files import read
from data.provenance import DataSource
from data.runs.types import ColumnUse

TODAY = date(2026, 12, 1)
PLAIN = "Date;Conso;Remarque\n01/11/2026;1,5;x\n02/11/2026;3;\n\n03/11/2026;2,25;y\n04/11/2026;1;\n"
SAID = {0: ColumnUse.DAY, 1: ColumnUse.ENERGY_MWH}


def book(*rows, formula=None):
    target = BytesIO()
    with Workbook(target) as file:
        sheet = file.add_worksheet()
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
        if formula:
            sheet.write_formula(*formula, "=1+1", value="")
    return target.getvalue()


def energies(file):
    return [day.energy_wh for day in file.deliveries[0].days]


@pytest.mark.parametrize(
    ("unit", "text", "wh"),
    [
        ("MWh", "1,2345", 1_234_500),
        ("MWh PCS", "0,5", 500_000),
        ("Wh", "12", 12),
        ("kWh", "2", 2000),
    ],
)
def test_energy_is_read_in_the_unit_of_its_header(unit, text, wh):
    content = f"PCE;Journée gazière;Énergie ({unit})\n09999999910001;2026-11-01;{text}\n"
    file = read("a.csv", content.encode(), today=TODAY)
    assert energies(file) == [wh]
    assert file.columns[2].sample == (text,)


def test_a_table_without_known_headers_says_its_columns():
    with pytest.raises(Unreadable, match="en-tête") as refused:
        read("a.csv", PLAIN.encode(), today=TODAY)
    assert refused.value.params["columns"] == [
        ["Date", "", ("01/11/2026", "02/11/2026", "03/11/2026")],
        ["Conso", "", ("1,5", "3", "2,25")],
        ["Remarque", "", ("x", "y")],
    ]


def test_columns_are_read_as_a_person_says():
    file = read("a.csv", PLAIN.encode(), today=TODAY, uses=SAID)
    assert energies(file) == [1_500_000, 3_000_000, 2_250_000, 1_000_000]
    assert [column.use for column in file.columns] == ["day", "energy_mwh", ""]


def test_a_fault_names_the_header_that_the_file_has():
    with pytest.raises(Unreadable) as refused:
        read("a.csv", PLAIN.replace("1,5", "beaucoup").encode(), today=TODAY, uses=SAID)
    assert (refused.value.params["line"], refused.value.params["column"]) == (2, "Conso")


def test_a_column_twice_is_read_once_when_the_other_is_left_out():
    content = "PCE;Journée gazière;Energie;Energie (kWh)\n09999999910001;2026-11-01;1;2\n".encode()
    with pytest.raises(Unreadable, match="deux fois") as refused:
        read("a.csv", content, today=TODAY)
    assert [use for _header, use, _sample in refused.value.params["columns"]][2:] == ["energy"] * 2
    assert energies(read("a.csv", content, today=TODAY, uses={2: ColumnUse.IGNORED})) == [2000]


def test_the_source_of_values_stays_what_the_file_says():
    """Else a deposited value could be sent back as the distributor's word."""
    content = (
        "PCE;Journée gazière;Energie (kWh);Source\n"
        "09999999910001;2026-11-01;1;Dépôt d’une organisation\n"
    ).encode()
    file = read("a.csv", content, today=TODAY, uses={3: ColumnUse.IGNORED})
    assert file.deposited == date(2026, 11, 1)
    assert file.deliveries[0].days[0].source is DataSource.DEPOSIT


def test_a_line_of_words_has_no_columns_to_say():
    with pytest.raises(Unreadable) as refused:
        read("a.txt", b"bonjour\n", today=TODAY)
    assert "columns" not in refused.value.params


def test_a_workbook_is_read_as_a_person_says():
    rows = [["Mes relevés"], [], ["Date", "Conso"], ["01/11/2026", 1.5], ["02/11/2026", 3]]
    with pytest.raises(Unreadable) as refused:
        read("a.xlsx", book(*rows), today=TODAY)
    assert [column[0] for column in refused.value.params["columns"]] == ["Date", "Conso"]
    assert energies(read("a.xlsx", book(*rows), today=TODAY, uses=SAID)) == [1_500_000, 3_000_000]
    with pytest.raises(Unreadable, match="formule"):
        read("a.xlsx", book(*rows, formula=(4, 1)), today=TODAY, uses=SAID)
    with pytest.raises(Unreadable) as refused:
        read("a.xlsx", book(["Mes relevés"]), today=TODAY)
    assert "columns" not in refused.value.params


def test_the_columns_of_the_espace_client_are_said_too():
    header = ["Date de relevé", "Volume consommé (m3)", "Consommation", "Qualification du relevé"]
    rows = [["PCE", "09999999910001"], header, ["01/11/2026", 1, 11, "Mesuré"]]
    with pytest.raises(Unreadable, match="il manque la colonne"):
        read("a.xlsx", book(*rows), today=TODAY)
    file = read("a.xlsx", book(*rows), today=TODAY, uses={2: ColumnUse.ENERGY})
    assert energies(file) == [11_000]
