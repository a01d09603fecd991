"""Callbacks of the bill form: save, remove, restore."""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, no_update

from callbacks.group import CallbackGroup
from callbacks.request import MALFORMED, is_key, row_seen
from components import frame
from components.bills import Ids
from components.bills.form import PATH, draft_of, form
from components.bills.ids import FIELDS
from components.kit import toast
from core.access import Permission
from core.errors import Invalid, NotFound
from core.i18n import _
from data.bills import actions
from data.bills.types import BillDraft
from data.request import Request

on = CallbackGroup()
SET = Permission.PRICES_WRITE
LEAVE = Output(frame.Ids.LOCATION, "href", allow_duplicate=True)
TOASTS = Output(frame.Ids.TOASTS, "children", allow_duplicate=True)
Seen = tuple[int, int]


@on(
    output=[LEAVE, TOASTS, Output(Ids.FORM, "children")],
    inputs={"clicks": Input(Ids.SAVE, "n_clicks")},
    state={
        "fields": {name: State(id_, "value") for name, id_ in FIELDS.items()},
        "seen": State(Ids.SEEN, "data"),
    },
    permission=SET,
    writes=True,
    prevent_initial_call=True,
)
def save(
    *,
    clicks: int | None,
    fields: Mapping[str, str | None],
    seen: list[Any] | None,
    request: Request,
) -> list[Any]:
    del clicks
    typed = {name: value or "" for name, value in fields.items()}
    draft, errors = draft_of(typed, request.viewer.today)
    bill_id = 0
    if draft is not None:
        bill_id, errors = keep(request, draft, row_seen(seen) if seen is not None else None)
    if errors:
        return [no_update, no_update, form(typed, errors)]
    return [f"{PATH}?bill={bill_id}", [toast(_("Facture enregistrée"))], no_update]


def keep(request: Request, draft: BillDraft, seen: Seen | None) -> tuple[int, dict[str, str]]:
    """Its id once *draft* is kept; else what is wrong with it, by field."""
    db, viewer = request.db, request.viewer
    try:
        if seen is None:
            return actions.add(db, viewer, draft, now=request.now), {}
        actions.change(db, viewer, seen, draft, now=request.now)
    except Invalid as error:
        return 0, {str(error.params.get("field", "last")): _(error.message, **error.params)}
    except NotFound as error:
        return 0, {"pce": _(error.message, **error.params)}
    return seen[0], {}


@on(
    LEAVE,
    Input(Ids.REMOVE, "n_clicks"),
    State(Ids.SEEN, "data"),
    permission=SET,
    writes=True,
    prevent_initial_call=True,
)
def remove(clicks: int | None, seen: list[Any] | None, *, request: Request) -> str:
    del clicks
    key = row_seen(seen)
    actions.remove(request.db, request.viewer, key, now=request.now)
    return f"{PATH}?removed={key[0]}"


@on(
    LEAVE,
    TOASTS,
    Input(Ids.RESTORE, "n_clicks"),
    State(Ids.REMOVED, "data"),
    permission=SET,
    writes=True,
    prevent_initial_call=True,
)
def restore(clicks: int | None, removed: int | None, *, request: Request) -> tuple[str, Any]:
    del clicks
    if not is_key(removed):
        raise Invalid(MALFORMED)
    actions.restore(request.db, request.viewer, removed, now=request.now)
    return f"{PATH}?bill={removed}", [toast(_("Facture rétablie"))]
