"""The connection to the distributor, at home, when somebody has to see to it."""

from dash.development.base_component import Component

from components.home.items import group
from components.kit import button, item
from components.told import said
from data.told import Told
from i18n import _

PATH = "/admin?part=connections"


def connection_group(refused: Told | None) -> list[Component]:
    """Nothing unless the distributor refuses the credentials; with its words, if it said any."""
    if refused is None:
        return []
    title = _("Le distributeur refuse vos identifiants")
    why = [*said(refused), " "] if refused.theirs else []
    note = [*why, _("Rien ne lui est demandé ni envoyé tant qu’ils ne sont pas corrigés.")]
    act = button(_("Corriger"), href=PATH, small=True)
    return [
        group(_("Connexion au distributeur"), 1, PATH, [item("plug", "bad", title, note, [act])])
    ]
