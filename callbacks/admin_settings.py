"""Callbacks of the operator's settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Input, Output, State, ctx
from dash.development.base_component import Component

from callbacks.group import CallbackGroup
from callbacks.inputs import MALFORMED, Sent, is_key
from callbacks.outputs import TOASTS
from components.admin import Ids
from components.admin.ids import SETTINGS, put_back_button
from components.admin.settings import form, initial_value
from components.kit import to_review, toast
from core.access import Permission
from core.errors import Invalid
from core.i18n import _
from data.identity.settings import actions
from data.identity.settings.queries import list_standings
from data.identity.settings.types import SettingProblem
from data.request import Request

on = CallbackGroup()
SET = Permission.SETTINGS_WRITE
DRAWN = [Output(Ids.SETTINGS, "children"), Output(Ids.SEEN, "data"), Output(Ids.SAID, "children")]
FORM = {
    "fields": {name.value: State(id_, "value") for name, id_ in SETTINGS.items()},
    "known": State(Ids.SEEN, "data"),
}
AGAIN = [Output(id_, prop, allow_duplicate=True) for id_, prop in (
    (Ids.SETTINGS, "children"), (Ids.SEEN, "data"), (Ids.SAID, "children"),
)]  # fmt: skip


@on.click(Ids.SAVE, output=[*DRAWN, TOASTS], state=FORM, permission=SET, writes=True)
def save(*, fields: Mapping[str, str | None], known: Sent, request: Request) -> list[Any]:
    typed = touched(fields, known)
    problems = actions.change(
        request.db, request.viewer, typed, origin=request.portal.origin, now=request.now
    )
    summary = to_review(len(problems)) if problems else ""
    words = {key: text for key, (text, _version) in typed.items()} if problems else {}
    return [*drawn(request, words, problems), summary, save_setting(typed, problems)]


def touched(fields: Mapping[str, str | None], known: Sent) -> dict[str, tuple[str, int]]:
    """Return the changed values, with the version that each field was given."""
    changes = {}
    for key, value in fields.items():
        initial_text, version = seen_in(known, key)
        if (value or "") != initial_text:
            changes[key] = value or "", version
    return changes


def seen_in(known: Sent, key: str) -> tuple[str, int]:
    """Return the text and version of a setting, as stored in the page. Raise Invalid."""
    entry = (known or {}).get(key)
    match entry:
        case [str(text), int(version)] if version == 0 or is_key(version):
            return text, version
    raise Invalid(MALFORMED)


def drawn(
    request: Request, typed: Mapping[str, str], problems: Sequence[SettingProblem]
) -> tuple[Component, Mapping[str, object]]:
    """Return the form with the current settings, and its initial values."""
    standings = list_standings(request.db, request.viewer, request.portal.origin)
    return form(standings, typed, problems), initial_value(standings)


def save_setting(typed: Mapping[str, object], problems: Sequence[SettingProblem]) -> Any:  # noqa: ANN401
    if problems:
        return []  # clears the message of the previous save
    if not typed:
        return [toast(_("Rien n’a changé"), tone="info")]
    return [toast(_("Réglages enregistrés"), _("Ils s’appliquent aussitôt, partout."))]


@on.click(put_back_button(ALL), output=[*AGAIN, TOASTS], state=FORM, permission=SET, writes=True)
def put_back(*, fields: Mapping[str, str | None], known: Sent, request: Request) -> list[Any]:
    key = key_in(ctx.triggered_id)
    seen_as = key, seen_in(known, key)[1]
    actions.put_back(
        request.db, request.viewer, seen_as, origin=request.portal.origin, now=request.now
    )
    return [*drawn(request, others(fields, known, key), ()), "", put_back_toast()]


def others(fields: Mapping[str, str | None], known: Sent, key: str) -> dict[str, str]:
    """Return the values typed for other settings, which resetting `key` does not discard."""
    typed = touched(fields, known)
    return {name: text for name, (text, _version) in typed.items() if name != key}


def put_back_toast() -> list[Component]:
    return [toast(_("Valeur d’origine rétablie"), _("Elle s’applique aussitôt, partout."))]


def key_in(pressed: object) -> str:
    key = pressed.get("key") if isinstance(pressed, dict) else None
    if not isinstance(key, str):
        raise Invalid(MALFORMED)
    return key


on.client("refusals", "show", Input(Ids.SAID, "children"))
