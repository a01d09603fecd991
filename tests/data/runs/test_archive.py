"""Workbooks that are made to cost, or whose cells are not plain values."""

import re
import sys
import time
from datetime import date, datetime, timedelta
from datetime import time as clock
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from xlsxwriter import Workbook

from core.errors import Unavailable, Unreadable
from core.i18n import PARIS
from core.sandbox import run_sandboxed
from data.metering.consumption.files import read as read_readings
from data.rights.files import read as read_rights
from data.runs.files import book as asking
from data.runs.files.archive import _written
from data.runs.files.book import TOO_BIG, grids, sheets
from data.thresholds.files import read as read_thresholds


def book(lines=3, merges=()):
    """A sheet of one column of numbers, whose merges no spreadsheet would write."""
    plain, spoilt = BytesIO(), BytesIO()
    with Workbook(plain, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        for line in range(lines):
            sheet.write_number(line, 0, line)
    cells = "".join(f'<mergeCell ref="{one}"/>' for one in merges)
    with ZipFile(plain) as source, ZipFile(spoilt, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name).decode()
            if name.endswith("sheet1.xml") and cells:
                part = re.sub("</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>", part)
            target.writestr(name, part)
    return spoilt.getvalue()


def test_a_merged_cell_stands_for_those_under_it():
    (grid,) = grids(book(4, ["A1:A3"]))
    assert grid.merged == {(2, 0): 0, (3, 0): 0}


def test_a_merge_below_the_last_line_stops_there():
    (grid,) = grids(book(3, ["A2:A1048576"]))
    assert grid.merged == {(3, 0): 1}


def test_merges_that_overlap_are_refused_at_once():
    begin = time.process_time()
    with pytest.raises(Unreadable):
        grids(book(12_000, [f"A{at}:A1048576" for at in range(1, 12_001)]))
    assert time.process_time() - begin < 3


def test_many_merges_side_by_side_are_read():
    (grid,) = grids(book(12_000, [f"A{at}:A{at + 1}" for at in range(1, 12_000, 2)]))
    assert len(grid.merged) == 6_000


def test_where_formulas_are_is_found_in_one_pass():
    begin = time.process_time()
    for part in (b"<c " * 400_000, b'<c r="A2"><f>A1</f>' + b" " * 1_000_000):
        _written(part)
    assert time.process_time() - begin < 3


def changed(name, old, new, content=None):
    """A book whose part *name* is written again."""
    spoilt = BytesIO()
    with (
        ZipFile(BytesIO(content or book())) as source,
        ZipFile(spoilt, "w", ZIP_DEFLATED) as target,
    ):
        for member in source.namelist():
            part = source.read(member).decode()
            target.writestr(member, part.replace(old, new) if member.endswith(name) else part)
    return spoilt.getvalue()


def inside(*lines):
    """The process that opens books, changed before it begins."""
    code = "; ".join(["import sys", "from data.runs.files import archive", *lines])
    return (sys.executable, "-c", f"{code}; archive.serve()")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('r="A3"', f'r="{"A" * 32}3"'),  # a reader wraps around after six letters
        ('r="A3"', 'r="AAAA3"'),
        ('r="A3"', 'r="A00000000002000000000"'),
        ('<row r="3"', '<row r="00000000002000000000"'),
        ('<row r="3"', '<row r="10000000"'),
    ],
    ids=["32 letters", "four letters", "zeros in a cell", "zeros in a row", "eight digits"],
)
def test_a_reference_that_no_spreadsheet_writes_is_refused(old, new):
    with pytest.raises(Unreadable, match="trop volumineux"):
        grids(changed("sheet1.xml", old, new))


def test_a_book_that_asks_for_more_memory_than_the_process_has_costs_a_refusal():
    """As any that nothing here counts: the bounds are what is left."""
    far = changed("sheet1.xml", 'r="A3"', f'r="{"A" * 32}3"')
    unread = inside("archive._cells_in = lambda part: 0")
    with pytest.raises(Unreadable) as refused:
        grids(far, program=unread)
    assert refused.value.message == TOO_BIG


def test_the_process_that_opens_books_is_bounded_and_knows_no_key(monkeypatch):
    monkeypatch.setenv("PORTAL_SECRET_KEY", "secret")
    told = inside(
        "import os, resource",
        "archive.opened = lambda content, told: [{'name': '', 'cells': [["
        "resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0],"
        " 'secret' in os.environ.values()]]}]",
    )
    assert sheets(b"", program=told) == [[[1024 * 1024 * 1024, 10, False]]]


def sharing(many, content=None):
    """A book of *many* sheets, all of one part."""
    one = '<sheet name="Sheet1" sheetId="1" r:id="rId1"/>'
    all_of_them = "".join(one.replace("Sheet1", f"S{place}") for place in range(many))
    return changed("workbook.xml", one, all_of_them, content)


def test_sheets_that_share_one_part_are_counted_each():
    """A book of 103 KB took 1.4 GB."""
    with pytest.raises(Unreadable) as refused:
        grids(sharing(60, book(20_000)))
    assert refused.value.message == TOO_BIG


def test_a_book_of_more_sheets_than_anyone_fills_is_refused():
    one = '<sheet name="Sheet1" sheetId="1" r:id="rId1"/>'
    few, many = (
        "".join(one.replace("Sheet1", f"S{n}") for n in range(most)) for most in (250, 251)
    )
    assert len(sheets(changed("workbook.xml", one, few))) == 250
    with pytest.raises(Unreadable):
        sheets(changed("workbook.xml", one, many))


def test_cells_come_back_as_what_they_are():
    made = BytesIO()
    at = datetime(2026, 1, 2, 3, 4, tzinfo=PARIS).replace(tzinfo=None)  # a sheet has no zone
    row = ["é <&", 1.5, True, at, date(2026, 1, 2), clock(3, 4)]
    with Workbook(made, {"in_memory": True}) as written:
        styles = ["dd/mm/yyyy hh:mm", "dd/mm/yyyy", "hh:mm", "[h]:mm"]
        dated = [written.add_format({"num_format": style}) for style in styles]
        sheet = written.add_worksheet()
        sheet.write_row(0, 0, row[:3])
        for place, value in enumerate([*row[3:], timedelta(hours=30)], start=3):
            sheet.write_datetime(0, place, value, dated[place - 3])
    assert sheets(made.getvalue()) == [[[*row, timedelta(hours=30)]]]


@pytest.mark.parametrize(
    "read",
    [
        lambda book: read_readings("a.xlsx", book),
        lambda book: read_rights(book, {}),
        read_thresholds,
    ],
    ids=["readings", "rights", "thresholds"],
)
def test_a_machine_that_is_slow_is_no_fault_of_a_book(read, monkeypatch):
    killed = (sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    monkeypatch.setattr(
        asking, "run_sandboxed", lambda _command, content: run_sandboxed(killed, content)
    )
    with pytest.raises(Unavailable, match="réessayez"):
        read(book())
