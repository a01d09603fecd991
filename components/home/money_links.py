"""Link to the pages outside the menu: gas prices and yearly declaration."""

from dash.development.base_component import Component

from components.budgets.labels import PATH as BUDGETS
from components.kit import card, html, item, link
from components.prices.listing import BILLS, OPERAT
from components.prices.listing import PATH as PRICES
from core.access import Permission, Viewer
from core.i18n import _


def money_card(viewer: Viewer) -> Component:
    """Return a link per page that the viewer can open."""
    lines = [
        (Permission.PRICES_READ, "currency-euro", PRICES, _("Prix du gaz"),
         _("pour voir chaque consommation en euros")),
        (Permission.PRICES_READ, "receipt", BILLS, _("Factures"),
         _("chacune comparée aux relevés des mêmes jours")),
        (Permission.CONSUMPTION_READ, "bullseye", BUDGETS, _("Budgets"),
         _("suivis à jours égaux, avec leur fin estimée")),
        (Permission.CONSUMPTION_READ, "building", OPERAT, _("Préparation OPERAT"),
         _("l’année de chaque site, et ce qu’il reste à corriger")),
    ]  # fmt: skip
    entries = [
        item(glyph, "info", link(title, href), note, [])
        for permission, glyph, href, title, note in lines
        if viewer.may(permission)
    ]
    ways = html.Ul(entries, className="item-list")
    return card(ways, title=_("Coûts et déclarations"), flush=True)
