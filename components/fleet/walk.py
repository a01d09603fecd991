"""Render the way back to the list of drifts that led to a site, and to the sites beside it."""

from urllib.parse import urlencode

from dash.development.base_component import Component

from components.fleet.labels import PATH
from components.kit import html, icon_button
from components.kit.base import data
from components.kit.page import Crumb
from core.i18n import _, number
from data.analysis.signatures.types import DriftPlace
from data.metering.consumption.rules.drifts import read_drift_list
from data.metering.consumption.rules.fleet import write_fleet


def list_crumbs(drifts: str) -> tuple[Crumb, Crumb]:
    """Return the links to the fleet and to the list `drifts`."""
    return (_("Parc"), PATH), (_("Dérives"), PATH + write_fleet(read_drift_list(drifts)))


def rank_words(place: DriftPlace) -> str:
    """Return `1 sur 29`."""
    return _("{rank} sur {count}", rank=number(place.rank), count=number(place.count))


def turn_links(place: DriftPlace, path: str, drifts: str) -> Component:
    """Return the links to the pages at `path` of the sites before and after; J and K press them."""
    turns = (
        ("-1", place.before, _("Site précédent (touche K)"), "chevron-up"),
        ("1", place.after, _("Site suivant (touche J)"), "chevron-down"),
    )
    return html.Span(
        [
            icon_button(
                words,
                glyph,
                href=f"{path}?{urlencode({'pce': beside, 'drifts': drifts})}",
                className="consumption-turn",
                **data(turns=way),
            )
            for way, beside, words, glyph in turns
            if beside
        ],
        className="consumption-turns",
    )
