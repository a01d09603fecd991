"""Freeze the startup objects, and collect garbage more rarely during requests."""

import gc

_YOUNG = 20_000  # new containers before a collection: a chart creates two thousand


def settle() -> None:
    """Exclude the current objects from collection, and collect ten times more rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
