"""Build icons from the Bootstrap Icons font, always beside a text."""

from components.kit import html
from components.kit.base import aria


def icon(name: str, size: int = 16) -> html.I:
    """Return the glyph `name` (without "bi-"), `size` px at 100 %, hidden from screen readers."""
    return html.I(
        className=f"bi bi-{name}",
        style={"fontSize": f"{size / 16:g}rem"},
        **aria(hidden="true"),
    )
