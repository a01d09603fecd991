"""Show the days of a period as a calendar of weeks, and how their values are distributed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from statistics import median
from typing import Any

from dash.development.base_component import Component

from components.consumption.gestures import PATH, address
from components.consumption.scale import SPACING
from components.consumption.table import absence_of
from components.kit import (
    aria,
    base_layout,
    button,
    card,
    empty,
    graph,
    html,
    lead,
    page,
    palette,
)
from core.access import Viewer
from core.i18n import (
    _,
    number,
    short_day,
    short_month,
    weekday_initial,
    weekday_short,
)
from data.metering.consumption.rules.calendar import is_day_off
from data.metering.consumption.rules.labels import amount
from data.metering.consumption.rules.table import UNITS
from data.metering.consumption.rules.view import write_view
from data.metering.consumption.types import Series, SeriesBucket, View

DAYS = f"{PATH}/jours"
HEIGHT = 300  # px
LEVELS = 5  # of the calendar, each with as many days
BINS = 16  # at most, of the distribution
WEEK = 7
LAST_WEEKS = 3  # columns that a name of a month takes


def days_address(view: View) -> str:
    """Return the address of the days of a view."""
    return f"{DAYS}?{write_view(replace(view, day=None, episode=None))}"


def days_page(series: Series, viewer: Viewer, back: View) -> Component:
    """Return the page of the days of `series`, whose bars are days; `back` is the chart's view."""
    name = series.alias or series.number
    known_days = [bar for bar in series.buckets if amount(bar, series.view.unit) is not None]
    return page(
        _("Jours"),
        None,
        crumbs=((name, address(back)), (_("Jours"), None)),
        actions=[button(_("Revenir au graphique"), href=address(back), icon="bar-chart")],
        lead=lead(days_sentence(series, known_days)),
        children=_cards(series, known_days, viewer.theme) if known_days else [_nothing()],
    )


def _nothing() -> Component:
    text = _("Choisissez une autre période sur le graphique.")
    return empty("calendar-week", _("Aucun jour connu"), text)


def _cards(series: Series, known_days: Sequence[SeriesBucket], theme: str) -> list[Component]:
    unit = UNITS[series.view.unit]
    label = days_sentence(series, known_days)
    figure = distribution(series, known_days, theme)
    return [
        card(
            [_calendar(series, known_days), _levels(series, known_days)],
            title=_("Calendrier"),
            hint=_(
                "en {unit}\u00a0; une colonne par semaine, un trait sous les week-ends et jours"
                " fériés",
                unit=unit,
            ),
        ),
        card(
            graph("consumption-spread", figure, label, height=HEIGHT),
            title=_("Répartition des jours"),
            hint=_("nombre de jours par consommation, en {unit}", unit=unit),
        ),
    ]


def days_sentence(series: Series, known_days: Sequence[SeriesBucket]) -> str:
    """Return the median working day and the median day off, which say what a closure saves."""
    name = series.alias or series.number
    working, off = (
        [amount(bar, series.view.unit) or 0 for bar in known_days if is_day_off(bar.first) is flag]
        for flag in (False, True)
    )
    if not working or not off:
        return _("{name}\u00a0: {count} jours connus.", name=name, count=number(len(known_days)))
    middle, rest = median(working), median(off)
    sentence = _(
        "{name}\u00a0: la moitié des jours ouvrés dépassent {middle}\u00a0{unit}\u00a0; le week-end"
        " ou un jour férié, {rest}\u00a0{unit}.",
        name=name,
        middle=number(middle / 1000),
        rest=number(rest / 1000),
        unit=UNITS[series.view.unit],
    )
    if not middle:
        return sentence
    share = _(" Soit {share}\u00a0% d’un jour ouvré.", share=number(100 * rest / middle))
    return sentence + share


def _bounds(series: Series, known_days: Sequence[SeriesBucket]) -> list[int]:
    """Return the lowest value of each level above the first: each has as many days."""
    values = sorted(amount(bar, series.view.unit) or 0 for bar in known_days)
    return [values[len(values) * level // LEVELS] for level in range(1, LEVELS)]


def _calendar(series: Series, known_days: Sequence[SeriesBucket]) -> Component:
    bounds = _bounds(series, known_days)
    start = series.first - timedelta(days=series.first.weekday())
    weeks = (series.last - start).days // WEEK + 1
    cells = [_day(bar, series, bounds, start) for bar in series.buckets if bar.days]
    names = [
        html.Span(weekday_initial(start + timedelta(days=rank)), style=_place(0, rank + 1))
        for rank in range(WEEK)
    ]
    starts = (start + timedelta(days=WEEK * rank) for rank in range(weeks))
    months = _months([day for day in starts if day.day <= WEEK], start, weeks)
    grid = html.Div([*months, *names, *cells], className="days-grid", **aria(hidden="true"))
    label = _("Calendrier des jours, une colonne par semaine")
    return html.Div(grid, className="days-scroll", tabIndex="0", role="region", **aria(label=label))


def _months(mondays: Sequence[date], start: date, weeks: int) -> list[Component]:
    """Return the names of months, with the year on the first and each January.

    A name that would leave the grid at its end is written towards the left.
    """
    names: list[Component] = []
    for rank, monday in enumerate(mondays):
        column = (monday - start).days // WEEK + 1
        name = short_month(monday)
        words = f"{name} {monday.year}" if rank == 0 or monday.month == 1 else name
        look = "days-month days-month-end" if column > weeks - LAST_WEEKS else "days-month"
        names.append(html.Span(words, className=look, style=_place(column, 0)))
    return names


def _place(column: int, row: int) -> dict[str, Any]:
    return {"gridColumn": column + 1, "gridRow": row + 1}


def _day(bar: SeriesBucket, series: Series, bounds: Sequence[int], start: date) -> Component:
    value, day = amount(bar, series.view.unit), bar.first
    unit = series.view.unit
    words = absence_of(bar, unit) if value is None else f"{number(value / 1000)} {UNITS[unit]}"
    level = "absent" if value is None else str(sum(value >= bound for bound in bounds))
    off = " days-off" if is_day_off(day) else ""
    return html.Span(
        className=f"days-day days-{level}{off}",
        title=f"{weekday_short(day)} {short_day(day)}\u00a0: {words}",
        style=_place((day - start).days // WEEK + 1, day.weekday() + 1),
    )


def _levels(series: Series, known_days: Sequence[SeriesBucket]) -> Component:
    """Return the legend: from which value each colour begins."""
    bounds = [0, *_bounds(series, known_days)]
    items = [
        html.Li(
            [
                html.Span(className=f"days-day days-{level}"),
                _("dès {value}", value=number(bound / 1000)),
            ]
        )
        for level, bound in enumerate(bounds)
    ]
    items.append(html.Li([html.Span(className="days-day days-absent"), _("absent ou attendu")]))
    return html.Ul(items, className="consumption-legend")


def distribution(series: Series, known_days: Sequence[SeriesBucket], theme: str) -> dict[str, Any]:
    """Return how many working days and days off lie in each range of values."""
    values = [(amount(bar, series.view.unit) or 0) / 1000 for bar in known_days]
    width = _bin_width(max(values))
    count = int(max(values) // width) + 1
    names = [f"{number(width * rank)}–{number(width * (rank + 1))}" for rank in range(count)]
    colours, base = palette(theme), base_layout(theme)
    traces = []
    for is_off, name, colour in (
        (False, _("Jours ouvrés"), colours.current),
        (True, _("Week-ends et jours fériés"), colours.previous),
    ):
        counts = [0] * count
        for bar, value in zip(known_days, values, strict=True):
            if is_day_off(bar.first) is is_off:
                counts[int(value // width)] += 1
        trace = {"type": "bar", "name": name, "x": names, "y": counts}
        traces.append(trace | {"marker": {"color": colour}})
    layout = base | {
        "barmode": "stack",
        "bargap": 0.08,
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": colours.surface, "font": {"color": colours.ink}},
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "margin": {"l": 8, "r": 8, "t": 32, "b": 8},
        "xaxis": base["xaxis"] | {"type": "category", "nticks": 12},
        "yaxis": base["yaxis"] | {"rangemode": "tozero"},
    }
    return {"data": traces, "layout": layout}


def _bin_width(highest: float) -> float:
    """Return a round width that cuts the values into `BINS` ranges at most."""
    power = 1.0
    while power * SPACING[-1] * BINS <= highest:
        power *= SPACING[-1]
    return next(power * spacing for spacing in SPACING if power * spacing * BINS > highest)
