"""Build the links to the previous and next pages of a list."""

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
    page_text = str(text or "")
    is_page_number = page_text.isascii() and page_text.isdigit() and len(page_text) <= _DIGITS
    return min(max(1, int(page_text)), _MOST) if is_page_number else 1


def pager(label: str, where: str, steps: Sequence[Step]) -> Component:
    """Where one is, and a link each way; *label* is read, not seen."""
    links = [button(words, icon=glyph, href=href, small=True) for words, glyph, href in steps]
    return html.Nav([html.Span(where), *links], className="list-pages", **aria(label=label))
