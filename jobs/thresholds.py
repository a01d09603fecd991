"""Evaluate thresholds on the data changed since the last run, by chunks."""

from datetime import datetime

import structlog

from core import queue
from core.database import Database, Session
from core.errors import Conflict
from core.gc_pause import uncollected
from core.i18n import PARIS
from core.queue_handlers import Success, WorkContext, WorkHandler, WorkOutcome
from core.queue_types import ClaimedItem, NewItem, RetryPolicy, WorkKind
from data.thresholds import actions, queries
from data.thresholds.actions.evaluation import CHUNK

EVALUATE = WorkKind("evaluate_thresholds", "evaluation", RetryPolicy())
MOST_ROUNDS = 1000  # of silences: each takes thousands


def wake_evaluation(db: Session, now: datetime) -> None:
    """Enqueue an evaluation: the scheduler runs one only each minute."""
    queue.wake(db, EVALUATE, NewItem(0, key="all"), now)


def evaluation_handler() -> WorkHandler:
    """Return the handler that evaluates thresholds on stored readings."""

    def run(_item: ClaimedItem, context: WorkContext) -> WorkOutcome:
        evaluate(context.database, context.now())
        return Success()

    return WorkHandler(EVALUATE, run)


def evaluate(database: Database, now: datetime, *, chunk: int = CHUNK) -> tuple[int, int]:
    """Evaluate what changed; return how many episodes were written and notices posted.

    Each chunk is a transaction. If killed, the next call does the rest and repeats nothing.
    """
    today = now.astimezone(PARIS).date()
    with database.reading() as db:
        due = queries.is_due(db, today)
    is_full_run = due.scopes or due.silences
    if is_full_run:
        with database.transaction() as db:
            actions.close_episodes(db, today)
    learnt = _learn(database, now, due)
    episodes = posted = 0
    if due.readings or due.scopes or learnt:
        episodes, posted = _judge(database, now, chunk)
    if due.silences:
        more, notice_count = _silences(database, now)
        episodes, posted = episodes + more, posted + notice_count
    if is_full_run:
        with database.transaction() as db:
            actions.mark_all_due(db, today)
    if episodes:
        structlog.get_logger().info("thresholds.evaluated", episodes=episodes, posted=posted)
    return episodes, posted


def escalate(database: Database, now: datetime) -> int:
    """Notify the second people of unanswered exceedances; return of how many.

    Each batch is a transaction. If killed, the next call does the rest and repeats nothing.
    """
    count = 0
    for _round in range(MOST_ROUNDS):
        with database.transaction() as db:
            done = actions.escalate(db, now)
        if not done:
            break
        count += done
    return count


def _learn(database: Database, now: datetime, due: queries.DueWork) -> int:
    """Read the changed weather and store missing references; return how many were done."""
    done = 0
    if due.weather:
        with database.transaction() as db:
            done += actions.mark_weather_changes(db)
    for _round in range(MOST_ROUNDS if due.learning or due.weather else 0):
        with database.transaction() as db:
            more = actions.learn_chunk(db, now)
        if not more:
            break
        done += more
    return done


def _judge(database: Database, now: datetime, chunk: int) -> tuple[int, int]:
    after: int | None = 0
    episodes = posted = 0
    while after is not None:
        try:
            with uncollected(), database.transaction() as db:
                done = actions.evaluate_chunk(db, after, now, chunk)
        except Conflict:  # another evaluation is running: it, or the next call, does the rest
            structlog.get_logger().warning("thresholds.taken_over")
            break
        after, episodes, posted = done.last, episodes + done.episodes, posted + done.posted
    return episodes, posted


def _silences(database: Database, now: datetime) -> tuple[int, int]:
    episodes = posted = 0
    for _round in range(MOST_ROUNDS):
        with database.transaction() as db:
            more, notice_count = actions.evaluate_silences(db, now)
        if not more:
            break
        episodes, posted = episodes + more, posted + notice_count
    return episodes, posted
