"""Parse the form of a campaign and report problems by field and by line."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from components.controls.cockpit_query import key_in
from components.controls.staff_ids import Ids
from core.errors import Invalid
from core.i18n import N_
from data.controls.rules.draw import (
    BAD_RATE,
    BAD_SEED,
    MOST_SEED,
    checked_days,
    checked_picked,
    checked_rate,
)
from data.controls.types import Draw, DrawFilter, DrawMethod, Picked, Sample, Stage
from data.metering.pces.rules import number_of
from data.rights.types import ProofState

NEVER, AGAIN, BOTH = "never", "again", "both"
_PROOFS: Mapping[str, tuple[ProofState | None, ...]] = {
    NEVER: (None,),
    AGAIN: (ProofState.ACCEPTED,),
    BOTH: (None, ProofState.ACCEPTED),
}
_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_RATE = re.compile(r"\d{1,6}(\.\d{1,6})?", re.ASCII)
_PART = re.compile(r"[^\t;,]+")
_SHORTEST = 8  # characters of an injection PCE: GI and six digits
_NO_LINE = N_("Aucune ligne n’est un droit ni un PCE : corrigez celles qui sont nommées.")
FIELDS: Mapping[str, tuple[str, str]] = {  # fields read by callbacks
    "way": (Ids.WAY, "value"),
    "rate": (Ids.RATE, "value"),
    "seed": (Ids.SEED, "value"),
    "among": (Ids.AMONG, "value"),
    "stage": (Ids.STAGE, "value"),
    "first": (Ids.FIRST, "value"),
    "last": (Ids.LAST_DAY, "value"),
    "proofs": (Ids.PROOFS, "value"),
    "listed": (Ids.LISTED, "value"),
    "one": (Ids.ONE, "value"),
}
ERRORS: Mapping[str, str] = {  # ids of the error messages
    "rate": Ids.RATE_ERROR,
    "seed": Ids.SEED_ERROR,
    "first": Ids.FIRST_ERROR,
    "last": Ids.LAST_ERROR,
    "listed": Ids.LISTED_ERROR,
    "one": Ids.ONE_ERROR,
}


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line of the list, counted from 1, that is neither a right nor a PCE, and why."""

    line: int
    why: Invalid

    @property
    def proposed(self) -> str:
        """Return the number with its lost leading zero, "" if that is not the error."""
        return str(self.why.params.get("proposed", ""))


def draw_of(fields: Mapping[str, Any]) -> Draw:
    """Return the draw that the form defines, from untrusted input; raise Invalid.

    Invalid lines of the list are ignored: `wrong_lines` returns them.
    """
    values = _draw_text(fields)
    if values["way"] == DrawMethod.LIST:
        return _picked(values["listed"])
    if values["way"] == DrawMethod.ONE:
        return _drawn_right(values["one"])
    return Sample(
        rate=_rate(values["rate"]),
        seed=_seed(values["seed"]),
        draw_filter=DrawFilter(
            organisation_id=key_in(values["among"]),
            stage=Stage(values["stage"]) if values["stage"] in set(Stage) else None,
            declared_first=_day(values["first"]),
            declared_last=_day(values["last"]),
            proofs=_PROOFS.get(values["proofs"], _PROOFS[NEVER]),
        ),
    )


def _draw_text(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(fields.get(name) or "").strip() for name in FIELDS}


def problems_of(fields: Mapping[str, Any]) -> dict[str, Invalid]:
    """Return the errors of the fields of the selected method, by name."""
    values = _draw_text(fields)
    problems: dict[str, Invalid] = {}
    for name, read in _readers(values).items():
        try:
            read()
        except Invalid as error:
            problems[name] = error
    return problems


def _readers(values: Mapping[str, str]) -> dict[str, Callable[[], object]]:
    if values["way"] == DrawMethod.LIST:
        return {"listed": lambda: _picked(values["listed"])}
    if values["way"] == DrawMethod.ONE:
        return {"one": lambda: _drawn_right(values["one"])}
    return {
        "rate": lambda: _rate(values["rate"]),
        "seed": lambda: _seed(values["seed"]),
        "first": lambda: _day(values["first"]),
        "last": lambda: checked_days(_day_or_none(values["first"]), _day(values["last"])),
    }


def _picked(text: str) -> Picked:
    """Return rights by their identifier and PCEs by their number, in any order."""
    read = [reference for _line, reference in _lines(text)]
    words = [reference for reference in read if isinstance(reference, str)]
    if read and not words:
        raise Invalid(_NO_LINE)
    uids = tuple(word.lower() for word in words if _UID.fullmatch(word))
    return checked_picked(Picked(uids, tuple(word for word in words if not _UID.fullmatch(word))))


def _drawn_right(text: str) -> Picked:
    for _line, reference in _lines(text[:100]):
        if isinstance(reference, Invalid):
            raise reference
    return _picked(text[:100])


def wrong_lines(fields: Mapping[str, Any]) -> tuple[WrongLine, ...]:
    """Return the invalid lines, if the method is a list."""
    values = _draw_text(fields)
    if values["way"] != DrawMethod.LIST:
        return ()
    return tuple(
        WrongLine(line, problem)
        for line, problem in _lines(str(fields.get("listed") or ""))
        if isinstance(problem, Invalid)
    )


def restore_zeros(text: str) -> str:
    """Return the list with lost leading zeros restored."""

    def mended(part: re.Match[str]) -> str:
        return " ".join(_mended(word) for word in _words(part[0]))

    return "\n".join(_PART.sub(mended, line) for line in text.splitlines())


def _mended(word: str) -> str:
    parsed_value = _read(word)
    proposed = parsed_value.params.get("proposed") if isinstance(parsed_value, Invalid) else None
    return str(proposed or word)


def _lines(text: str) -> Iterator[tuple[int, str | Invalid]]:
    """Yield the line number of each right identifier, PCE number or error."""
    for line, words in enumerate(text.splitlines(), start=1):
        for part in _PART.findall(words):
            yield from ((line, _read(word)) for word in _words(part))


def _read(word: str) -> str | Invalid:
    if _UID.fullmatch(word):
        return word
    try:
        return number_of(word)
    except Invalid as error:
        return error


def _words(part: str) -> list[str]:
    """Split a line into references, or keep it as a single number with digit groups."""
    words = part.split()
    are_references = all(len(word) >= _SHORTEST for word in words)
    return words if are_references else [part.strip()]


def _rate(text: str) -> Decimal:
    """Parse a percentage: `5`, `5,5`, `5 %`."""
    bare = "".join(text.removesuffix("%").split()).replace(",", ".")
    if not _RATE.fullmatch(bare):
        raise Invalid(BAD_RATE)
    return checked_rate(Decimal(bare))


def _seed(text: str) -> int:
    is_integer = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_SEED))
    if not is_integer or int(text) > MOST_SEED:
        raise Invalid(BAD_SEED, most=MOST_SEED)
    return int(text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(N_("Cette date n’existe pas.")) from None


def _day_or_none(text: str) -> date | None:
    """Return the day, None if invalid: the field itself shows the error."""
    try:
        return _day(text)
    except Invalid:
        return None
