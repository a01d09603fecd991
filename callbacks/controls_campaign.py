"""Callbacks that prepare and open a campaign, and show figures."""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.group import CallbackGroup
from callbacks.inputs import number_in
from callbacks.outputs import LOCATION, TOASTS
from components.controls.campaign import new_seed
from components.controls.campaign_parser import (
    ERRORS,
    FIELDS,
    draw_of,
    problems_of,
    restore_zeros,
    wrong_lines,
)
from components.controls.figures import service_part, span_of
from components.controls.preview import drawn_part, preview_part, problem_part
from components.controls.staff_ids import Ids
from components.kit import make_static, toast
from core.access import Permission
from core.errors import Invalid
from core.i18n import _, long_day, plural
from data.controls import actions, queries
from data.controls.rules.draw import PAGE
from data.controls.types import DrawMethod, OpenedCampaign
from data.request import Request

on = CallbackGroup()
Planned = dict[str, Any] | None
_ERRORS = {name: Output(id_, "children") for name, id_ in ERRORS.items()}
_ERRORS_AGAIN = {
    name: Output(id_, "children", allow_duplicate=True) for name, id_ in ERRORS.items()
}


@on(
    Output(Ids.SAMPLE_FIELDS, "hidden"),
    Output(Ids.LIST_FIELDS, "hidden"),
    Output(Ids.ONE_FIELDS, "hidden"),
    Input(Ids.WAY, "value"),
    permission=Permission.CONTROLS_DECIDE,
)
def choose_way(way: str | None) -> tuple[bool, bool, bool]:
    return way in {DrawMethod.LIST, DrawMethod.ONE}, way != DrawMethod.LIST, way != DrawMethod.ONE


@on.click(Ids.RESEED, Output(Ids.SEED, "value"), permission=Permission.CONTROLS_DECIDE)
def reseed() -> str:
    return new_seed()


@on.click(
    Ids.PREVIEW,
    output={
        "shown": Output(Ids.PREVIEWED, "children"),
        "drawn": Output(Ids.DRAWN, "children"),
        "planned": Output(Ids.PLANNED, "data"),
        **_ERRORS,
    },
    state={"fields": {name: State(*place) for name, place in FIELDS.items()}},
    permission=Permission.CONTROLS_DECIDE,
    costly=True,
)
def preview(*, fields: dict[str, Any], request: Request) -> dict[str, Any]:
    """Return the preview of the draw, or all errors at their fields."""
    problems = problems_of(fields)
    if problems:
        preview_area = problem_part(wrong_lines(fields))
        return {"shown": preview_area, "drawn": [], "planned": None, **errors(problems)}
    return {**previewed(request, fields, 0), **errors({})}


def errors(problems: Mapping[str, Invalid]) -> dict[str, str]:
    """Return the message of each field, "" for valid ones."""
    messages = {name: _(problem.message, **problem.params) for name, problem in problems.items()}
    return {name: messages.get(name, "") for name in ERRORS}


def previewed(request: Request, fields: dict[str, Any], before: int) -> dict[str, Any]:
    """Return the preview, with the page of rights after the first `before`."""
    draw = draw_of(fields)
    campaign_preview = actions.preview_campaign(
        request.db, request.viewer, draw, delays=request.proof_delays, before=before
    )
    return {
        "shown": make_static(preview_part(campaign_preview, wrong_lines(fields)), ()),
        "drawn": make_static(drawn_part(campaign_preview), ()),
        "planned": {
            "fields": fields,
            "mark": campaign_preview.mark,
            "before": campaign_preview.before,
        },
    }


@on(
    output={
        "shown": Output(Ids.PREVIEWED, "children", allow_duplicate=True),
        "drawn": Output(Ids.DRAWN, "children", allow_duplicate=True),
        "planned": Output(Ids.PLANNED, "data", allow_duplicate=True),
    },
    inputs={"earlier": Input(Ids.EARLIER, "n_clicks"), "later": Input(Ids.LATER, "n_clicks")},
    state={"planned": State(Ids.PLANNED, "data")},
    permission=Permission.CONTROLS_DECIDE,
    costly=True,
)
def turn_page(
    *, earlier: int | None, later: int | None, planned: Planned, request: Request
) -> dict[str, Any]:
    """Return the previous or next page of rights; the same fields give the same draw."""
    del later
    before = (planned or {}).get("before")
    way = -PAGE if earlier else PAGE
    return previewed(request, fields_of(planned), (number_in(str(before)) or 0) + way)


def fields_of(planned: Planned) -> dict[str, Any]:
    """Return the previewed fields, as sent by the browser."""
    fields = (planned or {}).get("fields")
    if not isinstance(fields, dict):
        raise PreventUpdate
    return fields


@on(
    output={
        "shown": Output(Ids.PREVIEWED, "children", allow_duplicate=True),
        "drawn": Output(Ids.DRAWN, "children", allow_duplicate=True),
        **_ERRORS_AGAIN,
    },
    inputs={"fields": {name: Input(*place) for name, place in FIELDS.items()}},
    permission=Permission.CONTROLS_DECIDE,
)
def forget_preview(*, fields: dict[str, Any]) -> dict[str, Any]:
    """Clear the preview of other fields."""
    del fields
    return {"shown": [], "drawn": [], **errors({})}


@on.click(
    Ids.ZEROS,
    Output(Ids.LISTED, "value"),
    State(Ids.LISTED, "value"),
    permission=Permission.CONTROLS_DECIDE,
)
def put_zeros(listed: str | None) -> str:
    return restore_zeros(listed or "")


@on.click(
    Ids.OPEN,
    LOCATION,
    TOASTS,
    State(Ids.PLANNED, "data"),
    permission=Permission.CONTROLS_DECIDE,
    writes=True,
    costly=True,
)
def open_campaign(planned: Planned, *, request: Request) -> tuple[str, Component]:
    fields = fields_of(planned)
    mark = str((planned or {}).get("mark"))
    way: Any = {"delays": request.proof_delays, "now": request.now}
    opened = actions.open_campaign(request.db, request.viewer, draw_of(fields), mark=mark, **way)
    return "/controles?view=figures", opened_toast(opened)


def opened_toast(opened: OpenedCampaign) -> Component:
    count = plural("{count} preuve demandée", "{count} preuves demandées", opened.controls)
    until = _("attendues jusqu’au {day} inclus", day=long_day(opened.due_on))
    return toast(_("Campagne ouverte"), f"{count}, {until}.", tone="ok")


@on(
    Output(Ids.FIGURES, "children"), Input(Ids.SPAN, "value"), permission=Permission.CONTROLS_DECIDE
)
def show_service(span: str | None, *, request: Request) -> Any:  # noqa: ANN401
    db, viewer = request.db, request.viewer
    first, last = span_of(span, viewer.today)
    return make_static(service_part(queries.get_service_levels(db, viewer, first, last)))
