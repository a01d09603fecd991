"""Compare the bars of a chart with the budget of the same days."""

from collections.abc import Mapping
from functools import lru_cache

from data.metering.consumption.rules.labels import amount
from data.metering.consumption.types import KEPT, Series, SeriesBucket


@lru_cache(KEPT)
def _plans(series: Series) -> Mapping[int, int | None]:
    if series.planned is None:
        return {}
    pairs = zip(series.buckets, series.planned.values, strict=True)
    return {bucket.first.toordinal(): value for bucket, value in pairs}


def plan_of(bucket: SeriesBucket, series: Series) -> int | None:
    """Return the budget of a bar, or of all bars for the total, in thousandths of the unit."""
    if bucket is series.total:
        plan_values = [value for value in _plans(series).values() if value is not None]
        return sum(plan_values) if plan_values else None
    return _plans(series).get(bucket.first.toordinal())


def plan_gap(bucket: SeriesBucket, series: Series) -> float | None:
    """Return the gap to the budget in percent over days with a value; None without a budget."""
    bars = series.buckets if bucket is series.total else (bucket,)
    burnt = planned = 0
    for bar in bars:
        plan, value = _plans(series).get(bar.first.toordinal()), amount(bar, series.view.unit)
        if plan is not None and value is not None:
            burnt += value
            planned += plan
    return 100 * (burnt - planned) / planned if planned else None
