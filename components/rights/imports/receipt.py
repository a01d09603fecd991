"""Render the last step: progress, then the receipt, at a permanent address."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.exports.labels import left_words
from components.kit import html
from components.rights.ids import Ids
from components.rights.imports.file import PURPOSES, state_chip
from components.rights.imports.lines import LinePage, lines_card
from components.rights.imports.steps import (
    REJECTS,
    Frame,
    ImportStep,
    file_note,
    import_page,
    line_downloads,
    lines_note,
)
from components.rights.upstream_effects import HERE, REFUSED
from core.i18n import N_, _, clock, number, plural
from data.exchange.mirror.types import Leaving
from data.rights.rules.expected_values import column_words
from data.rights.types import Depends, LineGroup, Receipt, UndoResult
from data.runs.types import RunRow, RunState

POLL_MS = 1000


def receipt_page(
    receipt: Receipt, page_view: LinePage, now: datetime, leaving: Leaving = HERE
) -> Component:
    return import_page(
        Frame(ImportStep.FOLLOW, receipt.run_id, _notes(receipt)),
        [
            html.Div(
                receipt_body(receipt, page_view, now, leaving), id=Ids.RECEIPT, className="stack"
            ),
            dcc.Store(id=Ids.UNDO),
            dcc.Interval(id=Ids.FOLLOW, interval=POLL_MS, disabled=not is_busy(receipt)),
        ],
        actions=(kit.button(_("Importer un autre fichier"), href="/droits/import", icon="upload"),),
    )


def _notes(receipt: Receipt) -> dict[ImportStep, str]:
    """Return the result of each step."""
    read = len(receipt.plan.columns)
    notes_by_step = {
        ImportStep.FILE: file_note(receipt.file_name, receipt.counts.lines),
        ImportStep.COLUMNS: plural("{count} colonne lue", "{count} colonnes lues", read),
        ImportStep.FOLLOW: _("reçu et adresse permanente"),
    }
    if receipt.state is not RunState.DONE:
        return notes_by_step
    counts = receipt.counts
    rejected_label = plural("{count} laissée de côté", "{count} laissées de côté", counts.rejected)
    notes_by_step[ImportStep.CHECK] = (
        f"{lines_note(counts.lines)}, {rejected_label}"
        if counts.rejected
        else (lines_note(counts.lines))
    )
    notes_by_step[ImportStep.CONFIRM] = plural(
        "{count} droit déclaré", "{count} droits déclarés", counts.accepted
    )
    return notes_by_step


def is_busy(receipt: Receipt) -> bool:
    return receipt.state in {RunState.RECEIVED, RunState.WORKING}


def receipt_body(
    receipt: Receipt, page_view: LinePage, now: datetime, leaving: Leaving = HERE
) -> list[Component]:
    return [
        *_progress(receipt, now),
        *_receipt_text(receipt),
        *_held_text(receipt, leaving),
        _figures(receipt),
        _facts(receipt),
        *_refused(receipt),
        *lines_card(receipt, page_view),
    ]


def _progress(receipt: Receipt, now: datetime) -> list[Component]:
    if not is_busy(receipt):
        return []
    done = receipt.counts.lines - receipt.counts.waiting
    label = _("Déclaration de {file}", file=receipt.file_name)
    total = number(receipt.counts.lines)
    note = plural("{count} ligne sur {all}", "{count} lignes sur {all}", done, all=total)
    remaining_s = _seconds_left(receipt, done, now)
    words = " · ".join([note, *([left_words(remaining_s)] if remaining_s else [])])
    return [kit.card(kit.progress(done, receipt.counts.lines, label, words))]


def _seconds_left(receipt: Receipt, done: int, now: datetime) -> int | None:
    """Return the estimated remaining time in seconds; None if unknown."""
    if receipt.started_at is None or not done or done >= receipt.counts.lines:
        return None
    spent = (now - receipt.started_at).total_seconds()
    return max(1, round(spent * (receipt.counts.lines - done) / done))


def _receipt_text(receipt: Receipt) -> list[Component]:
    if receipt.undone_at:
        undone_label = _("Annulé le {at} : aucun des droits de ce fichier n’existe plus.",
                 at=clock(receipt.undone_at))  # fmt: skip
        return [kit.alert(_("Import annulé"), undone_label, "info")]
    if receipt.problem:
        message, params = receipt.problem
        return [
            kit.alert(_("Le fichier n’a pas été lu, rien n’a changé"), _(message, **params), "bad")
        ]
    if receipt.state is RunState.DROPPED:
        return [kit.alert(_("Fichier abandonné"), _("Rien n’a été déclaré."), "info")]
    if (
        receipt.state is RunState.DONE
        and not receipt.counts.accepted
        and not receipt.counts.rejected
    ):
        return [
            kit.alert(_("Rien n’a changé"), _("Toutes ces lignes étaient déjà connues."), "info")
        ]
    return []


def _held_text(receipt: Receipt, leaving: Leaving) -> list[Component]:
    """Return a notice that nothing was sent or can be, while the import can be undone."""
    if leaving is not Leaving.HELD or not (receipt.undo.may and receipt.undo.relayed):
        return []
    return [kit.alert(_("Ces droits n’ont pas été envoyés"), _(REFUSED), "warn")]


def _figures(receipt: Receipt) -> Component:
    counts = receipt.counts
    return kit.kpi_strip(
        [
            kit.Kpi(
                _("Droits annulés") if receipt.undone_at else _("Droits déclarés"),
                number(counts.accepted),
            ),
            kit.Kpi(_("Déjà connus"), number(counts.known)),
            kit.Kpi(_("Lignes rejetées"), number(counts.rejected)),
            kit.Kpi(_("En attente"), number(counts.waiting)),
        ]
    )


def _facts(receipt: Receipt) -> Component:
    over = _("Déclaré") if receipt.undone_at else _("Terminé")
    facts: list[tuple[kit.Child, kit.Child]] = [
        (_("État"), state_chip(receipt)),
        (_("Ce que fait ce fichier"), _(PURPOSES[receipt.plan.purpose])),
        (_("Lignes"), number(receipt.counts.lines)),
        (_("Déposé"), _("le {when} par {who}", when=clock(receipt.created_at), who=receipt.who)),
        *([(over, clock(receipt.finished_at))] if receipt.finished_at else []),
        *([(_("Annulé"), clock(receipt.undone_at))] if receipt.undone_at else []),
    ]
    has_rights = receipt.counts.accepted and not receipt.undone_at
    see = kit.button(
        _("Voir les droits de cet import"), href=f"/droits?run={receipt.run_id}", icon="key"
    )
    return kit.card(
        [
            kit.definition_list(facts),
            *([html.Div(see, className="form-actions")] if has_rights else []),
            *_undo(receipt),
        ],
        title=_("Reçu n° {id}", id=receipt.run_id),
        hint=receipt.file_name,
    )


def undone_text(undone: UndoResult) -> str:
    """Return the number of rights removed, and of mails already sent."""
    rights_label = plural("{count} droit retiré", "{count} droits retirés", undone.rights)
    if not undone.withdrawn_count:
        return rights_label
    mails_label = plural(
        "{count} titulaire a déjà reçu un courriel.",
        "{count} titulaires ont déjà reçu un courriel.",
        undone.withdrawn_count,
    )
    return f"{rights_label}. {mails_label}"


def _undo(receipt: Receipt) -> list[Component]:
    """Return the undo of an import, possible until anyone was notified; confirmed in place."""
    if receipt.undo.why:
        return [html.P([_(_KEPT[receipt.undo.why]), " ", _(_ONE_BY_ONE)], className="card-text")]
    if not receipt.undo.may:
        return []
    count = receipt.counts.accepted
    rights_sentence = plural(
        "{count} droit disparaît, comme si le fichier n’avait jamais été déposé.",
        "{count} droits disparaissent, comme si le fichier n’avait jamais été déposé.",
        count,
    )
    until = _("Possible tant que rien n’en dépend.")
    if receipt.undo.relayed:
        until = _("Possible tant qu’aucun droit n’est parti au distributeur.")
    if receipt.undo.until:
        at = clock(receipt.undo.until)
        until = _("Possible jusqu’au départ des courriels aux titulaires, le {at}.", at=at)
    return [
        html.Details(
            [
                html.Summary(_("Annuler cet import…")),
                html.P(rights_sentence),
                kit.button(_("Annuler l’import"), kind="danger", **kit.data(rights="undo")),
            ],
            className="rights-undo",
        ),
        html.P(until, className="card-text"),
    ]


_KEPT: Mapping[Depends, str] = {
    Depends.LETTER: N_(
        "Cet import ne peut plus être annulé : des courriels ont été envoyés aux titulaires."
    ),
    Depends.ANSWER: N_("Cet import ne peut plus être annulé : un de ses droits a changé depuis."),
    Depends.RENEWAL: N_("Cet import ne peut plus être annulé : un de ses droits est renouvelé."),
    Depends.PROOF: N_(
        "Cet import ne peut plus être annulé : la preuve de certains droits est en contrôle."
    ),
    Depends.RELAYED: N_(
        "Cet import ne peut plus être annulé : des droits ont déjà été envoyés au distributeur."
    ),
}
_ONE_BY_ONE = N_("Chaque droit peut encore être annulé ou révoqué dans la liste.")


def _refused(receipt: Receipt) -> list[Component]:
    if not receipt.counts.rejected:
        return []
    links = line_downloads(receipt.counts.rejected, f"{REJECTS}?run={receipt.run_id}")
    return [
        kit.card(
            [
                html.P(
                    _("Le même format que votre fichier, avec une colonne « Motif » : corrigez-le,"
                      " puis déposez-le."),
                    className="card-text",
                ),
                html.Div(links, className="rights-downloads"),
            ],
            title=_("Lignes rejetées"),
        ),
        kit.card(
            _groups(receipt.groups),
            title=_("Pourquoi, par réparation"),
            flush=True,
            className="rights-imported",
        ),
    ]  # fmt: skip


def _groups(groups: Sequence[LineGroup]) -> Component:
    rows = [
        [
            number(group.count),
            column_words(group.lines[0]) or "–",
            _(group.sentence, **group.params),
            group.code,
            ", ".join(number(line.line) for line in group.lines[:8]),
        ]
        for group in groups
    ]
    head = [_("Nombre"), _("Colonne"), _("Motif"), _("Code"), _("Lignes")]
    return kit.table(head, rows, caption=_("Lignes rejetées, par motif"), numbers=[0])


def elsewhere_page(row: RunRow) -> Component:
    """Return a link to the receipt of a declaration file, which is with the rights."""
    return kit.page(
        row.file_name,
        _("Ce fichier déclare des droits : son reçu est avec eux."),
        crumbs=((_("Relevés"), "/operations"), (_("Reçu n° {id}", id=row.id), None)),
        children=kit.card(
            html.Div(
                kit.button(_("Voir le reçu"), href=f"/droits/import?run={row.id}", kind="primary"),
                className="form-actions",
            )
        ),
    )
