"""Callbacks of webhooks and of their delivery journal."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from dash import ALL, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.group import CallbackGroup
from callbacks.inputs import MALFORMED, act_pressed, of_pattern, row_pressed
from callbacks.outputs import TOASTS
from components.admin import Ids
from components.admin.hook_journal import journal_card, journal_checksum
from components.admin.hook_list import hook_list, hook_status
from components.admin.hooks import hook_done, hooks_lead
from components.admin.ids import delivery_button, hook_button, hook_story, hook_topics
from components.kit import look_of_inputs, toast
from core.access import Permission, Viewer
from core.i18n import N_, _, plural
from data.exchange.hooks import actions, queries
from data.exchange.hooks.rules import NOTHING, problems_in
from data.exchange.hooks.types import CHOSEN, NewSecret, Topic, WantedHook
from data.request import Request

on = CallbackGroup()
ADMINISTER = Permission.API_CREDENTIALS
_ABSENT = N_("Ce webhook est introuvable.")
_JOURNAL = Output(Ids.HOOK_JOURNAL, "children", allow_duplicate=True)
_KEPT = State(Ids.HOOK_KEPT, "data")
_KEEP = Output(Ids.HOOK_KEPT, "data", allow_duplicate=True)
_ERRORS = (
    Output(Ids.HOOK_NAME_ERROR, "children"),
    Output(Ids.HOOK_URL_ERROR, "children"),
    Output(Ids.HOOK_TOPICS_ERROR, "children"),
    Output(Ids.HOOK_NAME, "invalid"),
    Output(Ids.HOOK_URL, "invalid"),
    Output(Ids.HOOK_TOPICS, "inputClassName"),
)
Answer = tuple[Any, Any, Any, list[Component]]


def drawn(
    db: Session, viewer: Viewer, kept: object = None, made: NewSecret | None = None
) -> tuple[Component, Component, Any]:
    """Return the webhooks, the journal and the new secrets, which only this page has."""
    db.flush()
    db.expire_all()
    rows = queries.list_hooks(db, viewer)
    secrets = read_secrets(kept, {row.id for row in rows})
    secrets |= {made.id: made.secret} if made else {}
    hook_list_part = hook_list(rows, secrets_by_hook=secrets, new_hook_id=made.id if made else None)
    keep = {str(hook): secret for hook, secret in secrets.items()}
    return hook_list_part, journal_card(queries.get_journal(db, viewer)), keep


def read_secrets(value: object, hooks: Collection[int]) -> dict[int, str]:
    """Return the secrets sent by a browser, for existing webhooks only."""
    secrets_by_hook = value if isinstance(value, dict) else {}
    texts_by_hook = {hook: secrets_by_hook.get(str(hook)) for hook in hooks}
    return {hook: text for hook, text in texts_by_hook.items() if isinstance(text, str)}


@on.click(
    (Ids.HOOK_ADD, Input(Ids.HOOK_URL, "n_submit")),
    output=[
        Output(Ids.HOOKS, "children"),
        Output(Ids.HOOK_JOURNAL, "children"),
        Output(Ids.HOOK_KEPT, "data"),
        Output(Ids.HOOK_NAME, "value"),
        Output(Ids.HOOK_URL, "value"),
        *_ERRORS,
    ],
    state={
        "name": State(Ids.HOOK_NAME, "value"),
        "url": State(Ids.HOOK_URL, "value"),
        "topics": State(Ids.HOOK_TOPICS, "value"),
        "kept": _KEPT,
    },
    permission=ADMINISTER,
    writes=True,
)
def add_hook(
    *,
    name: str | None,
    url: str | None,
    topics: Sequence[str] | None,
    kept: object,
    request: Request,
) -> list[Any]:
    draft = WantedHook(name or "", url or "", topics_in(topics))
    wrong = problems_in(draft, [row.name for row in queries.list_hooks(request.db, request.viewer)])
    outputs = [no_update] * 5 if wrong else _added(request, draft, kept)
    return [*outputs, *_field_errors(wrong)]


def _added(request: Request, wanted: WantedHook, kept: object) -> list[Any]:
    """Add a webhook; return the redrawn parts and empty fields. There is no toast to cover them."""
    db, viewer = request.db, request.viewer
    new_secret = actions.add_hook(
        db, viewer, wanted, key=request.portal.sealing_key, now=request.now
    )
    return [*drawn(db, viewer, kept, new_secret), "", ""]


def _field_errors(wrong: Mapping[str, str]) -> tuple[Any, ...]:
    """Return the errors of the fields, the first of which takes the focus."""
    words = (_(wrong[name]) if name in wrong else "" for name in ("name", "url", "topics"))
    return *words, "name" in wrong, "url" in wrong, look_of_inputs(wrong="topics" in wrong)


on.client("hooks", "show", Input(Ids.HOOK_KEPT, "data"))
on.client("refusals", "show", Input(Ids.HOOK_NAME_ERROR, "children"))
on.client("refusals", "show", Input(Ids.HOOK_URL_ERROR, "children"))
on.client("refusals", "show", Input(Ids.HOOK_TOPICS_ERROR, "children"))


def topics_in(values: object) -> tuple[Topic, ...]:
    """Return the selected topics, without unknown ones."""
    topic_values = values if isinstance(values, list) else []
    return tuple(topic for topic in CHOSEN if topic.value in topic_values)


@on.click(
    hook_button(ALL, ALL),
    output=[Output(Ids.HOOKS, "children", allow_duplicate=True), _JOURNAL, _KEEP, TOASTS],
    state={
        "hears": [State(hook_topics(ALL), "id"), State(hook_topics(ALL), "value")],
        "kept": _KEPT,
    },
    permission=ADMINISTER,
    writes=True,
)
def act_on_hook(*, hears: Sequence[Sequence[Any]], kept: object, request: Request) -> Answer:
    db, viewer = request.db, request.viewer
    chosen = dict(of_pattern(hears[0], hears[1], "hook"))
    if wrong := empty_topics_error(ctx.triggered_id, (chosen, kept), db, viewer):
        return wrong, no_update, no_update, []
    message, new_secret = change(ctx.triggered_id, chosen, request)
    return *drawn(db, viewer, kept, new_secret), [] if new_secret else [toast(message)]


def empty_topics_error(
    pressed: object, seen: tuple[Mapping[Any, Any], object], db: Session, viewer: Viewer
) -> Component | None:
    """Return the list with the error of a webhook without any event; None if not the case."""
    (verb, hook), (hears, page_secrets) = verb_in(pressed), seen
    if verb != "topics" or hook not in hears or topics_in(hears[hook]):
        return None
    rows = queries.list_hooks(db, viewer)
    hook_ids = {row.id for row in rows}
    errors_by_hook = {hook: _(NOTHING)}
    return (
        hook_list(rows, errors_by_hook, secrets_by_hook=read_secrets(page_secrets, hook_ids))
        if hook in hook_ids
        else None
    )


def change(
    pressed: object, hears: Mapping[Any, Any], request: Request
) -> tuple[str, NewSecret | None]:
    """Apply the action of a button; return the toast text and a new secret, if any."""
    db, viewer = request.db, request.viewer
    verb, hook = verb_in(pressed)
    name = next((row.name for row in queries.list_hooks(db, viewer) if row.id == hook), "")
    new_secret = None
    if verb == "topics":
        actions.choose_topics(db, viewer, hook, topics_in(hears.get(hook)), request.now)
    elif verb == "rotate":
        new_secret = actions.rotate_secret(
            db, viewer, hook, key=request.portal.sealing_key, now=request.now
        )
    else:
        _VERBS[verb](db, viewer, hook, request.now)
    return hook_done(verb, name), new_secret


_VERBS: Mapping[str, Callable[..., None]] = {
    "ping": actions.ping_hook,
    "off": actions.turn_off_hook,
    "on": actions.turn_on_hook,
    "remove": actions.remove_hook,
}


def verb_in(pressed: object) -> tuple[str, int]:
    """Return the action and webhook of a button. Raise NotFound."""
    return act_pressed(pressed, "hook", {*_VERBS, "topics", "rotate"}, _ABSENT)


@on.click(delivery_button(ALL), _JOURNAL, TOASTS, permission=ADMINISTER, writes=True)
def resend(*, request: Request) -> tuple[Any, Any]:
    db, viewer = request.db, request.viewer
    delivery = row_pressed(ctx.triggered_id, "delivery", MALFORMED)
    actions.resend(db, viewer, delivery, request.now)
    return drawn(db, viewer)[1], [toast(_("L’envoi repart"), _("Sous le même numéro."))]


@on.click(Ids.HOOK_RESEND, _JOURNAL, TOASTS, permission=ADMINISTER, writes=True)
def resend_failed(*, request: Request) -> tuple[Any, Any]:
    db, viewer = request.db, request.viewer
    count = actions.resend_failed(db, viewer, request.now)
    message = plural("{count} envoi repart", "{count} envois repartent", count)
    return drawn(db, viewer)[1], [toast(message)]


@on(
    Output(Ids.HOOKS_LEAD, "children"),
    Input(Ids.HOOKS, "children"),
    Input(Ids.HOOK_JOURNAL, "children"),
    permission=ADMINISTER,
)
def count_again(hooks: object, journal: object, *, request: Request) -> list[Component | str]:
    """Return the summary after a webhook was added, stopped or removed."""
    del hooks, journal
    db, viewer = request.db, request.viewer
    return hooks_lead(queries.list_hooks(db, viewer), queries.get_journal(db, viewer))


on.client("hooks", "look", Output(Ids.HOOK_LOOKING, "data"), Input(Ids.HOOK_POLL, "n_intervals"))


@on(
    output=[_JOURNAL, Output(hook_story(ALL), "children")],
    inputs={"shown": Input(Ids.HOOK_LOOKING, "data")},
    state={"ids": State(hook_story(ALL), "id")},
    permission=ADMINISTER,
)
def follow_journal(
    *, shown: Mapping[str, Any] | None, ids: Sequence[Any], request: Request
) -> list[Any]:
    """Return the journal and states of webhooks; no update if nothing changed."""
    db, viewer = request.db, request.viewer
    journal = queries.get_journal(db, viewer)
    if (shown or {}).get("stamp") == journal_checksum(journal):
        return [no_update, [no_update] * len(ids)]
    stories_by_hook = {row.id: hook_status(row) for row in queries.list_hooks(db, viewer)}
    hooks = [hook for hook, _id in of_pattern(ids, ids, "hook")]
    return [journal_card(journal), [stories_by_hook.get(hook, no_update) for hook in hooks]]
