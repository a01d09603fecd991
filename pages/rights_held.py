"""`/droits/lecteurs`: who reads what one holds, and the answer of its holder."""

from dash.development.base_component import Component

from components.kit import page_of
from components.rights.held import held_page
from components.rights.held_address import PATH
from components.rights.held_answer import answer_page, withdraw_page
from components.rights.held_past import past_page
from components.rights.held_reads import read_page
from data.access import Permission, Viewer
from data.db import Session
from data.rights import queries
from data.rights.types import LONGEST_SEARCH, RightState
from i18n import N_
from pages.page import Page

_ACTS = {
    "answer": (RightState.PENDING, answer_page),
    "withdraw": (RightState.ACTIVE, withdraw_page),
}
_DIGITS = 9


def layout(*, db: Session, viewer: Viewer, **query: str) -> Component:
    text = query.get("q", "")[:LONGEST_SEARCH]
    if query.get("act") == "read":
        return read_page(queries.get_read(db, viewer, _key(query.get("read", ""))), text)
    if query.get("act") in _ACTS:
        viewer.require(Permission.RIGHTS_ANSWER)
        state, drawn = _ACTS[query["act"]]
        uid, asker = query.get("right", "")[:36], _key(query.get("who", ""))
        rights = queries.choose_held(db, viewer, state, uid=uid, asker=asker)
        if not rights:  # a page that one goes back to, or somebody else answered
            return past_page(queries.answered_held(db, viewer, uid=uid, asker=asker), text)
        return drawn(rights, text)
    at = page_of(query.get("page"))
    reads = page_of(query.get("reads"))
    return held_page(viewer, queries.view_held(db, viewer, text, at, reads))


def _key(text: str) -> int:
    known = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if known else 0


PAGE = Page(
    path=PATH,
    name="rights_held",
    title=N_("Qui lit vos données"),
    permission=Permission.RIGHTS_READ,
    layout=layout,
    shots=(
        "",
        "?q=zzzz",
        "?act=answer&right={asked}",
        "?act=withdraw&right={opened}",
        "?act=answer&right={opened}",
    ),
)
