"""Describe the prices and the factor behind euros and kg CO₂e of several PCEs."""

from dash.development.base_component import Component

from components.colleagues import ask_by_role, sentence_of
from components.kit import button, card, empty, html, link
from core.access import Permission, Viewer
from core.i18n import _, plural
from data.metering.consumption.rules.labels import factor_words
from data.metering.consumption.types import CombinedSeries, Unit
from data.notifications.types import HelpSubject


def spending(combined_series: CombinedSeries) -> list[Component]:
    """Return whose prices apply and how many days have none, or the emission factor."""
    if combined_series.query.view.unit is Unit.CO2 and combined_series.carbon:
        words = _("Facteur\u00a0: {factor}.", factor=factor_words(combined_series.carbon))
        return [html.P(words, className="consumption-axis")]
    if combined_series.query.view.unit is not Unit.EUR:
        return []
    sentences = [_("D’après les prix de votre organisation, parts fixes et taxes comprises.")]
    if combined_series.total.unpriced:
        sentences.append(
            plural(
                "{count} jour-PCE sans prix n’est pas compté.",
                "{count} jours-PCE sans prix ne sont pas comptés.",
                combined_series.total.unpriced,
            )
        )
    if combined_series.spread:
        sentences.append(
            _("L’énergie d’un mois où un prix change est répartie également entre ses jours.")
        )
    here = link(_("Voir les prix"), "/prix")
    return [html.P([" ".join(sentences), " ", here], className="consumption-axis")]


def unpriced(combined_series: CombinedSeries, viewer: Viewer) -> list[Component]:
    """Return what replaces a chart without prices; empty if there are prices or no values."""
    total = combined_series.total
    if (
        combined_series.query.view.unit is not Unit.EUR
        or total.value is not None
        or not total.unpriced
    ):
        return []
    title = _("Aucun prix sur cette période")
    if viewer.may(Permission.PRICES_WRITE):
        text = _("Saisissez une fois vos prix : chaque consommation s’affichera en euros.")
        acts = [button(_("Saisir les prix"), href="/prix?new=1", kind="primary")]
    else:
        text = sentence_of((), HelpSubject.PRICES)
        acts = ask_by_role(HelpSubject.PRICES)
    return [card(empty("currency-euro", title, text, acts))]
