"""`/consommations`: the consumption of one delivery point, or of several together."""

from collections.abc import Mapping
from dataclasses import replace

from dash.development.base_component import Component

from components.consumption.empty_state import no_pce_page, unknown_page, unread_page
from components.consumption.page import consumption_page
from core.access import Permission, Viewer
from core.database import Session
from core.errors import NotFound
from core.i18n import N_
from data.analysis.signatures.queries import find_drift_place
from data.identity.settings.types import Carbon
from data.metering.consumption import queries
from data.metering.consumption.rules.ignored_parameters import not_followed
from data.metering.consumption.rules.together import read_together
from data.metering.consumption.rules.view import read_view
from data.metering.consumption.types import DayDetail, Series, View
from data.metering.pces.queries import find_default_pce, list_alike, search_pces
from data.metering.pces.rules import same_number
from data.request import Request
from data.rights import queries as rights
from data.rights.rules.reads import INJECTED
from data.thresholds import queries as thresholds
from data.thresholds.queries.chart_series import load_limits_series
from data.thresholds.rules.chart import view_at
from pages.page import PageSpec, Section
from pages.together import several


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    together_view = read_together(query, viewer.today)
    if together_view is not None:
        return several(request, together_view, request.settings.carbon)
    view = at_episode(db, viewer, read_view(query, viewer.today), query)
    number = view.pce or find_default_pce(db, viewer)
    if number is None:
        return no_pce_page(viewer, rights.get_awaited_rights(db, viewer))
    try:
        return _requested_view(
            request, replace(view, pce=number), query=query, carbon=request.settings.carbon
        )
    except NotFound:
        rows = list_alike(db, viewer, number)
        same = [row.number for row in rows if same_number(row.number, number)]
        if len(same) == 1 and same[0] != number:
            return _requested_view(
                request, replace(view, pce=same[0]), query=query, carbon=request.settings.carbon
            )
        ended = rights.find_last_right(db, viewer, number)
        if ended is not None:
            return unread_page(ended, rights.list_right_events(db, viewer, ended.uid))
        if rows:
            return unknown_page(view, rows)
        raise


def _requested_view(
    request: Request, view: View, *, query: Mapping[str, str], carbon: Carbon
) -> Component:
    db, viewer = request.db, request.viewer
    series, crossed = load_limits_series(db, viewer, view, carbon)
    request.record_series(series)
    if series.fed:
        request.record_read(series.number, INJECTED)
    day = _opened(db, viewer, series)
    return consumption_page(
        series,
        viewer,
        search_pces(db, viewer, ""),
        day,
        not_followed(query, series, viewer.today, opened=day is not None),
        crossed=crossed,
        place=find_drift_place(db, viewer, series.view.drifts, series.number),
        people=thresholds.list_notifiable_people(db, viewer) if view.episode else (),
    )


def at_episode(db: Session, viewer: Viewer, view: View, query: Mapping[str, str]) -> View:
    """Return the view of an episode, unless the address has its own dates."""
    if view.episode is None:
        return view
    try:
        row = thresholds.get_episode(db, viewer, view.episode)
    except NotFound:
        return replace(view, episode=None)  # withdrawn since the message, or never visible
    view = replace(view, pce=row.pce)
    return view if {"period", "from"} & set(query) else view_at(view, row, viewer.today)


def _opened(db: Session, viewer: Viewer, series: Series) -> DayDetail | None:
    """Return the day in the address; None if it has no bar or is not readable."""
    day = series.view.day
    if day is None or not series.first <= day <= series.last:
        return None
    try:
        return queries.get_day_detail(db, viewer, series.number, day)
    except NotFound:
        return None


PAGE = PageSpec(
    path="/consommations",
    name="consumption",
    title=N_("Consommations"),
    section=Section.FLEET,
    menu=N_("Consommation"),
    several=False,
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    charts=True,
    shots=(
        "?pce={pce}",
        "?pce={pce}&period=30d",
        "?pce={pce}&period=3y&step=week&unit=m3&compare=1,2",
        "?pce={pce}&period=3y&step=year",
        "?pce={pce}&period=3y&step=day",
        "?pce={pce}&from=2001-01-01&to=2001-01-31",
        "?pce={pce}&from=2026-03-31&to=2026-03-01&step=week",
        "?pce={pce}&from=2026-02-01&to=2026-02-28&step=day&day=2026-02-10",
        "?pce={pce}&data=published",
        "?pce={pce}&unit=eur",
        "?pce={pce}&unit=co2",
        "?pce={pce}&unit=m2",
        "?episode={episode}&step=month",
        "?tag=Écoles",
        "?tag=Écoles&unit=eur",
        "?tag=Écoles&shape=sum&unit=co2",
        "?tag=Écoles&shape=sum&step=week&unit=m3",
    ),
)
