"""Render the calendar of missing days, with the number of PCEs for each."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from dash.development.base_component import Component

from components.fleet.labels import PATH
from components.kit import aria, empty, html, link
from core.i18n import _, month_year, number, share, short_day
from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.rules.fleet import months_shown, write_fleet
from data.metering.consumption.types import FleetView

LONGEST = 31
WORST = 5  # runs of days listed first
_STEPS = ((10, "up3"), (3, "up2"))  # percent of PCEs


def calendar(
    missing: Mapping[date, int], pces: int, view: FleetView, today: date
) -> list[Component]:
    """Return the worst runs of days, then a row of days per month, of the `pces` of the view."""
    if not missing:
        return [
            empty(
                "calendar-check",
                _("Aucun jour ne manque"),
                _("Tous les jours attendus de ces PCE sont arrivés depuis douze mois."),
            )
        ]
    worst = sorted(_runs(missing), key=lambda run: (-run[2], run[0]))[:WORST]
    worst_days_label = _("\u202f; ").join(_run_text(*run, pces) for run in worst)
    return [
        html.P(
            _("Jours manquants pour le plus de PCE : {days}.", days=worst_days_label),
            className="fleet-worst",
        ),
        _table(missing, pces, view, today),
    ]


def _runs(missing: Mapping[date, int]) -> list[tuple[date, date, int]]:
    """Return the consecutive days that as many PCEs lack: the first, the last, how many PCEs."""
    runs: list[tuple[date, date, int]] = []
    for day, count in sorted(missing.items()):
        if runs and runs[-1][1:] == (day - timedelta(days=1), count):
            runs[-1] = (runs[-1][0], day, count)
        else:
            runs.append((day, day, count))
    return runs


def _run_text(first: date, last: date, count: int, pces: int) -> str:
    """Return `du 12/10/2026 au 31/10/2026, 8 PCE (4,1 %)`."""
    return _(
        "{days}, {count} PCE ({share})",
        days=_("du {first} au {last}", first=short_day(first), last=short_day(last))
        if first < last
        else short_day(first),
        count=number(count),
        share=share(count, pces),
    )


def _table(missing: Mapping[date, int], pces: int, view: FleetView, today: date) -> Component:
    head = [html.Th(_("Mois"), scope="col")] + [
        html.Th(str(day), scope="col") for day in range(1, LONGEST + 1)
    ]
    caption = _("Nombre de PCE dont le jour manque, par mois et par jour")
    rows = [_line(month, missing, pces, view) for month in reversed(months_shown(today))]
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


def _line(month: date, missing: Mapping[date, int], pces: int, view: FleetView) -> Component:
    count = month_end(month).day
    days = [month + timedelta(days=n) for n in range(count)]
    cells = [_day(day, missing.get(day, 0), pces, view) for day in days]
    off = [html.Td(className="fleet-off")] * (LONGEST - count)
    return html.Tr([html.Th(month_year(month), scope="row"), *cells, *off])


def _day(day: date, count: int, pces: int, view: FleetView) -> Component:
    """Return a link to the PCEs without data that day."""
    if not count:
        return html.Td(html.Span(className="heat heat-flat"))
    percent = 100 * count / pces
    level = next((name for least, name in _STEPS if percent >= least), "up1")
    hidden_label = html.Span(
        " " + _("PCE sans le {day}", day=short_day(day)), className="visually-hidden"
    )
    href = PATH + write_fleet(replace(view, day=day))
    return html.Td(link([number(count), hidden_label], href, className=f"heat heat-{level}"))
