"""Render the PCEs that lack a day, each with a link to its days."""

from datetime import date, timedelta
from urllib.parse import urlencode

from dash.development.base_component import Component

from components.kit import aria, button, card, empty, html, item
from core.i18n import _, number, plural, short_day
from data.metering.consumption.types import LackingDay

AROUND = timedelta(days=14)  # days shown before and after


def lacking_card(lacking_day: LackingDay, back: str) -> Component:
    """Return the PCEs without data on a day; `back` is the address of the calendar."""
    day = short_day(lacking_day.day)
    title = _("PCE sans donnée le {day}", day=day)
    act = button(_("Fermer"), href=back, small=True)
    if not lacking_day.count:
        words = _("Le {day} n’est attendu d’aucun de ces PCE, ou il est arrivé.", day=day)
        return card(empty("calendar-check", title, words), title=title, actions=act)
    lines = [_line(*pce, lacking_day.day) for pce in lacking_day.pces]
    listed = html.Div(
        html.Ul(lines, className="item-list"),
        className="fleet-lacking",
        role="group",
        tabIndex="0",
        **aria(label=title),
    )
    return card(listed, title=title, hint=_counted(lacking_day), actions=act)


def _counted(lacking_day: LackingDay) -> str:
    if lacking_day.count > len(lacking_day.pces):
        return _(
            "{count} PCE, dont les {shown} premiers par nom",
            count=number(lacking_day.count),
            shown=number(len(lacking_day.pces)),
        )
    return plural("{count} PCE", "{count} PCE", lacking_day.count)


def _line(pce: str, alias: str, day: date) -> Component:
    span = {"from": (day - AROUND).isoformat(), "to": (day + AROUND).isoformat(), "step": "day"}
    href = f"/consommations?{urlencode({'pce': pce} | span)}"
    name = alias or pce
    hidden = html.Span(f" {name}", className="visually-hidden")
    act = button([_("Voir"), hidden], href=href, small=True)
    return item("calendar-week", "mute", html.B(name), _("PCE {number}", number=pce), [act])
