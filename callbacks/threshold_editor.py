"""Callbacks of the threshold editor: each change is tried, one button saves."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.group import CallbackGroup
from callbacks.inputs import Rows, Sent
from callbacks.outputs import LOCATION, TOASTS
from components.consumption.filters import pce_options
from components.kit import alert, link, picker_options, toast
from components.thresholds import Ids
from components.thresholds.editor_context import form_now, refill_key, try_form
from components.thresholds.field_errors import refuse_wrong
from components.thresholds.form import COMMON, OWN, TAG, person_of
from components.thresholds.labels import default_name, draft_for
from components.thresholds.outputs import moved_pce, parts
from components.thresholds.people import people_words
from components.thresholds.recipients import recipient_list, update_recipients
from core.access import Permission, Viewer
from core.errors import Conflict, Invalid
from core.i18n import N_, _, plural
from core.paging import RowBlock
from data.analysis.signatures.rules.reasons import reason_words
from data.metering.pces.queries import get_detail, list_pces, search_pces
from data.metering.pces.rules import normalised
from data.metering.pces.types import PceFilter
from data.notifications.queries import list_addresses
from data.request import Request
from data.thresholds import actions, queries
from data.thresholds.rules.proposals import own_draft
from data.thresholds.rules.winter import UNRELIABLE
from data.thresholds.types import ThresholdDraft

on = CallbackGroup()
FOUND = 12  # suggestions of the picker
TRIED = {
    "kind": (Ids.KIND, "value"),
    "every": (Ids.EVERY, "value"),
    "scope": (Ids.SCOPE, "value"),
    "choice": (Ids.PCE_CHOICE, "data"),
    "several": (Ids.SEVERAL, "value"),
    "each": (Ids.EACH, "value"),
    "values": (Ids.VALUES, "data"),
    "weekend": (Ids.WEEKEND, "value"),
    "closed": (Ids.CLOSED, "value"),
    "closed_on": (Ids.CLOSED_ON, "value"),
    "percent": (Ids.PERCENT, "value"),
    "excess": (Ids.EXCESS, "value"),
    "window": (Ids.WINDOW, "value"),
    "learnt": (Ids.LEARNT, "value"),
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
    "wrong": Output(Ids.WRONG, "data"),
    "scopes": Output(Ids.SCOPE, "options"),
    "pce": Output(Ids.PCE, "value"),
    "choice": Output(Ids.PCE_CHOICE, "data"),
    "edited": Output(Ids.EDITED, "data"),
    "winter": Output(Ids.WINTER, "children"),
    "excess": Output(Ids.EXCESS, "value"),
    "weekend_hint": Output(Ids.WEEKEND_HINT, "children"),
    "closed_hint": Output(Ids.CLOSED_HINT, "children"),
    "margin": Output(Ids.MARGIN, "children"),
    "hysteresis": Output(Ids.HYSTERESIS, "value"),
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
)
def try_draft(
    *,
    controls: Mapping[str, Any],
    rest: Mapping[str, Any],
    edited: Mapping[str, Any] | None,
    request: Request,
) -> dict[str, Any]:
    """Return what the draft changes; a new kind or PCE gets proposed values."""
    db, viewer = request.db, request.viewer
    values = {**rest, **controls}
    fresh = refill_key(ctx.triggered_id, values, edited or {})
    form = form_now(values, edited or {})
    draft_trial = try_form(form, queries.get_trial_queries(db, viewer), fresh=bool(fresh))
    request.record_read(draft_trial.read)
    return parts(draft_trial, viewer, fresh=fresh) | moved_pce(draft_trial, form.pce)


@on(
    Output(Ids.PCE_LIST, "children"),
    Input(Ids.PCE, "value"),
    State(Ids.SCOPE, "value"),
    permission=Permission.THRESHOLDS_WRITE,
)
def find_pces(text: str | None, scope: str | None, *, request: Request) -> list[Component]:
    """Return suggestions, within the tag of the threshold if it has one."""
    db, viewer = request.db, request.viewer
    if scope and scope.startswith(TAG):
        pce_filter = PceFilter(text=text or "", tags=(scope.removeprefix(TAG),))
        return picker_options(
            pce_options(list_pces(db, viewer, pce_filter, block=RowBlock(FOUND))[0])
        )
    return picker_options(pce_options(search_pces(db, viewer, text or "")))


@on.click(
    (Ids.TELL, Ids.UNTELL),
    Output(Ids.TOLD, "data"),
    Output(Ids.TOLD_LIST, "children"),
    Output(Ids.TELL_PANEL, "hidden"),
    state={
        "entry": {
            "who": State(Ids.WHO, "value"),
            "by": State(Ids.BY, "value"),
            "every": State(Ids.OFTEN, "value"),
            "after": State(Ids.AFTER, "value"),
        },
        "told": State(Ids.TOLD, "data"),
    },
    permission=Permission.THRESHOLDS_WRITE,
)
def tell(*, entry: dict[str, Any], told: Rows, request: Request) -> tuple[Any, Any, bool]:
    db, viewer = request.db, request.viewer
    if person_of(entry["who"]) is None:
        return no_update, no_update, False
    after = update_recipients(told or [], entry, gone=ctx.triggered_id == Ids.UNTELL)
    people = people_words(queries.list_notifiable_people(db, viewer), list_addresses(db, viewer))
    return after, recipient_list(after, people), True


def prepare_drafts(
    edited: Sent,
    *fields: Any,  # noqa: ANN401 (whatever the browser sends: form.py reads it)
    request: Request,
) -> list[ThresholdDraft]:
    """Return the drafts to store, prepared before the writing transaction."""
    db, viewer = request.db, request.viewer
    form = form_now(dict(zip(TRIED | KEPT, fields, strict=True)), edited or {})
    if form.each != OWN:  # they have proposed values
        refuse_wrong(form.draft)
    if form.each == COMMON:
        return [named(db, viewer, form.draft, form.pce)]
    return (own_drafts if form.each == OWN else same_drafts)(db, viewer, form.draft)


def same_drafts(db: Session, viewer: Viewer, draft: ThresholdDraft) -> list[ThresholdDraft]:
    sites = queries.load_scope_members(db, viewer, draft.scope)
    numbers = dict.fromkeys(map(normalised, draft.scope.pces))
    return [draft_for(draft, number, sites.get(number, "")) for number in numbers]


def own_drafts(db: Session, viewer: Viewer, draft: ThresholdDraft) -> list[ThresholdDraft]:
    threshold_plan = queries.get_group_plan(db, viewer, draft, draft.scope, again=True)
    if not threshold_plan.rows:
        for refusal in threshold_plan.refused:
            why = reason_words(refusal.reason)
            raise Invalid(UNRELIABLE, site=refusal.alias or refusal.number, why=why)
        raise Invalid(N_("L’historique est trop court pour proposer des valeurs : saisissez-les."))
    return [draft_for(own_draft(draft, row), row.number, row.alias) for row in threshold_plan.rows]


@on.click(
    Ids.SAVE,
    LOCATION,
    TOASTS,
    Output(Ids.PROBLEMS, "children", allow_duplicate=True),
    State(Ids.EDITED, "data"),
    *(State(*where) for where in (TRIED | KEPT).values()),
    permission=Permission.THRESHOLDS_WRITE,
    costly=True,
    writes=True,
    before=prepare_drafts,
)
def save(
    edited: Sent,
    *fields: Any,  # noqa: ANN401 (read by `prepare_drafts`)
    ready: list[ThresholdDraft],
    request: Request,
) -> tuple[Any, Any, Any]:
    del fields
    try:
        summary = saved(request, ready, edited or {})
    except Conflict as problem:
        return no_update, no_update, changed_meanwhile(problem, edited or {})
    return "/seuils", toast(_("Seuil enregistré"), summary), []


def saved(request: Request, drafts: list[ThresholdDraft], edited: Mapping[str, Any]) -> str:
    """Store the drafts; return the toast text."""
    db, viewer = request.db, request.viewer
    form = form_now({}, edited)
    if form.id is not None:
        actions.change(db, viewer, form.id, drafts[0], version=form.version, now=request.now)
        return drafts[0].name
    created_count = len(actions.create_once(db, viewer, drafts, now=request.now))
    if created_count == 1:
        return drafts[0].name
    return plural("{count} seuil posé", "{count} seuils posés", created_count)


def named(db: Session, viewer: Viewer, draft: ThresholdDraft, pce: str) -> ThresholdDraft:
    """Return the draft with a default name if none was typed."""
    if draft.name:
        return draft
    alone = draft.scope.pces == (pce,)
    site = get_detail(db, viewer, pce).row.alias or pce if alone and pce else ""
    return replace(draft, name=default_name(draft, site))


def changed_meanwhile(problem: Conflict, edited: Mapping[str, Any]) -> list[Component]:
    reload_link = link(
        _("Voir ce seuil comme il est maintenant"),
        f"/seuils?edit={edited.get('id')}",
        download=True,
    )
    return [
        alert(_("Non enregistré"), _(problem.message, **problem.params), "bad", actions=reload_link)
    ]


on.client(
    "thresholds", "draw", Output(Ids.OVER, "data-drawn"), Input(Ids.DRAWN, "data"), at_first=True
)
on.client(
    "thresholds",
    "mark",
    Output(Ids.VALUES_ERRORS, "data-marked"),
    Input(Ids.WRONG, "data"),
    at_first=True,
)
on.client(
    "thresholds",
    "openTell",
    Output(Ids.TELL_PANEL, "hidden", allow_duplicate=True),
    Output(Ids.WHO, "value"),
    Output(Ids.BY, "value"),
    Output(Ids.OFTEN, "value"),
    Output(Ids.AFTER, "value"),
    Input(Ids.PRESSED, "data"),
    State(Ids.TOLD, "data"),
)
