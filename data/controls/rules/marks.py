"""Locate a proof's answers to the checklist: numbered boxes on its pages."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, chain, groupby, pairwise
from operator import itemgetter

from data.controls.rules import proof_text
from data.controls.rules.precheck import (
    KIND_WORDS,
    covers,
    lacking_kinds,
    lacks_period,
    signing_day,
)
from data.controls.rules.proof_text import ProofText, Span
from data.controls.types import ChecklistPoint
from data.controls.types.pieces import PageMark, SearchTerms, WordBox
from data.rights.types import RightDataKind

MOST_MARKS = 60
PERIOD = "period"
_SIGNED = ("signature", "signe", "cachet", "tampon", "signed", "stamp")


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    words: Sequence[WordBox]
    text: str  # the words joined by single spaces
    starts: Sequence[int]  # of each word in it


def marks_in(pages: Sequence[Sequence[WordBox]], sought: SearchTerms) -> tuple[PageMark, ...]:
    """Return the boxes of what is sought, point by point, at most `MOST_MARKS`.

    The rules are those of the pre-check. For the signature, it is the last word that asks for one.
    """
    read = [_page(number, words) for number, words in enumerate(pages, 1)]
    marks = chain.from_iterable(
        _boxes(page, point, span)
        for point in ChecklistPoint
        for page, span in _spans(read, point, sought)
    )
    return tuple(marks)[:MOST_MARKS]


def missing_in(pages: Sequence[Sequence[WordBox]], sought: SearchTerms) -> tuple[str, ...]:
    """Return the data kinds, and `PERIOD`, that the perimeter requires and pages lack."""
    words = tuple(word.text for page in pages for word in page)
    text = ProofText(proof_text.plain_text(words))
    period = (PERIOD,) if lacks_period(text, sought) else ()
    return (*(kind.value for kind in lacking_kinds(text, sought)), *period)


def signature_date_in(pages: Sequence[Sequence[WordBox]], sought: SearchTerms) -> date | None:
    """Return the signature date in the pages."""
    return _signed([_page(number, words) for number, words in enumerate(pages, 1)], sought)


def _page(number: int, words: Sequence[WordBox]) -> _Page:
    plain = [proof_text.plain_text((word.text,)) for word in words]
    starts = accumulate((len(text) + 1 for text in plain), initial=0)
    return _Page(number, words, " ".join(plain), tuple(starts)[: len(plain)])


def _spans(
    read: Sequence[_Page], point: ChecklistPoint, sought: SearchTerms
) -> Iterator[tuple[_Page, Span]]:
    if point is ChecklistPoint.SIGNATURE:
        yield from _signature(read)
    elif point is ChecklistPoint.PERIMETER:
        yield from _kinds(read, sought)
        yield from _period(read, sought)
    elif point is ChecklistPoint.DATE:
        day = _signed(read, sought)
        yield from _on_days(read, [day] if day else [])
    else:
        for page in read:
            yield from ((page, span) for span in _named(page.text, point, sought))


def _named(text: str, point: ChecklistPoint, sought: SearchTerms) -> Iterator[Span]:
    if point is ChecklistPoint.NUMBER:
        return proof_text.number_spans(text, sought.number)
    name = sought.holder if point is ChecklistPoint.HOLDER else sought.third_party
    return proof_text.name_spans(text, name) if name.strip() else iter(())


def _days(read: Sequence[_Page]) -> list[date]:
    return sorted({day for page in read for day in proof_text.days_in(page.text)})


def _signed(read: Sequence[_Page], sought: SearchTerms) -> date | None:
    signed_days = {day for page in read for day in proof_text.signed_days_in(page.text)}
    return signing_day(_days(read), signed_days, sought)


def _on_days(read: Sequence[_Page], days: Sequence[date]) -> Iterator[tuple[_Page, Span]]:
    for page in read:
        yield from ((page, span) for day, span in proof_text.day_spans(page.text) if day in days)


def _kinds(read: Sequence[_Page], sought: SearchTerms) -> Iterator[tuple[_Page, Span]]:
    """Yield the first place that names each kind of data."""
    for kind in (kind for kind in RightDataKind if kind in sought.kinds):
        places = (
            (page, (page.text.find(word), page.text.find(word) + len(word)))
            for page in read
            for word in KIND_WORDS[kind]
            if word in page.text
        )
        yield from list(places)[:1]


def _period(read: Sequence[_Page], sought: SearchTerms) -> Iterator[tuple[_Page, Span]]:
    first, last, days = sought.first, sought.last, _days(read)
    if first is None or last is None:
        return
    if covers(days, first, last):
        yield from _on_days(read, (days[0], days[-1]))
        return
    for page in read:
        yield from ((page, span) for span in proof_text.duration_spans(page.text))


def _signature(read: Sequence[_Page]) -> Iterator[tuple[_Page, Span]]:
    for page in reversed(read):
        at, word = max((page.text.rfind(word), word) for word in _SIGNED)
        if at >= 0:
            yield page, (at, at + len(word))
            return


def _boxes(page: _Page, point: ChecklistPoint, span: Span) -> Iterator[PageMark]:
    """Yield one box for each line of the words that `span` touches."""
    first = bisect_right(page.starts, span[0]) - 1
    last = bisect_right(page.starts, span[1] - 1) - 1
    words = page.words[first : last + 1]
    for _line, group in groupby(zip(_lines(words), words, strict=True), itemgetter(0)):
        yield _around(page.number, point, [word for _line, word in group])


def _lines(words: Sequence[WordBox]) -> Iterator[int]:
    """Return the line number of each word: a new line starts when it moves back left."""
    next_line = (
        word.y >= before.y + before.h / 2 or word.x < before.x for before, word in pairwise(words)
    )
    return accumulate(next_line, initial=0)


def _around(number: int, point: ChecklistPoint, words: Sequence[WordBox]) -> PageMark:
    left, top = min(word.x for word in words), min(word.y for word in words)
    right = max(word.x + word.w for word in words)
    bottom = max(word.y + word.h for word in words)
    return PageMark(point, number, left, top, round(right - left, 5), round(bottom - top, 5))
