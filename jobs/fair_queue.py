"""Queue items for threads with a turn for each sender."""

from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

NEW_S = 3.0  # seconds: an older item probably waits for a slow line rather than computes
RECENT_S = 5.0  # seconds after its last item during which a sender counts as present


class Place(NamedTuple):
    """The queue of an item: its sender, and whether it is long."""

    sender: Hashable
    is_long: bool = False


@dataclass(frozen=True, eq=False)
class Turn(Generic[T]):
    """An item being processed since `begun_at`."""

    place: Place
    item: T
    begun_at: float


class FairQueue(Generic[T]):
    """Items by sender: at most `slots` are processed at once, `share` of one sender.

    While others are present, a sender has one new item at a time, because computing items slow the
    others down. Items processed for longer leave the rest of the share to their sender, so that a
    download over a slow line blocks nobody's next page.

    Long items have turns of their own, with at most half of the slots and of the share, so that
    slow senders do not keep others' long items waiting. A sender has at most `most` items waiting.
    Times are seconds of one monotonic clock.
    """

    def __init__(self, slots: int, share: int, most: int) -> None:
        self._slots = slots
        self._share = share
        self._most = most
        self._waiting: OrderedDict[Place, deque[T]] = OrderedDict()  # the next in turn first
        self._running: list[Turn[T]] = []
        self._served_at: dict[Hashable, float] = {}  # by sender, the oldest first

    def enqueue(self, place: Place, item: T) -> bool:
        """Add `item` to the queue; return False when too many of its sender wait already."""
        waiting = self._waiting.setdefault(place, deque())
        if len(waiting) >= self._most:
            return False
        waiting.append(item)
        return True

    def take(self, now: float) -> Turn[T] | None:
        """Start the next item in turn; return None while none can start."""
        if len(self._running) >= self._slots:
            return None
        for place, waiting in self._waiting.items():
            if self._has_room(place, now):
                turn = Turn(place, waiting.popleft(), now)
                self._running.append(turn)
                if waiting:
                    self._waiting.move_to_end(place)
                else:
                    del self._waiting[place]
                return turn
        return None

    def _has_room(self, place: Place, now: float) -> bool:
        own = [turn.begun_at for turn in self._running if turn.place == place]
        if place.is_long:
            long = sum(turn.place.is_long for turn in self._running)
            return long < max(1, self._slots // 2) and len(own) < max(1, self._share // 2)
        if len(own) >= self._share:
            return False
        return not own or own[-1] <= now - NEW_S or not self._has_others(place.sender, now)

    def _has_others(self, sender: Hashable, now: float) -> bool:
        """Return whether another sender waits, is being processed, or was recently."""
        while self._served_at:
            first = next(iter(self._served_at))
            if self._served_at[first] > now - RECENT_S:
                break
            del self._served_at[first]
        places = chain(self._waiting, (turn.place for turn in self._running))
        senders = chain((place.sender for place in places), self._served_at)
        return any(other != sender for other in senders)

    def done(self, turn: Turn[T], now: float) -> None:
        """End `turn`, whose item is finished."""
        self._running.remove(turn)
        self._served_at.pop(turn.place.sender, None)
        self._served_at[turn.place.sender] = now
