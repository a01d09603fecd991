"""Callbacks of the distributor's list of contracts: rows, filters, drawer, new contract."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.grid_screen import Sent, answer_rows, block_of, declare_rows, register_clear
from callbacks.group import CallbackGroup
from callbacks.inputs import number_in, uid_of
from callbacks.outputs import LOCATION, URL
from components.contracts import Ids
from components.contracts.changes import before_name
from components.contracts.drawer import OpenedContract, contract_drawer
from components.contracts.filters import (
    ContractQuery,
    contract_filter,
    filter_model,
    filter_text,
    read_wanted,
    wanted_of,
    write_wanted,
)
from components.contracts.labels import address
from components.contracts.listing import SCREEN, count_text
from components.contracts.rows import grid_row
from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import N_
from data.contracts import actions, queries
from data.contracts.files.version_diff import differences
from data.contracts.types import ContractDetail, TextChange
from data.request import Request

on = CallbackGroup()


@on(
    **declare_rows(SCREEN, url=URL),
    state={"opened": State(Ids.OPENED, "data")},
    permission=Permission.CONTRACTS_READ,
)
def show_rows(*, rows_request: Sent, opened: Sent, request: Request) -> dict[str, Any]:
    if not isinstance(rows_request, dict):
        raise PreventUpdate
    list_view = wanted_of(rows_request)
    url = write_wanted(replace(list_view, open=uid_of(opened)))
    return {
        **list_page(request.db, request.viewer, rows_request, list_view),
        "words": filter_text(list_view),
        "url": url,
    }


def list_page(
    db: Session, viewer: Viewer, rows_request: dict[str, Any], wanted: ContractQuery
) -> dict[str, Any]:
    """Return the rows that AG Grid requests."""
    offset, limit, *_order = block_of(rows_request)
    order: Mapping[str, Any] = {"sort": wanted.column, "descending": wanted.descending}
    cut: Mapping[str, Any] = {"start": offset, "limit": limit}
    page = queries.list_contracts(db, viewer, contract_filter(wanted), **order, **cut)
    lines = [grid_row(row, viewer) for row in page.rows]
    return answer_rows(lines, page.total, count_text(page.total))


@on(
    Output(Ids.GRID, "filterModel"),
    Input(Ids.SEARCH, "value"),
    Input(Ids.STATE, "value"),
    Input(Ids.WAITS, "value"),
    Input(Ids.ENDING, "value"),
    permission=Permission.CONTRACTS_READ,
)
def filter_list(
    text: str | None,
    state: str | None,
    waits: bool | None,  # noqa: FBT001 (the switch's value)
    ending: bool | None,  # noqa: FBT001
) -> dict[str, Any]:
    list_view = read_wanted({"q": text, "state": state})
    return filter_model(replace(list_view, waits=bool(waits), ending=bool(ending)))


clear_filters = register_clear(on, SCREEN, Permission.CONTRACTS_READ)


@on(
    Output(Ids.DRAWER, "children"),
    URL,
    Input(Ids.OPENED, "data"),
    State(Ids.GRID, "getRowsRequest"),
    permission=Permission.CONTRACTS_READ,
)
def show_contract(
    opened: Sent, rows_request: Sent, *, request: Request
) -> tuple[list[Component], str]:
    uid = uid_of(opened)
    where = write_wanted(replace(wanted_of(rows_request), open=uid))
    return (render_drawer(request.db, request.viewer, uid) if uid else []), where


def render_drawer(db: Session, viewer: Viewer, uid: str) -> list[Component]:
    """Return the drawer of a contract. Raise NotFound if the viewer cannot see it."""
    detail = queries.find_contract(db, viewer, uid)
    home = detail.row.organisation_id
    entries = queries.list_contract_events(db, viewer, uid)
    dossier, lines = (
        queries.get_dossier(db, viewer, home),
        queries.list_dossier_steps(db, viewer, home),
    )
    return contract_drawer(
        viewer, OpenedContract(detail, entries, dossier, lines, *compared(db, viewer, detail))
    )


def compared(
    db: Session, viewer: Viewer, detail: ContractDetail
) -> tuple[Sequence[TextChange], str]:
    """Return the changes of the open text, and the name of the previous version."""
    text = detail.current
    if text is None or not text.state.open or text.number:
        return (), ""
    before = queries.find_previous_text(db, viewer, detail)
    changes = differences(before.paper, text.paper) if before else ()
    return changes, before_name(before, detail.row.number)


@on(
    LOCATION,
    Input(Ids.BEGIN_FOR, "n_clicks"),
    State(Ids.WITHOUT, "value"),
    permission=Permission.CONTRACTS_WRITE,
    writes=True,
)
def begin_for(clicks: int | None, organisation: str | None, *, request: Request) -> str:
    """Start a draft for an organisation without contract, which completes it."""
    del clicks
    home = number_in(organisation or "")
    if home is None:
        raise NotFound(N_("Cette organisation est introuvable."))
    return address(actions.begin(request.db, request.viewer, organisation_id=home, now=request.now))


on.client(
    "drawer",
    "takeFocus",
    Output(Ids.DRAWER, "data-drawn"),
    Input(Ids.DRAWER, "children"),
    at_first=True,
)
