"""What we write is read back to the same days, by us and by parsers that go by position."""

import csv
import json
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.metering.consumption.files import (
    PceDay,
    SheetHead,
    read,
    write_adict,
    write_csv,
    write_espace_client,
    write_table_xlsx,
)
from data.metering.consumption.types import DayStatement, Quality, Status
from tests.choosing import examples
from tests.conftest import FILES
from tests.data.metering.consumption.files.making import PCE

DAY = DayStatement(
    date(2024, 2, 29),
    133_400,
    12_000,
    100_000,
    112_000,
    111_200,
    -350,
    Quality.MEASURED,
    Status.DEFINITIVE,
)
ABSENT = DayStatement(
    date(2024, 3, 1), None, None, None, None, None, None, Quality.ABSENT, Status.UNKNOWN
)
EXPORTED = date(2026, 11, 24)


def amounts(most):
    return st.none() | st.integers(0, most)


@st.composite
def statements(draw, gas_day, statuses=tuple(Status)):
    """Any day a reader may give: absent exactly when it has neither energy nor volume."""
    energy, volume = draw(amounts(10**13)), draw(amounts(10**12))
    present = st.sampled_from([quality for quality in Quality if quality is not Quality.ABSENT])
    absent = energy is None and volume is None
    return DayStatement(
        gas_day,
        energy,
        volume,
        draw(amounts(10**13)),
        draw(amounts(10**13)),
        draw(st.none() | st.integers(1, 10**6)),
        draw(st.none() | st.integers(-9000, 9000)),
        Quality.ABSENT if absent else draw(present),
        draw(st.sampled_from(statuses)),
    )


@st.composite
def histories(draw, statuses=tuple(Status)):
    first = draw(st.dates(date(1990, 1, 1), date(2026, 1, 1)))
    offsets = draw(st.sets(st.integers(0, 300), min_size=1, max_size=8))
    return tuple(draw(statements(first + timedelta(n), statuses)) for n in sorted(offsets))


PCES = st.from_regex(r"[0-9]{14}|GI[0-9]{6}", fullmatch=True).filter(str.isascii)
ALIASES = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]) | st.sampled_from("'=+-@;\","),
    max_size=40,
).map(str.strip)


def rows(pce, alias, days):
    return [PceDay(pce, alias, day) for day in days]


@given(
    st.dictionaries(PCES, st.tuples(ALIASES, histories()), min_size=1, max_size=3), st.booleans()
)
def test_a_csv_is_read_back_to_the_same_days(fleet, french):
    lines = [row for pce, (alias, days) in fleet.items() for row in rows(pce, alias, days)]
    file = read("x", b"".join(write_csv(lines, french_dates=french)))
    assert {d.pce: (d.alias, d.days) for d in file.deliveries} == fleet


@settings(max_examples=examples(40), deadline=None)
@given(PCES, ALIASES, histories())
def test_a_table_workbook_is_read_back_to_the_same_days(pce, alias, days):
    target = BytesIO()
    write_table_xlsx(rows(pce, alias, days), target)
    (delivery,) = read("x", target.getvalue()).deliveries
    assert (delivery.pce, delivery.alias, delivery.days) == (pce, alias, days)


@settings(max_examples=examples(40), deadline=None)
@given(PCES, ALIASES, histories(statuses=(Status.UNKNOWN,)))
def test_an_espace_client_workbook_is_read_back_to_the_same_days(pce, alias, days):
    target = BytesIO()
    write_espace_client(SheetHead(EXPORTED, pce, alias), days, target)
    file = read("x", target.getvalue())
    (delivery,) = file.deliveries
    assert (file.as_of, delivery.pce, delivery.alias) == (EXPORTED, pce, alias)
    for written, found in zip(days, delivery.days, strict=True):
        if written.quality is Quality.ABSENT:
            assert (found.gas_day, found.quality) == (written.gas_day, Quality.ABSENT)
            assert (found.energy_wh, found.volume_dm3) == (None, None)
        else:
            assert found == written


@given(PCES, histories())
def test_adict_lines_are_read_back_to_the_same_days(pce, days):
    content = b"".join(write_adict(pce, days, first=days[0].gas_day, last=days[-1].gas_day))
    (delivery,) = read("x", content).deliveries
    bare = [
        DayStatement(*(getattr(day, f) if f != "temperature_c100" else None for f in FIELDS))
        for day in days
    ]
    assert (delivery.pce, list(delivery.days)) == (pce, bare)


FIELDS = tuple(DayStatement.__dataclass_fields__)


def test_the_csv_is_as_the_domain_says():
    content = b"".join(write_csv(rows(PCE, "Mairie", [DAY, ABSENT])))
    assert content.decode("utf-8") == (
        "\ufeffPCE;Alias;Journée gazière;Index début (m3);Index fin (m3);Volume (m3);"
        "Energie (kWh PCS);Coefficient;Température (°C);Qualification;Statut;Source\r\n"
        "09999999910001;Mairie;2024-02-29;100;112;12;133,4;11,12;-3,5;Mesuré;Définitive;"
        "Distributeur\r\n"
        "09999999910001;Mairie;2024-03-01;;;;;;;Absence de Données;;\r\n"
    )


def test_the_csv_may_have_french_dates():
    assert b";29/02/2024;" in b"".join(write_csv(rows(PCE, "", [DAY]), french_dates=True))


def test_the_csv_is_streamed_in_pieces():
    pieces = write_csv(rows(PCE, "", [DAY] * 1200))
    assert len(next(pieces)) < 60_000
    assert len(list(pieces)) == 2


@pytest.mark.parametrize("alias", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=x", "＝1"])
def test_no_text_cell_is_a_formula(alias):
    content = b"".join(write_csv(rows(PCE, alias, [DAY]))).decode("utf-8-sig")
    cells = list(csv.reader(StringIO(content, newline=""), delimiter=";"))[1]
    assert cells[1] == "'" + alias
    assert cells[8] == "-3,5"  # a number stays a number
    target = BytesIO()
    write_table_xlsx(rows(PCE, alias, [DAY]), target)
    sheet = openpyxl.load_workbook(target).active
    assert sheet["B2"].data_type == "s"
    assert sheet["B2"].value.startswith("'")


@pytest.mark.parametrize("alias", ["Site,=1+1", "Site, @x", "a,b,-1+1", "=1,+2"])
def test_no_cell_is_a_formula_where_commas_part_the_cells(alias):
    text = b"".join(write_csv([PceDay(PCE, alias, DAY)])).decode("utf-8-sig")
    for cell in text.splitlines()[1].split(";")[1].split(","):
        assert cell.lstrip(' "')[:1] not in set("=+-@")


def test_the_table_workbook_keeps_zeros_dates_and_numbers():
    target = BytesIO()
    write_table_xlsx(rows(PCE, "Mairie", [DAY, ABSENT]), target)
    sheet = openpyxl.load_workbook(target).active
    first, second = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert first == [
        PCE,
        "Mairie",
        datetime(2024, 2, 29),  # noqa: DTZ001
        100,
        112,
        12,
        133.4,
        11.12,
        -3.5,
        "Mesuré",
        "Définitive",
        "Distributeur",
    ]
    assert second[3:] == [None] * 6 + ["Absence de Données", None, None]
    assert sheet["A2"].number_format == "@"


def real_days():
    return (
        read("x", (FILES / "Donnees_informatives_PCE_DAILY.xlsx").read_bytes()).deliveries[0].days
    )


def test_the_espace_client_layout_is_the_real_one_cell_for_cell(tmp_path):
    path = tmp_path / "export.xlsx"
    write_espace_client(SheetHead(date(2021, 11, 24)), real_days(), str(path))
    ours = openpyxl.load_workbook(path).active
    real = openpyxl.load_workbook(FILES / "Donnees_informatives_PCE_DAILY.xlsx").active
    assert ours.title == real.title
    assert {str(r) for r in ours.merged_cells.ranges} == {str(r) for r in real.merged_cells.ranges}
    assert ours.max_row == real.max_row == 372
    for row in range(1, real.max_row + 1):
        for column in range(1, 17):
            assert ours.cell(row, column).value == real.cell(row, column).value, (row, column)
    assert ours.row_dimensions[9].height == 45
    assert ours["B9"].font.bold
    assert ours["B9"].alignment.wrap_text
    assert ours["B9"].border.top.style == "thin"
    assert ours.freeze_panes is None


def test_a_parser_by_position_reads_our_espace_client_workbook():
    """The way of others: the line under the header's text, then columns B to I, dates as text."""
    target = BytesIO()
    write_espace_client(
        SheetHead(EXPORTED, PCE, "Mairie", "1 rue des Tilleuls"), [DAY, ABSENT], target
    )
    sheet = openpyxl.load_workbook(target).active
    header = next(r for r in range(1, 30) if sheet.cell(r, 2).value == "Date de relevé")
    lines = [
        [sheet.cell(r, c).value for c in range(2, 10)] for r in range(header + 1, sheet.max_row + 1)
    ]
    assert header == 9
    assert lines == [
        ["29/02/2024", 100, 112, 12, 133.4, 11.12, -3.5, "Mesuré"],
        ["01/03/2024", None, None, 0, 0, None, None, "Absence de Données"],
    ]
    assert [sheet[cell].value for cell in ("E3", "E4", "E5")] == [
        "1 rue des Tilleuls",
        PCE,
        "Mairie",
    ]


def test_adict_lines_have_true_offsets_and_the_fields_of_the_api():
    content = b"".join(
        write_adict(PCE, [DAY, ABSENT], first=date(2024, 2, 29), last=date(2024, 3, 1))
    )
    first, second = [json.loads(text) for text in content.splitlines()]
    assert first["consommation"]["date_debut_consommation"] == "2024-02-29T06:00:00+01:00"
    assert first["consommation"]["energie"] == 133.4
    assert first["releve_fin"]["index_brut_fin"]["horodate_Index"] == "2024-03-01T06:00:00+01:00"
    assert second["consommation"]["volume_brut"] is None
    assert second["consommation"]["type_qualif_conso"] == "Absence de Données"


def test_a_summer_day_that_follows_the_change_of_hour_has_both_offsets():
    from dataclasses import replace

    day = replace(DAY, gas_day=date(2024, 3, 30))
    content = b"".join(write_adict(PCE, [day], first=day.gas_day, last=day.gas_day))
    row = json.loads(content)["consommation"]
    assert row["date_debut_consommation"].endswith("+01:00")
    assert row["date_fin_consommation"].endswith("+02:00")
