"""The last step: how far the job is, then the receipt, for ever at the same address."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

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
    import_page,
)
from data.rights.rules.expecting import column_words
from data.rights.types import Group, Receipt, Undone
from data.runs.types import RunRow, RunState
from i18n import _, clock, number, plural

POLL_MS = 1000


def receipt_page(found: Receipt, shown: Shown) -> Component:
    notes = {Step.FILE: found.file_name, Step.FOLLOW: _("adresse permanente")}
    return import_page(
        Frame(Step.FOLLOW, found.run_id, notes),
        [
            html.Div(receipt_body(found, shown), id=Ids.RECEIPT, className="stack"),
            dcc.Store(id=Ids.UNDO),
            dcc.Interval(id=Ids.FOLLOW, interval=POLL_MS, disabled=not is_busy(found)),
        ],
        actions=(button(_("Importer un autre fichier"), href="/droits/import", icon="upload"),),
    )


def is_busy(found: Receipt) -> bool:
    return found.state in {RunState.RECEIVED, RunState.WORKING}


def receipt_body(found: Receipt, shown: Shown) -> list[Component]:
    return [
        *_progress(found),
        *_told(found),
        _figures(found),
        _facts(found),
        *_refused(found),
        *lines_card(found, shown),
    ]


def _progress(found: Receipt) -> list[Component]:
    if not is_busy(found):
        return []
    done = found.counts.lines - found.counts.waiting
    label = _("Déclaration de {file}", file=found.file_name)
    note = _("{done} lignes sur {all}", done=number(done), all=number(found.counts.lines))
    return [card(progress(done, found.counts.lines, label, note))]


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
            html.Div([*([see] if made else []), *_undo(found)], className="form-actions"),
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
    if not found.undoable:
        return []
    count = found.counts.accepted
    said = plural(
        "{count} droit disparaît, comme si le fichier n’avait jamais été déposé.",
        "{count} droits disparaissent, comme si le fichier n’avait jamais été déposé.",
        count,
    )
    return [
        html.Details(
            [
                html.Summary(_("Annuler cet import…")),
                html.P(said),
                button(_("Annuler l’import"), kind="danger", **data(rights="undo")),
            ],
            className="rights-undo",
        )
    ]


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
        card(_groups(found.groups), title=_("Pourquoi, par réparation"), flush=True),
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
