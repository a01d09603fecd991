"""Declare a page: its path, permission, layout and needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dash.development.base_component import Component

from core.access import Permission


class Section(StrEnum):
    """A word of the menu, which is marked on each of its pages; ACCOUNT is the account's panel."""

    HOME = "home"
    FLEET = "fleet"
    ALERTS = "alerts"
    COSTS = "costs"
    READINGS = "readings"
    ACCESS = "access"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """A screen; `layout(request, **query)` returns it completely, with its first figures.

    `title` and `menu` are French sentences marked with `N_`; a page with a `menu` is opened by the
    menu, under this word: of viewers with more than one PCE only if `several` is True, of others
    only if it is False, and never of staff if it is `own`. `charts` and `tables` say what it opens
    with, so that browsers fetch the right scripts at once. `shots` are query strings worth a
    screenshot, each a state of the screen.
    """

    path: str
    name: str
    title: str
    permission: Permission
    layout: Callable[..., Component]
    section: Section
    menu: str = ""
    several: bool | None = None
    own: bool = False
    charts: bool = False
    tables: bool = False
    shots: Sequence[str] = ("",)
