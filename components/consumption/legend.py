"""What each drawing of the chart means, in words, beside a swatch of the same drawing."""

from dash.development.base_component import Component

from components.consumption.figure import shows_temperature
from components.consumption.limits import exceeded, limit_ends, limit_names
from components.consumption.scale import State, earlier, states
from components.consumption.source import LEGEND
from components.kit import html
from data.consumption.rules.table import TITLES, before_name
from data.consumption.rules.words import has_values
from data.consumption.types import Series, Step
from i18n import N_, _

_STATES = {
    State.MEASURED: N_("Consommation"),
    State.PRORATED: N_("Consommation répartie au prorata"),
    State.CURRENT: N_("En cours"),
    State.ESTIMATED: N_("E Estimé"),
    State.RECONSTRUCTED: N_("R Reconstitué par nous, d’après les index"),
    State.ABSENT: N_("Absent"),
    State.AWAITED: N_("Attendu"),
}
_CURRENT = {
    Step.WEEK: N_("Semaine en cours"),
    Step.MONTH: N_("Mois en cours"),
    Step.YEAR: N_("Année en cours"),
}


def legend(series: Series) -> list[Component]:
    """Only what is on the chart now."""
    if not has_values(series):
        return []
    present = frozenset(states(series))
    words = dict(_STATES) | {State.CURRENT: _CURRENT.get(series.view.step, _STATES[State.CURRENT])}
    if series.view.unit in TITLES:
        words[State.MEASURED] = TITLES[series.view.unit]
    if series.total and series.total.days_unpriced:
        words[State.ABSENT] = N_("Sans prix")
    items = [(kind.value, words[kind]) for kind in _STATES if kind in present]
    items[1:1] = [
        (f"before{years}", before_name(series.view.step, years))
        for years in series.view.compare
        if any(earlier(bucket, series, years) is not None for bucket in series.buckets)
    ]
    if exceeded(series):
        items.append(("above", N_("▲ Au-dessus du seuil")))
    if any(bucket.days_deposited for bucket in series.buckets):
        items.append(("deposited", LEGEND))
    lines = list(zip(limit_names(series), limit_ends(series), strict=True))
    after = [("temperature", N_("Température"))] if shows_temperature(series) else []
    return [
        *(_item(drawing, _(word)) for drawing, word in items),
        *([_item("budget", _("Budget, mêmes jours"))] if series.planned else []),
        *(_item("limit", _(name), end) for name, end in lines),
        *(_item(drawing, _(word)) for drawing, word in after),
    ]


def _item(drawing: str, words: str, short: str = "") -> Component:
    """*short* is for a phone alone."""
    more = [html.Span(short, className="consumption-short")] if short else []
    return html.Li([html.Span(className=f"swatch swatch-{drawing}"), html.Span(words), *more])
