"""What differs is repaired: what ends or opens rights here is asked first."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import Input, Output, no_update
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.group import Group
from callbacks.mirror import MIRROR, SEARCH, TOASTS, looked_in, standing_now
from callbacks.request import key_pressed, now
from components.kit import settle, toast
from components.mirror import Ids
from components.mirror.drifts import came_since, left_to_do, question
from components.mirror.page import drifts, said
from data.access import Viewer
from data.errors import NotFound
from data.mirror.actions import repairing
from data.mirror.queries.drifts import ALL, count_drifts, count_ending, list_drifts
from data.mirror.types import DriftKind, Repaired, Wanted
from i18n import N_, _, plural

on = Group()
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
    prevent_initial_call=True,
)
def repair(
    *, pressed: Mapping[str, Any] | None, search: str | None, db: Session, viewer: Viewer
) -> list[Any]:
    """Asked first where a right ends or opens here, or all are repaired: the answer counts them."""
    wanted = wanted_in(db, viewer, pressed or {})
    if not wanted.counts:
        return [no_update, no_update, [], [none_of(wanted)]]
    if to_ask(wanted):
        return [no_update, no_update, settle([question(wanted)]), no_update]
    done = repair_now(db, viewer, wanted)
    found = standing_now(db, viewer, looked_in(search))
    told = repaired(done, wanted, sends=found.row.choice.sends)
    return [said(found), settle([drifts(found)]), [], told]


def repair_now(db: Session, viewer: Viewer, wanted: Wanted) -> Repaired:
    if wanted.every and wanted.kind is None:
        return repairing.repair_all(db, viewer, upto=wanted.upto, now=now())
    return repairing.repair(db, viewer, wanted.ids, now=now())


def none_of(wanted: Wanted) -> Component:
    """Nothing is chosen, or all that there is came since."""
    if wanted.came:
        return toast(_("La liste a changé"), " ".join(came_since(wanted.came)), tone="warn")
    return toast(_("Cochez d’abord un écart au moins"), tone="warn")


def to_ask(wanted: Wanted) -> bool:
    """Whether what it does is to be said first, as it was not, or as it is no more."""
    grave = wanted.every or wanted.ending or DriftKind.CLOSED_HERE in wanted.counts
    return bool(grave) and wanted.seen != sum(wanted.counts.values())


def wanted_in(db: Session, viewer: Viewer, pressed: Mapping[str, Any]) -> Wanted:
    """Raises NotFound for one that is no more."""
    named, seen = str(pressed.get("kind") or ""), number_in(pressed, "seen")
    kind = DriftKind(named) if named in set(DriftKind) else None
    if pressed.get("every") is True:
        return replace(all_of(db, viewer, kind, number_in(pressed, "upto")), seen=seen)
    ids = ids_in(pressed.get("ids"))
    some = ids[: repairing.MOST + 1]
    counts = count_drifts(db, viewer, some)
    if sum(counts.values()) < min(len(set(ids)), repairing.MOST):
        raise NotFound(GONE)
    return Wanted(ids, counts, kind, seen, count_ending(db, viewer, some))


def number_in(pressed: Mapping[str, Any], name: str) -> int:
    found = pressed.get(name)
    return max(0, min(found, ALL)) if isinstance(found, int) else 0


def all_of(db: Session, viewer: Viewer, kind: DriftKind | None, upto: int) -> Wanted:
    """All those of a kind, of which so many are repaired at once; of all kinds, None is named.

    Those that came after *upto*, which was the last when their list was drawn, are left.
    """
    counts = of_kind(count_drifts(db, viewer, upto=upto), kind)
    came = sum(of_kind(count_drifts(db, viewer), kind).values()) - sum(counts.values())
    rows = list_drifts(db, viewer, kind=kind, most=repairing.MOST, upto=upto) if kind else ()
    ending = count_ending(db, viewer, kind=kind, upto=upto)
    ids = [row.id for row in rows]
    return Wanted(ids, counts, kind, 0, ending, every=True, upto=upto, came=came)


def ids_in(sent: object) -> list[int]:
    return [key_pressed({"id": one}, GONE) for one in (sent if isinstance(sent, list) else [])]


def of_kind(counts: Mapping[DriftKind, int], kind: DriftKind | None) -> Mapping[DriftKind, int]:
    """Those that may be repaired."""
    fit = set(counts) - {DriftKind.ENDED_HERE}
    return {one: n for one, n in counts.items() if one in fit and kind in {None, one}}


def repaired(done: Repaired, wanted: Wanted, *, sends: bool) -> list[Component]:
    """How many were, and what is left to do."""
    title = plural("{count} écart réparé", "{count} écarts réparés", done.done)
    more = wanted.every and sum(wanted.counts.values()) > repairing.MOST
    notes = left_to_do(replace(done, left=done.left or more, came=wanted.came), sends=sends)
    return [toast(title, " ".join(notes), tone="warn") if notes else toast(title)]
