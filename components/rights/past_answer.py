"""Render the address of an answer already given: the answer and its date."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components.kit import alert, button, page
from components.rights.labels import TRIGGERS
from components.rights.readers_query import PATH, list_address
from core.i18n import N_, _, clock
from data.rights.types import Answered, RightTrigger

_SAID: Mapping[RightTrigger, str] = {
    RightTrigger.ACCEPTED: N_("Vous avez accepté le {at}."),
    RightTrigger.REFUSED: N_("Vous avez refusé le {at} : rien n’est transmis."),
    RightTrigger.WITHDRAWN: N_("Vous avez retiré votre accord le {at} : plus rien n’est lisible."),
}
_OTHER = N_("{event}, le {at}.")


def past_page(past_answer: Answered, text: str = "") -> Component:
    """Return the page of an answered request, with a link back to the search."""
    sentence = _SAID.get(past_answer.trigger, _OTHER)
    message = _(sentence, event=_(TRIGGERS[past_answer.trigger]), at=clock(past_answer.at))
    title = (
        _("Vous avez déjà répondu") if past_answer.trigger in _SAID else _("Cette demande a changé")
    )
    return page(
        title,
        _("La demande de {who} n’attend pas cette réponse.", who=past_answer.third_party),
        crumbs=[(_("Qui lit vos données"), PATH), (_("Votre réponse"), None)],
        children=[
            alert(message, _("Rien n’a changé à l’instant."), "info"),
            button(_("Voir qui lit vos données"), href=list_address(text), kind="primary"),
        ],
    )
