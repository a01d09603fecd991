"""Extract numbers, dates and names from the text of a proof."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import accumulate, chain

from data.metering.pces.rules import folded

Span = tuple[int, int]  # start and end in a text
_fold = folded.__wrapped__  # uncached, since whole documents must not stay in memory
_WORD = re.compile(r"[a-z0-9]+")
_GAP = r"[ .\-]*"
_FOURTEEN = re.compile(r"(?<!\d)(?:\d[ .\-]?){13}\d(?!\d)")
_INDUSTRIAL = re.compile(r"(?<![a-z0-9])gi ?(?:\d ?){5}\d(?!\d)")
_MONTHS = (
    *("janv jan", "fevr fev feb", "mars mar", "avr apr", "mai may", "juin jun"),
    *("juil jul", "aout aou aug", "sept sep", "oct", "nov", "dec"),
)
_MONTH_OF = {start: place for place, starts in enumerate(_MONTHS, 1) for start in starts.split()}
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_NUMERIC = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}}) ?[/.\-] ?(?P<month>\d{{1,2}}) ?[/.\-] ?{_YEAR}(?!\d)"
)
_ISO = re.compile(rf"(?<!\d){_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)")
_WRITTEN = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)? (?P<month>[a-z]{{3,9}})\.? {_YEAR}(?!\d)"
)
# What precedes a signature date, without digits in between.
_SIGNED = re.compile(
    r"\b(?:fait|faite|signe|signee|date|datee|recueilli|recueillie|signed|dated|done)\b"
    r"[^\d]{0,60}\Z"
)
_BEFORE = 80  # characters examined before a date
_DURATION = re.compile(
    r"\b(?:\d{1,3}|un|deux|trois|quatre|cinq|one|two|three|four|five)(?: \(\d+\))?"
    r" (?:dernier(?:e)?s? )?(?:ans?|annees?|mois|years?|months?)\b"
)
# Legal forms, which people omit from names.
_FORMS = frozenset(
    _WORD.findall(
        "sa sas sasu sarl eurl sci scic scop snc scm scp selarl gie gip gfa earl ei eirl spl sem"
        " sivu sivom ltd gmbh m mr mme mlle monsieur madame mademoiselle ste societe et and de du"
        " des la le les l d"
    )
)
_LOOSE = 3  # other words allowed among those of a name
_LONG = 8  # characters of a name that cannot be part of another word by chance
_LEAST = 20  # letters and digits of a usable text


def plain_text(pages: tuple[str, ...]) -> str:
    """Return the pages as one line without accents, case or soft hyphens."""
    return _fold(" ".join(pages).replace("\u00ad", "").replace("\ufffe", ""))


@dataclass(frozen=True)
class ProofText:
    """A plain text to search repeatedly; expensive results are cached."""

    plain: str
    _names: dict[str, bool] = field(default_factory=dict, init=False)

    @cached_property
    def days(self) -> tuple[date, ...]:
        return days_in(self.plain)

    @cached_property
    def signed_days(self) -> tuple[date, ...]:
        return signed_days_in(self.plain)

    @cached_property
    def numbers(self) -> frozenset[str]:
        return numbers_in(self.plain)

    @cached_property
    def has_duration(self) -> bool:
        return any(True for _span in duration_spans(self.plain))

    @cached_property
    def words(self) -> list[re.Match[str]]:
        return list(_WORD.finditer(self.plain))

    @cached_property
    def is_text(self) -> bool:
        """Return whether there is a text: a scan has none, or just a stamp."""
        return sum(len(word[0]) for word in self.words) >= _LEAST

    def has_number(self, number: str) -> bool:
        return number in self.numbers or any(True for _span in number_spans(self.plain, number))

    def has_name(self, name: str) -> bool:
        """Return whether it contains `name`, in any word order and without legal form."""
        if name not in self._names:
            self._names[name] = any(True for _span in _spans_among(self.words, name))
        return self._names[name]


def numbers_in(text: str) -> frozenset[str]:
    """Return the PCE numbers in a plain text, spaced or not."""
    matches = chain(_FOURTEEN.findall(text), _INDUSTRIAL.findall(text))
    return frozenset(re.sub(r"[ .\-]", "", number).upper() for number in matches)


def number_spans(text: str, number: str) -> Iterator[Span]:
    pattern = _GAP.join(map(re.escape, number.lower()))
    return (match.span() for match in re.finditer(rf"(?<![a-z0-9]){pattern}(?!\d)", text))


def days_in(text: str) -> tuple[date, ...]:
    """Return the dates in a plain text, numeric or written, unique and sorted."""
    return tuple(sorted({day for day, _span in day_spans(text)}))


def day_spans(text: str) -> Iterator[tuple[date, Span]]:
    """Yield each date in a plain text with its position."""
    for match in chain.from_iterable(form.finditer(text) for form in (_WRITTEN, _NUMERIC, _ISO)):
        year, month, day = match["year"], match["month"], match["day"]
        try:
            month_number = int(month) if month.isdigit() else _month(month)
            yield date(int(year), month_number, int(day)), match.span()
        except ValueError:
            continue


def signed_days_in(text: str) -> tuple[date, ...]:
    """Return the dates marked as signature dates: « Fait à …, le … »."""
    spans = day_spans(text)
    signed_days = {
        day for day, (at, _end) in spans if _SIGNED.search(text[max(0, at - _BEFORE) : at])
    }
    return tuple(sorted(signed_days))


def _month(word: str) -> int:
    return next((_MONTH_OF[word[:size]] for size in (4, 3) if word[:size] in _MONTH_OF), 0)


def duration_spans(text: str) -> Iterator[Span]:
    """Yield durations: « pendant trois ans », « les 36 derniers mois »."""
    return (match.span() for match in _DURATION.finditer(text))


def name_spans(text: str, name: str) -> Iterator[Span]:
    """Yield where a text has `name`; spaced letters and split words are a fallback."""
    return _spans_among(list(_WORD.finditer(text)), name)


def _spans_among(matches: Sequence[re.Match[str]], name: str) -> Iterator[Span]:
    """Yield the same among the words of a text, in one pass."""
    words = _WORD.findall(_fold(name))
    name_words = {word for word in words if word not in _FORMS} or set(words)
    met: dict[str, int] = {}  # last position of each word, earliest first
    has_match = False
    for place, match in enumerate(matches):
        if match[0] in name_words:
            met.pop(match[0], None)
            met[match[0]] = place
            first = next(iter(met.values()))
            if len(met) == len(name_words) and place - first < len(name_words) + _LOOSE:
                has_match = True
                yield matches[first].start(), match.end()
                met.clear()
    if not has_match:
        yield from _together("".join(word for word in words if word not in _FORMS), matches)


def _together(name: str, matches: Sequence[re.Match[str]]) -> Iterator[Span]:
    at = "".join(match[0] for match in matches).find(name) if len(name) >= _LONG else -1
    if at < 0:
        return
    ends = list(accumulate(len(match[0]) for match in matches))
    first, last = bisect_right(ends, at), bisect_left(ends, at + len(name))
    yield matches[first].start(), matches[last].end()
