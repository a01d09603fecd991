"""Render `/admin?part=hooks`: the organisation's webhooks and their events."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from components.admin.hook_journal import journal_card
from components.admin.hook_list import hook_list, topic_options
from components.admin.ids import Ids
from components.kit import (
    button,
    card,
    choice_field,
    columns,
    data,
    html,
    lead,
    page,
    text_field,
)
from core.i18n import _, plural
from data.exchange.hooks.types import CHOSEN, LONGEST_NAME, HookRow, HookState, Journal

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
    """Return the webhooks page; the journal starts before the delivery `older`."""
    way = (_("Programmes"), "/admin?part=programs")
    return page(
        _("Webhooks"),
        _("Prévenir vos programmes des changements, sans qu’ils interrogent le portail."),
        crumbs=((_("Administration"), "/admin"), way, (_("Webhooks"), None)),
        actions=[button(_("Actualiser"), href="/admin?part=hooks", icon="arrow-clockwise")],
        lead=lead(hooks_lead(rows, journal), Ids.HOOKS_LEAD),
        children=[
            columns([hooks_card(rows)], [adding_card()]),
            html.Div(journal_card(journal, older=older), id=Ids.HOOK_JOURNAL, **data(refocus="")),
            dcc.Store(id=Ids.HOOK_KEPT, data={}),
            dcc.Store(id=Ids.HOOK_LOOKING),
            columns(*_reading_cards(), kind="1-1"),
        ],
    )


def hooks_lead(rows: Sequence[HookRow], journal: Journal) -> list[Component | str]:
    waits = [waiting(journal.waiting)] if journal.waiting else []
    return [
        html.B(event_labels(rows)),
        "".join(f", {clause}" for clause in (*waits, *failed(journal))),
        ".",
    ]


def event_labels(rows: Sequence[HookRow]) -> str:
    live = sum(row.state is HookState.ON for row in rows)
    return plural("{count} webhook en marche", "{count} webhooks en marche", live)


def waiting(count: int) -> str:
    return plural(
        "{count} envoi attend un nouvel essai", "{count} envois attendent un nouvel essai", count
    )


def failed(journal: Journal) -> list[str]:
    """Return the number of deliveries to send again, now or once their webhook is on."""
    now, later = journal.failed, journal.stopped
    clauses = [plural("{count} envoi à renvoyer", "{count} envois à renvoyer", now)] if now else []
    if later:
        clauses.append(
            plural(
                "{count} envoi à renvoyer une fois son webhook remis en marche",
                "{count} envois à renvoyer une fois leur webhook remis en marche",
                later,
            )
        )
    return clauses or [_("rien à renvoyer")]


def hooks_card(rows: Sequence[HookRow]) -> Component:
    return card(
        html.Div(hook_list(rows), id=Ids.HOOKS, **data(refocus="")),
        title=_("Webhooks de l’organisation"),
        flush=True,
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
        ],
        title=_("Ajouter un webhook"),
    )


def _reading_cards() -> list[Component]:
    return [
        card(
            [
                html.P(_("Chaque envoi est signé selon Standard Webhooks (HMAC-SHA256) :")),
                html.Pre(html.Code(_VERIFY), className="code-block"),
                html.P(
                    _(
                        "Refusez ce qui a plus de cinq minutes. Le numéro (« webhook-id ») est le"
                        " même à chaque essai : ignorez celui que vous avez déjà reçu."
                    )
                ),
            ],
            title=_("Vérifier une signature"),
        ),
        card(
            [
                html.P(
                    _(
                        "Une liste de 500 éléments au plus, avec les termes d’ADICT, sans nom ni"
                        " relevé :"
                    )
                ),
                html.Pre(html.Code(_SAMPLE), className="code-block"),
                html.P(
                    _(
                        "Un droit supprimé parce que son import a été annulé n’a plus d’état"
                        " (null). Les types de données sont « informatives », « publiees » ou"
                        " « injections_publiees »."
                    )
                ),
                html.P(
                    _(
                        "Répondez par un code 2xx en moins de dix secondes. Sinon l’envoi est"
                        " retenté pendant trois jours ; le code 410 arrête le webhook."
                    )
                ),
            ],
            title=_("Contenu d’un envoi"),
        ),
    ]


def hook_done(verb: str, name: str) -> str:
    """Return the toast text after an action."""
    return {
        "topics": _("{name} reçoit maintenant les événements choisis", name=name),
        "ping": _("Un essai part vers {name}", name=name),
        "off": _("{name} est arrêté", name=name),
        "on": _("{name} est remis en marche", name=name),
        "rotate": _("{name} a un nouveau secret", name=name),
        "remove": _("{name} est supprimé", name=name),
    }[verb]
