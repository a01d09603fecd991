"""Render the deposit of a proof: selection, preview, warnings and sending."""

from collections.abc import Sequence
from dataclasses import dataclass

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components.controls.answer import NO_ANSWER, DepositGaps
from components.controls.ids import Ids
from components.controls.labels import deadline_chips, final_text, number_beside, site_of
from components.controls.thread import piece_address, piece_link
from components.kit import Child, UploadTexts, alert, button, data, file_field, html, link
from core.i18n import _, long_day, plural, size_limit
from data.controls.rules.pieces import MOST_OCTETS, MOST_PIECES
from data.controls.types import (
    ControlDetail,
    ControlRow,
    DepositRow,
    PieceKind,
    PieceRow,
    ProofDelays,
    Urgency,
)
from data.metering.pces.rules import folded
from data.rights.types import ProofState

ACCEPT = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
STAGE = "/api/controles/preuves"


@dataclass(frozen=True, slots=True)
class Staging:
    """A staged deposit, its missing facts, and the controls that it may prove."""

    deposit: DepositRow
    covered: Sequence[ControlRow]
    answer: DepositGaps = NO_ANSWER
    others: Sequence[ControlRow] = ()  # whose PCE is in the text too

    @property
    def added(self) -> Sequence[ControlRow]:
        """Return the other named controls that the deposit does not cover yet."""
        covered_uids = {row.uid for row in self.covered}
        return [row for row in self.others if row.uid not in covered_uids]

    @property
    def proved(self) -> Sequence[ControlRow]:
        """Return the controls ticked beforehand: those of the same holder as the covered ones."""
        holders = {folded(row.holder) for row in self.covered}
        same_holder_rows = [row for row in self.added if folded(row.holder) in holders]
        return [*self.covered, *same_holder_rows]


def deposit_field(uids: Sequence[str]) -> Component:
    """Return the upload of a proof for controls: staged by the server until it is sent."""
    return file_field(
        f"controls-files-{uids[0]}" if len(uids) == 1 else "controls-files-many",
        _("Preuve signée par le titulaire"),
        ACCEPT,
        action=STAGE,
        send=_("Importer la preuve"),
        answer=Ids.STAGED,
        photo=True,
        hint=_(
            "1 à 3 fichiers PDF, JPEG ou PNG, {most} chacun. Vous verrez la pièce et ce qui y"
            " manque avant l’envoi.",
            most=size_limit(MOST_OCTETS),
        ),
        way=UploadTexts(
            "preuves", use="stage", asks=False, body={"controle": list(uids)}, most=MOST
        ),
    )


MOST = (MOST_PIECES, MOST_OCTETS)


def staged_part(detail: ControlDetail, staging: Staging, delays: ProofDelays) -> list[Component]:
    """Return the staged deposit: status, pieces, missing facts and other controls."""
    return [
        _not_sent(detail.row, delays),
        *missing_fact_alerts(detail.row, staging),
        html.Div(
            [_preview(piece) for piece in staging.deposit.pieces], className="controls-previews"
        ),
        *covered_controls(staging),
        html.Div(
            [
                button(
                    _("Envoyer au distributeur"),
                    icon="send",
                    kind="primary",
                    **data(controls="act", act="send", deposit=staging.deposit.uid),
                ),
                button(
                    _("Retirer et choisir d’autres fichiers"),
                    icon="x-lg",
                    **data(controls="act", act="unstage", deposit=staging.deposit.uid),
                ),
            ],
            className="controls-acts",
        ),
    ]


def _not_sent(row: ControlRow, delays: ProofDelays) -> Component:
    title, day = _("Importée, pas encore envoyée"), long_day(row.due_on)
    if row.state is ProofState.UNDER_CHECK:
        words = _(
            "Le distributeur garde la preuve déjà envoyée tant que celle-ci n’est pas envoyée."
        )
        return alert(title, words, "warn")
    if row.urgency is not Urgency.LATE:
        words = _(
            "Le distributeur ne voit rien avant votre envoi (jusqu’au {day} inclus).", day=day
        )
        return alert(title, words, "warn")
    words = _("L’échéance du {day} est dépassée, et le distributeur ne voit encore rien.", day=day)
    return alert(title, f"{words} {final_text(row, delays)}", "bad")


def missing_fact_alerts(row: ControlRow, staging: Staging) -> list[Component]:
    """Return the facts not found in the text, as warnings: a person decides.

    They are unknown after the page was left: assets/controls.js requests them again.
    """
    answer = staging.answer
    if not answer.known_fields:
        reread_attributes = data(reread=f"{STAGE}/{staging.deposit.uid}", control=row.uid)
        return [
            html.P(
                _("Relecture de la pièce…"), role="status", className="soft", **reread_attributes
            )
        ]
    mine = [html.Li(sentence) for sentence in answer.missing.get(row.uid, ())]
    rest = [
        html.Li([html.B(site_of(control)), "\u00a0: ", sentence])
        for control in staging.proved
        if control.uid != row.uid
        for sentence in answer.missing.get(control.uid, ())
    ]
    lines = [*mine, *rest]
    if not lines:
        note = _("Le PCE, la date, les noms et les données sont écrits dans la pièce.")
        return [alert(_("Rien ne semble manquer"), note, "ok")]
    title = _("À vérifier avant d’envoyer")
    after = html.P(_("Vous pouvez l’envoyer quand même : une personne lira la pièce."))
    return [alert(title, [html.Ul(lines, className="rights-lines"), after], "warn")]


def _preview(piece: PieceRow) -> Component:
    """Return the first page of a piece, as the distributor will see it."""
    address = piece_address(piece.uid)
    pdf = piece.kind is PieceKind.PDF
    words = _("Première page de {name}", name=piece.name) if pdf else piece.name
    image = html.Img(src=f"{address}/pages/1.png" if pdf else address, alt=words)
    sheet = html.Span(image, className="controls-sheet sheet-awaited")  # until it is rendered
    preview_link = link(sheet, address, download=True, target="_blank", rel="noopener")
    return html.Figure(
        [preview_link, html.Figcaption(piece_link(piece))], className="controls-preview"
    )


def covered_controls(staging: Staging) -> list[Component]:
    """Return the controls that one mandate proves, preselected."""
    others = staging.added
    rows = [*staging.covered, *others]
    missing = {row.uid: staging.answer.missing.get(row.uid, ()) for row in others}
    options = [{"value": row.uid, "label": _covered(row, missing.get(row.uid))} for row in rows]
    ticked = [row.uid for row in staging.proved]
    boxes = dbc.Checklist(id=Ids.COVERS, options=options, value=ticked)
    if len(rows) == 1:
        return [html.Div(boxes, hidden=True)]
    legend = plural(
        "Cette pièce peut servir de preuve pour {count} contrôle",
        "Cette pièce peut servir de preuve pour {count} contrôles",
        len(rows),
    )
    note = []
    if others:
        words = _(
            "Leur PCE est écrit dans la pièce\u00a0: cochez ceux qu’elle prouve. Ceux d’un autre"
            " titulaire ne sont pas cochés d’avance."
        )
        note = [html.P(words, className="field-hint")]
    return [html.Fieldset([html.Legend(legend), *note, boxes], className="controls-covered")]


def _covered(row: ControlRow, missing: Sequence[str] | None) -> Component:
    """Return a control; for one added by the text, its holder and missing facts too."""
    line: list[Child] = [
        site_of(row),
        *number_beside(row, "tabular soft"),
        *deadline_chips(row),
    ]
    under: list[Child] = []
    if missing is not None:
        notes = [_("Titulaire : {holder}", holder=row.holder or "–"), *missing]
        under = [html.Span(note, className="controls-covered-lack") for note in notes]
    return html.Span(
        [html.Span(line, className="controls-covered-line"), *under],
        className="controls-covered-one",
    )


def many_part(rows: Sequence[ControlRow]) -> list[Component]:
    """Return the upload of one proof for the selected rows."""
    lines = [html.Li([site_of(row), " ", *number_beside(row)]) for row in rows]
    title = plural(
        "La preuve sera importée pour {count} contrôle",
        "La preuve sera importée pour {count} contrôles",
        len(rows),
    )
    return [
        alert(title, _("Rien n’est envoyé avant que vous l’ayez relue."), "info"),
        html.Ul(lines, className="rights-lines controls-many"),
        deposit_field([row.uid for row in rows]),
    ]
