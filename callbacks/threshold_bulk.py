"""Callbacks of bulk threshold operations."""

from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.grid_screen import Fields, block_of, filters
from callbacks.group import CallbackGroup
from callbacks.inputs import Rows, Sent
from callbacks.outputs import LOCATION, TOASTS
from callbacks.pces import list_page, numbers_of
from components.kit import toast
from components.pces import filter_model, grid_row, read_filters
from components.thresholds import Ids
from components.thresholds.bulk import ALL, MOST, many_text
from components.thresholds.per_pce import (
    PlannedSelection,
    PlanPreview,
    drafts_of,
    preview,
    wanted_of,
)
from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import N_, _, plural
from data.request import Request
from data.thresholds import actions, queries
from data.thresholds.types import ThresholdDraft

on = CallbackGroup()


@on(
    Output(Ids.MANY_GRID, "getRowsResponse"),
    Input(Ids.MANY_GRID, "getRowsRequest"),
    permission=Permission.THRESHOLDS_WRITE,
    prevent_initial_call=False,
)
def show_pces(rows_request: Sent, *, request: Request) -> Any:  # noqa: ANN401
    db, viewer = request.db, request.viewer
    rows, total = list_page(db, viewer, block_of(rows_request))
    return {"rowData": [grid_row(row, viewer.today) for row in rows], "rowCount": total}


@filters(
    on,
    Ids.MANY_GRID,
    {"q": Ids.MANY_SEARCH, "tag": Ids.MANY_TAG},
    permission=Permission.THRESHOLDS_WRITE,
)
def filter_pces(*, fields: Fields) -> dict[str, Any]:
    tag = "" if fields["tag"] == ALL else fields["tag"]
    return filter_model(read_filters({**fields, "tag": tag}))


@on(
    Output(Ids.MANY_COUNT, "children"),
    Input(Ids.MANY_GRID, "selectedRows"),
    permission=Permission.THRESHOLDS_WRITE,
)
def count_pces(rows: list[Any] | None) -> str:
    return many_text(len(rows or []))


@on.click(
    Ids.MANY_PROPOSED,
    Output(Ids.MANY_PREVIEW, "children"),
    State(Ids.MANY_KIND, "value"),
    State(Ids.MANY_GRID, "selectedRows"),
    permission=Permission.THRESHOLDS_WRITE,
    costly=True,
)
def show_plan(kind: str | None, rows: Rows, *, request: Request) -> list[Component]:
    return preview(
        previewed(
            request.db, request.viewer, PlannedSelection(kind or "", tuple(selected_rows(rows)))
        )
    )


@on(
    Output(Ids.MANY_PREVIEW, "children", allow_duplicate=True),
    Input(Ids.MANY_AGAIN, "value"),
    State(Ids.MANY_PLANNED, "data"),
    permission=Permission.THRESHOLDS_WRITE,
    costly=True,
)
def plan_again(
    again: bool | None,  # noqa: FBT001 (a field)
    kept: Sent,
    *,
    request: Request,
) -> list[Component]:
    if not kept or bool(again) == kept.get("again"):
        raise PreventUpdate
    return preview(previewed(request.db, request.viewer, wanted_of(kept, again=bool(again))))


@on.click(
    Ids.MANY_CANCEL,
    Output(Ids.MANY_PREVIEW, "children", allow_duplicate=True),
    permission=Permission.THRESHOLDS_WRITE,
)
def drop_plan() -> list[Component]:
    return []


def planned(
    again: bool | None,  # noqa: FBT001 (a field)
    kept: Sent,
    *,
    request: Request,
) -> list[ThresholdDraft]:
    """Return the previewed thresholds, with values computed before the writing transaction."""
    db, viewer = request.db, request.viewer
    plan_request = wanted_of(kept, again=bool(again))
    draft = plan_request.draft(viewer.user_id)
    threshold_plan = queries.get_group_plan(
        db, viewer, draft, plan_request.scope, again=plan_request.include_existing
    )
    return drafts_of(threshold_plan, draft)


@on.click(
    Ids.MANY_CONFIRM,
    LOCATION,
    TOASTS,
    State(Ids.MANY_AGAIN, "value"),
    State(Ids.MANY_PLANNED, "data"),
    permission=Permission.THRESHOLDS_WRITE,
    costly=True,
    writes=True,
    before=planned,
)
def set_planned(
    again: bool | None,  # noqa: FBT001 (a field)
    kept: Sent,
    *,
    ready: list[ThresholdDraft],
    request: Request,
) -> tuple[str, Component]:
    del again, kept
    new_thresholds = actions.create_once(request.db, request.viewer, ready, now=request.now)
    summary = plural("{count} seuil posé", "{count} seuils posés", len(new_thresholds))
    return "/seuils", toast(_("Seuils enregistrés"), summary, tone="ok")


@on.click(
    Ids.MANY_DRAFT,
    LOCATION,
    State(Ids.MANY_KIND, "value"),
    State(Ids.MANY_GRID, "selectedRows"),
    permission=Permission.THRESHOLDS_WRITE,
)
def set_same(kind: str | None, rows: Rows) -> str:
    numbers = selected_rows(rows)
    if len(numbers) > MOST:
        raise Invalid(
            N_("Pour plus de {most} PCE, prenez une étiquette ou une feuille."), most=MOST
        )
    return f"/seuils?new=1&kind={kind or ''}&pce={numbers[0]}&pces={','.join(numbers)}"


def selected_rows(rows: Rows) -> list[str]:
    numbers = numbers_of(rows)
    if not numbers:
        raise Invalid(N_("Cochez d’abord au moins un PCE."))
    return numbers


def previewed(db: Session, viewer: Viewer, wanted: PlannedSelection) -> PlanPreview:
    draft = wanted.draft(viewer.user_id)
    threshold_plan = queries.get_planned_test(
        db, viewer, draft, wanted.scope, again=wanted.include_existing
    )
    return PlanPreview(wanted, threshold_plan)
