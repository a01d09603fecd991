"""`/contrats` for the distributor: the list of contracts and the drawer."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from dash.development.base_component import Component

from components.contracts.drawer import contract_drawer
from components.contracts.filters import read_wanted
from components.contracts.labels import SOON
from components.contracts.listing import ContractListFacts, SealFacts, list_page
from core.access import Viewer
from core.database import Session
from core.errors import NotFound, Unreadable
from core.i18n import PARIS
from core.paging import RowBlock
from data.contracts import queries
from data.contracts.files.context import Papers
from data.contracts.types import ContractFilter


def staff_layout(
    *, db: Session, viewer: Viewer, papers: Papers, query: Mapping[str, str]
) -> Component:
    """Return the page of a query string."""
    filters = read_wanted(query)
    ending = ContractFilter(ends_within=SOON)
    facts = ContractListFacts(
        filters,
        queries.count_by_state(db, viewer),
        waiting=queries.list_contracts(
            db, viewer, ContractFilter(waits=True), block=RowBlock(1)
        ).total,
        ending=queries.list_contracts(db, viewer, ending, block=RowBlock(1)).total,
        without=queries.list_uncontracted(db, viewer),
        opened=_opened(db, viewer, filters.open),
        seal=_seal(papers, viewer.today),
    )
    return list_page(facts)


def _seal(papers: Papers, today: date) -> SealFacts | None:
    """Return the seal certificate, None if unusable; signing reports the reason."""
    if papers.sealable():
        with suppress(Unreadable):
            key = papers.key()
            ends_on = key.expires_at.astimezone(PARIS).date()
            return SealFacts(key.demo, ends_on, (ends_on - today).days)
    return None


def _opened(db: Session, viewer: Viewer, uid: str) -> list[Component]:
    """Return the drawer of the contract in the address; empty if not found."""
    if uid:
        with suppress(NotFound):
            return contract_drawer(viewer, queries.get_opened_contract(db, viewer, uid))
    return []
