"""Render the columns of energy a square metre, and of the place among similar sites."""

from collections.abc import Mapping
from typing import Any

from components.kit import column
from components.surfaces.similar import kwh_per_m2
from core.i18n import _, number
from data.metering.consumption.types import FleetSort
from data.metering.consumption.types.similar import SimilarPlace


def similar_columns(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the columns of energy a square metre and of the place, in the style of `figures`."""
    return [
        column(FleetSort.INTENSITY, _("Par m²"), unit=_("kWh/an"), width=104, **figures),
        column(FleetSort.PLACE, _("Semblables"), unit=_("1er : économe"), width=128, **figures),
    ]


def similar_cells(place: SimilarPlace | None) -> dict[str, str]:
    return {FleetSort.INTENSITY: intensity_words(place), FleetSort.PLACE: rank_words(place)}


def figures_of(places: Mapping[int, SimilarPlace], by: FleetSort) -> dict[int, float]:
    """Return what sites are sorted by: energy a square metre, or the share of thriftier sites."""
    if by is FleetSort.INTENSITY:
        return {id_: place.site.wh_per_m2 for id_, place in places.items()}
    return {id_: place.rank / place.count for id_, place in places.items() if place.spread}


def intensity_words(place: SimilarPlace | None) -> str:
    return kwh_per_m2(place.site.wh_per_m2) if place else "–"


def rank_words(place: SimilarPlace | None) -> str:
    """Return `12 sur 34`, a dash without a group."""
    if place is None or place.spread is None:
        return "–"
    return _("{rank} sur {count}", rank=number(place.rank), count=number(place.count))
