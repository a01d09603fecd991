"""Callbacks of sheets that fill small tables: preview, confirm, refused lines."""

import base64
import binascii
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component

from callbacks.group import CallbackGroup
from components import frame
from components.admin.people_sheet import SENT
from components.sheets import Ids, SheetTexts, file_name, preview, saved_lines_text
from components.weather.labels import PATH
from core.access import Permission, Viewer
from core.errors import Conflict, Invalid
from core.i18n import N_
from data.request import Request
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
    VALUES,
    sheet_kind,
)

on = CallbackGroup()
WRITE = Permission.PCES_WRITE  # for any sheet, in addition to that of its kind
Answer = dict[str, Any]
WORDS: Mapping[str, SheetTexts] = {
    PRICES: saved_lines_text("/prix"),
    BILLS: saved_lines_text("/factures"),
    BUDGETS: saved_lines_text("/budgets"),
    SITES: saved_lines_text("/operat"),
    VALUES: saved_lines_text("/operat?values=1"),
    THRESHOLDS: saved_lines_text("/seuils"),
    PEOPLE: SENT,
    TEMPERATURES: saved_lines_text(PATH),
    STATIONS: saved_lines_text(PATH),
}
_SHEET = State(Ids.SENT, "data"), State(Ids.KIND, "data"), State(Ids.PLACE, "data")


def table_of(answer: Answer | None, kind: str | None, viewer: Viewer) -> SheetTable:
    """Return the sheet returned to the browser on upload, parsed again."""
    sheet_type = sheet_kind(kind)
    viewer.require(sheet_type.writes)
    try:
        content = base64.b64decode(str((answer or {}).get("content") or ""), validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(N_("La feuille n’est plus lisible : envoyez-la de nouveau.")) from None
    return sheet_type.read(content)


def compare_sheet(
    answer: Answer | None,
    kind: str | None,
    place: int | None,
    seen: list[Any] | None = None,
    *,
    request: Request,
) -> SheetSorted[Any]:
    """Compare the sheet with the stored rows, before the writing transaction."""
    del seen
    db, viewer = request.db, request.viewer
    table = table_of(answer, kind, viewer)
    return sheet_kind(kind).sort_out(db, viewer, table, place, request.now)


def previewed(answer: Answer | None, found: SheetSorted[Any]) -> list[str | int]:
    """Return a key of the preview: file digest and counts."""
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
)
def show_preview(
    answer: Answer | None, kind: str | None, place: int | None, *, request: Request
) -> tuple[list[Component], bool, Any, bool, bool, Any]:
    if not answer:
        return [], True, no_update, True, True, None
    sheet_diff = compare_sheet(answer, kind, place, request=request)
    words, idle = WORDS[kind or ""], not sheet_diff.new and not sheet_diff.changed
    preview_part = preview(file_name(answer), sheet_diff, words)
    return (
        preview_part,
        False,
        words.confirm(sheet_diff),
        idle,
        not sheet_diff.problems,
        previewed(answer, sheet_diff),
    )


@on.click(
    Ids.CONFIRM,
    Output(Ids.PREVIEW, "children", allow_duplicate=True),
    Output(Ids.ACTIONS, "hidden", allow_duplicate=True),
    Output(Ids.CONFIRM, "disabled", allow_duplicate=True),
    *_SHEET,
    State(Ids.PREVIEWED, "data"),
    permission=WRITE,
    costly=True,
    writes=True,
    before=compare_sheet,
)
def confirm(
    answer: Answer | None,
    kind: str | None,
    _place: int | None,
    seen: list[Any] | None,
    *,
    ready: SheetSorted[Any],
    request: Request,
) -> tuple[list[Component], bool, bool]:
    if seen != previewed(answer, ready):
        raise Conflict(N_("Cet aperçu n’est plus à jour : contrôlez de nouveau la feuille."))
    sheet_kind(kind).keep(request.db, request.viewer, ready, request.now)
    done = WORDS[kind or ""].done(ready, file_name(answer))
    return done, not ready.problems, True


@on.click(
    Ids.REJECTS,
    Output(frame.Ids.DOWNLOAD, "data", allow_duplicate=True),
    *_SHEET,
    permission=WRITE,
    costly=True,
)
def give_rejects(
    answer: Answer | None, kind: str | None, place: int | None, *, request: Request
) -> dict[str, Any]:
    sheet_diff = compare_sheet(answer, kind, place, request=request)
    ending = "xlsx" if file_name(answer).lower().endswith(".xlsx") else "csv"
    sheet = table_of(answer, kind, request.viewer)
    content = rejects(sheet, sheet_diff.problems, as_xlsx=ending == "xlsx")
    coded = base64.b64encode(content).decode("ascii")
    return {"content": coded, "filename": f"{kind}-refuses.{ending}", "base64": True}
