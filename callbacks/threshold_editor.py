"""What happens in the editor of a threshold: each change is tried, one press saves."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from dash import Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from flask import current_app
from sqlalchemy.orm import Session

from callbacks.group import Group
from callbacks.threshold_asks import asks_of, people_of
from components import frame
from components.consumption.filters import pce_options
from components.kit import alert, link, picker_options, toast
from components.thresholds import Ids
from components.thresholds.editor import OWN, SAME
from components.thresholds.facts import form_now, refills, tried
from components.thresholds.form import SEVERAL, person_of
from components.thresholds.parts import parts
from components.thresholds.tell import changed_told, told_list
from components.thresholds.words import default_name
from data.access import Permission, Viewer
from data.errors import Conflict
from data.pces.queries import get_detail, search
from data.thresholds import actions
from data.thresholds.types import Draft
from i18n import _, plural

on = Group()
TRIED = {
    "kind": (Ids.KIND, "value"),
    "every": (Ids.EVERY, "value"),
    "scope": (Ids.SCOPE, "value"),
    "choice": (Ids.PCE_CHOICE, "data"),
    "several": (Ids.SEVERAL, "value"),
    "values": (Ids.VALUES, "data"),
    "percent": (Ids.PERCENT, "value"),
    "delay": (Ids.DELAY, "value"),
    "warn": (Ids.WARN, "value"),
    "hysteresis": (Ids.HYSTERESIS, "value"),
    "consecutive": (Ids.CONSECUTIVE, "value"),
    "first": (Ids.FIRST, "value"),
    "last": (Ids.LAST, "value"),
}
KEPT = {
    "name": (Ids.NAME, "value"),
    "severity": (Ids.SEVERITY, "value"),
    "told": (Ids.TOLD, "data"),
    "each": (Ids.EACH, "value"),
}
PARTS = {
    "title": Output(Ids.TITLE, "children"),
    "lead": Output(Ids.LEAD, "children"),
    "trial": Output(Ids.TRIAL, "children"),
    "problems": Output(Ids.PROBLEMS, "children"),
    "look": Output(Ids.FORM, "className"),
    "several": Output(Ids.SEVERAL_BOX, "hidden"),
    "chart_title": Output(Ids.CHART_TITLE, "children"),
    "keys": Output(Ids.CHART_KEYS, "children"),
    "figure": Output(Ids.CHART, "figure"),
    "label": Output(Ids.CHART_BOX, "aria-label"),
    "drawn": Output(Ids.DRAWN, "data"),
    "values_card": Output(Ids.VALUES_CARD, "children"),
    "values": Output(Ids.VALUES, "data"),
    "edited": Output(Ids.EDITED, "data"),
}


@on(
    output=PARTS,
    inputs={"controls": {name: Input(*where) for name, where in TRIED.items()}},
    state={
        "rest": {name: State(*where) for name, where in KEPT.items()},
        "edited": State(Ids.EDITED, "data"),
    },
    permission=Permission.THRESHOLDS_WRITE,
    costly=True,
    prevent_initial_call=True,
)
def try_draft(
    *,
    controls: Mapping[str, Any],
    rest: Mapping[str, Any],
    edited: Mapping[str, Any] | None,
    db: Session,
    viewer: Viewer,
) -> dict[str, Any]:
    """Everything that the draft changes, the values proposed anew where its kind or PCE moved."""
    told = {**rest, **controls}
    fresh = refills(ctx.triggered_id, told, edited or {})
    form = form_now(told, edited or {})
    return parts(tried(form, asks_of(db, viewer), fresh=bool(fresh)), viewer, fresh=fresh)


@on(
    Output(Ids.PCE_LIST, "children"),
    Input(Ids.PCE, "value"),
    permission=Permission.THRESHOLDS_WRITE,
    prevent_initial_call=True,
)
def find_pces(text: str | None, *, db: Session, viewer: Viewer) -> list[Component]:
    return picker_options(pce_options(search(db, viewer, text or "")))


@on(
    Output(Ids.TOLD, "data"),
    Output(Ids.TOLD_LIST, "children"),
    Output(Ids.TELL_PANEL, "hidden"),
    Input(Ids.TELL, "n_clicks"),
    Input(Ids.UNTELL, "n_clicks"),
    State(Ids.WHO, "value"),
    State(Ids.BY, "value"),
    State(Ids.OFTEN, "value"),
    State(Ids.TOLD, "data"),
    permission=Permission.THRESHOLDS_WRITE,
    prevent_initial_call=True,
)
def tell(  # noqa: PLR0913, PLR0917 (one a field)
    put: int | None,
    off: int | None,
    who: str | None,
    by: list[str] | None,
    often: str | None,
    told: list[dict[str, Any]] | None,
    *,
    db: Session,
    viewer: Viewer,
) -> tuple[Any, Any, bool]:
    del put, off
    if person_of(who) is None:
        return no_update, no_update, False
    entry = {"who": who, "by": by or [], "every": often}
    after = changed_told(told or [], entry, gone=ctx.triggered_id == Ids.UNTELL)
    return after, told_list(after, people_of(db, viewer)), True


@on(
    Output(frame.Ids.LOCATION, "href", allow_duplicate=True),
    Output(frame.Ids.TOASTS, "children", allow_duplicate=True),
    Output(Ids.PROBLEMS, "children", allow_duplicate=True),
    Input(Ids.SAVE, "n_clicks"),
    State(Ids.EDITED, "data"),
    *(State(*where) for where in (TRIED | KEPT).values()),
    permission=Permission.THRESHOLDS_WRITE,
    costly=True,
    writes=True,
    prevent_initial_call=True,
)
def save(
    clicks: int | None,
    edited: dict[str, Any] | None,
    *fields: Any,  # noqa: ANN401 (whatever the browser sends: form.py reads it)
    db: Session,
    viewer: Viewer,
) -> tuple[Any, Any, Any]:
    del clicks
    told = dict(zip(TRIED | KEPT, fields, strict=True))
    try:
        said = saved(db, viewer, told, edited or {})
    except Conflict as problem:
        return no_update, no_update, changed_meanwhile(problem, edited or {})
    return "/seuils", toast(_("Seuil enregistré"), said), []


def saved(db: Session, viewer: Viewer, told: Mapping[str, Any], edited: Mapping[str, Any]) -> str:
    """Write the draft, and say what it does from now on."""
    form = form_now(told, edited)
    draft = named(db, viewer, form.draft, form.pce)
    each = str(told.get("each")) if form.scope == SEVERAL and form.id is None else ""
    if each in {SAME, OWN}:
        act = actions.apply_proposed if each == OWN else actions.apply_to
        made = len(act(db, viewer, draft, draft.scope.pces, now=now()))
        return plural("{count} seuil posé", "{count} seuils posés", made)
    if form.id is not None:
        actions.change(db, viewer, form.id, draft, version=form.version, now=now())
    else:
        actions.create(db, viewer, draft, now=now())
    return draft.name


def named(db: Session, viewer: Viewer, draft: Draft, pce: str) -> Draft:
    """*draft* with the name that its site gives it, where nobody typed one."""
    if draft.name:
        return draft
    alone = draft.scope.pces == (pce,)
    site = get_detail(db, viewer, pce).row.alias or pce if alone and pce else ""
    return replace(draft, name=default_name(draft, site))


def changed_meanwhile(problem: Conflict, edited: Mapping[str, Any]) -> list[Component]:
    again = link(
        _("Voir ce seuil comme il est maintenant"),
        f"/seuils?edit={edited.get('id')}",
        download=True,
    )
    return [alert(_("Non enregistré"), _(problem.message, **problem.params), "bad", actions=again)]


def now() -> datetime:
    clock: Callable[[], datetime] = current_app.extensions["portal"].clock
    return clock()


on.client(
    "thresholds",
    "draw",
    Output(Ids.OVER, "data-drawn"),
    Input(Ids.DRAWN, "data"),
    at_first=True,
)
on.client(
    "thresholds",
    "openTell",
    Output(Ids.TELL_PANEL, "hidden", allow_duplicate=True),
    Output(Ids.WHO, "value"),
    Output(Ids.BY, "value"),
    Output(Ids.OFTEN, "value"),
    Input(Ids.PRESSED, "data"),
    State(Ids.TOLD, "data"),
)
