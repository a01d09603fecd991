"""The words of consumption: readings, periods, files, views and series.

Energy is in Wh PCS, volume and indexes in dm³, coefficients in 1/10 000 kWh/m³, temperatures in
1/100 °C: integers, so that sums are exact. None is absent, and never 0. A gas day is a date: it
runs from that day 06:00 to the next 06:00, Paris time.
"""

from data.consumption.types.readings import (
    COUNT_NAMES,
    DayDetail,
    DayStatement,
    Delivery,
    FileFormat,
    Flag,
    Outcome,
    PeriodKind,
    PeriodStatement,
    Quality,
    ReadingsFile,
    Revision,
    Status,
)
from data.consumption.types.screen import (
    KEPT,
    Bucket,
    Ceiling,
    Comparison,
    DataKind,
    FleetMonth,
    Headline,
    HomeFigures,
    Mark,
    Preset,
    Series,
    Step,
    Unit,
    View,
)

__all__ = [
    "COUNT_NAMES",
    "KEPT",
    "Bucket",
    "Ceiling",
    "Comparison",
    "DataKind",
    "DayDetail",
    "DayStatement",
    "Delivery",
    "FileFormat",
    "Flag",
    "FleetMonth",
    "Headline",
    "HomeFigures",
    "Mark",
    "Outcome",
    "PeriodKind",
    "PeriodStatement",
    "Preset",
    "Quality",
    "ReadingsFile",
    "Revision",
    "Series",
    "Status",
    "Step",
    "Unit",
    "View",
]
