"""Query bills, and the readings of their days."""

from data.money.bills.queries.rows import (
    find_removed,
    get_bill,
    get_judged,
    list_bills,
    list_judged,
)

__all__ = ["find_removed", "get_bill", "get_judged", "list_bills", "list_judged"]
