"""Callbacks of a person's page."""

from collections.abc import Callable
from typing import Any, ParamSpec

from dash import Input, Output, State
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.admin import PEOPLE, role_in, tags_in
from callbacks.group import CallbackGroup
from callbacks.inputs import MALFORMED, is_key, number_in
from callbacks.outputs import TOASTS
from components.admin import Ids
from components.admin.handover import handing_parts
from components.admin.labels import owned_lines, role_word
from components.admin.limits import reach_text
from components.admin.person import person_parts
from components.kit import toast
from core.access import Viewer
from core.errors import Invalid
from core.i18n import N_, _
from data.administration.people import actions, queries
from data.administration.people.types import Belongings
from data.request import Request

on = CallbackGroup()
Shown = dict[str, Any] | None
Answer = tuple[list[Component], list[Component]]
P = ParamSpec("P")


def _acts(button: Ids, *states: State) -> Callable[[Callable[P, Answer]], Callable[P, Answer]]:
    """Register a callback of `button` that changes the person shown."""
    person = Output(Ids.PERSON, "children", allow_duplicate=True)
    inputs = (Input(button, "n_clicks"), *states, State(Ids.SHOWN, "data"))
    return on(person, TOASTS, *inputs, permission=PEOPLE, writes=True)


def drawn(db: Session, viewer: Viewer, user: int, said: Component) -> Answer:
    """Return the person after a change, and the toast."""
    db.flush()
    db.expire_all()
    return person_parts(queries.get_detail(db, viewer, user), viewer), [said]


def done(request: Request, shown: Shown, act: Callable[..., object], said: Component) -> Answer:
    """Apply `act` to the person shown; return the page and the toast."""
    db, viewer = request.db, request.viewer
    user = user_in(shown)
    act(db, viewer, user, now=request.now)
    return drawn(db, viewer, user, said)


def unchanged(said: str) -> Component:
    return toast(_("Rien n’a changé"), said, tone="info")


def user_in(shown: Shown) -> int:
    user_id = (shown or {}).get("user")
    if not is_key(user_id):
        raise Invalid(MALFORMED)
    return user_id


@_acts(Ids.RENAME, State(Ids.NEW_NAME, "value"))
def rename(clicks: int | None, name: str | None, shown: Shown, *, request: Request) -> Answer:
    del clicks
    db, viewer = request.db, request.viewer
    user = user_in(shown)
    saved_name = actions.rename(db, viewer, user, name or "", now=request.now)
    return drawn(db, viewer, user, toast(_("Nom enregistré"), saved_name))


@_acts(Ids.GIVE_ROLE, State(Ids.NEW_ROLE, "value"))
def give_role(clicks: int | None, role: str | None, shown: Shown, *, request: Request) -> Answer:
    del clicks
    db, viewer = request.db, request.viewer
    user, new_role = user_in(shown), role_in(role)
    has_changed = actions.give_role(db, viewer, user, new_role, now=request.now)
    success_toast = toast(_("Rôle enregistré"), role_word(new_role))
    return drawn(
        db, viewer, user, success_toast if has_changed else unchanged(_("C’est déjà son rôle."))
    )


@_acts(Ids.LIMIT, State(Ids.TAGS, "value"))
def limit(clicks: int | None, tags: object, shown: Shown, *, request: Request) -> Answer:
    del clicks
    db, viewer = request.db, request.viewer
    user = user_in(shown)
    limited = actions.limit(db, viewer, user, tags_in(tags), now=request.now)
    reach_label = reach_text(queries.get_tag_limit(db, viewer, user))
    success_toast = toast(_("PCE visibles enregistrés"), reach_label)
    return drawn(db, viewer, user, success_toast if limited else unchanged(reach_label))


@on.click(
    Ids.HAND_OVER,
    Output(Ids.HANDING, "children"),
    State(Ids.HEIR, "value"),
    State(Ids.SHOWN, "data"),
    permission=PEOPLE,
)
def say_handing(heir: str | None, shown: Shown, *, request: Request) -> list[Component]:
    return handing_parts(
        queries.get_handover(request.db, request.viewer, user_in(shown), heir_in(heir))
    )


@on(
    Output(Ids.HANDING, "children", allow_duplicate=True),
    Input(Ids.HEIR, "value"),
    permission=PEOPLE,
)
def clear_handover(heir: str | None) -> list[Component]:
    """Clear the handover summary when another recipient is selected."""
    del heir
    return handing_parts()


@_acts(Ids.HANDED, State(Ids.HEIR_SAID, "data"))
def hand_over(clicks: int | None, heir: object, shown: Shown, *, request: Request) -> Answer:
    del clicks
    db, viewer = request.db, request.viewer
    user, to = user_in(shown), heir_in(heir)
    moved = actions.hand_over(db, viewer, user, to, seen_in(shown), now=request.now)
    return drawn(db, viewer, user, toast(_("Suivi confié"), ", ".join(owned_lines(moved))))


def heir_in(heir: object) -> int:
    heir_id = number_in(heir) if isinstance(heir, str) else None
    if heir_id is None:
        raise Invalid(N_("Choisissez à qui confier ce que cette personne suit."))
    return heir_id


def seen_in(shown: Shown) -> Belongings:
    """Return the counts that the page showed, as sent by the browser. Raise Invalid."""
    owned = (shown or {}).get("owned")
    names = set(Belongings().counts)
    if not isinstance(owned, dict) or set(owned) != names:
        raise Invalid(MALFORMED)
    if not all(type(count) is int for count in owned.values()):
        raise Invalid(MALFORMED)
    return Belongings(**owned)


@_acts(Ids.DISABLE)
def disable(clicks: int | None, shown: Shown, *, request: Request) -> Answer:
    del clicks
    notice = toast(_("Compte désactivé"), _("Ses sessions sont fermées."))
    return done(request, shown, actions.disable, notice)


@_acts(Ids.ENABLE)
def enable(clicks: int | None, shown: Shown, *, request: Request) -> Answer:
    del clicks
    notice = toast(
        _("Compte réactivé"), _("L’ancien mot de passe et l’ancien rôle sont de nouveau valables.")
    )
    return done(request, shown, actions.enable, notice)
