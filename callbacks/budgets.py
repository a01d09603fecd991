"""Callbacks of the budget form."""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, no_update

from callbacks.group import CallbackGroup
from callbacks.request import row_seen
from components import frame
from components.budgets import Ids
from components.budgets.form import form
from components.budgets.ids import FIELDS
from components.budgets.labels import PATH, draft_of
from components.kit import toast
from core.access import Permission
from core.errors import Conflict, Invalid, NotFound
from core.i18n import _
from data.budgets import actions
from data.budgets.types import BudgetDraft
from data.pces.queries import count_by_tag
from data.request import Request

on = CallbackGroup()
SET = Permission.BUDGETS_WRITE
LEAVE = Output(frame.Ids.LOCATION, "href", allow_duplicate=True)
TOASTS = Output(frame.Ids.TOASTS, "children", allow_duplicate=True)


@on(
    output=[LEAVE, TOASTS, Output(Ids.FORM, "children")],
    inputs={"clicks": Input(Ids.SAVE, "n_clicks")},
    state={
        "fields": {name: State(id_, "value") for name, id_ in FIELDS.items()},
        "seen": State(Ids.SEEN, "data"),
    },
    permission=SET,
    costly=True,
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
    draft, errors = draft_of(typed)
    place = row_seen(seen) if seen is not None else None
    href = PATH
    if draft is not None:
        href, errors = save_budget(request, draft, place)
    if errors:
        return [
            no_update,
            no_update,
            form(typed, errors, count_by_tag(request.db, request.viewer), whole=place is None),
        ]
    return [href, [toast(_("Budget enregistré"), _("Il est réparti sur ses mois."))], no_update]


def save_budget(
    request: Request, draft: BudgetDraft, seen: tuple[int, int] | None
) -> tuple[str, dict[str, str]]:
    """Its page once *draft* is kept; else what is wrong with it, by the field that it is about."""
    db, viewer = request.db, request.viewer
    try:
        if seen is None:
            budget_id = actions.add(db, viewer, draft, now=request.now)
        else:
            budget_id = seen[0]
            actions.change(db, viewer, seen, draft, now=request.now)
    except (Conflict, Invalid, NotFound) as error:
        return "", {_field(error): _(error.message, **error.params)}
    return f"{PATH}?budget={budget_id}", {}


def _field(error: Conflict | Invalid | NotFound) -> str:
    """Which field an error of the whole is said at."""
    if isinstance(error, NotFound):
        return "pce"
    if "tag" in error.params:
        return "tag"
    return "unit" if "month" in error.params else "first"


@on(
    LEAVE,
    TOASTS,
    Input(Ids.REMOVE, "n_clicks"),
    State(Ids.SEEN, "data"),
    permission=SET,
    writes=True,
    prevent_initial_call=True,
)
def remove(clicks: int | None, seen: list[Any] | None, *, request: Request) -> tuple[str, Any]:
    del clicks
    actions.remove(request.db, request.viewer, row_seen(seen), now=request.now)
    return PATH, [toast(_("Budget supprimé"), _("Plus rien ne lui est comparé."))]
