"""Render the legend of the chart: a swatch and a label for each drawing."""

from dash.development.base_component import Component

from components.consumption.figure import has_band, shades_days_off, shows_temperature
from components.consumption.limits import limit_ends, limit_names, list_exceeded
from components.consumption.scale import BarState, earlier, states
from components.consumption.source import LEGEND
from components.kit import html
from core.i18n import N_, _
from data.metering.consumption.rules.labels import absence_word, has_values
from data.metering.consumption.rules.table import TITLES, before_name
from data.metering.consumption.types import Series, SeriesStep

_STATES = {
    BarState.MEASURED: N_("Consommation"),
    BarState.PRORATED: N_("Consommation répartie au prorata"),
    BarState.CURRENT: N_("En cours, incomplet"),
    BarState.ESTIMATED: N_("E Estimé"),
    BarState.RECONSTRUCTED: N_("R Reconstitué par nous, d’après les index"),
    BarState.ABSENT: N_("Absent"),
    BarState.AWAITED: N_("Attendu"),
}
_CURRENT = {
    SeriesStep.WEEK: N_("Semaine en cours, incomplète"),
    SeriesStep.MONTH: N_("Mois en cours, incomplet"),
    SeriesStep.YEAR: N_("Année en cours, incomplète"),
}
_INCOMPLETE = {
    SeriesStep.WEEK: N_("Semaine incomplète"),
    SeriesStep.MONTH: N_("Mois incomplet"),
    SeriesStep.YEAR: N_("Année incomplète"),
}


def legend(series: Series) -> list[Component]:
    """Return the items that the chart currently shows."""
    if not has_values(series):
        return []
    present = frozenset(states(series))
    names = _INCOMPLETE if _has_cut_bar(series) else _CURRENT
    words = dict(_STATES) | {
        BarState.CURRENT: names.get(series.view.step, _STATES[BarState.CURRENT])
    }
    if series.view.unit in TITLES:
        words[BarState.MEASURED] = TITLES[series.view.unit]
    if series.total and series.total.days_unpriced:
        words[BarState.ABSENT] = absence_word(series.view.unit)
    items = [(kind.value, words[kind]) for kind in _STATES if kind in present]
    items[1:1] = [
        (f"before{years}", before_name(series, years))
        for years in series.view.compared
        if any(earlier(bucket, series, years) is not None for bucket in series.buckets)
    ]
    if list_exceeded(series):
        items.append(("above", N_("▲ Au-dessus du seuil")))
    if any(bucket.days_deposited for bucket in series.buckets):
        items.append(("deposited", LEGEND))
    lines = list(zip(limit_names(series), limit_ends(series), strict=True))
    off = [("off", N_("Week-end, férié"))] if shades_days_off(series) else []
    after = [*off, ("temperature", N_("Température"))] if shows_temperature(series) else off
    return [
        *(_item(drawing, _(word)) for drawing, word in items),
        *([_item("similar", _("Moitié des sites semblables"))] if has_band(series) else []),
        *([_item("budget", _("Budget, mêmes jours"))] if series.planned else []),
        *(_item("limit", _(name), end) for name, end in lines),
        *(_item(drawing, _(word)) for drawing, word in after),
    ]


def _has_cut_bar(series: Series) -> bool:
    """Return whether a bar that is not the current one is drawn as incomplete."""
    return any(
        kind is BarState.CURRENT and not bucket.current
        for bucket, kind in zip(series.buckets, states(series), strict=True)
    )


def _item(drawing: str, words: str, short: str = "") -> Component:
    """Return a legend item; `short` is shown on phones only."""
    more = [html.Span(short, className="consumption-short")] if short else []
    return html.Li([html.Span(className=f"swatch swatch-{drawing}"), html.Span(words), *more])
