"""What a PCE number is (domain.md §1.1), how a person finds one, how fresh its data are."""

import re
import unicodedata
from datetime import date, timedelta

from data.errors import Invalid
from data.pces.types import Freshness
from i18n import N_

LENGTH = 14  # digits of a number that is not GI and six of them
_NUMBER = re.compile(r"\d{14}|GI\d{6}")
FRESH_DAYS = 4  # data usually come 2 to 4 days late
LATE_DAYS = 7
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "ß": "ss"})
_SPACES = re.compile(r"[\s\u00a0\u202f.\-]+")


def normalised(text: str) -> str:
    """Spaces out, upper case; nothing else changes: a lost zero is never put back silently."""
    return _SPACES.sub("", text).upper()


def number_of(text: str) -> str:
    """The PCE number in *text*; raises Invalid with what was found and what to do."""
    number = normalised(text)
    if _NUMBER.fullmatch(number) and number.isascii():
        return number
    if number.isascii() and number.isdigit() and len(number) == 13:  # noqa: PLR2004
        raise Invalid(
            N_("« {found} » a 13 chiffres, un PCE en a 14 : est-ce {proposed} ?"),
            found=number,
            proposed="0" + number,
        )
    raise Invalid(
        N_("« {found} » n’est pas un PCE : il faut 14 chiffres, ou GI suivi de 6 chiffres."),
        found=text.strip()[:40],
    )


def is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) and text.isascii()


def search_key(text: str) -> str:
    """What a person typed, ready to be looked for in numbers: no spaces, no leading zeros."""
    return normalised(text).lstrip("0")


def same_number(number: str, typed: str) -> bool:
    """Whether *typed* is *number*, spaces and lost zeros aside."""
    return search_key(number) == search_key(typed)


def edits(one: str, other: str) -> int:
    """How many slips lead from *one* to *other*: a sign wrong, lost, added, or two exchanged."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, target in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != target))
            if i > 1 and j > 1 and sign == other[j - 2] and one[i - 2] == target:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]


def storable(text: str) -> str:
    """*text* without what a database refuses: NUL and lone surrogates become other signs."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def folded(text: str) -> str:
    """*text* without accents, ligatures, capitals or doubled spaces, for searching and sorting."""
    plain = unicodedata.normalize("NFKD", storable(text).casefold().translate(_LIGATURES))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def search_text(number: str, alias: str, city: str, holder: str) -> str:
    """What `Pce.search` holds: the alias first, so that it sorts by it."""
    return folded(f"{alias} {city} {holder} {number}")


def freshness_bounds(state: Freshness, today: date) -> tuple[date | None, date | None]:
    """First and last `data_until` of *state*, None is without limit.

    NEVER has no day at all, and CLOSED does not depend on it.
    """
    fresh = today - timedelta(days=FRESH_DAYS)
    late = today - timedelta(days=LATE_DAYS)
    day = timedelta(days=1)
    return {
        Freshness.FRESH: (fresh, None),
        Freshness.LATE: (late, fresh - day),
        Freshness.STALE: (None, late - day),
        Freshness.NEVER: (None, None),
        Freshness.CLOSED: (None, None),
    }[state]


def freshness_of(data_until: date | None, today: date, ended_on: date | None = None) -> Freshness:
    """The state of a PCE whose last day in service is *ended_on*, None while it goes on."""
    if ended_on is not None and ended_on < today:
        return Freshness.CLOSED
    if data_until is None:
        return Freshness.NEVER
    lag = (today - data_until).days
    if lag <= FRESH_DAYS:
        return Freshness.FRESH
    return Freshness.LATE if lag <= LATE_DAYS else Freshness.STALE
