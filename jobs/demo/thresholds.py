"""Demo thresholds, set two months ago and evaluated since."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Role, Viewer
from core.database import Database
from data.metering.pces.queries import count_by_tag, find_unknown, list_pces
from data.metering.pces.types import PceFilter, PceFreshness, PceRow
from data.migrations import tables
from data.notifications.types import ChannelKind, Grouping, Recipient, Severity
from data.thresholds import actions, queries
from data.thresholds.types import (
    BackTest,
    EpisodeState,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
)
from jobs.demo.people import ACCOUNTS
from jobs.demo.plan import DemoPlan
from jobs.thresholds import evaluate

SINCE = timedelta(days=60)
SITES = 4  # sites of each manager with a threshold of their own
SHARES = (100, 85, 70, 55, 40)  # percent of the proposed values, until one alerts now


def add_thresholds(database: Database, plan: DemoPlan, now: datetime) -> int:
    """Create the thresholds unless there are some, and evaluate them; return how many."""
    with database.transaction() as db:
        threshold_count = sum(_of_manager(db, viewer, now) for viewer in _managers(db, plan))
    if threshold_count:
        evaluate(database, now)
    return threshold_count


def _managers(db: Session, plan: DemoPlan) -> Iterator[Viewer]:
    users, organisations = tables()["users"], tables()["organisations"]
    emails = [account.email for account in ACCOUNTS if account.role is Role.FACILITY_MANAGER]
    query = (
        select(users.c.id, users.c.organisation_id, organisations.c.kind)
        .join_from(users, organisations)
        .where(users.c.email.in_(emails))
        .order_by(users.c.id)
    )
    for key, organisation, kind in db.execute(query):
        yield Viewer(key, organisation, kind, Role.FACILITY_MANAGER, plan.today)


def _of_manager(db: Session, viewer: Viewer, now: datetime) -> int:
    """Create a manager's thresholds: one site alerts now, and tags are watched."""
    before = replace(viewer, today=viewer.today - SINCE)
    rows = _fresh(db, viewer, before)[:SITES]
    if not rows or queries.count_thresholds(db, viewer).total:
        return 0
    drafts = [
        *_of_sites(db, viewer, rows),
        *_of_tags(viewer, [tag for tag, _count in count_by_tag(db, viewer)]),
    ]
    return len(actions.create_all(db, before, drafts, now=now - SINCE))


def _fresh(db: Session, viewer: Viewer, before: Viewer) -> list[PceRow]:
    """Return the first sites with recent data that `before` could read too."""
    fresh = PceFilter(freshness=PceFreshness.FRESH)
    rows, _total = list_pces(db, viewer, fresh, sort="alias")
    since = find_unknown(db, before, [row.number for row in rows])
    return [row for row in rows if row.number not in since]


def _of_sites(db: Session, viewer: Viewer, rows: Sequence[PceRow]) -> Iterator[ThresholdDraft]:
    me = _mark_notified(viewer, Grouping.IMMEDIATE)
    periods = (
        ThresholdPeriod.MONTH,
        ThresholdPeriod.DAY,
        ThresholdPeriod.MONTH,
        ThresholdPeriod.YEAR,
    )
    for rank, (row, period) in enumerate(zip(rows, periods, strict=False)):
        number = row.number
        proposal = queries.get_proposal(db, viewer, ThresholdKind.FIXED, period, number)
        if not proposal.values_wh:
            continue
        words = {ThresholdPeriod.MONTH: "Seuil mensuel", ThresholdPeriod.DAY: "Seuil journalier"}
        draft = ThresholdDraft(
            f"{words.get(period, 'Seuil annuel')} · {row.alias or number}",
            ThresholdKind.FIXED,
            period,
            proposal.values_wh,
            severity=Severity.URGENT if rank == 0 else Severity.WARNING,
            recipients=(me,),
            scope=ThresholdScope((number,)),
        )
        yield _alerting(db, viewer, draft, number) if rank == 0 else draft


def _alerting(db: Session, viewer: Viewer, draft: ThresholdDraft, number: str) -> ThresholdDraft:
    """Return `draft` with values low enough to be exceeded this month."""
    tried = [
        replace(draft, values_wh=_lowered(draft.values_wh, viewer.today.month - 1, share))
        for share in SHARES
    ]
    alerting = (
        candidate
        for candidate in tried
        if _alerts_now(queries.get_back_test(db, viewer, candidate, number))
    )
    return next(alerting, tried[-1])


def _lowered(values: Sequence[int], rank: int, share: int) -> tuple[int, ...]:
    """Return `values` with that of one month reduced to `share` percent."""
    return tuple(
        value * share // 100 // 10_000 * 10_000 if place == rank else value
        for place, value in enumerate(values)
    )


def _alerts_now(test: BackTest) -> bool:
    return bool(test.exceedances) and test.exceedances[-1].state is EpisodeState.EXCEEDED


def _of_tags(viewer: Viewer, tags: Sequence[str]) -> Iterator[ThresholdDraft]:
    weekly = _mark_notified(viewer, Grouping.WEEKLY)
    for tag in tags[:1]:
        yield ThresholdDraft(
            f"Dérive de {tag}",
            ThresholdKind.RELATIVE,
            ThresholdPeriod.MONTH,
            percent=30,
            severity=Severity.INFO,
            recipients=(weekly,),
            scope=ThresholdScope(tag=tag),
        )
        yield ThresholdDraft(
            f"Silence de {tag}",
            ThresholdKind.MISSING,
            ThresholdPeriod.DAY,
            recipients=(weekly,),
            scope=ThresholdScope(tag=tag),
        )


def _mark_notified(viewer: Viewer, grouping: Grouping) -> Recipient:
    by = frozenset({ChannelKind.INBOX, ChannelKind.EMAIL})
    return Recipient(viewer.user_id, None, by, grouping)
