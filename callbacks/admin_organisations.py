"""Callbacks that list and create organisations."""

from collections.abc import Mapping
from typing import Any

from dash import Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks import grid_screen as grids
from callbacks.group import CallbackGroup
from callbacks.inputs import Sent, is_key, values_of
from callbacks.outputs import LOCATION, TOASTS, URL
from components.admin import Ids
from components.admin.filters import (
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
from core.access import OrganisationKind, Permission, Role
from core.errors import Invalid
from core.i18n import N_, _
from data.administration.people import actions, queries
from data.administration.people.rules import check_new
from data.administration.people.types import (
    NewInvitation,
    NewOrganisation,
)
from data.request import Request
from data.rights.actions import lift_tries

on = CallbackGroup()
RUN = Permission.ORGANISATIONS_WRITE


@on(**grids.declare_rows(SCREEN), permission=RUN)
def show_organisations(rows_request: Sent, *, request: Request) -> dict[str, Any]:
    db, viewer = request.db, request.viewer
    block = grids.block_of(rows_request)
    organisation_filter = organisations_of_model(block.model)
    rows = queries.list_organisations(
        db, viewer, organisation_filter, **block.order, block=block.rows
    )
    lines = [grid_row(row) for row in rows]
    total = queries.count_organisations(db, viewer, organisation_filter)
    return grids.answer_rows(lines, total, count_text(total), words=asked_text(organisation_filter))


clear_filters = grids.register_clear(on, SCREEN, RUN)


@grids.filters(on, Ids.ORGANISATIONS, {"q": Ids.FIND, "nature": Ids.KIND}, URL, permission=RUN)
def filter_organisations(*, fields: grids.Fields) -> tuple[dict[str, Any], str]:
    organisation_filter = read_organisations(fields)
    return organisations_model(organisation_filter), write_organisations(organisation_filter)


@on.click(
    Ids.CREATE,
    output=[LOCATION, TOASTS, Output(Ids.NEW_FORM, "children")],
    state={"fields": values_of(State, NEW_FIELDS)},
    permission=RUN,
    writes=True,
)
def create(*, fields: Mapping[str, str | None], request: Request) -> list[Any]:
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


@on.click(
    Ids.LIFT,
    Output(Ids.TRIES, "children"),
    TOASTS,
    State(Ids.PLACE, "data"),
    permission=Permission.RIGHTS_SETTLE,
    writes=True,
)
def lift_limit(place: int | None, *, request: Request) -> tuple[list[Component], list[Component]]:
    if not is_key(place):
        raise PreventUpdate
    lift_tries(request.db, request.viewer, place, now=request.now)
    message = _("L’organisation peut de nouveau déclarer et importer.")
    return [], [toast(_("Limite levée"), message, tone="ok")]
