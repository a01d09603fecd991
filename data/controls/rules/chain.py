"""Chain the journal: each entry's hash covers the previous one."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from core.i18n import N_
from data.controls.types import JournalBreak

NOTHING = "0" * 64  # predecessor of the first entry
MOST_BROKEN = 50  # entries reported, not counting those after a missing one


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """The hashed content of an entry, with its number."""

    seq: int
    at: datetime
    fact: str
    control_id: int | None
    campaign_id: int | None
    actor_id: int | None
    side: str
    detail: Mapping[str, object]
    salt: str = ""  # protects hidden content from being guessed from its hash


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A stored entry with its two hashes."""

    entry: ChainEntry
    previous: str
    hash: str


def text_of(entry: ChainEntry, previous: str) -> str:
    """Return the canonical text of an entry with the previous hash.

    It can be published: internal ids only appear as a salted digest.
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
    """Return the SHA-256 of its canonical text."""
    return digest_of(text_of(entry, previous))


def broken_in(links: Iterable[ChainLink], head: tuple[int, str]) -> Iterator[JournalBreak]:
    """Yield altered entries in order; `head` is the number and hash of the last entry.

    After an altered entry, the next is compared with its stored hash, so that one change is
    reported once.
    """
    seq, before = 0, NOTHING
    for link in links:
        seq += 1
        if link.entry.seq != seq:
            yield JournalBreak(seq, N_("L’écriture {seq} manque."))
            seq = link.entry.seq
        elif link.previous != before:
            yield JournalBreak(seq, N_("L’écriture {seq} ne suit pas celle qui la précède."))
        if hash_of(link.entry, link.previous) != link.hash:
            yield JournalBreak(seq, N_("L’écriture {seq} a été modifiée."))
        before = link.hash
    if head[0] != seq:
        yield JournalBreak(seq + 1, N_("Le journal est incomplet : l’écriture {seq} manque."))
    elif head[1] != before:
        yield JournalBreak(
            seq, N_("La dernière écriture, {seq}, n’est pas celle qui a été scellée.")
        )


def party_of(right_uid: str, organisation_id: int) -> str:
    """Return the digest that identifies a right's owner without revealing internal numbers."""
    return digest_of(f"{right_uid} {organisation_id}")


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text, which the journal stores instead of the text."""
    return hashlib.sha256(text.encode()).hexdigest()
