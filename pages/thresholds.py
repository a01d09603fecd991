"""`/seuils`: the thresholds, the editor of one, an episode, the sheet, one action for many PCE."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from dash.development.base_component import Component

from components.consumption.nothing import no_pce_page
from components.pces import read_filters as read_pces
from components.thresholds.editor import editor_page
from components.thresholds.episodes import SIZE, episode_page
from components.thresholds.facts import Around, tried
from components.thresholds.filters import read_asked
from components.thresholds.form import Form, asked_form, form_of
from components.thresholds.listing import ListFacts, thresholds_page
from components.thresholds.many import many_page
from components.thresholds.people import people_words
from components.thresholds.planned import EACH, Previewed, Wanted
from components.thresholds.reading import reading_page
from components.thresholds.sheet import sheet_page
from data.access import Permission, Viewer
from data.db import Session
from data.errors import NotFound
from data.notifications.queries import list_addresses
from data.pces import queries as pces
from data.pces.types import PceFilter
from data.rights import queries as rights
from data.thresholds import queries
from data.thresholds.types import HistoryRow, Scope
from i18n import N_
from pages.page import Page, Saw

LOOKED_AT = 20  # PCE of a scope, to find one that may still be read


def layout(*, db: Session, viewer: Viewer, saw: Saw, **query: str) -> Component:
    writes = viewer.may(Permission.THRESHOLDS_WRITE)
    if query.get("edit"):
        return _one(db, viewer, id_of(query["edit"]), saw)
    if query.get("episode"):
        row = queries.get_episode(db, viewer, id_of(query["episode"]))
        return episode_page(row, viewer, queries.people(db, viewer) if row.mine else ())
    if writes and query.get("new"):
        return _new(db, viewer, query, saw)
    if writes and query.get("sheet"):
        return sheet_page()
    if writes and query.get("many"):
        return _many(db, viewer, query)
    return _list(db, viewer, query)


def _list(db: Session, viewer: Viewer, query: Mapping[str, str]) -> Component:
    asked = read_asked(query)
    found = queries.list_episodes(
        db, viewer, asked.wanted.pce, closed=asked.past, page=asked.page, size=SIZE
    )
    facts = ListFacts(
        asked,
        queries.count_thresholds(db, viewer, asked.wanted),
        queries.home_episodes(db, viewer, limit=0, everyone=True),
        found,
        viewer.staff,
    )
    return thresholds_page(viewer, facts)


def _one(db: Session, viewer: Viewer, threshold_id: int, saw: Saw) -> Component:
    """The editor for who may change it, and the same to read for who may not."""
    detail = queries.get_threshold(db, viewer, threshold_id)
    history = queries.history(db, viewer, threshold_id)
    pce = _tried_on(db, viewer, detail.draft.scope)
    form = form_of(detail.draft, pce, threshold_id, detail.version)
    done = tried(form, queries.asks_of(db, viewer), fresh=False)
    saw(done.read)
    if not detail.row.mine or detail.row.removed:
        return reading_page(viewer, done, detail.row, history)
    around = _around(db, viewer, history)
    standing = queries.standing(db, viewer, threshold_id)
    return editor_page(viewer, done, replace(around, standing=standing))


def _tried_on(db: Session, viewer: Viewer, scope: Scope) -> str:
    """The PCE of the trial: the first of the scope that the viewer may still read."""
    if scope.tag:
        rows, _total = pces.list_pces(db, viewer, PceFilter(tags=(scope.tag,)), limit=1)
        return rows[0].number if rows else pces.default_pce(db, viewer) or ""
    for number in scope.pces[:LOOKED_AT]:
        with suppress(NotFound):
            return pces.get_scope(db, viewer, number).number
    return pces.default_pce(db, viewer) or ""


def _new(db: Session, viewer: Viewer, query: Mapping[str, str], saw: Saw) -> Component:
    pce = query.get("pce", "").strip() or pces.default_pce(db, viewer)
    if not pce:
        return no_pce_page(viewer, rights.awaited(db, viewer))
    pces.get_scope(db, viewer, pce)  # NotFound for a stranger's, before anything is drawn
    form: Form = asked_form(query, pce, viewer.user_id)
    done = tried(form, queries.asks_of(db, viewer), fresh=True)
    saw(done.read)
    return editor_page(viewer, done, _around(db, viewer, ()))


def _many(db: Session, viewer: Viewer, query: Mapping[str, str]) -> Component:
    """The PCE to tick; with `each`, what a whole tag would get is previewed at once."""
    tag, kind = query.get("tag", ""), query.get("kind", "")
    previewed = None
    if tag and query.get("each") and kind in EACH:
        wanted = Wanted(kind, tag=tag)
        draft = wanted.draft(viewer.user_id)
        previewed = Previewed(wanted, queries.planned(db, viewer, draft, wanted.scope))
    known = pces.count_pces(db, viewer), pces.tags(db, viewer)
    return many_page(read_pces(query), *known, previewed)


def _around(db: Session, viewer: Viewer, history: Sequence[HistoryRow]) -> Around:
    people = people_words(queries.people(db, viewer), list_addresses(db, viewer))
    return Around(pces.search(db, viewer, ""), pces.tags(db, viewer), people, history)


def id_of(text: str) -> int:
    """The number in a URL; anything else is simply not found."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004
        raise NotFound(N_("Ce seuil est introuvable."))
    return int(text)


PAGE = Page(
    path="/seuils",
    name="thresholds",
    title=N_("Seuils"),
    menu=N_("Seuils"),
    permission=Permission.THRESHOLDS_READ,
    layout=layout,
    charts=True,
    wants=("saw",),
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
