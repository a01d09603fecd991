"""Explain a figure in euros or kg CO₂e: its parts and their sum."""

from urllib.parse import urlencode

from dash.development.base_component import Component

from components.consumption.sentence import quantity
from components.kit import Children, aria, card, chip, html, link, table
from core.i18n import _, number, short_day
from data.metering.consumption.rules.labels import factor_words
from data.metering.consumption.rules.spending import thousandths
from data.metering.consumption.rules.unit_conversion import sum_converted
from data.metering.consumption.types import ConvertedFigure, FigureOrigin, TurnedLine, Unit
from data.metering.prices.types import NANO

EUR_DIGITS = 2
PRICE_DIGITS = 5


def conversion_cards(origin: FigureOrigin) -> list[Component]:
    """Return the conversion of the figure; empty if the screen shows energy."""
    conversion = origin.turned
    if conversion is None:
        return []
    body = _carbon(conversion) if conversion.carbon else _euros(origin, conversion)
    return [card([*body, _ending(conversion)], title=_title(conversion))]


def figure_text(origin: FigureOrigin) -> str:
    """Return the figure as the screen shows it: in euros or kg where selected."""
    if origin.turned:
        return quantity(origin.turned.value, origin.turned.unit)
    return quantity(origin.value, origin.series.view.unit)


def counted_figure_text(origin: FigureOrigin) -> str:
    """Return the energy figure with which the sum of the readings is compared."""
    value = quantity(origin.value, origin.series.view.unit)
    if origin.turned:
        return _("Énergie du chiffre : {value}.", value=value)
    return _("Chiffre affiché : {value}.", value=value)


def _title(conversion: ConvertedFigure) -> str:
    return (
        _("De cette énergie aux kg CO₂e") if conversion.carbon else _("De cette énergie aux euros")
    )


def _carbon(conversion: ConvertedFigure) -> list[Component]:
    sentence = _(
        "{energy} PCS × {factor}.",
        energy=quantity(conversion.energy_wh, Unit.KWH),
        factor=factor_words(conversion.carbon) if conversion.carbon else "",
    )
    return [html.P(sentence, className="card-text")]


def _euros(origin: FigureOrigin, conversion: ConvertedFigure) -> list[Component]:
    head = [
        _("Jours"), _("kWh PCS"), _("€/kWh PCS"), _("Part variable (€)"), _("Part fixe (€)"),
        _("Taux et TVA (€)"), _("Somme (€)"),
    ]  # fmt: skip
    caption = _("Ce que coûtent les jours comptés, par mois et par prix")
    listed = table(
        head, [_line(line) for line in conversion.lines], caption=caption, numbers=range(1, 7)
    )
    sentence = _(
        "Part variable : kWh × prix du kWh, taxes par kWh comprises. Part fixe : les abonnements,"
        " répartis par jour. Taux : ce que les pourcentages ajoutent aux deux."
    )
    here = urlencode({"pce": origin.series.number})
    prices = link(_("Voir les prix de ce PCE"), f"/prix?{here}")
    rows = html.Div(
        listed,
        className="consumption-origin-rows",
        tabIndex="0",
        role="region",
        **aria(label=caption),
    )
    return [
        *([rows] if conversion.lines else []),
        html.P([sentence, " ", prices], className="card-text"),
    ]


def _line(line: TurnedLine) -> list[Children]:
    span = _("du {first} au {last}", first=short_day(line.first), last=short_day(line.last))
    price = number(line.tariff.per_kwh_pcs / NANO, PRICE_DIGITS)
    if line.tariff.per_m3:
        by_volume = _("{price} €/m³", price=number(line.tariff.per_m3 / NANO, PRICE_DIGITS))
        price = f"{price} + {by_volume}" if line.tariff.per_kwh_pcs else by_volume
    parts = (line.variable, line.fixed, line.rates, line.total)
    return [span, number(line.energy_wh / 1000), price, *map(_money, parts)]


def _money(atto: int) -> str:
    return number((thousandths(atto) or 0) / 1000, EUR_DIGITS)


def _ending(conversion: ConvertedFigure) -> Component:
    """Return the recomputed sum, then the figure shown on the screen."""
    if conversion.value is None:
        return html.P(_("Aucun prix saisi ne couvre ces jours."), className="card-text")
    total = thousandths(sum_converted(conversion)) or 0
    share = conversion.value - total
    sum_sentence = _("Somme : {sum}.", sum=_exact(total, conversion.unit))
    figure_sentence = _(
        "Chiffre affiché : {value}.", value=_exact(conversion.value, conversion.unit)
    )
    remainder_sentence = _("Le reste, {value}, est la part des jours connus seulement par période.",
              value=_exact(share, conversion.unit)) if share else ""  # fmt: skip
    parts: list[str | Component] = [
        " ".join(filter(None, (sum_sentence, remainder_sentence, figure_sentence)))
    ]
    if not share:
        parts += [" ", chip(_("Identiques"), tone="ok", icon="check-circle")]
    return html.P(parts, className="card-text")


def _exact(amount_thousandths: int, unit: Unit) -> str:
    """Format an amount exactly: to the cent, or to the gram."""
    if unit is Unit.EUR:
        return f"{number(amount_thousandths / 1000, EUR_DIGITS)}\u00a0€"
    return quantity(amount_thousandths, unit)
