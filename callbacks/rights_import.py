"""Callbacks of the steps of an import of declarations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dash import ALL, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.group import CallbackGroup
from callbacks.inputs import Sent, of_pattern
from callbacks.outputs import LOCATION, TOASTS
from components.kit import toast
from components.rights import Ids
from components.rights.imports.check import check_body, ways_on
from components.rights.imports.lines import LinePage
from components.rights.imports.mapping import COLUMN, IGNORED, USUAL
from components.rights.imports.receipt import is_busy, receipt_body, undone_text
from core.access import Permission, Viewer
from core.i18n import _
from data.exchange.mirror.actions.import_undo import undo_import
from data.exchange.mirror.queries.outgoing import get_outgoing
from data.exchange.mirror.queries.queued import is_unleft
from data.request import Request
from data.rights import actions, queries
from data.rights.types import CheckTerms, ImportPlan, ImportPreview, Receipt, Repair
from data.runs.files import folder_of

on = CallbackGroup()
ADDRESS = "/droits/import"


def run_of(told: object) -> int:
    """Return the run of the page; 0, which does not exist, for anything else."""
    return told if isinstance(told, int) and not isinstance(told, bool) else 0


on.client("rights", "showStep", Output(Ids.STEPPED, "data"), Input(Ids.RUN, "data"), at_first=True)


@on(LOCATION, Input(Ids.SENT, "data"), permission=Permission.RIGHTS_DECLARE)
def open_sent(sent: Sent) -> str:
    """Return the address of the second step."""
    if not sent:
        raise PreventUpdate
    return f"{ADDRESS}?run={run_of(sent.get('run'))}&step=columns"


@on.click(
    Ids.MAP,
    LOCATION,
    State({"type": COLUMN, "place": ALL}, "value"),
    State({"type": COLUMN, "place": ALL}, "id"),
    State({"type": USUAL, "field": ALL}, "value"),
    State({"type": USUAL, "field": ALL}, "id"),
    State(Ids.RUN, "data"),
    permission=Permission.RIGHTS_DECLARE,
    writes=True,
)
def map_columns(
    fields: list[Any],
    places: list[Any],
    texts: list[Any],
    names: list[Any],
    run: int | None,
    *,
    request: Request,
) -> str:
    columns, usual = chosen(of_pattern(places, fields, "place")), empty_cell_texts(names, texts)
    actions.map_columns(request.db, request.viewer, run_of(run), columns, usual=usual)
    return f"{ADDRESS}?run={run_of(run)}&step=check"


def empty_cell_texts(names: Sequence[Any], texts: Sequence[Any]) -> dict[str, str]:
    """Return the replacement of empty cells, by field."""
    texts_by_field = {
        str(name): str(text or "") for name, text in of_pattern(names, texts, "field")
    }
    return {name: text for name, text in texts_by_field.items() if text != IGNORED}


def chosen(fields: Sequence[tuple[Any, Any]]) -> dict[str, int]:
    """Return the column index of each field.

    A field with two columns is stored under a second, invalid name, which the action refuses.
    """
    places_by_field: dict[str, int] = {}
    for place, field in fields:
        name = str(field or IGNORED)
        if name != IGNORED and isinstance(place, int):
            places_by_field[f"{name}+" if name in places_by_field else name] = place
    return places_by_field


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A stored plan, the one that replaces it, and the preview of the file with it."""

    known_plan: ImportPlan
    plan: ImportPlan
    run_preview: ImportPreview


def preview_plan(mended: Sent, run: int | None, *, request: Request) -> PlanChange:
    """Preview a large file, which takes seconds, before the writing transaction."""
    db, viewer = request.db, request.viewer
    if not mended:
        raise PreventUpdate
    number, folder = run_of(run), folder_of(request.portal.var)
    known_plan = actions.plan_of(db, viewer, number)
    plan = mended_plan(known_plan, mended)
    terms = CheckTerms(request.delays, request.now, request.spend)
    run_preview = actions.preview(db, viewer, number, folder, terms, plan)
    return PlanChange(known_plan, plan, run_preview)


@on(
    Output(Ids.CHECK_BODY, "children"),
    Output(Ids.CHECK_WAYS, "children"),
    Input(Ids.MENDED, "data"),
    State(Ids.RUN, "data"),
    permission=Permission.RIGHTS_DECLARE,
    costly=True,
    writes=True,
    before=preview_plan,
)
def mend(
    mended: Sent, run: int | None, *, ready: PlanChange, request: Request
) -> tuple[list[Component], list[Component]]:
    """Store the new plan: a repair accepted or reverted, or a cell edited."""
    del mended
    actions.keep_plan(
        request.db, request.viewer, run_of(run), ready.plan, previous_plan=ready.known_plan
    )
    return check_body(ready.run_preview), ways_on(ready.run_preview)


def mended_plan(known: ImportPlan, mended: Mapping[str, Any]) -> ImportPlan:
    if mended.get("repair"):
        return replace(known, repairs=repairs_after(known.repairs, mended))
    if "reason" in mended:
        return actions.dropped(known, str(mended["reason"]), on=bool(mended.get("on")))
    field, text = str(mended.get("field") or ""), str(mended.get("text") or "")
    return actions.edited(known, run_of(mended.get("line")), field, text)


def repairs_after(known: frozenset[Repair], mended: Mapping[str, Any]) -> frozenset[Repair]:
    """Return the repairs after adding or removing some, as in `pce_zero,email`."""
    repair_names = set(str(mended.get("repair")).split(","))
    if not repair_names <= set(Repair):
        raise PreventUpdate
    repairs = frozenset(map(Repair, repair_names))
    return known | repairs if mended.get("on") else known - repairs


@on.click(
    Ids.CONFIRM_IMPORT,
    LOCATION,
    State(Ids.RUN, "data"),
    permission=Permission.RIGHTS_DECLARE,
    writes=True,
)
def confirm(run: int | None, *, request: Request) -> str:
    actions.confirm(request.db, request.viewer, run_of(run), now=request.now)
    return f"{ADDRESS}?run={run_of(run)}"


@on.click(
    Ids.DROP_IMPORT,
    LOCATION,
    TOASTS,
    State(Ids.RUN, "data"),
    permission=Permission.RIGHTS_DECLARE,
    writes=True,
)
def drop(run: int | None, *, request: Request) -> tuple[str, Component]:
    actions.drop(request.db, request.viewer, run_of(run), now=request.now)
    return ADDRESS, toast(_("Fichier abandonné"), _("Rien n’a été déclaré."), tone="ok")


@on.tick(
    Ids.FOLLOW,
    Output(Ids.RECEIPT, "children"),
    State(Ids.RUN, "data"),
    permission=Permission.RIGHTS_READ,
)
def follow(run: int | None, *, request: Request) -> tuple[list[Component], bool]:
    run_receipt = receipt_of(request.db, request.viewer, run_of(run))
    return receipt_now(run_receipt, request), not is_busy(run_receipt)


def receipt_now(found: Receipt, request: Request) -> list[Component]:
    """Return the receipt, with the first lines once the file is stored."""
    db, viewer = request.db, request.viewer
    lines = () if is_busy(found) else queries.list_lines(db, viewer, found.run_id)
    return receipt_body(found, LinePage(lines), request.now, get_outgoing(db, viewer))


def receipt_of(db: Session, viewer: Viewer, run: int) -> Receipt:
    return queries.get_import_receipt(db, viewer, run, unleft=is_unleft(db, viewer, run))


@on(
    Output(Ids.RECEIPT, "children", allow_duplicate=True),
    TOASTS,
    Input(Ids.UNDO, "data"),
    State(Ids.RUN, "data"),
    permission=Permission.RIGHTS_DECLARE,
    writes=True,
)
def undo(pressed: Sent, run: int | None, *, request: Request) -> tuple[list[Component], Component]:
    db, viewer = request.db, request.viewer
    if not pressed:
        raise PreventUpdate
    run_receipt = receipt_of(db, viewer, run_of(run))
    if run_receipt.undone_at:
        return receipt_now(run_receipt, request), toast(
            _("Import déjà annulé"), _("Rien de plus n’a changé.")
        )
    undone = undo_import(db, viewer, run_of(run), now=request.now)
    done = toast(_("Import annulé"), undone_text(undone), tone="ok")
    return receipt_now(receipt_of(db, viewer, run_of(run)), request), done
