"""Parse a stream of JSON objects: one per line, glued, on several lines or damaged.

At most one object is held in memory, whatever the length of the answer: objects inside an array are
returned one by one like the others.
"""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from core.i18n import N_
from data.exchange.mirror.rules.answers import check_faults
from data.exchange.mirror.types import LineFault, UpstreamDown
from data.runs.files.refusals import clean

LONGEST = 32_000_000  # characters of one object
MOST_VALUES = 1_000_000  # in one object: a value can take a hundred times its text in memory
CUT = N_("La réponse du distributeur s’est interrompue avant sa fin : elle est redemandée.")
NOT_JSON = N_(
    "Le distributeur répond par une page web au lieu de données : l’adresse est fausse, ou son "
    "service est en maintenance."
)
_BROKEN = N_("Ce n’est pas du JSON valide : la ligne est ignorée, les suivantes sont lues.")
_NO_OBJECT = N_("Ce n’est pas un objet JSON : la ligne est ignorée, les suivantes sont lues.")
TOO_LONG = N_("Le distributeur a répondu un objet trop volumineux : rien n’en est gardé.")
_BLANK = re.compile(r"[\s,\[\]\ufeff\x1e]*")
_ARRAY = re.compile(r"[\[\]]")
_NEAR = 12  # characters at the end where a token may be cut
_TRIED = 65_536  # characters without a line end after which an object is tried
_SAMPLE = 160
_KEY = re.compile(r'"[a-z]+(?:_[a-zI]+)+:?"\s*:|\b(?:null|true|false)\b')
_LETTER, _DIGIT = re.compile(r"[^\W\d_]"), re.compile(r"\d")


def _number(text: str) -> Decimal:
    return Decimal(text) if len(text) < 60 else Decimal("NaN")  # noqa: PLR2004


_DECODER = json.JSONDecoder(parse_float=_number, parse_constant=lambda _text: Decimal("NaN"))


def objects(pieces: Iterable[bytes]) -> Iterator[tuple[int, dict[str, object]] | LineFault]:
    """Yield (line, object), or the fault of a line without one; floats are Decimal.

    A damaged object is reported by its first line, and reading continues with the next one. Raise
    UpstreamDown for a web page, a truncated stream, or an invalid whole.
    """
    reader = _Reader()
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for piece in pieces:
        yield from reader.feed(decoder.decode(piece))
    yield from reader.feed(decoder.decode(b"", final=True), last=True)


def sample_of(text: str) -> str:
    """Return the shape of the beginning of `text`: its field names, without values."""
    text, at, shape = clean(text[:_SAMPLE].replace("\n", " ")), 0, ""
    for match in _KEY.finditer(text):
        shape += _masked(text[at : match.start()]) + match.group()
        at = match.end()
    return shape + _masked(text[at:])


def _masked(text: str) -> str:
    return _DIGIT.sub("9", _LETTER.sub("x", text))


class _Reader:
    def __init__(self) -> None:
        self._held: list[str] = []
        self._size = self._worth = self._faults = 0
        self._line, self._begun, self._skips = 1, False, False
        self._within = 0  # open arrays

    def feed(
        self, text: str, *, last: bool = False
    ) -> Iterator[tuple[int, dict[str, object]] | LineFault]:
        """Yield what `text` completes.

        Held text is parsed again only once it has doubled, so that the total work stays linear.
        """
        self._held.append(text)
        self._size += len(text)
        ends = "\n" in text or self._size >= _TRIED
        if last or (ends and self._size >= self._worth):
            yield from self._take("".join(self._held), last=last)

    def _take(
        self, text: str, *, last: bool
    ) -> Iterator[tuple[int, dict[str, object]] | LineFault]:
        if len(text) > MOST_VALUES and sum(map(text.count, "{[,")) > MOST_VALUES:
            raise UpstreamDown(TOO_LONG)
        at = self._after_line(text, 0) if self._skips else 0
        while (at := self._past_blank(text, at)) < len(text):
            try:
                value, after = _DECODER.raw_decode(text, at)
            except (ValueError, RecursionError) as error:
                if _is_cut(error, text) and not (last and "\n" in text[at:].rstrip()):
                    break
                yield self._fault(_BROKEN, text[at:])
                at = self._after_line(text, at)
                continue
            yield self._find_line_end(value)
            self._line += text.count("\n", at, after)
            at = after
        self._hold(text[at:], last=last)

    def _find_line_end(self, value: object) -> tuple[int, dict[str, object]] | LineFault:
        if isinstance(value, dict):
            return self._line, value
        return self._fault(_NO_OBJECT, str(value))

    def _past_blank(self, text: str, at: int) -> int:
        match = _BLANK.match(text, at)
        after = match.end() if match else at
        self._line += text.count("\n", at, after)
        for sign in _ARRAY.findall(text, at, after):
            self._within = max(0, self._within + (1 if sign == "[" else -1))
        if not self._begun and after < len(text):
            self._begun = True
            if text[after] == "<":
                raise UpstreamDown(NOT_JSON)
        return after

    def _after_line(self, text: str, at: int) -> int:
        """Return the start of the next line, or skip to it when it has not arrived yet."""
        end = text.find("\n", at)
        self._skips, self._within = end < 0, 0
        self._line += not self._skips
        return len(text) if self._skips else end + 1

    def _fault(self, sentence: str, text: str) -> LineFault:
        self._faults += 1
        check_faults(self._faults)
        return LineFault(self._line, sentence, sample=sample_of(text))

    def _hold(self, rest: str, *, last: bool) -> None:
        if last and (rest or self._within):
            raise UpstreamDown(CUT)
        if len(rest) > LONGEST:
            raise UpstreamDown(TOO_LONG)
        self._held, self._size, self._worth = [rest], len(rest), 2 * len(rest)


def _is_cut(error: ValueError | RecursionError, text: str) -> bool:
    """Return whether only the end of `text` is missing."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.pos >= len(text.rstrip()) - _NEAR or error.msg.startswith("Unterminated")
