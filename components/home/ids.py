"""Component ids of the home page."""

from enum import StrEnum


class Ids(StrEnum):
    CHART = "home-chart"
