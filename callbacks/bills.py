"""Callbacks of the bill form: save, remove, restore."""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, no_update

from callbacks.group import CallbackGroup
from callbacks.row_form import ReturningRows, RowKey, keep_row, read_row_key, read_typed, saves
from components.bills import Ids
from components.bills.form import FORM, PATH, draft_of, form, read_notice, typed_of
from components.costs import site_text
from components.kit import toast
from core.access import Permission
from core.errors import Invalid, NotFound
from core.i18n import N_, _
from data.metering.pces.queries import find_unknown, get_scope
from data.money.bills import actions
from data.money.bills.files.e_invoice import bill_in
from data.money.bills.types import BillDraft
from data.request import Request

on = CallbackGroup()
ROWS = ReturningRows(Ids, PATH, "bill", N_("Facture rétablie"))
SET = Permission.PRICES_WRITE
MOST_PCES = 200  # of one invoice
remove, restore = ROWS.register(on, actions, SET)


@saves(on, FORM, permission=SET)
def save(
    *, fields: Mapping[str, str | None], seen: list[Any] | None, request: Request
) -> list[Any]:
    typed = read_typed(fields)
    draft, errors = draft_of(typed, request.viewer.today)
    bill_id = 0
    if draft is not None:
        bill_id, errors = keep(request, draft, read_row_key(seen))
    if errors:
        return [no_update, no_update, form(typed, errors)]
    return [f"{PATH}?bill={bill_id}", [toast(_("Facture enregistrée"))], no_update]


@on(
    Output(FORM.place, "children", allow_duplicate=True),
    Output(Ids.READ, "children"),
    Input(Ids.SENT, "data"),
    State(Ids.PCE, "value"),
    permission=SET,
)
def fill_form(answer: dict[str, Any] | None, pce: str | None, *, request: Request) -> list[Any]:
    if not answer:
        return [no_update, None]
    bill = bill_in(answer.get("bill") or {})
    candidates = bill.pces[:MOST_PCES]
    unknown = set(find_unknown(request.db, request.viewer, candidates))
    pces = [number for number in candidates if number not in unknown]
    scope = get_scope(request.db, request.viewer, pces[0]) if len(pces) == 1 else None
    chosen = site_text(scope.number, scope.alias) if scope else pce or ""
    return [form(typed_of(bill, chosen), {}), read_notice(bill, pces)]


def keep(request: Request, draft: BillDraft, row: RowKey | None) -> tuple[int, dict[str, str]]:
    """Store a bill; return its id, or 0 and the errors by field."""
    try:
        return keep_row(request, actions, draft, row), {}
    except Invalid as error:
        return 0, {str(error.params.get("field", "last")): _(error.message, **error.params)}
    except NotFound as error:
        return 0, {"pce": _(error.message, **error.params)}
