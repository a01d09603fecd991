"""Render the changes since the previous version, word by word."""

from collections.abc import Iterator

from dash.development.base_component import Component

from components.kit import alert, html
from core.i18n import _, plural
from data.contracts.types import TextChange, TextComparison, TextPiece

_AROUND = 12  # unchanged words shown around a change


def changes_part(comparison: TextComparison, number: str) -> list[Component]:
    """Return the changes of a text of contract `number`; empty without a version before it."""
    changes = comparison.changes
    if comparison.before is None:
        return []
    before = comparison.before.number
    if before == number:
        before = _("la version précédente")
    if not changes:
        sentence = _("Le texte est le même que celui de {before}.", before=before)
        return [alert(_("Rien n’a changé"), sentence, "ok")]
    count = plural("{count} partie modifiée", "{count} parties modifiées", len(changes))
    title = _("{count} depuis {before}", count=count, before=before)
    return [
        html.Details(
            [html.Summary(title), html.Ul([_change(change) for change in changes])],
            className="contracts-changes",
            open=True,
        )
    ]


def _change(change: TextChange) -> Component:
    name = _(change.part) if change.part else change.clause
    return html.Li([html.B(name), html.P(list(_words(change)), lang="fr")])


def _words(change: TextChange) -> Iterator[Component | str]:
    last = len(change.words) - 1
    for place, (piece, words) in enumerate(change.words):
        if piece is TextPiece.SAME:
            yield _cut(words, first=place == 0, last=place == last)
        elif piece is TextPiece.GONE:
            yield html.Del([_aside(_("supprimé : ")), words])
        else:
            yield html.Ins([_aside(_("ajouté : ")), words])


def _aside(words: str) -> Component:
    """Return text for screen readers, which do not read colours and lines."""
    return html.Span(words, className="visually-hidden")


def _cut(text: str, *, first: bool, last: bool) -> str:
    """Return an unchanged text without its middle."""
    words = text.split(" ")
    if len(words) <= 2 * _AROUND:
        return text
    start = [] if first else words[:_AROUND]
    end = [] if last else words[-_AROUND:]
    return " ".join([*start, "[…]", *end])
