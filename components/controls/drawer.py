"""Render the drawer of a control: expected proof, deposit, history and thread."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.controls.deposit import ACCEPT, MOST, Staging, deposit_field, many_part, staged_part
from components.controls.history import history
from components.controls.ids import Ids
from components.controls.labels import (
    deadline_chips,
    final_text,
    motive_lines,
    number_beside,
    site_of,
    state_chip,
)
from components.controls.thread import thread
from components.kit import html
from components.rights.labels import kinds_text, span_text
from core.access import Permission, Viewer
from core.i18n import _, long_day, short_day
from data.controls.rules.labels import ELSEWHERE
from data.controls.rules.states import MOST_WORDS, OPEN
from data.controls.types import (
    ControlDetail,
    ControlRow,
    ControlVerdict,
    DecisionRow,
    MessageRow,
    ProofDelays,
)
from data.rights.types import ProofState, RightState


@dataclass(frozen=True, slots=True)
class OpenedControl:
    """Content of the drawer of a control."""

    detail: ControlDetail
    messages: Sequence[MessageRow] = field(default=())
    staging: Staging | None = None
    delays: ProofDelays = field(default_factory=ProofDelays)


DRAWER = kit.Drawer(Ids.DRAWER, Ids.OPENED, Ids.GRID, "controle")


def control_drawer(viewer: Viewer, opened: OpenedControl) -> list[Component]:
    row = opened.detail.row
    under = [
        *number_beside(row),
        state_chip(row),
        *deadline_chips(row),
        *([kit.chip(_("Pas encore envoyée"), icon="send", tone="warn")] if row.staged else []),
    ]
    body = [
        *_deposit(opened),
        kit.drawer_part(
            _("Ce que la preuve doit dire"), kit.definition_list(expected_facts(opened.detail))
        ),
        kit.drawer_part(_("Envois et décisions"), history(opened.detail)),
        _talk(viewer, opened.detail, opened.messages),
    ]
    neighbours = _("Contrôle précédent"), _("Contrôle suivant")
    return [kit.drawer_head(site_of(row), under, neighbours), kit.drawer_body(body), _foot(row)]


def many_drawer(rows: Sequence[ControlRow]) -> list[Component]:
    """Return the drawer of one proof for the selected rows."""
    return [
        kit.drawer_head(_("Une preuve pour plusieurs PCE"), []),
        kit.drawer_body(many_part(rows)),
    ]


def _deposit(opened: OpenedControl) -> list[Component]:
    """Render the next step of a deposit (choose, send, replace), or its outcome."""
    detail = opened.detail
    if opened.staging is not None and detail.can_deposit:
        return [*new_piece_alerts(detail), *staged_part(detail, opened.staging, opened.delays)]
    parts = [*new_piece_alerts(detail), next_step_alert(detail, opened.delays)]
    if not detail.can_deposit:
        return parts
    field_ = deposit_field([detail.row.uid])
    if detail.row.state is ProofState.AWAITED:
        return [*parts, field_]
    words = html.Summary(_("Remplacer la preuve envoyée"))
    return [*parts, html.Details([words, field_], className="controls-replace")]


def new_piece_alerts(detail: ControlDetail) -> list[Component]:
    """Return why another piece is requested."""
    last = last_decision(detail)
    if last is None or last.verdict is not ControlVerdict.AGAIN:
        return []
    if detail.row.state is not ProofState.AWAITED or detail.row.closed_at:
        return []
    return [kit.alert(_("Le distributeur demande une nouvelle pièce"), motive_text(last), "bad")]


def last_decision(detail: ControlDetail) -> DecisionRow | None:
    return next((decision for decision in detail.decisions if decision.undone_at is None), None)


def motive_text(decision: DecisionRow) -> list[kit.Child]:
    return [html.P(line) for line in motive_lines(decision)]


def next_step_alert(detail: ControlDetail, delays: ProofDelays) -> Component:
    """Return the meaning of the state, the next actor and the deadline."""
    row = detail.row
    ended = detail.right_state is not RightState.ACTIVE and row.state in OPEN
    if row.closed_at or ended:
        note = _("Le droit a pris fin avant la décision : plus rien n’est attendu de vous.")
        return kit.alert(_("Contrôle clos"), note, "info")
    if row.state is ProofState.AWAITED:
        return _awaited(row, delays)
    if row.state is ProofState.UNDER_CHECK:
        title = _("Preuve envoyée\u00a0: le distributeur la vérifie")
        note = _("Rien à faire. Jusqu’à sa décision, vous pouvez la remplacer.")
        return kit.alert(title, note, "info")
    if row.state is ProofState.ACCEPTED:
        note = _("Le droit continue jusqu’à son terme.")
        return kit.alert(_("Preuve vérifiée\u00a0: tout est en ordre"), note, "ok")
    last = last_decision(detail)
    over = html.P(_("Le droit est obsolète : ses données ne sont plus lisibles."))
    why: list[kit.Child] = [*motive_text(last), over] if last else [over]
    return kit.alert(_("Preuve refusée"), why, "bad")


def _awaited(row: ControlRow, delays: ProofDelays) -> Component:
    day = long_day(row.due_on)
    if row.days_left < 0:
        title = _(
            "L’échéance du {day} est dépassée\u00a0: envoyez la preuve sans attendre", day=day
        )
        return kit.alert(title, final_text(row, delays), "bad")
    note = _("Sans preuve à temps, le droit devient obsolète et ses données ne sont plus lisibles.")
    return kit.alert(_("Envoyez la preuve jusqu’au {day} inclus", day=day), note, "warn")


def expected_facts(detail: ControlDetail) -> list[tuple[kit.Child, kit.Child]]:
    """Return the right as declared, with which the distributor compares the proof."""
    sought = detail.expected
    return [
        (_("PCE"), html.Span(sought.number, className="tabular")),
        (_("Titulaire"), sought.holder or "–"),
        (_("Tiers autorisé"), sought.third_party),
        (_("Données"), kinds_text(sought.kinds)),
        (_("Période des données"), span_text(sought.first, sought.last)),
        (_("Durée du droit"), span_text(sought.starts_on, sought.ends_on)),
        (_("Date et signature"), _signed(detail)),
    ]


def _signed(detail: ControlDetail) -> str:
    return _("au plus tard le {day}", day=short_day(detail.expected.signed_by))


def _talk(viewer: Viewer, detail: ControlDetail, messages: Sequence[MessageRow]) -> Component:
    """Return the thread and its form, or where to write if another distributor decides."""
    count: list[kit.Child] = [" ", kit.badge(len(messages))] if messages else []
    parts: list[kit.Child] = [thread(messages, viewer)] if messages or not detail.relayed else []
    if detail.relayed:
        parts.append(html.P(_(ELSEWHERE), className="controls-quiet"))
    elif viewer.may(Permission.CONTROLS_ANSWER):
        parts += message_form(detail.row.uid)
    if any(message.unread for message in messages):
        parts.append(dcc.Store(id=Ids.READ, data={"uid": detail.row.uid}))
    title = html.Span([_("Échanges avec le distributeur"), *count])
    return kit.drawer_part(title, html.Div(parts))


def message_form(uid: str) -> list[Component]:
    """Return the form of a message with up to three pieces."""
    entry = f"controls-text-{uid}"
    words = html.Div(
        [
            html.Label(_("Votre message"), htmlFor=entry, className="field-label"),
            dbc.Textarea(id=entry, rows=3),
            kit.count_line(),
            html.P(id=f"{entry}-error", className="field-error"),
        ],
        className="field",
        **kit.at_most(MOST_WORDS),
    )
    files = kit.file_field(
        f"controls-joined-{uid}",
        _("Pièces jointes, facultatif"),
        ACCEPT,
        action=f"/api/controles/{uid}/messages",
        send=_("Envoyer le message"),
        answer=Ids.WRITTEN,
        fields={"texte": entry},
        way=kit.UploadTexts("pieces", use="message", asks=False, most=MOST, optional=True),
    )
    return [html.Div([words, files], className="controls-write")]


def _foot(row: ControlRow) -> Component:
    """Return the link to the right."""
    see = kit.button(_("Voir le droit"), href=f"/droits?open={row.right}", icon="key")
    return html.Footer([see], className="drawer-foot")
