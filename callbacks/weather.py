"""Callbacks of a weather station's page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dash import ALL, Output, State, ctx, no_update

from callbacks.group import CallbackGroup
from callbacks.inputs import MALFORMED
from callbacks.outputs import LOCATION, TOASTS
from callbacks.row_form import read_typed, saves
from components.kit import toast
from components.weather.ids import Ids, detach_button
from components.weather.labels import station_address
from components.weather.station import FORM, attaching, draft_of, form
from core.access import Permission
from core.errors import Invalid, NotFound
from core.i18n import N_, _, plural
from data.metering.consumption import actions
from data.metering.pces.queries import count_by_tag
from data.request import Request

on = CallbackGroup()
SET = Permission.WEATHER_WRITE


def redraw_station(code: str, now: datetime) -> str:
    """Return the address of a station, changed so that the page is reloaded."""
    return f"{station_address(code)}&at={now:%H%M%S%f}"


@saves(on, FORM, permission=SET)
def save(*, fields: Mapping[str, str | None], seen: str | None, request: Request) -> list[Any]:
    typed = read_typed(fields)
    draft, errors = draft_of(typed, seen or "")
    if draft is None:
        return [no_update, no_update, form(typed, errors, seen or "")]
    actions.describe_station(request.db, request.viewer, draft, request.now)
    notice = toast(_("Station enregistrée"), draft.name or draft.place.code)
    return [redraw_station(draft.place.code, request.now), [notice], no_update]


@on.click(
    Ids.ATTACH,
    LOCATION,
    TOASTS,
    Output(Ids.ATTACHING, "children"),
    State(Ids.PCE, "value"),
    State(Ids.TAG, "value"),
    State(Ids.SHOWN, "data"),
    permission=SET,
    writes=True,
)
def attach(
    pce: str | None, tag: str | None, code: str | None, *, request: Request
) -> tuple[Any, Any, Any]:
    typed = {"pce": (pce or "").strip(), "tag": tag or ""}
    try:
        count = attached(request, code or "", typed)
    except (Invalid, NotFound) as error:
        wrong = {"tag" if typed["tag"] else "pce": _(error.message, **error.params)}
        return (
            no_update,
            no_update,
            attaching(typed, wrong, count_by_tag(request.db, request.viewer)),
        )
    message = plural("{count} PCE rattaché", "{count} PCE rattachés", count)
    soon = _("Leurs résultats seront recalculés dans quelques minutes.")
    return redraw_station(code or "", request.now), [toast(message, soon)], no_update


def attached(request: Request, code: str, typed: Mapping[str, str]) -> int:
    """Attach one PCE or all of a tag; return how many changed. Raise Invalid, NotFound."""
    db, viewer = request.db, request.viewer
    if not code:
        raise Invalid(MALFORMED)
    if bool(typed["pce"]) == bool(typed["tag"]):
        raise Invalid(N_("Donnez un numéro de PCE, ou choisissez une étiquette."))
    if typed["tag"]:
        return actions.attach_tagged(db, viewer, code, typed["tag"], request.now)
    return actions.attach_one(db, viewer, code, typed["pce"], request.now)


@on.click(
    detach_button(ALL), LOCATION, TOASTS, State(Ids.SHOWN, "data"), permission=SET, writes=True
)
def detach(code: str | None, *, request: Request) -> tuple[str, Any]:
    pressed = ctx.triggered_id
    number = str(pressed.get("number", "")) if isinstance(pressed, dict) else ""
    actions.attach_one(request.db, request.viewer, "", number, request.now)
    message = _("Il suit maintenant la station de son code postal, s’il y en a une.")
    return redraw_station(code or "", request.now), [toast(_("PCE détaché"), message)]
