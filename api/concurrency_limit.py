"""Limit the number of costly requests that a person runs at once in a process."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import TooMany
from core.i18n import N_

MOST = 2
PATIENCE = 1.0  # seconds: fast typing waits for the previous request instead of being refused
AGAIN = 5  # seconds before retrying
_BUSY = N_("Un calcul est déjà en cours : attendez qu’il se termine.")


class Running:
    """Number of running calculations of each person; each person waits for their own only."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._counts: Counter[int] = Counter()

    @contextmanager
    def one_more(self, user_id: int, patience: float = PATIENCE) -> Iterator[None]:
        """Run the block as one of the user's `MOST`; raise TooMany when none ends in time."""
        with self._free:
            if not self._free.wait_for(lambda: self._counts[user_id] < MOST, patience):
                raise TooMany(_BUSY, seconds=AGAIN)
            self._counts[user_id] += 1
        try:
            yield
        finally:
            with self._free:
                self._counts[user_id] -= 1
                if not self._counts[user_id]:
                    del self._counts[user_id]
                self._free.notify_all()
