"""The connection to the distributor, at home, when somebody has to see to it."""

from dash.development.base_component import Component

from components.home.items import group
from components.kit import button, item
from components.told import said
from data.told import Told
from i18n import _, plural

PATH = "/admin?part=connections"


def connection_group(refused: Told | None, held: int) -> list[Component]:
    """Nothing unless the distributor refuses the credentials, or ends of rights are *held*."""
    items = [*_refused(refused), *_held(held)]
    return [group(_("Connexion au distributeur"), len(items), PATH, items)] if items else []


def count_connection(refused: Told | None, held: int) -> int:
    """What is to be done: however many rights are held, they are looked at together."""
    return (refused is not None) + bool(held)


def _refused(refused: Told | None) -> list[Component]:
    """With the words of the distributor, if it said any."""
    if refused is None:
        return []
    title = _("Le distributeur refuse vos identifiants")
    why = [*said(refused), " "] if refused.theirs else []
    note = [*why, _("Rien ne lui est demandé ni envoyé tant qu’ils ne sont pas corrigés.")]
    act = button(_("Corriger"), href=PATH, small=True)
    return [item("plug", "bad", title, note, [act])]


def _held(count: int) -> list[Component]:
    if not count:
        return []
    note = plural(
        "{count} droit que le distributeur clôturerait attend votre décision.",
        "{count} droits que le distributeur clôturerait attendent votre décision.",
        count,
    )
    act = button(_("Décider"), href=PATH, small=True)
    return [item("plug", "warn", _("Des droits seraient clos en grand nombre"), note, [act])]
