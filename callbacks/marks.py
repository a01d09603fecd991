"""Callbacks of annotations: open the form, save, remove, restore."""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.consumption import view_of
from callbacks.group import CallbackGroup
from callbacks.inputs import is_key, key_pressed, number_in, values_of
from callbacks.outputs import TOASTS
from components.consumption import Ids as Shown
from components.consumption.annotations import annotated_parts
from components.kit import by_name, toast
from components.marks.annotations import AnnotationForm, form, undo_button
from components.marks.ids import Ids
from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import N_, _
from data.analysis.marks import actions, queries
from data.analysis.marks.rules.annotations import draft_of_form
from data.request import Request
from data.thresholds.queries.chart_series import load_limits_series

on = CallbackGroup()
_GONE = N_("Cette annotation est introuvable.")
_NO_PCE = N_("Ce PCE est introuvable.")
Sent = Mapping[str, Any]


@on(
    Output(Ids.FORM, "children"),
    Input(Ids.ASKED, "data"),
    State(Shown.VIEW, "data"),
    permission=Permission.MARKS_WRITE,
)
def open_form(asked: Sent | None, query: str | None, *, request: Request) -> list[Component]:
    """Return the form of a new annotation, or of the one to edit.

    A new one is on the clicked day, or the last one with data.
    """
    db, viewer = request.db, request.viewer
    key = number_in(str((asked or {}).get("id") or ""))
    if key is not None:
        annotation = queries.get_annotation(db, viewer, key)
        draft = annotation.draft
        last = draft.last.isoformat() if draft.last != draft.first else ""
        return form(
            AnnotationForm(
                draft.first.isoformat(), last, draft.kind.value, draft.words, key, draft.shared
            ),
            viewer,
        )
    day = str((asked or {}).get("day") or "") or _last_day(db, viewer, query)
    return form(AnnotationForm(day), viewer)


def _last_day(db: Session, viewer: Viewer, query: str | None) -> str:
    series, _crossed = load_limits_series(db, viewer, view_of(query, viewer))
    return min(series.data_until or viewer.today, series.last).isoformat()


@on.click(
    Ids.SAVE,
    output=[
        Output(Ids.FORM, "children", allow_duplicate=True),
        Output(Ids.CHANGED, "data"),
        TOASTS,
    ],
    state={
        "edited": State(Ids.EDITED, "data"),
        "shared": State(Ids.WITH_STAFF, "value"),
        "typed": values_of(State, by_name(Ids.FIRST, Ids.LAST, Ids.KIND, Ids.WORDS)),
        "query": State(Shown.VIEW, "data"),
    },
    permission=Permission.MARKS_WRITE,
    writes=True,
)
def save(
    *,
    edited: int | None,
    typed: Mapping[str, str | None],
    shared: bool | None,
    query: str | None,
    request: Request,
) -> tuple[Any, Any, Any]:
    texts = {name: text or "" for name, text in typed.items()}
    entry = AnnotationForm(**texts, id=edited, shared=shared is True and not request.viewer.staff)
    message, problems = keep(request, entry, query)
    if problems:
        return form(entry, request.viewer, problems), no_update, no_update
    return [], request.now.isoformat(), [toast(message)]


def keep(
    request: Request, entry: AnnotationForm, query: str | None
) -> tuple[str, Mapping[str, str]]:
    """Store an annotation; return the toast text, or "" and the errors by field."""
    db, viewer = request.db, request.viewer
    draft, problems = draft_of_form(
        entry.first,
        entry.last,
        entry.kind,
        entry.words,
        today=viewer.today,
        shared=entry.shared,
    )
    if draft is None:
        return "", problems
    if entry.id is not None:
        actions.change(db, viewer, key_of(entry.id), draft, now=request.now)
        return _("Annotation modifiée"), {}
    number = view_of(query, viewer).pce
    if number is None:
        raise NotFound(_NO_PCE)
    actions.annotate(db, viewer, number, draft, now=request.now)
    return _("Annotation enregistrée"), {}


def key_of(value: object) -> int:
    if not is_key(value):
        raise NotFound(_GONE)
    return value


@on(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    TOASTS,
    Input(Ids.DONE, "data"),
    permission=Permission.MARKS_WRITE,
    writes=True,
)
def remove_or_restore(done: Sent | None, *, request: Request) -> tuple[str, list[Component]]:
    """Delete or restore an annotation."""
    db, viewer = request.db, request.viewer
    key = key_pressed(done, _GONE)
    if (done or {}).get("do") == "restore":
        actions.restore(db, viewer, key, now=request.now)
        return request.now.isoformat(), [toast(_("Annotation rétablie"))]
    actions.remove(db, viewer, key, now=request.now)
    return request.now.isoformat(), [toast(_("Annotation retirée"), link=undo_button(key))]


@on(
    Output(Shown.CHART, "figure", allow_duplicate=True),
    Output(Shown.OVER_WORDS, "data", allow_duplicate=True),
    Output(Shown.LATER, "data", allow_duplicate=True),
    Input(Ids.CHANGED, "data"),
    State(Shown.VIEW, "data"),
    permission=Permission.CONSUMPTION_READ,
)
def draw_again(changed: str | None, query: str | None, *, request: Request) -> tuple[Any, Any, Any]:
    """Return the chart, texts and table with the current annotations."""
    db, viewer = request.db, request.viewer
    if not changed:
        raise PreventUpdate
    series, _crossed = load_limits_series(
        db, viewer, view_of(query, viewer), request.settings.carbon
    )
    request.record_series(series)
    drawn = annotated_parts(series, viewer)
    return drawn["figure"], drawn["over"], drawn["later"]


on.client("marks", "enter", Input(Ids.FORM, "children"))
