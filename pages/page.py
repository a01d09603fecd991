"""Declare a page: its path, permission, layout and needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from dash.development.base_component import Component

from core.access import Permission

Want = Literal[
    "now",
    "limits",
    "factors",
    "periods",
    "mails_leave",
    "delays",
    "proof_delays",
    "saw",
    "folder",
    "papers",
    "spend",
    "values",
    "origin",
    "address",
    "share_days",
    "pace",
    "upstream",
]
Saw = Callable[..., None]  # told of a PCE whose consumption is shown, or what else is of it


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """A screen: `layout(db=…, viewer=…, **query)` gives it whole, first figures included.

    `title` and `menu` are French sentences marked with `N_`; an empty `menu` keeps the page out of
    the menu, and a page with *several* is in the menu of viewers with more than one PCE. `charts`
    and `tables` say what it opens with, so that browsers fetch the right scripts at once. `shots`
    are query strings worth a screenshot, each a state of the screen. `wants` names what the layout
    also receives from the portal: `now`, the instant of the request; `limits`, of its sessions;
    `factors`, the roles that need a second factor; `periods`, how long each class of personal data
    is kept; `mails_leave`, whether a server sends its mails; `delays`, of access rights;
    `proof_delays`, of proofs; `saw`, to be told of each PCE whose consumption is shown; `folder`,
    of deposited files; `papers`, what contracts are made with; `spend`, to count the failed lookups
    of a declaration; `values`, the operator's settings in force; `origin`, those of the
    environment; `address`, the portal's own; `share_days`, the longest duration of a shared link.
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
    wants: Sequence[Want] = ()
