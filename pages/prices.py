"""`/prix`: an organisation's gas prices, the form of one, a sheet of prices."""

from dash.development.base_component import Component

from components.kit import page_of
from components.prices.form import edit_page, new_page
from components.prices.listing import PricesFacts, prices_page
from components.prices.tariff import tariff_page
from components.sheet_pages import sheet_page
from core.access import Permission
from core.errors import NotFound
from core.i18n import N_
from data.identity.accounts.queries import list_able_names
from data.metering.pces import queries as pces
from data.metering.prices import queries
from data.metering.prices.types import PriceTarget
from data.request import Request
from pages.page import PageSpec, Section


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    writes, number = viewer.may(Permission.PRICES_WRITE), query.get("pce", "")
    scope = pces.get_scope(db, viewer, number) if number else None
    pce, alias = (scope.number, scope.alias) if scope else ("", "")
    if writes and query.get("sheet"):
        return sheet_page("prix")
    if writes and query.get("new") == "part":
        return new_page(pces.count_by_tag(db, viewer), viewer.today, pce, alias)
    if writes and query.get("new"):
        drafts = [price.draft for price in queries.list_components(db, viewer, pce)]
        tags = pces.count_by_tag(db, viewer)
        return tariff_page(tags, viewer.today, PriceTarget(pce), alias, drafts)
    if writes and query.get("edit"):
        price = queries.get_component(db, viewer, id_of(query["edit"]))
        return edit_page(price, pces.count_by_tag(db, viewer))
    components = queries.list_components(db, viewer, pce)
    deciders = list_able_names(db, viewer, Permission.PRICES_WRITE)
    sites = pces.search_pces(db, viewer, "")
    facts = PricesFacts(components, page_of(query.get("page")), pce, alias, deciders, sites)
    return prices_page(viewer, facts)


def id_of(text: str) -> int:
    """Return the number of a URL; raise NotFound if invalid."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004
        raise NotFound(N_("Ce prix est introuvable."))
    return int(text)


PAGE = PageSpec(
    path="/prix",
    name="prices",
    title=N_("Prix du gaz"),
    section=Section.COSTS,
    menu=N_("Coûts"),
    permission=Permission.PRICES_READ,
    layout=layout,
    shots=("", "?pce={pce}", "?new=1", "?new=part", "?sheet=1"),
)
