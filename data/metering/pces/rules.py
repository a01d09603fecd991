"""Rules of PCEs: number format (domain.md §1.1), search and data freshness."""

import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache

from core.errors import Invalid
from core.i18n import N_
from core.unicode_safety import plain_signs, undirected, with_unseen
from data.metering.pces.types import EventKind, Frequency, Holes, PceFreshness

LONGEST_TAG = 40
LENGTH = 14  # digits of a number that is not of the GI form
_NUMBER = re.compile(r"\d{14}|GI\d{6}")
USUAL_DELAY = timedelta(days=4)  # from a gas day to its data: they come by the third day after it
MONTHLY_ARRIVAL = 20  # large sites: the days of a month come by the 20th of the next
READ_EVERY = 12  # months: a half-yearly meter is read once or twice a year
LATE_DAYS = 7  # past the expected date; beyond is stale
_DAY = timedelta(days=1)
NOTHING = (date.max, date.min)  # first and last day of an unreadable range
# The kind of data that a hole is in: daily readings, published periods, injections.
DAYS, PERIODS, INJECTIONS = "d", "p", "i"
CONTRACTUAL = frozenset({EventKind.SUPPLIER, EventKind.TARIFF, EventKind.HOLDER})
TECHNICAL = frozenset({EventKind.METER, EventKind.FREQUENCY, EventKind.WORKS})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "ß": "ss"})
_SPACES = re.compile(r"\s+")
_TYPED = re.compile(r"[\s.\-]+")  # separators that people type between digits
_WHOLE = re.compile(r"(\d+)[.,]0+", re.ASCII)  # a number as spreadsheets and programs write it
_MARKS = re.compile(r"[\s.\-_/'’`´\"]+")
_BEFORE = re.compile(r"^(?:pce|n°|no|numero|numéro|:|\s)+", re.IGNORECASE)
_LETTERS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SHORTEST_WHOLE = 12  # digits before a decimal point: fewer are grouped digits


def normalised(text: str) -> str:
    """Return `text` in upper case without spaces; all other characters are kept."""
    return _SPACES.sub("", text).upper()


def number_of(text: str) -> str:
    """Return the PCE number in `text`; raise Invalid with what was found and what to do."""
    number = normalised(text)
    if _NUMBER.fullmatch(number) and number.isascii():
        return number
    missing = digits_missing(number)
    if missing == 1 and not number.startswith("0"):
        raise Invalid(
            N_("« {found} » a 13 chiffres, un PCE en a 14 : est-ce {proposed} ?"),
            found=number,
            proposed="0" + number,
        )
    if missing:
        raise Invalid(
            N_("« {found} » n’est pas un PCE : sur 14 chiffres, il en manque {missing}."),
            found=number,
            missing=missing,
        )
    typed_text, suggestion = with_unseen(text.strip()[:40]), meant_by(text)
    if suggestion:
        raise Invalid(
            N_("« {found} » n’est pas un PCE : est-ce {meant} ?"),
            found=typed_text,
            meant=suggestion,
        )
    raise Invalid(
        N_("« {found} » n’est pas un PCE : il faut 14 chiffres, ou GI suivi de 6 chiffres."),
        found=typed_text,
    )


def meant_by(text: str) -> str:
    """Return the number that `text` must mean without stray characters, "" when uncertain.

    It is only proposed: 9999999910042.0 lost a zero and gained another one.
    """
    plain = plain_signs(text).upper()
    match = _WHOLE.fullmatch(normalised(plain))
    if match and len(match[1]) >= _SHORTEST_WHOLE:
        return _padded(match[1])
    bare = _MARKS.sub("", _BEFORE.sub("", plain))
    return bare if is_number(bare) else _padded(bare.translate(_LETTERS))


def _padded(digits: str) -> str:
    """Return a number of 14 digits, restoring one lost leading zero; "" otherwise."""
    if digits_missing(digits) == 1 and not digits.startswith("0"):
        return "0" + digits
    return digits if is_number(digits) else ""


def digits_missing(number: str) -> int:
    """Return how many digits `number` lacks, 0 when it is not a truncated number.

    Programs drop all leading zeros: a number that still has one has lost another digit.
    """
    return max(0, LENGTH - len(number)) if number.isascii() and number.isdigit() else 0


def is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) and text.isascii()


def search_key(text: str) -> str:
    """Return typed text prepared for search in numbers, without leading zeros."""
    return bare_typed(text).lstrip("0")


def bare_typed(text: str) -> str:
    """Return typed text in upper case without spaces, points and dashes; for search only."""
    return _TYPED.sub("", text).upper()


def same_number(number: str, typed: str) -> bool:
    """Return whether `typed` is `number`, ignoring separators and lost zeros."""
    return search_key(number) == search_key(typed)


MANY_EDITS = 10**6


def edits(source: str, other: str, most: int = MANY_EDITS) -> int:
    """Return the edit distance: substitutions, deletions, insertions and swaps of neighbours.

    Beyond `most`, which bounds the time it takes, return a number greater than `most`.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, sign in enumerate(source, start=1):
        earlier, before, row = before, row, [i]
        for j, target in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != target))
            if i > 1 and j > 1 and sign == other[j - 2] and source[i - 2] == target:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(*row, *before) > most:  # a swap looks one row further back
            return most + 1
    return row[-1]


def storable(text: str) -> str:
    """Return `text` without direction marks and characters that a database refuses.

    NUL and lone surrogates are replaced.
    """
    return undirected(text).replace("\0", "\ufffd").encode("utf-8", "replace").decode()


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Return `text` without accents, ligatures, case and double spaces, for search and sorting."""
    if text.isascii() and "\0" not in text:
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", storable(text).casefold().translate(_LIGATURES))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def search_text(number: str, alias: str, city: str, holder: str, postal_code: str = "") -> str:
    """Return the content of `Pce.search`: the alias first, so that it sorts by it."""
    return folded(f"{alias} {city} {holder} {number} {postal_code}")


def month_of(day: date, shift: int = 0) -> date:
    """Return the first day of the month of `day`, `shift` months later."""
    months = day.year * 12 + day.month - 1 + shift
    return date(months // 12, months % 12 + 1, 1)


def due_on(until: date, frequency: Frequency) -> date:
    """Return the date by which the data after `until` should have arrived."""
    if frequency is Frequency.MONTHLY_LARGE:
        return month_of(until + _DAY, 1).replace(day=MONTHLY_ARRIVAL)
    if frequency is Frequency.HALF_YEARLY:
        return month_of(until, READ_EVERY + 1) - _DAY
    return until + USUAL_DELAY


def known_by(day: date, frequency: Frequency) -> date:
    """Return the last day whose data have arrived on `day` if nothing is late.

    Reverses `due_on`.
    """
    if frequency is Frequency.MONTHLY_LARGE:
        return month_of(day, 0 if day.day > MONTHLY_ARRIVAL else -1) - _DAY
    if frequency is Frequency.HALF_YEARLY:
        return month_of(day, -READ_EVERY)
    return day - USUAL_DELAY


def days_late(until: date, frequency: Frequency, today: date) -> int:
    """Return how many days ago the data after `until` were due; 0 while they are not late."""
    return max(0, (today - due_on(until, frequency)).days)


def freshness_bounds(
    state: PceFreshness, frequency: Frequency, today: date
) -> tuple[date | None, date | None]:
    """Return the first and last `data_until` of `state`; None is unbounded.

    NEVER has no day at all, and CLOSED does not depend on it.
    """
    fresh = known_by(today, frequency)
    late = known_by(today - timedelta(days=LATE_DAYS), frequency)
    return {
        PceFreshness.FRESH: (fresh, None),
        PceFreshness.LATE: (late, fresh - _DAY),
        PceFreshness.STALE: (None, late - _DAY),
        PceFreshness.NEVER: (None, None),
        PceFreshness.CLOSED: (None, None),
    }[state]


def freshness_of(
    data_until: date | None,
    frequency: Frequency,
    today: date,
    *,
    ended_on: date | None = None,
    readable_until: date | None = None,
) -> PceFreshness:
    """Return the freshness of a PCE; `ended_on` is its last day in service, if any.

    Nothing is late for a reader who has all days up to `readable_until`.
    """
    if ended_on is not None and ended_on < today:
        return PceFreshness.CLOSED
    if data_until is None:
        return PceFreshness.NEVER
    if readable_until is not None and readable_until <= data_until:
        return PceFreshness.FRESH
    late = days_late(data_until, frequency, today)
    if not late:
        return PceFreshness.FRESH
    return PceFreshness.LATE if late <= LATE_DAYS else PceFreshness.STALE


def holes_in(text: str, letter: str) -> Holes:
    """Return the holes of one kind in `PceGrant.holes`: `d2021-01-01/2021-03-31 p…`."""
    holes = []
    for word in text.split():
        if word.startswith(letter):
            first, _, last = word[1:].partition("/")
            holes.append((date.fromisoformat(first), date.fromisoformat(last)))
    return tuple(holes)


def holes_text(days: Holes, periods: Holes, injections: Holes = ()) -> str:
    """Return the text that `holes_in` parses."""
    return " ".join(
        f"{letter}{first}/{last}"
        for letter, holes in ((DAYS, days), (PERIODS, periods), (INJECTIONS, injections))
        for first, last in holes
    )
