"""Workbooks that are made to cost, or whose cells are not plain values."""

import re
import time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from xlsxwriter import Workbook

from data.errors import Unreadable
from data.runs.files.archive import _written, grids


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
