"""Create, change, end and remove prices, one by one or from a sheet."""

from data.metering.prices.actions.entry import (
    add,
    change,
    change_tariff,
    end,
    enter_tariff,
    remove,
    restore,
)
from data.metering.prices.actions.sheets import keep_prices, sort_out_prices

__all__ = [
    "add",
    "change",
    "change_tariff",
    "end",
    "enter_tariff",
    "keep_prices",
    "remove",
    "restore",
    "sort_out_prices",
]
