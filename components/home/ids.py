"""Ids of the home page."""

from enum import StrEnum


class Ids(StrEnum):
    CHART = "home-chart"
    ALERT_ON = "home-alert-on"  # value: whether the alert is on
    ALERT_VALUE = "home-alert-value"  # value: kWh, as typed
    ALERT_NOTE = "home-alert-note"
