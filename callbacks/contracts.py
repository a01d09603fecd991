"""Callbacks of the distributor's list of contracts: rows, filters, drawer, new contract."""

from dataclasses import replace
from typing import Any

from dash import State
from dash.development.base_component import Component

from callbacks import grid_screen as grids
from callbacks.group import CallbackGroup
from callbacks.inputs import Sent, number_in, uid_of
from callbacks.outputs import LOCATION, URL
from components.contracts import Ids
from components.contracts.drawer import DRAWER, contract_drawer
from components.contracts.filters import (
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
from components.kit import order_of
from core.access import Permission
from core.errors import NotFound
from core.i18n import N_
from data.contracts import actions, queries
from data.contracts.types import ContractSort
from data.request import Request

on = CallbackGroup()


@on(
    **grids.declare_rows(SCREEN, url=URL),
    state={"opened": State(Ids.OPENED, "data")},
    permission=Permission.CONTRACTS_READ,
)
def show_rows(*, rows_request: Sent, opened: Sent, request: Request) -> dict[str, Any]:
    db, viewer, block = request.db, request.viewer, grids.block_of(rows_request)
    list_view = wanted_of(rows_request)
    order = order_of(list_view.sort, ContractSort)
    page = queries.list_contracts(db, viewer, contract_filter(list_view), **order, block=block.rows)
    lines = [grid_row(row, viewer) for row in page.rows]
    url = write_wanted(replace(list_view, open=uid_of(opened)))
    outputs = {"words": filter_text(list_view), "url": url}
    return grids.answer_rows(lines, page.total, count_text(page.total), **outputs)


FIELDS = {"q": Ids.SEARCH, "state": Ids.STATE, "waits": Ids.WAITS, "ending": Ids.ENDING}


@grids.filters(on, Ids.GRID, FIELDS, permission=Permission.CONTRACTS_READ)
def filter_list(*, fields: grids.Fields) -> dict[str, Any]:
    waits, ending = bool(fields["waits"]), bool(fields["ending"])
    return filter_model(replace(read_wanted(fields), waits=waits, ending=ending))


clear_filters = grids.register_clear(on, SCREEN, Permission.CONTRACTS_READ)


@grids.shows_drawer(on, DRAWER, permission=Permission.CONTRACTS_READ)
def show_contract(
    opened: Sent, rows_request: Sent, *, request: Request
) -> tuple[list[Component], str]:
    uid = uid_of(opened)
    where = write_wanted(replace(wanted_of(rows_request), open=uid))
    if not uid:
        return [], where
    opened_contract = queries.get_opened_contract(request.db, request.viewer, uid)
    return contract_drawer(request.viewer, opened_contract), where


@on.click(
    Ids.BEGIN_FOR,
    LOCATION,
    State(Ids.WITHOUT, "value"),
    permission=Permission.CONTRACTS_WRITE,
    writes=True,
)
def begin_for(organisation: str | None, *, request: Request) -> str:
    """Start a draft for an organisation without contract, which completes it."""
    home = number_in(organisation or "")
    if home is None:
        raise NotFound(N_("Cette organisation est introuvable."))
    return address(actions.begin(request.db, request.viewer, organisation_id=home, now=request.now))
