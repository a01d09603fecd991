"""List episodes, for their screen, a PCE's chart, the home page and lists of PCEs."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from core.access import Permission, Viewer
from core.database import NO_ID, blocks
from core.errors import NotFound
from core.i18n import N_
from core.records import copy_fields
from data.identity.accounts.models import User
from data.metering.pces.models import Pce
from data.metering.pces.queries import count_stale, get_scope
from data.notifications.types import Severity
from data.thresholds.models import Episode, Threshold, ThresholdVersion
from data.thresholds.queries.versions import read_exceedance
from data.thresholds.queries.visible import visible, visible_answerable_episodes, visible_episodes
from data.thresholds.rules.pace import expected_on
from data.thresholds.types import (
    OPEN,
    Chip,
    EpisodeCounts,
    EpisodePage,
    EpisodeRow,
    EpisodeState,
    HomeEpisodes,
    ThresholdKind,
)

_SAW, _HAS = aliased(User), aliased(User)


def list_episodes(
    db: Session,
    viewer: Viewer,
    pce: str = "",
    *,
    closed: bool = True,
    page: int = 1,
    size: int = 100,
) -> EpisodePage:
    """Return a page of episodes, open ones first, then latest; `closed` includes ended ones.

    A `page` beyond the last one gives the last one.
    """
    query = visible_episodes(viewer).where(
        Episode.state != EpisodeState.WITHDRAWN if closed else Episode.state.in_(OPEN)
    )
    if pce:
        query = query.where(Episode.pce_id == get_scope(db, viewer, pce).id)
    total = db.scalar(query.with_only_columns(func.count(Episode.id))) or 0
    page = min(max(1, page), max(1, -(-total // size)))
    rows = _rows(db, viewer, _open_first(query).limit(size).offset((page - 1) * size))
    return EpisodePage(tuple(rows), total, page)


def get_episode(db: Session, viewer: Viewer, episode_id: int) -> EpisodeRow:
    """Return an episode, withdrawn ones included; raise NotFound when it is not visible."""
    is_valid_id = 0 < episode_id < NO_ID
    query = visible_episodes(viewer).where(Episode.id == episode_id)
    rows = _rows(db, viewer, query) if is_valid_id else []
    if not rows:
        raise NotFound(N_("Ce dépassement est introuvable."))
    return rows[0]


def load_episodes(
    db: Session, viewer: Viewer, episode_ids: Collection[int]
) -> dict[int, EpisodeRow]:
    """Return the visible episodes among these ids."""
    rows: list[EpisodeRow] = []
    for block in blocks(sorted(set(episode_ids))):
        rows += _rows(db, viewer, visible_episodes(viewer).where(Episode.id.in_(block)))
    return {row.id: row for row in rows}


def list_pce_episodes(
    db: Session, viewer: Viewer, number: str, first: date, last: date
) -> tuple[EpisodeRow, ...]:
    """Return the episodes of a PCE that overlap `first`…`last`, oldest first.

    Only those of the viewer's organisation, whose limits its chart shows.
    """
    scope = get_scope(db, viewer, number)
    query = visible_episodes(viewer).where(
        Episode.pce_id == scope.id,
        Threshold.organisation_id == viewer.organisation_id,
        Episode.state != EpisodeState.WITHDRAWN,
        Episode.first_day <= last,
        or_(Episode.ended_on.is_(None), Episode.ended_on >= first),
    )
    return tuple(_rows(db, viewer, query.order_by(Episode.first_day, Episode.id)))


def get_home_episodes(
    db: Session, viewer: Viewer, limit: int = 5, *, everyone: bool = False
) -> HomeEpisodes:
    """Return the open episodes that need attention, most severe first.

    Acknowledged ones are counted as open but not listed. `everyone` includes all visible
    organisations, for lists of all the viewer can read.
    """
    mine = _whose(viewer, everyone=everyone)
    opened = visible_episodes(viewer).where(Episode.state.in_(OPEN), mine)
    awake, acknowledged, snoozed = _tally(db, viewer, opened)
    to_do = opened.where(_awake(viewer), Episode.acknowledged_at.is_(None))
    rows = _rows(db, viewer, _open_first(to_do).limit(limit)) if limit else []
    pces_with_alert = to_do.where(Threshold.kind == ThresholdKind.MISSING).with_only_columns(
        Episode.pce_id
    )
    in_force = visible(viewer).where(
        mine, Threshold.removed_at.is_(None), Threshold.paused.is_(False)
    )
    thresholds = db.scalar(in_force.with_only_columns(func.count(Threshold.id))) or 0
    days = None if awake.exceeded else count_days_without_exceedance(db, viewer, everyone=everyone)
    return HomeEpisodes(
        rows=tuple(rows),
        awake=awake,
        snoozed=snoozed,
        thresholds=thresholds,
        days_without=days,
        seen=acknowledged,
        late=count_stale(db, viewer, pces_with_alert) if awake.silences and limit else 0,
    )


def _awake(viewer: Viewer) -> ColumnElement[bool]:
    return or_(Episode.snoozed_until.is_(None), Episode.snoozed_until <= viewer.today)


def _tally(
    db: Session, viewer: Viewer, opened: Select[Any]
) -> tuple[EpisodeCounts, EpisodeCounts, int]:
    """Count the awake ones by kind, those of them that were seen, and snoozed ones of any kind."""
    exceeds = Episode.state == EpisodeState.EXCEEDED
    silent = Threshold.kind == ThresholdKind.MISSING
    awake, is_seen = _awake(viewer), Episode.acknowledged_at.is_not(None)
    kinds = (exceeds & ~silent, exceeds & silent, ~exceeds)
    *by_kind, snoozed = db.execute(
        opened.with_only_columns(
            *(func.count(case((kind & awake, 1))) for kind in kinds),
            *(func.count(case((kind & awake & is_seen, 1))) for kind in kinds),
            func.count(case((Episode.snoozed_until > viewer.today, 1))),
        )
    ).one()
    return EpisodeCounts(*by_kind[:3]), EpisodeCounts(*by_kind[3:]), snoozed


def _whose(viewer: Viewer, *, everyone: bool) -> ColumnElement[bool]:
    """Return the condition for the thresholds counted, among visible ones."""
    return true() if everyone else Threshold.organisation_id == viewer.organisation_id


def count_days_without_exceedance(
    db: Session, viewer: Viewer, *, everyone: bool = False
) -> int | None:
    """Return the days since the last exceedance ended, 0 while one is open.

    Without any, since the first threshold was created; None without thresholds. Silences do not
    count.
    """
    mine = _whose(viewer, everyone=everyone)
    ended = func.coalesce(Episode.ended_on, viewer.today)
    last: date | None = db.scalar(
        visible_episodes(viewer)
        .where(
            mine,
            Episode.exceeded_on.is_not(None),
            Episode.state != EpisodeState.WITHDRAWN,
            Threshold.kind != ThresholdKind.MISSING,
        )
        .with_only_columns(func.max(ended))
    )
    if last is None:
        last = db.scalar(visible(viewer).where(mine).with_only_columns(func.min(_set_on())))
    return None if last is None else max(0, (viewer.today - _as_day(last)).days)


def _set_on() -> Any:  # noqa: ANN401 (a scalar subquery)
    version = ThresholdVersion
    return (
        select(func.min(version.first_day))
        .where(version.threshold_id == Threshold.id)
        .scalar_subquery()
    )


def _as_day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def load_episode_chips(db: Session, viewer: Viewer, numbers: Collection[str]) -> dict[str, Chip]:
    """Return the worst open episode and their number, for PCEs that have any."""
    chips_by_number: dict[str, Chip] = {}
    for block in blocks(sorted(numbers)):
        query = (
            visible_episodes(viewer)
            .join(Pce, Pce.id == Episode.pce_id)
            .where(
                Pce.number.in_(block),
                Threshold.organisation_id == viewer.organisation_id,
                Episode.state.in_(OPEN),
            )
            .with_only_columns(
                Pce.number,
                func.count(case((Episode.state == EpisodeState.EXCEEDED, 1))),
                func.max(Threshold.severity),
                func.count(Episode.id),
            )
            .group_by(Pce.number)
        )
        for number, exceeded, severity, count in db.execute(query):
            state = EpisodeState.EXCEEDED if exceeded else EpisodeState.WARNED
            chips_by_number[number] = Chip(state, Severity(severity), count)
    return chips_by_number


def _open_first(query: Select[Any]) -> Select[Any]:
    rank = case((Episode.state == EpisodeState.EXCEEDED, 0), (Episode.state.in_(OPEN), 1), else_=2)
    latest = func.coalesce(Episode.exceeded_on, Episode.first_day).desc()
    return query.order_by(rank, Threshold.severity.desc(), latest, Episode.id.desc())


def _rows(db: Session, viewer: Viewer, query: Select[Any]) -> list[EpisodeRow]:
    episode_rows = db.execute(
        query.join(Pce, Pce.id == Episode.pce_id)
        .outerjoin(_SAW, _SAW.id == Episode.acknowledged_by)
        .outerjoin(_HAS, _HAS.id == Episode.assigned_to)
        .with_only_columns(
            Episode.__table__,
            Threshold.name,
            _kind_of_its_day().label("kind"),
            Threshold.severity,
            Pce.number,
            Pce.alias,
            _SAW.name.label("saw"),
            _HAS.name.label("has"),
            Threshold.organisation_id,
            visible_answerable_episodes(viewer).label("answerable"),
        )
    )
    return [_row(viewer, row) for row in episode_rows]


def _kind_of_its_day() -> ColumnElement[str]:
    """Select the kind that detected it: a threshold may have changed its kind since."""
    version = ThresholdVersion
    kinds = select(version.draft["kind"].as_string()).where(version.threshold_id == Threshold.id)
    then = kinds.where(version.first_day <= Episode.first_day).order_by(version.number.desc())
    first = kinds.order_by(version.number)  # the month or silence started before the threshold
    return func.coalesce(then.limit(1).scalar_subquery(), first.limit(1).scalar_subquery())


def _row(viewer: Viewer, row: Row[Any]) -> EpisodeRow:
    is_own, exceedance = row.organisation_id == viewer.organisation_id, read_exceedance(row)
    return copy_fields(
        EpisodeRow,
        row,
        threshold=row.name,
        kind=ThresholdKind(row.kind),
        severity=Severity(row.severity),
        pce=row.number,
        first=row.first_day,
        last=exceedance.latest,
        expected_on=expected_on(exceedance, ThresholdKind(row.kind), viewer.today),
        expected_wh=exceedance.expected_wh,
        acknowledged_by=row.saw or "",
        assigned_to=row.has or "",
        answerable=bool(row.answerable),
        mine=is_own and viewer.may(Permission.THRESHOLDS_WRITE),
    )
