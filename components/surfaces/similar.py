"""Render the energy of a site a square metre, and its place among similar sites."""

from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.kit.base import aria
from core.i18n import N_, _, number, plural
from data.metering.consumption.rules.similar import SIZES, quarter_of
from data.metering.consumption.types.similar import (
    FEWEST_SIMILAR,
    SimilarGroup,
    SimilarPlace,
    Spread,
)
from data.metering.surfaces.rules import USES

KWH = 1000
FINE = 10  # kWh/m² under which a decimal is shown
QUARTERS = (
    N_("quart le plus économe"),
    N_("moitié la plus économe"),
    N_("moitié la plus gourmande"),
    N_("quart le plus gourmand"),
)


def similar_card(place: SimilarPlace | None, station: str) -> Component:
    """Return what a site uses a m², its place among similar ones, and their spread.

    `place` is None without twelve months known, each with a surface.
    """
    title = _("Par m², parmi les sites semblables")
    if place is None:
        missing = _(
            "Pas encore de chiffre\u00a0: il faut douze mois connus, chacun sur sa surface."
        )
        return kit.card(html.P(missing, className="card-text"), title=title)
    figure = html.P(
        [html.B(kwh_per_m2(place.site.wh_per_m2)), " ", _("kWh/m² sur 12 mois")],
        className="similar-figure",
    )
    if place.site.group is None:
        missing = _("Choisissez son usage dans sa surface pour le comparer aux sites semblables.")
        if station == "":
            missing = _("Sans station météo, il n’est pas comparé\u00a0: le climat compterait.")
        return kit.card([figure, html.P(missing, className="card-text")], title=title)
    group = _(
        "{group}, même station météo ({station}), donc même climat",
        group=group_words(place.site.group),
        station=station,
    )
    if place.spread is None:
        few = plural(
            "Pas encore de groupe\u00a0: {count} site lisible de cette sorte, il en faut {most}.",
            "Pas encore de groupe\u00a0: {count} sites lisibles de cette sorte, il en faut {most}.",
            place.count,
            most=FEWEST_SIMILAR,
        )
        body: list[Component] = [html.P(few, className="card-text")]
    else:
        words = place_words(place, place.spread)
        body = [html.P(html.B(words)), *_spread(place, place.spread)]
    return kit.card([figure, html.Div(body)], title=title, hint=group)


def _spread(place: SimilarPlace, spread: Spread) -> list[Component]:
    words = _(
        "La moitié du groupe est entre {low} et {high}\u00a0kWh/m², la médiane à {median}\u00a0;"
        " de {least} à {most} en tout.",
        low=kwh_per_m2(spread.low),
        high=kwh_per_m2(spread.high),
        median=kwh_per_m2(spread.median),
        least=kwh_per_m2(spread.least),
        most=kwh_per_m2(spread.most),
    )
    return [strip(place.site.wh_per_m2, spread), html.P(words, className="muted small")]


def strip(value: int, spread: Spread) -> Component:
    """Return a line from the least to the most, its middle half, median, and the site as a dot."""
    width = max(1, spread.most - spread.least)

    def at(wh_per_m2: int) -> str:
        return f"{100 * (wh_per_m2 - spread.least) / width:.1f}%"

    half = f"{100 * (spread.high - spread.low) / width:.1f}%"
    parts = [
        html.Span(className="similar-half", style={"left": at(spread.low), "width": half}),
        html.Span(className="similar-median", style={"left": at(spread.median)}),
        html.Span(className="similar-site", style={"left": at(value)}),
    ]
    return html.Div(parts, className="similar-strip", **aria(hidden="true"))


def kwh_per_m2(wh_per_m2: int) -> str:
    kwh = wh_per_m2 / KWH
    return number(kwh, 1 if kwh < FINE else 0)


def place_words(place: SimilarPlace, spread: Spread) -> str:
    """Return `12e sur 34, moitié la plus économe`."""
    total = number(place.count)
    rank = plural("{count}er sur {total}", "{count}e sur {total}", place.rank, total=total)
    quarter = _(QUARTERS[quarter_of(place.site.wh_per_m2, spread)])
    return _("{place}, {quarter}", place=rank, quarter=quarter)


def group_words(group: SimilarGroup) -> str:
    """Return `Enseignement, 1 000 à 3 000 m²`."""
    use = _(USES[group.use])
    low = number(SIZES[group.size - 1]) if group.size else ""
    high = number(SIZES[group.size]) if group.size < len(SIZES) else ""
    if not low:
        return _("{use}, moins de {high} m²", use=use, high=high)
    if not high:
        return _("{use}, {low} m² et plus", use=use, low=low)
    return _("{use}, {low} à {high} m²", use=use, low=low, high=high)
