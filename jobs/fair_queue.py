"""What waits for a thread, whoever sent it in turn: many requests of one do not hold up others."""

from collections import Counter, OrderedDict, deque
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Items by who sent them: *slots* are worked on at once, *share* of one sender.

    One sender has *most* waiting at most.
    """

    def __init__(self, slots: int, share: int, most: int) -> None:
        self._slots = slots
        self._share = share
        self._most = most
        self._waiting: OrderedDict[Hashable, deque[T]] = OrderedDict()  # the next in turn first
        self._running: Counter[Hashable] = Counter()

    def put(self, sender: Hashable, item: T) -> bool:
        """Have *item* wait for its turn; False when too many of its sender wait already."""
        waiting = self._waiting.setdefault(sender, deque())
        if len(waiting) >= self._most:
            return False
        waiting.append(item)
        return True

    def take(self) -> T | None:
        """The item whose turn it is, now worked on; None while no slot is free for any."""
        if self._running.total() >= self._slots:
            return None
        for sender, waiting in self._waiting.items():
            if self._running[sender] < self._share:
                item = waiting.popleft()
                self._running[sender] += 1
                if waiting:
                    self._waiting.move_to_end(sender)
                else:
                    del self._waiting[sender]
                return item
        return None

    def done(self, sender: Hashable) -> None:
        """An item of *sender* is worked on no more."""
        self._running[sender] -= 1
        if not self._running[sender]:
            del self._running[sender]
