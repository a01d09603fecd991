"""Where parts go: one file of all the PCE, or a ZIP of one file each."""

from io import BytesIO
from pathlib import Path
from typing import Protocol
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from data.exports.files.international import head, lines
from data.exports.files.parquet import Parquet
from data.exports.files.sheet import Sheet
from data.exports.files.texts import csv_head, csv_part, ndjson_part
from data.exports.rules import file_name
from data.exports.types import FileKind, Part, Wanted

_PACKED = frozenset({FileKind.XLSX, FileKind.PARQUET})  # already
LEVEL = 3  # of compression: beyond, twice the time for a twentieth less


class Target(Protocol):
    """Parts go in one by one; it is whole once closed."""

    def add(self, part: Part) -> None: ...

    def close(self) -> None: ...


def target(wanted: Wanted, path: Path) -> Target:
    """A new file at *path*; its temporary files, if any, are beside it."""
    if wanted.apart:
        return _Zip(wanted, path)
    if wanted.file is FileKind.XLSX:
        return Sheet(str(path), wanted.content, path.parent)
    if wanted.file is FileKind.PARQUET:
        return Parquet(path, wanted.content)
    return _Text(wanted, path)


def _bytes(wanted: Wanted, part: Part) -> bytes:
    if wanted.file is FileKind.NDJSON:
        return ndjson_part(wanted, part)
    if wanted.file is FileKind.INTERNATIONAL:
        return lines(wanted.content, part)
    return csv_part(wanted.content, part)


def _head(wanted: Wanted) -> bytes:
    if wanted.file is FileKind.INTERNATIONAL:
        return head(wanted.content)
    return csv_head(wanted.content) if wanted.file is FileKind.CSV else b""


class _Text:
    def __init__(self, wanted: Wanted, path: Path) -> None:
        self._wanted = wanted
        self._file = path.open("wb")
        self._file.write(_head(wanted))

    def add(self, part: Part) -> None:
        self._file.write(_bytes(self._wanted, part))

    def close(self) -> None:
        self._file.close()


class _Zip:
    """A PCE of which there is nothing to say has no file."""

    def __init__(self, wanted: Wanted, path: Path) -> None:
        self._wanted = wanted
        self._folder = path.parent
        packed = ZIP_STORED if wanted.file in _PACKED else ZIP_DEFLATED
        self._zip = ZipFile(path, "w", packed, compresslevel=LEVEL)

    def add(self, part: Part) -> None:
        if part.count:
            self._zip.writestr(file_name(self._wanted, part.scope.number), self._one(part))

    def _one(self, part: Part) -> bytes:
        if self._wanted.file is FileKind.PARQUET:
            return self._parquet(part)
        if self._wanted.file is not FileKind.XLSX:
            return _head(self._wanted) + _bytes(self._wanted, part)
        held = BytesIO()
        sheet = Sheet(held, self._wanted.content, self._folder)
        sheet.add(part)
        sheet.close()
        return held.getvalue()

    def _parquet(self, part: Part) -> bytes:
        path = self._folder / "one"
        made = Parquet(path, self._wanted.content)
        try:
            made.add(part)
        finally:
            made.close()
        found = path.read_bytes()
        path.unlink()
        return found

    def close(self) -> None:
        self._zip.close()
