"""Callbacks of the form of works: save, remove, restore."""

from collections.abc import Mapping
from typing import Any

from dash import no_update

from callbacks.group import CallbackGroup
from callbacks.row_form import ReturningRows, RowKey, keep_row, read_row_key, read_typed, saves
from components.kit import toast
from components.retrofits import Ids
from components.retrofits.form import FORM, draft_of, form
from components.retrofits.labels import PATH
from core.access import Permission
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_, _
from data.money.retrofits import actions
from data.money.retrofits.types import RetrofitDraft
from data.request import Request

on = CallbackGroup()
ROWS = ReturningRows(Ids, PATH, "works", N_("Travaux rétablis"))
SET = Permission.RETROFITS_WRITE
remove, restore = ROWS.register(on, actions, SET)


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
