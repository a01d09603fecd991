"""Maintain the watched PCEs of scopes: named or tagged, and readable today.

A PCE joins a threshold on a gas day and leaves it on another; what was evaluated in between stays.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.orm import Session

from core.access import OrganisationKind
from core.database import blocks, change_rows, upsert
from core.errors import Invalid
from core.i18n import N_
from data.identity.accounts.models import Organisation
from data.metering.consumption.actions import mark_all
from data.metering.pces.models import Pce, PceGrant, PceMark, PceTag
from data.metering.pces.queries import get_grants_in_force_query
from data.thresholds.models import Episode, Threshold, ThresholdMember, ThresholdPce, ThresholdSweep
from data.thresholds.types import OPEN, EpisodeState, ThresholdPeriod

MOST_OF_PCE = 100  # for one organisation
_DAY = timedelta(days=1)
_Where = ColumnElement[bool]


def granted(today: Any) -> _Where:  # noqa: ANN401 (a day, or SQL)
    """Return whether the threshold's organisation has a grant on the PCE valid `today`."""
    return and_(
        PceGrant.pce_id == Pce.id, get_grants_in_force_query(Threshold.organisation_id, today)
    )


def _scopes(ids: Sequence[int] | None) -> Subquery:
    named = select(ThresholdPce.threshold_id, ThresholdPce.pce_id)
    tagged = (
        select(Threshold.id, PceTag.pce_id)
        .join(PceTag, PceTag.organisation_id == Threshold.organisation_id)
        .where(Threshold.tag == PceTag.tag, Threshold.tag != "")
    )
    if ids is not None:  # filtering here avoids building all scopes for a few thresholds
        named = named.where(ThresholdPce.threshold_id.in_(ids))
        tagged = tagged.where(Threshold.id.in_(ids))
    return union(named, tagged).subquery("scope")


def _scope_pairs_query(today: date, ids: Sequence[int] | None) -> Select[int, int]:
    """Select the (PCE, threshold) pairs in scope of active thresholds and readable today."""
    scope = _scopes(ids)
    network = select(Organisation.id).where(Organisation.kind == OrganisationKind.DISTRIBUTOR)
    return (
        select(Pce.id.label("pce_id"), Threshold.id.label("threshold_id"))
        .select_from(scope)
        .join(Threshold, Threshold.id == scope.c.threshold_id)
        .join(Pce, Pce.id == scope.c.pce_id)
        .where(
            Threshold.removed_at.is_(None),
            or_(
                Pce.holder_id == Threshold.organisation_id,
                exists().where(granted(today)),
                Threshold.organisation_id.in_(network),
            ),
        )
    )


def settle(db: Session, today: date, ids: Sequence[int] | None = None) -> None:
    """Open and close memberships to match the scopes, of all thresholds or of `ids`."""
    for block in [None] if ids is None else blocks(ids):
        scope_query = _scope_pairs_query(today, block)
        mine: _Where = ThresholdMember.until.is_(None)
        if block is not None:
            mine = and_(mine, ThresholdMember.threshold_id.in_(block))
        _join(db, scope_query, today)
        _leave(db, scope_query, mine, today)


def check_crowd(db: Session, organisation_id: int, ids: Sequence[int]) -> None:
    """Raise Invalid when `ids` give a PCE too many thresholds of its organisation.

    Every change of a PCE replays each of them.
    """
    is_member = ThresholdMember.until.is_(None)
    for block in blocks(ids):
        touched = select(ThresholdMember.pce_id).where(
            ThresholdMember.threshold_id.in_(block), is_member
        )
        crowded = (
            select(Pce.number)
            .join(ThresholdMember, ThresholdMember.pce_id == Pce.id)
            .join(Threshold, Threshold.id == ThresholdMember.threshold_id)
            .where(Pce.id.in_(touched), is_member, Threshold.organisation_id == organisation_id)
            .group_by(Pce.number)
            .having(func.count() > MOST_OF_PCE)
        )
        if (number := db.scalar(crowded.limit(1))) is not None:
            raise Invalid(
                N_("Le PCE {pce} aurait plus de {most} seuils : retirez-en avant d’en poser."),
                pce=number,
                most=MOST_OF_PCE,
            )


def close_episodes(db: Session, today: date) -> bool:
    """Update all scopes after changes of tags or holders, or daily; return whether it was due.

    The day is only recorded by `swept`: an evaluation killed in between is due again.
    """
    last = _last(db)
    marked = db.scalar(select(PceMark.pce_id).limit(1)) is not None
    due = marked or last.day < today
    last.day = min(last.day, today - _DAY)
    if due:
        ids = list(db.scalars(select(PceMark.pce_id).with_for_update(skip_locked=True)))
        settle(db, today)
        for block in blocks(ids):
            db.execute(delete(PceMark).where(PceMark.pce_id.in_(block)))
        # Mark open episodes of expired thresholds for evaluation, so that they end.
        mark_all(
            db,
            select(Episode.pce_id, literal(today))
            .join(Threshold, Threshold.id == Episode.threshold_id)
            .where(Episode.state.in_(OPEN), Threshold.valid_to < today)
            .distinct(),
        )
        # Mark warned months and years for evaluation every morning: they end with their period
        warned = select(Episode.pce_id, func.min(Episode.first_day)).where(
            Episode.state == EpisodeState.WARNED, Episode.period != ThresholdPeriod.DAY
        )
        mark_all(db, warned.group_by(Episode.pce_id))
    db.flush()
    return due


def mark_all_due(db: Session, today: date) -> None:
    """Record that everything `sweep` started was evaluated, silences included."""
    last = _last(db)
    last.day = max(last.day, today)


def _last(db: Session) -> ThresholdSweep:
    """Return the single row, locked, so that concurrent evaluations are serialised."""
    db.execute(upsert(db, ThresholdSweep).values(id=1, day=date.min).on_conflict_do_nothing())
    return db.get_one(ThresholdSweep, 1, with_for_update=True, populate_existing=True)


def _join(db: Session, scope_query: Select[int, int], today: date) -> None:
    """Add new members, evaluated from `today` on, even if data of such days exist."""
    new = scope_query.where(
        ~exists().where(
            ThresholdMember.pce_id == Pce.id,
            ThresholdMember.threshold_id == Threshold.id,
            ThresholdMember.until.is_(None),
        )
    )
    pces_with_data = new.with_only_columns(Pce.id, literal(today)).where(Pce.data_until >= today)
    mark_all(db, pces_with_data.distinct())
    new_members = new.add_columns(literal(today).label("since"))
    # the key of a member that left and returned on the same day
    keys = ["pce_id", "threshold_id", "since"]
    statement = upsert(db, ThresholdMember).from_select(keys, new_members)
    db.execute(statement.on_conflict_do_update(index_elements=keys, set_={"until": None}))


def _leave(db: Session, wanted: Select[int, int], mine: _Where, today: date) -> None:
    still = wanted.subquery("wanted")
    gone = and_(
        mine,
        ~exists().where(
            still.c.pce_id == ThresholdMember.pce_id,
            still.c.threshold_id == ThresholdMember.threshold_id,
        ),
    )
    mark_all(
        db,
        select(ThresholdMember.pce_id, literal(today))
        .join(Pce, Pce.id == ThresholdMember.pce_id)
        .where(
            gone,
            or_(
                Pce.data_until >= today,  # a day that was evaluated and no longer is
                _has_open(ThresholdMember.pce_id, ThresholdMember.threshold_id),
            ),
        )
        .distinct(),
    )
    change_rows(db, update(ThresholdMember).where(gone).values(until=today - _DAY))


def _has_open(pce_id: Any, threshold_id: Any) -> _Where:  # noqa: ANN401 (columns of either)
    return exists().where(
        Episode.pce_id == pce_id, Episode.threshold_id == threshold_id, Episode.state.in_(OPEN)
    )


def reevaluate(db: Session, ids: Sequence[int], today: date) -> None:
    """Mark the PCEs of changed thresholds with an open episode or data from `today` on."""
    member = ThresholdMember
    for block in blocks(ids):
        mark_all(
            db,
            select(member.pce_id, literal(today))
            .join(Pce, Pce.id == member.pce_id)
            .where(
                member.threshold_id.in_(block),
                or_(Pce.data_until >= today, _has_open(member.pce_id, member.threshold_id)),
            )
            .distinct(),
        )
