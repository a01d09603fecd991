"""What happens on the webhooks of one's organisation, and on the journal of what they were sent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash import ALL, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.admin import TOASTS
from callbacks.group import Group
from callbacks.request import MALFORMED, code_key, is_key, now, of_pattern
from components.admin import Ids
from components.admin.hook_journal import journal_card
from components.admin.hooks import hook_done, hook_list, hooks_lead, secret_shown
from components.admin.ids import delivery_button, hook_button, hook_topics
from components.kit import look_of_inputs, toast
from data.access import Permission, Viewer
from data.errors import Invalid, NotFound
from data.hooks import actions, queries
from data.hooks.rules import NOTHING, problems_in
from data.hooks.types import CHOSEN, Topic, WantedHook
from i18n import N_, _, plural

on = Group()
ADMINISTER = Permission.API_CREDENTIALS
_ABSENT = N_("Ce webhook est introuvable.")
_JOURNAL = Output(Ids.HOOK_JOURNAL, "children", allow_duplicate=True)
_SECRET = Output(Ids.HOOK_MADE, "children", allow_duplicate=True)
_ERRORS = (
    Output(Ids.HOOK_URL_ERROR, "children"),
    Output(Ids.HOOK_TOPICS_ERROR, "children"),
    Output(Ids.HOOK_URL, "invalid"),
    Output(Ids.HOOK_TOPICS, "inputClassName"),
)
Answer = tuple[Any, Any, Any, list[Component]]


def drawn(db: Session, viewer: Viewer) -> tuple[Component, Component]:
    """The webhooks and the journal, as they now are."""
    db.flush()
    db.expire_all()
    return hook_list(queries.list_hooks(db, viewer)), journal_card(queries.get_journal(db, viewer))


@on(
    Output(Ids.HOOKS, "children"),
    Output(Ids.HOOK_JOURNAL, "children"),
    Output(Ids.HOOK_MADE, "children"),
    TOASTS,
    Output(Ids.HOOK_NAME, "value"),
    Output(Ids.HOOK_URL, "value"),
    *_ERRORS,
    Input(Ids.HOOK_ADD, "n_clicks"),
    Input(Ids.HOOK_URL, "n_submit"),
    State(Ids.HOOK_NAME, "value"),
    State(Ids.HOOK_URL, "value"),
    State(Ids.HOOK_TOPICS, "value"),
    permission=ADMINISTER,
    writes=True,
    prevent_initial_call=True,
)
def add_hook(  # noqa: PLR0913 (a field a word)
    clicks: int | None,
    entered: int | None,
    name: str | None,
    url: str | None,
    topics: Sequence[str] | None,
    *,
    db: Session,
    viewer: Viewer,
) -> tuple[Any, ...]:
    del clicks, entered
    wanted = WantedHook(name or "", url or "", topics_in(topics))
    wrong = problems_in(wanted)
    shown = [no_update] * 6 if wrong else _added(db, viewer, wanted)
    return *shown, *_said(wrong)


def _added(db: Session, viewer: Viewer, wanted: WantedHook) -> list[Any]:
    """All that is drawn again, and the fields emptied for the next one."""
    made = actions.add_hook(db, viewer, wanted, key=code_key(), now=now())
    said = toast(_("Webhook ajouté"), _("Un essai part dans quelques secondes."))
    return [*drawn(db, viewer), secret_shown(made), [said], "", ""]


def _said(wrong: Mapping[str, str]) -> tuple[Any, ...]:
    """What is wrong, each below its field, which takes the focus."""
    words = (_(wrong[name]) if name in wrong else "" for name in ("url", "topics"))
    return *words, "url" in wrong, look_of_inputs(wrong="topics" in wrong)


on.client("refusals", "show", Input(Ids.HOOK_URL_ERROR, "children"))
on.client("refusals", "show", Input(Ids.HOOK_TOPICS_ERROR, "children"))


def topics_in(values: object) -> tuple[Topic, ...]:
    """Those chosen, whatever a browser sends."""
    known = values if isinstance(values, list) else []
    return tuple(topic for topic in CHOSEN if topic.value in known)


@on(
    Output(Ids.HOOKS, "children", allow_duplicate=True),
    _JOURNAL,
    _SECRET,
    TOASTS,
    Input(hook_button(ALL, ALL), "n_clicks"),
    State(hook_topics(ALL), "value"),
    State(hook_topics(ALL), "id"),
    permission=ADMINISTER,
    writes=True,
    prevent_initial_call=True,
)
def act_on_hook(
    clicks: Sequence[int | None],
    chosen: Sequence[Any],
    ids: Sequence[Any],
    *,
    db: Session,
    viewer: Viewer,
) -> Answer:
    if not any(clicks):
        return no_update, no_update, no_update, []
    hears = dict(of_pattern(ids, chosen, "hook"))
    if wrong := unheard(ctx.triggered_id, hears, db, viewer):
        return wrong, no_update, no_update, []
    said, shown = change(ctx.triggered_id, hears, db, viewer)
    return *drawn(db, viewer), shown, [toast(said)]


def unheard(
    pressed: object, hears: Mapping[Any, Any], db: Session, viewer: Viewer
) -> Component | None:
    """The webhooks, and what is said of the one that would hear of nothing; None when none is."""
    verb, hook = verb_in(pressed)
    if verb != "topics" or hook not in hears or topics_in(hears[hook]):
        return None
    rows = queries.list_hooks(db, viewer)
    return hook_list(rows, {hook: _(NOTHING)}) if hook in {row.id for row in rows} else None


def change(
    pressed: object, hears: Mapping[Any, Any], db: Session, viewer: Viewer
) -> tuple[str, Any]:
    """Do to a webhook what a button says; the sentence that tells it, and its new secret."""
    verb, hook = verb_in(pressed)
    name = next((row.name for row in queries.list_hooks(db, viewer) if row.id == hook), "")
    shown: Any = no_update  # one just made stays on the screen
    if verb == "topics":
        actions.choose_topics(db, viewer, hook, topics_in(hears.get(hook)), now())
    elif verb == "rotate":
        shown = secret_shown(actions.rotate_secret(db, viewer, hook, key=code_key(), now=now()))
    else:
        _VERBS[verb](db, viewer, hook, now())
    return hook_done(verb, name), shown


_VERBS: Mapping[str, Callable[..., None]] = {
    "ping": actions.ping_hook,
    "off": actions.turn_off_hook,
    "on": actions.turn_on_hook,
    "remove": actions.remove_hook,
}


def verb_in(pressed: object) -> tuple[str, int]:
    """What a button says, and of which webhook. Raises NotFound."""
    said = pressed if isinstance(pressed, dict) else {}
    verb, hook = said.get("verb"), said.get("hook")
    if not isinstance(verb, str) or verb not in {*_VERBS, "topics", "rotate"} or not is_key(hook):
        raise NotFound(_ABSENT)
    return verb, hook


@on(
    _JOURNAL,
    TOASTS,
    Input(delivery_button(ALL), "n_clicks"),
    permission=ADMINISTER,
    writes=True,
    prevent_initial_call=True,
)
def resend(clicks: Sequence[int | None], *, db: Session, viewer: Viewer) -> tuple[Any, Any]:
    if not any(clicks):
        return no_update, no_update
    said = ctx.triggered_id if isinstance(ctx.triggered_id, dict) else {}
    delivery = said.get("delivery")
    if not is_key(delivery):
        raise Invalid(MALFORMED)
    actions.resend(db, viewer, delivery, now())
    return drawn(db, viewer)[1], [toast(_("L’envoi repart"), _("Sous le même numéro."))]


@on(
    _JOURNAL,
    TOASTS,
    Input(Ids.HOOK_RESEND, "n_clicks"),
    permission=ADMINISTER,
    writes=True,
    prevent_initial_call=True,
)
def resend_failed(clicks: int | None, *, db: Session, viewer: Viewer) -> tuple[Any, Any]:
    del clicks
    count = actions.resend_failed(db, viewer, now())
    said = plural("{count} envoi repart", "{count} envois repartent", count)
    return drawn(db, viewer)[1], [toast(said)]


@on(
    Output(Ids.HOOKS_LEAD, "children"),
    Input(Ids.HOOKS, "children"),
    Input(Ids.HOOK_JOURNAL, "children"),
    permission=ADMINISTER,
    prevent_initial_call=True,
)
def count_again(
    hooks: object, journal: object, *, db: Session, viewer: Viewer
) -> list[Component | str]:
    """How many are on, once one was added, stopped or removed."""
    del hooks, journal
    return hooks_lead(queries.list_hooks(db, viewer), queries.get_journal(db, viewer))
