"""A seeded demonstration fleet: organisations, users, PCEs and years of readings."""

from jobs.demo.contracts import SealingDesk
from jobs.demo.journal import DemoPlan, interrupted, is_empty, is_loaded
from jobs.demo.loading import DemoLoad, load
from jobs.demo.many_controls import add_many_controls
from jobs.demo.people import ACCOUNTS, ORGANISATIONS

__all__ = [
    "ACCOUNTS",
    "ORGANISATIONS",
    "DemoLoad",
    "DemoPlan",
    "SealingDesk",
    "add_many_controls",
    "interrupted",
    "is_empty",
    "is_loaded",
    "load",
]
