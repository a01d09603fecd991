"""Every group of callbacks. A callback reads its inputs, calls one query or action, and shows."""

from callbacks import accounts, consumption, frame, pces, runs
from callbacks.group import Group

GROUPS: tuple[Group, ...] = (
    frame.on,
    consumption.on,
    pces.on,
    runs.on,
    accounts.on,
)
