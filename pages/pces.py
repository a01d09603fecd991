"""`/pces`: the delivery points of a viewer, and the page of each."""

from dash.development.base_component import Component

from components.consumption.empty_state import NOTHING_AWAITED
from components.pces import pce_page, pces_page, read_filters
from components.surfaces.form import surface_page
from components.surfaces.similar import similar_card
from core.access import Permission
from core.i18n import N_
from data.identity.accounts import queries as accounts
from data.metering.consumption.queries import get_site_place
from data.metering.pces import queries
from data.metering.surfaces.queries import get_surface, list_surfaces
from data.request import Request
from data.rights.queries import get_awaited_rights
from pages.page import PageSpec, Section


def layout(request: Request, *, pce: str = "", **query: str) -> Component:
    db, viewer = request.db, request.viewer
    if pce:
        return _site_page(request, pce, query.get("surface", ""))
    total = queries.count_pces(db, viewer)
    return pces_page(
        viewer,
        read_filters(query),
        total=total,
        tags=queries.count_by_tag(db, viewer),
        counts=queries.count_by_freshness(db, viewer),
        organisations=accounts.list_organisations(db, viewer) if viewer.staff else (),
        awaited=NOTHING_AWAITED if total else get_awaited_rights(db, viewer),
    )


def _site_page(request: Request, pce: str, surface: str) -> Component:
    """Return the page of a PCE, or the form of a new surface or of the one in `surface`."""
    db, viewer = request.db, request.viewer
    detail = queries.get_detail(db, viewer, pce)
    if surface and viewer.may(Permission.PCES_WRITE):
        key = int(surface) if surface.isascii() and surface.isdigit() else 0
        edited = None if surface == "new" else get_surface(db, viewer, key)
        return surface_page(detail.row.number, detail.row.alias or detail.row.number, edited)
    surfaces = list_surfaces(db, viewer, detail.row.number)
    similar = _similar(request, detail.row.number) if surfaces else None
    return pce_page(detail, viewer, surfaces, similar)


def _similar(request: Request, pce: str) -> Component | None:
    """Return the place of the site among similar ones, if the viewer reads consumption."""
    if not request.viewer.may(Permission.CONSUMPTION_READ):
        return None
    place, station = get_site_place(request.db, request.viewer, pce)
    if place:
        request.record_read(pce)
    return similar_card(place, station)


PAGE = PageSpec(
    path="/pces",
    name="pces",
    title=N_("Points de livraison"),
    section=Section.FLEET,
    permission=Permission.PCES_READ,
    layout=layout,
    tables=True,
    shots=("", "?pce={pce}", "?pce={pce}&surface=new", "?q=zzzz"),
)
