"""Freeze the startup objects, and collect garbage more rarely during requests."""

import gc

_YOUNG = 20_000  # new containers before a pass: a chart makes two thousand, a pass in each is felt


def settle() -> None:
    """What stands now stands for good: passes spare it, and are ten times rarer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
