"""Render the sites worth a visit in one line of the home page."""

from dash.development.base_component import Component

from components.fleet.visits import LOOKS, stake_words
from components.home.items import group
from components.kit import button, item
from core.i18n import _, plural
from data.analysis.signatures.types import Visits

PATH = "/consommations/parc?view=visits"


def visits_group(visits: Visits) -> list[Component]:
    """Return the costliest site and the number of sites to visit."""
    if not visits.rows:
        return []
    first, count = visits.rows[0], len(visits.rows)
    glyph, tone, words = LOOKS[first.cause]
    title = plural("{count} site à visiter", "{count} sites à visiter", count)
    note = _(
        "D’abord {site} : {cause}, {stake}",
        site=first.alias or first.number,
        cause=_(words)[0].lower() + _(words)[1:],
        stake=stake_words(first),
    )
    act = button(_("Voir"), href=PATH, small=True)
    return [group(_("Dérives"), count, PATH, [item(glyph, tone, title, note, [act])])]
