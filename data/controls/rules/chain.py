"""Chain the journal: each entry's hash covers the previous one."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from core.i18n import N_
from data.controls.types import Broken

NOTHING = "0" * 64  # what the first entry follows
MOST_BROKEN = 50  # entries named: all that follow a missing one are not


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """What an entry says, and so what its hash covers, with its place and the hash before."""

    seq: int
    at: datetime
    fact: str
    control_id: int | None
    campaign_id: int | None
    actor_id: int | None
    side: str
    detail: Mapping[str, object]
    salt: str = ""  # so that what is not shown is not guessed from its hash


@dataclass(frozen=True, slots=True)
class ChainLink:
    """An entry as it is found, with the two hashes that it bears."""

    entry: ChainEntry
    previous: str
    hash: str


def text_of(entry: ChainEntry, previous: str) -> str:
    """The entry in one canonical writing, with the hash of the one before.

    It may be handed out: our own numbers are in it by their salted digest alone.
    """
    values: dict[str, object] = {
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "fact": entry.fact,
        "side": entry.side,
        "detail": dict(entry.detail),
        "previous": previous,
    }
    numbers = {
        "seq": entry.seq,
        "control": entry.control_id,
        "campaign": entry.campaign_id,
        "actor": entry.actor_id,
    }
    if entry.salt:
        values["numbers"] = digest_of(_canonical(numbers | {"salt": entry.salt}))
    else:  # written before entries had a salt
        values |= numbers
    return _canonical(values)


def _canonical(values: Mapping[str, object]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of(entry: ChainEntry, previous: str) -> str:
    """The SHA-256 of its canonical writing."""
    return digest_of(text_of(entry, previous))


def broken_in(links: Iterable[ChainLink], head: tuple[int, str]) -> Iterator[Broken]:
    """The entries, in order, that are not what was written; *head* is the last one's seq and hash.

    After an entry that is not its own hash, the next is held against the hash it bears: one
    change is told once.
    """
    seq, before = 0, NOTHING
    for link in links:
        seq += 1
        if link.entry.seq != seq:
            yield Broken(seq, N_("L’écriture {seq} manque."))
            seq = link.entry.seq
        elif link.previous != before:
            yield Broken(seq, N_("L’écriture {seq} ne suit pas celle qui la précède."))
        if hash_of(link.entry, link.previous) != link.hash:
            yield Broken(seq, N_("L’écriture {seq} a été modifiée."))
        before = link.hash
    if head[0] != seq:
        yield Broken(seq + 1, N_("Le journal est incomplet : l’écriture {seq} manque."))
    elif head[1] != before:
        yield Broken(seq, N_("La dernière écriture, {seq}, n’est pas celle qui a été scellée."))


def party_of(right_uid: str, organisation_id: int) -> str:
    """Return the digest that identifies a right's owner without revealing internal numbers."""
    return digest_of(f"{right_uid} {organisation_id}")


def digest_of(text: str) -> str:
    """What the journal keeps of words: their SHA-256, not themselves."""
    return hashlib.sha256(text.encode()).hexdigest()
