"""Render the confirmation of a bulk operation on rights, and the link to its progress."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from dash.development.base_component import Component

from components.kit import alert, button, data, drawer_body, drawer_head, html, link, toast
from components.rights.bulk_page import done_text, undo_text
from components.rights.dialogs import NOT_ACCEPTED, left_reasons, lines_list, lost_text, question
from components.rights.labels import count_text
from components.rights.upstream_effects import ASKED, HERE, REVOKED_THERE, TAKEN_BACK
from core.i18n import N_, _, plural
from data.exchange.mirror.types import Leaving
from data.rights.types import ActLineState, ActReceipt, ActSplit, BulkAct, Loss


def ask_many(
    act: str, split: ActSplit, about: str, effects: Sequence[str], field: Sequence[Component] = ()
) -> list[Component]:
    """Return the confirmation of a bulk operation: number of rights, and exclusions."""
    title, label, kind = _MANY[BulkAct(act.removesuffix("-all"))]
    count = len(split.fit)
    how = [
        *effects,
        _(
            "Fait par le portail, même page fermée ; le reçu indique ce qui est fait et ce qui"
            " est ignoré."
        ),
    ]
    return question(
        _(title),
        about,
        [
            *([alert(_("Ce qui se passe"), lines_list(how), "info")] if count else []),
            *left_reasons(split.reasons),
            *(field if count else []),
        ],
        button(
            plural(*label, count),
            kind=kind,
            disabled=not count,
            **data(rights="confirm", act=act, uids="", mark=split.mark),
        ),
    )


_UNDONE = N_("Tout peut être rétabli pendant 30 minutes.")
_MANY: Mapping[BulkAct, tuple[str, tuple[str, str], Literal["danger", "primary"]]] = {
    BulkAct.CANCEL: (
        N_("Annuler la déclaration"),
        (N_("Annuler {count} déclaration"), N_("Annuler {count} déclarations")),
        "danger",
    ),
    BulkAct.REVOKE: (
        N_("Révoquer"),
        (N_("Révoquer {count} droit"), N_("Révoquer {count} droits")),
        "danger",
    ),
    BulkAct.RENEW: (
        N_("Renouveler"),
        (N_("Renouveler {count} droit"), N_("Renouveler {count} droits")),
        "primary",
    ),
    BulkAct.REMIND: (
        N_("Relancer les titulaires"),
        (N_("Relancer pour {count} droit"), N_("Relancer pour {count} droits")),
        "primary",
    ),
}


def bulk_effects(
    act: BulkAct,
    split: ActSplit,
    loss: Loss | None = None,
    *,
    staff: bool = False,
    leaving: Leaving = HERE,
) -> list[str]:
    """Return the effects of a bulk operation."""
    effects = {
        BulkAct.CANCEL: [
            *([_(NOT_ACCEPTED)] if split.relayed < len(split.fit) else []),
            *([_(TAKEN_BACK[leaving])] if split.relayed else []),
        ],
        BulkAct.RENEW: [
            _(ASKED[leaving]),
            _("Le droit actuel reste ouvert jusqu’à sa fin, avec les mêmes périmètres."),
        ],
        BulkAct.REMIND: [
            _("Chaque titulaire reçoit un rappel dans le quart d’heure, un pour tous ses PCE.")
        ],
        BulkAct.REVOKE: [lost_text(loss)] if loss else [],
    }[act]
    if act is BulkAct.REVOKE and leaving in REVOKED_THERE:
        effects.append(_(REVOKED_THERE[leaving]))
    return [*effects, *([_(_UNDONE)] if act.undoable and not staff else [])]


def started_parts(receipt: ActReceipt, now: datetime) -> list[Component]:
    """Return the link to a started operation, or the result of a finished one."""
    path = f"/droits/operation?n={receipt.id}"
    if receipt.busy:
        outcome_alert = alert(_started_text(receipt), link(_("Suivre l’opération"), path), "ok")
    else:
        undo = undo_text(receipt, now)
        outcome_alert = alert(
            _started_text(receipt), [undo, " ", link(_("Voir le reçu"), path)], "ok"
        )
    return [
        drawer_head(_("Opération"), [html.Span(count_text(receipt.chosen))]),
        drawer_body([outcome_alert]),
    ]


def started_toast(receipt: ActReceipt) -> Component:
    title = _("Opération lancée") if receipt.busy else _("Opération terminée")
    return toast(title, _started_text(receipt), tone="ok")


def _started_text(receipt: ActReceipt) -> str:
    if not receipt.busy:
        return done_text(receipt)
    return plural(
        "Opération lancée sur {count} droit",
        "Opération lancée sur {count} droits",
        receipt.counts[ActLineState.TO_DO],
    )
