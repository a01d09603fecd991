"""Parse rows from bytes: each line is accepted, or refused with what was found."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from core.i18n import N_
from data.metering.consumption.files.cell_parser import energy, fold, is_blank, pce
from data.metering.consumption.files.days import day
from data.runs.files.refusals import RefusedCell, clean, quoted_value
from data.runs.files.rows import Cells, problem_of, read_rows
from data.runs.types import SheetProblem, SheetTable
from data.thresholds.files import columns as c
from data.thresholds.rules.amounts import AMBIGUOUS, NO_NUMBER, Unclear, wh_of
from data.thresholds.rules.checks import problems_in
from data.thresholds.rules.winter import LEAST_PROPOSED
from data.thresholds.types import (
    MOST_PCES,
    SheetRow,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
    WeekLimits,
)

_Key = tuple[int | None, str, ThresholdKind, ThresholdPeriod, str]
_T = TypeVar("_T")
_FIELDS = {
    "values": c.VALUE,
    "percent": c.PERCENT,
    "delay": c.DELAY,
    "warn_at": c.WARN_AT,
    "hysteresis": c.HYSTERESIS,
    "consecutive": c.CONSECUTIVE,
    "valid_to": c.LAST,
    "period": c.PERIOD,
    "window": c.WINDOW,
    "week": c.WEEKEND,
    "name": c.NAME,
}
_LARGEST = 10**6
_LAST_ID = 2**31
_DOUBTS: Mapping[str, str] = {
    AMBIGUOUS: N_(
        "Ligne {line}, colonne « {column} » : « {found} » est ambigu. Écrivez {whole} ou {decimal}."
    ),
    NO_NUMBER: N_(
        "Ligne {line}, colonne « {column} » : « {found} » n’est pas un nombre de kWh."
        " Écrivez-le 1234 ou 1 234,5."
    ),
}


def read(content: bytes) -> SheetTable:
    """Parse the sheet, CSV or XLSX by its signature, with at most as many lines as allowed."""
    return read_rows(content, c.HEADER, (c.PCE,), MOST_PCES)


def rows_in(table: SheetTable) -> tuple[list[SheetRow], list[SheetProblem]]:
    """Return the valid rows of `table` and the problems of the others."""
    rows_by_key: dict[_Key, SheetRow] = {}
    problems: list[SheetProblem] = []
    for line, cells in table.lines.items():
        problems += _problems(line, cells, rows_by_key)
    return list(rows_by_key.values()), problems


def _problems(line: int, cells: Cells, rows_by_key: dict[_Key, SheetRow]) -> Iterator[SheetProblem]:
    """Yield the problems of a line; without any, add it to `rows_by_key`."""
    try:
        number, draft = _draft(cells)
        reference = _reference(cells)
    except RefusedCell as refused:
        yield problem_of(line, refused, "")
        return
    problems = problems_in(draft)
    for field, message, params in problems:
        yield SheetProblem(line, _FIELDS.get(field, c.PCE), message, params)
    key = (reference, number, draft.kind, draft.period, draft.name)
    if key in rows_by_key:
        sentence = N_("Ligne {line} : ce seuil est déjà plus haut dans la feuille.")
        yield SheetProblem(line, c.PCE, sentence, {"line": line})
    elif not problems:
        named = bool(_name(cells))
        rows_by_key[key] = SheetRow(line, number, draft, reference, named=named)


def _draft(cells: Cells) -> tuple[str, ThresholdDraft]:
    number = pce(cells[c.PCE], c.PCE)
    if number is None:
        raise RefusedCell(N_("Ligne {line}, colonne « {column} » : indiquez un PCE."), column=c.PCE)
    months = [_wh(cells, column) for column in c.MONTH_COLUMNS]
    value = _wh(cells, c.VALUE)
    kind = _word(cells, c.KIND, c.KIND_WORDS, ThresholdKind.FIXED)
    monthly = any(month is not None for month in months) or kind is ThresholdKind.RELATIVE
    usual = ThresholdPeriod.MONTH if monthly else ThresholdPeriod.DAY
    period = _word(cells, c.PERIOD, c.PERIOD_WORDS, usual)
    usual_draft = ThresholdDraft("", kind, period)
    winter = kind is ThresholdKind.WEATHER
    usual_excess = LEAST_PROPOSED if winter else 0
    return number, ThresholdDraft(
        name=_name(cells) or c.NAMES.get((kind, period), ""),
        kind=kind,
        period=period,
        values_wh=_values(kind, period, value, months),
        percent=_whole_number(cells, c.EXCESS if winter else c.PERCENT, usual_excess),
        delay=_whole_number(cells, c.DELAY, usual_draft.delay),
        warn_at=None if winter else _warn_at(cells, usual_draft),
        hysteresis=_whole_number(cells, c.HYSTERESIS, usual_draft.hysteresis),
        consecutive=_whole_number(cells, c.CONSECUTIVE, usual_draft.consecutive),
        valid_from=_date(cells, c.FIRST),
        valid_to=_date(cells, c.LAST),
        severity=_word(cells, c.SEVERITY, c.SEVERITY_WORDS, usual_draft.severity),
        scope=ThresholdScope((number,)),
        window=_whole_number(cells, c.WINDOW, usual_draft.window) if winter else usual_draft.window,
        learnt_to=_date(cells, c.LEARNT) if winter else None,
        week=WeekLimits(_wh(cells, c.WEEKEND), _wh(cells, c.CLOSED), _weekdays(cells)),
    )


def _weekdays(cells: Cells) -> tuple[int, ...]:
    """Return the closed weekdays, none without a value for closed days."""
    words = [fold(word) for word in str(cells.get(c.CLOSED_ON) or "").split(",") if word.strip()]
    unknown = [word for word in words if word not in c.WEEKDAYS]
    if unknown:
        raise RefusedCell(
            N_("Ligne {line}, colonne « {column} » : « {found} » n’est pas l’un de : {known}."),
            column=c.CLOSED_ON,
            found=quoted_value(unknown[0]),
            known=", ".join(c.WEEKDAYS),
        )
    is_closed = not is_blank(cells.get(c.CLOSED))
    return tuple(sorted({c.WEEKDAYS.index(word) for word in words})) if is_closed else ()


def _name(cells: Cells) -> str:
    return " ".join(clean(str(cells.get(c.NAME) or "")).split())


def _wh(cells: Cells, column: str) -> int | None:
    """Parse a text cell as the editor's fields do, a numeric cell directly."""
    value = cells.get(column)
    if is_blank(value):
        return None
    if isinstance(value, str):
        try:
            wh_of(value)
        except Unclear as unclear:
            raise RefusedCell(_DOUBTS[unclear.message], column=column, **unclear.params) from None
    return energy(value, column)


def _reference(cells: Cells) -> int | None:
    """Return the threshold id that an export wrote in the line."""
    value = cells.get(c.REFERENCE)
    if is_blank(value):
        return None
    text = str(value).strip().removesuffix(".0")
    if text.isascii() and text.isdigit() and 0 < int(text[:12]) < _LAST_ID:
        return int(text)
    raise RefusedCell(
        N_(
            "Ligne {line}, colonne « {column} » : « {found} » n’est pas une référence."
            " Reprenez celle de l’export, ou videz la cellule pour créer un seuil."
        ),
        column=c.REFERENCE,
        found=quoted_value(value),
    )


def _values(
    kind: ThresholdKind, period: ThresholdPeriod, value: int | None, months: Sequence[int | None]
) -> tuple[int, ...]:
    """Return twelve values, one or none, by kind; one monthly value applies to all months."""
    if kind in {ThresholdKind.RELATIVE, ThresholdKind.MISSING, ThresholdKind.WEATHER}:
        return ()
    if kind is ThresholdKind.LOW:
        return (value or 0,)
    if period is not ThresholdPeriod.MONTH:
        return () if value is None else (value,)
    empty = [name for name, month in zip(c.MONTH_COLUMNS, months, strict=True) if month is None]
    if len(empty) == len(months):
        return () if value is None else (value,) * len(months)
    if empty:
        raise RefusedCell(
            N_("Ligne {line}, colonne « {column} » : indiquez une valeur, 0 au besoin."),
            column=empty[0],
        )
    return tuple(month or 0 for month in months)


def _warn_at(cells: Cells, usual: ThresholdDraft) -> int | None:
    value = cells.get(c.WARN_AT)
    if isinstance(value, str) and fold(value) == c.NO_WARNING:
        return None
    return _whole_number(cells, c.WARN_AT, usual.warn_at or 0)


def _whole_number(cells: Cells, column: str, usual: int) -> int:
    value = cells.get(column)
    if is_blank(value):
        return usual
    text = str(value).replace("%", "").strip().removesuffix(".0")
    sign, digits = text[:1], text.lstrip("+-\u2212")
    if not (digits.isascii() and digits.isdigit()) or int(digits[:12]) > _LARGEST:
        raise RefusedCell(
            N_("Ligne {line}, colonne « {column} » : « {found} » n’est pas un nombre entier."),
            column=column,
            found=quoted_value(value),
        )
    return -int(digits) if sign in {"-", "\u2212"} else int(digits)


def _date(cells: Cells, column: str) -> date | None:
    value = cells.get(column)
    return None if is_blank(value) else day(value, column)


def _word(cells: Cells, column: str, words: Mapping[_T, str], usual: _T) -> _T:
    value = cells.get(column)
    if is_blank(value):
        return usual
    same: Callable[[str], bool] = lambda word: fold(word) == fold(str(value))  # noqa: E731
    matching_key = next((key for key, word in words.items() if same(word)), None)
    if matching_key is None:
        raise RefusedCell(
            N_("Ligne {line}, colonne « {column} » : « {found} » n’est pas l’un de : {known}."),
            column=column,
            found=quoted_value(value),
            known=", ".join(words.values()),
        )
    return matching_key
