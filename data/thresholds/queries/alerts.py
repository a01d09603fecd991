"""Group the viewer's messages about thresholds by site and threshold."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from core.access import Permission, Viewer
from data.metering.consumption.models import Reading
from data.metering.pces.queries import list_scopes_by_id
from data.metering.pces.rules import month_of
from data.metering.prices.queries import load_prices
from data.metering.prices.rules.costs import excess_cents
from data.notifications import queries as notifications
from data.notifications.models import Notice, NoticeEvent, NoticeSnooze
from data.thresholds.models import Episode, Threshold
from data.thresholds.queries.episodes import load_episodes
from data.thresholds.queries.signature_status import get_readable_days
from data.thresholds.queries.tight import load_drafts, load_raise_proposals
from data.thresholds.queries.visible import visible_episodes
from data.thresholds.rules.recent_days import SHOWN_DAYS, get_recent_days
from data.thresholds.types import OPEN, EpisodeCounts, EpisodeRow, EpisodeState, ThresholdKind
from data.thresholds.types.alerts import (
    Alert,
    AlertBlock,
    AlertCounts,
    AlertKey,
    AlertList,
    AlertSection,
    AlertState,
    AlertTab,
    BellCount,
)

MOST = 5000  # site and threshold pairs that one inbox groups
EVERYWHERE = 4  # sites from which one threshold is one line
DRAWN = 50  # sites drawn inside such a line
SECTION = 25  # lines of a section


def list_alerts(
    db: Session,
    viewer: Viewer,
    tab: AlertTab | None,
    text: str = "",
    *,
    now: datetime,
    size: int = SECTION,
) -> AlertList:
    """Return the lines of a tab, the worst state first; `text` searches sites and PCE numbers.

    The counts ignore `text`; without tab there are only counts.
    """
    if not viewer.may(Permission.THRESHOLDS_READ):
        return AlertList((), AlertCounts())
    keys = _list_keys(db, viewer, now)
    counts = _count(keys)
    keys = [key for key in keys if get_tab(key) is tab]
    if text:
        episode_ids = _find_episodes(db, viewer, text)
        keys = [key for key in keys if key.episode_id in episode_ids]
    groups = {state: _group(key for key in keys if key.state is state) for state in AlertState}
    drawn = [key for blocks in groups.values() for block in blocks[:size] for key in block[:DRAWN]]
    alerts = _load_alerts(db, viewer, drawn)
    sections = [_section(*group, alerts, size) for group in groups.items() if group[1]]
    return AlertList(tuple(_with_proposals(db, viewer, sections)), counts)


def count_open_alerts(db: Session, viewer: Viewer, *, now: datetime) -> int:
    """Return the sites and thresholds in exceedance that the viewer was told of.

    Acknowledged and snoozed ones are left out.
    """
    if not viewer.may(Permission.THRESHOLDS_READ):
        return 0
    query = (
        visible_episodes(viewer)
        .where(
            Episode.state == EpisodeState.EXCEEDED,
            Episode.acknowledged_at.is_(None),
            or_(Episode.snoozed_until.is_(None), Episode.snoozed_until <= viewer.today),
            ~_is_snoozed(viewer, Episode.id, now),
            Episode.id.in_(_get_messages_query(viewer).with_only_columns(NoticeEvent.subject_id)),
        )
        .with_only_columns(Episode.threshold_id, Episode.pce_id)
        .distinct()
    )
    return db.scalar(select(func.count()).select_from(query.subquery())) or 0


def count_bell(db: Session, viewer: Viewer, *, now: datetime) -> BellCount:
    """Return the numbers of the bell, for every page."""
    others = notifications.count_unread(db, viewer, get_other_messages_condition(viewer))
    return BellCount(count_open_alerts(db, viewer, now=now), others)


def get_other_messages_condition(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for messages that no alert groups: of contracts, proofs, channels."""
    if not viewer.may(Permission.THRESHOLDS_READ):
        return NoticeEvent.subject_kind != "episode"
    grouped = visible_episodes(viewer).with_only_columns(Episode.id)
    return or_(NoticeEvent.subject_kind != "episode", NoticeEvent.subject_id.not_in(grouped))


@dataclass(frozen=True, slots=True)
class AlertScope:
    """Which lines: that of an episode, those of a threshold, or those over and unread."""

    episode_id: int = 0
    threshold_id: int = 0
    unread_over: bool = False


def select_lines(viewer: Viewer, scope: AlertScope) -> Subquery:
    """Select the lines of a scope, however many: the latest episode of each, with its pair."""
    ranked = _rank_episodes(viewer, _is_in_scope(scope))
    conditions: list[ColumnElement[bool]] = [ranked.c.rank == 1]
    if scope.episode_id:
        conditions.append(ranked.c.id == scope.episode_id)
    if scope.unread_over:
        conditions += [ranked.c.state.not_in(OPEN), ranked.c.unread > 0]
    return select(ranked).where(*conditions).subquery()


def get_messages_condition(lines: Subquery) -> ColumnElement[bool]:
    """Return the condition for messages about any episode of the sites and thresholds of lines."""
    episodes = select(Episode.id).join(
        lines,
        and_(lines.c.threshold_id == Episode.threshold_id, lines.c.pce_id == Episode.pce_id),
    )
    return and_(NoticeEvent.subject_kind == "episode", NoticeEvent.subject_id.in_(episodes))


def _is_in_scope(scope: AlertScope) -> ColumnElement[bool]:
    """Return the condition on episodes that keeps whole pairs of the lines of a scope."""
    if scope.threshold_id:
        return Episode.threshold_id == scope.threshold_id
    if scope.episode_id:
        same = aliased(Episode)
        pair = select(same.id).where(
            same.id == scope.episode_id,
            same.threshold_id == Episode.threshold_id,
            same.pce_id == Episode.pce_id,
        )
        return pair.exists()
    return true()


def get_tab(key: AlertKey) -> AlertTab:
    if key.snoozed:
        return AlertTab.LATER
    return AlertTab.SEEN if key.is_seen else AlertTab.TO_SEE


def _get_messages_query(viewer: Viewer) -> Select[Any]:
    return notifications.visible(viewer).where(NoticeEvent.subject_kind == "episode")


def _is_snoozed(viewer: Viewer, episode_id: Any, now: datetime) -> ColumnElement[bool]:  # noqa: ANN401
    return exists(
        select(NoticeSnooze.id).where(
            NoticeSnooze.user_id == viewer.user_id,
            NoticeSnooze.subject_kind == "episode",
            NoticeSnooze.subject_id == episode_id,
            NoticeSnooze.ended_at.is_(None),
            or_(NoticeSnooze.until.is_(None), NoticeSnooze.until > now),
        )
    )


def _list_keys(db: Session, viewer: Viewer, now: datetime) -> list[AlertKey]:
    ranked = _rank_episodes(viewer, true())
    query = select(ranked, _is_snoozed(viewer, ranked.c.id, now).label("snoozed"))
    query = query.where(ranked.c.rank == 1)
    rows = db.execute(query.order_by(ranked.c.first_day.desc(), ranked.c.id.desc()).limit(MOST))
    return [_key(row, viewer) for row in rows]


def _rank_episodes(viewer: Viewer, only: ColumnElement[bool]) -> Subquery:
    """Select the episodes with messages of the pairs meeting `only`, with the sums of each pair.

    The first of each is the open one, else the latest.
    """
    messages = (
        _get_messages_query(viewer)
        .with_only_columns(
            NoticeEvent.subject_id.label("episode"),
            func.count(Notice.id).label("messages"),
            func.sum(case((Notice.read_at.is_(None), 1), else_=0)).label("unread"),
        )
        .group_by(NoticeEvent.subject_id)
        .subquery()
    )
    pair = (Episode.threshold_id, Episode.pce_id)
    is_open = Episode.state.in_(OPEN)
    order = (case((is_open, 0), else_=1), Episode.first_day.desc(), Episode.id.desc())
    return (
        visible_episodes(viewer)
        .where(only)
        .join(messages, messages.c.episode == Episode.id)
        .with_only_columns(
            Episode.id,
            Episode.threshold_id,
            Episode.pce_id,
            Episode.state,
            Episode.first_day,
            Episode.acknowledged_at,
            Episode.snoozed_until,
            (Threshold.kind == ThresholdKind.MISSING).label("is_silence"),
            func.row_number().over(partition_by=pair, order_by=order).label("rank"),
            func.count(Episode.id).over(partition_by=pair).label("episodes"),
            func.sum(messages.c.messages).over(partition_by=pair).label("messages"),
            func.sum(messages.c.unread).over(partition_by=pair).label("unread"),
            func.min(Episode.first_day).over(partition_by=pair).label("since"),
        )
        .subquery()
    )


def _key(row: Any, viewer: Viewer) -> AlertKey:  # noqa: ANN401 (a row of `_rank_episodes`)
    state = {EpisodeState.EXCEEDED: AlertState.OPEN, EpisodeState.WARNED: AlertState.NEAR}.get(
        row.state, AlertState.BACK
    )
    over = state is AlertState.BACK
    asleep = bool(row.snoozed_until and row.snoozed_until > viewer.today) or bool(row.snoozed)
    return AlertKey(
        episode_id=row.id,
        threshold_id=row.threshold_id,
        pce_id=row.pce_id,
        state=state,
        episodes=int(row.episodes),
        messages=int(row.messages),
        since=row.since,
        is_seen=not row.unread if over else row.acknowledged_at is not None,
        snoozed=asleep and not over,
        is_silence=bool(row.is_silence),
    )


def _count(keys: Sequence[AlertKey]) -> AlertCounts:
    by_tab = Counter(get_tab(key) for key in keys)
    to_see = [key for key in keys if get_tab(key) is AlertTab.TO_SEE]
    by_state = Counter((key.state, key.is_silence) for key in to_see)
    lines = sum(len(_group(key for key in to_see if key.state is state)) for state in AlertState)
    return AlertCounts(
        to_see=lines,
        later=by_tab[AlertTab.LATER],
        seen_count=by_tab[AlertTab.SEEN],
        open=EpisodeCounts(
            exceeded=by_state[AlertState.OPEN, False],
            silences=by_state[AlertState.OPEN, True],
            warned=by_state[AlertState.NEAR, False] + by_state[AlertState.NEAR, True],
        ),
        messages=sum(key.messages for key in to_see),
    )


def _find_episodes(db: Session, viewer: Viewer, text: str) -> set[int]:
    query = notifications.get_filtered_query(_get_messages_query(viewer), text)
    return set(db.scalars(query.with_only_columns(NoticeEvent.subject_id)))


def _group(keys: Iterable[AlertKey]) -> list[list[AlertKey]]:
    """Return the lines of a section: one a site, or one a threshold that rang everywhere."""
    by_threshold: dict[int, list[AlertKey]] = {}
    for key in keys:
        by_threshold.setdefault(key.threshold_id, []).append(key)
    groups: list[list[AlertKey]] = []
    for same in by_threshold.values():
        groups += [same] if len(same) >= EVERYWHERE else [[key] for key in same]
    return groups


def _section(
    state: AlertState,
    blocks: Sequence[Sequence[AlertKey]],
    alerts: Mapping[int, Alert],
    size: int,
) -> AlertSection:
    return AlertSection(
        state,
        tuple(_block(block, alerts) for block in blocks[:size]),
        len(blocks),
        sum(map(len, blocks)),
    )


def _with_proposals(
    db: Session, viewer: Viewer, sections: Sequence[AlertSection]
) -> list[AlertSection]:
    """Add to the lines of several sites what a higher threshold would change."""
    several = {
        block.head.key.threshold_id
        for section in sections
        for block in section.blocks
        if block.total > 1
    }
    proposals = load_raise_proposals(db, viewer, several)
    return [
        replace(
            section,
            blocks=tuple(
                replace(block, raising=proposals.get(block.head.key.threshold_id))
                if block.total > 1
                else block
                for block in section.blocks
            ),
        )
        for section in sections
    ]


def _block(keys: Sequence[AlertKey], alerts: Mapping[int, Alert]) -> AlertBlock:
    return AlertBlock(
        tuple(alerts[key.episode_id] for key in keys[:DRAWN]),
        len(keys),
        sum(key.episodes for key in keys),
        sum(key.messages for key in keys),
    )


def _load_alerts(db: Session, viewer: Viewer, keys: Sequence[AlertKey]) -> dict[int, Alert]:
    rows = load_episodes(db, viewer, [key.episode_id for key in keys])
    alerts = {key.episode_id: Alert(key, rows[key.episode_id]) for key in keys}
    alerts = _with_days(db, viewer, alerts)
    return _with_costs(db, viewer, alerts)


def _with_days(db: Session, viewer: Viewer, alerts: dict[int, Alert]) -> dict[int, Alert]:
    """Add the last days that the viewer may read of each site."""
    scopes = {
        scope.id: scope
        for scope in list_scopes_by_id(db, viewer, {alert.key.pce_id for alert in alerts.values()})
    }
    first = month_of(viewer.today - timedelta(days=SHOWN_DAYS))
    query = select(Reading.pce_id, Reading.gas_day, Reading.energy_wh).where(
        Reading.pce_id.in_(list(scopes)), Reading.gas_day >= first
    )
    days_by_pce: dict[int, dict[Any, int | None]] = {}
    for pce_id, day, energy in db.execute(query):
        low, high = get_readable_days(scopes[pce_id])
        if low <= day <= high:
            days_by_pce.setdefault(pce_id, {})[day] = energy
    drafts = load_drafts(db, viewer, {alert.key.threshold_id for alert in alerts.values()})
    return {
        number: replace(
            alert,
            days=get_recent_days(
                alert.row, days_by_pce.get(alert.key.pce_id, {}), drafts[alert.key.threshold_id]
            ),
        )
        for number, alert in alerts.items()
    }


def _with_costs(db: Session, viewer: Viewer, alerts: dict[int, Alert]) -> dict[int, Alert]:
    """Add the cost of the excess of what is over its limit, at the price of its last day."""
    if not viewer.may(Permission.PRICES_READ):
        return alerts
    prices = load_prices(db, viewer, {alert.key.pce_id for alert in alerts.values()})
    costs: dict[int, Alert] = {}
    for number, alert in alerts.items():
        tariffs = prices.get(alert.key.pce_id, ()) if _has_excess(alert.row) else ()
        cents = excess_cents(tariffs, alert.row.last, alert.row.excess_wh)
        costs[number] = replace(alert, excess_cents=cents)
    return costs


def _has_excess(row: EpisodeRow) -> bool:
    return row.kind not in {ThresholdKind.LOW, ThresholdKind.MISSING} and row.excess_wh > 0
