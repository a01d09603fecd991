"""`/seuils`: the list of thresholds, the editor, an episode, a sheet, bulk operations."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from dash.development.base_component import Component

from components.consumption.empty_state import no_pce_page
from components.pces import read_filters as read_pces
from components.sheet_pages import sheet_page
from components.thresholds.bulk import many_page
from components.thresholds.editor import editor_page
from components.thresholds.editor_context import EditorContext, try_form
from components.thresholds.episodes import SIZE, episode_page
from components.thresholds.filters import read_asked
from components.thresholds.form import EditorForm, form_of, form_of_query
from components.thresholds.listing import ThresholdListFacts, thresholds_page
from components.thresholds.people import people_words
from components.thresholds.per_pce import EACH, PlannedSelection, PlanPreview
from components.thresholds.read_only import reading_page
from core.access import Permission, Viewer
from core.database import Session
from core.errors import NotFound
from core.i18n import N_
from core.paging import RowBlock
from data.identity.accounts.queries import list_able_names
from data.metering.pces import queries as pces
from data.metering.pces.types import PceFilter
from data.notifications.queries import list_addresses
from data.request import Request
from data.rights import queries as rights
from data.thresholds import queries
from data.thresholds.types import HistoryRow, ThresholdScope
from pages.page import PageSpec, Section, read_key

CONSUMPTION = "/consommations"  # pages from which a threshold is set
LOOKED_AT = 20  # PCEs of a scope tried to find a readable one

_GONE = N_("Ce seuil est introuvable.")


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    writes = viewer.may(Permission.THRESHOLDS_WRITE)
    if query.get("edit"):
        return _threshold_page(request, read_key(query["edit"], _GONE))
    if query.get("episode"):
        row = queries.get_episode(db, viewer, read_key(query["episode"], _GONE))
        return episode_page(
            row, viewer, queries.list_notifiable_people(db, viewer) if row.mine else ()
        )
    if writes and query.get("new"):
        return _new(request, query)
    if writes and query.get("sheet"):
        return sheet_page("seuils")
    if writes and query.get("many"):
        return _many(db, viewer, query)
    return _list(request, query)


def _list(request: Request, query: Mapping[str, str]) -> Component:
    db, viewer, now = request.db, request.viewer, request.now
    list_request = read_asked(query)
    episodes = queries.list_episodes(
        db,
        viewer,
        list_request.thresholds_filter.pce,
        closed=list_request.past,
        page=list_request.page,
        size=SIZE,
    )
    facts = ThresholdListFacts(
        list_request,
        queries.count_thresholds(db, viewer, list_request.thresholds_filter),
        queries.get_home_episodes(db, viewer, limit=0, everyone=True),
        episodes,
        viewer.staff,
        list_able_names(db, viewer, Permission.THRESHOLDS_WRITE),
        queries.count_alert_tabs(db, viewer, now=now) if viewer.may(Permission.NOTICES) else None,
    )
    return thresholds_page(viewer, facts)


def _threshold_page(request: Request, threshold_id: int) -> Component:
    """Return the editor if the viewer can change the threshold, else its read-only page."""
    db, viewer = request.db, request.viewer
    detail = queries.get_threshold(db, viewer, threshold_id)
    history = queries.list_threshold_history(db, viewer, threshold_id)
    pce = _tried_on(db, viewer, detail.draft.scope)
    form = form_of(detail.draft, pce, threshold_id, detail.version)
    done = try_form(form, queries.get_trial_queries(db, viewer), fresh=False)
    request.record_read(done.read)
    if not detail.row.mine or detail.row.removed:
        return reading_page(viewer, done, detail.row, history)
    around = _around(request, history)
    standing = queries.find_threshold_standing(db, viewer, threshold_id)
    return editor_page(viewer, done, replace(around, standing=standing))


def _tried_on(db: Session, viewer: Viewer, scope: ThresholdScope) -> str:
    """Return the trial PCE: the first of the scope that the viewer can read."""
    if scope.tag:
        rows, _total = pces.list_pces(db, viewer, PceFilter(tags=(scope.tag,)), block=RowBlock(1))
        return rows[0].number if rows else pces.find_default_pce(db, viewer) or ""
    for number in scope.pces[:LOOKED_AT]:
        with suppress(NotFound):
            return pces.get_scope(db, viewer, number).number
    return pces.find_default_pce(db, viewer) or ""


def _new(request: Request, query: Mapping[str, str]) -> Component:
    db, viewer = request.db, request.viewer
    pce = query.get("pce", "").strip() or _unwatched(db, viewer, query)
    if not pce:
        return no_pce_page(viewer, rights.get_awaited_rights(db, viewer))
    pces.get_scope(db, viewer, pce)  # NotFound if not visible
    form: EditorForm = form_of_query(query, pce, viewer.user_id)
    done = try_form(form, queries.get_trial_queries(db, viewer), fresh=True)
    request.record_read(done.read)
    around, back = _around(request, ()), query.get("de", "")
    if back.startswith(CONSUMPTION):
        around = replace(around, back=back)
    return editor_page(viewer, done, around)


def _unwatched(db: Session, viewer: Viewer, query: Mapping[str, str]) -> str:
    """Return a first PCE that no such threshold watches yet, else the first; "" without any."""
    numbers = [row.number for row in pces.search_pces(db, viewer, "")]
    if not numbers:
        return ""
    draft = form_of_query(query, numbers[0], viewer.user_id).draft
    watched = queries.find_similar_thresholds(db, viewer, draft, numbers)
    return next((number for number in numbers if number not in watched), numbers[0])


def _many(db: Session, viewer: Viewer, query: Mapping[str, str]) -> Component:
    """Return the PCEs to select; with `each`, the preview for a whole tag."""
    tag, kind = query.get("tag", ""), query.get("kind", "")
    previewed = None
    if tag and query.get("each") and kind in EACH:
        form = PlannedSelection(kind, tag=tag)
        draft = form.draft(viewer.user_id)
        previewed = PlanPreview(form, queries.get_planned_test(db, viewer, draft, form.scope))
    pce_facts = pces.count_pces(db, viewer), pces.count_by_tag(db, viewer)
    return many_page(read_pces(query), *pce_facts, previewed)


def _around(request: Request, history: Sequence[HistoryRow]) -> EditorContext:
    db, viewer = request.db, request.viewer
    people = people_words(queries.list_notifiable_people(db, viewer), list_addresses(db, viewer))
    return EditorContext(
        pces.search_pces(db, viewer, ""),
        pces.count_by_tag(db, viewer),
        people,
        history,
        sms=request.portal.sends_sms,
    )


PAGE = PageSpec(
    path="/seuils",
    name="thresholds",
    title=N_("Seuils"),
    section=Section.ALERTS,
    permission=Permission.THRESHOLDS_READ,
    layout=layout,
    charts=True,
    tables=True,
    shots=(
        "",
        "?past=1",
        "?past=1&page=2",
        "?q=zzzz",
        "?new=1&pce={pce}",
        "?new=1&pce={pce}&kind=day",
        "?new=1&pce={pce}&kind=year",
        "?new=1&pce={pce}&kind=relative",
        "?new=1&pce={pce}&kind=weather",
        "?new=1&pce={pce}&kind=low",
        "?new=1&pce={pce}&kind=missing",
        "?new=1&pces={pce}",
        "?edit={threshold}",
        "?episode={episode}",
        "?sheet=1",
        "?many=1",
    ),
)
