"""Render the connection to the distributor on the home page, if it needs attention."""

from dash.development.base_component import Component

from components.home.items import group
from components.kit import button, item, only_if
from components.upstream_message import quoted_sentence
from core.i18n import _, plural
from data.upstream_message import UpstreamMessage

PATH = "/admin?part=connections"


def connection_group(refused: UpstreamMessage | None, on_hold_count: int) -> list[Component]:
    """Return refused credentials and ends of rights on hold; empty if there are none."""
    items = [*_refused(refused), *_held_text(on_hold_count)]
    return [group(_("Connexion au distributeur"), len(items), PATH, items)] if items else []


def count_connection(refused: UpstreamMessage | None, on_hold_count: int) -> int:
    """Return the number of tasks; rights on hold count as one."""
    return (refused is not None) + bool(on_hold_count)


def _refused(refused: UpstreamMessage | None) -> list[Component]:
    """Return the refusal of credentials, with the distributor's message if any."""
    if refused is None:
        return []
    title = _("Le distributeur refuse vos identifiants")
    why = [*quoted_sentence(refused), " "] if refused.quote else []
    note = [*why, _("Rien ne lui est demandé ni envoyé tant qu’ils ne sont pas corrigés.")]
    act = button(_("Corriger"), href=PATH, small=True)
    return [item("plug", "bad", title, note, [act])]


def _held_text(count: int) -> list[Component]:
    note = plural(
        "{count} droit que le distributeur clôturerait attend votre décision.",
        "{count} droits que le distributeur clôturerait attendent votre décision.",
        count,
    )
    act = button(_("Décider"), href=PATH, small=True)
    title = _("Des droits seraient clos en grand nombre")
    return only_if(count, item("plug", "warn", title, note, [act]))
