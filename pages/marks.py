"""`/vues` and `/partages`: a person's saved views and shared links."""

from contextlib import suppress

from dash.development.base_component import Component

from components.marks.links import PATH as SHARED
from components.marks.links import links_page
from components.marks.view_text import holders_in, page_words
from components.marks.views import PATH, views_page
from core.access import Permission, Viewer
from core.database import Session
from core.errors import Invalid, NotFound
from core.i18n import N_
from data.analysis.marks import queries
from data.analysis.marks.rules.links import NOT_YOURS, last_shared_day
from data.analysis.marks.rules.views import LONGEST_NAME, address_of, number_in, split_address
from data.analysis.marks.types import SharedView
from data.metering.consumption.queries import load_series
from data.metering.consumption.rules.origin import in_energy
from data.metering.consumption.rules.view import last_text, read_view, write_view
from data.metering.pces.queries import get_scope, load_holder_names
from data.request import Request
from pages.page import PageSpec, Section


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    views, from_address = queries.list_views(db, viewer), last_text(query.get("de"))
    names = load_holder_names(
        db, viewer, holders_in([from_address, *(view.address for view in views)])
    )
    rank = last_text(query.get("vue"))
    changed = next(
        (view for view in views if view.yours and str(view.id) == rank and view.name), None
    )
    if not viewer.may(Permission.MARKS_WRITE):
        return views_page(views, holders=names)
    with suppress(Invalid):
        path, words = split_address(from_address)
        address = address_of(path, words)
        name = _suggested(db, viewer, path, words)
        return views_page(views, address=address, changed=changed, name=name, holders=names)
    return views_page(views, changed=changed, holders=names)


def _suggested(db: Session, viewer: Viewer, path: str, words: str) -> str:
    """Return the name of the PCE, else of the page."""
    number = number_in(path, words)
    with suppress(NotFound):
        if number:
            return (get_scope(db, viewer, number).alias or number)[:LONGEST_NAME]
    return page_words(path)


VIEWS = PageSpec(
    path=PATH,
    name="marks_views",
    title=N_("Vues"),
    section=Section.ACCOUNT,
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    shots=("", "?de=%2Fconsommations%3Fpce%3D{pce}"),
)


def links(request: Request, **query: str) -> Component:
    """Return the user's links; for the view of a PCE, with the form to share it."""
    db, viewer = request.db, request.viewer
    rows = queries.list_links(db, viewer, request.now)
    if not viewer.may(Permission.MARKS_SHARE) or not query.get("pce"):
        return links_page(rows, most_days=request.portal.share_days)
    view = in_energy(read_view(query, viewer.today))
    chart_series = load_series(db, viewer, view)
    if not chart_series.is_own:
        return links_page(rows, most_days=request.portal.share_days, refused=NOT_YOURS)
    words = view.step, view.unit, view.data
    what = SharedView(
        chart_series.number, chart_series.first, last_shared_day(chart_series), *words
    )
    return links_page(rows, what, write_view(view), most_days=request.portal.share_days)


LINKS = PageSpec(
    path=SHARED,
    name="marks_links",
    title=N_("Liens partagés"),
    section=Section.ACCOUNT,
    permission=Permission.CONSUMPTION_READ,
    layout=links,
    shots=("", "?pce={pce}"),
)
