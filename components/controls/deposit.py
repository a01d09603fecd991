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
from data.pces.rules import folded
from data.rights.types import ProofState

ACCEPT = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
STAGE = "/api/controles/preuves"


@dataclass(frozen=True, slots=True)
class Staging:
    """A deposit that is ready, what its text lacks, and the controls it may prove."""

    deposit: DepositRow
    covered: Sequence[ControlRow]
    answer: DepositGaps = NO_ANSWER
    others: Sequence[ControlRow] = ()  # whose PCE the text names too

    @property
    def added(self) -> Sequence[ControlRow]:
        """Those named besides that it does not cover yet."""
        covered_uids = {row.uid for row in self.covered}
        return [row for row in self.others if row.uid not in covered_uids]

    @property
    def proved(self) -> Sequence[ControlRow]:
        """Return the controls ticked beforehand: those of the same holder as the covered ones."""
        holders = {folded(row.holder) for row in self.covered}
        same_holder_rows = [row for row in self.added if folded(row.holder) in holders]
        return [*self.covered, *same_holder_rows]


def deposit_field(uids: Sequence[str]) -> Component:
    """Files of a proof for controls: kept ready by the server, shown to nobody yet."""
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
    """What is ready: that it is not sent, its pieces, what they lack, what else they prove."""
    return [
        _not_sent(detail.row, delays),
        *lacks(detail.row, staging),
        html.Div(
            [_preview(piece) for piece in staging.deposit.pieces], className="controls-previews"
        ),
        *covers(staging),
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


def lacks(row: ControlRow, staging: Staging) -> list[Component]:
    """What was looked for in the text and not found: warnings, for a person judges.

    Not known when the page was left since: assets/controls.js has it read again.
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
    """The piece as the distributor will see it: its first page."""
    address = piece_address(piece.uid)
    pdf = piece.kind is PieceKind.PDF
    words = _("Première page de {name}", name=piece.name) if pdf else piece.name
    image = html.Img(src=f"{address}/pages/1.png" if pdf else address, alt=words)
    sheet = html.Span(image, className="controls-sheet sheet-awaited")  # until it is drawn
    preview_link = link(sheet, address, download=True, target="_blank", rel="noopener")
    return html.Figure(
        [preview_link, html.Figcaption(piece_link(piece))], className="controls-preview"
    )


def covers(staging: Staging) -> list[Component]:
    """One mandate for many PCE: those it proves, ticked."""
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
    """A control, and beside those that the text names besides, their holder and what it lacks."""
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
    """One proof for the lines that were ticked."""
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
