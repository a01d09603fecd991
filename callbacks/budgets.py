"""Callbacks of the budget form."""

from collections.abc import Mapping
from typing import Any

from dash import no_update

from callbacks.group import CallbackGroup
from callbacks.row_form import ReturningRows, RowKey, keep_row, read_row_key, read_typed, saves
from components.budgets import Ids
from components.budgets.form import FORM, form
from components.budgets.labels import PATH, draft_of
from components.kit import toast
from core.access import Permission
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_, _
from data.metering.pces.queries import count_by_tag
from data.money.budgets import actions
from data.money.budgets.types import BudgetDraft
from data.request import Request

on = CallbackGroup()
ROWS = ReturningRows(Ids, PATH, "budget", N_("Budget rétabli"))
SET = Permission.BUDGETS_WRITE
remove, restore = ROWS.register(on, actions, SET)


@saves(on, FORM, permission=SET, costly=True)
def save(
    *, fields: Mapping[str, str | None], seen: list[Any] | None, request: Request
) -> list[Any]:
    typed = read_typed(fields)
    draft, errors = draft_of(typed)
    href = PATH
    if draft is not None:
        href, errors = save_budget(request, draft, read_row_key(seen))
    if errors:
        return [
            no_update,
            no_update,
            form(typed, errors, count_by_tag(request.db, request.viewer), whole=seen is None),
        ]
    return [href, [toast(_("Budget enregistré"), _("Il est réparti sur ses mois."))], no_update]


def save_budget(
    request: Request, draft: BudgetDraft, row: RowKey | None
) -> tuple[str, dict[str, str]]:
    """Store a budget; return its address, or "" and the errors by field."""
    try:
        budget_id = keep_row(request, actions, draft, row)
    except (Conflict, Invalid, NotFound) as error:
        return "", {_field(error): _(error.message, **error.params)}
    return f"{PATH}?budget={budget_id}", {}


def _field(error: Conflict | Invalid | NotFound) -> str:
    """Return the field that shows an error of the whole form."""
    if isinstance(error, NotFound):
        return "pce"
    if "tag" in error.params:
        return "tag"
    return "unit" if "month" in error.params else "first"
