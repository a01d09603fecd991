"""Types of reminders to holders."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recall:
    """What reminding the holders of chosen rights would do."""

    due: tuple[str, ...]  # the uids that may be asked about again
    recent_count: int  # asked about in the last days
    stopped: int  # whose holder opted out of letters
    idle: int  # that wait for no holder
    relayed: int = 0  # whose holder the distributor asks


@dataclass(frozen=True, slots=True)
class Recalled:
    """The outcome of a reminder."""

    written: int  # rights
    limited: int  # whose mailbox reached its daily limit
    preview: Recall
    uids: tuple[str, ...] = ()  # the rights written about
