"""Render the list of keyboard shortcuts, which "?" opens on any page."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.fleet.keys import work_keys
from components.kit import aria, button, data, dialog, html, icon
from core.access import Permission, Viewer
from core.i18n import _

DIALOG = "frame-keys"  # opened by assets/frame-keys.js
Keys = tuple[tuple[str, ...], str]
_REST = "…"


def keys_dialog(viewer: Viewer) -> Component:
    """Return the dialogue of the keys of the pages that `viewer` may open, closed."""
    sections = [
        (permission, title, keys)
        for permission, title, keys in _sections()
        if viewer.may(permission)
    ]
    inside = [
        html.P(_("Ils ne sont jamais actifs pendant que vous écrivez.")),
        *(part for _permission, title, keys in sections for part in _section(title, keys)),
    ]
    acts = [
        letters_switch(),
        button(_("Fermer"), kind="primary", className="push", **data(keys="close")),
    ]
    return dialog(f"{DIALOG}-title", _("Raccourcis clavier"), inside, acts, id=DIALOG)


def keys_line() -> Component:
    """Return the line of a menu that opens the dialogue; a finger has no keys, and no line."""
    return html.Button(
        [
            icon("keyboard"),
            html.Span(_("Raccourcis clavier")),
            html.Kbd("?", **aria(hidden="true")),
        ],
        type="button",
        className="panel-line keys-line",
        **aria(haspopup="dialog"),
        **data(keys="open"),
    )


def keys_button() -> Component:
    """Return the icon that opens the dialogue."""
    words = _("Raccourcis clavier")
    return button(
        [icon("keyboard"), html.Span(words, className="visually-hidden")],
        className="btn-icon keys-line",
        title=words,
        **data(keys="open"),
    )


def letters_switch() -> Component:
    """Return the switch of the keys of one letter, which assets/frame-keys.js keeps."""
    return html.Button(
        [_("Raccourcis d’une lettre"), html.Span(className="find-switch")],
        type="button",
        role="switch",
        className="letters-switch",
        **aria(checked="true"),
        **data(letters=""),
    )


def _section(title: str, keys: Sequence[Keys]) -> list[Component]:
    lines = [
        html.Div(
            [html.Dt([html.Kbd(key) if key != _REST else key for key in pressed]), html.Dd(words)]
        )
        for pressed, words in keys
    ]
    return [html.H3(title), html.Dl(lines, className="keys-list")]


def _sections() -> Sequence[tuple[Permission, str, Sequence[Keys]]]:
    return (
        (Permission.ACCOUNT, _("Sur toutes les pages"), _everywhere()),
        (Permission.CONSUMPTION_READ, _("Consommation d’un site"), _of_chart()),
        (Permission.CONSUMPTION_READ, _("Parc"), work_keys()),
        (Permission.CONTROLS_DECIDE, _("Contrôle des preuves"), _of_controls()),
    )


def _everywhere() -> Sequence[Keys]:
    return (
        (("/", "Ctrl+K"), _("chercher un site, une page ou une action")),
        ((_("Échap"),), _("fermer ce qui est ouvert")),
        (("?",), _("cette aide")),
    )


def _of_chart() -> Sequence[Keys]:
    return (
        (("J", "K"), _("site suivant ou précédent")),
        (("Tab",), _("aller au graphique, à ses mois, à son tableau")),
        (
            ("←", "→"),
            _("barre précédente ou suivante du graphique\u00a0; sur ses mois, la période"),
        ),
        ((_("Pg préc."), _("Pg suiv.")), _("sept barres plus tôt ou plus tard")),
        ((_("Origine"), _("Fin")), _("première ou dernière barre")),
        ((_("Entrée"),), _("agrandir\u00a0: ouvrir les jours de la barre, ou le jour")),
        (("N",), _("annoter à la date de la barre")),
        (("O",), _("voir d’où vient le chiffre de la barre")),
    )


def _of_controls() -> Sequence[Keys]:
    return (
        (("J", "↓"), _("contrôle suivant")),
        (("K", "↑"), _("contrôle précédent")),
        (("1", _REST, "6"), _("répondre à un point\u00a0: oui, non, sans réponse")),
        ((_("Pg préc."), _("Pg suiv.")), _("page précédente ou suivante de la pièce")),
        (("F",), _("fichier suivant")),
        (("V",), _("valider la preuve, ou toutes celles choisies")),
        (("D",), _("demander une nouvelle pièce, ou à tous ceux choisis")),
        (("R",), _("refuser la preuve, ou toutes celles choisies")),
        (("Z",), _("annuler la dernière décision")),
        (("M",), _("écrire un message")),
        (("X",), _("choisir le contrôle")),
    )
