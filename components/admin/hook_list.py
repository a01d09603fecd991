"""Render an organisation's webhooks: subscriptions, actions and new secrets."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from dash.development.base_component import Component

from components.admin.ids import hook_button, hook_story, hook_topics
from components.kit import (
    StateLabel,
    alert,
    aria,
    asks_first,
    button,
    choice_field,
    copyable_text,
    data,
    empty,
    html,
    label_chip,
)
from components.kit.base import Child
from core.i18n import N_, _, clock
from data.exchange.hooks.types import CHOSEN, HookRow, HookState, Topic
from data.notifications.rules.words import error_name

TOPICS: Mapping[Topic, str] = {
    Topic.RIGHTS: N_("Droits"),
    Topic.CONTROLS: N_("Preuves"),
    Topic.READINGS: N_("Données"),
}
NOTHING: Mapping[int, str] = MappingProxyType({})


def hook_list(
    rows: Sequence[HookRow],
    wrong: Mapping[int, str] = NOTHING,
    *,
    secrets_by_hook: Mapping[int, str] = NOTHING,
    new_hook_id: int | None = None,
) -> Component:
    """Return the list of webhooks; `wrong` holds errors by webhook id, beside its events.

    `secrets_by_hook` holds new secrets by webhook id; the one of `new_hook_id` takes the focus
    (assets/hooks.js).
    """
    if rows:
        items = [
            _item(row, wrong.get(row.id), _secret(row, secrets_by_hook, new=row.id == new_hook_id))
            for row in rows
        ]
        return html.Ul(items, className="item-list admin-hooks")
    return empty(
        "broadcast",
        _("Aucun webhook"),
        _(
            "Donnez l’adresse d’un de vos programmes : le portail le prévient quand un droit ou"
            " une preuve change d’état, ou quand des données arrivent. Il appelle ensuite l’API"
            " pour le détail."
        ),
        heading=3,
    )


def _item(row: HookRow, wrong: str | None, secret: list[Component]) -> Component:
    on = row.state is HookState.ON
    label = StateLabel("Arrêté", "pause-circle", "bad" if row.off_reason else "mute")
    if on:
        label = StateLabel("En marche", "check-circle-fill", "ok")
    return html.Li(
        [
            html.Div(
                [
                    html.Div(
                        [html.Span(row.name), label_chip(label)],
                        className="item-title admin-hook-title",
                    ),
                    *([] if row.name == row.target else [_target(row)]),
                    html.Div(hook_status(row), id=hook_story(row.id)),
                    *secret,
                ],
                className="item-main",
            ),
            _topics(row, wrong),
            html.Div(_acts(row), className="admin-acts"),
        ],
        className="item admin-hook",
    )


def _target(row: HookRow) -> Component:
    return html.Div(row.target, className="item-note admin-hook-long")


def hook_status(row: HookRow) -> list[Component]:
    """Return why a webhook is off, its last delivery, and until when its old secret signs."""
    if row.state is HookState.OFF and row.off_reason:
        reason = error_name(row.off_reason)
        sentences = [
            _("Arrêté : {reason}. Corrigez-le, puis remettez-le en marche.", reason=reason)
        ]
    elif row.last_sent_at is None:
        sentences = [_("Ajouté le {when}, rien n’a encore été envoyé.", when=clock(row.created_at))]
    else:
        sentences = [_("Dernier envoi le {when}.", when=clock(row.last_sent_at))]
    if row.old_until is not None:
        sentences.append(
            _("Changé, le secret précédent signe jusqu’au {when}.", when=clock(row.old_until))
        )
    return [html.Div(words, className="item-note") for words in sentences]


def _secret(row: HookRow, secrets_by_hook: Mapping[int, str], *, new: bool) -> list[Component]:
    """Return the new secret of a webhook, kept while the page that showed it is open."""
    if row.id not in secrets_by_hook:
        return []
    secret_parts: list[Child] = [
        _("Il signe chaque envoi et ne sera plus jamais affiché :"),
        copyable_text(secrets_by_hook[row.id], what=_("le secret de {name}", name=row.name)),
    ]
    secret_alert = alert(_("Gardez le secret de {name}", name=row.name), secret_parts, "ok")
    fresh = data(fresh=secrets_by_hook[row.id][-6:]) if new else {}  # differs from the previous one
    return [html.Div(secret_alert, className="admin-hook-secret", tabIndex="-1", **fresh)]


def _topics(row: HookRow, wrong: str | None) -> Component:
    return html.Div(
        [
            choice_field(
                hook_topics(row.id),
                _("Événements de {name}", name=row.name),
                topic_options(),
                [] if wrong else [topic.value for topic in row.topics],
                error=wrong,
                hidden_label=True,
            ),
            _act("topics", _("Enregistrer"), row),
        ],
        className="admin-acts",
    )


def topic_options() -> list[tuple[str, str]]:
    return [(topic.value, _(TOPICS[topic])) for topic in CHOSEN]


def _acts(row: HookRow) -> list[Component]:
    live = [("ping", _("Essayer")), ("off", _("Arrêter"))]
    verbs = live if row.state is HookState.ON else [("on", _("Remettre en marche"))]
    return [
        *(_act(verb, words, row) for verb, words in verbs),
        asks_first(
            _("Nouveau secret"),
            _(
                "Le secret d’aujourd’hui signera encore 24 heures. Celui d’avant, s’il signe"
                " encore, cesse aussitôt."
            ),
            _act("rotate", _("Changer le secret de {name}", name=row.name), row),
        ),
        asks_first(
            _("Supprimer"),
            _("Son adresse et ses secrets seront oubliés ; son journal reste."),
            _act("remove", _("Supprimer {name}", name=row.name), row, kind="danger"),
        ),
    ]


def _act(verb: str, words: str, row: HookRow, *, kind: str = "secondary") -> Component:
    label = words if row.name in words else f"{words}, {row.name}"
    id_ = hook_button(verb, row.id)
    danger = kind == "danger"
    return button(
        words, id=id_, small=True, kind="danger" if danger else "secondary", **aria(label=label)
    )
