"""Build messages: toasts, alerts, and the card that replaces a failed page."""

import secrets
from typing import Literal

from dash.development.base_component import Component

from components.kit import html
from components.kit.base import Child, Children, Id, aria, as_list, data, given_properties
from components.kit.button import button
from components.kit.display import empty
from components.kit.icon import icon
from components.kit.page import card
from core.i18n import _, plural

ToastTone = Literal["ok", "warn", "bad", "info"]
AlertTone = Literal["ok", "warn", "bad", "info"]
_ICONS = {
    "ok": "check-circle-fill",
    "bad": "exclamation-octagon-fill",
    "warn": "exclamation-triangle-fill",
    "info": "info-circle-fill",
}


def to_review(count: int) -> str:
    """Return the summary beside a form's button; the error messages are below the fields."""
    return plural(
        "Rien n’est enregistré : {count} valeur est à corriger.",
        "Rien n’est enregistré : {count} valeurs sont à corriger.",
        count,
    )


def copyable_text(text: str, *, what: str) -> Component:
    """Return `text` with a copy button; `what` names it for screen readers."""
    return html.Div([html.Code(text), *_copying(what)], className="kit-copied")


def _copying(what: str) -> list[Component]:
    copy_messages = data(copied=_("Copié"), failed=_("Le texte est sélectionné\u00a0: copiez-le."))
    press = button(
        _("Copier"),
        small=True,
        icon="clipboard",
        **aria(label=_("Copier {what}", what=what)),
        **copy_messages,
    )
    return [press, html.Span(role="status", className="kit-copied-told")]


def command_block(text: str, *, what: str) -> Component:
    """Return a command to type, of one or several lines, with a copy button."""
    code = html.Pre(html.Code(text), className="code-block code-typed", tabIndex="0")
    return html.Div([code, *_copying(what)], className="kit-copied kit-typed")


def toast(
    title: Children,
    text: Children = None,
    *,
    tone: ToastTone = "ok",
    link: Children = None,
    reference: str | None = None,
) -> Component:
    """Return a toast, for `Ids.TOASTS` of the frame.

    Errors and warnings stay until closed, errors as ARIA alerts; others disappear after 6 s,
    or 20 s with a button.
    """
    foot: list[Component] = []
    if link is not None or reference:
        foot.append(html.Div(_foot(link, reference), className="toast-foot"))
    words = [
        html.P(title, className="toast-title"),
        *([html.P(text, className="toast-text")] if text is not None else []),
        *foot,
    ]
    return html.Div(
        [icon(_ICONS[tone], 20), html.Div(words, className="toast-words"), _close()],
        id=f"toast-{secrets.token_hex(4)}",
        className=f"notice-toast notice-{tone}",
        role="alert" if tone == "bad" else "status",
        **data(stays="yes" if tone in {"bad", "warn"} else "no"),
    )


def _foot(link: Children, reference: str | None) -> list[Child]:
    reference_label = _("réf. {reference}", reference=reference) if reference else None
    return [
        *as_list(link),
        *([html.Span(reference_label, className="toast-reference")] if reference_label else []),
    ]


def _close() -> Component:
    return html.Button(
        [icon("x-lg"), html.Span(_("Fermer le message"), className="visually-hidden")],
        type="button",
        className="btn btn-icon toast-close",
        **data(closes="toast"),
    )


def alert(
    title: Children,
    text: Children = None,
    tone: AlertTone = "info",
    *,
    actions: Children = (),
    id: Id | None = None,  # noqa: A002
) -> Component:
    """Return a message inside the page."""
    words = [
        html.P(title, className="alert-title"),
        *([html.P(text)] if text is not None else []),
        *([html.Div(as_list(actions), className="alert-actions")] if actions else []),
    ]
    return html.Div(
        [icon(_ICONS[tone]), html.Div(words)],
        className=f"notice-alert notice-{tone}",
        role="alert" if tone == "bad" else "status",
        **given_properties(id=id),
    )


def error_card(title: Children, text: Children, actions: Children = ()) -> Component:
    """Return what replaces a page or block that failed."""
    return html.Div(
        card(empty("exclamation-octagon", title, text, actions, heading=1)), className="error-card"
    )


def nothing_found(message: str, *, place: Id, words: Id, clear: Id) -> Component:
    """Return the message for filters (named in `words`) that find nothing, with a reset."""
    way = button(_("Effacer les filtres"), id=clear, icon="x-lg")
    empty_part = empty("search", message, html.Span(id=words), way)
    return html.Div(empty_part, id=place, hidden=True, className="nothing-found")
