"""Work queue: what waits is a row, and one worker at a time has it.

An item is `ready`, then `leased`, then `done`, `dead` (given up), or `waiting` for an instant and
`ready` again. When a worker dies, its lease ends and another one takes the item. Each change of a
claimed item names its `turn`: a former worker gets LeaseLost and its transaction is rolled back, so
what a handler writes with its outcome is written once.

Owners take turns: the rank of a ready item is one more than the last of its owner, and never before
the head of the line. An owner with 100,000 items and one with a single item are served one each.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, literal, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.database import run_before_commit
from core.queue_models import QueueItem, has_state
from core.queue_types import ClaimedItem, ItemState, Lease, LeaseLost, NewItem, Progress, WorkKind
from core.records import copy_fields
from core.tables import Instant, upsert

CHANNEL = "queue_items"  # PostgreSQL notifies the workers on it
INTERRUPTED = "interrupted too often: its worker died each time"
BLOCK = 500  # rows in one statement
LONGEST_ERROR = 500
AHEAD = timedelta(hours=1)  # a lease that ends later was given by a wrong clock
_COLUMNS = [getattr(QueueItem, name) for name in ClaimedItem.__dataclass_fields__]


def enqueue(
    db: Session, kind: WorkKind, item: NewItem, now: datetime, *, rerun: bool = False
) -> bool:
    """Write an item in the caller's transaction; return False if its key exists.

    With `rerun` the existing item runs again: at the item's time if it is over or waits for a later
    one, or after the current run.
    """
    return enqueue_many(db, kind, [item], now, rerun=rerun) == 1


def enqueue_many(
    db: Session, kind: WorkKind, items: Iterable[NewItem], now: datetime, *, rerun: bool = False
) -> int:
    """Write items in the caller's transaction; return how many are new (or run again)."""
    line = _Line(db, kind.pool)
    rows = [_row_of(kind, item, line, now) for item in items]
    if not rows:
        return 0
    keys = {"index_elements": ["kind", "key"]}
    statement = upsert(db, QueueItem).on_conflict_do_nothing(**keys)
    if rerun:
        insertion = upsert(db, QueueItem)
        rerun_values = _run_again(insertion.excluded.not_before)
        statement = insertion.on_conflict_do_update(**keys, set_=rerun_values)
    counted = statement.inline().execution_options(preserve_rowcount=True)
    result = db.connection().execute(counted, rows if len(rows) > 1 else rows[0])
    line.notify_workers()
    return int(result.rowcount)


def wake(db: Session, kind: WorkKind, item: NewItem, now: datetime) -> None:
    """Run the item of a key again, like `enqueue` with `rerun`, at the end of `db`.

    Many transactions wake the same items. Each locks them for a moment, in the order of their keys,
    so that waits are short and without deadlock.
    """
    if (wakes := db.info.get("wakes")) is None:
        wakes = db.info["wakes"] = {}
        run_before_commit(db, lambda: _write_wakes(db, wakes))
    place = kind.name, str(item.key)
    previous = wakes.get(place)
    if previous is None or (item.not_before or now) < (previous[1].not_before or previous[2]):
        wakes[place] = kind, item, now


def _write_wakes(
    db: Session, wakes: dict[tuple[str, str], tuple[WorkKind, NewItem, datetime]]
) -> None:
    for _place, (kind, item, now) in sorted(wakes.items(), key=itemgetter(0)):
        enqueue(db, kind, item, now, rerun=True)


def _row_of(kind: WorkKind, item: NewItem, line: "_Line", now: datetime) -> dict[str, Any]:
    priority = kind.priority if item.priority is None else item.priority
    is_due = item.not_before is None or item.not_before <= now
    return {
        "kind": kind.name,
        "pool": kind.pool,
        "owner": item.owner,
        "priority": priority,
        "rank": line.next_rank(priority, item.owner) if is_due else 0,
        "key": item.key,
        "payload": dict(item.payload),
        "state": ItemState.READY if is_due else ItemState.WAITING,
        "not_before": item.not_before or now,
        "max_attempts": kind.policy.max_attempts,
        "created_at": now,
    }


def _run_again(instant: ColumnElement[datetime]) -> dict[str, Any]:
    """Return the new values of an item that is enqueued again, for `instant`, under its key."""
    is_over = or_(has_state(ItemState.DONE), has_state(ItemState.DEAD))
    is_early = and_(has_state(ItemState.WAITING), QueueItem.not_before > instant)
    has_begun = or_(QueueItem.rerun, has_state(ItemState.LEASED), QueueItem.cursor.is_not(None))
    return {
        "rerun": case((is_over, False), else_=has_begun),
        "state": case((is_over, ItemState.WAITING), else_=QueueItem.state),
        "attempts": case((is_over, 0), else_=QueueItem.attempts),
        "cursor": case((is_over, None), else_=QueueItem.cursor),
        "not_before": case((or_(is_over, is_early), instant), else_=QueueItem.not_before),
        "finished_at": case((is_over, None), else_=QueueItem.finished_at),
    }


def is_unfinished(kind: WorkKind, owner: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return the SQL condition that an owner has unfinished work of a kind."""
    states = ItemState.WAITING, ItemState.READY, ItemState.LEASED
    work = select(QueueItem.owner).where(QueueItem.kind == kind.name, QueueItem.state.in_(states))
    return owner.in_(work)


class _Line:
    """Assigns ranks in the line of a pool, taking owners in turn."""

    def __init__(self, db: Session, pool: str) -> None:
        self._db, self._pool = db, pool
        self._next: dict[tuple[int, int], int] = {}
        self._was_empty = False

    def _is_ready(self, priority: int) -> ColumnElement[bool]:
        in_line = QueueItem.pool == self._pool, QueueItem.priority == priority
        return and_(has_state(ItemState.READY), *in_line)

    def rank_after_slice(self, item: ClaimedItem) -> int:
        """Return a rank after the first item of others, and before those of the same owner."""
        ready, mine = self._is_ready(item.priority), QueueItem.owner == item.owner
        first = [
            select(func.min(QueueItem.rank)).where(ready, is_whose).scalar_subquery()
            for is_whose in (~mine, mine)
        ]
        others, own = self._db.execute(select(*first)).one()
        self._was_empty |= others is None and own is None
        rank = int(own or 0) if others is None else int(others) + 1
        if own is not None and own <= rank:
            behind = update(QueueItem).where(ready, mine)
            self._db.connection().execute(behind.values(rank=QueueItem.rank + (rank - own + 1)))
        return rank

    def next_rank(self, priority: int, owner: int) -> int:
        place = priority, owner
        if place not in self._next:
            ready = self._is_ready(priority)
            head = select(func.min(QueueItem.rank)).where(ready).scalar_subquery()
            last = select(func.max(QueueItem.rank)).where(ready, QueueItem.owner == owner)
            first, latest = self._db.execute(select(head, last.scalar_subquery())).one()
            self._was_empty |= first is None
            self._next[place] = max(first or 0, -1 if latest is None else latest + 1)
        rank = self._next[place]
        self._next[place] = rank + 1
        return rank

    def notify_workers(self) -> None:
        """Wake workers at commit; those of a line that was not empty are awake already."""
        if self._was_empty and self._db.connection().dialect.name == "postgresql":
            self._db.execute(select(func.pg_notify(CHANNEL, self._pool)))


def list_ready_pools(db: Session, pools: Collection[str]) -> list[str]:
    """Return those of `pools` that have something to claim."""
    ready = {
        pool: select(QueueItem.id)
        .where(has_state(ItemState.READY), QueueItem.pool == pool)
        .exists()
        .label(pool)
        for pool in pools
    }
    row = db.execute(select(*ready.values())).one()
    return [pool for pool, is_ready in zip(ready, row, strict=True) if is_ready]


def claim(db: Session, pool: str, lease: Lease, now: datetime, limit: int = 1) -> list[ClaimedItem]:
    """Lease the first `limit` ready items of a pool, in the order of the line."""
    picked = (
        select(QueueItem.id)
        .where(has_state(ItemState.READY), QueueItem.pool == pool, _is_below_cap(pool, lease))
        .order_by(QueueItem.priority, QueueItem.rank, QueueItem.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # PostgreSQL; SQLite has one writer at a time
        .cte("picked")
    )
    rows = db.execute(
        update(QueueItem)
        .where(QueueItem.id.in_(select(picked.c.id)), has_state(ItemState.READY))
        .values(
            state=ItemState.LEASED,
            turn=QueueItem.turn + 1,
            attempts=QueueItem.attempts + 1,
            lease_until=now + timedelta(seconds=lease.seconds),
            worker=lease.worker,
            started_at=func.coalesce(QueueItem.started_at, literal(now, Instant())),
        )
        .returning(*_COLUMNS)
        .execution_options(synchronize_session=False)
    )
    items = [copy_fields(ClaimedItem, row) for row in rows]
    return sorted(items, key=lambda item: (item.priority, item.rank, item.id))


def _is_below_cap(pool: str, lease: Lease) -> ColumnElement[bool]:
    """Return the SQL condition that the owner of an item may have one more in hand."""
    if lease.most_of_owner is None:
        return true()
    leased = select(QueueItem.owner).where(has_state(ItemState.LEASED), QueueItem.pool == pool)
    busy = leased.group_by(QueueItem.owner).having(func.count() >= lease.most_of_owner)
    return QueueItem.owner.not_in(busy)


def heartbeat(db: Session, items: Collection[ClaimedItem], now: datetime, lease: Lease) -> None:
    """Extend the leases of the items that their worker still holds."""
    if items:
        claims = [(QueueItem.id == item.id) & (QueueItem.turn == item.turn) for item in items]
        until = now + timedelta(seconds=lease.seconds)
        leased = update(QueueItem).where(has_state(ItemState.LEASED), or_(*claims))
        db.execute(leased.values(lease_until=until).execution_options(synchronize_session=False))


def confirm_lease(db: Session, item: ClaimedItem) -> None:
    """Raise LeaseLost unless the worker still holds the item; it does until the commit."""
    _update_leased(db, item, worker=QueueItem.worker)


def checkpoint(db: Session, item: ClaimedItem, progress: Progress) -> None:
    """Record progress in the transaction of the work done so far; raise LeaseLost if it is lost."""
    _update_leased(db, item, **_columns_of(progress), attempts=1)


def succeed(db: Session, item: ClaimedItem, now: datetime) -> None:
    """End an item, or have it worked on again if that was asked for meanwhile."""
    runs_again = QueueItem.rerun
    _release(
        db,
        item,
        state=case((runs_again, ItemState.WAITING), else_=ItemState.DONE),
        attempts=case((runs_again, 0), else_=QueueItem.attempts),
        not_before=case((runs_again, literal(now, Instant())), else_=QueueItem.not_before),
        finished_at=now,
        cursor=None,
        error="",
    )


def continue_later(db: Session, item: ClaimedItem, progress: Progress, now: datetime) -> None:
    """Release an item after a slice; it continues at its cursor after another owner's turn."""
    line = _Line(db, item.pool)
    place = {"state": ItemState.READY, "rank": line.rank_after_slice(item)}
    released = {"not_before": now, "lease_until": None, "attempts": 0}
    _update_leased(db, item, **place, **released, **_columns_of(progress))  # keeps `rerun`
    line.notify_workers()


def _columns_of(progress: Progress) -> dict[str, Any]:
    return {
        "cursor": dict(progress.cursor),
        "done": progress.done,
        "total": progress.total,
    }


def retry(
    db: Session, item: ClaimedItem, error: str, at: datetime, *, counted: bool = True
) -> None:
    """Retry an item at a time; `counted` is false when the failure is not the item's own.

    An uncounted item that was enqueued again meanwhile is retried at once.
    """
    attempts = item.attempts
    instant: ColumnElement[datetime] = literal(at, Instant())
    if not counted:
        attempts -= 1
        instant = case((QueueItem.rerun, QueueItem.created_at), else_=instant)
    values = {"attempts": attempts, "error": error[:LONGEST_ERROR]}
    _release(db, item, state=ItemState.WAITING, not_before=instant, **values)


def fail(db: Session, item: ClaimedItem, error: str, now: datetime) -> None:
    """Fail an item for good: it stays as a dead letter."""
    _release(db, item, state=ItemState.DEAD, finished_at=now, error=error[:LONGEST_ERROR])


def hand_back(db: Session, items: Collection[ClaimedItem]) -> None:
    """Put untouched items back at their place; ignore those that are no longer held."""
    for item in items:
        db.execute(
            update(QueueItem)
            .where(QueueItem.id == item.id, QueueItem.turn == item.turn)
            .where(has_state(ItemState.LEASED))
            .values(state=ItemState.READY, lease_until=None, attempts=QueueItem.attempts - 1)
            .execution_options(synchronize_session=False)
        )


def _release(db: Session, item: ClaimedItem, **values: Any) -> None:  # noqa: ANN401 (columns)
    _update_leased(db, item, lease_until=None, rerun=False, **values)


def _update_leased(db: Session, item: ClaimedItem, **values: Any) -> None:  # noqa: ANN401 (columns)
    same_turn = QueueItem.id == item.id, QueueItem.turn == item.turn, has_state(ItemState.LEASED)
    changed = update(QueueItem).where(*same_turn).values(**values)
    if db.connection().execute(changed).rowcount != 1:
        raise LeaseLost(item)


def needs_sweep(db: Session, now: datetime) -> bool:
    """Return whether an item is due, or held by a dead worker."""
    due = select(QueueItem.id).where(has_state(ItemState.WAITING), QueueItem.not_before <= now)
    stuck = select(QueueItem.id).where(has_state(ItemState.LEASED), _is_expired(now))
    return db.scalar(due.limit(1)) is not None or db.scalar(stuck.limit(1)) is not None


def _is_expired(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition that a lease has expired, or was given by a wrong clock."""
    return or_(QueueItem.lease_until < now, QueueItem.lease_until > now + AHEAD)


def promote_due(db: Session, now: datetime, limit: int = BLOCK) -> int:
    """Give a place in the line to waiting items whose time has come; return how many."""
    due = (
        select(QueueItem.id, QueueItem.pool, QueueItem.priority, QueueItem.owner)
        .where(has_state(ItemState.WAITING), QueueItem.not_before <= now)
        .order_by(QueueItem.not_before, QueueItem.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    lines: dict[str, _Line] = {}
    ranks = []
    for row in db.execute(due):
        line = lines.setdefault(row.pool, _Line(db, row.pool))
        ranks.append({"id": row.id, "rank": line.next_rank(row.priority, row.owner)})
    if ranks:
        db.execute(update(QueueItem), [row | {"state": ItemState.READY} for row in ranks])
    for line in lines.values():
        line.notify_workers()
    return len(ranks)


def release_stuck(db: Session, now: datetime, limit: int = BLOCK) -> list[ClaimedItem]:
    """Hand back the items of dead workers at their old rank; return those that failed for good."""
    query = (
        select(*_COLUMNS)
        .where(has_state(ItemState.LEASED), _is_expired(now))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    given_up = []
    for item in [copy_fields(ClaimedItem, row) for row in db.execute(query)]:
        if item.attempts >= item.max_attempts:
            fail(db, item, INTERRUPTED, now)
            given_up.append(item)
        else:
            _update_leased(db, item, state=ItemState.READY, lease_until=None)
    return given_up


def prune(db: Session, before: datetime, limit: int = 10 * BLOCK) -> int:
    """Delete done items that ended before a time, which frees their keys; return how many."""
    expired = select(QueueItem.id).where(has_state(ItemState.DONE), QueueItem.finished_at < before)
    over = delete(QueueItem).where(QueueItem.id.in_(expired.limit(limit)))
    return db.connection().execute(over).rowcount
