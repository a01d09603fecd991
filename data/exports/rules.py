"""Rules of exports: limits, retention and monthly schedule; pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from core.errors import Invalid
from core.i18n import N_
from data.exports.types import Content, ExportForm, ExportFormError, ExportRow, ExportSpec, FileKind
from data.metering.pces.rules import bare_typed, is_number, month_of, normalised
from data.metering.pces.types import PceChoice, PceFilter

_W = TypeVar("_W", Content, FileKind)
_GROUPS = re.compile(r"\w+(?:[.\-]\w+){2,}", re.ASCII)
_APART = re.compile(r"[;,\n\r\t|]+")
_DIGITS, _GI = 14, 8  # characters of a number
MOST_NUMBERS = 5000  # pasted
WRONG_NAMED = 5  # invalid words quoted in the message
MOST_PICKED = 20_000  # ticked, or matched by filters: SQLite takes 32,766 values in a statement
SHEET_ROWS = 1_048_575  # of a worksheet, without header
LAST_DAY = 28  # of the month, present in every month
USUAL_DAY = 10  # the month before is published by then (domain.md §1.2)
MONTHS = (1, 3, 12, 36)  # durations of a monthly export
YEAR_MONTHS = 12
OPERAT_YEARS = 4  # of a report
SINCE = 2000  # year of the first day that savings may be measured on
ENDINGS: Mapping[FileKind, str] = {
    FileKind.CSV: "csv",
    FileKind.XLSX: "xlsx",
    FileKind.NDJSON: "ndjson",
    FileKind.INTERNATIONAL: "csv",
    FileKind.PARQUET: "parquet",
    FileKind.REPORT: "xlsx",
    FileKind.PDF: "pdf",
}
# Bytes of a line, measured on real exports, and the compression ratio of a ZIP.
_LINE: Mapping[tuple[Content, FileKind], int] = {
    (Content.DAILY, FileKind.CSV): 109,
    (Content.DAILY, FileKind.XLSX): 48,
    (Content.DAILY, FileKind.NDJSON): 995,
    (Content.MONTHLY, FileKind.CSV): 77,
    (Content.MONTHLY, FileKind.XLSX): 40,
    (Content.PUBLISHED, FileKind.CSV): 117,
    (Content.PUBLISHED, FileKind.XLSX): 52,
    (Content.PUBLISHED, FileKind.NDJSON): 1075,
    (Content.CONTRACTUAL, FileKind.CSV): 97,
    (Content.CONTRACTUAL, FileKind.XLSX): 55,
    (Content.CONTRACTUAL, FileKind.NDJSON): 550,
    (Content.TECHNICAL, FileKind.CSV): 150,
    (Content.TECHNICAL, FileKind.XLSX): 83,
    (Content.TECHNICAL, FileKind.NDJSON): 670,
    (Content.DAILY, FileKind.INTERNATIONAL): 118,
    (Content.MONTHLY, FileKind.INTERNATIONAL): 82,
    (Content.PUBLISHED, FileKind.INTERNATIONAL): 128,
    (Content.CONTRACTUAL, FileKind.INTERNATIONAL): 116,
    (Content.TECHNICAL, FileKind.INTERNATIONAL): 183,
    (Content.DAILY, FileKind.PARQUET): 12,
    (Content.MONTHLY, FileKind.PARQUET): 20,
    (Content.MONTHLY, FileKind.REPORT): 8,
    (Content.PUBLISHED, FileKind.PARQUET): 30,
    (Content.CONTRACTUAL, FileKind.PARQUET): 40,
    (Content.TECHNICAL, FileKind.PARQUET): 80,
}
_REPORT_LINE: Mapping[Content, int] = {
    Content.OPERAT: 400,
    Content.SAVINGS: 300,
    Content.SITE_YEAR: 5000,
}
_ZIPPED: Mapping[FileKind, float] = {
    FileKind.CSV: 0.15,
    FileKind.XLSX: 1.0,
    FileKind.NDJSON: 0.05,
    FileKind.INTERNATIONAL: 0.15,
    FileKind.PARQUET: 1.0,
    FileKind.REPORT: 1.0,
}
_HEAD: Mapping[FileKind, int] = {
    FileKind.CSV: 150,
    FileKind.XLSX: 5600,
    FileKind.NDJSON: 0,
    FileKind.INTERNATIONAL: 120,
    FileKind.PARQUET: 1500,
    FileKind.REPORT: 15_000,
    FileKind.PDF: 40_000,
}
_ENTRY = 250  # bytes of overhead for each file of a ZIP


def read_asked(
    form: ExportForm, today: date
) -> tuple[ExportSpec | None, tuple[ExportFormError, ...]]:
    """Parse `form`, or return all its errors by field."""
    problems: list[ExportFormError] = []
    content = _word(Content, form.content, "content", problems)
    file = _word(FileKind, form.file, "file", problems)
    choice = _choice(form, problems)
    first, last = _days(form, today, problems) if content and content.dated else (None, None)
    if content and file and (content, file) not in _LINE:
        sentence = _ONLY_MONTHS if file is FileKind.REPORT else _NO_MONTHS
        problems.append(_problem("file", sentence))
    if problems or content is None or file is None:
        return None, tuple(problems)
    file_per_pce = form.file_per_pce and file is not FileKind.REPORT
    return ExportSpec(content, file, file_per_pce, choice, first, last), ()


_ONE_OF_THESE = N_("Choisissez l’une des possibilités proposées.")
_NO_MONTHS = N_("ADICT ne connaît pas les mois civils : choisissez un autre format.")
_ONLY_MONTHS = N_(
    "Le classeur avec graphiques est fait des consommations mensuelles : choisissez-les."
)


def _problem(field: str, sentence: str, **params: object) -> ExportFormError:
    return ExportFormError(field, sentence, params)


def _word(kind: type[_W], word: str, field: str, problems: list[ExportFormError]) -> _W | None:
    try:
        return kind(word)
    except ValueError:
        problems.append(_problem(field, _ONE_OF_THESE))
        return None


def _choice(form: ExportForm, problems: list[ExportFormError]) -> PceChoice:
    if form.which == "tag":
        if not form.tag:
            problems.append(_problem("tag", N_("Choisissez une étiquette.")))
        return PceChoice(PceFilter(tags=(form.tag,)))
    if form.which == "text":
        if not form.text.strip():
            problems.append(_problem("text", N_("Écrivez ce que vous cherchez.")))
        return PceChoice(PceFilter(text=form.text.strip()[:100]))
    if form.which == "numbers":
        return PceChoice(numbers=_numbers(form.numbers, problems))
    if form.which == "picked":
        if not form.picked:
            gone = N_("Cette sélection n’est plus gardée : cochez de nouveau ces lignes.")
            problems.append(_problem("which", gone))
        return PceChoice(numbers=form.picked)
    if form.which != "all":  # an unknown choice must not mean all readable PCEs
        problems.append(_problem("which", _ONE_OF_THESE))
    return PceChoice()


def _numbers(text: str, problems: list[ExportFormError]) -> tuple[str, ...]:
    """Return the pasted numbers, unique, recording invalid ones."""
    numbers = tuple(dict.fromkeys(map(_complete_number, _runs(text))))
    if not numbers:
        problems.append(_problem("numbers", N_("Collez au moins un numéro de PCE.")))
    wrong = [word for word in numbers if not is_number(word)]
    if len(wrong) == 1:
        sentence = N_("« {found} » n’est pas un PCE : il faut 14 chiffres, ou GI et 6 chiffres.")
        problems.append(_problem("numbers", sentence, found=wrong[0][:40]))
    elif wrong:
        sentence = N_(
            "{count} numéros ne sont pas des PCE, il faut 14 chiffres, ou GI et 6 chiffres :"
            " {found}"
        )
        named = ", ".join(word[:20] for word in wrong[:WRONG_NAMED])
        more = "…" if len(wrong) > WRONG_NAMED else ""
        problems.append(_problem("numbers", sentence, count=len(wrong), found=named + more))
    if len(numbers) > MOST_NUMBERS:
        sentence = N_("Au plus {most} numéros à la fois : classez ces PCE par une étiquette.")
        problems.append(_problem("numbers", sentence, most=MOST_NUMBERS))
    return numbers


def restored(text: str) -> tuple[str, ...]:
    """Return the pasted numbers whose lost leading zero was restored."""
    return tuple(
        dict.fromkeys(_complete_number(run) for run in _runs(text) if _complete_number(run) != run)
    )


def _runs(text: str) -> Iterator[str]:
    return (run for line in _APART.split(text) for run in _in_line(line))


def _grouped(word: str) -> str:
    """Return a word of a line; grouped digits are joined."""
    return bare_typed(word) if _GROUPS.fullmatch(word) else normalised(word)


def _in_line(line: str) -> Iterator[str]:
    """Yield the numbers of a line; spaces separate numbers or groups within one.

    The first characters give the length of a number, so that groups are joined unambiguously.
    """
    run = ""
    for word in filter(None, map(_grouped, line.split())):
        longest = _GI if (run + word).startswith("G") else _DIGITS
        if run and (is_number(word) or len(run + word) > longest):
            yield run  # incomplete: a lost leading zero is restored later, or it is reported
            run = ""
        run += word
        if is_number(run):
            yield run
            run = ""
    if run:
        yield run


def _complete_number(run: str) -> str:
    """Restore a leading zero lost by spreadsheets; return anything else unchanged."""
    lost = run.isascii() and run.isdigit() and len(run) == _DIGITS - 1
    return "0" + run if lost else run


def _days(
    form: ExportForm, today: date, problems: list[ExportFormError]
) -> tuple[date | None, date | None]:
    first, last = _day(form.first, "first", problems), _day(form.last, "last", problems)
    if first and last and first > last:
        problems.append(
            _problem("last", N_("La période est inversée : elle finit avant de commencer."))
        )
    elif first and first > today:
        problems.append(_problem("first", N_("Cette période n’a pas commencé.")))
    return first, last


def _day(text: str, field: str, problems: list[ExportFormError]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(_problem(field, N_("Donnez un jour : AAAA-MM-JJ.")))
        return None


def read_report_asked(pressed: Mapping[str, Any], today: date) -> ExportSpec:
    """Return the request of the report named by a button. Raise Invalid for a forged one."""
    year, pce = pressed.get("year"), pressed.get("pce")
    kinds = {kind.value: kind for kind in Content if kind.is_report}
    kind = kinds.get(str(pressed.get("content")))
    is_year = isinstance(year, int) and SINCE <= (year or today.year) <= today.year
    is_pce = isinstance(pce, str) and (
        is_number(pce) or (not pce and kind is not Content.SITE_YEAR)
    )
    if kind is None or not is_year or not is_pce:
        raise Invalid(_ONE_OF_THESE)
    return report_spec(kind, year or today.year - 1, str(pce), today)


def report_spec(content: Content, year: int, pce: str, today: date) -> ExportSpec:
    """Return the request of a report: of a calendar `year`, or of the last twelve months.

    `pce` is "" for all of them.
    """
    choice = PceChoice(numbers=(pce,)) if pce else PceChoice()
    if content is Content.SITE_YEAR:
        first, last = month_days(YEAR_MONTHS, today)
        return ExportSpec(content, FileKind.PDF, choice=choice, first=first, last=last)
    first, last = date(SINCE, 1, 1), today
    if content is Content.OPERAT:
        first, last = date(year - OPERAT_YEARS + 1, 1, 1), date(year, 12, 31)
    return ExportSpec(content, FileKind.REPORT, choice=choice, first=first, last=last)


def size_of(spec: ExportSpec, pces: int, rows: int) -> int:
    """Return the approximate size of the file in bytes."""
    if spec.content.is_report:
        return _HEAD[spec.file] + rows * _REPORT_LINE[spec.content]
    line = _LINE[spec.content, spec.file]
    if not spec.file_per_pce:
        return _HEAD[spec.file] + rows * line
    return round((_HEAD[spec.file] * pces + rows * line) * _ZIPPED[spec.file]) + pces * _ENTRY


def too_long(spec: ExportSpec, rows: int) -> bool:
    """Return whether the rows exceed one worksheet."""
    return spec.file is FileKind.XLSX and not spec.file_per_pce and rows > SHEET_ROWS


def month_days(months: int, today: date) -> tuple[date, date]:
    """Return first and last day of the `months` complete months before `today`'s."""
    return month_of(today, -months), month_of(today) - timedelta(days=1)


def first_on(day: int, today: date) -> date:
    """Return the first date of a monthly export on `day`, after today."""
    this = month_of(today).replace(day=day)
    return this if this > today else month_of(today, 1).replace(day=day)


def seconds_left(row: ExportRow, now: datetime) -> int | None:
    """Return the estimated remaining seconds, None while unknown."""
    if row.started_at is None or not row.done or row.done >= row.total:
        return None
    spent = (now - row.started_at).total_seconds()
    return max(1, round(spent * (row.total - row.done) / row.done))


def file_name(wanted: ExportSpec, number: str = "") -> str:
    """Return `releves-quotidiens-2024-01-01-2026-11-24.csv`, prefixed by a single PCE's number."""
    words = [number] if number else []
    words.append(_STEMS[wanted.content])
    words += ["international"] if wanted.file is FileKind.INTERNATIONAL else []
    words += ["graphiques"] if wanted.file is FileKind.REPORT else []
    words += [*(wanted.choice.numbers or ())] if wanted.content is Content.SITE_YEAR else []
    words += [day.isoformat() for day in (wanted.first, wanted.last) if day]
    ending = ENDINGS[wanted.file] if number or not wanted.file_per_pce else "zip"
    return f"{'-'.join(words)}.{ending}"


_STEMS: Mapping[Content, str] = {
    Content.DAILY: "releves-quotidiens",
    Content.MONTHLY: "consommations-mensuelles",
    Content.PUBLISHED: "consommations-publiees",
    Content.CONTRACTUAL: "donnees-contractuelles",
    Content.TECHNICAL: "donnees-techniques",
    Content.OPERAT: "operat",
    Content.SAVINGS: "economies",
    Content.SITE_YEAR: "annee",
}


def packed(choice: PceChoice) -> dict[str, Any]:
    """Return `choice` as stored in the database."""
    packed_filter = {"text": choice.filter.text, "tags": list(choice.filter.tags)}
    return packed_filter if choice.numbers is None else {"numbers": list(choice.numbers)}


def unpacked(stored: Mapping[str, Any]) -> PceChoice:
    if "numbers" in stored:
        return PceChoice(numbers=tuple(stored["numbers"]))
    return PceChoice(PceFilter(text=stored.get("text", ""), tags=tuple(stored.get("tags", ()))))
