"""What happens where a file fills a small table: looked at, confirmed, its refused lines given."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.group import Group
from callbacks.request import now
from components import frame
from components.sheets import Ids, confirm_text, done, file_name, preview, total_of
from data.access import Permission, Viewer
from data.errors import Conflict, Invalid, NotFound
from data.operat import files as operat
from data.operat.actions import keep_sites, sort_out_sites
from data.prices import files as prices
from data.prices.actions import keep_prices, sort_out_prices
from data.runs.files.rows import rejects
from data.runs.types import SheetSorted, SheetTable
from i18n import N_

on = Group()
WRITE = Permission.PRICES_WRITE  # the action of each table asks for its own as well
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Table:
    """How a sheet of one kind is read, held against what is kept, and kept."""

    read: Callable[[bytes], SheetTable]
    sort_out: Callable[[Session, Viewer, SheetTable], SheetSorted[Any]]
    keep: Callable[[Session, Viewer, SheetSorted[Any], datetime], None]
    back: str


TABLES: Mapping[str, _Table] = {
    "prix": _Table(prices.read, sort_out_prices, keep_prices, "/prix"),
    "operat": _Table(operat.read, sort_out_sites, keep_sites, "/operat"),
}


def table_of(kind: str | None) -> _Table:
    found = TABLES.get(kind or "")
    if found is None:
        raise NotFound(N_("Cette feuille n’existe pas."))
    return found


def content_of(answer: Answer | None) -> bytes:
    """The sheet that the browser was handed when it was sent."""
    try:
        return base64.b64decode(str((answer or {}).get("content") or ""), validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(N_("La feuille n’est plus lisible : envoyez-la de nouveau.")) from None


def previewed(answer: Answer | None, found: SheetSorted[Any]) -> list[str | int]:
    """What was shown: of which file, and how many it would create and change."""
    content = str((answer or {}).get("content") or "")
    return [sha256(content.encode()).hexdigest(), len(found.new), len(found.changed)]


@on(
    Output(Ids.PREVIEW, "children"),
    Output(Ids.ACTIONS, "hidden"),
    Output(Ids.CONFIRM, "children"),
    Output(Ids.CONFIRM, "disabled"),
    Output(Ids.REJECTS, "disabled"),
    Output(Ids.PREVIEWED, "data"),
    Input(Ids.SENT, "data"),
    State(Ids.KIND, "data"),
    permission=WRITE,
    costly=True,
    prevent_initial_call=True,
)
def show_preview(
    answer: dict[str, Any] | None, kind: str | None, *, db: Session, viewer: Viewer
) -> tuple[list[Component], bool, Any, bool, bool, Any]:
    if not answer:
        return [], True, no_update, True, True, None
    table = table_of(kind)
    found = table.sort_out(db, viewer, table.read(content_of(answer)))
    idle, shown = not total_of(found), preview(file_name(answer), found)
    return shown, False, confirm_text(found), idle, not found.problems, previewed(answer, found)


def sorted_out(  # noqa: PLR0913 (as `confirm`)
    clicks: int | None,
    answer: dict[str, Any] | None,
    kind: str | None,
    seen: list[Any] | None,
    *,
    db: Session,
    viewer: Viewer,
) -> SheetSorted[Any]:
    """The sheet read and held against what stands, before anybody has to wait."""
    del clicks, seen
    table = table_of(kind)
    return table.sort_out(db, viewer, table.read(content_of(answer)))


@on(
    Output(Ids.PREVIEW, "children", allow_duplicate=True),
    Output(Ids.ACTIONS, "hidden", allow_duplicate=True),
    Input(Ids.CONFIRM, "n_clicks"),
    State(Ids.SENT, "data"),
    State(Ids.KIND, "data"),
    State(Ids.PREVIEWED, "data"),
    permission=WRITE,
    costly=True,
    writes=True,
    before=sorted_out,
    prevent_initial_call=True,
)
def confirm(  # noqa: PLR0913 (what was sent, seen and read)
    _clicks: int | None, answer: dict[str, Any] | None, kind: str | None, seen: list[Any] | None,
    *, ready: SheetSorted[Any], db: Session, viewer: Viewer,
) -> tuple[list[Component], bool]:  # fmt: skip
    if seen != previewed(answer, ready):
        raise Conflict(N_("Cet aperçu n’est plus à jour : contrôlez de nouveau la feuille."))
    table = table_of(kind)
    table.keep(db, viewer, ready, now())
    return done(ready, file_name(answer), table.back), True


@on(
    Output(frame.Ids.DOWNLOAD, "data", allow_duplicate=True),
    Input(Ids.REJECTS, "n_clicks"),
    State(Ids.SENT, "data"),
    State(Ids.KIND, "data"),
    permission=WRITE,
    costly=True,
    prevent_initial_call=True,
)
def give_rejects(
    clicks: int | None, answer: dict[str, Any] | None, kind: str | None, *, db: Session,
    viewer: Viewer,
) -> dict[str, Any]:  # fmt: skip
    del clicks
    table, name = table_of(kind), file_name(answer)
    sheet = table.read(content_of(answer))
    ending = "xlsx" if name.lower().endswith(".xlsx") else "csv"
    found = table.sort_out(db, viewer, sheet)
    content = rejects(sheet, found.problems, as_xlsx=ending == "xlsx")
    coded = base64.b64encode(content).decode("ascii")
    return {"content": coded, "filename": f"{kind}-refuses.{ending}", "base64": True}
