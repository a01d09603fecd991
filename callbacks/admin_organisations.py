"""Callbacks that list and create organisations."""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.grid_screen import Sent, answer_rows, block_of, declare_rows, register_clear
from callbacks.group import CallbackGroup
from callbacks.inputs import is_key
from callbacks.outputs import LOCATION, TOASTS, URL
from components.admin import Ids
from components.admin.filters import (
    ALL,
    organisations_model,
    organisations_of_model,
    read_organisations,
    write_organisations,
)
from components.admin.organisations import (
    NEW_FIELDS,
    SCREEN,
    asked_text,
    count_text,
    grid_row,
    new_form,
)
from components.kit import toast
from core.access import OrganisationKind, Permission, Role, Viewer
from core.errors import Invalid
from core.i18n import N_, _
from data.administration.people import actions, queries
from data.administration.people.rules import check_new
from data.administration.people.types import (
    NewInvitation,
    NewOrganisation,
    OrganisationFilter,
    OrganisationRow,
)
from data.request import Request
from data.rights.actions import lift_tries

on = CallbackGroup()
RUN = Permission.ORGANISATIONS_WRITE


@on(**declare_rows(SCREEN), permission=RUN)
def show_organisations(rows_request: Sent, *, request: Request) -> dict[str, Any]:
    db, viewer = request.db, request.viewer
    if not isinstance(rows_request, dict):
        raise PreventUpdate
    organisation_filter = organisations_of_model(rows_request.get("filterModel"))
    lines = [grid_row(row) for row in list_page(db, viewer, organisation_filter, rows_request)]
    total = queries.count_organisations(db, viewer, organisation_filter)
    return answer_rows(lines, total, count_text(total), words=asked_text(organisation_filter))


def list_page(
    db: Session, viewer: Viewer, wanted: OrganisationFilter, rows_request: dict[str, Any]
) -> list[OrganisationRow]:
    """Return the rows that AG Grid requests, with validated bounds."""
    offset, limit, sort, down = block_of(rows_request)
    page = {"offset": offset, "limit": limit}
    return queries.list_organisations(db, viewer, wanted, sort=sort, descending=down, **page)


clear_filters = register_clear(on, SCREEN, RUN)


@on(
    Output(Ids.ORGANISATIONS, "filterModel"),
    URL,
    Input(Ids.FIND, "value"),
    Input(Ids.KIND, "value"),
    permission=RUN,
)
def filter_organisations(text: str | None, kind: str | None) -> tuple[dict[str, Any], str]:
    organisation_filter = read_organisations({"q": text, "nature": "" if kind == ALL else kind})
    return organisations_model(organisation_filter), write_organisations(organisation_filter)


@on(
    output=[
        LOCATION,
        TOASTS,
        Output(Ids.NEW_FORM, "children"),
    ],
    inputs={"clicks": Input(Ids.CREATE, "n_clicks")},
    state={"fields": {name: State(id_, "value") for name, id_ in NEW_FIELDS.items()}},
    permission=RUN,
    writes=True,
)
def create(*, clicks: int | None, fields: Mapping[str, str | None], request: Request) -> list[Any]:
    del clicks
    if wrong := new_problems({name: value or "" for name, value in fields.items()}):
        return [no_update, no_update, wrong]
    new = organisation_in(fields)
    organisation_id = actions.create_with_administrator(
        request.db, request.viewer, new, now=request.now
    )
    message = _("Une invitation part à {email}.", email=new.first.email.strip())
    toasts = [toast(_("Organisation créée"), message)]
    return [f"/admin?organisation={organisation_id}", toasts, no_update]


def new_problems(typed: Mapping[str, str]) -> list[Component]:
    """Return the form with errors; empty if there are none."""
    problems = check_new(typed)
    errors = {name: _(error.message, **error.params) for name, error in problems.items()}
    return new_form(typed, errors) if errors else []


def organisation_in(fields: Mapping[str, str | None]) -> NewOrganisation:
    """Return the organisation described in the form. Raise Invalid."""
    typed = {name: value or "" for name, value in fields.items()}
    if typed["kind"] not in set(OrganisationKind):
        raise Invalid(N_("Choisissez la nature de cette organisation."))
    first = NewInvitation(typed["email"], typed["name"], Role.ADMINISTRATOR, typed["language"])
    kind = OrganisationKind(typed["kind"])
    return NewOrganisation(typed["organisation"], kind, typed["siren"], first)


@on(
    Output(Ids.TRIES, "children"),
    TOASTS,
    Input(Ids.LIFT, "n_clicks"),
    State(Ids.PLACE, "data"),
    permission=Permission.RIGHTS_SETTLE,
    writes=True,
)
def lift_limit(
    clicks: int | None, place: int | None, *, request: Request
) -> tuple[list[Component], list[Component]]:
    if not clicks or not is_key(place):
        raise PreventUpdate
    lift_tries(request.db, request.viewer, place, now=request.now)
    message = _("L’organisation peut de nouveau déclarer et importer.")
    return [], [toast(_("Limite levée"), message, tone="ok")]
