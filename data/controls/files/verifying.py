"""An evidence pack judged by itself: each octet that is not as it was made has its place named."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from data.controls.files.archive import (
    INDEX,
    SEAL_SIZE,
    Region,
    archive,
    index_in,
    regions_of,
    seal_of,
    seals_of,
)
from data.controls.types.pieces import Flaw
from data.errors import TooBig
from i18n import N_

MOST = 512 * 1024 * 1024  # octets of a pack; one that we make has a tenth of them
SEAL = N_("sceau")
END = N_("fin de l’archive")
WHOLE = N_("archive")
NAME = N_("nom du fichier")
JOURNAL = N_("journal")
_IN_NAME = re.compile(r"-([0-9a-f]{16})(?: ?\(\d+\))?\.zip\Z")
_MEMBER = re.compile(r"(?:pieces/)?[A-Za-z0-9-]+\.[a-z]{3,4}")
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


def verify(path: Path) -> tuple[Flaw, ...]:
    """What is wrong with the pack at *path*, each place once; nothing when it is as it was made.

    Neither the portal nor its database is needed. OSError when it cannot be read, TooBig when it
    is no pack by its size.
    """
    if path.stat().st_size > MOST:
        raise TooBig(N_("Ce fichier est trop grand pour un dossier de preuve."))
    return flaws_in(path.read_bytes(), path.name)


def flaws_in(packed: bytes, name: str = "") -> tuple[Flaw, ...]:
    """As `verify`, for octets and the name they were found under."""
    seals = seals_of(packed)
    flaws = list(_found(packed, seals))
    if seals is None:
        flaws.append(Flaw(SEAL, N_("Le sceau manque ou ne se lit plus.")))
    elif not flaws and seals[1] != seal_of(packed):
        flaws.append(Flaw(SEAL, N_("Le sceau n’est pas celui de cette archive.")))
    said = _IN_NAME.search(name)
    if said and said[1] != seal_of(packed)[:16]:
        flaws.append(Flaw(NAME, N_("Le nom du fichier n’est pas celui de cette archive.")))
    return tuple(flaws)


def _found(packed: bytes, seals: tuple[str, str] | None) -> Iterator[Flaw]:
    content = index_in(packed, seals[0] if seals else "")
    index = _read(content)
    sealed = seals is None or sha256(content).hexdigest() == seals[0]
    whole = seals is not None and seals[1] == seal_of(packed)
    if index is None or not (sealed or whole):
        yield Flaw(INDEX, _CHANGED)
        return
    if not sealed:
        yield Flaw(SEAL, N_("Le sceau de l’index n’est pas le sien."))
    yield from _in_members(packed, content, index)
    yield from _in_journal(index.journal)


def _read(content: bytes) -> _Index | None:
    try:
        said = json.loads(content)
        members = tuple(
            _Member(str(one["name"]), int(one["size"]), str(one["sha256"]))
            for one in said["members"]
        )
        journal = tuple((str(one["text"]), str(one["digest"])) for one in said["journal"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    names = {member.name for member in members} | {INDEX}
    if len(names) != len(members) + 1 or not all(map(_is_ours, members)):
        return None
    return _Index(members, journal)


def _is_ours(member: _Member) -> bool:
    """Whether it is named and sized as we do: no other is put in an archive again."""
    return member.size >= 0 and _MEMBER.fullmatch(member.name) is not None


def _in_members(packed: bytes, content: bytes, index: _Index) -> Iterator[Flaw]:
    """The octets of each member, then all that is around them, against the archive they make."""
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
    """Headers that are not as we write them; those of a changed member have its other sum."""
    made = archive(contents)
    named: set[str] = set()
    for region in headers:
        same = packed[region.start : region.stop] == made[region.start : region.stop]
        if not same and region.member not in changed | named:
            named.add(region.member)
            yield Flaw(region.member or END, _HEADER)


def _in_journal(journal: Sequence[tuple[str, str]]) -> Iterator[Flaw]:
    """Entries that are not their own digest, or do not follow the one just before them."""
    before: tuple[int, str] | None = None
    for text, digest in journal:
        place = _placed(text)
        if place is None or _digest(text) != digest:
            yield Flaw(JOURNAL, N_("Une écriture du journal n’est plus celle de son empreinte."))
            return
        seq, previous = place
        if before and (seq <= before[0] or (seq == before[0] + 1 and previous != before[1])):
            yield Flaw(JOURNAL, N_("Une écriture du journal ne suit pas celle qui la précède."))
            return
        before = (seq, digest)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _placed(text: str) -> tuple[int, str] | None:
    try:
        said = json.loads(text)
        return int(said["seq"]), str(said["previous"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
