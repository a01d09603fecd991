"""What happens on the sheet of thresholds, and where one action is for many PCE."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.group import Group
from callbacks.pces import list_page, now, numbers_of
from components import frame
from components.kit import toast
from components.pces import filter_model, grid_row, read_filters
from components.thresholds import Ids
from components.thresholds.form import asked_form
from components.thresholds.many import ALL, MOST, many_text
from components.thresholds.sheet import (
    confirm_text,
    done,
    file_name,
    has_rejects,
    preview,
)
from components.thresholds.words import default_name
from data.access import Permission, Viewer
from data.errors import Conflict, Invalid
from data.thresholds import actions
from data.thresholds.files import read, rejects
from data.thresholds.types import Imported, Sheet
from i18n import N_, _, plural

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
    sheet = sheet_of(answer)
    found = actions.import_sheet(db, viewer, sheet, now=now(), preview=True)
    idle = not found.created and not found.changed
    shown = preview(file_name(answer), found)
    refusable = not has_rejects(sheet, found)
    return shown, False, confirm_text(found), idle, refusable, previewed(answer, found)


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
    return read(file_name(told), content)


@on(
    Output(Ids.PREVIEW, "children", allow_duplicate=True),
    Output(Ids.SHEET_ACTIONS, "hidden", allow_duplicate=True),
    Input(Ids.CONFIRM, "n_clicks"),
    State(Ids.SENT, "data"),
    State(Ids.PREVIEWED, "data"),
    permission=Permission.THRESHOLDS_WRITE,
    costly=True,
    writes=True,
    prevent_initial_call=True,
)
def confirm(
    clicks: int | None,
    answer: dict[str, Any] | None,
    seen: list[Any] | None,
    *,
    db: Session,
    viewer: Viewer,
) -> tuple[list[Component], bool]:
    del clicks
    found = actions.import_sheet(db, viewer, sheet_of(answer), now=now())
    if seen != previewed(answer or {}, found):
        raise Conflict(N_("Cet aperçu n’est plus à jour : contrôlez de nouveau la feuille."))
    return done(found, file_name(answer or {})), True


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
    found = actions.import_sheet(db, viewer, sheet, now=now(), preview=True)
    ending = "xlsx" if as_xlsx else "csv"
    content = rejects(sheet, found.problems, as_xlsx=as_xlsx)
    coded = base64.b64encode(content).decode("ascii")
    return {"content": coded, "filename": f"seuils-refuses.{ending}", "base64": True}


@on(
    Output(Ids.MANY_GRID, "getRowsResponse"),
    Input(Ids.MANY_GRID, "getRowsRequest"),
    permission=Permission.THRESHOLDS_WRITE,
)
def show_pces(request: dict[str, Any] | None, *, db: Session, viewer: Viewer) -> Any:  # noqa: ANN401
    if not isinstance(request, dict):
        return no_update
    rows, total = list_page(db, viewer, request)
    return {"rowData": [grid_row(row, viewer.today) for row in rows], "rowCount": total}


@on(
    Output(Ids.MANY_GRID, "filterModel"),
    Input(Ids.MANY_SEARCH, "value"),
    Input(Ids.MANY_TAG, "value"),
    permission=Permission.THRESHOLDS_WRITE,
    prevent_initial_call=True,
)
def filter_pces(
    text: str | None, tag: str | None, *, db: Session, viewer: Viewer
) -> dict[str, Any]:
    del db, viewer
    return filter_model(read_filters({"q": text, "tag": "" if tag == ALL else tag}))


@on(
    Output(Ids.MANY_COUNT, "children"),
    Input(Ids.MANY_GRID, "selectedRows"),
    permission=Permission.THRESHOLDS_WRITE,
    prevent_initial_call=True,
)
def count_pces(rows: list[Any] | None, *, db: Session, viewer: Viewer) -> str:
    del db, viewer
    return many_text(len(rows or []))


@on(
    Output(frame.Ids.LOCATION, "href", allow_duplicate=True),
    Output(frame.Ids.TOASTS, "children", allow_duplicate=True),
    Input(Ids.MANY_PROPOSED, "n_clicks"),
    State(Ids.MANY_KIND, "value"),
    State(Ids.MANY_GRID, "selectedRows"),
    permission=Permission.THRESHOLDS_WRITE,
    costly=True,
    writes=True,
    prevent_initial_call=True,
)
def set_proposed(
    clicks: int | None,
    kind: str | None,
    rows: list[dict[str, Any]] | None,
    *,
    db: Session,
    viewer: Viewer,
) -> tuple[str, Component]:
    del clicks
    numbers = some(rows)
    draft = asked_form({"kind": kind or ""}, numbers[0], viewer.user_id).draft
    draft = replace(draft, name=default_name(draft, ""))
    made = actions.apply_proposed(db, viewer, draft, numbers, now=now())
    said = plural("{count} seuil posé", "{count} seuils posés", len(made))
    return "/seuils", toast(_("Seuils enregistrés"), said, tone="ok")


@on(
    Output(frame.Ids.LOCATION, "href", allow_duplicate=True),
    Input(Ids.MANY_DRAFT, "n_clicks"),
    State(Ids.MANY_KIND, "value"),
    State(Ids.MANY_GRID, "selectedRows"),
    permission=Permission.THRESHOLDS_WRITE,
    prevent_initial_call=True,
)
def set_same(
    clicks: int | None,
    kind: str | None,
    rows: list[dict[str, Any]] | None,
    *,
    db: Session,
    viewer: Viewer,
) -> str:
    del clicks, db, viewer
    numbers = some(rows)
    if len(numbers) > MOST:
        raise Invalid(
            N_("Pour plus de {most} PCE, prenez une étiquette ou une feuille."), most=MOST
        )
    return f"/seuils?new=1&kind={kind or ''}&pce={numbers[0]}&pces={','.join(numbers)}"


def some(rows: list[dict[str, Any]] | None) -> list[str]:
    numbers = numbers_of(rows)
    if not numbers:
        raise Invalid(N_("Cochez d’abord au moins un PCE."))
    return numbers
