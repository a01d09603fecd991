"""`/operat`: a calendar year by site, the issues to fix, and the sheet of sites."""

from dash.development.base_component import Component

from components.operat.absolute import values_page
from components.operat.form import site_page, typed_in
from components.operat.page import YEARS, OperatFacts, operat_page
from components.sheet_pages import sheet_page, sheet_parts
from core.access import Permission
from core.i18n import N_
from data.identity.accounts.queries import list_able_names
from data.metering.pces import queries as pces
from data.money.attestations.queries import ATTESTATIONS, list_attestations
from data.money.operat.queries import get_site, list_lines, list_values
from data.request import Request
from pages.page import PageSpec, Section, read_site


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    writes = viewer.may(Permission.PCES_WRITE)
    values = list_values(db, viewer)
    if query.get("values"):
        return values_page(viewer, values, sheet_parts("valeurs-absolues"))
    if writes and query.get("sheet"):
        return sheet_page("operat")
    if writes and query.get("new"):
        return site_page(None, typed_in(query))
    if writes and query.get("edit"):
        return site_page(get_site(db, viewer, query["edit"]))
    year = year_in(query.get("year", ""), viewer.today.year)
    pce, alias = read_site(request, query.get("pce", ""))
    lines = list_lines(db, viewer, year, pce)
    for line in lines:
        request.record_read(line.site.draft.pce if line.year.days else None)
    deciders = list_able_names(db, viewer, Permission.PCES_WRITE)
    count = 1 if pce else pces.count_pces(db, viewer)
    sites = pces.search_pces(db, viewer, "")
    facts = OperatFacts(
        year, lines, count, deciders, pce, alias, sites, values, list_attestations(db, viewer),
        ATTESTATIONS.find_removed(db, viewer, query.get("removed", "")),
    )  # fmt: skip
    return operat_page(viewer, facts)


def year_in(text: str, now: int) -> int:
    """Return the year of an address among the last complete ones, by default the latest."""
    years = {str(year): year for year in range(now - YEARS, now)}
    return years.get(text, now - 1)


PAGE = PageSpec(
    path="/operat",
    name="operat",
    title=N_("Préparation OPERAT"),
    section=Section.COSTS,
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    shots=("", "?year=2024", "?sheet=1", "?edit={pce}", "?values=1"),
)
