"""Write parts to one file for all the PCEs, or to a ZIP with one file for each."""

from io import BytesIO
from pathlib import Path
from typing import Protocol
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from data.exports.files.international import head, lines
from data.exports.files.parquet import Parquet
from data.exports.files.reports.fleet import FleetReport
from data.exports.files.serializer import csv_head, csv_part, ndjson_part
from data.exports.files.sheet import Worksheet
from data.exports.rules import file_name
from data.exports.types import ExportSpec, FileKind, PceExtract

_PACKED = frozenset({FileKind.XLSX, FileKind.PARQUET})  # already compressed
LEVEL = 3  # of compression: more takes twice the time for 5 % less


class ExportTarget(Protocol):
    """Receives parts one by one; it is complete once closed."""

    def add(self, part: PceExtract) -> None: ...

    def close(self) -> None: ...


def target(wanted: ExportSpec, path: Path) -> ExportTarget:
    """Create a file at `path`, with temporary files beside it."""
    if wanted.file_per_pce:
        return _Zip(wanted, path)
    if wanted.file is FileKind.XLSX:
        return Worksheet(str(path), wanted.content, path.parent)
    if wanted.file is FileKind.PARQUET:
        return Parquet(path, wanted.content)
    if wanted.file is FileKind.REPORT:
        return FleetReport(path)
    return _Text(wanted, path)


def _bytes(spec: ExportSpec, part: PceExtract) -> bytes:
    if spec.file is FileKind.NDJSON:
        return ndjson_part(spec, part)
    if spec.file is FileKind.INTERNATIONAL:
        return lines(spec.content, part)
    return csv_part(spec.content, part)


def _head(spec: ExportSpec) -> bytes:
    if spec.file is FileKind.INTERNATIONAL:
        return head(spec.content)
    return csv_head(spec.content) if spec.file is FileKind.CSV else b""


class _Text:
    def __init__(self, wanted: ExportSpec, path: Path) -> None:
        self._wanted = wanted
        self._file = path.open("wb")
        self._file.write(_head(wanted))

    def add(self, part: PceExtract) -> None:
        self._file.write(_bytes(self._wanted, part))

    def close(self) -> None:
        self._file.close()


class _Zip:
    """A ZIP with a file for each PCE that has rows."""

    def __init__(self, wanted: ExportSpec, path: Path) -> None:
        self._wanted = wanted
        self._folder = path.parent
        packed = ZIP_STORED if wanted.file in _PACKED else ZIP_DEFLATED
        self._zip = ZipFile(path, "w", packed, compresslevel=LEVEL)

    def add(self, part: PceExtract) -> None:
        if part.count:
            self._zip.writestr(file_name(self._wanted, part.scope.number), self._single_file(part))

    def _single_file(self, part: PceExtract) -> bytes:
        if self._wanted.file is FileKind.PARQUET:
            return self._parquet(part)
        if self._wanted.file is not FileKind.XLSX:
            return _head(self._wanted) + _bytes(self._wanted, part)
        buffer = BytesIO()
        sheet = Worksheet(buffer, self._wanted.content, self._folder)
        sheet.add(part)
        sheet.close()
        return buffer.getvalue()

    def _parquet(self, part: PceExtract) -> bytes:
        path = self._folder / "one"
        writer = Parquet(path, self._wanted.content)
        try:
            writer.add(part)
        finally:
            writer.close()
        content = path.read_bytes()
        path.unlink()
        return content

    def close(self) -> None:
        self._zip.close()
