"""What happens on the sheet of people to invite."""

import base64
import binascii
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.admin import PEOPLE
from callbacks.group import Group
from callbacks.request import now
from components.admin import Ids
from components.admin.sheet import confirm_text, done, file_name, preview
from data.access import Viewer, roles_of
from data.errors import Conflict, Invalid
from data.people import actions, queries
from data.people.files import read
from data.people.types import Sheet
from i18n import N_

on = Group()


@on(
    Output(Ids.PREVIEW, "children"),
    Output(Ids.SHEET_ACTIONS, "hidden"),
    Output(Ids.CONFIRM, "children"),
    Output(Ids.CONFIRM, "disabled"),
    Output(Ids.PREVIEWED, "data"),
    Input(Ids.SENT, "data"),
    State(Ids.PLACE, "data"),
    permission=PEOPLE,
    costly=True,
    prevent_initial_call=True,
)
def show_preview(
    answer: dict[str, Any] | None, place: int | None, *, db: Session, viewer: Viewer
) -> tuple[list[Component], bool, Any, bool, Any]:
    if not answer:
        return [], True, no_update, True, None
    found = sorted_out(None, answer, None, place, db=db, viewer=viewer)
    shown = preview(file_name(answer), found)
    return shown, False, confirm_text(found), not found.lines, previewed(answer, found)


def sorted_out(  # noqa: PLR0913 (as `confirm`)
    clicks: int | None,
    answer: dict[str, Any] | None,
    seen: list[Any] | None,
    place: int | None,
    *,
    db: Session,
    viewer: Viewer,
) -> Sheet:
    """The sheet read again and held against who is known, before anybody has to wait."""
    del clicks, seen
    home = queries.get_organisation(db, viewer, place)
    sheet = read(content_of(answer or {}), roles_of(home.kind))
    return actions.sort_out(db, viewer, sheet, home.id, now=now())


def content_of(answer: Mapping[str, Any]) -> bytes:
    """The sheet that the browser was handed when it was sent."""
    try:
        return base64.b64decode(str(answer.get("content") or ""), validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(N_("La feuille n’est plus lisible : envoyez-la de nouveau.")) from None


def previewed(answer: Mapping[str, Any], found: Sheet) -> list[str | int]:
    """What was shown: of which file, and how many it would invite."""
    content = str(answer.get("content") or "")
    return [sha256(content.encode()).hexdigest(), len(found.lines), len(found.problems)]


@on(
    Output(Ids.PREVIEW, "children", allow_duplicate=True),
    Output(Ids.SHEET_ACTIONS, "hidden", allow_duplicate=True),
    Input(Ids.CONFIRM, "n_clicks"),
    State(Ids.SENT, "data"),
    State(Ids.PREVIEWED, "data"),
    State(Ids.PLACE, "data"),
    permission=PEOPLE,
    costly=True,
    writes=True,
    before=sorted_out,
    prevent_initial_call=True,
)
def confirm(  # noqa: PLR0913 (what was sent, seen and read)
    clicks: int | None,
    answer: dict[str, Any] | None,
    seen: list[Any] | None,
    place: int | None,
    *,
    ready: Sheet,
    db: Session,
    viewer: Viewer,
) -> tuple[list[Component], bool]:
    del clicks, place
    if seen != previewed(answer or {}, ready):
        raise Conflict(N_("Cet aperçu n’est plus à jour : contrôlez de nouveau la feuille."))
    return done(actions.invite_all(db, viewer, ready, now=now())), True
