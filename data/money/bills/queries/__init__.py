"""Query bills, and the readings of their days."""

from data.money.bills.queries.rows import BILLS, get_bill, get_judged, list_bills, list_judged

__all__ = ["BILLS", "get_bill", "get_judged", "list_bills", "list_judged"]
