"""`/vues` and `/partages`: the views that a person keeps, the links that they made."""

from contextlib import suppress
from datetime import datetime

from dash.development.base_component import Component

from components.marks.links import PATH as SHARED
from components.marks.links import links_page
from components.marks.said import holders_in, page_words
from components.marks.views import PATH, views_page
from data.access import Permission, Viewer
from data.consumption.queries import series
from data.consumption.rules.origin import in_energy
from data.consumption.rules.view import last_text, read_view, write_view
from data.db import Session
from data.errors import Invalid, NotFound
from data.marks import queries
from data.marks.rules.links import NOT_YOURS, last_shown
from data.marks.rules.views import LONGEST_NAME, address_of, number_in, place_of
from data.marks.types import Shared
from data.pces.queries import get_scope, holder_names
from i18n import N_
from pages.page import Page


def layout(*, db: Session, viewer: Viewer, **query: str) -> Component:
    views, asked = queries.list_views(db, viewer), last_text(query.get("de"))
    names = holder_names(db, viewer, holders_in([asked, *(one.address for one in views)]))
    rank = last_text(query.get("vue"))
    changed = next((one for one in views if one.yours and str(one.id) == rank and one.name), None)
    if not viewer.may(Permission.MARKS_WRITE):
        return views_page(views, holders=names)
    with suppress(Invalid):
        path, words = place_of(asked)
        address = address_of(path, words)
        name = _suggested(db, viewer, path, words)
        return views_page(views, address=address, changed=changed, name=name, holders=names)
    return views_page(views, changed=changed, holders=names)


def _suggested(db: Session, viewer: Viewer, path: str, words: str) -> str:
    """The name of the PCE, or the page's."""
    number = number_in(path, words)
    with suppress(NotFound):
        if number:
            return (get_scope(db, viewer, number).alias or number)[:LONGEST_NAME]
    return page_words(path)


VIEWS = Page(
    path=PATH,
    name="marks_views",
    title=N_("Vues"),
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    shots=("", "?de=%2Fconsommations%3Fpce%3D{pce}"),
)


def links(
    *, db: Session, viewer: Viewer, now: datetime, share_days: int, **query: str
) -> Component:
    """The links of a person; with the words of a screen, the form that shares it."""
    rows = queries.list_links(db, viewer, now)
    if not viewer.may(Permission.MARKS_SHARE) or not query.get("pce"):
        return links_page(rows, most_days=share_days)
    view = in_energy(read_view(query, viewer.today))
    shown = series(db, viewer, view)
    if not shown.held:
        return links_page(rows, most_days=share_days, refused=NOT_YOURS)
    words = view.step, view.unit, view.data
    what = Shared(shown.number, shown.first, last_shown(shown), *words)
    return links_page(rows, what, write_view(view), most_days=share_days)


LINKS = Page(
    path=SHARED,
    name="marks_links",
    title=N_("Liens partagés"),
    permission=Permission.CONSUMPTION_READ,
    layout=links,
    shots=("", "?pce={pce}"),
    wants=("now", "share_days"),
)
