"""Change bills, each in the caller's transaction."""

from data.money.bills.actions.entry import add, change, remove, restore
from data.money.bills.actions.sheets import keep_bills, sort_out_bills

__all__ = ["add", "change", "keep_bills", "remove", "restore", "sort_out_bills"]
