"""What happens where one action is for many PCE."""

from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.group import Group
from callbacks.pces import list_page, numbers_of
from callbacks.request import now
from components import frame
from components.kit import toast
from components.pces import filter_model, grid_row, read_filters
from components.thresholds import Ids
from components.thresholds.many import ALL, MOST, many_text
from components.thresholds.planned import Previewed, Wanted, drafts_of, preview, wanted_of
from data.access import Permission, Viewer
from data.errors import Invalid
from data.thresholds import actions, queries
from data.thresholds.types import Draft
from i18n import N_, _, plural

on = Group()


@on(
    Output(Ids.MANY_GRID, "getRowsResponse"),
    Input(Ids.MANY_GRID, "getRowsRequest"),
    permission=Permission.THRESHOLDS_WRITE,
)
def show_pces(request: dict[str, Any] | None, *, db: Session, viewer: Viewer) -> Any:  # noqa: ANN401
    if not isinstance(request, dict):
        return no_update
    rows, total = list_page(db, viewer, request)
    return {"rowData": [grid_row(row, viewer.today) for row in rows], "rowCount": total}


@on(
    Output(Ids.MANY_GRID, "filterModel"),
    Input(Ids.MANY_SEARCH, "value"),
    Input(Ids.MANY_TAG, "value"),
    permission=Permission.THRESHOLDS_WRITE,
    prevent_initial_call=True,
)
def filter_pces(
    text: str | None, tag: str | None, *, db: Session, viewer: Viewer
) -> dict[str, Any]:
    del db, viewer
    return filter_model(read_filters({"q": text, "tag": "" if tag == ALL else tag}))


@on(
    Output(Ids.MANY_COUNT, "children"),
    Input(Ids.MANY_GRID, "selectedRows"),
    permission=Permission.THRESHOLDS_WRITE,
    prevent_initial_call=True,
)
def count_pces(rows: list[Any] | None, *, db: Session, viewer: Viewer) -> str:
    del db, viewer
    return many_text(len(rows or []))


@on(
    Output(Ids.MANY_PREVIEW, "children"),
    Input(Ids.MANY_PROPOSED, "n_clicks"),
    State(Ids.MANY_KIND, "value"),
    State(Ids.MANY_GRID, "selectedRows"),
    permission=Permission.THRESHOLDS_WRITE,
    costly=True,
    prevent_initial_call=True,
)
def show_plan(
    clicks: int | None,
    kind: str | None,
    rows: list[dict[str, Any]] | None,
    *,
    db: Session,
    viewer: Viewer,
) -> list[Component]:
    del clicks
    return preview(previewed(db, viewer, Wanted(kind or "", tuple(some(rows)))))


@on(
    Output(Ids.MANY_PREVIEW, "children", allow_duplicate=True),
    Input(Ids.MANY_AGAIN, "value"),
    State(Ids.MANY_PLANNED, "data"),
    permission=Permission.THRESHOLDS_WRITE,
    costly=True,
    prevent_initial_call=True,
)
def plan_again(
    again: bool | None,  # noqa: FBT001 (a field)
    kept: dict[str, Any] | None,
    *,
    db: Session,
    viewer: Viewer,
) -> list[Component]:
    if not kept or bool(again) == kept.get("again"):
        raise PreventUpdate
    return preview(previewed(db, viewer, wanted_of(kept, again=bool(again))))


@on(
    Output(Ids.MANY_PREVIEW, "children", allow_duplicate=True),
    Input(Ids.MANY_CANCEL, "n_clicks"),
    permission=Permission.THRESHOLDS_WRITE,
    prevent_initial_call=True,
)
def drop_plan(clicks: int | None, *, db: Session, viewer: Viewer) -> list[Component]:
    del clicks, db, viewer
    return []


def planned(
    clicks: int | None,
    again: bool | None,  # noqa: FBT001 (a field)
    kept: dict[str, Any] | None,
    *,
    db: Session,
    viewer: Viewer,
) -> list[Draft]:
    """The thresholds previewed, their values found before anybody has to wait."""
    del clicks
    wanted = wanted_of(kept, again=bool(again))
    draft = wanted.draft(viewer.user_id)
    found = queries.plan(db, viewer, draft, wanted.scope, again=wanted.again)
    return drafts_of(found, draft)


@on(
    Output(frame.Ids.LOCATION, "href", allow_duplicate=True),
    Output(frame.Ids.TOASTS, "children", allow_duplicate=True),
    Input(Ids.MANY_CONFIRM, "n_clicks"),
    State(Ids.MANY_AGAIN, "value"),
    State(Ids.MANY_PLANNED, "data"),
    permission=Permission.THRESHOLDS_WRITE,
    costly=True,
    writes=True,
    before=planned,
    prevent_initial_call=True,
)
def set_planned(  # noqa: PLR0913
    clicks: int | None,
    again: bool | None,  # noqa: FBT001 (a field)
    kept: dict[str, Any] | None,
    *,
    ready: list[Draft],
    db: Session,
    viewer: Viewer,
) -> tuple[str, Component]:
    del clicks, again, kept
    made = actions.create_once(db, viewer, ready, now=now())
    said = plural("{count} seuil posé", "{count} seuils posés", len(made))
    return "/seuils", toast(_("Seuils enregistrés"), said, tone="ok")


@on(
    Output(frame.Ids.LOCATION, "href", allow_duplicate=True),
    Input(Ids.MANY_DRAFT, "n_clicks"),
    State(Ids.MANY_KIND, "value"),
    State(Ids.MANY_GRID, "selectedRows"),
    permission=Permission.THRESHOLDS_WRITE,
    prevent_initial_call=True,
)
def set_same(
    clicks: int | None,
    kind: str | None,
    rows: list[dict[str, Any]] | None,
    *,
    db: Session,
    viewer: Viewer,
) -> str:
    del clicks, db, viewer
    numbers = some(rows)
    if len(numbers) > MOST:
        raise Invalid(
            N_("Pour plus de {most} PCE, prenez une étiquette ou une feuille."), most=MOST
        )
    return f"/seuils?new=1&kind={kind or ''}&pce={numbers[0]}&pces={','.join(numbers)}"


def some(rows: list[dict[str, Any]] | None) -> list[str]:
    numbers = numbers_of(rows)
    if not numbers:
        raise Invalid(N_("Cochez d’abord au moins un PCE."))
    return numbers


def previewed(db: Session, viewer: Viewer, wanted: Wanted) -> Previewed:
    draft = wanted.draft(viewer.user_id)
    found = queries.planned(db, viewer, draft, wanted.scope, again=wanted.again)
    return Previewed(wanted, found)
