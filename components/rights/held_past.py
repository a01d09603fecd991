"""An address of an answer that is given already: what it was, and when."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components.kit import alert, button, page
from components.rights.held_address import PATH, list_address
from components.rights.words import TRIGGERS
from data.rights.types import Answered, Trigger
from i18n import N_, _, clock

_SAID: Mapping[Trigger, str] = {
    Trigger.ACCEPTED: N_("Vous avez accepté le {at}."),
    Trigger.REFUSED: N_("Vous avez refusé le {at} : rien n’est transmis."),
    Trigger.WITHDRAWN: N_("Vous avez retiré votre accord le {at} : plus rien n’est lisible."),
}
_OTHER = N_("{event}, le {at}.")


def past_page(found: Answered, text: str = "") -> Component:
    """Nothing to answer here any more; one returns to the search that one came from."""
    sentence = _SAID.get(found.trigger, _OTHER)
    said = _(sentence, event=_(TRIGGERS[found.trigger]), at=clock(found.at))
    title = _("Vous avez déjà répondu") if found.trigger in _SAID else _("Cette demande a changé")
    return page(
        title,
        _("La demande de {who} n’attend pas cette réponse.", who=found.third_party),
        crumbs=[(_("Qui lit vos données"), PATH), (_("Votre réponse"), None)],
        children=[
            alert(said, _("Rien n’a changé à l’instant."), "info"),
            button(_("Voir qui lit vos données"), href=list_address(text), kind="primary"),
        ],
    )
