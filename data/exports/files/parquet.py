"""Convert the international CSV to typed Parquet with DuckDB, slice by slice.

Only the job that writes a file loads DuckDB: no page waits for it or keeps it in memory.
"""

from collections.abc import Mapping
from pathlib import Path

from data.exports.files.columns import COLUMNS, ValueSort
from data.exports.files.international import lines
from data.exports.types import Content, PceExtract

_SLICE = 8_000_000  # bytes of lines converted at once
_TYPES: Mapping[ValueSort, str] = {ValueSort.DAY: "DATE", ValueSort.COUNT: "BIGINT"}
_TEXTS = frozenset(
    {ValueSort.NUMBER, ValueSort.TEXT, ValueSort.QUALITY, ValueSort.STATUS, ValueSort.SOURCE}
)
_SETTINGS: Mapping[str, str] = {
    "threads": "1",
    "memory_limit": "96MB",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


class Parquet:
    """A new file at `path`; temporary files beside it are removed on closing."""

    def __init__(self, path: Path, content: Content) -> None:
        self._path, self._content = path, content
        self._store, self._slice = path.with_suffix(".duckdb"), path.with_suffix(".lines")
        import duckdb

        self._db = duckdb.connect(str(self._store), config=dict(_SETTINGS))
        typed = (f'"{column.name}" {_type(column.sort)}' for column in COLUMNS[content])
        self._db.execute(f"CREATE TABLE part ({', '.join(typed)})")
        self._file = self._slice.open("wb")

    def add(self, part: PceExtract) -> None:
        self._file.write(lines(self._content, part))
        if self._file.tell() > _SLICE:
            self._take_in()

    def _take_in(self) -> None:
        self._file.close()
        options = "(FORMAT csv, DELIMITER ',', QUOTE '\"', HEADER false, AUTO_DETECT false)"
        self._db.execute(f"COPY part FROM '{_sql(self._slice)}' {options}")
        self._file = self._slice.open("wb")

    def close(self) -> None:
        try:
            self._take_in()
            self._file.close()
            options = "(FORMAT parquet, COMPRESSION zstd)"
            self._db.execute(f"COPY (FROM part) TO '{_sql(self._path)}' {options}")
        finally:
            self._file.close()
            self._db.close()
            self._store.unlink(missing_ok=True)
            self._slice.unlink(missing_ok=True)


def _type(sort: ValueSort) -> str:
    return "VARCHAR" if sort in _TEXTS else _TYPES.get(sort, "DOUBLE")


def _sql(path: Path) -> str:
    return str(path).replace("'", "''")
