"""What a page declares about itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from dash.development.base_component import Component

from data.access import Permission

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
class Page:
    """A screen: `layout(db=…, viewer=…, **query)` gives it whole, first figures included.

    `title` and `menu` are French sentences marked with `N_`; an empty `menu` keeps the page out of
    the menu, and one for *several* PCE is in that of who reads more than one. `charts` and
    `tables` say what it opens with, so that browsers fetch at once what draws it. `shots` are
    query strings worth a picture, each a state of the screen. `wants` names what the layout is
    given of the portal besides: `now`, the instant of the request, `limits`, of its sessions,
    `factors`, who must have a second one, `periods`, how long each class of personal data is
    kept, `mails_leave`, whether a server sends its mails, `delays`, of access rights,
    `proof_delays`, of proofs, `saw`, to be told of each PCE whose consumption is shown, `folder`,
    of deposited files, `papers`, what contracts are made with, `spend`, to count what one of
    declarations asks in vain, `values`, the settings of the operator in force, `origin`, those
    that the environment gives, `address`, the portal's own, and `share_days`, the most that a
    shared link may last.
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
