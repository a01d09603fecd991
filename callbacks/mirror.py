"""What happens on the page of connections."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.group import Group
from callbacks.request import code_key, key_pressed, now, of_pattern, upstream_now
from components import frame
from components.kit import toast
from components.mirror import Ids
from components.mirror.connection import status
from components.mirror.drifts import left_undone
from components.mirror.ids import ERRORS, FIELDS, PARTS, drift_box, drift_button, sending_button
from components.mirror.page import drifts, said, sendings, whole
from components.mirror.rounds import rounds, under_way
from data.access import Permission, Viewer
from data.errors import Invalid, NotFound
from data.mirror.actions import connecting, repairing, steering
from data.mirror.actions import rounds as acts
from data.mirror.channels.turns import NO_CONNECTION
from data.mirror.queries.standing import get_standing
from data.mirror.types import Choice, Credentials, Repaired, Standing
from i18n import N_, _, plural

on = Group()
MIRROR = Permission.MIRROR
TOASTS = Output(frame.Ids.TOASTS, "children", allow_duplicate=True)
BODY = Output(Ids.BODY, "children", allow_duplicate=True)
NO_SENDING = N_("Cet envoi est introuvable.")
GONE = N_("Cet écart n’est plus là : il est réparé, ou n’en est plus un.")


def standing_now(db: Session, viewer: Viewer) -> Standing:
    found = get_standing(db, viewer, upstream_now().a_day, now())
    if found is None:
        raise NotFound(NO_CONNECTION)
    return found


def drawn(db: Session, viewer: Viewer) -> Component:
    return whole(standing_now(db, viewer))


@on(
    output=[
        BODY,
        TOASTS,
        *(Output(id_, "children") for id_ in ERRORS),
        *(Output(id_, "invalid") for id_ in FIELDS.values()),
    ],
    inputs={"clicks": Input(Ids.KEEP, "n_clicks")},
    state={"client": State(Ids.CLIENT, "value"), "secret": State(Ids.SECRET, "value")},
    permission=MIRROR,
    writes=True,
    prevent_initial_call=True,
)
def keep(
    *, clicks: int | None, client: str | None, secret: str | None, db: Session, viewer: Viewer
) -> list[Any]:
    """What is wrong is said below its field, and nothing that is typed is lost."""
    del clicks
    upstream_now()
    given = Credentials(client or "", secret or "")
    try:
        connecting.connect(db, viewer, given, key=code_key(), now=now())
    except Invalid as error:
        return wrong(error)
    told = toast(_("Identifiants enregistrés"), _("Testez-les : rien n’a encore été demandé."))
    return [drawn(db, viewer), [told], *[no_update] * 4]


def wrong(error: Invalid) -> list[Any]:
    at = [name == error.params.get("field") for name in FIELDS]
    words = [_(error.message, **error.params) if here else "" for here in at]
    return [no_update, no_update, *words, *at]


@on(
    output=[BODY, TOASTS],
    inputs={"clicks": Input(Ids.CHOOSE, "n_clicks")},
    state={
        "parts": {part.value: State(id_, "value") for part, id_ in PARTS.items()},
        "also": {"sends": State(Ids.SENDS, "value"), "repairs": State(Ids.REPAIRS, "value")},
    },
    permission=MIRROR,
    writes=True,
    prevent_initial_call=True,
)
def choose(
    *,
    clicks: int | None,
    parts: Mapping[str, bool | None],
    also: Mapping[str, bool | None],
    db: Session,
    viewer: Viewer,
) -> list[Any]:
    del clicks
    wanted = frozenset(part for part in PARTS if parts.get(part.value))
    wished = Choice(wanted, bool(also["sends"]), bool(also["repairs"]))
    connecting.choose(db, viewer, wished, now())
    word = _("Ils valent dès la prochaine synchronisation.")
    return [drawn(db, viewer), [toast(_("Choix enregistrés"), word)]]


@on(
    output=[BODY, TOASTS],
    inputs={"clicks": Input(Ids.FORGET, "n_clicks")},
    permission=MIRROR,
    writes=True,
    prevent_initial_call=True,
)
def forget(*, clicks: int | None, db: Session, viewer: Viewer) -> list[Any]:
    del clicks
    connecting.forget(db, viewer, now())
    return [whole(None), [toast(_("Connexion oubliée"), _("Vos droits et vos relevés restent."))]]


@on(
    output=[BODY, TOASTS],
    inputs={"clicks": Input(Ids.ASK, "n_clicks")},
    permission=MIRROR,
    writes=True,
    prevent_initial_call=True,
)
def ask(*, clicks: int | None, db: Session, viewer: Viewer) -> list[Any]:
    del clicks
    acts.ask(db, viewer, now=now())
    word = _("Vous pouvez quitter cette page : la synchronisation continue.")
    return [drawn(db, viewer), [toast(_("Synchronisation demandée"), word)]]


@on(
    output=[
        Output(Ids.LEAD, "children"),
        Output(Ids.STATUS, "children"),
        Output(Ids.ROUNDS, "children"),
        Output(Ids.DRIFTS, "children"),
        Output(Ids.SENDINGS, "children"),
        Output(Ids.POLL, "disabled"),
    ],
    inputs={"ticks": Input(Ids.POLL, "n_intervals")},
    permission=MIRROR,
    prevent_initial_call=True,
)
def follow(*, ticks: int | None, db: Session, viewer: Viewer) -> list[Any]:
    """How far the round is; what differs is drawn again at its end, and nothing moves before."""
    del ticks
    found = standing_now(db, viewer)
    busy = under_way(found.rounds)
    stands, goes_on = status(found.row, found.tasks, busy), rounds(found.rounds)
    if busy:
        return [no_update, stands, goes_on, no_update, no_update, False]
    return [said(found), stands, goes_on, drifts(found), sendings(found), True]


@on(
    output=[BODY, TOASTS],
    inputs={"clicks": Input(drift_button(ALL), "n_clicks")},
    permission=MIRROR,
    writes=True,
    prevent_initial_call=True,
)
def repair_one(*, clicks: Sequence[int | None], db: Session, viewer: Viewer) -> list[Any]:
    if not any(clicks):  # buttons that were just drawn, not pressed
        return [no_update] * 2
    wanted = [key_pressed(ctx.triggered_id, GONE)]
    return repaired(db, viewer, repairing.repair(db, viewer, wanted, now=now()))


@on(
    output=[BODY, TOASTS],
    inputs={"clicks": Input(Ids.REPAIR, "n_clicks")},
    state={"boxes": State(drift_box(ALL), "id"), "ticked": State(drift_box(ALL), "value")},
    permission=MIRROR,
    writes=True,
    prevent_initial_call=True,
)
def repair_some(
    *,
    clicks: int | None,
    boxes: list[dict[str, Any]],
    ticked: list[bool | None],
    db: Session,
    viewer: Viewer,
) -> list[Any]:
    del clicks
    chosen = [key for key, value in of_pattern(boxes, ticked, "id") if value]
    wanted = [key_pressed({"id": key}, GONE) for key in chosen]
    return repaired(db, viewer, repairing.repair(db, viewer, wanted, now=now()))


@on(
    output=[BODY, TOASTS],
    inputs={"clicks": Input(Ids.REPAIR_ALL, "n_clicks")},
    permission=MIRROR,
    writes=True,
    prevent_initial_call=True,
)
def repair_all(*, clicks: int | None, db: Session, viewer: Viewer) -> list[Any]:
    del clicks
    return repaired(db, viewer, repairing.repair_all(db, viewer, now=now()))


@on(
    output=[BODY, TOASTS],
    inputs={"clicks": Input(sending_button(ALL, ALL), "n_clicks")},
    permission=MIRROR,
    writes=True,
    prevent_initial_call=True,
)
def act_on_sending(*, clicks: Sequence[int | None], db: Session, viewer: Viewer) -> list[Any]:
    if not any(clicks):  # buttons that were just drawn, not pressed
        return [no_update] * 2
    verbs = {"now": steering.retry_now, "drop": steering.take_back}
    verb = str((ctx.triggered_id or {}).get("verb"))
    if verb not in verbs:
        raise NotFound(NO_SENDING)
    verbs[verb](db, viewer, key_pressed(ctx.triggered_id, NO_SENDING), now=now())
    told = _("Il part dans la minute") if verb == "now" else _("Retiré : rien n’est parti")
    return [drawn(db, viewer), [toast(told)]]


def repaired(db: Session, viewer: Viewer, done: Repaired) -> list[Any]:
    """The page without what is repaired, and what was not."""
    title = plural("{count} écart réparé", "{count} écarts réparés", done.done)
    notes = left_undone(done)
    told = toast(title, " ".join(notes), tone="warn") if notes else toast(title)
    return [drawn(db, viewer), [told]]
