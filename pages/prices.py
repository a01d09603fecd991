"""`/prix`: an organisation's gas prices, the form of one, a sheet of prices."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import Pages, page_of
from components.prices.form import edit_page, new_page
from components.prices.listing import SIZE, PricesFacts, prices_page
from components.prices.successive import TariffHistory
from components.prices.tariff import edit_page as edit_tariff_page
from components.prices.tariff import tariff_page
from components.sheet_pages import sheet_page
from core.access import Permission
from core.i18n import N_
from data.identity.accounts.queries import list_able_names
from data.metering.consumption.queries import sum_fleet
from data.metering.consumption.types import FleetView
from data.metering.pces import queries as pces
from data.metering.prices import queries
from data.metering.prices.rules.tariffs import stored_tariff
from data.metering.prices.types import EVERY, PriceTarget
from data.metering.prices.types import Component as Price
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
        history = history_of(request, PriceTarget(pce), alias)
        return tariff_page(pces.count_by_tag(db, viewer), history)
    if writes and query.get("tariff"):
        return _tariff_page(request, query["tariff"], pce)
    if writes and query.get("edit"):
        price = queries.get_component(db, viewer, read_key(query["edit"], _GONE))
        return edit_page(price, pces.count_by_tag(db, viewer))
    components = queries.list_components(db, viewer, pce)
    targets = list_targets(components, pce, alias)
    changed = _find_changed(components, query.get("changed", ""))
    rank = list(targets).index(changed.draft.target) if changed and not pce else 0
    page = rank // SIZE + 1 if changed else page_of(query.get("page"))
    pages = Pages(len(targets), SIZE, page)
    page_targets = pages.rows(list(targets.items()))
    facts = PricesFacts(
        [price for price in components if pce or price.draft.target in dict(page_targets)],
        [history_of(request, *target) for target in page_targets],
        pages,
        pce,
        alias,
        list_able_names(db, viewer, Permission.PRICES_WRITE),
        pces.search_pces(db, viewer, ""),
        queries.PRICES.find_removed(db, viewer, query.get("removed", "")),
        changed.id if changed else 0,
    )
    return prices_page(viewer, facts)


def _tariff_page(request: Request, key: str, pce: str) -> Component:
    """Return the form of a tariff, or of its price of gas alone when it cannot hold the tariff."""
    db, viewer = request.db, request.viewer
    gas = queries.get_component(db, viewer, read_key(key, _GONE))
    stored = stored_tariff(gas, queries.list_components(db, viewer, gas.draft.target.pce))
    tags = pces.count_by_tag(db, viewer)
    return edit_page(gas, tags) if stored is None else edit_tariff_page(stored, tags, pce)


def _find_changed(components: Sequence[Price], key: str) -> Price | None:
    return next((price for price in components if str(price.id) == key), None)


def list_targets(components: Sequence[Price], pce: str, alias: str) -> dict[PriceTarget, str]:
    """Return the targets that have prices of their own, each with the name of its PCE."""
    if pce:
        return {PriceTarget(pce): alias}
    return {price.draft.target: price.alias for price in components}


def history_of(request: Request, target: PriceTarget, alias: str) -> TariffHistory:
    """Return the prices that apply to a target, and the last twelve months of its PCEs."""
    db, viewer = request.db, request.viewer
    prices = queries.list_components(db, viewer, target.pce)
    if not target.pce:
        prices = tuple(price for price in prices if price.draft.target in {EVERY, target})
    year = None
    if prices:
        year = sum_fleet(db, viewer, FleetView(text=target.pce, tag=target.tag))
        request.record_read(target.pce if target.pce and year.energy_wh else None)
    return TariffHistory(prices, year, viewer.today, target, alias)


PAGE = PageSpec(
    path="/prix",
    name="prices",
    title=N_("Prix du gaz"),
    section=Section.COSTS,
    menu=N_("Coûts"),
    permission=Permission.PRICES_READ,
    layout=layout,
    shots=("", "?pce={pce}", "?new=1", "?tariff=1", "?new=part", "?sheet=1"),
)
