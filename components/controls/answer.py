"""What the deposit of pieces answered, as the page keeps it: nothing of it is trusted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_MOST = 1000
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Answer:
    """What the text of a staged deposit lacks, by control, and whose PCE it names besides."""

    deposit: str = ""
    first: str = ""  # the first control it was sent for
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        return bool(self.deposit)


NO_ANSWER = Answer()


def read_answer(sent: object, deposit: str = "") -> Answer:
    """What a browser kept, of one *deposit* when it is named."""
    told = _mapping(sent)
    uid = _word(told.get("deposit"))
    if not uid or (deposit and uid != deposit):
        return NO_ANSWER
    checks = [_mapping(one) for one in _sequence(told.get("checks"))]
    named = {_word(one.get("controle")): _words(one.get("missing")) for one in checks}
    beside = [_mapping(one) for one in _sequence(told.get("others"))]
    lacks = {_word(one.get("controle")): _words(one.get("missing")) for one in beside}
    others = tuple(filter(None, lacks))
    return Answer(uid, next(iter(named), ""), lacks | named, others)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: object) -> Sequence[object]:
    return value[:_MOST] if isinstance(value, list) else ()


def _word(value: object) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""


def _words(value: object) -> tuple[str, ...]:
    return tuple(filter(None, map(_word, _sequence(value))))
