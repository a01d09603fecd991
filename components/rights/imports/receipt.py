"""The last step: how far the job is, then the receipt, for ever at the same address."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dash import dcc
from dash.development.base_component import Component

from components.exports.words import left_words
from components.kit import (
    Child,
    Kpi,
    alert,
    button,
    card,
    data,
    definition_list,
    html,
    kpi_strip,
    page,
    progress,
    table,
)
from components.rights.ids import Ids
from components.rights.imports.file import PURPOSES, state_chip
from components.rights.imports.lines import Shown, lines_card
from components.rights.imports.steps import (
    REJECTS,
    Frame,
    Step,
    download_button,
    file_note,
    import_page,
    lines_note,
)
from components.rights.leaving import HERE, REFUSED
from data.mirror.types import Leaving
from data.rights.rules.expecting import column_words
from data.rights.types import Depends, Group, Receipt, Undone
from data.runs.types import RunRow, RunState
from i18n import N_, _, clock, number, plural

POLL_MS = 1000


def receipt_page(found: Receipt, shown: Shown, now: datetime, leaving: Leaving = HERE) -> Component:
    return import_page(
        Frame(Step.FOLLOW, found.run_id, _notes(found)),
        [
            html.Div(receipt_body(found, shown, now, leaving), id=Ids.RECEIPT, className="stack"),
            dcc.Store(id=Ids.UNDO),
            dcc.Interval(id=Ids.FOLLOW, interval=POLL_MS, disabled=not is_busy(found)),
        ],
        actions=(button(_("Importer un autre fichier"), href="/droits/import", icon="upload"),),
    )


def _notes(found: Receipt) -> dict[Step, str]:
    """What each step made of the file."""
    read = len(found.plan.columns)
    told = {
        Step.FILE: file_note(found.file_name, found.counts.lines),
        Step.COLUMNS: plural("{count} colonne lue", "{count} colonnes lues", read),
        Step.FOLLOW: _("reçu et adresse permanente"),
    }
    if found.state is not RunState.DONE:
        return told
    counts = found.counts
    left = plural("{count} laissée de côté", "{count} laissées de côté", counts.rejected)
    told[Step.CHECK] = f"{lines_note(counts.lines)}, {left}" if counts.rejected else (
        lines_note(counts.lines))  # fmt: skip
    told[Step.CONFIRM] = plural("{count} droit déclaré", "{count} droits déclarés", counts.accepted)
    return told


def is_busy(found: Receipt) -> bool:
    return found.state in {RunState.RECEIVED, RunState.WORKING}


def receipt_body(
    found: Receipt, shown: Shown, now: datetime, leaving: Leaving = HERE
) -> list[Component]:
    return [
        *_progress(found, now),
        *_told(found),
        *_held(found, leaving),
        _figures(found),
        _facts(found),
        *_refused(found),
        *lines_card(found, shown),
    ]


def _progress(found: Receipt, now: datetime) -> list[Component]:
    if not is_busy(found):
        return []
    done = found.counts.lines - found.counts.waiting
    label = _("Déclaration de {file}", file=found.file_name)
    total = number(found.counts.lines)
    note = plural("{count} ligne sur {all}", "{count} lignes sur {all}", done, all=total)
    left = _seconds_left(found, done, now)
    words = " · ".join([note, *([left_words(left)] if left else [])])
    return [card(progress(done, found.counts.lines, label, words))]


def _seconds_left(found: Receipt, done: int, now: datetime) -> int | None:
    """How long the rest will take at the pace of what is done; None while that is not known."""
    if found.started_at is None or not done or done >= found.counts.lines:
        return None
    spent = (now - found.started_at).total_seconds()
    return max(1, round(spent * (found.counts.lines - done) / done))


def _told(found: Receipt) -> list[Component]:
    if found.undone_at:
        said = _("Annulé le {at} : aucun des droits de ce fichier n’existe plus.",
                 at=clock(found.undone_at))  # fmt: skip
        return [alert(_("Import annulé"), said, "info")]
    if found.problem:
        message, params = found.problem
        return [alert(_("Le fichier n’a pas été lu, rien n’a changé"), _(message, **params), "bad")]
    if found.state is RunState.DROPPED:
        return [alert(_("Fichier abandonné"), _("Rien n’a été déclaré."), "info")]
    if found.state is RunState.DONE and not found.counts.accepted and not found.counts.rejected:
        return [alert(_("Rien n’a changé"), _("Toutes ces lignes étaient déjà connues."), "info")]
    return []


def _held(found: Receipt, leaving: Leaving) -> list[Component]:
    """Nothing of it left, and nothing can: said while it may still be taken back whole."""
    if leaving is not Leaving.HELD or not (found.undo.may and found.undo.relayed):
        return []
    return [alert(_("Ces droits n’ont pas été envoyés"), _(REFUSED), "warn")]


def _figures(found: Receipt) -> Component:
    counts = found.counts
    return kpi_strip(
        [
            Kpi(
                _("Droits annulés") if found.undone_at else _("Droits déclarés"),
                number(counts.accepted),
            ),
            Kpi(_("Déjà connus"), number(counts.known)),
            Kpi(_("Lignes rejetées"), number(counts.rejected)),
            Kpi(_("En attente"), number(counts.waiting)),
        ]
    )


def _facts(found: Receipt) -> Component:
    over = _("Déclaré") if found.undone_at else _("Terminé")
    facts: list[tuple[Child, Child]] = [
        (_("État"), state_chip(found)),
        (_("Ce que fait ce fichier"), _(PURPOSES[found.plan.purpose])),
        (_("Lignes"), number(found.counts.lines)),
        (_("Déposé"), _("le {when} par {who}", when=clock(found.created_at), who=found.who)),
        *([(over, clock(found.finished_at))] if found.finished_at else []),
        *([(_("Annulé"), clock(found.undone_at))] if found.undone_at else []),
    ]
    made = found.counts.accepted and not found.undone_at
    see = button(_("Voir les droits de cet import"), href=f"/droits?run={found.run_id}", icon="key")
    return card(
        [
            definition_list(facts),
            *([html.Div(see, className="form-actions")] if made else []),
            *_undo(found),
        ],
        title=_("Reçu n° {id}", id=found.run_id),
        hint=found.file_name,
    )


def undone_text(undone: Undone) -> str:
    """How many rights, and which mails could not be taken back."""
    said = plural("{count} droit retiré", "{count} droits retirés", undone.rights)
    if not undone.told:
        return said
    told = plural(
        "{count} titulaire a déjà reçu un courriel.",
        "{count} titulaires ont déjà reçu un courriel.",
        undone.told,
    )
    return f"{said}. {told}"


def _undo(found: Receipt) -> list[Component]:
    """As if it had never been: offered as long as nobody was told, behind one more press."""
    if found.undo.why:
        return [html.P([_(_KEPT[found.undo.why]), " ", _(_ONE_BY_ONE)], className="card-text")]
    if not found.undo.may:
        return []
    count = found.counts.accepted
    said = plural(
        "{count} droit disparaît, comme si le fichier n’avait jamais été déposé.",
        "{count} droits disparaissent, comme si le fichier n’avait jamais été déposé.",
        count,
    )
    until = _("Possible tant que rien n’en dépend.")
    if found.undo.relayed:
        until = _("Possible tant qu’aucun droit n’est parti au distributeur.")
    if found.undo.until:
        at = clock(found.undo.until)
        until = _("Possible jusqu’au départ des courriels aux titulaires, le {at}.", at=at)
    return [
        html.Details(
            [
                html.Summary(_("Annuler cet import…")),
                html.P(said),
                button(_("Annuler l’import"), kind="danger", **data(rights="undo")),
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


def _refused(found: Receipt) -> list[Component]:
    if not found.counts.rejected:
        return []
    count = found.counts.rejected
    lines = plural("{count} ligne", "{count} lignes", count)
    links = [
        download_button(
            f"{ending.upper()} · {lines}", f"{REJECTS}?run={found.run_id}&format={ending}"
        )
        for ending in ("xlsx", "csv")
    ]
    return [
        card(
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
        card(
            _groups(found.groups),
            title=_("Pourquoi, par réparation"),
            flush=True,
            className="rights-imported",
        ),
    ]  # fmt: skip


def _groups(groups: Sequence[Group]) -> Component:
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
    return table(head, rows, caption=_("Lignes rejetées, par motif"), numbers=[0])


def elsewhere_page(row: RunRow) -> Component:
    """A file of declarations has its receipt with the rights."""
    return page(
        row.file_name,
        _("Ce fichier déclare des droits : son reçu est avec eux."),
        crumbs=((_("Opérations"), "/operations"), (_("Reçu n° {id}", id=row.id), None)),
        children=card(
            html.Div(
                button(_("Voir le reçu"), href=f"/droits/import?run={row.id}", kind="primary"),
                className="form-actions",
            )
        ),
    )
