"""What the bars of a chart are held against where a budget is on them: the same days each time."""

from collections.abc import Mapping
from functools import lru_cache

from data.consumption.rules.words import amount
from data.consumption.types import KEPT, Bucket, Series


@lru_cache(KEPT)
def _plans(series: Series) -> Mapping[int, int | None]:
    if series.planned is None:
        return {}
    pairs = zip(series.buckets, series.planned.values, strict=True)
    return {bucket.first.toordinal(): value for bucket, value in pairs}


def plan_of(bucket: Bucket, series: Series) -> int | None:
    """What a bar may be on its days with a value, or all such bars, in thousandths of the unit."""
    if bucket is series.total:
        known = [value for value in _plans(series).values() if value is not None]
        return sum(known) if known else None
    return _plans(series).get(bucket.first.toordinal())


def plan_gap(bucket: Bucket, series: Series) -> float | None:
    """How far above its plan, in percent; None without one. Both are of the days with a value."""
    bars = series.buckets if bucket is series.total else (bucket,)
    burnt = planned = 0
    for one in bars:
        plan, value = _plans(series).get(one.first.toordinal()), amount(one, series.view.unit)
        if plan is not None and value is not None:
            burnt += value
            planned += plan
    return 100 * (burnt - planned) / planned if planned else None
