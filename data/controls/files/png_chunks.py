"""Find what a PNG hides: trailing bytes, extra data, compressed text."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGN = 8
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_ADAM7 = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4)),
    *((1, 0, 2, 2), (0, 1, 1, 2)),
)  # of each pass: left, top, and the steps
_SLACK = 64 * 1024  # extra decompressed bytes tolerated from careless programs


def chunks_of(content: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Yield each chunk's name, data and end offset."""
    at = _SIGN
    while at + 12 <= len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        yield name, content[at + 8 : at + 8 + length], at + 12 + length
        at += 12 + length


def is_one(content: bytes) -> bool:
    """Return whether its first IEND is the end of the file: Pillow ignores what follows."""
    ends = (end for name, _octets, end in chunks_of(content) if name == b"IEND")
    return next(ends, None) == len(content)


def overflows(content: bytes) -> bool:
    """Return whether its data exceeds the image: Pillow stops there, other readers may not."""
    head = next((octets for name, octets, _end in chunks_of(content) if name == b"IHDR"), b"")
    if len(head) != 13 or head[9] not in _CHANNELS:  # noqa: PLR2004 (of every PNG)
        return False  # Pillow reports what is wrong with it
    most = octets_of(head) + _SLACK
    reader = zlib.decompressobj()
    for name, octets, _end in chunks_of(content):
        if name == b"IDAT" and not reader.eof and most >= 0:
            most -= len(reader.decompress(octets, most + 1))
    return most < 0


def octets_of(head: bytes) -> int:
    """Return the decompressed size of an image by its header, with a filter byte per line."""
    width, height = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    bits = head[8] * _CHANNELS[head[9]]
    passes = _ADAM7 if head[12] else ((0, 0, 1, 1),)
    sizes = [(-(-(width - x) // dx), -(-(height - y) // dy)) for x, y, dx, dy in passes]
    return sum(down * (1 + (across * bits + 7) // 8) for across, down in sizes if across > 0 < down)
