"""What the text of a proof says, however it was typed: numbers, days, names."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import chain

from data.pces.rules import folded

_fold = folded.__wrapped__  # whole documents are not to be kept
_WORD = re.compile(r"[a-z0-9]+")
_GAP = r"[ .\-]*"
_FOURTEEN = re.compile(r"(?<!\d)(?:\d[ .\-]?){13}\d(?!\d)")
_INDUSTRIAL = re.compile(r"(?<![a-z0-9])gi ?(?:\d ?){5}\d(?!\d)")
_MONTHS = (
    *("janv jan", "fevr fev feb", "mars mar", "avr apr", "mai may", "juin jun"),
    *("juil jul", "aout aou aug", "sept sep", "oct", "nov", "dec"),
)
_MONTH_OF = {start: place for place, starts in enumerate(_MONTHS, 1) for start in starts.split()}
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2}) ?[/.\-] ?(\d{1,2}) ?[/.\-] ?((?:19|20)\d\d)(?!\d)")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
_WRITTEN = re.compile(r"(?<!\d)(\d{1,2})(?:er|st|nd|rd|th)? ([a-z]{3,9})\.? ((?:19|20)\d\d)(?!\d)")
_DURATION = re.compile(
    r"\b(?:\d{1,3}|un|deux|trois|quatre|cinq|one|two|three|four|five)(?: \(\d+\))?"
    r" (?:dernier(?:e)?s? )?(?:ans?|annees?|mois|years?|months?)\b"
)
# What a name is registered with, and what people leave out of it.
_FORMS = frozenset(
    _WORD.findall(
        "sa sas sasu sarl eurl sci scic scop snc scm scp selarl gie gip gfa earl ei eirl spl sem"
        " sivu sivom ltd gmbh m mr mme mlle monsieur madame mademoiselle ste societe et and de du"
        " des la le les l d"
    )
)
_LOOSE = 3  # other words that may stand among those of a name
_LONG = 8  # signs of a name that cannot be in another word by chance
_LEAST = 20  # letters and digits of a text that is one


def plain_text(pages: tuple[str, ...]) -> str:
    """The pages as one line without accents, capitals or hyphens that cut words."""
    return _fold(" ".join(pages).replace("\u00ad", "").replace("\ufffe", ""))


def is_text(text: str) -> bool:
    """Whether there is anything to read: a scan has none, or a stamp."""
    return sum(map(len, _WORD.findall(text))) >= _LEAST


def numbers_in(text: str) -> frozenset[str]:
    """Each number of a PCE in a plain text, spaced or not."""
    found = chain(_FOURTEEN.findall(text), _INDUSTRIAL.findall(text))
    return frozenset(re.sub(r"[ .\-]", "", number).upper() for number in found)


def has_number(text: str, number: str) -> bool:
    pattern = _GAP.join(map(re.escape, number.lower()))
    return re.search(rf"(?<![a-z0-9]){pattern}(?!\d)", text) is not None


def days_in(text: str) -> tuple[date, ...]:
    """The days that a plain text names, in figures or in words, each once, in order."""
    return tuple(sorted(set(_days(text))))


def _days(text: str) -> Iterator[date]:
    written = (
        (year, str(_month(word)), day) for day, word, year in _WRITTEN.findall(text) if _month(word)
    )
    numeric = ((year, month, day) for day, month, year in _NUMERIC.findall(text))
    for year, month, day in chain(written, numeric, _ISO.findall(text)):
        try:
            yield date(int(year), int(month), int(day))
        except ValueError:
            continue


def _month(word: str) -> int:
    return next((_MONTH_OF[word[:size]] for size in (4, 3) if word[:size] in _MONTH_OF), 0)


def has_duration(text: str) -> bool:
    """« pendant trois ans », « les 36 derniers mois »."""
    return _DURATION.search(text) is not None


def has_name(text: str, name: str) -> bool:
    """Whether *name* is in a plain text, without its legal form and in whichever order."""
    words = _WORD.findall(_fold(name))
    wanted = {word for word in words if word not in _FORMS} or set(words)
    found = _WORD.findall(text)
    reach = len(wanted) + _LOOSE
    if any(
        word in wanted and wanted <= set(found[place : place + reach])
        for place, word in enumerate(found)
    ):
        return True
    together = "".join(word for word in words if word not in _FORMS)
    return len(together) >= _LONG and together in "".join(found)  # let t e r s apart, words cut
