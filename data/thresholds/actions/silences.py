"""Find late data by the clock, in one statement, without any reading.

An episode of late data begins on the first gas day that is overdue, and ends when it arrives. Past
lateness cannot be recomputed, so these episodes are not replayed, and none is withdrawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, not_, or_, select
from sqlalchemy.orm import Session

from core.i18n import PARIS
from data.metering.pces.models import Pce, PceGrant
from data.metering.pces.types import Frequency
from data.thresholds.actions.episode_writer import EpisodeStep, write
from data.thresholds.actions.evaluation_loader import Pair, WatchedPce, kept_of, rules_of, watched
from data.thresholds.actions.latest_data import came_after, extend_until, told_by_periods
from data.thresholds.actions.scopes import granted
from data.thresholds.models import Episode, Threshold, ThresholdMember, ThresholdSweep
from data.thresholds.rules.reconcile import EpisodeNotice, ReconcileStep, StoredEpisode
from data.thresholds.rules.silence import known_at_worst, published_at_worst, silent_since
from data.thresholds.types import OPEN, Ending, EpisodeState, Exceedance, ThresholdKind

MOST = 2000  # in one transaction


def evaluate_silences(db: Session, now: datetime, most: int = MOST) -> tuple[int, int]:
    """Start and end silence episodes, at most so many of each; return episodes and notices."""
    today = now.astimezone(PARIS).date()
    # evaluations are serialised: see `swept`
    db.execute(select(ThresholdSweep.id).with_for_update()).all()
    kind = Threshold.kind == ThresholdKind.MISSING
    delays = list(db.scalars(select(Threshold.delay).where(kind).distinct()))
    if not delays:
        return 0, 0
    late = _late(delays, today)
    silent = _silent(late, today)
    begun = db.execute(silent.where(~exists().where(_is_told())).limit(most)).all()
    ended = db.execute(_ended(late, today).limit(most)).all()
    moved = db.execute(silent.join(Episode, _is_told()).where(_is_elsewhere()).limit(most)).all()
    pairs: list[Pair] = [(row[0], row[1]) for row in (*begun, *ended, *moved)]
    if not pairs:
        return 0, 0
    sites, stored_episodes = extend_until(db, watched(db, pairs, today)), kept_of(db, pairs)
    rules = rules_of(db, [threshold_id for threshold_id, _ in pairs])
    steps = [
        (
            sites[key, pce],
            _begin(sites[key, pce], since, today, stored_episodes.get((key, pce), [])),
        )
        for key, pce, since in begun
    ]
    rows = [
        (sites[key, pce], row, watching)
        for key, pce, watching in ended
        for row in stored_episodes[key, pce]
    ]
    steps += _ends(db, [entry for entry in rows if entry[1].state in OPEN], today)
    steps += [
        (sites[key, pce], step)
        for key, pce, since in moved
        for step in _moves(sites[key, pce], stored_episodes[key, pce], since)
    ]
    cases = [EpisodeStep(site, rules[site.threshold_id].draft, step) for site, step in steps]
    return write(db, cases, now)


def _moves(site: WatchedPce, rows: Sequence[StoredEpisode], since: date) -> list[ReconcileStep]:
    """Move episodes of a continuing silence to its new first day, without notice."""
    first = silent_since(site.until, since)
    if any(row.exceedance.first == first for row in rows):
        return []
    return [_moved_to(row, first) for row in rows if row.state in OPEN]


def _moved_to(row: StoredEpisode, first: date) -> ReconcileStep:
    exceedance = replace(row.exceedance, first=first, exceeded_on=first, peak_on=first)
    return ReconcileStep(row, exceedance, row.state, row.turn)


def _begin(
    site: WatchedPce, since: date, today: date, rows: Sequence[StoredEpisode]
) -> ReconcileStep:
    """Start an episode, or resume the one of the same silence that was stopped."""
    first = silent_since(site.until, since)
    exceedance = Exceedance(first, None, first, 0, 0, 0, first, 0, max(first, today))
    same = next((row for row in rows if row.exceedance.first == first), None)
    turn = 0 if same is None else same.turn + 1
    return ReconcileStep(same, exceedance, EpisodeState.EXCEEDED, turn, (EpisodeNotice.EXCEEDED,))


def _ends(
    db: Session, rows: Sequence[tuple[WatchedPce, StoredEpisode, bool]], today: date
) -> list[tuple[WatchedPce, ReconcileStep]]:
    """End watched episodes by the data that arrived; others stop without notice."""
    watched_ids = {row.id for site, row, watching in rows if watching and site.window is not None}
    came = came_after(db, watched_ids) if watched_ids else {}
    return [
        (site, _end(row, _back(site, row, came) if row.id in watched_ids else None, today))
        for site, row, _watching in rows
    ]


def _back(site: WatchedPce, row: StoredEpisode, came: Mapping[int, date]) -> date | None:
    """Return the first gas day that arrived, else the end of a published period."""
    period_end = (
        site.until if site.until is not None and site.until >= row.exceedance.first else None
    )
    return came.get(row.id, period_end)


def _end(row: StoredEpisode, back: date | None, today: date) -> ReconcileStep:
    ending = Ending.STOPPED if back is None else Ending.BACK
    exceedance = replace(
        row.exceedance, ended_on=back or max(today, row.exceedance.first), ending=ending
    )
    transitions = () if back is None else (EpisodeNotice.NORMAL,)
    return ReconcileStep(row, exceedance, EpisodeState.NORMAL, row.turn, transitions)


def _silent(late: ColumnElement[bool], today: date) -> Select[int, int, date]:
    """Select (threshold, PCE, joined) of late members."""
    member = ThresholdMember
    return (
        select(member.threshold_id, member.pce_id, member.since)
        .join(Threshold, Threshold.id == member.threshold_id)
        .join(Pce, Pce.id == member.pce_id)
        .where(_watching(today), late)
        .order_by(member.pce_id, member.threshold_id)
    )


def _is_told() -> ColumnElement[bool]:
    return and_(
        Episode.threshold_id == ThresholdMember.threshold_id,
        Episode.pce_id == ThresholdMember.pce_id,
        Episode.state.in_(OPEN),
    )


def _ended(late: ColumnElement[bool], today: date) -> Select[int, int, bool]:
    """Select (threshold, PCE, still watching) of open silences that are no longer late."""
    watching = _watching(today)
    same = and_(
        ThresholdMember.threshold_id == Episode.threshold_id,
        ThresholdMember.pce_id == Episode.pce_id,
    )
    return (
        select(Episode.threshold_id, Episode.pce_id, exists().where(same, watching))
        .join(Threshold, Threshold.id == Episode.threshold_id)
        .join(Pce, Pce.id == Episode.pce_id)
        .where(
            Threshold.kind == ThresholdKind.MISSING,
            Episode.state.in_(OPEN),
            not_(exists().where(same, watching, late)),
        )
        .order_by(Episode.pce_id, Episode.threshold_id)
    )


def _is_elsewhere() -> ColumnElement[bool]:
    """Return whether an episode's first day has data, or predates membership with data."""
    since = ThresholdMember.since
    joined = and_(Episode.first_day == since, Pce.data_until < since)
    return or_(Episode.first_day <= Pce.data_until, joined)


def _watching(today: date) -> ColumnElement[bool]:
    """Return whether the threshold and PCE are active and further days are expected."""
    over = exists().where(granted(today), PceGrant.last_day < today).correlate(Pce, Threshold)
    return and_(
        Threshold.kind == ThresholdKind.MISSING,
        Threshold.removed_at.is_(None),
        Threshold.paused.is_(False),
        or_(Threshold.valid_from.is_(None), Threshold.valid_from <= today),
        or_(Threshold.valid_to.is_(None), Threshold.valid_to >= today),
        ThresholdMember.until.is_(None),
        or_(Pce.ended_on.is_(None), Pce.ended_on >= today),
        or_(Pce.holder_id == Threshold.organisation_id, not_(over)),
    )


def _late(delays: Sequence[int], today: date) -> ColumnElement[bool]:
    """Return whether the last day with a value, or of joining, is too long ago."""
    last = case(
        (Pce.data_until >= ThresholdMember.since, Pce.data_until), else_=ThresholdMember.since
    )
    return or_(
        *(
            and_(
                Threshold.delay == delay,
                Pce.frequency == frequency,
                last < known_at_worst(frequency, delay, today),
                not_(told_by_periods(frequency, published_at_worst(frequency, delay, today))),
            )
            for delay in delays
            for frequency in Frequency
        )
    )
