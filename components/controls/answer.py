"""Parse the gaps of a staged deposit as stored in the page, which is untrusted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_MOST = 1000
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class DepositGaps:
    """Missing facts of a staged deposit, by control, and the other controls that it names."""

    deposit: str = ""
    first: str = ""  # the control it was first sent for
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    @property
    def known_fields(self) -> bool:
        return bool(self.deposit)


NO_ANSWER = DepositGaps()


def read_answer(sent: object, deposit: str = "") -> DepositGaps:
    """Return the response stored by a browser, if it is about `deposit` (when given)."""
    content = _mapping(sent)
    uid = _word(content.get("deposit"))
    if not uid or (deposit and uid != deposit):
        return NO_ANSWER
    checks = [_mapping(entry) for entry in _sequence(content.get("checks"))]
    named = {_word(entry.get("controle")): _words(entry.get("missing")) for entry in checks}
    beside = [_mapping(entry) for entry in _sequence(content.get("others"))]
    lacks = {_word(entry.get("controle")): _words(entry.get("missing")) for entry in beside}
    others = tuple(filter(None, lacks))
    return DepositGaps(uid, next(iter(named), ""), lacks | named, others)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: object) -> Sequence[object]:
    return value[:_MOST] if isinstance(value, list) else ()


def _word(value: object) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""


def _words(value: object) -> tuple[str, ...]:
    return tuple(filter(None, map(_word, _sequence(value))))
