"""Store deposited files under random names outside the web root, whole or not at all."""

import hashlib
import os
import secrets
from codecs import BOM_UTF8
from pathlib import Path, PurePosixPath

from core.durable_files import make_folder, sync_folder
from core.errors import Invalid, TooBig, Unreadable
from core.i18n import N_, number
from data.runs.files.book import MOST_BYTES
from data.runs.files.sniff import MOST_LINES
from data.runs.types import StoredUpload

LONGEST_NAME = 120
_START = 64  # bytes that tell the type of the file
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def folder_of(var: Path) -> Path:
    """Return the folder of deposited files."""
    return var / "uploads"


class Incoming:
    """An upload written piece by piece to its final place.

    A file left by a crash has no run, and `purge_files` deletes it. Data beyond `most` bytes, or
    text beyond `lines` lines, are counted but not written.
    """

    def __init__(self, folder: Path, most: int, lines: int = MOST_LINES) -> None:
        make_folder(folder)
        self.stored_name = secrets.token_hex(16)
        self.size = 0
        self._path = folder / self.stored_name
        self._most = most
        self._most_lines = lines
        self._start = b""
        self._ends = [0, 0]  # line feeds, carriage returns
        self._digest = hashlib.sha256()
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
        self._file = os.fdopen(os.open(self._path, flags, 0o600), "wb")

    def write(self, piece: bytes) -> int:
        self.size += len(piece)
        if len(self._start) < _START:
            self._start += piece[: _START - len(self._start)]
        self._ends = [self._ends[0] + piece.count(b"\n"), self._ends[1] + piece.count(b"\r")]
        if not self._excess():
            self._file.write(piece)
            self._digest.update(piece)
        return len(piece)

    def seek(self, place: int) -> int:
        """Do nothing: form parsers rewind what they have written."""
        return place

    def _excess(self) -> TooBig | None:
        """Return the exceeded limit so far, without the file's name; None within limits."""
        if self.size > self._most:
            return TooBig(
                N_("« {name} » dépasse {most} Mo : déposez-le en plusieurs parties."),
                most=self._most // 1_000_000,
            )
        if self._start.startswith(b"PK") and self.size > MOST_BYTES:
            return TooBig(
                N_(
                    "« {name} » dépasse {most} Mo, le plus d’un classeur : déposez les mêmes"
                    " données en CSV."
                ),
                most=MOST_BYTES // 1_000_000,
            )
        # The header is one more line; JSON objects are counted when read.
        if max(self._ends) > self._most_lines + 1 and self._is_table:
            return TooBig(
                N_("« {name} » a plus de {most} lignes : déposez-le en plusieurs parties."),
                most=number(self._most_lines),
            )
        return None

    @property
    def _is_table(self) -> bool:
        start = self._start.removeprefix(BOM_UTF8).lstrip()
        return not start.startswith((b"{", b"[", b"PK", *_UTF16))

    def keep(self, name: str) -> StoredUpload:
        """Finish the file on disk and return it.

        The directory entry is also flushed before a run refers to it. Raise Invalid when empty,
        TooBig when too large.
        """
        name = cleaned(name)
        if not self.size:
            raise Invalid(N_("« {name} » est vide : il n’y a rien à lire."), name=name)
        if excess := self._excess():
            raise TooBig(excess.message, name=name, **excess.params)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        sync_folder(self._path.parent)
        return StoredUpload(name, self.stored_name, self.size, self._digest.hexdigest())

    def drop(self) -> None:
        """Delete the file."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def cleaned(name: str) -> str:
    """Return the last part of a path of any system, without control characters."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(sign if sign.isprintable() else " " for sign in last)
    plain = " ".join(plain.encode("utf-8", "replace").decode().split())
    return "sans nom" if plain in {"", ".", ".."} else plain[:LONGEST_NAME]


def read_kept(folder: Path, stored_name: str, sha256: str) -> bytes:
    """Return the content of a stored file. Raise Unreadable when it is missing or changed."""
    try:
        content = (folder / stored_name).read_bytes() if stored_name else None
    except FileNotFoundError:
        content = None
    if content is None:
        raise Unreadable(N_("Le fichier déposé n’est plus sur le serveur : déposez-le à nouveau."))
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Unreadable(N_("Le fichier déposé a été abîmé sur le serveur : déposez-le à nouveau."))
    return content


def forget(folder: Path, stored_name: str) -> None:
    if stored_name:
        (folder / stored_name).unlink(missing_ok=True)
