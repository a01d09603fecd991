"""Render the access log for the holder: a line for each access, with its PCEs."""

from dataclasses import replace
from functools import partial

from dash.development.base_component import Component

from components.kit import Children, button, card, html, link, page, pager, table
from components.rights.readers_query import PATH, list_address, read_address
from core.i18n import _, clock, number
from data.rights.rules.reads import did
from data.rights.types import HeldRead, HeldView, ReadPces


def reads_card(facts: HeldView) -> Component:
    """Return the accesses of others to the organisation's PCEs, latest first."""
    if not facts.readers:
        message = _("Personne d’autre n’a lu vos données.")
        if facts.text:
            message = _("Personne d’autre n’a lu ce que vous cherchez.")
        return card(html.P(message, className="card-text"), title=_("Qui a lu quoi"))
    rows: list[list[Children]] = [
        [clock(read.at), read.organisation, did(read.action), _pces(read, facts.text)]
        for read in facts.readers
    ]
    log = table(
        [_("Quand"), _("Qui"), _("Quoi"), "PCE"],
        rows,
        caption=_("Lectures de vos données par d’autres, les dernières d’abord"),
    )
    return card([log, *_pages(facts)], title=_("Qui a lu quoi"))


def _pces(read: HeldRead, text: str) -> Children:
    """Return one PCE by its name, or the number of several with a link."""
    if read.pces == 1:
        return f"{read.alias} – {read.number}" if read.alias else read.number
    return link(_("{count} PCE", count=number(read.pces)), read_address(read.id, text))


def _pages(facts: HeldView) -> list[Component]:
    address = partial(list_address, facts.text, facts.page)
    return pager(
        _("Pages du journal des lectures"),
        _("page {page}", page=number(facts.reads)),
        (_("Plus récentes"), address(facts.reads - 1) if facts.reads > 1 else None),
        (_("Plus anciennes"), address(facts.reads + 1) if facts.more_reads else None),
    )


def read_page(read: ReadPces, text: str = "") -> Component:
    """Return the PCEs of one access."""
    act = replace(read.act, action=did(read.act.action))
    rows: list[list[Children]] = [[alias or "–", pce] for pce, alias in read.named]
    parts: list[Component] = [
        table([_("Site"), "PCE"], rows, caption=_("PCE lus en une fois, par nom de site"))
    ]
    if act.pces > len(rows):
        more = _("et {count} autres PCE.", count=number(act.pces - len(rows)))
        parts.append(html.P(more, className="card-text"))
    back = list_address(text)
    return page(
        _("{who} {did}", who=act.organisation, did=act.action),
        _("Le {when}, {count} PCE.", when=clock(act.at), count=number(act.pces)),
        crumbs=[(_("Qui lit vos données"), PATH), (_("Une lecture"), None)],
        children=[card(parts, title=_("Les PCE de cette lecture")),
                  button(_("Retour"), href=back)],
    )  # fmt: skip
