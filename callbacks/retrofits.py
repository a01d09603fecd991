"""Callbacks of the form of works: save, remove, restore."""

from collections.abc import Mapping
from typing import Any

from dash import State, no_update

from callbacks.group import CallbackGroup
from callbacks.inputs import MALFORMED, is_key, row_seen
from callbacks.outputs import LOCATION, TOASTS
from callbacks.row_form import RowKey, keep_row, read_row_key, read_typed, saves
from components.kit import toast
from components.retrofits import Ids
from components.retrofits.form import FORM, draft_of, form
from components.retrofits.labels import PATH
from core.access import Permission
from core.errors import Conflict, Invalid, NotFound
from core.i18n import _
from data.money.retrofits import actions
from data.money.retrofits.types import RetrofitDraft
from data.request import Request

on = CallbackGroup()
SET = Permission.RETROFITS_WRITE


@saves(on, FORM, permission=SET)
def save(
    *, fields: Mapping[str, str | None], seen: list[Any] | None, request: Request
) -> list[Any]:
    typed = read_typed(fields)
    draft, errors = draft_of(typed, request.viewer.today)
    retrofit_id = 0
    if draft is not None:
        retrofit_id, errors = keep(request, draft, read_row_key(seen))
    if errors:
        return [no_update, no_update, form(typed, errors)]
    return [f"{PATH}?works={retrofit_id}", [toast(_("Travaux enregistrés"))], no_update]


def keep(request: Request, draft: RetrofitDraft, row: RowKey | None) -> tuple[int, dict[str, str]]:
    """Store works; return their id, or 0 and the errors by field."""
    try:
        return keep_row(request, actions, draft, row), {}
    except (Conflict, Invalid, NotFound) as error:
        return 0, {"pce": _(error.message, **error.params)}


@on.click(Ids.REMOVE, LOCATION, State(Ids.SEEN, "data"), permission=SET, writes=True)
def remove(seen: list[Any] | None, *, request: Request) -> str:
    key = row_seen(seen)
    actions.remove(request.db, request.viewer, key, now=request.now)
    return f"{PATH}?removed={key[0]}"


@on.click(Ids.RESTORE, LOCATION, TOASTS, State(Ids.REMOVED, "data"), permission=SET, writes=True)
def restore(removed: int | None, *, request: Request) -> tuple[str, Any]:
    if not is_key(removed):
        raise Invalid(MALFORMED)
    actions.restore(request.db, request.viewer, removed, now=request.now)
    return f"{PATH}?works={removed}", [toast(_("Travaux rétablis"))]
