"""Types of reminders to holders."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recall:
    """What reminding the holders of a choice of rights would do."""

    due: tuple[str, ...]  # the uids of those that may be asked about again
    recent_count: int  # were asked about in the last days
    stopped: int  # whose holder wants no letter
    idle: int  # wait for no holder
    relayed: int = 0  # whose holder the distributor asks


@dataclass(frozen=True, slots=True)
class Recalled:
    """What it did."""

    written: int  # rights
    limited: int  # whose mailbox has had enough for a day
    preview: Recall
    uids: tuple[str, ...] = ()  # the rights written about
