"""Describe the weather-corrected comparison of the chart, or why there is none."""

from dash.development.base_component import Component

from components.consumption.sentence import Text
from components.kit import Kpi, digits_of, html, link
from components.signatures.labels import PATH, reason_words
from core.i18n import _, percent
from core.query_string import query_string
from data.analysis.signatures.types import Reason
from data.metering.consumption.rules.labels import climate_gap, comparison_of
from data.metering.consumption.types import Series, Unit


def weather_corrected_kpi(series: Series) -> Kpi | None:
    """Return the weather-corrected change over a year; None if it cannot be computed."""
    ratio = series.climate.year if series.climate else None
    gap = climate_gap(comparison_of(series.year, 1), ratio, series.view.unit)
    if gap is None:
        return None
    here = href_of(series)
    note: list[Text] = [
        _("même période, corrigée du climat"),
        " · ",
        link(_("signature"), here),
    ]
    return Kpi(_("À climat égal"), percent(gap, digits_of(gap)), None, note)


def correction_notes(series: Series) -> list[Component]:
    """Return why there is no weather correction, with a link to the energy signature."""
    if series.climate is None or not series.climate.reason:
        return _partial_correction_text(series)
    sentence = _(
        "Pas de correction climatique : {reason}.",
        reason=reason_words(Reason(series.climate.reason)),
    )
    more = link(_("Voir la signature"), href_of(series))
    return [html.P([sentence, " ", more], className="consumption-axis")]


def _partial_correction_text(series: Series) -> list[Component]:
    """Return why some bars have no weather correction when others do."""
    climate = series.climate
    if climate is None or not climate.by_bar or None not in climate.bars:
        return []
    if series.view.unit is Unit.EUR:
        return []
    sentence = _(
        "« – » à climat égal : météo trop douce ou trop différente d’une année à l’autre, ou"
        " températures ou jours comparables manquants."
    )
    return [html.P(sentence, className="consumption-axis")]


def href_of(series: Series) -> str:
    """Return the address of the energy signature of the PCE."""
    return f"{PATH}?{query_string({'pce': series.number, 'drifts': series.view.drifts}, '')}"
