"""Render what the pages of costs share: their tabs, the picker of their site, and its field."""

import re
from collections.abc import Sequence
from enum import StrEnum

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.consumption.filters import pce_options
from components.kit import FormEntries, html
from core.errors import Invalid
from core.i18n import N_, _
from core.query_string import query_string
from data.metering.pces.rules import number_of
from data.metering.pces.types import PceRow

PRICES = "/prix"
BILLS = "/factures"
BUDGETS = "/budgets"
RETROFITS = "/travaux"
OPERAT = "/operat"
TABS = {
    PRICES: N_("Prix"),
    BILLS: N_("Factures"),
    BUDGETS: N_("Budgets"),
    RETROFITS: N_("Travaux"),
    OPERAT: N_("OPERAT"),
}
EVERY_SITE = N_("Tous les sites")
_CHOSEN = re.compile(r"(?:\d{14}|GI\d{6})$", re.ASCII)


class Ids(StrEnum):
    SITE = "costs-site"
    SITE_LIST = "costs-site-list"
    SITE_CHOICE = "costs-site-choice"
    HERE = "costs-here"  # path of the page


def costs_head(here: str, pce: str, alias: str, sites: Sequence[PceRow]) -> Component:
    """Return the tabs and the picker of the site, kept from tab to tab.

    `sites` are the first suggestions; a viewer of a single site has nothing to pick.
    """
    query = query_string({"pce": pce})
    items = [(_(name), f"{path}{query}", path == here) for path, name in TABS.items()]
    field = kit.picker(
        Ids.SITE,
        _("Site"),
        site_text(pce, alias) or _(EVERY_SITE),
        _("Nom, PCE ou commune"),
        rows=site_rows(sites),
    )
    return html.Div(
        [
            kit.tabs(_("Parties de la page"), items),
            html.Div(field, className="costs-site", hidden=len(sites) <= 1),
            dcc.Store(id=Ids.HERE, data=here),
        ],
        className="costs-head",
    )


def method_fold(title: str, rules: Sequence[str]) -> Component:
    """Return how the figures of a page are made, folded below them."""
    listed = html.Ul([html.Li(rule) for rule in rules])
    return html.Div(kit.fold(title, listed), className="card folds")


def site_rows(sites: Sequence[PceRow]) -> list[tuple[str, str, str]]:
    """Return the options of the picker of the site: all of them first."""
    return [(_(EVERY_SITE), _(EVERY_SITE), ""), *pce_options(sites)]


def site_text(pce: str, alias: str) -> str:
    """Return the text that a picker shows for a PCE, which `picked_pce` reads back."""
    return f"{alias} {pce}".strip()


def site_field(entries: FormEntries, label: str) -> Component:
    """Return the picker of the PCE of a form, its `pce` field."""
    return entries.picked("pce", label, _("Nom, PCE ou commune"))


def picked_pce(text: str) -> str:
    """Return the PCE at the end of the text of a picker. Raise Invalid."""
    text = text.strip()
    if not text:
        raise Invalid(N_("Choisissez le PCE : cherchez son nom, son numéro ou sa commune."))
    chosen = _CHOSEN.search(text)
    return number_of(chosen[0] if chosen else text)
