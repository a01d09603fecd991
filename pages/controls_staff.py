"""`/controles` for the distributor: the cockpit, campaigns and figures."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from dash.development.base_component import Component

from components.controls.campaign import CampaignForm, campaign_page
from components.controls.checklist import check_column
from components.controls.cockpit import DeskFacts, desk_page
from components.controls.cockpit_query import BLOCK, CampaignQuery, filter_of, read_asked
from components.controls.desk_filters import DeskCounts
from components.controls.figures import figures_page, span_of
from components.controls.piece import piece_column
from components.controls.queue import QueueFacts, queue_column
from core.errors import NotFound
from core.paging import RowBlock
from data.controls import queries
from data.controls.types import ControlDetail, ControlRow, DrawMethod, MessageRow
from data.request import Request


def staff_layout(*, request: Request, query: Mapping[str, str]) -> Component:
    """Return the page of a query string."""
    db, viewer = request.db, request.viewer
    if query.get("draw"):
        right = query.get("right", "")[:36]
        filled = CampaignForm(DrawMethod.ONE, right) if right else CampaignForm()
        return campaign_page(filled, queries.list_third_parties(db, viewer), viewer.today)
    if query.get("view") == "figures":
        service = queries.get_service_levels(db, viewer, *span_of(None, viewer.today))
        return figures_page(service, queries.list_campaigns(db, viewer))
    return _desk(request, read_asked(query))


def _desk(request: Request, asked: CampaignQuery) -> Component:
    db, viewer = request.db, request.viewer
    criteria = filter_of(asked, viewer.user_id)
    totals = queries.get_control_totals(db, viewer)
    states = queries.count_states(db, viewer, criteria) if asked.filtered else totals.states
    total = states[asked.state]
    rows, _total = queries.list_controls(
        db, viewer, criteria, sort=asked.sort, block=RowBlock(BLOCK), total=total
    )
    detail, messages = _opened(request, asked.open or _first(rows))
    proofs = queries.list_proofs(db, viewer, [row.uid for row in rows])
    managers = queries.list_managers(db, viewer)
    facts = DeskFacts(
        queue_view=replace(asked, open=detail.row.uid if detail else ""),
        totals=totals,
        counts=DeskCounts(
            states=states,
            workload=queries.list_workloads(db, viewer),
            third_parties=queries.count_third_parties(db, viewer, replace(criteria, text="")),
            to_do=totals.to_do,
        ),
        queue=queue_column(QueueFacts(rows, total, proofs, managers), asked),
        piece=piece_column(viewer, detail, queries.list_alike(db, viewer, detail)),
        check=check_column(viewer, detail, messages, managers),
        total=total,
        missing=bool(asked.open) and detail is None,
    )
    return desk_page(viewer, facts)


def _first(rows: list[ControlRow]) -> str:
    return rows[0].uid if rows else ""


def _opened(request: Request, uid: str) -> tuple[ControlDetail | None, tuple[MessageRow, ...]]:
    """Return the control in the address and its messages; None if not found."""
    db, viewer = request.db, request.viewer
    if uid:
        with suppress(NotFound):
            detail = queries.get_control(db, viewer, uid, now=request.now)
            return detail, queries.list_messages(db, viewer, uid)
    return None, ()
