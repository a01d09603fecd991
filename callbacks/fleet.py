"""Callbacks of the fleet page: rows and filters."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from dash import ALL as ALL_OF
from dash import Input, Output, State, ctx
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks import grid_screen as grids
from callbacks.group import CallbackGroup
from callbacks.inputs import Sent
from callbacks.outputs import LOCATION, TOASTS, URL
from components.fleet.causes import cause_cell
from components.fleet.ids import Ids, restore_button, review_button
from components.fleet.labels import PATH, asked_text, count_text
from components.fleet.listing import (
    CAUSE,
    SCREEN,
    chosen_bar,
    drift_row,
    fresh_row,
    grid_filter,
    month_of_field,
)
from components.fleet.page import (
    ALL,
    corrected_words,
    drifts_badge,
    exports,
    figures,
    opening_sentence,
    work_sentence,
)
from components.fleet.similar import figures_of, similar_cells
from components.fleet.weather_corrected import PERIOD, equal_cell
from components.fleet.worklist import work_list
from components.kit import button, filter_in, toast
from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import N_, _
from data.analysis.signatures.queries import (
    correct_rows,
    get_work_page,
    load_causes,
    load_corrected_changes,
    load_year_ratios,
)
from data.analysis.signatures.types import WorkPage
from data.metering.consumption import actions, queries
from data.metering.consumption.rules.fleet import months_of, read_fleet, write_fleet
from data.metering.consumption.types import (
    DriftReason,
    FleetPart,
    FleetRow,
    FleetSort,
    FleetView,
)
from data.metering.pces import queries as pces
from data.metering.pces.rules import is_number
from data.request import Request

on = CallbackGroup()
UNKNOWN_REASON = N_("Cette raison est inconnue.")
_DAYS = {FleetSort.UNTIL.value: "data_until"}  # name in the list of PCEs


def view_of(query: str | None) -> FleetView:
    """Return the view of the page, from its stored query string."""
    return read_fleet(dict(parse_qsl((query or "").removeprefix("?"))))


@on(
    **grids.declare_rows(SCREEN),
    state={"query": State(Ids.VIEW, "data")},
    permission=Permission.CONSUMPTION_READ,
)
def show_rows(rows_request: Sent, query: str | None, *, request: Request) -> dict[str, Any]:
    block = grids.block_of(rows_request)
    text = filter_in(block.model, FleetSort.NUMBER)
    view = read_fleet({**_summary_text(view_of(query)), "q": text})
    listed = fresh_lines if view.part is FleetPart.FRESHNESS else drift_lines
    rows, total = listed(request, view, block)
    return grids.answer_rows(rows, total, count_text(total), words=asked_text(view))


def _summary_text(view: FleetView) -> Mapping[str, str]:
    return dict(parse_qsl(write_fleet(view).removeprefix("?")))


def drift_lines(request: Request, view: FleetView, block: grids.Block) -> tuple[list[Any], int]:
    """Return the requested rows of the ranking; displayed readings are recorded."""
    db, viewer = request.db, request.viewer
    total = queries.count_fleet(db, viewer, view)
    rows = _sorted_rows(db, viewer, view, block, total)
    for row in rows:
        request.record_read(row.number if row.tells else None)
    return _equalised(db, viewer, view, correct_rows(db, viewer, rows)), total


def _sorted_rows(
    db: Session, viewer: Viewer, view: FleetView, block: grids.Block, total: int
) -> list[FleetRow]:
    """Return the requested rows, by the figure of any column."""
    month = month_of_field(block.sort, viewer.today)
    if month:
        figures = load_corrected_changes(db, viewer, view, month)
    elif block.sort in {FleetSort.INTENSITY, FleetSort.PLACE}:
        figures = figures_of(queries.load_places(db, viewer), FleetSort(block.sort))
    else:
        by = FleetSort(block.sort) if block.sort in set(FleetSort) else FleetSort.DRIFT
        down = block.descending or by.value != block.sort
        return queries.list_fleet(
            db, viewer, view, sort=by, descending=down, block=block.rows, count=total
        )
    return queries.list_fleet_by(
        db, viewer, view, figures, descending=block.descending, block=block.rows
    )


def _equalised(
    db: Session, viewer: Viewer, view: FleetView, rows: Sequence[FleetRow]
) -> list[dict[str, object]]:
    """Return the rows, with the weather-corrected gap for a yearly period."""
    lines = [drift_row(row, viewer.today) for row in rows]
    if view.period is not PERIOD:
        return lines
    ids, year = [row.id for row in rows], months_of(PERIOD, viewer.today)[0]
    ratios_by_pce = load_year_ratios(db, viewer, ids, year)
    causes, places = load_causes(db, viewer, rows), queries.load_places(db, viewer)
    for line, row in zip(lines, rows, strict=True):
        line[FleetSort.EQUAL] = equal_cell(row, ratios_by_pce.get(row.id))
        line.update(similar_cells(places.get(row.id)))
        if row.has_drifted:
            line[CAUSE] = cause_cell(causes.get(row.id))
    return lines


def fresh_lines(request: Request, view: FleetView, block: grids.Block) -> tuple[list[Any], int]:
    db, viewer = request.db, request.viewer
    order = block.order
    order["sort"] = _DAYS.get(order["sort"], order["sort"])
    rows, total = pces.list_pces(db, viewer, view.filter, **order, block=block.rows)
    delays = queries.load_usual_delays(db, viewer, [row.id for row in rows])
    return [fresh_row(row, delays.get(row.id), viewer.today) for row in rows], total


@on(
    LOCATION,
    Input(Ids.TAG, "value"),
    Input(Ids.HOLDER, "value"),
    Input(Ids.PERIOD, "value"),
    State(Ids.VIEW, "data"),
    permission=Permission.CONSUMPTION_READ,
)
def narrow(tag: str | None, holder: str | None, period: str | None, query: str | None) -> str:
    label, owner = ("" if word == ALL else word for word in (tag, holder))
    view = read_fleet(
        {**_summary_text(view_of(query)), "tag": label, "org": owner, "period": period}
    )
    if view == view_of(query):
        raise PreventUpdate  # page load, not a choice
    return PATH + write_fleet(view)


@on(
    Output(Ids.GRID, "filterModel"),
    URL,
    Output(Ids.EXPORT, "children"),
    Output(Ids.VIEW, "data"),
    Output(Ids.CORRECTED, "children"),
    Input(Ids.SEARCH, "value"),
    State(Ids.VIEW, "data"),
    permission=Permission.CONSUMPTION_READ,
)
def look_for(
    text: str | None, query: str | None, *, request: Request
) -> tuple[dict[str, Any], str, Any, str, Any]:
    db, viewer = request.db, request.viewer
    view = _searched_view(request, text, query)
    away, address = exports(viewer, view, queries.count_fleet(db, viewer, view)), write_fleet(view)
    return grid_filter(view.text), address, away, address, corrected_words(text or "", view.text)


def _searched_view(request: Request, text: str | None, query: str | None) -> FleetView:
    """Return the view of a typed search, without its typing errors."""
    view = read_fleet({**_summary_text(view_of(query)), "q": text or ""})
    return replace(view, text=pces.correct_search(request.db, request.viewer, view.text))


@on(
    Output(Ids.SAID, "children"),
    Output(Ids.FIGURES, "children"),
    Input(Ids.VIEW, "data"),
    permission=Permission.CONSUMPTION_READ,
)
def tell(query: str | None, *, request: Request) -> tuple[Any, Any]:
    """Return the summary and figures of the PCEs that match the search."""
    db, viewer = request.db, request.viewer
    view = view_of(query)
    if view.part is FleetPart.DRIFT:
        raise PreventUpdate  # its list says its own sums
    total, equal = (
        queries.sum_fleet(db, viewer, view),
        queries.sum_equal_days_gaps(db, viewer, view),
    )
    summary = total, equal, view, viewer.today
    return opening_sentence(*summary), figures(*summary)


@on(
    Output(Ids.CHOSEN, "children"),
    Input(Ids.GRID, "selectedRows"),
    permission=Permission.CONSUMPTION_READ,
)
def choose(rows: list[Any] | None) -> list[Any]:
    numbers = [row.get("number") for row in rows or [] if isinstance(row, dict)]
    return chosen_bar(
        [number for number in numbers if isinstance(number, str) and is_number(number)]
    )


_WORK = (
    Output(Ids.WORK, "children"),
    Output(Ids.SAID, "children", allow_duplicate=True),
    Output(Ids.DRIFTS, "children"),
)


@on(
    *_WORK,
    Output(Ids.EXPORT, "children", allow_duplicate=True),
    Output(Ids.VIEW, "data", allow_duplicate=True),
    URL,
    Output(Ids.CORRECTED, "children", allow_duplicate=True),
    Input(Ids.WORK_SEARCH, "value"),
    State(Ids.VIEW, "data"),
    permission=Permission.CONSUMPTION_READ,
)
def look_for_drifts(
    text: str | None, query: str | None, *, request: Request
) -> tuple[Any, Any, Any, Any, str, str, Any]:
    view = _searched_view(request, text, query)
    if view == view_of(query):
        raise PreventUpdate  # page load, not a search: a redraw would close an open panel
    work = load_work(request, view)
    address = write_fleet(view)
    away = exports(request.viewer, view, work.sites)
    words = corrected_words(text or "", view.text)
    return *draw_work(request, work), away, address, address, words


@on.click(
    (review_button(ALL_OF, ALL_OF), restore_button(ALL_OF, ALL_OF)),
    *_WORK,
    TOASTS,
    State(Ids.VIEW, "data"),
    permission=Permission.MARKS_WRITE,
    writes=True,
)
def review(query: str | None, *, request: Request) -> tuple[Any, Any, Any, list[Any]]:
    """Take a drift off the list with a reason, or put it back."""
    message = act(ctx.triggered_id, request)
    work = load_work(request, view_of(query))
    return *draw_work(request, work), [message]


def act(pressed: Any, request: Request) -> Component:  # noqa: ANN401 (of a browser)
    """Apply a button, and return its toast. Raise NotFound."""
    place = pressed if isinstance(pressed, dict) else {}
    number, reason = str(place.get("pce") or ""), str(place.get("reason") or "")
    if place.get("type") == Ids.RESTORE:
        apply_review(request, number)
        return toast(_("De nouveau dans la liste"))
    if not reason:
        raise NotFound(UNKNOWN_REASON)
    apply_review(request, number, reason)
    undo = button(_("Annuler"), id=restore_button(number, "toast"), small=True)
    return toast(_("Dérive vue"), _("Elle reviendra si elle augmente."), link=undo)


def apply_review(request: Request, number: str, reason: str = "") -> None:
    """Take a drift off the list for `reason`, or put it back without one. Raise NotFound."""
    if not reason:
        actions.restore_drift(request.db, request.viewer, number)
    elif reason in set(DriftReason):
        actions.review_drift(request.db, request.viewer, number, DriftReason(reason))
    else:
        raise NotFound(UNKNOWN_REASON)


def load_work(request: Request, view: FleetView) -> WorkPage:
    """Return the work list; displayed readings are recorded."""
    work = get_work_page(request.db, request.viewer, view)
    for drift in (*work.drifts, *work.falls):
        request.record_read(drift.site.number)
    return work


def draw_work(request: Request, work: WorkPage) -> tuple[Any, Any, Any]:
    badge = drifts_badge(len(work.work.drifts))
    return work_list(work, request.viewer), work_sentence(work), badge


clear = grids.register_clear(on, SCREEN, Permission.CONSUMPTION_READ)
