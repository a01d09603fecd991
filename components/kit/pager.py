"""Build the links to the previous and next pages of a list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dash.development.base_component import Component

from components.kit import html
from components.kit.base import aria
from components.kit.button import button
from core.i18n import _, number

T = TypeVar("T")
_MOST = 10_000
_DIGITS = 5
PageLink = tuple[str, str | None]  # label, and address; None without a page


def page_of(text: object) -> int:
    """Return the page number in an address; 1 for anything else."""
    page_text = str(text or "")
    is_page_number = page_text.isascii() and page_text.isdigit() and len(page_text) <= _DIGITS
    return min(max(1, int(page_text)), _MOST) if is_page_number else 1


def pager(label: str, where: str, back: PageLink, forth: PageLink) -> list[Component]:
    """Return the position and a link each way.

    `label` is for screen readers. Empty without links.
    """
    ways = ((*back, "chevron-left"), (*forth, "chevron-right"))
    links = [button(words, icon=glyph, href=to, small=True) for words, to, glyph in ways if to]
    if not links:
        return []
    return [html.Nav([html.Span(where), *links], className="list-pages", **aria(label=label))]


@dataclass(frozen=True, slots=True)
class Pages:
    """Pagination of a list of `total` rows, `size` per page, at a requested page."""

    total: int
    size: int
    asked_page: int = 1

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def here(self) -> int:
        """Return the page shown: at most the last one."""
        return min(self.asked_page, self.last)

    def rows(self, rows: Sequence[T]) -> Sequence[T]:
        """Return the rows of the page shown, among all `rows`."""
        return rows[(self.here - 1) * self.size : self.here * self.size]

    def links(
        self,
        label: str,
        words: tuple[str, str],
        address: Callable[[int], str],
        where: str | None = None,
    ) -> list[Component]:
        """Return the links to the pages before and after, labelled `words`.

        `where` replaces the default text of the position.
        """
        here, last = self.here, self.last
        place = where or _("Page {here} sur {last}", here=number(here), last=number(last))
        back = address(here - 1) if here > 1 else None
        forth = address(here + 1) if here < last else None
        return pager(label, place, (words[0], back), (words[1], forth))
