"""Turn a gesture on the consumption screen into the next view."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from components.consumption.ids import Ids
from data.metering.consumption.rules.calendar import span_of
from data.metering.consumption.rules.reference import period_before
from data.metering.consumption.rules.view import (
    EARLIEST,
    drill,
    legible_step,
    over,
    read_view,
    similar_text,
    write_view,
)
from data.metering.consumption.types import REFERENCE, Preset, Reference, SeriesStep, Unit, View

Controls = Mapping[str, Any]
PATH = "/consommations"
_NEVER = date(2200, 1, 1)
_FOUR_DIGITS = 1000
_TWO_YEARS = 730  # days
_FEW_DAYS = 92  # with few whole months
SIMILAR = "similar"  # beside the years, among what the bars are compared with
_DATES = frozenset({Ids.FIRST, Ids.LAST})
_REFERENCES = frozenset({Ids.COMPARE, Ids.AGAINST, Ids.OTHER_CHOICE})
_BARS = frozenset({"pce", "period", "from", "to", "step", "data"})  # they determine the bars


def view_after(view: View, trigger: str | None, controls: Controls, today: date) -> View:
    """Return the view after the control `trigger` changed; invalid values change nothing.

    `controls` holds the values of all controls by name, as `callbacks/consumption.py` lists them.
    An open day stays open while its bar remains, an open exceedance while the bars remain. Years
    widen a period too short for them.
    """
    if trigger == Ids.DRILL:
        day = opened_day(controls["drill"])
        return view if day is None or view.step is SeriesStep.DAY else _drilled(view, day, controls)
    parameters = {**_query(view), **_changed_query(view, trigger, controls)}
    if any(parameters[key] != value for key, value in _query(view).items() if key in _BARS):
        parameters["day"] = parameters["episode"] = ""
    after = read_view({key: value for key, value in parameters.items() if value}, today)
    moved = (after.preset, after.first, after.last) != (view.preset, view.first, view.last)
    chosen = after.preset is not Preset.FREE or trigger in _DATES or trigger == Ids.ZOOM
    if moved and trigger not in {Ids.STEP, Ids.COMPARE} and chosen:
        return over(view, after.preset, after.first, after.last)
    return after


def _is_narrow(view: View) -> bool:
    """Return whether a period has fewer than two years to compare as bars."""
    if view.first is None or view.last is None:
        return view.preset is not Preset.YEARS3
    return (view.last - view.first).days < _TWO_YEARS


def _query(view: View) -> dict[str, str]:
    """Return all parameters of a view, defaults included, so that each can be changed."""
    return {
        "pce": view.pce or "",
        "period": view.preset,
        "from": view.first.isoformat() if view.first else "",
        "to": view.last.isoformat() if view.last else "",
        "step": view.step,
        "unit": view.unit,
        "compare": ",".join(map(str, view.compare)) or "none",
        "align": view.align,
        **_reference_query(view.reference),
        "measured": "1" if view.measured else "",
        "similar": similar_text(view),
        "data": view.data,
        "temp": "1" if view.temperature else "0",
        "day": view.day.isoformat() if view.day else "",
        "wish": view.wish or "",
        "episode": str(view.episode or ""),
        "drifts": view.drifts,
    }


def _changed_query(view: View, trigger: str | None, controls: Controls) -> dict[str, str]:
    """Return the query parameters that `trigger` changes."""
    if trigger == Ids.PRESET:
        return _preset(controls)
    if trigger == Ids.ZOOM:
        return _zoom(controls["zoom"])
    if trigger in _DATES:
        return _dates(str(trigger), controls)
    compare = controls["compare"]
    chosen = [str(years) for years in compare] if isinstance(compare, list) else []
    if trigger == Ids.COMPARE and (SIMILAR in chosen) != view.has_similar:
        return _similar(view, is_wanted=SIMILAR in chosen)
    if trigger in _REFERENCES:
        return _reference(view, trigger, controls, [code for code in chosen if code != SIMILAR])
    words = {
        Ids.MEASURED: ("measured", "1" if controls["measured"] else ""),
        Ids.TEMPERATURE: ("temp", "1" if controls["temperature"] else "0"),
        Ids.PICKER_CHOICE: ("pce", str(controls["choice"] or view.pce or "")),
        Ids.ALIGN: ("align", str(controls["align"] or "")),
        Ids.DATA: ("data", str(controls["data"] or "")),
        Ids.UNIT: ("unit", str(controls["unit"] or "")),
    }
    parameters = {key: value for name, (key, value) in words.items() if name == trigger}
    usual_band = {"similar": ""} if trigger == Ids.UNIT else {}  # each unit has its own
    return parameters | (_step(view, controls) if trigger == Ids.STEP else usual_band)


def _similar(view: View, *, is_wanted: bool) -> dict[str, str]:
    """Return what similar sites change: they are compared over whole months of energy."""
    if not is_wanted:
        return {"similar": "0"}
    unit = view.unit if view.unit in {Unit.KWH, Unit.M2} else Unit.KWH
    shortest = view.last - view.first if view.first and view.last else None
    is_short = view.preset is Preset.DAYS30 or (shortest and shortest.days < _FEW_DAYS)
    wide = {"period": Preset.MONTHS12, "from": "", "to": ""} if is_short else {}
    return {"similar": "1", "step": SeriesStep.MONTH, "wish": "", "unit": unit} | wide


def _reference_query(reference: Reference | None) -> dict[str, str]:
    start = reference.first if reference else None
    site = reference.pce if reference else None
    return {"against": start.isoformat() if start else "", "with": site or ""}


def _reference(
    view: View, trigger: str | None, controls: Controls, chosen: list[str]
) -> dict[str, str]:
    """Return what is compared: years, and another period or site, first the period just before."""
    if trigger == Ids.AGAINST:
        start = _typed(controls["against"])
        return {"against": start.isoformat()} if start else {}
    if trigger == Ids.OTHER_CHOICE:
        return {"with": str(controls["other"] or "")} | _same_days(view, controls)
    years = sorted(code for code in chosen if code != str(REFERENCE))
    compare = {"compare": ",".join(years) or "none"}
    if str(REFERENCE) not in chosen:
        return compare | {"against": "", "with": ""}
    first, last = day_of(controls["first"]), day_of(controls["last"])
    if view.reference or first is None or last is None:
        return compare
    return compare | {"against": period_before(view.step, first, last).isoformat()}


def _same_days(view: View, controls: Controls) -> dict[str, str]:
    """Return the days of another site: those shown, unless others were chosen for it."""
    first, last = day_of(controls["first"]), day_of(controls["last"])
    if view.reference is None or view.reference.pce or first is None or last is None:
        return {}
    was_proposed = view.reference.first == period_before(view.step, first, last)
    return {"against": ""} if was_proposed else {}


def _step(view: View, controls: Controls) -> dict[str, str]:
    """Return a step and what it changes: years widen a period too short for them.

    A step whose bars could not be read gives way to a longer one.
    """
    chosen = controls["step"]
    if chosen not in {step.value for step in SeriesStep}:
        return {}
    wide = {"period": Preset.YEARS3, "from": "", "to": ""}
    widens = chosen == SeriesStep.YEAR and _is_narrow(view)
    step = {"wish": "", "step": legible_step(SeriesStep(chosen), view)}
    return step | (wide if widens else {})


def _preset(controls: Controls) -> dict[str, str]:
    """Return the dates of a preset; "free" starts from the days shown."""
    if controls["preset"] == Preset.FREE:
        return _free(controls)
    try:
        preset = Preset(controls["preset"])
    except ValueError:
        return {}
    return {"period": preset, "from": "", "to": ""}


def _free(controls: Controls) -> dict[str, str]:
    first, last = str(controls["first"] or ""), str(controls["last"] or "")
    return {"period": Preset.FREE, "from": first, "to": last} if first and last else {}


def _zoom(press: object) -> dict[str, str]:
    """Return the months chosen in the strip, or the preset that its buttons name."""
    chosen = press if isinstance(press, Mapping) else {}
    if chosen.get("period") in [preset for preset in Preset if preset is not Preset.FREE]:
        return {"period": chosen["period"], "from": "", "to": ""}
    first, last = day_of(chosen.get("first")), day_of(chosen.get("last"))
    if first is None or last is None:
        return {}
    return {"period": Preset.FREE, "from": first.isoformat(), "to": last.isoformat()}


def _dates(trigger: str, controls: Controls) -> dict[str, str]:
    """Return the dates after `trigger` changed; the other one follows if they would cross."""
    first, last = _typed(controls["first"]), _typed(controls["last"])
    spoken = first if trigger == Ids.FIRST else last
    if spoken is None:
        return {}
    other = (last if trigger == Ids.FIRST else first) or spoken
    crossed = spoken > other if trigger == Ids.FIRST else spoken < other
    ends = sorted((spoken, spoken if crossed else other))
    return {"period": Preset.FREE, "from": ends[0].isoformat(), "to": ends[1].isoformat()}


def may_differ(view: View, trigger: str | None, controls: Controls) -> bool:
    """Return whether a control may differ from what is shown, unless a date is being typed."""
    if trigger == Ids.STEP:
        return bool(controls["step"] != view.step)  # a longer one takes its place
    if trigger not in _DATES:
        return False
    text = controls["first" if trigger == Ids.FIRST else "last"]
    return not str(text or "").startswith("0")


def _typed(text: object) -> date | None:
    """Return the typed date; None for a year being typed, such as 0002."""
    try:
        day = date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return day if day and day.year >= _FOUR_DIGITS else None


def _drilled(view: View, day: date, controls: Controls) -> View:
    first, last = span_of(view.step, day)
    bounds = day_of(controls["first"]), day_of(controls["last"])
    return drill(view, max(first, bounds[0] or first), min(last, bounds[1] or last))


def opened_day(drill_: object) -> date | None:
    """Return the first day of the bar opened by mouse or keyboard."""
    return day_of(drill_.get("day") if isinstance(drill_, Mapping) else None)


def day_of(text: object) -> date | None:
    """Return the first day of a bar from text; None if invalid."""
    try:
        day = date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return day if day and EARLIEST <= day < _NEVER else None


def address(view: View) -> str:
    """Return the address of a view, without open day or episode."""
    return f"{PATH}?{write_view(replace(view, day=None, episode=None))}"


def known_period(view: View, first: date, last: date) -> str:
    """Return the address of all known days."""
    return address(over(view, Preset.FREE, first, last))
