"""Choose, draw and name the other period or site that the bars are compared with."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash.development.base_component import Component

from components.consumption.ids import Ids
from components.consumption.scale import DENSE, earlier
from components.consumption.sentence import value_words
from components.kit import Kpi, Palette, aria, date_field, delta, html, picker
from core.i18n import _, number, short_day
from data.metering.consumption.rules.labels import comparison_of, gap, one_of
from data.metering.consumption.rules.table import UNITS, reference_name
from data.metering.consumption.types import REFERENCE, Series

Trace = dict[str, Any]
DOTS = 62  # above this number of bars, no markers


def reference_fields(series: Series, rows: Sequence[tuple[str, str, str]]) -> Component:
    """Return the fields of the other period and of the other site."""
    reference = series.reference
    start = reference_start(series)
    site = reference.name if reference and reference.is_other else ""
    label = _("Autre site : nom, numéro ou commune")
    fields = [
        date_field(Ids.AGAINST, _("Autre période, à partir du"), start, series.history_first),
        html.Span(_("Autre site"), className="field-label", **aria(hidden="true")),
        picker(Ids.OTHER, label, site, _("Nom, PCE ou commune"), rows=rows),
    ]
    return html.Div(fields, className="consumption-reference")


def reference_start(series: Series) -> date | None:
    """Return the day chosen in the field, from which an alignment on weekdays may differ.

    None for another site over the same days, which nobody has to choose.
    """
    if series.reference is None or series.view.reference is None:
        return None
    return series.view.reference.first


def reference_traces(series: Series, colours: Palette) -> list[Trace]:
    """Return the values of the reference: squares on a dotted line, a plain line when dense."""
    if series.reference is None:
        return []
    values = [earlier(bucket, series, REFERENCE) for bucket in series.buckets]
    count = len(values)
    trace: Trace = {
        "type": "scatter",
        "name": "reference",
        "x0": 0,
        "dx": 1,
        "y": [None if value is None else value / 1000 for value in values],
        "mode": "lines+markers" if count <= DOTS else "lines",
        "connectgaps": False,
        "hoverinfo": "skip",
    }
    dash = {"dash": "dot"} if count <= DENSE else {}
    trace["line"] = {"color": colours.ink, "width": 1.5 if count <= DENSE else 1, **dash}
    if count <= DOTS:
        edge = {"color": colours.surface, "width": 1.5}
        trace["marker"] = {"symbol": "square", "size": 10, "color": colours.ink, "line": edge}
    return [trace]


def reference_kpis(series: Series) -> list[Kpi]:
    """Return the sum of the reference over the days known on both sides, and the gap."""
    unit = series.view.unit
    comparison = comparison_of(series.period_bucket, REFERENCE)
    difference = gap(comparison, unit)
    if series.reference is None or comparison is None or difference is None:
        return []
    then = one_of(unit, comparison.shared_wh, comparison.shared_dm3, comparison.shared_spent)
    days = _("sur {days} jours connus des deux côtés", days=number(comparison.days))
    value = value_words(then or 0, unit)
    return [Kpi(reference_name(series), value, UNITS[unit], [delta(difference), " ", days])]


def reference_word(series: Series) -> str:
    """Return the reference in the closed cell of the bar: a site, or since when."""
    reference = series.reference
    if reference is None:
        return ""
    start = reference_start(series) or reference.first
    return reference.name if reference.is_other else short_day(start)
