"""Callbacks of notification preferences: muted kinds, channels and addresses."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from dash import ALL, Output, State, ctx
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.group import CallbackGroup
from callbacks.inputs import act_pressed, of_pattern, row_pressed, values_of
from callbacks.outputs import TOASTS
from components.kit import by_name, toast
from components.notifications import Ids, kind_of
from components.notifications.channels import (
    address_added,
    address_list,
    channel_done,
    channel_list,
    proof_words,
    secret_shown,
)
from components.notifications.ids import (
    address_button,
    channel_button,
    code_field,
    confirm_button,
    mute_button,
)
from components.notifications.settings import AS_SET, mute_list, sending_obstacles, until_of
from core.access import Permission, Viewer
from core.errors import Invalid, NotFound
from core.i18n import N_, _
from data.notifications import actions, queries
from data.notifications.types import ChannelKind, Grouping, MobileDraft, Preferences, SmsProof
from data.request import Request

on = CallbackGroup()
NO_CHANNEL = N_("Ce canal est introuvable.")
VERBS = {
    "test": actions.test_channel,
    "on": actions.turn_on_channel,
    "remove": actions.remove_channel,
}


FIELDS = values_of(
    State,
    by_name(
        Ids.EMAIL, Ids.GROUPING, Ids.HOUR, Ids.WEEKDAY, Ids.QUIET_FROM, Ids.QUIET_TO, Ids.URGENT
    ),
)


@on.click(
    Ids.SAVE,
    output=[Output(Ids.EMAIL_OFF, "children"), TOASTS],
    state={"fields": FIELDS},
    permission=Permission.NOTICES,
    writes=True,
)
def save_preferences(
    *, fields: Mapping[str, Any], request: Request
) -> tuple[list[Component], list[Component]]:
    preferences = preferences_of(fields)
    actions.set_preferences(request.db, request.viewer, preferences)
    return sending_obstacles(preferences), [toast(_("Préférences enregistrées"))]


def preferences_of(fields: Mapping[str, Any]) -> Preferences:
    """Return the preferences of untrusted fields."""
    values = {name: str(value or "") for name, value in fields.items()}
    return Preferences(
        email=bool(fields["email"]),
        grouping=grouping_of(values["grouping"]),
        digest_hour=small(values["hour"], 23),
        digest_weekday=small(values["weekday"], 6),
        quiet_from=hour_of(values["quiet_from"]),
        quiet_to=hour_of(values["quiet_to"]),
        urgent_breaks=bool(fields["urgent"]),
    )


def grouping_of(text: str) -> Grouping | None:
    if text in {AS_SET, ""}:
        return None
    if text not in set(Grouping):
        raise Invalid(N_("Ce regroupement n’existe pas."))
    return Grouping(text)


def small(text: str, most: int) -> int:
    """Parse a whole number of a select, up to `most`. Raise Invalid."""
    if text.isascii() and text.isdigit() and len(text) < 3 and int(text) <= most:  # noqa: PLR2004 (digits)
        return int(text)
    raise Invalid(N_("L’heure ou le jour du résumé n’existe pas."))


def hour_of(text: str) -> time | None:
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise Invalid(N_("Cette heure n’est pas lisible : écrivez-la 22:00.")) from None


@on.click(
    Ids.STOP,
    Output(Ids.MUTES, "children"),
    TOASTS,
    state={
        "asked": {
            "kind": State(Ids.STOP_KIND, "value"),
            "reason": State(Ids.STOP_REASON, "value"),
            "days": State(Ids.STOP_UNTIL, "value"),
        }
    },
    permission=Permission.NOTICES,
    writes=True,
)
def stop_kind(
    *, asked: dict[str, str | None], request: Request
) -> tuple[Component, list[Component]]:
    db, viewer = request.db, request.viewer
    kind, until = kind_of(asked["kind"]), until_of(asked["days"], viewer.today)
    if kind is None:
        raise Invalid(N_("Choisissez le type à ne plus recevoir."))
    actions.unsubscribe(
        db, viewer, kind, reason=asked["reason"] or "", until=until, now=request.now
    )
    notice = toast(_("Ce type ne vous sera plus envoyé"), _("Il reste dans la boîte de réception."))
    return mute_list(queries.list_mutes(db, viewer)), [notice]


@on.click(
    mute_button(ALL),
    Output(Ids.MUTES, "children", allow_duplicate=True),
    TOASTS,
    permission=Permission.NOTICES,
    writes=True,
)
def resume_kind(*, request: Request) -> tuple[Any, Any]:
    db, viewer = request.db, request.viewer
    mute = row_pressed(ctx.triggered_id, "mute", N_("Cet arrêt est introuvable."))
    actions.resubscribe(db, viewer, mute, request.now)
    notice = toast(_("Ce type vous sera de nouveau envoyé"))
    return mute_list(queries.list_mutes(db, viewer)), [notice]


@on.click(
    Ids.ADD_CHANNEL,
    Output(Ids.CHANNELS, "children"),
    Output(Ids.ADDED, "children"),
    Output(Ids.NEW_NAME, "value"),
    Output(Ids.NEW_URL, "value"),
    TOASTS,
    State(Ids.NEW_WAY, "value"),
    State(Ids.NEW_NAME, "value"),
    State(Ids.NEW_URL, "value"),
    permission=Permission.NOTICES,
    writes=True,
)
def add_channel(
    way: str | None, name: str | None, url: str | None, *, request: Request
) -> tuple[Component, list[Component], str, str, list[Component]]:
    problem_parts = added(request, way, (name or "").strip(), (url or "").strip())
    notice = toast(_("Canal ajouté"), _("Un message part dans quelques secondes."))
    return (
        channel_list(queries.list_channels(request.db, request.viewer)),
        problem_parts,
        "",
        "",
        [notice],
    )


def added(request: Request, way: str | None, name: str, url: str) -> list[Component]:
    """Add a channel; return its secret, if it has one."""
    db, viewer = request.db, request.viewer
    key = request.portal.sealing_key
    if way == ChannelKind.SMS:
        if not request.portal.sends_sms:
            raise NotFound(NO_CHANNEL)
        draft, countries = MobileDraft(name, url), request.portal.sms_countries
        actions.add_sms(db, viewer, draft, countries=countries, key=key, now=request.now)
        return []
    if way == ChannelKind.APPRISE:
        actions.add_apprise(db, viewer, name, url, key=key, now=request.now)
        return []
    return [secret_shown(actions.add_webhook(db, viewer, name, url, key=key, now=request.now))]


@on.click(
    channel_button(ALL, ALL),
    Output(Ids.CHANNELS, "children", allow_duplicate=True),
    TOASTS,
    permission=Permission.NOTICES,
    writes=True,
)
def act_on_channel(*, request: Request) -> tuple[Any, Any]:
    db, viewer = request.db, request.viewer
    message = change(ctx.triggered_id, request)
    return channel_list(queries.list_channels(db, viewer)), [toast(message)]


def change(button: object, request: Request) -> str:
    """Apply the action of a button on a channel; return the toast text."""
    db, viewer = request.db, request.viewer
    verb, channel = act_pressed(button, "channel", {*VERBS, "code"}, NO_CHANNEL)
    name = next((row.name for row in queries.list_channels(db, viewer) if row.id == channel), "")
    if verb == "code":
        key = request.portal.sealing_key
        actions.send_sms_code(db, viewer, channel, key=key, now=request.now)
    else:
        VERBS[verb](db, viewer, channel, request.now)
    return channel_done(verb, name)


@on.click(
    confirm_button(ALL),
    Output(Ids.CHANNELS, "children", allow_duplicate=True),
    TOASTS,
    State(code_field(ALL), "id"),
    State(code_field(ALL), "value"),
    permission=Permission.NOTICES,
    writes=True,
)
def confirm_mobile(ids: Sequence[Any], codes: Sequence[Any], *, request: Request) -> Any:  # noqa: ANN401
    db, viewer = request.db, request.viewer
    channel = row_pressed(ctx.triggered_id, "channel", NO_CHANNEL)
    code = str(dict(of_pattern(ids, codes, "channel")).get(channel) or "")[:20]
    proof = actions.confirm_sms(
        db, viewer, channel, code, key=request.portal.sealing_key, now=request.now
    )
    is_good = proof is SmsProof.CONFIRMED
    notice = toast(proof_words(proof), tone="ok" if is_good else "bad")
    return channel_list(queries.list_channels(db, viewer)), [notice]


@on.click(
    Ids.ADD_ADDRESS,
    Output(Ids.ADDRESSES, "children"),
    Output(Ids.NEW_EMAIL, "value"),
    TOASTS,
    State(Ids.NEW_EMAIL, "value"),
    State(Ids.NEW_LANGUAGE, "value"),
    permission=Permission.THRESHOLDS_WRITE,
    writes=True,
)
def add_address(
    email: str | None, language: str | None, *, request: Request
) -> tuple[Component, str, list[Component]]:
    db, viewer = request.db, request.viewer
    before = queries.list_addresses(db, viewer)
    number = actions.add_address(
        db, viewer, email or "", language=language or "fr", now=request.now
    )
    known_address = next(
        (row for row in before if row.id == number and row.stopped_at is None), None
    )
    return shown_addresses(db, viewer), "", [address_added(known_address)]


def shown_addresses(db: Session, viewer: Viewer) -> Component:
    may_write = viewer.may(Permission.THRESHOLDS_WRITE)
    return address_list(queries.list_addresses(db, viewer), may_write=may_write)


@on.click(
    address_button(ALL),
    Output(Ids.ADDRESSES, "children", allow_duplicate=True),
    TOASTS,
    permission=Permission.THRESHOLDS_WRITE,
    writes=True,
)
def remove_address(*, request: Request) -> tuple[Any, Any]:
    db, viewer = request.db, request.viewer
    row = row_pressed(ctx.triggered_id, "address", N_("Cette adresse est introuvable."))
    actions.remove_address(db, viewer, row, request.now)
    return shown_addresses(db, viewer), [toast(_("Adresse retirée"))]
