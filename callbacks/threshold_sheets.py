"""What happens on the sheet of thresholds."""

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
from components.thresholds import Ids
from components.thresholds.sheet import (
    confirm_text,
    done,
    file_name,
    preview,
)
from data.access import Permission, Viewer
from data.errors import Conflict, Invalid
from data.thresholds import actions
from data.thresholds.files import read, rejects
from data.thresholds.types import Imported, Sheet
from i18n import N_

on = Group()


@on(
    Output(Ids.PREVIEW, "children"),
    Output(Ids.SHEET_ACTIONS, "hidden"),
    Output(Ids.CONFIRM, "children"),
    Output(Ids.CONFIRM, "disabled"),
    Output(Ids.REJECTS, "disabled"),
    Output(Ids.PREVIEWED, "data"),
    Input(Ids.SENT, "data"),
    permission=Permission.THRESHOLDS_WRITE,
    costly=True,
    prevent_initial_call=True,
)
def show_preview(
    answer: dict[str, Any] | None, *, db: Session, viewer: Viewer
) -> tuple[list[Component], bool, Any, bool, bool, Any]:
    if not answer:
        return [], True, no_update, True, True, None
    found = actions.sort_out(db, viewer, sheet_of(answer)).said
    idle = not found.created and not found.changed
    shown = preview(file_name(answer), found)
    return shown, False, confirm_text(found), idle, not found.problems, previewed(answer, found)


def previewed(answer: Mapping[str, Any], found: Imported) -> list[str | int]:
    """What was shown: of which file, and how many it would create and change."""
    content = str(answer.get("content") or "")
    return [sha256(content.encode()).hexdigest(), found.created, found.changed]


def sheet_of(answer: Mapping[str, Any] | None) -> Sheet:
    """The sheet that the browser was handed when it was sent, read again."""
    told = answer or {}
    try:
        content = base64.b64decode(str(told.get("content") or ""), validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(N_("La feuille n’est plus lisible : envoyez-la de nouveau.")) from None
    return read(content)


def sorted_out(
    clicks: int | None,
    answer: dict[str, Any] | None,
    seen: list[Any] | None,
    *,
    db: Session,
    viewer: Viewer,
) -> actions.Sorted:
    """The sheet read and held against what stands, before anybody has to wait."""
    del clicks, seen
    return actions.sort_out(db, viewer, sheet_of(answer))


@on(
    Output(Ids.PREVIEW, "children", allow_duplicate=True),
    Output(Ids.SHEET_ACTIONS, "hidden", allow_duplicate=True),
    Input(Ids.CONFIRM, "n_clicks"),
    State(Ids.SENT, "data"),
    State(Ids.PREVIEWED, "data"),
    permission=Permission.THRESHOLDS_WRITE,
    costly=True,
    writes=True,
    before=sorted_out,
    prevent_initial_call=True,
)
def confirm(  # noqa: PLR0913 (what was sent, seen and read)
    clicks: int | None,
    answer: dict[str, Any] | None,
    seen: list[Any] | None,
    *,
    ready: actions.Sorted,
    db: Session,
    viewer: Viewer,
) -> tuple[list[Component], bool]:
    del clicks
    if seen != previewed(answer or {}, ready.said):
        raise Conflict(N_("Cet aperçu n’est plus à jour : contrôlez de nouveau la feuille."))
    return done(actions.import_sheet(db, viewer, ready, now=now()), file_name(answer or {})), True


@on(
    Output(frame.Ids.DOWNLOAD, "data", allow_duplicate=True),
    Input(Ids.REJECTS, "n_clicks"),
    State(Ids.SENT, "data"),
    permission=Permission.THRESHOLDS_WRITE,
    costly=True,
    prevent_initial_call=True,
)
def give_rejects(
    clicks: int | None, answer: dict[str, Any] | None, *, db: Session, viewer: Viewer
) -> dict[str, Any]:
    del clicks
    sheet, name = sheet_of(answer), file_name(answer or {})
    as_xlsx = name.lower().endswith(".xlsx")
    found = actions.sort_out(db, viewer, sheet).said
    ending = "xlsx" if as_xlsx else "csv"
    content = rejects(sheet, found.problems, as_xlsx=as_xlsx)
    coded = base64.b64encode(content).decode("ascii")
    return {"content": coded, "filename": f"seuils-refuses.{ending}", "base64": True}
