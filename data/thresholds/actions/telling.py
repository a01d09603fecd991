"""What a transition says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from data.consumption.rules.view import write_view
from data.consumption.types import Preset, View
from data.consumption.types import Step as Granularity
from data.notifications.types import JSON, Event, Kind
from data.thresholds.actions.loading import Watched
from data.thresholds.rules.pace import expected_on, over_percent
from data.thresholds.rules.point import period_end, period_start
from data.thresholds.rules.reconcile import Step, Told
from data.thresholds.types import Draft, Period, Spell, ThresholdKind

_KINDS: Mapping[Told, Kind] = {
    Told.WARNED: Kind.THRESHOLD_WARNED,
    Told.EXCEEDED: Kind.THRESHOLD_EXCEEDED,
    Told.NORMAL: Kind.THRESHOLD_NORMAL,
    Told.WITHDRAWN: Kind.THRESHOLD_WITHDRAWN,
}
_SILENT: Mapping[Told, Kind] = {Told.EXCEEDED: Kind.DATA_MISSING, Told.NORMAL: Kind.DATA_BACK}


@dataclass(frozen=True, slots=True)
class Telling:
    """One transition of an episode, to be told."""

    episode_id: int
    site: Watched
    draft: Draft
    step: Step
    told: Told
    learnt_on: date | None
    today: date
    around: Mapping[str, JSON] = field(default_factory=dict)


def is_drawn(one: Telling) -> bool:
    """Whether its message shows the days around it: somebody reads it, and it is still news."""
    missing = one.draft.kind is ThresholdKind.MISSING
    return not missing and bool(one.draft.recipients) and one.told in {Told.WARNED, Told.EXCEEDED}


def event_of(one: Telling) -> Event:
    """The notice; its key names the transition for ever, whatever the episode becomes."""
    site = one.site
    missing = one.draft.kind is ThresholdKind.MISSING
    kinds = _SILENT if missing else _KINDS
    return Event(
        key=f"episode:{one.episode_id}:{one.step.turn}:{one.told.value}",
        kind=kinds[one.told],
        organisation_id=site.organisation_id,
        pce_number=site.number,
        site=site.alias or site.number,
        severity=one.draft.severity,
        gas_day=_day_of(one),
        params=_missing_params(one) if missing else _params(one),
        path=_path(one),
        subject=("episode", one.episode_id),
    )


def _day_of(one: Telling) -> date:
    spell = one.step.spell
    if one.told is Told.NORMAL and spell.ended_on is not None:
        return spell.ended_on
    return spell.exceeded_on or spell.warned_on or spell.first


def _path(one: Telling) -> str:
    """The chart at that place: the days of its months, or the months of its year."""
    spell = one.step.spell
    if spell.period is Period.YEAR:
        first, last, step = *_bounds(spell), Granularity.MONTH
    else:
        first = period_start(Period.MONTH, spell.first)
        last, step = period_end(Period.MONTH, spell.last), Granularity.DAY
    days = _written(first, last, step)
    return f"/consommations?pce={one.site.number}&{days}&episode={one.episode_id}"


@lru_cache(maxsize=64)
def _written(first: date, last: date, step: Granularity) -> str:
    """A night tells of the same few months, thousands of times."""
    return write_view(View(preset=Preset.FREE, first=first, last=last, step=step))


def _bounds(spell: Spell) -> tuple[date, date]:
    return period_start(spell.period, spell.first), period_end(spell.period, spell.first)


def _params(one: Telling) -> Mapping[str, JSON]:
    spell = one.step.spell
    expected = expected_on(spell, one.draft.kind, one.today)
    return {
        "threshold": one.draft.name,
        "threshold_kind": one.draft.kind.value,
        "period": spell.period.value,
        "period_label": period_start(spell.period, _day_of(one)).isoformat(),
        "value_wh": spell.value_wh,
        "limit_wh": spell.limit_wh,
        "expected_wh": spell.expected_wh,
        "window": one.draft.window if one.draft.kind is ThresholdKind.WEATHER else None,
        "last_wh": spell.last_wh,
        "last_limit_wh": spell.last_limit_wh,
        "last_on": spell.latest.isoformat(),
        "peak_wh": spell.peak_wh,
        "excess_wh": spell.excess_wh,
        "over_percent": over_percent(spell.value_wh, spell.limit_wh),
        "percent": one.draft.percent,
        "first": spell.first.isoformat(),
        "ended_on": _iso(spell.ended_on),
        "ending": spell.ending.value if spell.ending else None,
        "learnt_on": _iso(one.learnt_on),
        "provisional": spell.provisional,
        "expected_on": _iso(expected),
        **one.around,
    }


def _missing_params(one: Telling) -> Mapping[str, JSON]:
    spell = one.step.spell
    until = spell.ended_on or spell.last
    return {
        "threshold": one.draft.name,
        "threshold_kind": one.draft.kind.value,
        "period": Period.DAY.value,
        "period_label": spell.first.isoformat(),
        "missing_since": spell.first.isoformat(),
        "until": _iso(one.site.until),  # the last day that came
        "days": (until - spell.first).days + (0 if spell.ended_on else 1),
        "ended_on": _iso(spell.ended_on),
        "learnt_on": None,
        "provisional": False,
        "expected_on": None,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
