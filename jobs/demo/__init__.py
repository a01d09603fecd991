"""A seeded, believable fleet: organisations, users, delivery points and years of gas."""

from jobs.demo.contracts import Desk
from jobs.demo.journal import Plan, interrupted, is_empty, is_loaded
from jobs.demo.loading import Loaded, load
from jobs.demo.many_controls import add_many_controls
from jobs.demo.people import ACCOUNTS, ORGANISATIONS

__all__ = [
    "ACCOUNTS",
    "ORGANISATIONS",
    "Desk",
    "Loaded",
    "Plan",
    "add_many_controls",
    "interrupted",
    "is_empty",
    "is_loaded",
    "load",
]
