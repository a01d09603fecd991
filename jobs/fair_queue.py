"""What waits for a thread, whoever sent it in turn: many requests of one do not hold up others."""

from collections import Counter, OrderedDict, deque
from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Place(NamedTuple):
    """Whose turn an item waits for, among the short items or among the long ones."""

    sender: Hashable
    is_long: bool = False


class FairQueue(Generic[T]):
    """Items by who sent them: *slots* are worked on at once, *share* of one sender.

    Of long items, whose senders have turns of their own, half of that at most, so that nobody keeps
    the long items of others waiting by being slow. One sender has *most* waiting at most.
    """

    def __init__(self, slots: int, share: int, most: int) -> None:
        self._slots = slots
        self._share = share
        self._most = most
        self._waiting: OrderedDict[Place, deque[T]] = OrderedDict()  # the next in turn first
        self._running: Counter[Place] = Counter()

    def put(self, place: Place, item: T) -> bool:
        """Have *item* wait for its turn; False when too many of its sender wait already."""
        waiting = self._waiting.setdefault(place, deque())
        if len(waiting) >= self._most:
            return False
        waiting.append(item)
        return True

    def take(self) -> T | None:
        """The item whose turn it is, now worked on; None while no slot is free for any."""
        if self._running.total() >= self._slots:
            return None
        for place, waiting in self._waiting.items():
            if self._has_room(place):
                item = waiting.popleft()
                self._running[place] += 1
                if waiting:
                    self._waiting.move_to_end(place)
                else:
                    del self._waiting[place]
                return item
        return None

    def _has_room(self, place: Place) -> bool:
        if not place.is_long:
            return self._running[place] < self._share
        long = sum(count for other, count in self._running.items() if other.is_long)
        return long < max(1, self._slots // 2) and self._running[place] < max(1, self._share // 2)

    def done(self, place: Place) -> None:
        """An item of *place* is worked on no more."""
        self._running[place] -= 1
        if not self._running[place]:
            del self._running[place]
