"""Render the strip under the chart: three years by month, with the ends of the period shown."""

import json

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components.consumption.ids import Ids
from components.consumption.scale import BarState, state
from components.kit import aria, button, data, html
from core.i18n import _, month_year
from data.metering.consumption.rules.labels import days_known, has_values
from data.metering.consumption.types import Preset, Series, SeriesBucket, SeriesStep

FEWEST = 3  # months: with fewer there is nothing to choose from
_HATCHED = frozenset({BarState.ABSENT, BarState.AWAITED, BarState.CURRENT})
LOWEST = 2  # percent of the height: a month of little gas is seen


def overview(series: Series) -> list[Component]:
    """Return the strip; `series` is by month over all the months of the strip.

    `assets/consumption-overview.js` places the ends and sends the months chosen.
    """
    months = series.buckets
    if len(months) < FEWEST or not has_values(series):
        return []
    strip = html.Div(
        [
            html.Div(
                [*_bars(months), html.Span(className="overview-window")],
                className="overview-bars",
                **aria(hidden="true"),
            ),
            *_handle(Ids.OVERVIEW_FIRST, _("Début de la période affichée"), len(months)),
            *_handle(Ids.OVERVIEW_LAST, _("Fin de la période affichée"), len(months)),
        ],
        className="overview-strip",
        role="group",
        **aria(label=_("Période affichée, parmi trois ans")),
        **data(
            months=json.dumps([series.first.isoformat(), *_starts(months)[1:]]),
            names=json.dumps([month_year(bucket.first) for bucket in months]),
            last=series.last.isoformat(),
        ),
    )
    return [strip, html.Div([*_years(months), _whole_button()], className="overview-foot")]


def _starts(months: tuple[SeriesBucket, ...]) -> list[str]:
    return [bucket.first.replace(day=1).isoformat() for bucket in months]


def _bars(months: tuple[SeriesBucket, ...]) -> list[Component]:
    """Return a bar a month, hatched as on the chart; one without value has the whole height."""
    top = max(bucket.energy_wh or 0 for bucket in months) or 1
    bars: list[Component] = []
    for bucket in months:
        share = max(LOWEST, 100 * (bucket.energy_wh or 0) / top) if days_known(bucket) else 100
        is_hatched = state(bucket, SeriesStep.MONTH) in _HATCHED
        look = "overview-bar" + (" overview-incomplete" if is_hatched else "")
        style = {"height": f"{share if bucket.days else 0:.1f}%"}
        bars.append(html.Span(className=look, style=style))
    return bars


def _handle(id_: Ids, label: str, months: int) -> list[Component]:
    """Return an end of the period: a native range, which arrow keys and fingers move by a month."""
    hidden_label = html.Label(label, htmlFor=id_, className="visually-hidden")
    return [
        hidden_label,
        dbc.Input(
            id=id_, type="range", min=0, max=months, step=1, value=0, class_name="overview-end"
        ),
    ]


def _years(months: tuple[SeriesBucket, ...]) -> list[Component]:
    """Return the years, each below its first month; one too short for its name has none."""
    labels = []
    for rank, bucket in enumerate(months):
        if (rank == 0 or bucket.first.month == 1) and bucket.first.month <= 10:  # noqa: PLR2004
            place = {"left": f"{100 * rank / len(months):.2f}%"}
            labels.append(html.Span(str(bucket.first.year), style=place))
    return [html.Div(labels, className="overview-years", **aria(hidden="true"))]


def _whole_button() -> Component:
    return button(_("Tout voir"), kind="ghost", small=True, **data(zoom=Preset.YEARS3))
