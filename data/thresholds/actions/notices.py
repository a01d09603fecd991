"""Write the notices of transitions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from data.metering.consumption.rules.view import write_view
from data.metering.consumption.types import Preset, SeriesStep, View
from data.notifications.types import JSON, NotificationEvent, NotificationKind
from data.thresholds.actions.replay_loader import WatchedPce
from data.thresholds.rules.pace import expected_on, over_percent
from data.thresholds.rules.point import period_end, period_start
from data.thresholds.rules.reconcile import EpisodeNotice, ReconcileStep
from data.thresholds.types import Exceedance, ThresholdDraft, ThresholdKind, ThresholdPeriod

_KINDS: Mapping[EpisodeNotice, NotificationKind] = {
    EpisodeNotice.WARNED: NotificationKind.THRESHOLD_WARNED,
    EpisodeNotice.EXCEEDED: NotificationKind.THRESHOLD_EXCEEDED,
    EpisodeNotice.NORMAL: NotificationKind.THRESHOLD_NORMAL,
    EpisodeNotice.WITHDRAWN: NotificationKind.THRESHOLD_WITHDRAWN,
}
_SILENT: Mapping[EpisodeNotice, NotificationKind] = {
    EpisodeNotice.EXCEEDED: NotificationKind.DATA_MISSING,
    EpisodeNotice.NORMAL: NotificationKind.DATA_BACK,
}


@dataclass(frozen=True, slots=True)
class Telling:
    """A transition of an episode, to be notified."""

    episode_id: int
    site: WatchedPce
    draft: ThresholdDraft
    step: ReconcileStep
    transition: EpisodeNotice
    learnt_on: date | None
    today: date
    around: Mapping[str, JSON] = field(default_factory=dict)


def is_drawn(telling: Telling) -> bool:
    """Return whether its message shows the days around it: it has readers and is recent."""
    missing = telling.draft.kind is ThresholdKind.MISSING
    return (
        not missing
        and bool(telling.draft.recipients)
        and telling.transition in {EpisodeNotice.WARNED, EpisodeNotice.EXCEEDED}
    )


def event_of(telling: Telling) -> NotificationEvent:
    """Build the notice; its key identifies the transition for good."""
    site = telling.site
    missing = telling.draft.kind is ThresholdKind.MISSING
    kinds = _SILENT if missing else _KINDS
    return NotificationEvent(
        key=f"episode:{telling.episode_id}:{telling.step.turn}:{telling.transition.value}",
        kind=kinds[telling.transition],
        organisation_id=site.organisation_id,
        pce_number=site.number,
        site=site.alias or site.number,
        severity=telling.draft.severity,
        gas_day=_day_of(telling),
        params=_missing_params(telling) if missing else _params(telling),
        path=_path(telling),
        subject=("episode", telling.episode_id),
    )


def _day_of(telling: Telling) -> date:
    spell = telling.step.spell
    if telling.transition is EpisodeNotice.NORMAL and spell.ended_on is not None:
        return spell.ended_on
    return spell.exceeded_on or spell.warned_on or spell.first


def _path(telling: Telling) -> str:
    """Return the address of the chart: the days of its month, or the months of its year."""
    spell = telling.step.spell
    if spell.period is ThresholdPeriod.YEAR:
        first, last, step = *_bounds(spell), SeriesStep.MONTH
    else:
        first = period_start(ThresholdPeriod.MONTH, spell.first)
        last, step = period_end(ThresholdPeriod.MONTH, spell.last), SeriesStep.DAY
    days = _written(first, last, step)
    return f"/consommations?pce={telling.site.number}&{days}&episode={telling.episode_id}"


@lru_cache(maxsize=64)
def _written(first: date, last: date, step: SeriesStep) -> str:
    """Return a query string, cached since a night's notices cover the same few months."""
    return write_view(View(preset=Preset.FREE, first=first, last=last, step=step))


def _bounds(spell: Exceedance) -> tuple[date, date]:
    return period_start(spell.period, spell.first), period_end(spell.period, spell.first)


def _params(telling: Telling) -> Mapping[str, JSON]:
    spell = telling.step.spell
    expected = expected_on(spell, telling.draft.kind, telling.today)
    return {
        "threshold": telling.draft.name,
        "threshold_kind": telling.draft.kind.value,
        "period": spell.period.value,
        "period_label": period_start(spell.period, _day_of(telling)).isoformat(),
        "value_wh": spell.value_wh,
        "limit_wh": spell.limit_wh,
        "expected_wh": spell.expected_wh,
        "window": telling.draft.window if telling.draft.kind is ThresholdKind.WEATHER else None,
        "last_wh": spell.last_wh,
        "last_limit_wh": spell.last_limit_wh,
        "last_on": spell.latest.isoformat(),
        "peak_wh": spell.peak_wh,
        "excess_wh": spell.excess_wh,
        "over_percent": over_percent(spell.value_wh, spell.limit_wh),
        "percent": telling.draft.percent,
        "first": spell.first.isoformat(),
        "ended_on": _iso(spell.ended_on),
        "ending": spell.ending.value if spell.ending else None,
        "learnt_on": _iso(telling.learnt_on),
        "provisional": spell.provisional,
        "expected_on": _iso(expected),
        **telling.around,
    }


def _missing_params(telling: Telling) -> Mapping[str, JSON]:
    spell = telling.step.spell
    until = spell.ended_on or spell.last
    return {
        "threshold": telling.draft.name,
        "threshold_kind": telling.draft.kind.value,
        "period": ThresholdPeriod.DAY.value,
        "period_label": spell.first.isoformat(),
        "missing_since": spell.first.isoformat(),
        "until": _iso(telling.site.until),  # the last day with data
        "days": (until - spell.first).days + (0 if spell.ended_on else 1),
        "ended_on": _iso(spell.ended_on),
        "learnt_on": None,
        "provisional": False,
        "expected_on": None,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
