"""Rank each site within its group of similar ones, by energy a square metre."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from statistics import quantiles

from data.metering.consumption.types.similar import (
    FEWEST_SIMILAR,
    SimilarGroup,
    SimilarPlace,
    SiteIntensity,
    Spread,
)
from data.metering.surfaces.types import DM2

SIZES = (1_000, 3_000, 10_000)  # m²: bounds of the classes of size


def size_of(area_dm2: int) -> int:
    """Return the class of size of a surface: the number of `SIZES` that it reaches."""
    return bisect_right(SIZES, area_dm2 / DM2)


def rank_sites(sites: Iterable[SiteIntensity]) -> Mapping[int, SimilarPlace]:
    """Return the place of each site in its group, by PCE id; equal sites have the same rank."""
    groups: dict[SimilarGroup | None, list[SiteIntensity]] = {}
    for site in sites:
        groups.setdefault(site.group, []).append(site)
    places = {site.pce_id: SimilarPlace(site) for site in groups.pop(None, ())}
    for members in groups.values():
        values = sorted(site.wh_per_m2 for site in members)
        spread = spread_of(values)
        for site in members:
            rank = values.index(site.wh_per_m2) + 1
            places[site.pce_id] = SimilarPlace(site, len(values), rank, spread)
    return places


def spread_of(values: Sequence[int]) -> Spread | None:
    """Return the quartiles of sorted `values`, None below `FEWEST_SIMILAR`."""
    if len(values) < FEWEST_SIMILAR:
        return None
    low, median, high = (round(value) for value in quantiles(values, n=4, method="inclusive"))
    return Spread(values[0], low, median, high, values[-1])


def quarter_of(wh_per_m2: int, spread: Spread) -> int:
    """Return the quarter of its group in which a site is: 0 for the thriftiest, up to 3."""
    return bisect_left((spread.low, spread.median, spread.high), wh_per_m2)
