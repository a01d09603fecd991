"""A few thresholds for those who manage sites in the demo, set two months ago, and judged since."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Role, Viewer
from data.db import Database
from data.migrations import tables
from data.notifications.types import ChannelKind, Grouping, Recipient, Severity
from data.pces.queries import find_unknown, list_pces, tags
from data.pces.types import Freshness, PceFilter, PceRow
from data.thresholds import actions, queries
from data.thresholds.types import BackTest, Draft, EpisodeState, Period, Scope, ThresholdKind
from jobs.demo.journal import Plan
from jobs.demo.people import ACCOUNTS
from jobs.thresholds import evaluate

SINCE = timedelta(days=60)
SITES = 4  # of each manager that get a threshold of their own
SHARES = (100, 85, 70, 55, 40)  # percent of the proposed values, until one alerts now


def add_thresholds(database: Database, plan: Plan, now: datetime) -> int:
    """Set them where there are none, judge them; return how many were set."""
    with database.transaction() as db:
        made = sum(_of_manager(db, viewer, now) for viewer in _managers(db, plan))
    if made:
        evaluate(database, now)
    return made


def _managers(db: Session, plan: Plan) -> Iterator[Viewer]:
    users, organisations = tables()["users"], tables()["organisations"]
    emails = [one.email for one in ACCOUNTS if one.role is Role.FACILITY_MANAGER]
    query = (
        select(users.c.id, users.c.organisation_id, organisations.c.kind)
        .join_from(users, organisations)
        .where(users.c.email.in_(emails))
        .order_by(users.c.id)
    )
    for key, organisation, kind in db.execute(query):
        yield Viewer(key, organisation, kind, Role.FACILITY_MANAGER, plan.today)


def _of_manager(db: Session, viewer: Viewer, now: datetime) -> int:
    """One site alerts now; others are calm; a tag is watched for silence and for a drift."""
    before = replace(viewer, today=viewer.today - SINCE)
    rows = _fresh(db, viewer, before)[:SITES]
    if not rows or queries.count_thresholds(db, viewer).total:
        return 0
    drafts = [
        *_of_sites(db, viewer, rows),
        *_of_tags(viewer, [tag for tag, _count in tags(db, viewer)]),
    ]
    return len(actions.create_all(db, before, drafts, now=now - SINCE))


def _fresh(db: Session, viewer: Viewer, before: Viewer) -> list[PceRow]:
    """The first sites with recent data that *before* could read too: it sets their thresholds."""
    fresh = PceFilter(freshness=Freshness.FRESH)
    rows, _total = list_pces(db, viewer, fresh, sort="alias")
    since = find_unknown(db, before, [row.number for row in rows])
    return [row for row in rows if row.number not in since]


def _of_sites(db: Session, viewer: Viewer, rows: Sequence[PceRow]) -> Iterator[Draft]:
    me = _told(viewer, Grouping.IMMEDIATE)
    periods = (Period.MONTH, Period.DAY, Period.MONTH, Period.YEAR)
    for rank, (row, period) in enumerate(zip(rows, periods, strict=False)):
        number = row.number
        found = queries.propose(db, viewer, ThresholdKind.FIXED, period, number)
        if not found.values_wh:
            continue
        words = {Period.MONTH: "Seuil mensuel", Period.DAY: "Seuil journalier"}
        draft = Draft(
            f"{words.get(period, 'Seuil annuel')} · {row.alias or number}",
            ThresholdKind.FIXED,
            period,
            found.values_wh,
            severity=Severity.URGENT if rank == 0 else Severity.WARNING,
            recipients=(me,),
            scope=Scope((number,)),
        )
        yield _alerting(db, viewer, draft, number) if rank == 0 else draft


def _alerting(db: Session, viewer: Viewer, draft: Draft, number: str) -> Draft:
    """*draft*, low enough to be exceeded in the month under way."""
    tried = [
        replace(draft, values_wh=_lowered(draft.values_wh, viewer.today.month - 1, share))
        for share in SHARES
    ]
    alerting = (one for one in tried if _alerts_now(queries.back_test(db, viewer, one, number)))
    return next(alerting, tried[-1])


def _lowered(values: Sequence[int], rank: int, share: int) -> tuple[int, ...]:
    """*values*, that of one month alone brought to *share* percent."""
    return tuple(
        value * share // 100 // 10_000 * 10_000 if place == rank else value
        for place, value in enumerate(values)
    )


def _alerts_now(test: BackTest) -> bool:
    return bool(test.spells) and test.spells[-1].state is EpisodeState.EXCEEDED


def _of_tags(viewer: Viewer, known: Sequence[str]) -> Iterator[Draft]:
    weekly = _told(viewer, Grouping.WEEKLY)
    for tag in known[:1]:
        yield Draft(
            f"Dérive de {tag}",
            ThresholdKind.RELATIVE,
            Period.MONTH,
            percent=30,
            severity=Severity.INFO,
            recipients=(weekly,),
            scope=Scope(tag=tag),
        )
        yield Draft(
            f"Silence de {tag}",
            ThresholdKind.MISSING,
            Period.DAY,
            recipients=(weekly,),
            scope=Scope(tag=tag),
        )


def _told(viewer: Viewer, grouping: Grouping) -> Recipient:
    by = frozenset({ChannelKind.INBOX, ChannelKind.EMAIL})
    return Recipient(viewer.user_id, None, by, grouping)
