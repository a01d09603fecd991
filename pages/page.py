"""What a page declares about itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from data.access import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A screen: `layout(db=…, viewer=…, **query)` gives it whole, first figures included.

    `title` and `menu` are French sentences marked with `N_`; an empty `menu` keeps the page out of
    the menu. `charts` says that it draws, so that browsers fetch what draws at once. `shots` are
    query strings worth a picture, each a state of the screen.
    """

    path: str
    name: str
    title: str
    permission: Permission
    layout: Callable[..., Component]
    menu: str = ""
    charts: bool = False
    shots: Sequence[str] = ("",)
