"""Render the help of keyboard shortcuts, and the switch that disables letters."""

from dash.development.base_component import Component

from components.kit import aria, button, data, dialog, html
from core.i18n import _


def keys() -> tuple[tuple[tuple[str, ...], str], ...]:
    return (
        (("J", "↓"), _("contrôle suivant")),
        (("K", "↑"), _("contrôle précédent")),
        (("1", "…", "6"), _("répondre à un point\u00a0: oui, non, sans réponse")),
        (("PgDn", "PgUp"), _("page suivante ou précédente de la pièce")),
        (("F",), _("fichier suivant")),
        (("V",), _("valider la preuve, ou toutes celles choisies")),
        (("D",), _("demander une nouvelle pièce, ou à tous ceux choisis")),
        (("R",), _("refuser la preuve, ou toutes celles choisies")),
        (("Z",), _("annuler la dernière décision")),
        (("M",), _("écrire un message")),
        (("X",), _("choisir le contrôle")),
        (("?",), _("cette aide")),
    )


def help_dialog() -> Component:
    lines = [
        html.Div(
            [
                html.Dt([html.Kbd(key) if key != "…" else key for key in pressed]),
                html.Dd(words),
            ]
        )
        for pressed, words in keys()
    ]
    inside = [
        html.P(_("Ils ne sont jamais actifs pendant que vous écrivez.")),
        html.Dl(lines, className="desk-keys"),
    ]
    letters = button(
        [html.Span(_("Raccourcis d’une lettre")), html.B(className="desk-letters")],
        role="switch",
        **aria(checked="true"),
        **data(desk="letters", on=_("activés"), off=_("coupés")),
    )
    close = button(_("Fermer"), kind="primary", className="push", **data(desk="close"))
    title = _("Raccourcis clavier")
    return dialog("controls-help-title", title, inside, [letters, close], **data(dialog="help"))
