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
PageLink = tuple[str, str | None]  # its words, and its address; None where there is nothing there


def page_of(text: object) -> int:
    """The page that an address asks for; anything else is the first."""
    page_text = str(text or "")
    is_page_number = page_text.isascii() and page_text.isdigit() and len(page_text) <= _DIGITS
    return min(max(1, int(page_text)), _MOST) if is_page_number else 1


def pager(label: str, where: str, back: PageLink, forth: PageLink) -> list[Component]:
    """Where one is, and a link each way; *label* is read, not seen. Empty without any link."""
    ways = ((*back, "chevron-left"), (*forth, "chevron-right"))
    links = [button(words, icon=glyph, href=to, small=True) for words, to, glyph in ways if to]
    if not links:
        return []
    return [html.Nav([html.Span(where), *links], className="list-pages", **aria(label=label))]


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a list of *total* lines, *size* a page, one of which is asked for."""

    total: int
    size: int
    asked_page: int = 1

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def here(self) -> int:
        """The page shown: the last one where less lines are left than were asked for."""
        return min(self.asked_page, self.last)

    def rows(self, rows: Sequence[T]) -> Sequence[T]:
        """Those of the page shown, of all of them."""
        return rows[(self.here - 1) * self.size : self.here * self.size]

    def links(
        self,
        label: str,
        words: tuple[str, str],
        address: Callable[[int], str],
        where: str | None = None,
    ) -> list[Component]:
        """The links to the pages before and after, in these *words*; *where* one is, otherwise."""
        here, last = self.here, self.last
        place = where or _("Page {here} sur {last}", here=number(here), last=number(last))
        back = address(here - 1) if here > 1 else None
        forth = address(here + 1) if here < last else None
        return pager(label, place, (words[0], back), (words[1], forth))
