"""Name the keys of the list of drifts; assets/fleet.js obeys them."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import html
from core.i18n import _


def work_keys() -> Sequence[tuple[tuple[str, ...], str]]:
    """Return the keys of the list, with what each does."""
    return (
        (("J", "K"), _("ligne suivante ou précédente")),
        ((_("Entrée"),), _("voir le site")),
        (("E",), _("marquer la dérive comme vue")),
    )


def keys_hint() -> Component:
    """Return the keys on one line, below the list; a finger has none."""
    parts = [
        html.Span([*(html.Kbd(key) for key in keys), " ", words]) for keys, words in work_keys()
    ]
    return html.Span(parts, className="work-keys")
