"""Write the notices of transitions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from data.metering.consumption.rules.view import write_view
from data.metering.consumption.types import Preset, SeriesStep, View
from data.notifications.types import JSON, NotificationEvent, NotificationKind
from data.thresholds.actions.evaluation_loader import WatchedPce
from data.thresholds.rules.day_limits import day_kind
from data.thresholds.rules.evaluated_days import period_end, period_start
from data.thresholds.rules.pace import expected_on, over_percent
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


def is_costed(telling: Telling) -> bool:
    """Return whether its message says what the excess cost: it is over, and was in excess."""
    return (
        telling.transition is EpisodeNotice.NORMAL
        and telling.draft.kind is not ThresholdKind.LOW
        and telling.step.exceedance.excess_wh > 0
        and bool(telling.draft.recipients)
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
    exceedance = telling.step.exceedance
    if telling.transition is EpisodeNotice.NORMAL and exceedance.ended_on is not None:
        return exceedance.ended_on
    return exceedance.exceeded_on or exceedance.warned_on or exceedance.first


def _path(telling: Telling) -> str:
    """Return the address of the chart: the days of its month, or the months of its year."""
    exceedance = telling.step.exceedance
    if exceedance.period is ThresholdPeriod.YEAR:
        first, last, step = *_bounds(exceedance), SeriesStep.MONTH
    else:
        first = period_start(ThresholdPeriod.MONTH, exceedance.first)
        last, step = period_end(ThresholdPeriod.MONTH, exceedance.last), SeriesStep.DAY
    days = _written(first, last, step)
    return f"/consommations?pce={telling.site.number}&{days}&episode={telling.episode_id}"


@lru_cache(maxsize=64)
def _written(first: date, last: date, step: SeriesStep) -> str:
    """Return a query string, cached since a night's notices cover the same few months."""
    return write_view(View(preset=Preset.FREE, first=first, last=last, step=step))


def _bounds(exceedance: Exceedance) -> tuple[date, date]:
    return period_start(exceedance.period, exceedance.first), period_end(
        exceedance.period, exceedance.first
    )


def _params(telling: Telling) -> Mapping[str, JSON]:
    exceedance = telling.step.exceedance
    expected = expected_on(exceedance, telling.draft.kind, telling.today)
    return {
        "threshold": telling.draft.name,
        "threshold_kind": telling.draft.kind.value,
        "period": exceedance.period.value,
        "period_label": period_start(exceedance.period, _day_of(telling)).isoformat(),
        "value_wh": exceedance.value_wh,
        "limit_wh": exceedance.limit_wh,
        "expected_wh": exceedance.expected_wh,
        "window": telling.draft.window if telling.draft.kind is ThresholdKind.WEATHER else None,
        "last_wh": exceedance.last_wh,
        "last_limit_wh": exceedance.last_limit_wh,
        "last_on": exceedance.latest.isoformat(),
        "peak_wh": exceedance.peak_wh,
        "excess_wh": exceedance.excess_wh,
        "over_percent": over_percent(exceedance.value_wh, exceedance.limit_wh),
        "percent": telling.draft.percent,
        "day_kind": day_kind(telling.draft.week, _day_of(telling)).value,
        "first": exceedance.first.isoformat(),
        "ended_on": _iso(exceedance.ended_on),
        "ending": exceedance.ending.value if exceedance.ending else None,
        "learnt_on": _iso(telling.learnt_on),
        "provisional": exceedance.provisional,
        "expected_on": _iso(expected),
        **telling.around,
    }


def _missing_params(telling: Telling) -> Mapping[str, JSON]:
    exceedance = telling.step.exceedance
    until = exceedance.ended_on or exceedance.last
    return {
        "threshold": telling.draft.name,
        "threshold_kind": telling.draft.kind.value,
        "period": ThresholdPeriod.DAY.value,
        "period_label": exceedance.first.isoformat(),
        "missing_since": exceedance.first.isoformat(),
        "until": _iso(telling.site.until),  # the last day with data
        "days": (until - exceedance.first).days + (0 if exceedance.ended_on else 1),
        "ended_on": _iso(exceedance.ended_on),
        "learnt_on": None,
        "provisional": False,
        "expected_on": None,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
