"""Write the reconciled episodes, and the notices of their transitions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy.orm import Session

from core.bulk import Row, insert_all, update_all
from core.errors import Conflict
from core.i18n import N_, PARIS
from data.metering.pces.rules import known_by
from data.metering.prices.queries import load_organisation_prices
from data.metering.prices.rules.costs import excess_cents
from data.notifications.actions import post
from data.notifications.types import Recipient
from data.thresholds.actions.escalation import list_seconds_notified
from data.thresholds.actions.evaluation_loader import WatchedPce
from data.thresholds.actions.figures import figures_around
from data.thresholds.actions.notices import Telling, event_of, is_costed, is_drawn
from data.thresholds.actions.sources import sources_around
from data.thresholds.models import Episode
from data.thresholds.rules.reconcile import EpisodeNotice, ReconcileStep, StoredEpisode
from data.thresholds.types import EpisodeState, Exceedance, ThresholdDraft, ThresholdKind

_ENDS = frozenset({EpisodeNotice.NORMAL, EpisodeNotice.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class EpisodeStep:
    """A step for a site, with the current draft of the threshold."""

    site: WatchedPce
    draft: ThresholdDraft
    step: ReconcileStep


def write(db: Session, cases: Sequence[EpisodeStep], now: datetime) -> tuple[int, int]:
    """Write `cases` and post their notices; return the numbers of episodes and notices.

    Raise Conflict when another evaluation changed an episode meanwhile; everything is then rolled
    back.
    """
    _rewrite(db, [case for case in cases if case.step.episode is not None], now)
    ids = _insert(db, [case for case in cases if case.step.episode is None], now)
    tellings: list[Telling] = []
    today = now.astimezone(PARIS).date()
    for case in cases:
        episode = case.step.episode
        episode_id = ids[id(case)] if episode is None else episode.id
        learnt = learnt_on(case, today)
        tellings += [
            Telling(episode_id, case.site, case.draft, case.step, transition, learnt, today)
            for transition in case.step.transitions
        ]
    recipients = _recipients_of(db, tellings)
    events = [(event_of(telling), recipients(telling)) for telling in _drawn(db, tellings, now)]
    return len(cases), post(db, events, now) if events else 0


def _recipients_of(
    db: Session, tellings: Sequence[Telling]
) -> Callable[[Telling], Sequence[Recipient]]:
    """Return who is notified of a transition: second people of the end of what they know of."""
    ends = [
        telling.episode_id
        for telling in tellings
        if telling.transition in _ENDS and any(r.after_hours for r in telling.draft.recipients)
    ]
    seconds = list_seconds_notified(db, ends) if ends else set()

    def recipients(telling: Telling) -> Sequence[Recipient]:
        return [
            recipient
            for recipient in telling.draft.recipients
            if not recipient.after_hours
            or (telling.episode_id, (recipient.user_id, recipient.address_id)) in seconds
        ]

    return recipients


def _drawn(db: Session, tellings: Sequence[Telling], now: datetime) -> list[Telling]:
    """Return `tellings` with the sources of their days, and chart figures where shown."""
    valued = [telling for telling in tellings if telling.draft.kind is not ThresholdKind.MISSING]
    sources = sources_around(
        db, [(telling.site, telling.step.exceedance) for telling in valued], now
    )
    details_by_telling = {id(telling): more for telling, more in zip(valued, sources, strict=True)}
    drawn_tellings = [telling for telling in tellings if is_drawn(telling)]
    around = figures_around(
        db, [(telling.site, telling.step.exceedance) for telling in drawn_tellings]
    )
    for telling, cents in _costs(db, valued):
        details = {**details_by_telling.get(id(telling), {}), "excess_cents": cents}
        details_by_telling[id(telling)] = details
    for telling, more in zip(drawn_tellings, around, strict=True):
        details_by_telling[id(telling)] = {**details_by_telling.get(id(telling), {}), **more}
    return [
        replace(telling, around=details_by_telling.get(id(telling), {})) for telling in tellings
    ]


def _costs(db: Session, tellings: Sequence[Telling]) -> Iterator[tuple[Telling, int]]:
    """Yield what the excess of each ended exceedance cost, where its organisation has a price."""
    ended = [telling for telling in tellings if is_costed(telling)]
    for organisation_id in {telling.site.organisation_id for telling in ended}:
        sites = [t for t in ended if t.site.organisation_id == organisation_id]
        numbers = {telling.site.pce_id: telling.site.number for telling in sites}
        prices = load_organisation_prices(db, organisation_id, numbers)
        for telling in sites:
            exceedance = telling.step.exceedance
            tariffs = prices.get(telling.site.pce_id, ())
            cents = excess_cents(tariffs, exceedance.last, exceedance.excess_wh)
            if cents is not None:
                yield telling, cents


def learnt_on(case: EpisodeStep, today: date) -> date | None:
    """Return the detection day if it is later than usual, else None."""
    exceedance = case.step.exceedance
    day = exceedance.exceeded_on or exceedance.warned_on or exceedance.first
    return today if day < known_by(today, case.site.frequency) else None


def _values(exceedance: Exceedance) -> Row:
    return {
        "period": exceedance.period,
        "first_day": exceedance.first,
        "warned_on": exceedance.warned_on,
        "exceeded_on": exceedance.exceeded_on,
        "value_wh": exceedance.value_wh,
        "limit_wh": exceedance.limit_wh,
        "peak_wh": exceedance.peak_wh,
        "peak_on": exceedance.peak_on,
        "excess_wh": exceedance.excess_wh,
        "last_day": exceedance.last,
        "last_wh": exceedance.last_wh,
        "last_limit_wh": exceedance.last_limit_wh,
        "expected_wh": exceedance.expected_wh,
        "ended_on": exceedance.ended_on,
        "ending": exceedance.ending,
        "provisional": exceedance.provisional,
    }


def _rewrite(db: Session, cases: Sequence[EpisodeStep], now: datetime) -> None:
    """Update rows with a counted `UPDATE … WHERE state = old`.

    Withdrawn ones first free their day.
    """
    for _same, group in groupby(sorted(cases, key=_rank), key=_rank):
        rows = [
            _rewritten(case.step, case.step.episode, now) for case in group if case.step.episode
        ]
        if update_all(db, Episode, rows) != len(rows):
            raise Conflict(N_("Une autre évaluation a changé cet épisode."))


def _rank(case: EpisodeStep) -> tuple[bool, bool]:
    """Sort withdrawn episodes first, then those that set the same columns."""
    step = case.step
    return step.state is not EpisodeState.WITHDRAWN, EpisodeNotice.EXCEEDED in step.transitions


def _rewritten(step: ReconcileStep, episode: StoredEpisode, now: datetime) -> tuple[Row, Row]:
    """Return the key and the new values of a row."""
    values = _values(step.exceedance) | {"state": step.state, "turn": step.turn, "changed_at": now}
    if (
        EpisodeNotice.EXCEEDED in step.transitions
    ):  # an acknowledged or snoozed warning does not cover its exceedance
        values |= dict.fromkeys(("snoozed_until", "acknowledged_at", "acknowledged_by"))
    return {"id": episode.id, "state": episode.state}, values


def _insert(db: Session, cases: Sequence[EpisodeStep], now: datetime) -> dict[int, int]:
    """Insert new episodes and return their ids by the identity of their case."""
    today = now.astimezone(PARIS).date()
    rows = [
        _values(case.step.exceedance)
        | {
            "pce_id": case.site.pce_id,
            "threshold_id": case.site.threshold_id,
            "state": case.step.state,
            "turn": 0,
            "comment": "",
            "found_at": now,
            "changed_at": now,
            "learnt_on": learnt_on(case, today),
        }
        for case in cases
    ]
    written = insert_all(db, Episode, rows, ("id", "pce_id", "threshold_id", "first_day"))
    ids = {(pce, threshold, str(first)): key for key, pce, threshold, first in written}
    return {id(case): ids[_start(case)] for case in cases}


def _start(case: EpisodeStep) -> tuple[int, int, str]:
    """Return what is unique among episodes that are not withdrawn."""
    return case.site.pce_id, case.site.threshold_id, str(case.step.exceedance.first)
