"""What is said of prices and of the factor where several PCE are told in euros or in kg CO₂e."""

from dash.development.base_component import Component

from components.kit import button, card, empty, html, link
from data.access import Permission, Viewer
from data.consumption.rules.words import factor_words
from data.consumption.types import Together, Unit
from i18n import _, plural


def spending(found: Together) -> list[Component]:
    """Below the chart: whose prices these are, how many days have none; or the factor."""
    if found.asked.view.unit is Unit.CO2 and found.carbon:
        words = _("Facteur\u00a0: {factor}.", factor=factor_words(found.carbon))
        return [html.P(words, className="consumption-axis")]
    if found.asked.view.unit is not Unit.EUR:
        return []
    said = [_("D’après les prix de votre organisation, parts fixes et taxes comprises.")]
    if found.total.unpriced:
        said.append(
            plural(
                "{count} jour-PCE sans prix n’est pas compté.",
                "{count} jours-PCE sans prix ne sont pas comptés.",
                found.total.unpriced,
            )
        )
    if found.spread:
        said.append(
            _("L’énergie d’un mois où un prix change est répartie également entre ses jours.")
        )
    here = link(_("Voir les prix"), "/prix")
    return [html.P([" ".join(said), " ", here], className="consumption-axis")]


def unpriced(found: Together, viewer: Viewer) -> list[Component]:
    """In place of a chart that no price lets draw; nothing where there is one, or no value."""
    total = found.total
    if found.asked.view.unit is not Unit.EUR or total.value is not None or not total.unpriced:
        return []
    title = _("Aucun prix sur cette période")
    if viewer.may(Permission.PRICES_WRITE):
        text = _("Saisissez une fois vos prix : chaque consommation s’affichera en euros.")
        acts = [button(_("Saisir les prix"), href="/prix?new=1", kind="primary")]
    else:
        text = _("Un gestionnaire de votre organisation peut saisir les prix.")
        acts = [button(_("Voir les prix"), href="/prix", kind="primary")]
    return [card(empty("currency-euro", title, text, acts))]
