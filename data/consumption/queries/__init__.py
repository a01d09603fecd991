"""Reading consumption: every read starts from what the viewer may see."""

from data.consumption.queries.bars import series
from data.consumption.queries.days import daily_rows, day_detail
from data.consumption.queries.held import months_held
from data.consumption.queries.home import home_figures

__all__ = ["daily_rows", "day_detail", "home_figures", "months_held", "series"]
