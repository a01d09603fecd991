"""Callbacks of the exports page."""

from collections.abc import Mapping
from typing import Any, cast

from dash import ALL, Input, Output, State, ctx
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.group import CallbackGroup
from callbacks.inputs import is_key, number_in, row_pressed
from callbacks.outputs import LOCATION, TOASTS
from components.exports import Ids
from components.exports.form import FREE, asked_of, estimate_shown
from components.exports.ids import export_button, own_button, report_button, schedule_button
from components.exports.listing import detail, export_list, is_busy, schedule_list
from components.kit import by_name, link, toast
from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import N_, _
from data.exports import actions, queries
from data.exports.rules import read_asked, read_report_asked
from data.exports.types import ExportForm, ExportSpec
from data.request import Request

on = CallbackGroup()
EXPORT = Permission.CONSUMPTION_EXPORT
_GONE = N_("Cet export est introuvable.")
NAMES = by_name(
    Ids.CONTENT,
    Ids.WHICH,
    Ids.TAG,
    Ids.TEXT,
    Ids.NUMBERS,
    Ids.PERIOD,
    Ids.FIRST,
    Ids.LAST,
    Ids.FILE,
    Ids.APART,
)
PLACES = {name: (id_, "value") for name, id_ in NAMES.items()} | {"picked": (Ids.PICKED, "data")}
FIELDS = {name: State(*place) for name, place in PLACES.items()}


def asked_in(fields: Mapping[str, Any], db: Session, viewer: Viewer) -> ExportForm:
    pick = fields["picked"]
    picked = queries.get_picked(db, viewer, pick) if is_key(pick) else ()
    return asked_of(fields, viewer.today, picked)


def wanted_in(fields: Mapping[str, Any], db: Session, viewer: Viewer) -> ExportSpec:
    """Return the export described in the form. Raise Invalid with the first error."""
    export_request, problems = read_asked(asked_in(fields, db, viewer), viewer.today)
    if export_request is None:
        raise Invalid(problems[0].sentence, **problems[0].params)
    return export_request


@on(
    output=[
        Output(Ids.ESTIMATE, "children"),
        Output(Ids.ASK, "disabled"),
        Output(Ids.TAG_BOX, "hidden"),
        Output(Ids.TEXT_BOX, "hidden"),
        Output(Ids.NUMBERS_BOX, "hidden"),
        Output(Ids.PERIOD_BOX, "hidden"),
        Output(Ids.DATES_BOX, "hidden"),
    ],
    inputs={"fields": {name: Input(*place) for name, place in PLACES.items()}},
    permission=EXPORT,
)
def show_estimate(*, fields: Mapping[str, Any], request: Request) -> list[Any]:
    """Return the estimate, and the fields that the choice needs."""
    db, viewer = request.db, request.viewer
    export_form = asked_in(fields, db, viewer)
    export_request, problems = read_asked(export_form, viewer.today)
    estimate = queries.get_estimate(db, viewer, export_request) if export_request else None
    estimate_part = estimate_shown(export_form, estimate, problems)
    return [estimate_part, not (estimate and estimate.rows), *hidden(export_form, fields)]


def hidden(asked: ExportForm, fields: Mapping[str, Any]) -> list[bool]:
    """Return which fields are hidden."""
    boxes = [asked.which != which for which in ("tag", "text", "numbers")]
    return [*boxes, asked.content in {"contractual", "technical"}, fields["period"] != FREE]


@on.click(
    Ids.ASK,
    output=[
        Output(Ids.LIST, "children", allow_duplicate=True),
        Output(Ids.POLL, "disabled", allow_duplicate=True),
        TOASTS,
    ],
    state={"fields": FIELDS, "tell": State(Ids.TELL, "value")},
    permission=EXPORT,
    writes=True,
)
def ask(*, fields: Mapping[str, Any], tell: bool | None, request: Request) -> list[Any]:
    db, viewer = request.db, request.viewer
    export_request = wanted_in(fields, db, viewer)
    export_id = actions.ask(
        db, viewer, export_request, limits=request.portal.exports, now=request.now, tell=bool(tell)
    )
    rows = queries.list_shown(db, viewer)
    way = link(_("Suivre cet export"), f"/exports?export={export_id}")
    message = _("Vous pouvez quitter cette page : vous le retrouverez ici.")
    return [export_list(rows, request.now), False, toast(_("Export demandé"), message, link=way)]


@on.click(report_button(ALL, ALL, ALL), TOASTS, permission=EXPORT, writes=True)
def ask_report(*, request: Request) -> Component:
    """Ask for the report of the button pressed; it is made like an export."""
    spec = read_report_asked(cast("dict[str, Any]", ctx.triggered_id), request.viewer.today)
    export_id = actions.ask(
        request.db, request.viewer, spec, limits=request.portal.exports, now=request.now
    )
    way = link(_("Suivre cet export"), f"/exports?export={export_id}")
    message = _("Il se prépare ; vous pouvez quitter cette page.")
    return toast(_("Rapport demandé"), message, link=way)


@on.tick(Ids.POLL, Output(Ids.LIST, "children"), permission=EXPORT)
def show_progress(*, request: Request) -> tuple[Component, bool]:
    rows = queries.list_shown(request.db, request.viewer)
    return export_list(rows, request.now), not is_busy(rows)


@on.tick(Ids.WATCH, Output(Ids.DETAIL, "children"), State(Ids.SHOWN, "data"), permission=EXPORT)
def show_detail(export: int | None, *, request: Request) -> tuple[Component, bool]:
    row = queries.get_shown(request.db, request.viewer, export or 0)
    return detail(row, request.now), not row.busy


@on.click(
    export_button(ALL, ALL),
    Output(Ids.LIST, "children", allow_duplicate=True),
    Output(Ids.POLL, "disabled", allow_duplicate=True),
    TOASTS,
    permission=EXPORT,
    writes=True,
)
def change_in_list(*, request: Request) -> tuple[Component, bool, Component]:
    _export_id, message = change(request)
    rows = queries.list_shown(request.db, request.viewer)
    return export_list(rows, request.now), not is_busy(rows), toast(message)


@on.click(own_button(ALL, ALL), LOCATION, TOASTS, permission=EXPORT, writes=True)
def change_alone(*, request: Request) -> tuple[str, Component]:
    """Apply an action on the page of one export; lead to the new one, or to the list."""
    export_id, message = change(request)
    return f"/exports?export={export_id}" if export_id else "/exports", toast(message)


def change(request: Request) -> tuple[int, str]:
    """Repeat or delete an export; return the id of a new one, or 0, and the toast text."""
    db, viewer = request.db, request.viewer
    export = row_pressed(ctx.triggered_id, "export", _GONE)
    if cast("dict[str, Any]", ctx.triggered_id).get("verb") == "again":
        new_export_id = actions.repeat_export(
            db, viewer, export, limits=request.portal.exports, now=request.now
        )
        return new_export_id, _("Export demandé")
    actions.remove(db, viewer, export, now=request.now)
    return 0, _("Export supprimé")


@on.click(
    Ids.SCHEDULE,
    output=[Output(Ids.SCHEDULES, "children"), TOASTS],
    state={"fields": FIELDS, "day": State(Ids.DAY, "value"), "months": State(Ids.MONTHS, "value")},
    permission=EXPORT,
    writes=True,
)
def schedule(
    *, fields: Mapping[str, Any], day: str | None, months: str | None, request: Request
) -> list[Any]:
    db, viewer = request.db, request.viewer
    export_request = wanted_in(fields, db, viewer)
    actions.schedule(
        db, viewer, export_request, day=small(day), months=small(months), now=request.now
    )
    return [schedule_list(queries.list_schedules(db, viewer)), toast(_("Export programmé"))]


def small(text: str | None) -> int:
    """Return a number from a select; 0, which is no option, for anything else."""
    return number_in(text or "") or 0


@on.click(
    schedule_button(ALL),
    Output(Ids.SCHEDULES, "children", allow_duplicate=True),
    TOASTS,
    permission=EXPORT,
    writes=True,
)
def unschedule(*, request: Request) -> tuple[Component, Component]:
    db, viewer = request.db, request.viewer
    schedule_id = row_pressed(ctx.triggered_id, "schedule", _GONE)
    actions.unschedule(db, viewer, schedule_id, now=request.now)
    return schedule_list(queries.list_schedules(db, viewer)), toast(_("Export arrêté"))
