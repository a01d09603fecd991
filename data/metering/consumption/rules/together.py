"""Parse the address of several PCEs, and fold days or months into bars."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qsl

from core.query_string import query_string
from data.metering.consumption.rules.calendar import month_end, spans
from data.metering.consumption.rules.spending import thousandths
from data.metering.consumption.rules.view import drill, last_text, over, read_view, write_view
from data.metering.consumption.types import (
    CombinedBar,
    Face,
    Measure,
    Preset,
    SeriesStep,
    TogetherShape,
    TogetherView,
    Unit,
    View,
)
from data.metering.pces.rules import is_number, known_by, normalised, storable
from data.metering.pces.types import Frequency

MOST = 20  # PCEs named in an address
PARTS = 8  # distinct parts of a bar: more colours could not be distinguished
PRICED_DAYS = 50_000  # PCE-days: up to here costs are computed by day, even for monthly bars
BY_DAY = 500  # PCEs: daily reads of more take too long, monthly ones do not
SHAPES: Mapping[str, TogetherShape] = {shape.value: shape for shape in TogetherShape}
MEASURES: Mapping[str, Measure] = {each.value: each for each in Measure if each.value}
_ID = re.compile(r"[0-9]{1,9}")
LONGEST_LIST = 8190  # characters: the longest possible address
_LONGEST = 100  # characters of a tag


def read_together(query: Mapping[str, object], today: date) -> TogetherView | None:
    """Parse a query string that names several PCEs or a group; return None otherwise."""
    texts = {key: last_text(value) for key, value in query.items()}
    pce_text = texts.get("pce", "")[:LONGEST_LIST]
    named = [normalised(part) for part in pce_text.split(",")] if "," in pce_text else []
    every = tuple(dict.fromkeys(part for part in named if is_number(part)))
    numbers = every[:MOST]
    tag = storable(texts.get("tag", ""))[:_LONGEST]
    holder = texts.get("holder", "")
    group = bool(tag) or bool(_ID.fullmatch(holder))
    if not group and len(numbers) < 2:  # noqa: PLR2004 (several)
        return None
    rest = {key: text for key, text in texts.items() if key not in {"pce", "episode", "day"}}
    view = read_view(rest, today)
    shape = SHAPES.get(texts.get("shape", ""), _usual_shape(is_group=group))
    measure = _measure(texts) if shape is TogetherShape.CURVES else Measure.UNIT
    if measure is not Measure.UNIT or view.unit is Unit.M2:
        view = replace(view, unit=Unit.KWH)
    return TogetherView(
        numbers=() if group else numbers,
        tag=tag,
        holder=int(holder) if _ID.fullmatch(holder) else None,
        view=replace(
            view,
            compare=(1,) if 1 in view.compare else (),
            reference=None,
        ),
        shape=shape,
        measure=measure,
        hidden_count=0 if group else len(every) - len(numbers),
    )


def _usual_shape(*, is_group: bool) -> TogetherShape:
    """Return the shape of an address that gives none: sites are compared, a group is added up."""
    return TogetherShape.STACK if is_group else TogetherShape.CURVES


def _measure(texts: Mapping[str, str]) -> Measure:
    """Return the measure given as a unit, or apart as in older addresses."""
    words = [texts.get(key, "") for key in ("unit", "measure")]
    default = Measure.UNIT if any(words) else Measure.USUAL
    return next((MEASURES[word] for word in words if word in MEASURES), default)


def write_together(combined_query: TogetherView) -> str:
    """Return the query string, without `?`, that `read_together` parses back."""
    usual_shape = _usual_shape(is_group=not combined_query.numbers)
    measure = combined_query.measure
    if measure is Measure.UNIT:
        is_kwh = combined_query.view.unit is Unit.KWH
        unit = Unit.KWH if combined_query.shape is TogetherShape.CURVES and is_kwh else ""
    else:
        unit = measure
    parameters = {
        "pce": ",".join(combined_query.numbers),
        "tag": combined_query.tag,
        "holder": "" if combined_query.holder is None else str(combined_query.holder),
        "shape": "" if combined_query.shape is usual_shape else combined_query.shape,
        "unit": unit,
    }
    own = query_string(parameters, "", safe=",")
    return "&".join(part for part in (own, write_view(combined_query.view)) if part)


def after(asked: TogetherView, said: Mapping[str, object], today: date) -> TogetherView:
    """Return `asked` changed by its controls: `shape`, `period` or `from` and `to`, `step`, etc.

    Another period keeps the step chosen where it is legible; invalid values change nothing.
    """
    changes = {key: text for key, text in said.items() if isinstance(text, str)}
    view = asked.view
    dates = {key: changes.pop(key, "") for key in ("from", "to")}
    period = read_view(
        dates if all(dates.values()) else {"period": changes.pop("period", "")}, today
    )
    is_known = all(dates.values()) or said.get("period") == period.preset
    if is_known and _period_of(period) != _period_of(view):
        view = over(view, *_period_of(period))
        changes.pop("step", None)
    pairs = dict(parse_qsl(write_together(replace(asked, view=view))))
    if changes.get("step", view.step) != view.step:
        pairs.pop("wish", None)
    return read_together(pairs | changes, today) or asked


def _period_of(view: View) -> tuple[Preset, date | None, date | None]:
    return view.preset, view.first, view.last


def finer(asked: TogetherView, bar: CombinedBar) -> str:
    """Return the query string of a bar drawn by its finer step."""
    return write_together(replace(asked, view=drill(asked.view, bar.first, bar.last)))


def with_pce(combined_query: TogetherView, number: str) -> TogetherView:
    """Return `combined_query` with one more PCE; a group becomes a list of PCEs."""
    return replace(
        combined_query, numbers=tuple(dict.fromkeys((*combined_query.numbers, number)))[:MOST]
    )


def without_pce(combined_query: TogetherView, number: str) -> TogetherView:
    return replace(
        combined_query, numbers=tuple(pce for pce in combined_query.numbers if pce != number)
    )


@dataclass(frozen=True, slots=True)
class Owing:
    """A number of PCEs with the same due days: readable days, in service, frequency, `holes`."""

    count: int
    frequency: Frequency
    first: date | None = None
    last: date | None = None
    holes: Sequence[tuple[date, date]] = ()


def due_in(
    owing: Iterable[Owing], first: date, last: date, today: date, until: date | None = None
) -> int:
    """Return the PCE-days of `first`…`last` that have arrived when nothing is late.

    With `until`, those up to that day are counted too, although they arrive later.
    """
    due_days = 0
    for owing_group in owing:
        if owing_group.frequency is Frequency.HALF_YEARLY:
            continue
        low = max(first, owing_group.first or first)
        arrived = known_by(today, owing_group.frequency)
        high = min(last, owing_group.last or last, max(arrived, until or arrived))
        closed = sum(_length(max(low, start), min(high, end)) for start, end in owing_group.holes)
        due_days += owing_group.count * (_length(low, high) - closed)
    return due_days


def _length(first: date, last: date) -> int:
    return max(0, (last - first).days + 1)


NO_FACE = Face(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Sum:
    """Sum over all PCEs for a day or month: `known_days` of the `due` PCE-days have a value."""

    day: date
    value: int | None
    known_days: int
    due: int = 0
    face: Face = NO_FACE
    deposited: int = 0  # PCE-days whose value an organisation deposited
    unpriced: int = 0  # PCE-days with a value but no price


def with_late_pces(
    total: Sum, span: tuple[date, date], owing: Iterable[Owing], today: date, until: date | None
) -> Sum:
    """Return `total` with the days of PCEs that arrive later than those of others, up to `until`.

    A sum up to that day lacks them, although none of them is late.
    """
    arrived, summed = due_in(owing, *span, today), due_in(owing, *span, today, until)
    return replace(total, due=total.due + max(0, summed - max(total.due, arrived)))


Part = Mapping[date, int | None]  # values of one PCE, by day or first day of month


def bars_of(
    step: SeriesStep, period: tuple[date, date], sums: Sequence[Sum], parts: Sequence[Part]
) -> tuple[CombinedBar, ...]:
    """Return one bar for each bucket of `period`, empty ones included."""
    return tuple(bar_of(*span, sums, parts) for span in spans(step, *period))


def bar_of(first: date, last: date, sums: Sequence[Sum], parts: Sequence[Part]) -> CombinedBar:
    inside = [day_sum for day_sum in sums if first <= day_sum.day <= last]
    value = _added(day_sum.value for day_sum in inside)
    own = tuple(_added(part.get(day_sum.day) for day_sum in inside) for part in parts)
    parts_total = _added(own)
    faces = [day_sum.face for day_sum in inside]
    days = sum(face.days for face in faces)
    return CombinedBar(
        first=first,
        last=last,
        value=value,
        parts=own,
        rest=None if value is None else value - (parts_total or 0),
        known_days=sum(day_sum.known_days for day_sum in inside),
        due=sum(day_sum.due for day_sum in inside),
        face=Face(days, sum(f.this_wh for f in faces), sum(f.before_wh for f in faces))
        if days
        else None,
        unpriced=sum(day_sum.unpriced for day_sum in inside),
        days_deposited=sum(day_sum.deposited for day_sum in inside),
    )


def in_thousandths(bar: CombinedBar, each: int = 1) -> CombinedBar:
    """Convert `bar` to thousandths of a euro or kg; `each` is 1e-18 of either."""

    def value_in_thousandths(value: int | None) -> int | None:
        return thousandths(None if value is None else value * each)

    face = bar.face
    return replace(
        bar,
        value=value_in_thousandths(bar.value),
        parts=tuple(value_in_thousandths(part) for part in bar.parts),
        rest=value_in_thousandths(bar.rest),
        face=Face(
            face.days,
            value_in_thousandths(face.this_wh) or 0,
            value_in_thousandths(face.before_wh) or 0,
        )
        if face
        else None,
    )


def compared(bar: CombinedBar) -> float | None:
    """Return the bar's value a year before, extrapolated from its comparable days.

    The gap to it equals the gap of the comparable days even if some PCEs or days have no
    counterpart. None when less than half of what is known has one.
    """
    face = bar.face
    if bar.value is None or face is None or not face.this_wh or 2 * face.days < bar.known_days:
        return None
    return bar.value * face.before_wh / face.this_wh


MOSTLY = 0.95  # share of the PCE-days of a sum below which it is incomplete


def is_incomplete(bar: CombinedBar) -> bool:
    """Return whether a sum lacks a twentieth of its PCE-days, such as one of twenty PCEs."""
    return bar.value is not None and bar.due > 0 and bar.known_days <= MOSTLY * bar.due


def _added(values: Iterable[int | None]) -> int | None:
    known_values = [value for value in values if value is not None]
    return sum(known_values) if known_values else None


def is_whole(step: SeriesStep, first: date, last: date) -> bool:
    """Return whether the monthly roll-up covers `first`…`last`."""
    return (
        step in {SeriesStep.MONTH, SeriesStep.YEAR} and first.day == 1 and last == month_end(last)
    )
