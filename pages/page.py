"""Declare a page: its path, permission, layout and needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dash.development.base_component import Component

from core.access import Permission
from core.errors import NotFound
from data.metering.pces.queries import get_scope
from data.request import Request

DIGITS = 9  # of the largest key of all databases


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


def read_key(text: str, gone: str) -> int:
    """Return the key in an address; raise NotFound with `gone` if invalid."""
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
        raise NotFound(gone)
    return int(text)


def read_site(request: Request, number: str) -> tuple[str, str]:
    """Return the PCE of an address and its name, both "" without one. Raise NotFound."""
    if not number:
        return "", ""
    scope = get_scope(request.db, request.viewer, number)
    return scope.number, scope.alias
