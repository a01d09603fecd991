"""Declare a page: its path, permission, layout and needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from core.access import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """A screen; `layout(request, **query)` returns it completely, with its first figures.

    `title` and `menu` are French sentences marked with `N_`; an empty `menu` keeps the page out of
    the menu, and a page with `several` is in the menu of viewers with more than one PCE. `charts`
    and `tables` say what it opens with, so that browsers fetch the right scripts at once. `shots`
    are query strings worth a screenshot, each a state of the screen.
    """

    path: str
    name: str
    title: str
    permission: Permission
    layout: Callable[..., Component]
    menu: str = ""
    several: bool = False
    charts: bool = False
    tables: bool = False
    shots: Sequence[str] = ("",)
