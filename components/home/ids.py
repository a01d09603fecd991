"""Ids of the home page."""

from enum import StrEnum


class Ids(StrEnum):
    CHART = "home-chart"
    ALERT_ON = "home-alert-on"  # value: whether the alert is on
    ALERT_VALUE = "home-alert-value"  # value: kWh, as typed
    ALERT_NOTE = "home-alert-note"
    TASK = "home-task"  # types of the ids below
    ASIDE = "home-aside"
    DISMISS = "home-dismiss"
    RESTORE = "home-restore"
    UNDO = "home-undo"  # in the toast


def task_place(kind: object) -> dict[str, object]:
    return _of_kind(Ids.TASK, kind)


def aside_place(kind: object) -> dict[str, object]:
    return _of_kind(Ids.ASIDE, kind)


def dismiss_button(kind: object) -> dict[str, object]:
    return _of_kind(Ids.DISMISS, kind)


def restore_button(kind: object) -> dict[str, object]:
    return _of_kind(Ids.RESTORE, kind)


def undo_button(kind: object) -> dict[str, object]:
    return _of_kind(Ids.UNDO, kind)


def _of_kind(type_: Ids, kind: object) -> dict[str, object]:
    return {"type": type_.value, "kind": int(kind) if isinstance(kind, int) else kind}
