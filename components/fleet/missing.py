"""The calendar of the days that are missing: how many PCE lack each."""

from collections.abc import Mapping
from datetime import date, timedelta

from dash.development.base_component import Component

from components.fleet.listing import worst_text
from components.kit import aria, empty, html
from data.consumption.rules.calendar import month_end
from data.consumption.rules.fleet import months_shown
from i18n import _, month_year, number

LONGEST = 31
WORST = 5  # days told first
_STEPS = ((10, "up3"), (3, "up2"))  # percent of the PCE


def calendar(missing: Mapping[date, int], pces: int, today: date) -> list[Component]:
    """The worst days in words, then every month as a line of days; *pces* are in the view."""
    if not missing:
        return [
            empty(
                "calendar-check",
                _("Aucun jour ne manque"),
                _("Tous les jours attendus de ces PCE sont là, depuis douze mois."),
            )
        ]
    worst = sorted(missing, key=lambda day: (-missing[day], day))[:WORST]
    said = ", ".join(worst_text(day, missing[day], pces) for day in worst)
    return [
        html.P(
            _("Jours qui manquent au plus de PCE\u00a0: {days}.", days=said),
            className="fleet-worst",
        ),
        _table(missing, pces, today),
    ]


def _table(missing: Mapping[date, int], pces: int, today: date) -> Component:
    head = [html.Th(_("Mois"), scope="col")] + [
        html.Th(str(day), scope="col") for day in range(1, LONGEST + 1)
    ]
    caption = _("Nombre de PCE dont le jour manque, par mois et par jour")
    rows = [_line(month, missing, pces) for month in reversed(months_shown(today))]
    table = html.Table(
        [
            html.Caption(caption, className="visually-hidden"),
            html.Thead(html.Tr(head)),
            html.Tbody(rows),
        ],
        className="fleet-calendar",
    )
    return html.Div(
        table, className="table-scroll", role="group", tabIndex="0", **aria(label=caption)
    )


def _line(month: date, missing: Mapping[date, int], pces: int) -> Component:
    days = month_end(month).day
    cells = [_day(missing.get(month + timedelta(days=n), 0), pces) for n in range(days)]
    off = [html.Td(className="fleet-off")] * (LONGEST - days)
    return html.Tr([html.Th(month_year(month), scope="row"), *cells, *off])


def _day(count: int, pces: int) -> Component:
    if not count:
        return html.Td(html.Span(className="heat heat-flat"))
    percent = 100 * count / pces
    level = next((name for least, name in _STEPS if percent >= least), "up1")
    return html.Td(html.Span(number(count), className=f"heat heat-{level}"))
