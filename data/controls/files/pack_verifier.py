"""Verify an evidence pack by itself, and name each altered place."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from core.errors import TooBig
from core.i18n import N_
from data.controls.files.archive import (
    INDEX,
    SEAL_SIZE,
    Region,
    Seal,
    index_in,
    regions_of,
    seal_of,
    sealed,
    unsealed,
)
from data.controls.files.consistency import JOURNAL, disagreements
from data.controls.types.pieces import Flaw

MOST = 512 * 1024 * 1024  # bytes; ours have a tenth of that
SEAL = N_("sceau")
END = N_("fin de l’archive")
WHOLE = N_("archive")
NAME = N_("nom du fichier")
_IN_NAME = re.compile(r"-([0-9a-f]{16})(?: ?\(\d+\))?\.zip\Z")
_MEMBER = re.compile(r"(?:pieces/)?[A-Za-z0-9-]+\.[a-z]{2,4}")
_CHANGED = N_("Le contenu n’est plus celui qui a été scellé.")
_HEADER = N_("L’en-tête n’est plus celui qui a été scellé.")


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Index:
    members: tuple[_Member, ...]
    journal: tuple[tuple[str, str], ...]  # (text, digest)
    content: Mapping[str, Any]


def verify(path: Path, key: str = "") -> tuple[Flaw, ...]:
    """Return the faults of the pack at `path`, each place once; empty when it is intact.

    Its maker is only verified against `key`, the distributor's published public key. Neither portal
    nor database is needed. Raise OSError when it cannot be read, TooBig when too large for a pack.
    """
    if path.stat().st_size > MOST:
        raise TooBig(N_("Ce fichier est trop grand pour un dossier de preuve."))
    return flaws_in(path.read_bytes(), path.name, key)


def flaws_in(packed: bytes, name: str = "", key: str = "") -> tuple[Flaw, ...]:
    """Verify bytes under a file name, as `verify` does."""
    seal = sealed(packed)
    flaws = list(_find_problem(packed, seal))
    if seal is None:
        flaws.append(Flaw(SEAL, N_("Le sceau manque ou n’est plus lisible.")))
    elif not flaws and not (seal.signed and seal.body == seal_of(packed)):
        flaws.append(Flaw(SEAL, N_("Le sceau n’est pas celui de cette archive.")))
    elif key and seal.key != key:
        flaws.append(Flaw(SEAL, N_("Ce dossier est signé par une autre clé.")))
    match = _IN_NAME.search(name)
    if match and match[1] != seal_of(packed)[:16]:
        flaws.append(Flaw(NAME, N_("Le nom du fichier n’est pas celui de cette archive.")))
    return tuple(flaws)


def _find_problem(packed: bytes, seal: Seal | None) -> Iterator[Flaw]:
    content = index_in(packed, seal.index if seal else "")
    index = _read(content)
    same = seal is None or sha256(content).hexdigest() == seal.index
    is_body_intact = seal is not None and seal.body == seal_of(packed)
    if index is None or not (same or is_body_intact):
        yield Flaw(INDEX, _CHANGED)
        return
    if not same:
        yield Flaw(SEAL, N_("Le sceau de l’index ne correspond pas."))
    yield from _in_members(packed, content, index)
    broken = list(_in_journal(index.journal))
    yield from broken or _in_index(index)


def _in_index(index: _Index) -> Iterator[Flaw]:
    try:
        yield from list(disagreements(index.content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        yield Flaw(INDEX, N_("L’index n’est pas lisible."))


def _read(content: bytes) -> _Index | None:
    try:
        data = json.loads(content)
        members = tuple(
            _Member(str(item["name"]), int(item["size"]), str(item["sha256"]))
            for item in data["members"]
        )
        journal = tuple((str(item["text"]), str(item["digest"])) for item in data["journal"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    names = {member.name for member in members} | {INDEX}
    if len(names) != len(members) + 1 or not all(map(_is_ours, members)):
        return None
    return _Index(members, journal, data)


def _is_ours(member: _Member) -> bool:
    """Return whether its name and size are of our format; others are not archived again."""
    return member.size >= 0 and _MEMBER.fullmatch(member.name) is not None


def _in_members(packed: bytes, content: bytes, index: _Index) -> Iterator[Flaw]:
    """Compare each member, then everything around them, with the archive that they make."""
    sizes = [(INDEX, len(content)), *((member.name, member.size) for member in index.members)]
    regions = regions_of(sizes)
    if regions[-1].stop != len(packed) - SEAL_SIZE:
        yield Flaw(WHOLE, N_("Des octets manquent, ou il y en a de trop."))
        return
    contents = {
        region.member: packed[region.start : region.stop] for region in regions if not region.header
    }
    changed = {
        member.name
        for member in index.members
        if sha256(contents[member.name]).hexdigest() != member.sha256
    }
    for member in index.members:
        if member.name in changed:
            yield Flaw(member.name, _CHANGED)
    yield from _around(packed, contents, [r for r in regions if r.header], changed)


def _around(
    packed: bytes, contents: Mapping[str, bytes], headers: Sequence[Region], changed: set[str]
) -> Iterator[Flaw]:
    """Yield headers that differ; those of a changed member differ by its checksum anyway."""
    expected_pack = unsealed(contents)
    named: set[str] = set()
    for region in headers:
        same = packed[region.start : region.stop] == expected_pack[region.start : region.stop]
        if not same and region.member not in changed | named:
            named.add(region.member)
            yield Flaw(region.member or END, _HEADER)


def _in_journal(journal: Sequence[tuple[str, str]]) -> Iterator[Flaw]:
    """Check that entries match their digest and are in order."""
    places = {digest: place for place, (_text, digest) in enumerate(journal)}
    last = ""
    for place, (text, digest) in enumerate(journal):
        position = _placed(text)
        if position is None or sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != digest:
            yield Flaw(JOURNAL, N_("Une écriture du journal ne correspond plus à son empreinte."))
            return
        at, previous = position
        if at < last or places.get(previous, place - 1) != place - 1:
            yield Flaw(JOURNAL, N_("Une écriture du journal ne suit pas celle qui la précède."))
            return
        last = at


def _placed(text: str) -> tuple[str, str] | None:
    """Return the UTC time of an entry and the digest of the previous one, or None."""
    try:
        entry = json.loads(text)
        return str(entry["at"]), str(entry["previous"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
