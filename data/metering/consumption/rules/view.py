"""Convert a view to and from the address bar: days, drilling down and up."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from core.query_string import query_string
from data.metering.consumption.rules.calendar import month_end, span_of
from data.metering.consumption.rules.drifts import clean_drift_list
from data.metering.consumption.types import (
    Alignment,
    DataKind,
    Preset,
    Reference,
    SeriesStep,
    Unit,
    View,
)
from data.metering.pces.rules import month_of, normalised

EARLIEST = date(2000, 1, 1)
YEARS_BACK = (1, 2)
_PRESET_DAYS = 30
_PRESET_MONTHS: Mapping[Preset, int] = {Preset.MONTHS12: 12, Preset.YEARS3: 36}
_FEW_DAYS = 92
_FEW_MONTHS = 5 * 366
_FEWEST_BARS, _MOST_BARS = 3, 400  # bars for which a step chosen for another period remains legible
_DAYS_IN: Mapping[SeriesStep, int] = {
    SeriesStep.DAY: 1,
    SeriesStep.WEEK: 7,
    SeriesStep.MONTH: 30,
    SeriesStep.YEAR: 365,
}
_USUAL_DAYS: Mapping[Preset, int] = {Preset.DAYS30: 30, Preset.MONTHS12: 390, Preset.YEARS3: 1120}
_NOT_A_NUMBER = re.compile(r"[^0-9A-Z]")
_RANK = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FINER: Mapping[SeriesStep, SeriesStep] = {
    SeriesStep.YEAR: SeriesStep.MONTH,
    SeriesStep.MONTH: SeriesStep.DAY,
    SeriesStep.WEEK: SeriesStep.DAY,
    SeriesStep.DAY: SeriesStep.DAY,
}

_LONGER: Mapping[SeriesStep, SeriesStep] = {
    SeriesStep.DAY: SeriesStep.WEEK,
    SeriesStep.WEEK: SeriesStep.MONTH,
}

_Choice = TypeVar("_Choice", bound=StrEnum)


def read_view(query: Mapping[str, object], today: date) -> View:
    """Parse a query string to a view, ignoring what is invalid.

    Never raises. A free period is sorted and clipped to EARLIEST and the end of this year; an
    unreadable one gives the 12 months. A day can be open only among daily bars.
    """
    texts = {key: last_text(value) for key, value in query.items()}
    free = _free(texts, today) if (texts.get("period") or "free") == Preset.FREE else None
    preset = _choice(Preset, texts.get("period"), Preset.MONTHS12)
    if free:
        preset = Preset.FREE
    elif preset is Preset.FREE:
        preset = Preset.MONTHS12
    first, last = free or (None, None)
    usual = usual_step(preset, first, last)
    step = _choice(SeriesStep, texts.get("step"), usual)
    return View(
        pce=_number(texts.get("pce", "")),
        preset=preset,
        first=first,
        last=last,
        step=step,
        unit=_choice(Unit, texts.get("unit"), Unit.KWH),
        compare=_compare(texts.get("compare", "1")),
        data=_choice(DataKind, texts.get("data"), DataKind.INFORMATIVE),
        temperature=texts.get("temp") != "0",
        day=_opened(texts.get("day", ""), free, today) if step is SeriesStep.DAY else None,
        wish=_wish(texts.get("wish"), step, usual),
        episode=_rank(texts.get("episode", "")),
        align=_choice(Alignment, texts.get("align"), Alignment.WEEKDAY),
        reference=_reference(texts, today),
        measured=texts.get("measured") == "1",
        similar={"1": True, "0": False}.get(texts.get("similar", "")),
        drifts=clean_drift_list(texts.get("drifts", "")),
    )


def overview_view(pce: str | None, kind: str | None) -> View:
    """Return the view of the three years in which a shorter period is chosen, by month."""
    data = _choice(DataKind, kind, DataKind.INFORMATIVE)
    return View(pce=pce, preset=Preset.YEARS3, compare=(), data=data)


def write_view(view: View) -> str:
    """Return the shortest query string, without `?`, that `read_view` parses back to `view`."""
    pairs: dict[str, str] = {"pce": view.pce or ""}
    if view.first and view.last:
        pairs |= {"from": view.first.isoformat(), "to": view.last.isoformat()}
    elif view.preset is not Preset.MONTHS12:
        pairs["period"] = view.preset
    if view.step is not usual_step(view.preset, view.first, view.last):
        pairs["step"] = view.step
    if view.unit is not Unit.KWH:
        pairs["unit"] = view.unit
    if view.compare != (1,):
        pairs["compare"] = ",".join(map(str, view.compare)) or "none"
    if view.data is not DataKind.INFORMATIVE:
        pairs["data"] = view.data
    if not view.temperature:
        pairs["temp"] = "0"
    if view.align is not Alignment.WEEKDAY:
        pairs["align"] = view.align
    if view.reference:
        start = view.reference.first
        pairs |= {"with": view.reference.pce or "", "against": start.isoformat() if start else ""}
    pairs |= {
        "measured": "1" if view.measured else "",
        "similar": similar_text(view),
        "day": view.day.isoformat() if view.day else "",
        "wish": view.wish or "",
        "episode": str(view.episode or ""),
        "drifts": view.drifts,
    }
    return query_string(pairs, "", safe=",")


def similar_text(view: View) -> str:
    """Return whether similar sites are wanted, as in an address; "" as usual in the unit."""
    return "" if view.similar is None else str(int(view.similar))


def usual_step(preset: Preset, first: date | None = None, last: date | None = None) -> SeriesStep:
    """Return the default step of a period."""
    if preset is Preset.DAYS30:
        return SeriesStep.DAY
    if first is None or last is None:
        return SeriesStep.MONTH
    days = (last - first).days + 1
    if days <= _FEW_DAYS:
        return SeriesStep.DAY
    return SeriesStep.MONTH if days <= _FEW_MONTHS else SeriesStep.YEAR


def chosen_step(view: View) -> SeriesStep | None:
    """Return the step that the person chose last, None if every step came with its period."""
    usual = usual_step(view.preset, view.first, view.last)
    return view.wish if view.step is usual else view.step


def over(view: View, preset: Preset, first: date | None = None, last: date | None = None) -> View:
    """Return `view` over another period, by the chosen step where the chart stays legible.

    Otherwise by the usual step; the choice is restored for a period that suits it.
    """
    chosen, usual = chosen_step(view), usual_step(preset, first, last)
    step = chosen if chosen and _is_legible(chosen, preset, first, last) else usual
    wish = _wish(chosen, step, usual)
    return replace(view, preset=preset, first=first, last=last, step=step, day=None, wish=wish)


def legible_step(step: SeriesStep, view: View) -> SeriesStep:
    """Return `step`, or the next longer one whose bars over the period of `view` can be read."""
    period = view.preset, view.first, view.last
    while step in _LONGER and _days_in(*period) > _MOST_BARS * _DAYS_IN[step]:
        step = _LONGER[step]
    return step


def _is_legible(step: SeriesStep, preset: Preset, first: date | None, last: date | None) -> bool:
    days = _days_in(preset, first, last)
    return _FEWEST_BARS * _DAYS_IN[step] <= days <= _MOST_BARS * _DAYS_IN[step]


def _days_in(preset: Preset, first: date | None, last: date | None) -> int:
    return (last - first).days + 1 if first and last else _USUAL_DAYS.get(preset, 390)


def bounds(
    view: View, today: date, data_until: date | None, history_first: date | None
) -> tuple[date, date]:
    """Return first and last day of `view`; its last week or month is whole even if current.

    30 days are the last with data; 12 months and 3 years are complete months plus the current one;
    a free period is clipped to the history unless nothing would be left; a future one stays as it
    is.
    """
    if view.preset is Preset.DAYS30:
        last = data_until or today
        return last - timedelta(days=_PRESET_DAYS - 1), last
    ceiling = _ceiling(view.step, today)
    if view.first is None or view.last is None:
        months = _PRESET_MONTHS.get(view.preset, 12)
        return month_of(today, -months), ceiling
    if view.first > today:
        return view.first, view.last
    first, last = min(view.first, ceiling), min(view.last, ceiling)
    if history_first and history_first <= last:
        first = max(first, history_first)
    return first, last


def _ceiling(step: SeriesStep, today: date) -> date:
    if step is SeriesStep.DAY:
        return today
    return span_of(SeriesStep.WEEK, today)[1] if step is SeriesStep.WEEK else month_end(today)


def drill(view: View, first: date, last: date) -> View:
    """Return the view of the bar `first`…`last` in finer bars; other settings stay."""
    step, usual = _FINER[view.step], usual_step(Preset.FREE, first, last)
    finer = replace(view, step=step, wish=_wish(chosen_step(view), step, usual), episode=None)
    return replace(finer, preset=Preset.FREE, first=first, last=last)


def breadcrumb(view: View, today: date | None = None) -> tuple[View, ...]:
    """Return the ancestors of `view`, widest first, then itself: years, months, days.

    With `today`, days of the last 12 months lead back to the 12 months, else to their year.
    """
    top, year = over(view, Preset.YEARS3), over(view, Preset.MONTHS12)
    if view.preset is Preset.YEARS3:
        return (view,)
    if view.preset is Preset.MONTHS12:
        return (top, view)
    if view.first is None or view.last is None:
        return (top, year, view)
    if view.first.year != view.last.year and (view.last - view.first).days >= 7:  # noqa: PLR2004
        return (view,)
    ways = [top]
    month = span_of(SeriesStep.MONTH, view.first)
    if view.last <= max(month[1], view.first + timedelta(days=6)):  # a month, a week or a day
        recent = today is not None and view.first >= month_of(today, -12)
        year_span = span_of(SeriesStep.YEAR, view.first)
        ways.append(year if recent else over(view, Preset.FREE, *year_span))
        if view.first == view.last:
            ways.append(over(view, Preset.FREE, *month))
    return (*ways, view)


def last_text(value: object) -> str:
    """Return a query value as text: the last one of a repeated key, "" when it is not a text."""
    if isinstance(value, list) and value:
        value = value[-1]
    return value if isinstance(value, str) else ""


def _choice(kind: type[_Choice], text: str | None, default: _Choice) -> _Choice:
    try:
        return kind(text) if text else default
    except ValueError:
        return default


def _wish(text: str | None, step: SeriesStep, usual: SeriesStep) -> SeriesStep | None:
    """Return the chosen step when it differs from the usual one in use, else None."""
    wish = _choice(SeriesStep, text, usual)
    return wish if step is usual and wish is not usual else None


def _number(text: str) -> str | None:
    """Return the number of a PCE written in an address, or None."""
    return _NOT_A_NUMBER.sub("", normalised(text[:80]))[:20] or None


def _reference(texts: Mapping[str, str], today: date) -> Reference | None:
    """Return the period (`against`, its first day) and the site (`with`) to compare with."""
    first, pce = day_in(texts.get("against", "")), _number(texts.get("with", ""))
    if first and not EARLIEST <= first <= year_end(today):
        first = None
    return Reference(first, pce) if first or pce else None


def _compare(text: str) -> tuple[int, ...]:
    if text == "none":
        return ()
    year_codes = text[:20].split(",")
    return tuple(years for years in YEARS_BACK if str(years) in year_codes) or (1,)


def year_end(today: date) -> date:
    """Return the last day that can be requested."""
    return date(today.year, 12, 31)


def day_in(text: str) -> date | None:
    """Return the day written in an address, or None."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _rank(text: str) -> int | None:
    """Return the row number written in an address, or None."""
    return int(text) if _RANK.fullmatch(text) else None


def _opened(text: str, free: tuple[date, date] | None, today: date) -> date | None:
    """Return the open day if it lies in the period; bars are only known once data is loaded."""
    day = day_in(text)
    first, last = free or (EARLIEST, today)
    return day if day and first <= day <= last else None


def _free(texts: Mapping[str, str], today: date) -> tuple[date, date] | None:
    first = day_in(texts.get("from", ""))
    if first is None:
        return None
    last = day_in(texts.get("to", "")) or today
    latest = year_end(today)
    low, high = (min(max(day, EARLIEST), latest) for day in sorted((first, last)))
    return low, high
