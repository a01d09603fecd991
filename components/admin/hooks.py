"""`/admin?part=hooks`: the webhooks of one's organisation, and what they are told."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from dash.development.base_component import Component

from components.admin.hook_journal import journal_card
from components.admin.ids import Ids, hook_button, hook_topics
from components.kit import (
    alert,
    aria,
    asks_first,
    button,
    card,
    chip,
    choice_field,
    columns,
    copied,
    data,
    empty,
    html,
    lead,
    page,
    text_field,
)
from components.kit.shown import Tone
from data.hooks.types import CHOSEN, LONGEST_NAME, HookRow, HookState, Journal, NewSecret, Topic
from data.notifications.rules.words import error_name
from i18n import N_, _, clock, plural

TOPICS: Mapping[Topic, str] = {
    Topic.RIGHTS: N_("Droits"),
    Topic.CONTROLS: N_("Preuves"),
    Topic.READINGS: N_("Données"),
}
NOTHING_WRONG: Mapping[int, str] = MappingProxyType({})
_SAMPLE = """{"type": "droit_acces.etat",
 "timestamp": "2026-11-24T08:00:00Z",
 "data": {"droits_acces": [
  {"id_droit_acces": "…",
   "id_pce": "…",
   "etat_droit_acces": "Révoquée",
   "etat_precedent": "Active", …}]}}"""
_VERIFY = """from standardwebhooks import Webhook

event = Webhook("whsec_…").verify(request.data, request.headers)"""


def hooks_page(rows: Sequence[HookRow], journal: Journal, *, older: int | None = None) -> Component:
    """*older* is the delivery before which the journal begins, as its address says."""
    way = (_("Programmes"), "/admin?part=programs")
    return page(
        _("Webhooks"),
        _("Prévenir vos programmes de ce qui change, sans qu’ils le demandent."),
        crumbs=((_("Administration"), "/admin"), way, (_("Webhooks"), None)),
        actions=[button(_("Actualiser"), href="/admin?part=hooks", icon="arrow-clockwise")],
        lead=lead(hooks_lead(rows, journal), Ids.HOOKS_LEAD),
        children=[
            columns([hooks_card(rows)], [adding_card()]),
            html.Div(journal_card(journal, older=older), id=Ids.HOOK_JOURNAL, **data(refocus="")),
            columns(*_reading_cards(), kind="1-1"),
        ],
    )


def hooks_lead(rows: Sequence[HookRow], journal: Journal) -> list[Component | str]:
    return [html.B(heard(rows)), f", {failed(journal.failed)}."]


def heard(rows: Sequence[HookRow]) -> str:
    live = sum(row.state is HookState.ON for row in rows)
    return plural("{count} webhook en marche", "{count} webhooks en marche", live)


def failed(count: int) -> str:
    if not count:
        return _("rien à renvoyer")
    return plural("{count} envoi à renvoyer", "{count} envois à renvoyer", count)


def hooks_card(rows: Sequence[HookRow]) -> Component:
    return card(
        html.Div(hook_list(rows), id=Ids.HOOKS, **data(refocus="")),
        title=_("Webhooks de l’organisation"),
        flush=True,
    )


def hook_list(rows: Sequence[HookRow], wrong: Mapping[int, str] = NOTHING_WRONG) -> Component:
    """*wrong* is what is said of events that were not kept, by webhook."""
    if rows:
        items = [_item(row, wrong.get(row.id)) for row in rows]
        return html.Ul(items, className="item-list admin-hooks")
    return empty(
        "broadcast",
        _("Aucun webhook"),
        _(
            "Donnez l’adresse d’un de vos programmes : le portail lui dit qu’un droit ou une preuve"
            " change d’état, ou que des données sont arrivées. Il appelle alors l’API pour le"
            " reste."
        ),
        heading=3,
    )


def _item(row: HookRow, wrong: str | None) -> Component:
    on = row.state is HookState.ON
    look: tuple[str, str, Tone] = (
        (_("En marche"), "check-circle-fill", "ok")
        if on
        else (_("Arrêté"), "pause-circle", "bad" if row.off_reason else "mute")
    )
    return html.Li(
        [
            html.Div(
                [
                    html.Div(
                        [html.Span(row.name), chip(look[0], icon=look[1], tone=look[2])],
                        className="item-title admin-hook-title",
                    ),
                    html.Div(row.target, className="item-note admin-hook-long"),
                    *(html.Div(words, className="item-note") for words in _story(row)),
                ],
                className="item-main",
            ),
            _topics(row, wrong),
            html.Div(_acts(row), className="admin-acts"),
        ],
        className="item admin-hook",
    )


def _story(row: HookRow) -> list[str]:
    """Why it is off, when it last served, and until when two secrets sign."""
    if row.state is HookState.OFF and row.off_reason:
        reason = error_name(row.off_reason)
        said = [_("Arrêté : {reason}. Corrigez-le, puis remettez-le en marche.", reason=reason)]
    elif row.last_sent_at is None:
        said = [_("Ajouté le {when}, rien n’y est encore arrivé.", when=clock(row.created_at))]
    else:
        said = [_("Dernier envoi le {when}.", when=clock(row.last_sent_at))]
    if row.old_until is not None:
        said.append(
            _("Changé, le secret précédent signe jusqu’au {when}.", when=clock(row.old_until))
        )
    return said


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


def adding_card() -> Component:
    return card(
        [
            html.Div(
                [
                    text_field(
                        Ids.HOOK_NAME,
                        _("Nom"),
                        placeholder=_("Supervision"),
                        maxLength=LONGEST_NAME,
                    ),
                    text_field(
                        Ids.HOOK_URL,
                        _("Adresse"),
                        type="url",
                        hint=_("Publique et en https : une adresse privée est refusée."),
                        autocomplete="off",
                    ),
                    choice_field(
                        Ids.HOOK_TOPICS,
                        _("Événements"),
                        topic_options(),
                        [topic.value for topic in CHOSEN],
                    ),
                ],
                className="admin-form",
            ),
            html.Div(
                button(_("Ajouter et essayer"), id=Ids.HOOK_ADD, icon="plus-lg", kind="primary"),
                className="form-actions",
            ),
            html.Div(id=Ids.HOOK_MADE),
        ],
        title=_("Ajouter un webhook"),
    )


def secret_shown(made: NewSecret) -> Component:
    """The secret of a webhook: this once."""
    return alert(
        _("Gardez le secret de {name}", name=made.name),
        [
            _("Il signe chaque envoi et ne sera plus jamais affiché :"),
            copied(made.secret, what=_("le secret de {name}", name=made.name)),
        ],
        "ok",
    )


def _reading_cards() -> list[Component]:
    return [
        card(
            [
                html.P(_("Chaque envoi est signé à la façon de Standard Webhooks (HMAC-SHA256) :")),
                html.Pre(html.Code(_VERIFY), className="code-block"),
                html.P(
                    _(
                        "Refusez ce qui a plus de cinq minutes. Le numéro (« webhook-id ») est le"
                        " même à chaque essai : ce que vous avez déjà vu ne compte qu’une fois."
                    )
                ),
            ],
            title=_("Vérifier une signature"),
        ),
        card(
            [
                html.P(_("Une liste d’au plus 500, dans les mots d’ADICT, sans nom ni mesure :")),
                html.Pre(html.Code(_SAMPLE), className="code-block"),
                html.P(
                    _(
                        "Un droit que son import annulé a retiré n’a plus d’état (null). Les"
                        " données sont « informatives », « publiees » ou « injections_publiees »."
                    )
                ),
                html.P(
                    _(
                        "Répondez par un code 2xx en moins de dix secondes. Sinon l’envoi est"
                        " repris pendant trois jours ; le code 410 arrête le webhook."
                    )
                ),
            ],
            title=_("Ce qu’un envoi dit"),
        ),
    ]


def hook_done(verb: str, name: str) -> str:
    """What a toast says once it is done."""
    return {
        "topics": _("{name} écoute ce que vous avez choisi", name=name),
        "ping": _("Un essai part vers {name}", name=name),
        "off": _("{name} est arrêté", name=name),
        "on": _("{name} est remis en marche", name=name),
        "rotate": _("{name} a un nouveau secret", name=name),
        "remove": _("{name} est supprimé", name=name),
    }[verb]
