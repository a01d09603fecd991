"""Render the dialog before stopping all messages to the distributor."""

from dash.development.base_component import Component

from components.kit import button, data, dialog, html
from components.mirror.choices import cost_text
from core.i18n import _, plural
from data.exchange.mirror.types import Unleft


def ask_stops(unleft: Unleft) -> Component:
    """Return the confirmation that stopping cancels pending declarations."""
    consequences = [cost_text(unleft), _("Ce qui est déjà parti reste chez le distributeur.")]
    stop = plural(
        "Arrêter et annuler {count} déclaration",
        "Arrêter et annuler {count} déclarations",
        unleft.declared,
    )
    acts = [
        button(stop, icon="send-slash", kind="danger", **data(mirror="sends")),
        button(_("Continuer d’envoyer"), **data(mirror="keeps", kept="on")),
    ]
    title = _("Ne plus rien envoyer au distributeur ?")
    return dialog(
        "mirror-sends-title",
        title,
        [html.Ul([html.Li(consequence) for consequence in consequences])],
        acts,
    )
