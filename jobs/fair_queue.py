"""Queue items for threads with a turn for each sender."""

from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

NEW_S = 3.0  # an item computes; one at work for longer may wait for a slow line
RECENT_S = 5.0  # a sender counts as present that long after its last item


class Place(NamedTuple):
    """The queue of an item: its sender, and whether it is long."""

    sender: Hashable
    is_long: bool = False


@dataclass(frozen=True, eq=False)
class Turn(Generic[T]):
    """An item at work since `begun_at`."""

    place: Place
    item: T
    begun_at: float


class FairQueue(Generic[T]):
    """Items by sender: `slots` are worked on at once, `share` of one sender.

    While somebody else is present, one sender has one new item at work: it computes, and slows the
    others down. An item at work for longer leaves the rest of the share to its sender, so that a
    download over a slow line blocks nobody's next page.

    Of long items, whose senders have turns of their own, half of that at most, so that nobody keeps
    the long items of others waiting by being slow. One sender has `most` waiting at most. Instants
    are seconds of one steady clock.
    """

    def __init__(self, slots: int, share: int, most: int) -> None:
        self._slots = slots
        self._share = share
        self._most = most
        self._waiting: OrderedDict[Place, deque[T]] = OrderedDict()  # the next in turn first
        self._running: list[Turn[T]] = []
        self._served_at: dict[Hashable, float] = {}  # by sender, the longest ago first

    def enqueue(self, place: Place, item: T) -> bool:
        """Have `item` wait for its turn; False when too many of its sender wait already."""
        waiting = self._waiting.setdefault(place, deque())
        if len(waiting) >= self._most:
            return False
        waiting.append(item)
        return True

    def take(self, now: float) -> Turn[T] | None:
        """Begin the item whose turn it is; None while no slot is free for any."""
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
        """Whether somebody else waits, is at work, or was a moment ago."""
        while self._served_at:
            first = next(iter(self._served_at))
            if self._served_at[first] > now - RECENT_S:
                break
            del self._served_at[first]
        places = chain(self._waiting, (turn.place for turn in self._running))
        senders = chain((place.sender for place in places), self._served_at)
        return any(other != sender for other in senders)

    def done(self, turn: Turn[T], now: float) -> None:
        """End `turn`: its item is at work no more."""
        self._running.remove(turn)
        self._served_at.pop(turn.place.sender, None)
        self._served_at[turn.place.sender] = now
