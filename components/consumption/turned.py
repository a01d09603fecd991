"""A figure in euros or in kg CO₂e: its parts, their sum, and the same as the screen has it."""

from urllib.parse import urlencode

from dash.development.base_component import Component

from components.consumption.sentence import quantity
from components.kit import Children, aria, card, chip, html, link, table
from data.consumption.rules.spending import thousandths
from data.consumption.rules.turning import turned_sum
from data.consumption.rules.words import factor_words
from data.consumption.types import Origin, Turned, TurnedLine, Unit
from data.prices.types import NANO
from i18n import _, number, short_day

EUR_DIGITS = 2
PRICE_DIGITS = 5


def turned_card(found: Origin) -> list[Component]:
    """Nothing where the screen counts in energy."""
    told = found.turned
    if told is None:
        return []
    body = _carbon(told) if told.carbon else _euros(found, told)
    return [card([*body, _ending(told)], title=_title(told))]


def shown_words(found: Origin) -> str:
    """The figure as the screen has it: in euros or in kg where it counts so."""
    if found.turned:
        return quantity(found.turned.value, found.turned.unit)
    return quantity(found.value, found.series.view.unit)


def counted_words(found: Origin) -> str:
    """What the sum of the readings is held against."""
    value = quantity(found.value, found.series.view.unit)
    if found.turned:
        return _("Énergie du chiffre : {value}.", value=value)
    return _("Chiffre affiché : {value}.", value=value)


def _title(told: Turned) -> str:
    return _("De cette énergie aux kg CO₂e") if told.carbon else _("De cette énergie aux euros")


def _carbon(told: Turned) -> list[Component]:
    said = _(
        "{energy} PCS × {factor}.",
        energy=quantity(told.energy_wh, Unit.KWH),
        factor=factor_words(told.carbon) if told.carbon else "",
    )
    return [html.P(said, className="card-text")]


def _euros(found: Origin, told: Turned) -> list[Component]:
    head = [
        _("Jours"), _("kWh PCS"), _("€/kWh PCS"), _("Part variable (€)"), _("Part fixe (€)"),
        _("Taux et TVA (€)"), _("Somme (€)"),
    ]  # fmt: skip
    caption = _("Ce que coûtent les jours comptés, par mois et par prix")
    listed = table(head, [_line(line) for line in told.lines], caption=caption, numbers=range(1, 7))
    said = _(
        "Part variable : kWh × prix du kWh, taxes par kWh comprises. Part fixe : les abonnements,"
        " répartis par jour. Taux : ce que les pourcentages ajoutent aux deux."
    )
    here = urlencode({"pce": found.series.number})
    prices = link(_("Voir les prix de ce PCE"), f"/prix?{here}")
    rows = html.Div(
        listed,
        className="consumption-origin-rows",
        tabIndex="0",
        role="region",
        **aria(label=caption),
    )
    return [*([rows] if told.lines else []), html.P([said, " ", prices], className="card-text")]


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


def _ending(told: Turned) -> Component:
    """The sum done again, then the same figure as the screen has it."""
    if told.value is None:
        return html.P(_("Aucun prix saisi ne couvre ces jours."), className="card-text")
    total = thousandths(turned_sum(told)) or 0
    share = told.value - total
    said = _("Somme : {sum}.", sum=_exact(total, told.unit))
    shown = _("Chiffre affiché : {value}.", value=_exact(told.value, told.unit))
    apart = _("Le reste, {value}, est la part des jours connus seulement par période.",
              value=_exact(share, told.unit)) if share else ""  # fmt: skip
    parts: list[str | Component] = [" ".join(filter(None, (said, apart, shown)))]
    if not share:
        parts += [" ", chip(_("Identiques"), tone="ok", icon="check-circle")]
    return html.P(parts, className="card-text")


def _exact(told: int, unit: Unit) -> str:
    """To the cent, or to the gram."""
    if unit is Unit.EUR:
        return f"{number(told / 1000, EUR_DIGITS)}\u00a0€"
    return quantity(told, unit)
