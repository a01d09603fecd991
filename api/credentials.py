"""Create, show once and revoke the API credentials of an organisation."""

import re
import secrets
from contextlib import suppress

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from api.context import open_reading, open_writing, viewer_now
from api.password import prove_current
from api.session import field
from core.access import Permission
from core.errors import PortalError
from core.i18n import N_, _, clock
from data.administration.people.queries import get_organisation
from data.administration.people.types import AdministeredOrganisation
from data.identity.accounts import actions
from data.identity.accounts.actions.credentials import (
    DURATIONS,
    CredentialAlreadyMade,
    checked_name,
)
from data.identity.accounts.queries import security
from data.identity.accounts.types.security import ApiScope, CredentialRow, WantedCredential

routes = Blueprint("credentials", __name__)
_LIST = "/compte/api"
_NEW = f"{_LIST}/nouveau"
_KEY = re.compile(r"\d{1,9}", re.ASCII)
_ONE = f"{_LIST}/<int:credential>/revocation"
SCOPES = {  # those that open a call; older credentials may have CONTROLS_READ, which opens none
    ApiScope.PCES_READ: N_("Lire les points de livraison"),
    ApiScope.CONSUMPTION_READ: N_("Lire les consommations"),
    ApiScope.RIGHTS_READ: N_("Lire les droits d’accès"),
    ApiScope.RIGHTS_WRITE: N_("Déclarer et révoquer des droits d’accès"),
    ApiScope.CONTROLS_WRITE: N_("Déposer des preuves"),
}


@routes.get(_NEW)
def show() -> ResponseReturnValue:
    return form(place_of(named()))


@routes.post(_NEW)
def create() -> ResponseReturnValue:
    viewer, draft, place = viewer_now(), wanted_now(), place_of(named())
    try:
        checked_name(draft)
        proof = prove_current(viewer)
        with open_writing() as context:
            issued = actions.create_credential(
                context.db, viewer, proof, draft, context.now, organisation_id=place.id
            )
    except CredentialAlreadyMade:
        return redirect(back_to(place.id, "deja"), 303)
    except PortalError as error:
        problem = (str(error.params.get("field", "")), _(error.message, **error.params))
        return form(place, draft, problem), error.status
    return render_template("credential_made.html", issued=issued, back=back_to(place.id))


@routes.get(_ONE)
def show_end(credential: int) -> str:
    row = find_account(credential)
    back = back_to(row.organisation_id)
    created_label = clock(row.created_at)
    return render_template(
        "credential_end.html", credential=row, made=created_label, back=back, named=named()
    )


@routes.post(_ONE)
def revoke(credential: int) -> ResponseReturnValue:
    home = find_account(credential).organisation_id
    with open_writing() as context:
        actions.revoke_credential(context.db, context.viewer, credential, context.now)
    return redirect(back_to(home, "revoque"), 303)


def named() -> str:
    """Return the organisation of the list in `/admin`, from the address or the form."""
    return request.values.get("organisation", "")


def place_of(reference: str) -> AdministeredOrganisation:
    """Return the organisation named by an address or a form: the viewer's own by default."""
    organisation_id = None if not reference else int(reference) if _KEY.fullmatch(reference) else 0
    with open_reading(Permission.API_CREDENTIALS) as context:
        return get_organisation(context.db, context.viewer, organisation_id)


def back_to(organisation_id: int, done: str = "") -> str:
    """Return the address of the list from which the viewer came."""
    query_string = f"fait={done}" if done else ""
    if organisation_id == viewer_now().organisation_id and not named():
        return f"{_LIST}?{query_string}" if query_string else _LIST
    return f"/admin?part=programs&organisation={organisation_id}" + (
        f"&{query_string}" if query_string else ""
    )


def find_account(credential: int) -> CredentialRow:
    with open_reading() as context:
        return security.get_credential(context.db, context.viewer, credential, context.now)


def wanted_now() -> WantedCredential:
    """Return the values of the form, without unknown choices."""
    days = 0
    with suppress(ValueError):
        days = int(field("days"))
    ticked = request.form.getlist("scope")[: len(ApiScope) * 2]
    return WantedCredential(
        field("name"),
        frozenset(api_scope for api_scope in SCOPES if api_scope in ticked),
        days,
        field("form"),
    )


def form(
    place: AdministeredOrganisation,
    wanted: WantedCredential | None = None,
    problem: tuple[str, str] = ("", ""),
) -> str:
    """Return the form as filled, with its `problem`: the field (or "") and its message."""
    return render_template(
        "credential.html",
        place=place,
        other=place.id != viewer_now().organisation_id,
        named=named(),
        back=back_to(place.id),
        wanted=wanted or WantedCredential("", frozenset({ApiScope.PCES_READ}), DURATIONS[-1]),
        scopes={scope.value: _(words) for scope, words in SCOPES.items()},
        durations=DURATIONS,
        problem=problem,
        one=(wanted and wanted.form) or secrets.token_urlsafe(16),
    )
