"""List thresholds, and query one with its history."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, literal, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID
from core.errors import NotFound
from core.i18n import N_
from core.paging import FIRST_ROWS, RowBlock
from core.records import copy_fields
from data.identity.accounts.models import Organisation, User
from data.metering.pces.models import Pce
from data.metering.pces.rules import folded, search_key
from data.notifications.types import Severity
from data.tag_limits import knows_tag
from data.thresholds.models import Episode, Threshold, ThresholdMember, ThresholdVersion
from data.thresholds.queries.visible import get_pce_ids_query, get_visible_scopes, is_whole, visible
from data.thresholds.rules.serializer import unpacked
from data.thresholds.types import (
    OPEN,
    EpisodeState,
    HistoryRow,
    ThresholdCounts,
    ThresholdDetail,
    ThresholdFilter,
    ThresholdKind,
    ThresholdRow,
)

SITES = 3  # named on a line of the list
EVERY = ThresholdFilter()


def list_thresholds(
    db: Session,
    viewer: Viewer,
    criteria: ThresholdFilter = EVERY,
    *,
    block: RowBlock = FIRST_ROWS,
) -> tuple[list[ThresholdRow], int]:
    """Return a page by name, open exceedances first, and the total count."""
    query = _filtered(viewer, criteria)
    total = db.scalar(query.with_only_columns(func.count(Threshold.id)).order_by(None)) or 0
    opened = _open_count(viewer, EpisodeState.EXCEEDED)
    query = query.order_by((opened > 0).desc(), Threshold.search, Threshold.id)
    return _rows(db, viewer, block.cut(query)), total


def count_thresholds(
    db: Session, viewer: Viewer, criteria: ThresholdFilter = EVERY
) -> ThresholdCounts:
    """Count thresholds for the filters, ignoring the kind and state filters."""
    base = ThresholdFilter(text=criteria.text, pce=criteria.pce)
    query = _filtered(viewer, base).with_only_columns(
        Threshold.kind,
        func.count(),
        func.count(case((Threshold.paused, 1))),
        func.count(case((_has_open(viewer), 1))),
    )
    rows = db.execute(query.group_by(Threshold.kind)).all()
    by_kind = {kind: count for kind, count, _paused, _open in rows}
    gone = _filtered(viewer, replace(base, removed=True))
    return ThresholdCounts(
        total=sum(by_kind.values()),
        paused=sum(row[2] for row in rows),
        open=sum(row[3] for row in rows),
        removed=db.scalar(gone.with_only_columns(func.count(Threshold.id))) or 0,
        by_kind={kind: by_kind.get(kind, 0) for kind in ThresholdKind},
    )


def get_threshold(db: Session, viewer: Viewer, threshold_id: int) -> ThresholdDetail:
    """Return a threshold; raise NotFound when it is not visible."""
    query = visible(viewer).where(Threshold.id == _id(threshold_id))
    rows = _rows(db, viewer, query)
    if not rows:
        raise NotFound(N_("Ce seuil est introuvable."))
    number = db.scalar(select(Threshold.version).where(Threshold.id == threshold_id)) or 0
    version = db.get_one(ThresholdVersion, (threshold_id, number))
    draft = unpacked(version.draft)
    visible_scopes = get_visible_scopes(db, viewer, [draft.scope])
    return ThresholdDetail(rows[0], replace(draft, scope=visible_scopes[draft.scope]), number)


def list_threshold_history(
    db: Session, viewer: Viewer, threshold_id: int
) -> tuple[HistoryRow, ...]:
    """Return all changes, latest first, with the definitions before and after."""
    version = ThresholdVersion
    rows = db.execute(
        select(version, User.name)
        .join(User, User.id == version.user_id)
        .where(
            version.threshold_id == _id(threshold_id),
            version.threshold_id.in_(visible(viewer).with_only_columns(Threshold.id)),
        )
        .order_by(version.number.desc())
    ).all()
    if not rows:
        raise NotFound(N_("Ce seuil est introuvable."))
    stored_drafts = [unpacked(row.draft) for row, _name in rows]
    visible_scopes = get_visible_scopes(db, viewer, [draft.scope for draft in stored_drafts])
    drafts = [*(replace(draft, scope=visible_scopes[draft.scope]) for draft in stored_drafts), None]
    return tuple(
        HistoryRow(row.number, row.at, name, row.change, row.first_day, before, after)
        for (row, name), (after, before) in zip(rows, pairwise(drafts), strict=True)
        if after is not None
    )


def list_notifiable_people(db: Session, viewer: Viewer) -> tuple[tuple[int, str, str], ...]:
    """List (id, name, email) of the organisation's people who can be notified or assigned."""
    viewer.require(Permission.THRESHOLDS_READ)
    query = (
        select(User.id, User.name, User.email)
        .where(User.organisation_id == viewer.organisation_id, User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
    return tuple((key, name, email) for key, name, email in db.execute(query))


def _id(threshold_id: int) -> int:
    return threshold_id if 0 < threshold_id < NO_ID else 0


def _filtered(viewer: Viewer, criteria: ThresholdFilter) -> Select[Any]:
    removed = Threshold.removed_at.is_not(None)
    query = visible(viewer).where(removed if criteria.removed else ~removed)
    if criteria.text.strip():
        query = query.where(_matches(viewer, criteria.text))
    if criteria.pce:
        query = query.where(Threshold.id.in_(_watching(viewer, Pce.number == criteria.pce)))
    if criteria.kind is not None:
        query = query.where(Threshold.kind == criteria.kind)
    if criteria.paused is not None:
        query = query.where(Threshold.paused.is_(criteria.paused))
    if criteria.open is not None:
        opened = _has_open(viewer)
        query = query.where(opened if criteria.open else ~opened)
    return query


def _matches(viewer: Viewer, text: str) -> ColumnElement[bool]:
    """Return whether each word is in its name or tag, or matches a PCE that it watches."""
    words = folded(text[:200]).split()[:8]
    condition = (
        Threshold.search.contains(words[0], autoescape=True) if words else literal(value=True)
    )
    sites = Pce.search.contains(words[0], autoescape=True) if words else literal(value=True)
    for word in words[1:]:
        condition = condition & Threshold.search.contains(word, autoescape=True)
        sites = sites & Pce.search.contains(word, autoescape=True)
    key = search_key(text[:40])
    if key.isascii() and key.isdigit():
        sites = sites | Pce.number.contains(key, autoescape=True)
    return condition | Threshold.id.in_(_watching(viewer, sites))


def _watching(viewer: Viewer, which: ColumnElement[bool]) -> Select[int]:
    return (
        select(ThresholdMember.threshold_id)
        .join(Pce, Pce.id == ThresholdMember.pce_id)
        .where(ThresholdMember.until.is_(None), which, Pce.id.in_(get_pce_ids_query(viewer)))
    )


def _readable(viewer: Viewer) -> ColumnElement[bool]:
    return literal(value=True) if viewer.staff else Episode.pce_id.in_(get_pce_ids_query(viewer))


def _has_open(viewer: Viewer) -> ColumnElement[bool]:
    return (
        select(Episode.id)
        .where(Episode.threshold_id == Threshold.id, Episode.state.in_(OPEN), _readable(viewer))
        .exists()
    )


def _open_count(viewer: Viewer, state: EpisodeState) -> ColumnElement[int]:
    return (
        select(func.count(Episode.id))
        .where(Episode.threshold_id == Threshold.id, Episode.state == state, _readable(viewer))
        .scalar_subquery()
    )


def _rows(db: Session, viewer: Viewer, query: Select[Any]) -> list[ThresholdRow]:
    result = db.execute(
        query.with_only_columns(
            Threshold.__table__,
            Organisation.name.label("organisation"),
            _open_count(viewer, EpisodeState.WARNED).label("warned"),
            _open_count(viewer, EpisodeState.EXCEEDED).label("exceeded"),
            is_whole(viewer).label("whole"),
            knows_tag(viewer, Threshold.tag).label("tag_known"),
        ).join(Organisation, Organisation.id == Threshold.organisation_id)
    ).all()
    ids = [row.id for row in result]
    counts, sites = _counts(db, viewer, ids), _sites(db, viewer, ids)
    return [_row(viewer, row, counts.get(row.id, 0), sites.get(row.id, ())) for row in result]


def _row(viewer: Viewer, row: Row[Any], pces: int, sites: Sequence[str]) -> ThresholdRow:
    mine = row.organisation_id == viewer.organisation_id
    return copy_fields(
        ThresholdRow,
        row,
        severity=Severity(row.severity),
        removed=row.removed_at is not None,
        tag=row.tag if row.tag_known else "",
        pces=pces,
        sites=tuple(sites),
        organisation="" if mine else row.organisation,
        mine=mine and bool(row.whole) and viewer.may(Permission.THRESHOLDS_WRITE),
    )


def _watched(viewer: Viewer, ids: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    member = ThresholdMember
    return (
        member.threshold_id.in_(ids),
        member.until.is_(None),
        member.pce_id.in_(get_pce_ids_query(viewer)),
    )


def _counts(db: Session, viewer: Viewer, ids: Sequence[int]) -> Mapping[int, int]:
    query = (
        select(ThresholdMember.threshold_id, func.count().label("pces"))
        .where(*_watched(viewer, ids))
        .group_by(ThresholdMember.threshold_id)
    )
    return {row.threshold_id: row.pces for row in db.execute(query)} if ids else {}


def _sites(db: Session, viewer: Viewer, ids: Sequence[int]) -> Mapping[int, list[str]]:
    """Return the first few sites of each threshold, ranked in SQL: a tag may have thousands."""
    if not ids:
        return {}
    rank = func.row_number().over(
        partition_by=ThresholdMember.threshold_id, order_by=(Pce.search, Pce.number)
    )
    ranked = (
        select(ThresholdMember.threshold_id, Pce.alias, Pce.number, rank.label("rank"))
        .join(Pce, Pce.id == ThresholdMember.pce_id)
        .where(*_watched(viewer, ids))
        .subquery("ranked")
    )
    query = select(ranked).where(ranked.c.rank <= SITES)
    sites_by_threshold: dict[int, list[str]] = {}
    for row in db.execute(query.order_by(ranked.c.threshold_id, ranked.c.rank)):
        sites_by_threshold.setdefault(row.threshold_id, []).append(row.alias or row.number)
    return sites_by_threshold
