"""Every group of callbacks. A callback reads its inputs, calls one query or action, and shows."""

from callbacks.group import Group

GROUPS: tuple[Group, ...] = ()
