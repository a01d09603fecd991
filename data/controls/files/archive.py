"""Write and read an evidence pack: one deterministic ZIP, sealed in its comment.

A ZIP holds each name and size two or three times, in places that readers skip. So a pack is valid
only if it is, byte for byte, the archive that this module makes of its members. The seal contains
the SHA-256 of the index and of everything before the seal, signed by the portal.
"""

import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from data.controls.files.portal_signature import Signer, is_signed, public_key

INDEX = "index.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_LOCAL, _CENTRAL, _END = 30, 46, 22  # bytes of each header, without the name
_SIGNED = b"espace-client-pack-2 %s %s %s"  # the two digests and the public key
_SEALED = re.compile(
    rb"(espace-client-pack-2 ([0-9a-f]{64}) ([0-9a-f]{64}) ([0-9a-f]{64})) ([0-9a-f]{128})"
)
SEAL_SIZE = len(_SIGNED) - 6 + 3 * 64 + 1 + 128
_AGREED = re.compile(rb"PK\x03\x04.{14}(.{4})(.{4})", re.DOTALL)  # sizes in a local header


@dataclass(frozen=True, slots=True)
class Region:
    """A byte range of an archive that belongs to one part."""

    start: int
    stop: int
    member: str  # "" for none
    header: bool


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal at the end of a pack; hexadecimal digests."""

    index: str  # SHA-256 of the index
    body: str  # SHA-256 of everything before the seal
    key: str  # the signer's public key
    signed: bool  # the signature by that key is valid


def archive(members: Mapping[str, bytes], signer: Signer) -> bytes:
    """Return the sealed archive of `members`, uncompressed."""
    body = unsealed(members)
    digests = [sha256(part).hexdigest() for part in (members[INDEX], body)]
    payload = _SIGNED % tuple(
        member_part.encode() for member_part in (*digests, public_key(signer))
    )
    return body + payload + b" " + signer.sign(payload).hex().encode()


def unsealed(members: Mapping[str, bytes]) -> bytes:
    """Return the archive without its seal, the index first."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as zip_file:
        for name, content in {INDEX: members[INDEX], **members}.items():
            entry = ZipInfo(name, _EPOCH)
            entry.create_system = _UNIX  # independent of the writing system
            entry.external_attr = 0o100600 << 16
            zip_file.writestr(entry, content)
        zip_file.comment = bytes(SEAL_SIZE)  # its length is part of what is sealed
    return buffer.getvalue()[:-SEAL_SIZE]


def sealed(packed: bytes) -> Seal | None:
    """Return the seal of a pack, None when it is unreadable."""
    match = _SEALED.fullmatch(packed[-SEAL_SIZE:])
    if match is None:
        return None
    index, body, key, signature = (group.decode() for group in match.groups()[1:])
    return Seal(index, body, key, is_signed(match[1], signature, key))


def seal_of(packed: bytes) -> str:
    """Return the SHA-256 of everything before the seal."""
    return sha256(packed[:-SEAL_SIZE]).hexdigest()


def index_in(packed: bytes, sealed: str) -> bytes:
    """Return the index, sized by its header or, if damaged, by what follows it.

    Prefer the one whose SHA-256 is `sealed`, else the local header's.
    """
    start = _LOCAL + len(INDEX)
    local = _AGREED.match(packed)
    sizes = list(struct.unpack("<II", local[1] + local[2])) if local else []
    following = packed.find(b"PK\x03\x04", start)
    sizes.append((following if following > 0 else len(packed)) - start)
    contents = [packed[start : start + size] for size in sizes if 0 < size <= len(packed)]
    return next(
        (content for content in contents if sha256(content).hexdigest() == sealed),
        contents[0] if contents else b"",
    )


def regions_of(sizes: Sequence[tuple[str, int]]) -> list[Region]:
    """Return the byte ranges of an archive with members of these names and sizes, in order."""
    regions: list[Region] = []
    at = 0
    for name, size in sizes:
        body = at + _LOCAL + len(name.encode())
        regions.append(Region(at, body, name, header=True))
        regions.append(Region(body, body + size, name, header=False))
        at = body + size
    for name, _size in sizes:
        stop = at + _CENTRAL + len(name.encode())
        regions.append(Region(at, stop, name, header=True))
        at = stop
    return [*regions, Region(at, at + _END, "", header=True)]
