"""`/admin?part=work`: failed jobs, to retry or drop."""

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from components import kit
from components.admin.ids import Ids, failed_work_button
from components.admin.organisations import parts
from components.kit import html
from core.i18n import N_, _, clock, plural
from data.identity.operations.types import FailedWork

KINDS: Mapping[str, str] = {
    "act_on_rights": N_("Opération sur des droits"),
    "evaluate_thresholds": N_("Évaluation des seuils"),
    "make_archive": N_("Archive de données personnelles"),
    "make_export": N_("Export"),
    "read_deposit": N_("Lecture d’un fichier déposé"),
    "run_mirror_round": N_("Synchronisation avec le distributeur"),
    "send_notifications": N_("Courriels"),
    "send_right_letters": N_("Lettres aux titulaires"),
    "send_to_channel": N_("Messages d’un canal personnel"),
    "send_webhooks": N_("Envois d’un webhook"),
    "send_upstream": N_("Envois au distributeur"),
    "store_deposit": N_("Dépôt d’un fichier"),
}


def failed_work_page(rows: Sequence[FailedWork]) -> Component:
    return kit.page(
        _("Travaux en échec"),
        _("Ce qui a été tenté plusieurs fois en vain : à réessayer une fois la cause levée."),
        children=[
            parts("work"),
            html.Div(failed_work_card(rows), id=Ids.FAILED_WORK),
        ],
    )


def failed_work_card(rows: Sequence[FailedWork]) -> Component:
    if not rows:
        return kit.card(kit.empty("check-circle", _("Aucun travail en échec"), ""))
    head = [_("Travail"), _("Organisation"), _("Erreur"), _("Essais"), _("Échec le"), _("Action")]
    lines = [_line(row) for row in rows]
    return kit.card(
        kit.table(head, lines, caption=_("Travaux en échec"), cards=True),
        title=_("Travaux en échec"),
        hint=_("les plus récents d’abord"),
        flush=True,
    )


def _line(row: FailedWork) -> list[kit.Children]:
    retry = kit.button(
        _("Réessayer"), id=failed_work_button("retry", row.id), icon="arrow-repeat", small=True
    )
    drop = kit.asks_first(
        _("Abandonner…"),
        _("Rien ne sera plus tenté, et ce travail quitte cette liste."),
        kit.button(
            _("Abandonner ce travail"),
            id=failed_work_button("drop", row.id),
            icon="trash",
            kind="danger",
            small=True,
        ),
    )
    return [
        _(KINDS[row.kind]) if row.kind in KINDS else row.kind,
        row.organisation or kit.NONE,
        html.Code(row.error, className="wrapped") if row.error else kit.NONE,
        plural("{count} essai", "{count} essais", row.attempts),
        clock(row.failed_at),
        html.Div([retry, drop], className="table-actions"),
    ]
