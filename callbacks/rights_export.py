"""Callbacks that send the PCEs of selected or filtered rights to the export form."""

from typing import Any

from dash import State

from callbacks.group import CallbackGroup
from callbacks.inputs import Rows, Sent
from callbacks.outputs import LOCATION
from components.rights import Ids
from components.rights.filters import right_filter, wanted_of
from core.access import Permission
from data.exports import actions
from data.exports.rules import MOST_PICKED
from data.request import Request
from data.rights import queries
from data.rights.queries.lists import read_chosen_uids
from data.rights.types import RightFilter

on = CallbackGroup()


def find_exported(*, rows: Rows, picked: Sent, model: Sent, request: Request) -> tuple[str, ...]:
    """Return the PCEs of the selected rights, or of all filtered ones."""
    db, viewer = request.db, request.viewer
    ticked_filter = of_ticked(rows) if rows and not (picked or {}).get("all") else None
    filter_view = right_filter(wanted_of({"filterModel": model}), viewer.today)
    return queries.find_numbers(db, viewer, ticked_filter or filter_view, MOST_PICKED + 1)


def of_ticked(rows: list[dict[str, Any]]) -> RightFilter:
    return RightFilter(uids=read_chosen_uids([str(row.get("uid")) for row in rows]))


@on.click(
    (Ids.EXPORT, Ids.EXPORT_TICKED),
    output=LOCATION,
    state={
        "rows": State(Ids.GRID, "selectedRows"),
        "picked": State(Ids.PICKED, "data"),
        "model": State(Ids.GRID, "filterModel"),
    },
    permission=Permission.CONSUMPTION_EXPORT,
    writes=True,
    before=find_exported,
)
def export(
    *, rows: Rows, picked: Sent, model: Sent, ready: tuple[str, ...], request: Request
) -> str:
    del rows, picked, model
    return (
        f"/exports?picked={actions.keep_pick(request.db, request.viewer, ready, now=request.now)}"
    )
