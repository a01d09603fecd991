"""Render the dialog before stopping all messages to the distributor."""

from collections.abc import Sequence

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
    return sends_dialog(_("Ne plus rien envoyer au distributeur ?"), consequences, acts)


def sends_dialog(title: str, consequences: Sequence[str], acts: Sequence[Component]) -> Component:
    """Return the confirmation of a change of what is sent to the distributor."""
    lines = html.Ul([html.Li(consequence) for consequence in consequences])
    return dialog("mirror-sends-title", title, [lines], acts)
