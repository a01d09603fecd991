"""Callbacks of the operations page: check, confirm and withdraw a deposit."""

from collections.abc import Sequence
from typing import Any

from dash import ALL, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.group import CallbackGroup
from callbacks.inputs import Sent, of_pattern
from callbacks.inputs import number_in as key_in
from callbacks.outputs import LOCATION, TOASTS
from components.consumption.filters import pce_options
from components.kit import picker_options, toast
from components.runs import (
    EVERY,
    IGNORED,
    Ids,
    check_body,
    check_ways,
    choose_button,
    column_field,
    columns_button,
    is_busy,
    keep_button,
    receipt,
    run_list,
    undo_button,
    unit_button,
)
from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import _
from data.metering.consumption.queries.deposits import (
    get_check,
    get_receipt,
    list_sites,
    map_site_names,
)
from data.metering.consumption.types import DepositCheck
from data.metering.pces.rules import number_of
from data.request import Request
from data.runs import actions, queries
from data.runs.types import ENERGY_USES

on = CallbackGroup()
ADDRESS = "/operations"
READ, IMPORT = Permission.RUNS_READ, Permission.READINGS_IMPORT
_CHECK = (Output(Ids.CHECK_BODY, "children"), Output(Ids.CHECK_WAYS, "children"))
_AGAIN = tuple(
    Output(id_, "children", allow_duplicate=True) for id_ in (Ids.CHECK_BODY, Ids.CHECK_WAYS)
)


def read_number(pce: object) -> tuple[str, str]:
    """Return the PCE selected, or "" and the error."""
    if not isinstance(pce, str) or not pce.strip():
        return "", _("Choisissez un PCE : tapez son nom, son numéro ou sa commune.")
    try:
        return number_of(pce), ""
    except Invalid as problem:
        return "", _(problem.message, **problem.params)


def number_in(value: object) -> int:
    """Return a number sent by a page; 0, which is no run, for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def check_now(db: Session, viewer: Viewer, check: Sent) -> DepositCheck:
    """Return the current state of the deposit of a page."""
    check_values = check or {}
    return get_check(
        db, viewer, number_in(check_values.get("run")), str(check_values.get("at") or "")
    )


def drawn(found: DepositCheck, viewer: Viewer) -> tuple[list[Component], list[Component]]:
    return check_body(found, viewer.theme), check_ways(found)


@on(LOCATION, Input(Ids.DEPOSITED, "data"), permission=IMPORT)
def open_check(deposited: Sent) -> str:
    """Return the address of the check of a new deposit."""
    runs = (deposited or {}).get("runs")
    if not isinstance(runs, list) or not runs:
        raise PreventUpdate
    return f"{ADDRESS}?run={number_in(runs[0])}"


@on.tick(Ids.POLL, Output(Ids.LIST, "children"), permission=READ)
def show_progress(*, request: Request) -> tuple[Any, bool]:
    """Return the latest runs, refreshed periodically."""
    rows = queries.list_runs(request.db, request.viewer)
    names = map_site_names(request.db, request.viewer, rows)
    return run_list(rows, names, request.now), not is_busy(rows)


@on.tick(Ids.CHECKING, *_CHECK, State(Ids.CHECK, "data"), permission=READ)
def show_check(check: Sent, *, request: Request) -> tuple[list[Component], list[Component], bool]:
    db, viewer = request.db, request.viewer
    deposit_check = check_now(db, viewer, check)
    return *drawn(deposit_check, viewer), not is_busy(deposit_check.runs)


@on.click(
    (keep_button(ALL, ALL), choose_button(ALL, ALL), unit_button(ALL, ALL)),
    *_AGAIN,
    Output(Ids.CHECKING, "disabled", allow_duplicate=True),
    State(Ids.CHECK, "data"),
    permission=IMPORT,
    writes=True,
)
def answer_doubt(check: Sent, *, request: Request) -> tuple[list[Component], list[Component], bool]:
    """Accept an unlikely delivery, or check its file with another PCE or unit."""
    db, viewer = request.db, request.viewer
    pressed: Any = ctx.triggered_id or {}
    run = number_in(pressed.get("run"))
    if "number" in pressed:
        actions.give_pce(db, viewer, run, number_of(str(pressed["number"])), now=request.now)
    elif "use" in pressed:
        say_unit(request, run, str(pressed["use"]))
    else:
        accept(db, viewer, check_now(db, viewer, check), pressed)
    current = check_now(db, viewer, check)
    return *drawn(current, viewer), not is_busy(current.runs)


def say_unit(request: Request, run_id: int, use: str) -> None:
    """Check a file again with energy read as `use`."""
    db, viewer = request.db, request.viewer
    columns = queries.get_run(db, viewer, run_id).columns
    energy = {place: use for place, column in enumerate(columns) if column.use in ENERGY_USES}
    actions.say_columns(db, viewer, run_id, energy, now=request.now)


@on.click(
    columns_button(ALL),
    *_AGAIN,
    Output(Ids.CHECKING, "disabled", allow_duplicate=True),
    State(column_field(ALL, ALL), "id"),
    State(column_field(ALL, ALL), "value"),
    State(Ids.CHECK, "data"),
    permission=IMPORT,
    writes=True,
)
def say_columns(
    ids: Sequence[Any], values: Sequence[str | None], check: Sent, *, request: Request
) -> tuple[list[Component], list[Component], bool]:
    """Check a file again with the selected meanings of its columns."""
    db, viewer = request.db, request.viewer
    run = number_in((ctx.triggered_id or {}).get("run"))
    fields = zip(of_pattern(ids, values, "run"), of_pattern(ids, values, "place"), strict=True)
    uses = {
        number_in(place): "" if use == IGNORED else str(use)
        for (of_run, use), (place, _use) in fields
        if of_run == run
    }
    actions.say_columns(db, viewer, run, uses, now=request.now)
    return *drawn(check_now(db, viewer, check), viewer), False


def accept(db: Session, viewer: Viewer, found: DepositCheck, pressed: Any) -> None:  # noqa: ANN401
    """Accept the oddities of one delivery, or of all."""
    run, place = (number_in(pressed.get(name)) for name in ("run", "place"))
    if (run, place) != EVERY:
        actions.accept_oddities(db, viewer, run, [place])
        return
    for draft in found.drafts:
        actions.accept_oddities(db, viewer, draft.id)


@on.click(
    Ids.RESUME,
    *_AGAIN,
    Output(Ids.CHECKING, "disabled", allow_duplicate=True),
    Output(Ids.MISSING_PCE_ERROR, "children"),
    State(Ids.CHECK, "data"),
    State(Ids.MISSING_PCE_CHOICE, "data"),
    permission=IMPORT,
    writes=True,
)
def check_again(check: Sent, pce: str | None, *, request: Request) -> tuple[Any, Any, Any, str]:
    """Check the files that do not name their PCE again, with the typed one."""
    db, viewer = request.db, request.viewer
    number, wrong = read_number(pce)
    if wrong:
        return no_update, no_update, no_update, wrong
    give(request, check_now(db, viewer, check), number)
    return *drawn(check_now(db, viewer, check), viewer), False, ""


@on(Output(Ids.MISSING_PCE_LIST, "children"), Input(Ids.MISSING_PCE, "value"), permission=IMPORT)
def suggest_sites(text: str | None, *, request: Request) -> list[Component]:
    """Return matching PCEs, else the typed number, which the check then verifies."""
    rows = pce_options(list_sites(request.db, request.viewer, text or ""))
    number, wrong = read_number(text)
    if not rows and not wrong:
        rows = [(number, number, _("pas parmi vos points de livraison"))]
    return picker_options(rows)


def give(request: Request, found: DepositCheck, number: str) -> None:
    for run in found.runs:
        if run.takes_pce:
            actions.give_pce(request.db, request.viewer, run.id, number, now=request.now)


@on.click(Ids.CONFIRM, LOCATION, State(Ids.SEEN, "data"), permission=IMPORT, writes=True)
def confirm(seen: dict[str, int] | None, *, request: Request) -> str:
    """Confirm all files of a deposit, in the versions shown."""
    versions = {key_in(run): version for run, version in (seen or {}).items()}
    runs = [run for run in versions if run is not None]
    for run in runs:
        actions.confirm(request.db, request.viewer, run, version=versions[run], now=request.now)
    return f"{ADDRESS}?run={runs[0]}" if len(runs) == 1 else ADDRESS


@on.click(Ids.DROP, LOCATION, TOASTS, State(Ids.CHECK, "data"), permission=IMPORT, writes=True)
def drop(check: Sent, *, request: Request) -> tuple[str, Component]:
    db, viewer = request.db, request.viewer
    deposit_check = check_now(db, viewer, check)
    for run in (
        deposit_check.pending_runs or deposit_check.runs
    ):  # no draft left: the action raises the reason
        actions.drop(db, viewer, run.id, now=request.now)
    return ADDRESS, toast(_("Fichier abandonné"), _("Rien n’a été enregistré."), tone="ok")


@on.tick(Ids.WATCH, Output(Ids.RECEIPT, "children"), State(Ids.SHOWN, "data"), permission=READ)
def show_receipt(run: int | None, *, request: Request) -> tuple[list[Component], bool]:
    db, viewer = request.db, request.viewer
    run_receipt = get_receipt(db, viewer, run or 0)
    return receipt(run_receipt, request.now, viewer.theme), not is_busy([run_receipt.run])


@on.click(undo_button(ALL, ALL), LOCATION, permission=IMPORT, writes=True)
def undo_or_restore(*, request: Request) -> str:
    """Undo or restore a deposit; return the address of its receipt."""
    pressed: Any = ctx.triggered_id or {}
    act = actions.restore_deposit if pressed.get("verb") == "restore" else actions.undo_deposit
    run = number_in(pressed.get("run"))
    act(request.db, request.viewer, run, now=request.now)
    return f"{ADDRESS}?run={run}"
