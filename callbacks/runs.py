"""What happens on the page of operations."""

from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component
from flask import current_app
from sqlalchemy.orm import Session

from callbacks.group import Group
from components.runs import Ids, is_busy, receipt, run_list
from data.access import Permission, Viewer
from data.errors import Invalid
from data.pces.rules import number_of
from data.runs import actions, queries
from i18n import _

on = Group()


def told(pce: str | None) -> tuple[str, str]:
    """The number typed, or "" and what is wrong with it, to be said beside the field."""
    if not (pce or "").strip():
        return "", _("Indiquez un PCE : 14 chiffres, ou GI suivi de 6 chiffres.")
    try:
        return number_of(pce or ""), ""
    except Invalid as problem:
        return "", _(problem.message, **problem.params)


@on(
    Output(Ids.LIST, "children"),
    Output(Ids.POLL, "disabled"),
    Input(Ids.POLL, "n_intervals"),
    Input(Ids.DEPOSITED, "data"),
    permission=Permission.RUNS_READ,
    prevent_initial_call=True,
)
def show_progress(
    ticks: int | None, deposited: dict[str, Any] | None, *, db: Session, viewer: Viewer
) -> tuple[Any, bool]:
    """The last runs, at each tick and as soon as files are deposited."""
    del ticks, deposited
    rows = queries.list_runs(db, viewer)
    return run_list(rows), not is_busy(rows)


@on(
    Output(Ids.RECEIPT, "children"),
    Output(Ids.ASK, "hidden"),
    Output(Ids.WATCH, "disabled"),
    Input(Ids.WATCH, "n_intervals"),
    State(Ids.SHOWN, "data"),
    permission=Permission.RUNS_READ,
    prevent_initial_call=True,
)
def show_receipt(
    ticks: int | None, run: int | None, *, db: Session, viewer: Viewer
) -> tuple[Component, bool, bool]:
    del ticks
    row = queries.get_run(db, viewer, run or 0)
    return receipt(row), not row.asks_pce, not is_busy([row])


@on(
    Output(Ids.RECEIPT, "children", allow_duplicate=True),
    Output(Ids.ASK, "hidden", allow_duplicate=True),
    Output(Ids.WATCH, "disabled", allow_duplicate=True),
    Output(Ids.MISSING_PCE_ERROR, "children"),
    Input(Ids.RESUME, "n_clicks"),
    State(Ids.SHOWN, "data"),
    State(Ids.MISSING_PCE, "value"),
    permission=Permission.READINGS_IMPORT,
    writes=True,
    prevent_initial_call=True,
)
def resume(
    clicks: int | None, run: int | None, pce: str | None, *, db: Session, viewer: Viewer
) -> tuple[Component, bool, bool, str]:
    del clicks
    now = current_app.extensions["portal"].clock()
    number, wrong = told(pce)
    if not wrong:
        actions.give_pce(db, viewer, run or 0, number, now=now)
    return receipt(queries.get_run(db, viewer, run or 0)), not wrong, bool(wrong), wrong
