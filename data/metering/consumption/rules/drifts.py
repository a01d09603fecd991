"""Sort the drifts of sites by what they cost, or by another figure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from data.metering.consumption.rules.fleet import read_fleet, write_fleet
from data.metering.consumption.types import DriftSort, FleetPart, FleetRow, FleetView
from data.metering.pces.rules import folded

DEFAULT_LIST = "1"
_LONGEST = 300  # characters read from an address
NO_INTENSITIES: Mapping[int, int] = MappingProxyType({})


def sort_drifts(
    rows: Sequence[FleetRow],
    by: DriftSort = DriftSort.EUROS,
    *,
    upwards: bool = False,
    intensities: Mapping[int, int] = NO_INTENSITIES,
) -> list[FleetRow]:
    """Sort `rows` by drift or another figure, largest first unless `upwards`; by name, A to Z.

    In euros, a drift without a price is ranked at the mean price of the others. `intensities` are
    in Wh a m², by PCE id; a site without one comes last.
    """
    mean = get_mean_price(rows) or 1

    def key_of(row: FleetRow) -> tuple[Any, ...]:
        gap_wh = row.equal.gap_wh if row.equal else 0
        match by:
            case DriftSort.EUROS:
                return gap_wh * (mean if row.price is None else row.price), row.id
            case DriftSort.KWH:
                return gap_wh, row.id
            case DriftSort.PERCENT:
                return (row.equal.percent if row.equal else None) or 0, row.id
            case DriftSort.INTENSITY:
                return intensities.get(row.id, math.inf if upwards else -math.inf), row.id
            case DriftSort.YEAR:
                return row.energy_wh or 0, row.id
        return folded(row.alias or row.number), row.id

    return sorted(rows, key=key_of, reverse=upwards is (by is DriftSort.SITE))


def get_mean_price(rows: Sequence[FleetRow]) -> int | None:
    """Return the mean price of one more Wh of `rows`, in atto-euros; None without any."""
    prices = [row.price for row in rows if row.price is not None]
    return sum(prices) // len(prices) if prices else None


def write_drift_list(view: FleetView) -> str:
    """Return the filters and the order of a list of drifts, to be carried by an address."""
    drifts = replace(view, part=FleetPart.DRIFT, day=None, expanded=False)
    return write_fleet(drifts).removeprefix("?") or DEFAULT_LIST


def read_drift_list(text: str) -> FleetView:
    """Parse what `write_drift_list` wrote, ignoring what is invalid."""
    view = read_fleet(dict(parse_qsl(text[:_LONGEST])))
    return replace(view, part=FleetPart.DRIFT, day=None, expanded=False)


def clean_drift_list(text: str) -> str:
    """Return the list of drifts in an address as `write_drift_list` writes it; "" for none."""
    return write_drift_list(read_drift_list(text)) if text else ""
