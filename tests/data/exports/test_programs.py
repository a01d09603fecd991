"""Files for programs: pandas and DuckDB, at their defaults, read the very same values."""

import io
import zipfile
from datetime import date

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.exports.files.columns import COLUMNS, ValueSort
from data.exports.files.international import QUALITIES, STATUSES
from data.exports.types import Content, FileKind
from data.metering.consumption import files
from data.metering.pces.models import Pce
from data.runs.files.texts import marked, unguarded
from tests.data.exports.made import LARGE, PCE
from tests.data.exports.test_contents import kept, wanted

KINDS = (FileKind.INTERNATIONAL, FileKind.PARQUET)


def by_pandas(path, kind):
    read = pd.read_parquet if kind is FileKind.PARQUET else pd.read_csv
    return [tuple(map(plain, row)) for row in read(path).itertuples(index=False)]


def by_duckdb(path, _kind):
    return [tuple(map(plain, row)) for row in duckdb.sql(f"FROM '{path}'").fetchall()]


def plain(value):
    """A cell in the types of Python; a day as it is written."""
    if pd.isna(value):
        return None
    if isinstance(value, date):
        return value.isoformat()[:10]
    return value


@pytest.fixture
def tables(export, alice, tmp_path):
    """What each program makes of each kind of file, of a content."""

    def make(content):
        found = []
        for kind in KINDS:
            row, octets = export(alice, wanted(content, kind))
            path = tmp_path / row.file_name
            path.write_bytes(octets)
            found += [by_pandas(path, kind), by_duckdb(path, kind)]
        return found

    return make


@pytest.mark.parametrize("content", [kind for kind in Content if not kind.is_report])
def test_both_programs_read_the_same_values_in_both_files(tables, content):
    first, *others = tables(content)
    assert first
    for other in others:
        assert other == first
    assert {row[0] for row in first} >= {f"PCE-{PCE}"}


def test_the_values_are_those_that_are_stored(tables, database, alice):
    rows = [row for row in tables(Content.DAILY)[0] if row[0] == f"PCE-{PCE}"]
    days = kept(database, alice)
    assert len(rows) == len(days)
    for row, day in zip(rows, days, strict=True):
        assert row[1:3] == ("'=Lycée; des Tilleuls", day.gas_day.isoformat())
        told = (day.index_start_dm3, day.index_end_dm3, day.volume_dm3, day.energy_wh)
        assert row[3:7] == tuple(None if one is None else one / 1000 for one in told)
        assert row[9:11] == (QUALITIES[day.quality], STATUSES[day.status] or None)
        assert row[11] == ("distributor" if day.quality else None)


def test_the_international_csv_is_deposited_again(export, database, alice):
    row, content = export(alice, wanted(file=FileKind.INTERNATIONAL))
    assert not content.startswith(b"\xef\xbb\xbf")
    assert content.splitlines()[0].decode().split(",") == [
        one.name for one in COLUMNS[Content.DAILY]
    ]
    found = {one.pce: one for one in files.read(row.file_name, content).deliveries}
    assert set(found) == {PCE, LARGE}
    assert found[PCE].alias == "=Lycée; des Tilleuls"
    assert [day.energy_wh for day in found[PCE].days] == [
        day.energy_wh for day in kept(database, alice)
    ]


def test_texts_that_look_like_something_else_stay_texts(export, database, fleet, alice, tmp_path):
    aliases = ("0012", "NA", "2026-01-05")
    with database.transaction() as db:
        for pce, alias in zip(db.query(Pce).order_by(Pce.id), aliases, strict=False):
            pce.alias = alias
    found = []
    for kind in KINDS:
        row, octets = export(alice, wanted(Content.TECHNICAL, kind))
        path = tmp_path / row.file_name
        path.write_bytes(octets)
        found += [by_pandas(path, kind), by_duckdb(path, kind)]
    assert all(one == found[0] for one in found)
    assert [row[1] for row in found[0]] == [f"_{alias}" for alias in aliases]
    assert {row[3] for row in found[0]} == {"_99123"}  # a postal code keeps its zeros


@given(st.text(alphabet="019.,-:/eE TZ+naNfult", max_size=8))
def test_a_marked_text_is_read_as_it_was_and_never_as_a_number(text):
    assert unguarded(marked(text)) == text
    if text.strip():
        (value,) = pd.read_csv(io.StringIO(f'a\n"{marked(text)}"\n'))["a"]
        assert value == marked(text)


def test_every_column_has_a_name_of_its_own():
    for columns in COLUMNS.values():
        names = [column.name for column in columns]
        assert len(set(names)) == len(names)
        assert all(name.isidentifier() and name.isascii() for name in names)
        assert columns[0].sort is ValueSort.NUMBER


def test_apart_each_pce_has_its_own_parquet(export, alice, tmp_path):
    row, content = export(alice, wanted(file=FileKind.PARQUET, file_per_pce=True))
    assert row.file_name.endswith(".zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len(archive.namelist()) == 2
        for name in archive.namelist():
            path = archive.extract(name, tmp_path)
            assert {row[0] for row in by_duckdb(path, None)} == {f"PCE-{name.split('-')[0]}"}
