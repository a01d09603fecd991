"""`/droits`: the rights, one of them in the drawer, and the form of a new one."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from dash.development.base_component import Component

from components.contracts.contract_required import contract_needed
from components.rights.counts import counted, keep
from components.rights.drawer import right_drawer
from components.rights.filters import RightListParams, read_wanted, right_filter
from components.rights.form import form_page
from components.rights.form_values import DeclarationDefaults, renewal_form, usual_defaults
from components.rights.listing import RightListFacts, rights_page
from core.access import Permission, Viewer
from core.database import Session
from core.errors import NotFound
from core.i18n import N_, _
from core.paging import RowBlock
from data.exchange.mirror.queries.connection import find_connection_state
from data.exchange.mirror.queries.opened_right import get_opened_right
from data.identity.accounts import queries as accounts
from data.request import Request
from data.rights import queries
from data.rights.types import Delays, RightFilter, RightRole, RightRow, RightSort, RightState
from pages.page import PageSpec, Section


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    if viewer.may(Permission.RIGHTS_DECLARE) and query.get("new"):
        needed = contract_needed(viewer, _("Vous pouvez déjà vérifier une demande."))
        sends = queries.is_decided_upstream(db, viewer)
        return form_page(
            _filled(db, viewer, request.delays, query), request.delays, needed, sends=sends
        )
    return _list(request, read_wanted(query))


def _filled(
    db: Session, viewer: Viewer, delays: Delays, query: Mapping[str, str]
) -> DeclarationDefaults:
    """Return the initial form: a right to declare again, or the usual dates."""
    if query.get("again"):
        return renewal_form(queries.get_right(db, viewer, query["again"]).row, viewer.today, delays)
    defaults = usual_defaults(viewer.today, delays, query.get("pce", "")[:20])
    if not query.get("own"):
        return defaults
    return replace(defaults, role=RightRole.HOLDER_SUPPLY, holder=viewer.organisation)


def _list(request: Request, wanted: RightListParams) -> Component:
    db, viewer = request.db, request.viewer
    ending = right_filter(RightListParams(ending=True), viewer.today)
    every = queries.count_states(db, viewer)
    none = not any(every.values())
    counts = every
    if counted(wanted):
        counts = queries.count_states(db, viewer, right_filter(wanted, viewer.today))
    holds = queries.has_held_pce(db, viewer)
    opened = _opened(db, viewer, wanted.open)
    relayed = _relayed(db, viewer) if every[RightState.PENDING] else 0
    facts = RightListFacts(
        wanted,
        counts,
        every,
        keep(counts, wanted, request.now),
        readers=queries.list_readers_of_held(db, viewer) if none else (),
        ending=queries.count_rights(db, viewer, ending),
        organisations=accounts.list_organisations(db, viewer) if viewer.staff else (),
        views=queries.list_views(db, viewer),
        opened=opened,
        missing=bool(wanted.open) and not opened,
        holds=holds,
        request_count=queries.count_asked(db, viewer) if holds else 0,
        relayed=relayed,
        connection=find_connection_state(db, viewer) if relayed else None,
        first=_first(db, viewer) if every[RightState.PENDING] else None,
    )
    return rights_page(viewer, facts)


def _relayed(db: Session, viewer: Viewer) -> int:
    """Return how many rights wait for an upstream distributor."""
    waits = RightFilter(states=(RightState.PENDING,), relayed=True)
    return 0 if viewer.staff else queries.count_rights(db, viewer, waits)


def _first(db: Session, viewer: Viewer) -> RightRow | None:
    """Return the right waiting longest for its holder, if the viewer can write to holders."""
    if not viewer.may(Permission.RIGHTS_DECLARE):
        return None
    waits = RightFilter(states=(RightState.PENDING,), relayed=False)
    rows = queries.list_rights(
        db, viewer, waits, sort=RightSort.CREATED, descending=False, block=RowBlock(1)
    )
    return next(iter(rows), None)


def _opened(db: Session, viewer: Viewer, uid: str) -> list[Component]:
    """Return the drawer of the right in the address; empty if not found or not visible."""
    if uid:
        with suppress(NotFound):
            return right_drawer(viewer, get_opened_right(db, viewer, uid))
    return []


PAGE = PageSpec(
    path="/droits",
    name="rights",
    title=N_("Droits d’accès"),
    section=Section.ACCESS,
    menu=N_("Droits d’accès"),
    permission=Permission.RIGHTS_READ,
    layout=layout,
    tables=True,
    shots=(
        "",
        "?open={right}",
        "?view=full",
        "?q=zzzz",
        "?new=1",
        "?new=1&pce={pce}",
        "?new=1&own=1",
    ),
)
