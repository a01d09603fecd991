"""Callbacks of the list of people and of invitations."""

from collections.abc import Mapping
from typing import Any

from dash import ALL, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks import grid_screen as grids
from callbacks.group import CallbackGroup
from callbacks.inputs import MALFORMED, Sent, act_pressed, values_of
from callbacks.outputs import TOASTS, URL
from components.admin import Ids
from components.admin.filters import (
    filter_model,
    filters_of_model,
    read_filters,
    write_filters,
)
from components.admin.ids import invitation_button
from components.admin.invitation import RefusedInvitation, form
from components.admin.limits import reach_text
from components.admin.listing import SCREEN, asked_text, count_text, grid_row, invitations_list
from components.kit import Children, by_name, toast
from core.access import Permission, Role, Viewer
from core.errors import Invalid
from core.i18n import N_, _
from data.administration.people import actions, queries
from data.administration.people.types import NewInvitation
from data.metering.pces.rules import storable
from data.request import Request

on = CallbackGroup()
MOST_TICKED = 1000  # maximum number of tags accepted from a browser
PEOPLE = Permission.PEOPLE_WRITE
_GONE = N_("Cette invitation est introuvable, ou déjà acceptée.")
FIELDS = by_name(Ids.NAME, Ids.EMAIL, Ids.ROLE, Ids.LANGUAGE)


@on(**grids.declare_rows(SCREEN), state={"place": State(Ids.PLACE, "data")}, permission=PEOPLE)
def show_people(rows_request: Sent, place: int | None, *, request: Request) -> dict[str, Any]:
    db, viewer = request.db, request.viewer
    block = grids.block_of(rows_request)
    people_filter = filters_of_model(block.model, place)
    rows = queries.list_people(db, viewer, people_filter, **block.order, block=block.rows)
    lines = [grid_row(row) for row in rows]
    total = queries.count_people(db, viewer, people_filter)
    return grids.answer_rows(lines, total, count_text(total), words=asked_text(people_filter))


clear_filters = grids.register_clear(on, SCREEN, PEOPLE)


@grids.filters(
    on,
    Ids.GRID,
    {"q": Ids.SEARCH, "etat": Ids.STATE},
    URL,
    state={"place": State(Ids.PLACE, "data")},
    permission=PEOPLE,
)
def filter_people(
    *, fields: grids.Fields, place: int | None, request: Request
) -> tuple[dict[str, Any], str]:
    people_filter = read_filters(fields, place)
    runs = request.viewer.may(Permission.ORGANISATIONS_WRITE)
    fixed = {"organisation": place if runs else None, "part": "" if place else "people"}
    return filter_model(people_filter), write_filters(people_filter, fixed)


@on.click(
    Ids.INVITE,
    output=[Output(Ids.INVITATIONS, "children"), TOASTS, Output(Ids.INVITING, "children")],
    state={
        "fields": values_of(State, FIELDS),
        "tags": State(Ids.TAGS, "value"),
        "place": State(Ids.PLACE, "data"),
    },
    permission=PEOPLE,
    writes=True,
)
def invite(
    *, fields: Mapping[str, str | None], tags: list[str], place: int | None, request: Request
) -> list[Any]:
    db, viewer = request.db, request.viewer
    new = invited_in(fields, tags, place)
    if errors := actions.refusals(db, viewer, new, now=request.now):  # clears earlier messages
        return [no_update, [], drawn_form(db, viewer, place, RefusedInvitation(new, errors))]
    return sent(request, new)


def sent(request: Request, new: NewInvitation) -> list[Any]:
    """Send the invitation, and reset the form."""
    db, viewer = request.db, request.viewer
    place = new.organisation_id
    actions.invite(db, viewer, new, now=request.now)
    message = _("Un courriel part à {email}.", email=new.email.strip())
    done = [toast(_("Invitation envoyée"), message)]
    return [waiting(request, place), done, drawn_form(db, viewer, place)]


def drawn_form(
    db: Session, viewer: Viewer, place: int | None, refused: RefusedInvitation | None = None
) -> Component:
    """Return the form, empty or with the refused values."""
    home = queries.get_organisation(db, viewer, place)
    tags = queries.list_tags(db, viewer, home.id)
    limit = queries.count_limited_pces(db, viewer, home.id, refused.typed.tags if refused else ())
    return form(home, tags, limit, queries.list_invitations(db, viewer, home.id), refused)


def invited_in(
    fields: Mapping[str, str | None], tags: list[str], place: int | None
) -> NewInvitation:
    """Build the invitation from the form's fields."""
    typed = {name: fields[name] or "" for name in FIELDS}
    role, limit = role_in(typed["role"]), tags_in(tags)
    return NewInvitation(typed["email"], typed["name"], role, typed["language"], place, limit)


def role_in(text: str | None) -> Role:
    if text not in set(Role):
        raise Invalid(N_("Ce rôle n’existe pas dans cette organisation."))
    return Role(text)


@on(
    Output(Ids.REACH, "children"),
    Input(Ids.TAGS, "value"),
    State(Ids.PLACE, "data"),
    permission=PEOPLE,
)
def count_reach(tags: object, place: int | None, *, request: Request) -> str:
    return reach_text(queries.count_limited_pces(request.db, request.viewer, place, tags_in(tags)))


def tags_in(ticked: object) -> tuple[str, ...]:
    """Return the selected tags; raise Invalid for anything else."""
    if not isinstance(ticked, list) or len(ticked) > MOST_TICKED:
        raise Invalid(MALFORMED)
    if not all(isinstance(tag, str) for tag in ticked):
        raise Invalid(MALFORMED)
    return tuple(storable(tag) for tag in ticked)


def waiting(request: Request, place: int | None) -> Children:
    """Return the invitations of the organisation shown."""
    db, viewer = request.db, request.viewer
    home = queries.get_organisation(db, viewer, place).id
    return invitations_list(queries.list_invitations(db, viewer, home), request.now)


@on.click(
    invitation_button(ALL, ALL),
    Output(Ids.INVITATIONS, "children", allow_duplicate=True),
    TOASTS,
    State(Ids.PLACE, "data"),
    permission=PEOPLE,
    writes=True,
)
def answer_invitation(place: int | None, *, request: Request) -> tuple[Any, Any]:
    notice = act_on(ctx.triggered_id, request)
    return waiting(request, place), [notice]


def act_on(pressed: object, request: Request) -> Component:
    """Resend or withdraw an invitation; return the toast."""
    db, viewer = request.db, request.viewer
    verb, invitation = act_pressed(pressed, "invitation", {"again", "withdraw"}, _GONE)
    if verb == "again":
        email = actions.resend(db, viewer, invitation, now=request.now)
        return toast(_("Invitation renvoyée"), _("Un courriel part à {email}.", email=email))
    email = actions.withdraw(db, viewer, invitation, now=request.now)
    message = _("Le lien envoyé à {email} ne fonctionne plus.", email=email)
    return toast(_("Invitation retirée"), message)
