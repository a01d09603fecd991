"""What happens where a file fills a small table: looked at, confirmed, its refused lines given."""

import base64
import binascii
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.group import Group
from callbacks.request import now
from components import frame
from components.admin.sheet import SENT
from components.sheets import Ids, Words, file_name, kept, preview
from components.weather.words import PATH
from data.access import Permission, Viewer
from data.errors import Conflict, Invalid
from data.runs.files.rows import rejects
from data.runs.types import SheetSorted, SheetTable
from data.sheets import (
    BILLS,
    BUDGETS,
    PEOPLE,
    PRICES,
    SITES,
    STATIONS,
    TEMPERATURES,
    THRESHOLDS,
    sheet_kind,
)
from i18n import N_

on = Group()
WRITE = Permission.PCES_WRITE  # whoever sends a sheet has it; each kind asks for its own as well
Answer = dict[str, Any]
WORDS: Mapping[str, Words] = {
    PRICES: kept("/prix"),
    BILLS: kept("/factures"),
    BUDGETS: kept("/budgets"),
    SITES: kept("/operat"),
    THRESHOLDS: kept("/seuils"),
    PEOPLE: SENT,
    TEMPERATURES: kept(PATH),
    STATIONS: kept(PATH),
}
_SHEET = State(Ids.SENT, "data"), State(Ids.KIND, "data"), State(Ids.PLACE, "data")


def table_of(answer: Answer | None, kind: str | None, viewer: Viewer) -> SheetTable:
    """The sheet that the browser was handed when it was sent, read again."""
    known = sheet_kind(kind)
    viewer.require(known.writes)
    try:
        content = base64.b64decode(str((answer or {}).get("content") or ""), validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(N_("La feuille n’est plus lisible : envoyez-la de nouveau.")) from None
    return known.read(content)


def sorted_out(  # noqa: PLR0913 (as `confirm`)
    clicks: int | None,
    answer: Answer | None,
    kind: str | None,
    place: int | None,
    seen: list[Any] | None,
    *,
    db: Session,
    viewer: Viewer,
) -> SheetSorted[Any]:
    """The sheet held against what stands, before anybody has to wait."""
    del clicks, seen
    table = table_of(answer, kind, viewer)
    return sheet_kind(kind).sort_out(db, viewer, table, place, now())


def previewed(answer: Answer | None, found: SheetSorted[Any]) -> list[str | int]:
    """What was shown: of which file, and how many it would create, change and refuse."""
    content = str((answer or {}).get("content") or "")
    counts = len(found.new), len(found.changed), len(found.problems)
    return [sha256(content.encode()).hexdigest(), *counts]


@on(
    Output(Ids.PREVIEW, "children"),
    Output(Ids.ACTIONS, "hidden"),
    Output(Ids.CONFIRM, "children"),
    Output(Ids.CONFIRM, "disabled"),
    Output(Ids.REJECTS, "hidden"),
    Output(Ids.PREVIEWED, "data"),
    Input(Ids.SENT, "data"),
    State(Ids.KIND, "data"),
    State(Ids.PLACE, "data"),
    permission=WRITE,
    costly=True,
    prevent_initial_call=True,
)
def show_preview(
    answer: Answer | None, kind: str | None, place: int | None, *, db: Session, viewer: Viewer
) -> tuple[list[Component], bool, Any, bool, bool, Any]:
    if not answer:
        return [], True, no_update, True, True, None
    found = sorted_out(None, answer, kind, place, None, db=db, viewer=viewer)
    words, idle = WORDS[kind or ""], not found.new and not found.changed
    shown = preview(file_name(answer), found, words)
    return shown, False, words.confirm(found), idle, not found.problems, previewed(answer, found)


@on(
    Output(Ids.PREVIEW, "children", allow_duplicate=True),
    Output(Ids.ACTIONS, "hidden", allow_duplicate=True),
    Output(Ids.CONFIRM, "disabled", allow_duplicate=True),
    Input(Ids.CONFIRM, "n_clicks"),
    *_SHEET,
    State(Ids.PREVIEWED, "data"),
    permission=WRITE,
    costly=True,
    writes=True,
    before=sorted_out,
    prevent_initial_call=True,
)
def confirm(  # noqa: PLR0913 (what was sent, seen and read)
    _clicks: int | None, answer: Answer | None, kind: str | None, _place: int | None,
    seen: list[Any] | None, *, ready: SheetSorted[Any], db: Session, viewer: Viewer,
) -> tuple[list[Component], bool, bool]:  # fmt: skip
    if seen != previewed(answer, ready):
        raise Conflict(N_("Cet aperçu n’est plus à jour : contrôlez de nouveau la feuille."))
    sheet_kind(kind).keep(db, viewer, ready, now())
    done = WORDS[kind or ""].done(ready, file_name(answer))
    return done, not ready.problems, True


@on(
    Output(frame.Ids.DOWNLOAD, "data", allow_duplicate=True),
    Input(Ids.REJECTS, "n_clicks"),
    *_SHEET,
    permission=WRITE,
    costly=True,
    prevent_initial_call=True,
)
def give_rejects(  # noqa: PLR0913 (as `confirm`)
    clicks: int | None, answer: Answer | None, kind: str | None, place: int | None, *, db: Session,
    viewer: Viewer,
) -> dict[str, Any]:  # fmt: skip
    found = sorted_out(clicks, answer, kind, place, None, db=db, viewer=viewer)
    ending = "xlsx" if file_name(answer).lower().endswith(".xlsx") else "csv"
    sheet = table_of(answer, kind, viewer)
    content = rejects(sheet, found.problems, as_xlsx=ending == "xlsx")
    coded = base64.b64encode(content).decode("ascii")
    return {"content": coded, "filename": f"{kind}-refuses.{ending}", "base64": True}
