"""Render the account panel of the frame: identity, pages, language, theme, sign-out."""

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components.frame_keys import keys_line
from components.kit import aria, data, html, icon, link
from components.kit.base import Child, given_properties
from core.access import SYSTEM, Permission, Viewer
from core.i18n import LANGUAGES, _, hour


def initials(name: str) -> str:
    """Return initials: `VT` for "Violette Thomas", a dot without name."""
    words = name.replace("-", " ").split()
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper() or "·"


def user_menu(viewer: Viewer, csrf: str) -> Component:
    who = viewer.organisation or viewer.name
    opener = html.Button(
        [
            html.Span(initials(viewer.name or who), className="avatar", **aria(hidden="true")),
            html.Span(who, className="who-name"),
        ],
        type="button",
        className="btn who opener",
        **data(opens="frame-user"),
        **aria(
            label=_("{who}, mon compte et préférences", who=who),
            expanded="false",
            controls="frame-user",
        ),
    )
    panel = html.Div(
        _user_lines(viewer, csrf),
        id="frame-user",
        className="panel popover-panel user-panel",
        role="group",
        **aria(label=_("Compte et préférences")),
    )
    return html.Div([opener, panel], className="popover-place who-place")


def _user_lines(viewer: Viewer, csrf: str) -> list[Component]:
    languages = [
        _choice("language", code, words, pressed=code == viewer.language, lang=code)
        for code, words in LANGUAGES.items()
    ]
    chosen = SYSTEM if viewer.follows_system else viewer.theme
    themes = [
        _choice("theme", code, words, pressed=code == chosen, glyph=glyph)
        for code, words, glyph in (
            (SYSTEM, _("Système"), "circle-half"),
            ("light", _("Clair"), "sun"),
            ("dark", _("Sombre"), "moon-stars"),
        )
    ]
    return [
        html.Div(
            [html.P(viewer.name, className="panel-title"), html.P(viewer.organisation)],
            className="panel-who",
        ),
        link([icon("person-gear"), html.Span(_("Mon compte"))], "/compte", className="panel-line"),
        link([icon("bookmark"), html.Span(_("Mes vues"))], "/vues", className="panel-line"),
        link(
            [icon("share"), html.Span(_("Mes liens partagés"))], "/partages", className="panel-line"
        ),
        *_files(viewer),
        *_administration(viewer),
        keys_line(),
        posted("/preferences", csrf, [_row(_("Langue"), languages)]),
        posted("/preferences", csrf, [_row(_("Apparence"), themes)]),
        posted(
            "/deconnexion",
            csrf,
            [
                html.Button(
                    [icon("box-arrow-right"), html.Span(_("Se déconnecter"))],
                    type="submit",
                    className="panel-line",
                )
            ],
        ),
    ]


def _files(viewer: Viewer) -> list[Component]:
    """Return the lists of files, which are the menu's or of no word of it."""
    lines = (
        (Permission.RUNS_READ, "upload", _("Mes dépôts"), "/operations"),
        (Permission.CONSUMPTION_EXPORT, "download", _("Mes exports"), "/exports"),
    )
    return [
        link([icon(glyph), html.Span(words)], path, className="panel-line")
        for permission, glyph, words, path in lines
        if viewer.may(permission)
    ]


def _administration(viewer: Viewer) -> list[Component]:
    if not viewer.may(Permission.PEOPLE_WRITE):
        return []
    words = [icon("people"), html.Span(_("Administration"))]
    return [link(words, "/admin", className="panel-line")]


def _row(words: str, choices: Sequence[Component]) -> Component:
    return html.Div(
        [html.Span(words, className="panel-label"), html.Div(choices, className="choices")],
        className="panel-row",
        role="group",
        **aria(label=words),
    )


def _choice(
    name: str,
    value: str,
    words: str,
    *,
    pressed: bool,
    glyph: str | None = None,
    lang: str | None = None,
) -> Component:
    children: list[Child] = [icon(glyph, 14)] if glyph else []
    return html.Button(
        [*children, html.Span(words, **given_properties(lang=lang))],
        type="submit",
        name=name,
        value=value,
        className="choice",
        **aria(pressed="true" if pressed else "false"),
    )


def posted(action: str, csrf: str, children: Sequence[Component]) -> Component:
    """Return a POST form; `assets/frame.js` fills `next` and renews the token on submit."""
    return html.Form(
        [
            dbc.Input(type="hidden", name="csrf_token", value=csrf),
            dbc.Input(type="hidden", name="next", value="/"),
            *children,
        ],
        action=action,
        method="POST",
        className="frame-form",
    )


def sample_banner(csrf: str) -> Component:
    """Return the banner above each page of a sample, with the button that erases it."""
    erase = html.Button(
        [icon("trash"), html.Span(_("Effacer l’exemple"))],
        type="submit",
        className="btn btn-sm btn-secondary",
    )
    sentence = _(
        "Données d’exemple, inventées : ce que vous y réglez disparaît avec elles, au plus tard"
        " dans trente jours ou dès qu’un point est à vous."
    )
    words = [icon("stars"), html.P(sentence)]
    return html.Aside(
        html.Div([*words, posted("/exemple/fin", csrf, [erase])], className="look-line"),
        className="look",
        **aria(label=_("Données d’exemple")),
    )


def look_banner(viewer: Viewer, csrf: str) -> list[Component]:
    """Return the banner shown throughout an impersonation, with the button to end it."""
    if not viewer.behind or viewer.until is None:
        return []
    sentence = _(
        "Vous voyez le portail à la place de {name} ({organisation}), en lecture seule, jusqu’à"
        " {hour}. Chaque page vue est notée au journal.",
        name=viewer.name,
        organisation=viewer.organisation,
        hour=hour(viewer.until),
    )
    out = html.Button(
        [icon("x-lg"), html.Span(_("Revenir à mon compte"))],
        type="submit",
        className="btn btn-sm btn-secondary",
    )
    words = [icon("eye"), html.P(sentence)]
    return [
        html.Aside(
            html.Div([*words, posted("/vue/fin", csrf, [out])], className="look-line"),
            className="look",
            **aria(label=_("Vue à la place de quelqu’un")),
        )
    ]
