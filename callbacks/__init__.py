"""Every group of callbacks. A callback reads its inputs, calls one query or action, and shows."""

from callbacks import (
    accounts,
    consumption,
    exports,
    frame,
    notifications,
    notifications_episode,
    notifications_ways,
    pces,
    rights,
    rights_drawer,
    rights_form,
    rights_import,
    runs,
    threshold_editor,
    threshold_episodes,
    threshold_many,
    threshold_sheets,
    thresholds,
)
from callbacks.group import Group

GROUPS: tuple[Group, ...] = (
    frame.on,
    consumption.on,
    pces.on,
    rights.on,
    rights_drawer.on,
    rights_form.on,
    rights_import.on,
    exports.on,
    runs.on,
    thresholds.on,
    threshold_episodes.on,
    threshold_editor.on,
    threshold_sheets.on,
    threshold_many.on,
    accounts.on,
    notifications.on,
    notifications_episode.on,
    notifications_ways.on,
)
