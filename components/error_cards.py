"""Render refusals and errors: a card for a page, a toast for an action."""

from dash.development.base_component import Component

from components.contracts.contract_required import WAY
from components.kit import button, error_card, html, link, toast
from core.errors import Busy, ContractNeeded, PortalError, Unavailable
from core.i18n import N_, _

_UNEXPECTED = N_("Une erreur inattendue s’est produite. Elle est notée ; vous pouvez réessayer.")
_TITLES = {404: N_("Introuvable ou hors de votre périmètre"), 403: N_("Accès refusé")}


def refusal_card(error: PortalError) -> Component:
    title = _TITLES.get(error.status, N_("Cette page ne peut pas être affichée"))
    way = button(_("Retour à l’accueil"), href="/", kind="primary")
    if isinstance(error, ContractNeeded):
        way = button(_("Ouvrir « Contrats »"), href=WAY, kind="primary")
    return error_card(_(title), _(error.message, **error.params), [way])


def bug_card(number: str) -> Component:
    text: list[Component | str] = [
        _(_UNEXPECTED),
        html.Br(),
        _("Référence {reference}", reference=number),
    ]
    home = button(_("Retour à l’accueil"), href="/", kind="primary")
    return error_card(_("Une erreur s’est produite"), text, [home])


def refusal_toast(error: PortalError) -> Component:
    """Return a toast for an expected error; a missing contract adds a link to contracts."""
    later = isinstance(error, Busy | Unavailable)
    title = _("Pas encore fait") if later else _("Action refusée")
    way = None
    if isinstance(error, ContractNeeded):
        way = link(_("Ouvrir « Contrats »"), WAY)
    return toast(title, _(error.message, **error.params), tone="bad", link=way)


def bug_toast(number: str) -> Component:
    return toast(_("Une erreur s’est produite"), _(_UNEXPECTED), tone="bad", reference=number)
