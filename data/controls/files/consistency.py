"""Compare the index of an evidence pack with its excerpt of the journal."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import zip_longest
from typing import Any

from core.i18n import N_
from data.controls.types.pieces import Flaw

JOURNAL = N_("journal")
STEPS = N_("étapes")
MESSAGES = N_("échanges")
FACTS = N_("renseignements")
_ABSENT: Mapping[str, Any] = {"at": None, "fact": None, "detail": {}}
_DECISIONS = frozenset({"accepted", "again", "rejected"})


def disagreements(index: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield contradictions between an index and its journal, whatever the index contains.

    Raise ValueError, KeyError, TypeError or AttributeError when it is no index.
    """
    entries = [json.loads(entry["text"]) for entry in index["journal"]]
    yield from _in_pieces(index["members"], entries)
    yield from _in_messages(index.get("messages", []), entries)
    yield from _in_steps(index.get("steps", []), entries)
    request: Mapping[str, Any] = next(
        (entry["detail"] for entry in entries if entry["fact"] == "asked"), {}
    )
    expected_values = {name: request[name] for name in ("pce", "control") if name in request}
    dues = [entry["detail"]["due"] for entry in entries if "due" in entry["detail"]]
    expected_values |= {"deadline": dues[-1]} if dues else {}
    if any(index.get(name) != value for name, value in expected_values.items()):
        yield Flaw(FACTS, N_("Le PCE, le contrôle ou l’échéance ne correspond pas au journal."))


def _in_pieces(
    members: Sequence[Mapping[str, Any]], entries: Sequence[Mapping[str, Any]]
) -> Iterator[Flaw]:
    """Check that each piece has an entry under its deposit (0: message), none missing."""
    sends = [entry for entry in entries if entry["fact"] == "sent"]
    sent = [entry["detail"]["pieces"] for entry in sends]
    message_digests = [entry["detail"]["pieces"] for entry in entries if entry["fact"] == "written"]
    remaining = Counter((0, digest) for pieces in message_digests for digest in pieces)
    for deposit, pieces in enumerate(sent, start=1):
        remaining.update((deposit, piece["sha256"]) for piece in pieces)
    for member in members:
        if not member["name"].startswith("pieces/"):
            continue
        key = member["deposit"], member["sha256"]
        if not remaining[key]:
            yield Flaw(member["name"], N_("Le journal ne nomme pas cette pièce."))
            continue
        remaining[key] -= 1
        if member["deposit"] and not _is_as_sent(member, sends[member["deposit"] - 1]):
            yield Flaw(
                member["name"], N_("Le nom ou la date d’envoi ne correspond pas au journal.")
            )
    if +remaining:
        yield Flaw(JOURNAL, N_("Une pièce citée par le journal manque dans le dossier."))


def _is_as_sent(member: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Return whether date and name match the deposit's; old entries have no name."""
    name = _digest(member["sent_as"])
    named = name in entry["detail"].get("names", [name])
    return named and _same_instant({"at": member["sent_at"]}, entry)


def _in_messages(
    messages: Sequence[Mapping[str, Any]], entries: Sequence[Mapping[str, Any]]
) -> Iterator[Flaw]:
    written = [row for row in entries if row["fact"] == "written"]
    for message, entry in zip_longest(messages, written, fillvalue=_ABSENT):
        digest = entry["detail"].get("sha256")
        if not _same_instant(message, entry) or _digest(message.get("text")) != digest:
            yield Flaw(MESSAGES, N_("Un message ne correspond pas à l’empreinte du journal."))
            return


def _in_steps(
    steps: Sequence[Mapping[str, Any]], entries: Sequence[Mapping[str, Any]]
) -> Iterator[Flaw]:
    for step, entry in zip_longest(steps, entries, fillvalue=_ABSENT):
        detail = entry["detail"]
        same = _same_instant(step, entry) and step["fact"] == entry["fact"]
        same = same and step.get("why", "") == (detail.get("motive") or "")
        if same and entry["fact"] in _DECISIONS:
            same = _digest(step.get("text")) == detail.get("sha256")
        if not same:
            yield Flaw(STEPS, N_("Une étape ne correspond pas au journal."))
            return


def _same_instant(first: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if first["at"] is None or other["at"] is None:
        return False
    return datetime.fromisoformat(first["at"]) == datetime.fromisoformat(other["at"])


def _digest(text: object) -> str:
    return sha256(str(text).encode("utf-8", "surrogatepass")).hexdigest()
