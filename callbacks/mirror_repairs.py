"""Callbacks that repair differences; ending or opening rights is confirmed first."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import Input, Output, no_update
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.group import CallbackGroup
from callbacks.inputs import key_pressed
from callbacks.mirror import MIRROR, SEARCH, read_opened, standing_now
from callbacks.outputs import TOASTS
from components.kit import make_static, toast
from components.mirror import Ids
from components.mirror.drifts import new_drift_notes, remaining_notes, repair_question
from components.mirror.page import drifts, opening_sentence
from core.access import Viewer
from core.errors import NotFound
from core.i18n import N_, _, plural
from data.exchange.mirror.actions import manual_repair
from data.exchange.mirror.queries.drifts import ALL, count_drifts, count_ending, list_drifts
from data.exchange.mirror.types import DriftKind, Repaired, RepairRequest
from data.request import Request

on = CallbackGroup()
GONE = N_("Cet écart a disparu : il est réparé, ou n’existe plus.")


@on(
    output=[
        Output(Ids.LEAD, "children", allow_duplicate=True),
        Output(Ids.DRIFTS, "children", allow_duplicate=True),
        Output(Ids.QUESTION, "children"),
        TOASTS,
    ],
    inputs={"pressed": Input(Ids.REPAIRING, "data")},
    state={"search": SEARCH},
    permission=MIRROR,
    writes=True,
)
def repair(*, pressed: Mapping[str, Any] | None, search: str | None, request: Request) -> list[Any]:
    """Repair differences, after a confirmation if rights end or reopen, or all are repaired."""
    selection = wanted_in(request.db, request.viewer, pressed or {})
    if not selection.counts:
        return [no_update, no_update, [], [none_of(selection)]]
    if to_ask(selection):
        return [no_update, no_update, make_static([repair_question(selection)]), no_update]
    done = repair_now(request, selection)
    standing = standing_now(request, read_opened(search))
    notices = repaired(done, selection, sends=standing.row.choice.sends)
    return [opening_sentence(standing), make_static([drifts(standing)]), [], notices]


def repair_now(request: Request, wanted: RepairRequest) -> Repaired:
    db, viewer = request.db, request.viewer
    if wanted.every and wanted.kind is None:
        return manual_repair.repair_all(db, viewer, upto=wanted.upto, now=request.now)
    return manual_repair.repair(db, viewer, wanted.ids, now=request.now)


def none_of(wanted: RepairRequest) -> Component:
    """Return the toast for an empty selection, or one with only newer differences."""
    if wanted.came:
        return toast(_("La liste a changé"), " ".join(new_drift_notes(wanted.came)), tone="warn")
    return toast(_("Cochez d’abord un écart au moins"), tone="warn")


def to_ask(wanted: RepairRequest) -> bool:
    """Return whether a confirmation is needed, or its counts changed."""
    grave = wanted.every or wanted.ending or DriftKind.CLOSED_HERE in wanted.counts
    return bool(grave) and wanted.seen_count != sum(wanted.counts.values())


def wanted_in(db: Session, viewer: Viewer, pressed: Mapping[str, Any]) -> RepairRequest:
    """Return the repair requested by a button. Raise NotFound for a missing difference."""
    named, confirmed_count = str(pressed.get("kind") or ""), number_in(pressed, "seen")
    kind = DriftKind(named) if named in set(DriftKind) else None
    if pressed.get("every") is True:
        return replace(
            all_of(db, viewer, kind, number_in(pressed, "upto")), seen_count=confirmed_count
        )
    ids = ids_in(pressed.get("ids"))
    selected_ids = ids[: manual_repair.MOST + 1]
    counts = count_drifts(db, viewer, selected_ids)
    if sum(counts.values()) < min(len(set(ids)), manual_repair.MOST):
        raise NotFound(GONE)
    return RepairRequest(ids, counts, kind, confirmed_count, count_ending(db, viewer, selected_ids))


def number_in(pressed: Mapping[str, Any], name: str) -> int:
    figure = pressed.get(name)
    return max(0, min(figure, ALL)) if isinstance(figure, int) else 0


def all_of(db: Session, viewer: Viewer, kind: DriftKind | None, upto: int) -> RepairRequest:
    """Return the repair of all differences of a kind; ids are only listed for a given kind.

    Differences after `upto`, the latest in the displayed list, are left out.
    """
    counts = of_kind(count_drifts(db, viewer, upto=upto), kind)
    came = sum(of_kind(count_drifts(db, viewer), kind).values()) - sum(counts.values())
    rows = list_drifts(db, viewer, kind=kind, most=manual_repair.MOST, upto=upto) if kind else ()
    ending = count_ending(db, viewer, kind=kind, upto=upto)
    ids = [row.id for row in rows]
    return RepairRequest(ids, counts, kind, 0, ending, every=True, upto=upto, came=came)


def ids_in(sent: object) -> list[int]:
    return [
        key_pressed({"id": identifier}, GONE)
        for identifier in (sent if isinstance(sent, list) else [])
    ]


def of_kind(counts: Mapping[DriftKind, int], kind: DriftKind | None) -> Mapping[DriftKind, int]:
    """Return the counts of repairable differences of a kind."""
    fit = set(counts) - {DriftKind.ENDED_HERE}
    return {
        drift_kind: n
        for drift_kind, n in counts.items()
        if drift_kind in fit and kind in {None, drift_kind}
    }


def repaired(done: Repaired, wanted: RepairRequest, *, sends: bool) -> list[Component]:
    """Return the toast of a repair, with what remains."""
    title = plural("{count} écart réparé", "{count} écarts réparés", done.done)
    more = wanted.every and sum(wanted.counts.values()) > manual_repair.MOST
    notes = remaining_notes(
        replace(done, has_more=done.has_more or more, came=wanted.came), sends=sends
    )
    return [toast(title, " ".join(notes), tone="warn") if notes else toast(title)]
