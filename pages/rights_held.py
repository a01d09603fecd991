"""`/droits/lecteurs`: the readers of an organisation's PCEs, and its answers."""

from dash.development.base_component import Component

from components.kit import page_of
from components.rights.past_answer import past_page
from components.rights.readers import held_page
from components.rights.readers_answer import answer_page, withdraw_page
from components.rights.readers_query import PATH
from components.rights.reads_log import read_page
from core.access import Permission
from core.i18n import N_
from data.identity.accounts.queries import list_able_names
from data.request import Request
from data.rights import queries
from data.rights.types import LONGEST_SEARCH, RightState
from pages.page import PageSpec, Section

_ACTS = {
    "answer": (RightState.PENDING, answer_page),
    "withdraw": (RightState.ACTIVE, withdraw_page),
}
_DIGITS = 9


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    text = query.get("q", "")[:LONGEST_SEARCH]
    if query.get("act") == "read":
        return read_page(queries.get_read(db, viewer, _key(query.get("read", ""))), text)
    if query.get("act") in _ACTS:
        viewer.require(Permission.RIGHTS_ANSWER)
        state, drawn = _ACTS[query["act"]]
        uid, asker = query.get("right", "")[:36], _key(query.get("who", ""))
        rights = queries.list_chosen_held(db, viewer, state, uid=uid, asker=asker)
        if not rights:  # page from the history, or answered by a colleague
            return past_page(queries.find_last_answer(db, viewer, uid=uid, asker=asker), text)
        return drawn(rights, text)
    at = page_of(query.get("page"))
    reads = page_of(query.get("reads"))
    deciders = list_able_names(db, viewer, Permission.RIGHTS_ANSWER)
    return held_page(viewer, queries.get_held_view(db, viewer, text, at, reads), deciders)


def _key(text: str) -> int:
    is_key = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if is_key else 0


PAGE = PageSpec(
    path=PATH,
    name="rights_held",
    title=N_("Qui lit vos données"),
    section=Section.ACCESS,
    menu=N_("Qui lit vos données"),
    own=True,
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
