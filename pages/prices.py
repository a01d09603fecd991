"""`/prix`: an organisation's gas prices, the form of one, a sheet of prices."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import page_of
from components.prices.form import edit_page, new_page
from components.prices.listing import PricesFacts, prices_page
from components.prices.successive import TariffHistory
from components.prices.tariff import tariff_page
from components.sheet_pages import sheet_page
from core.access import Permission
from core.i18n import N_
from data.identity.accounts.queries import list_able_names
from data.metering.consumption.queries import sum_fleet
from data.metering.consumption.types import FleetView
from data.metering.pces import queries as pces
from data.metering.prices import queries
from data.metering.prices.types import PriceDraft, PriceTarget
from data.request import Request
from pages.page import PageSpec, Section, read_key, read_site

_GONE = N_("Ce prix est introuvable.")


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    writes = viewer.may(Permission.PRICES_WRITE)
    pce, alias = read_site(request, query.get("pce", ""))
    if writes and query.get("sheet"):
        return sheet_page("prix")
    if writes and query.get("new") == "part":
        return new_page(pces.count_by_tag(db, viewer), viewer.today, pce, alias)
    if writes and query.get("new"):
        drafts = [price.draft for price in queries.list_components(db, viewer, pce)]
        history = history_of(request, pce, drafts)
        tags = pces.count_by_tag(db, viewer)
        return tariff_page(tags, PriceTarget(pce), alias, history)
    if writes and query.get("edit"):
        price = queries.get_component(db, viewer, read_key(query["edit"], _GONE))
        return edit_page(price, pces.count_by_tag(db, viewer))
    components = queries.list_components(db, viewer, pce)
    deciders = list_able_names(db, viewer, Permission.PRICES_WRITE)
    sites = pces.search_pces(db, viewer, "")
    history = history_of(request, pce, [price.draft for price in components])
    facts = PricesFacts(components, page_of(query.get("page")), pce, alias, deciders, sites)
    return prices_page(viewer, facts, history)


def history_of(request: Request, pce: str, drafts: Sequence[PriceDraft]) -> TariffHistory:
    """Return what the list of successive tariffs needs; the year only of a PCE."""
    viewer = request.viewer
    year = sum_fleet(request.db, viewer, FleetView(text=pce)) if pce and drafts else None
    energy_wh = year.energy_wh if year else None
    request.record_read(pce if energy_wh else None)
    return TariffHistory(drafts, energy_wh, viewer.today)


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
