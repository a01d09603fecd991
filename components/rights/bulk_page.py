"""Render a bulk operation on rights while it runs, and its receipt."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from dash import dcc
from dash.development.base_component import Component

from components.kit import alert, button, card, html, link, page, progress, table
from components.rights.ids import Ids
from components.rights.labels import count_text
from core.i18n import N_, _, clock, long_day, number, plural
from data.rights.types import ActLineState, ActReceipt, ActRow, ActState, BulkAct

POLL_MS = 1500
FILE = "/droits/operation/lignes"
_BLANK = re.compile(r"\{\w+\}")  # placeholders, whose values are in the file
TITLES: Mapping[BulkAct, str] = {
    BulkAct.CANCEL: N_("Annuler des déclarations"),
    BulkAct.REVOKE: N_("Révoquer des droits"),
    BulkAct.RENEW: N_("Renouveler des droits"),
    BulkAct.REMIND: N_("Relancer des titulaires"),
}
_DONE: Mapping[BulkAct, tuple[str, str]] = {
    BulkAct.CANCEL: (N_("{count} déclaration annulée"), N_("{count} déclarations annulées")),
    BulkAct.REVOKE: (N_("{count} droit révoqué"), N_("{count} droits révoqués")),
    BulkAct.RENEW: (N_("{count} droit renouvelé"), N_("{count} droits renouvelés")),
    BulkAct.REMIND: (N_("rappel pour {count} droit"), N_("rappel pour {count} droits")),
}


def act_page(receipt: ActReceipt, now: datetime) -> Component:
    """Return the page of an operation, which refreshes until it ends."""
    chosen = _(
        "{count} choisis le {at}", count=number(receipt.chosen), at=clock(receipt.created_at)
    )
    return page(
        _(TITLES[receipt.act]),
        chosen,
        crumbs=(
            (_("Droits d’accès"), "/droits"),
            (_("Opérations"), "/droits/operation"),
            (_("Opération {id}", id=receipt.id), None),
        ),
        children=[
            html.Div(act_body(receipt, now), id=Ids.ACT, className="stack"),
            dcc.Store(id=Ids.ACT_SHOWN, data=receipt.id),
            dcc.Interval(id=Ids.ACT_POLL, interval=POLL_MS, disabled=not receipt.busy),
        ],
    )


def acts_page(rows: Sequence[ActRow]) -> Component:
    """Return the latest operations of the organisation."""
    lines: list[list[Component | str]] = [
        [
            link(_("Opération {id}", id=row.id), f"/droits/operation?n={row.id}"),
            _(TITLES[row.act]),
            number(row.chosen),
            _state_text(row.state),
            row.who,
            clock(row.created_at),
        ]
        for row in rows
    ]
    head = [_("Opération"), _("Quoi"), _("Droits"), _("État"), _("Qui"), _("Quand")]
    body: Component = table(head, lines, caption=_("Opérations sur des droits"), numbers=[2])
    if not rows:
        body = html.P(
            _("Aucune opération : elles apparaissent ici quand vous agissez sur plusieurs droits.")
        )
    return page(
        _("Opérations sur des droits"),
        _("Suivre les opérations sur de nombreux droits, et voir ce qui a été ignoré."),
        crumbs=((_("Droits d’accès"), "/droits"), (_("Opérations"), None)),
        children=[card(body, flush=bool(rows))],
    )


def act_body(receipt: ActReceipt, now: datetime) -> list[Component]:
    """Return progress, exclusions, results by holder and history."""
    return [
        _head(receipt, now),
        *_left_out(receipt),
        *_by_holder(receipt),
        _story(receipt),
    ]


def can_stop(receipt: ActReceipt) -> bool:
    """Return whether work remains that can be stopped."""
    return receipt.state in {ActState.RECEIVED, ActState.WORKING}


def can_undo(receipt: ActReceipt, now: datetime) -> bool:
    """Return whether the operation can still be undone."""
    ended = receipt.state in {ActState.DONE, ActState.STOPPED}
    done = receipt.counts[ActLineState.DONE]
    return bool(ended and done and receipt.undo_until and now <= receipt.undo_until)


def _head(receipt: ActReceipt, now: datetime) -> Component:
    stop = button(_("Arrêter"), id=Ids.ACT_STOP, icon="stop-circle", disabled=not can_stop(receipt))
    undo = button(
        _("Tout rétablir"),
        id=Ids.ACT_UNDO,
        icon="arrow-counterclockwise",
        disabled=not can_undo(receipt, now),
    )
    acts = html.Div(
        [
            html.Div(stop, hidden=not can_stop(receipt)),
            html.Div(undo, hidden=not can_undo(receipt, now)),
        ],
        className="form-actions",
    )
    return card([*_standing(receipt, now), acts], title=_state_text(receipt.state))


def _state_text(state: ActState) -> str:
    titles = {
        ActState.RECEIVED: _("En attente"),
        ActState.WORKING: _("En cours"),
        ActState.DONE: _("Terminé"),
        ActState.STOPPED: _("Arrêté"),
        ActState.UNDOING: _("Rétablissement en cours"),
        ActState.UNDONE: _("Rétabli"),
    }
    return titles[state]


def _standing(receipt: ActReceipt, now: datetime) -> list[Component]:
    counts = receipt.counts
    done = counts[ActLineState.DONE]
    summary = done_text(receipt)
    if receipt.state is ActState.UNDOING:
        judged = counts[ActLineState.UNDONE] + counts[ActLineState.KEPT]
        words = _("{done} sur {total}", done=number(judged), total=number(judged + done))
        return [progress(judged, judged + done, _("Avancement"), words)]
    if receipt.busy:
        total = done + counts[ActLineState.TO_DO]
        words = _("{done} sur {total}", done=number(done), total=number(total))
        return [
            progress(done, total, _("Avancement"), words),
            html.P(summary),
            html.P(_("Vous pouvez fermer cette page. Arrêter garde ce qui est déjà fait.")),
        ]
    if receipt.state is ActState.UNDONE:
        restored = plural(
            "{count} droit rétabli", "{count} droits rétablis", counts[ActLineState.UNDONE]
        )
        kept_count = counts[ActLineState.KEPT]
        changed = plural("{count} a changé depuis", "{count} ont changé depuis", kept_count)
        return [alert(restored, changed if kept_count else None, "ok")]
    return [alert(summary, undo_text(receipt, now), "ok")]


def done_text(receipt: ActReceipt) -> str:
    """Return « 3 droits révoqués, 1 laissé »."""
    done = plural(*_DONE[receipt.act], receipt.counts[ActLineState.DONE])
    return f"{done}, {left_text(receipt.counts[ActLineState.LEFT])}"


def left_text(count: int) -> str:
    return plural("{count} ignoré", "{count} ignorés", count)


def undo_text(receipt: ActReceipt, now: datetime) -> str:
    """Return until when the operation can be undone."""
    if receipt.undo_until is None:
        return _("Cette opération ne peut pas être annulée.")
    until = clock(receipt.undo_until)
    if now > receipt.undo_until:
        return _("Tout pouvait être rétabli jusqu’au {until}.", until=until)
    if receipt.act is BulkAct.REVOKE:
        return _(
            "Tout peut être rétabli jusqu’au {until} ; les titulaires sont prévenus ensuite.",
            until=until,
        )
    return _("Tout peut être rétabli jusqu’au {until}.", until=until)


def _left_out(receipt: ActReceipt) -> list[Component]:
    left_count = receipt.counts[ActLineState.LEFT]
    if not left_count:
        return []
    rows = [[_BLANK.sub("…", _(reason)), number(count)] for reason, count in receipt.reasons]
    body = table([_("Pourquoi"), _("Droits")], rows, caption=_("Ignorés, inchangés"), numbers=[1])
    file = link(_("Fichier de ces droits"), f"{FILE}?n={receipt.id}&etat=left", download=True)
    return [
        card(
            body,
            title=_("Ignorés, inchangés"),
            hint=count_text(left_count),
            actions=file,
            flush=True,
        )
    ]


def _by_holder(receipt: ActReceipt) -> list[Component]:
    if not receipt.holders:
        return []
    rows = [
        [
            holder.name or "–",
            number(holder.done),
            number(holder.left_count) if holder.left_count else "–",
        ]
        for holder in receipt.holders
    ]
    head = [_("Titulaire"), _("Faits"), _("Ignorés")]
    hint = plural("{count} titulaire", "{count} titulaires", receipt.holder_count)
    file = link(_("Toutes les lignes"), f"{FILE}?n={receipt.id}", download=True)
    body = table(head, rows, caption=_("Par titulaire"), numbers=[1, 2])
    return [card(body, title=_("Par titulaire"), hint=hint, actions=file, flush=True)]


def _story(receipt: ActReceipt) -> Component:
    ended = _("Terminé") if receipt.undone_at else _state_text(receipt.state)
    steps = [
        (receipt.created_at, _("{who} lance l’opération", who=receipt.who)),
        (receipt.started_at, _("Début")),
        (receipt.finished_at, ended),
        (receipt.undone_at, _("Rétabli")),
    ]
    rows = [[clock(at), words] for at, words in steps if at is not None]
    if receipt.ends_on:
        rows.append([long_day(receipt.ends_on), _("Nouvelle fin demandée")])
    body = table([_("Quand"), _("Quoi")], rows, caption=_("Déroulé"))
    return card(body, title=_("Déroulé"), flush=True)
