"""The way to the lines before and after those shown, for a list drawn by pages."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import html
from components.kit.base import aria
from components.kit.button import button

_MOST = 10_000
_DIGITS = 5
Step = tuple[str, str, str]  # its words, its icon, its address


def page_of(text: object) -> int:
    """The page that an address asks for; anything else is the first."""
    said = str(text or "")
    known = said.isascii() and said.isdigit() and len(said) <= _DIGITS
    return min(max(1, int(said)), _MOST) if known else 1


def pager(label: str, where: str, steps: Sequence[Step]) -> Component:
    """Where one is, and a link each way; *label* is read, not seen."""
    links = [button(words, icon=glyph, href=href, small=True) for words, glyph, href in steps]
    return html.Nav([html.Span(where), *links], className="list-pages", **aria(label=label))
