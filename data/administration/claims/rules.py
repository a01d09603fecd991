"""Rules of claims: what is read of an index, and whether readings confirm it."""

from datetime import date, timedelta

from core.errors import Invalid
from core.i18n import N_
from data.administration.claims.types import IndexMatch, IndexRange, MeterIndex

MOST_A_DAY = 5  # claims of a person
MOST_CHECKED = 3  # claims on a PCE in a day whose index is compared; later ones wait for a person
READ_WITHIN = timedelta(days=60)  # an older index is no longer a recent one
NEAR = timedelta(days=10)  # between the index and the last reading before it
SEEN_WITHIN = READ_WITHIN + NEAR  # whoever read the point since may know a recent index
ROUNDING_DM3 = 1000  # a meter is read in whole m³ (domain.md §6.2)
MOST_DIGITS = 9
USUAL_DIGITS = 5
GUESSES = 200  # ranges of which a meter must hold this many, or the index proves too little
LONGEST_ANSWER = 500


def index_in(text: str) -> int:
    """Return the whole m³ of a typed index; decimals are dropped. Raise Invalid."""
    typed = "".join(text.split()).replace(".", ",")
    whole, _comma, decimals = typed.partition(",")
    if not whole:
        raise Invalid(N_("Indiquez les chiffres du compteur avant la virgule, en m³."))
    digits = whole + decimals
    if not (digits.isascii() and digits.isdigit()) or len(whole) > MOST_DIGITS:
        raise Invalid(
            N_("« {found} » n’est pas un index : recopiez les chiffres, comme 18204."),
            found=text.strip()[:20],
        )
    return int(whole)


def check_read_on(day: date | None, today: date) -> date:
    """Return the day of an index. Raise Invalid if absent, to come or too old."""
    if day is None:
        raise Invalid(N_("Indiquez le jour où vous avez lu le compteur."))
    if day > today:
        raise Invalid(N_("Ce jour n’est pas encore passé : indiquez celui de votre lecture."))
    if today - day > READ_WITHIN:
        raise Invalid(
            N_("Cet index a plus de {days} jours : relisez le compteur."), days=READ_WITHIN.days
        )
    return day


def range_of(lowest_dm3: int, next_dm3: int | None, most_daily_dm3: int, days: int) -> IndexRange:
    """Return what a meter may show `days` after it showed `lowest_dm3`.

    At most what it showed next, else `most_daily_dm3` for each day and that of the reading.
    """
    highest_dm3 = next_dm3 if next_dm3 is not None else lowest_dm3 + most_daily_dm3 * (days + 1)
    return IndexRange(lowest_dm3, highest_dm3)


def match_of(index: MeterIndex, expected: IndexRange, digits: int | None) -> IndexMatch:
    """Return whether an index is within `expected`, give or take one m³.

    A range that is a large part of what a meter of `digits` can show proves nothing, nor does one
    that goes down, as after a change of meter.
    """
    width_dm3 = expected.highest_dm3 - expected.lowest_dm3
    meter_dm3 = 10 ** (digits or USUAL_DIGITS) * 1000
    if width_dm3 < 0 or width_dm3 * GUESSES > meter_dm3:
        return IndexMatch.UNKNOWN
    volume_dm3 = index.volume_m3 * 1000
    is_inside = (
        expected.lowest_dm3 - ROUNDING_DM3 <= volume_dm3 <= expected.highest_dm3 + ROUNDING_DM3
    )
    return IndexMatch.INSIDE if is_inside else IndexMatch.OUTSIDE


def checked_answer(text: str) -> str:
    """Return the sentence of a refusal. Raise Invalid if absent or too long."""
    words = " ".join(text.split())
    if not words:
        raise Invalid(N_("Écrivez pourquoi : le demandeur lira cette phrase."))
    if len(words) > LONGEST_ANSWER:
        raise Invalid(
            N_("Cette phrase est trop longue : {most} caractères au plus."), most=LONGEST_ANSWER
        )
    return words
