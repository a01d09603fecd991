"""Render the right column of the cockpit: checklist, thread and decision."""

import json
from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from components.controls.decision_bar import foot
from components.controls.labels import VERDICTS, deadline_chips
from components.controls.piece import deposit_uid
from components.controls.queue import owner_select, returned_note
from components.controls.staff_thread import thread_section
from components.kit import (
    Child,
    aria,
    badge,
    button,
    chip,
    data,
    html,
    icon,
)
from components.rights.labels import KINDS, kinds_text, span_text
from components.upstream_message import quoted_sentence
from core.access import Viewer
from core.i18n import N_, _, clock, number, short_day
from data.controls.rules.labels import MOTIVES
from data.controls.rules.marks import PERIOD
from data.controls.types import (
    ChecklistPoint,
    ControlDetail,
    DecisionRow,
    ExpectedProof,
    Manager,
    MessageRow,
)

POINTS: Mapping[ChecklistPoint, str] = {
    ChecklistPoint.HOLDER: N_("Titulaire identique au contrat"),
    ChecklistPoint.NUMBER: N_("PCE écrit et exact"),
    ChecklistPoint.THIRD_PARTY: N_("Tiers nommé"),
    ChecklistPoint.PERIMETER: N_("Données et période couvertes"),
    ChecklistPoint.DATE: N_("Date et moyen de recueil"),
    ChecklistPoint.SIGNATURE: N_("Signature du titulaire"),
}


def check_column(
    viewer: Viewer,
    detail: ControlDetail | None,
    messages: Sequence[MessageRow],
    managers: Sequence[Manager],
) -> list[Component]:
    """Return the right column for a control; empty without one."""
    if detail is None:
        return []
    row = detail.row
    answered_points = {
        point.value: detail.checks[point] for point in ChecklistPoint if point in detail.checks
    }
    facts = data(uid=row.uid, version=str(row.version), unread="yes" if row.unread else "no")
    facts |= data(deposit=deposit_uid(detail))
    facts |= data(
        answers=json.dumps(answered_points, separators=(",", ":"))
    )  # in the script's format
    return [
        _head(detail),
        html.Div(
            [
                *returned_note(row),
                *_judged(detail),
                html.Div(
                    [
                        html.Span(_("Chargé de compte"), className="desk-label"),
                        owner_select(managers, row.owner_id, _("Chargé de compte de ce contrôle")),
                    ],
                    className="desk-owned",
                ),
                thread_section(viewer, messages, relayed=detail.relayed),
            ],
            className="desk-scroll",
            tabIndex="0",
            role="region",
            **aria(label=_("Points et échanges")),
            **facts,
        ),
        *foot(detail),
    ]


def _head(detail: ControlDetail) -> Component:
    progress_label = f"{number(len(detail.checks))}/{number(len(ChecklistPoint))}"
    title: list[Child] = [_("Vérification")]
    if detail.can_decide:
        title += [" ", badge(progress_label)]
    return html.Header(
        [
            html.H2(title),
            *deadline_chips(detail.row),
        ],
        className="desk-head",
    )


def _judged(detail: ControlDetail) -> list[Component]:
    """Return the open points first; after the decision, the decision first."""
    points, decisions = _points(detail), _decisions(detail)
    return [*points, *decisions] if detail.can_decide else [*decisions, *points]


def _points(detail: ControlDetail) -> list[Component]:
    if not detail.deposits:
        return []
    expected = expected_words(detail.expected)
    lines = [
        _point(rank, point, expected[point], detail)
        for rank, point in enumerate(ChecklistPoint, start=1)
    ]
    words = {
        "read": _("lu page {page}", page="{page}"),
        "partly": _(
            "lu en partie page {page}\u00a0: manque {lacks}", page="{page}", lacks="{lacks}"
        ),
        "lacks": {
            **{kind.value: _(word).lower() for kind, word in KINDS.items()},
            PERIOD: _("période"),
        },
        "dated": _("{dated}, page {page}", dated="{dated}", page="{page}"),
        "look": _("à regarder page {page}", page="{page}"),
        "unread": _("pas lu dans le texte de la pièce"),
        "show": _("Montrer dans la pièce"),
    }
    return [html.Ol(lines, className="desk-points", **data(words=json.dumps(words)))]


def expected_words(expected: ExpectedProof) -> Mapping[ChecklistPoint, str]:
    """Return what the piece must state for each point, as declared for the right."""
    return {
        ChecklistPoint.HOLDER: _("{holder} au contrat", holder=expected.holder or "–"),
        ChecklistPoint.NUMBER: expected.number,
        ChecklistPoint.THIRD_PARTY: expected.third_party,
        ChecklistPoint.PERIMETER: _perimeter(expected),
        ChecklistPoint.DATE: _("au plus tard le {day}", day=short_day(expected.signed_by)),
        ChecklistPoint.SIGNATURE: _("signature, ou cachet d’une personne morale"),
    }


def _perimeter(expected: ExpectedProof) -> str:
    return f"{kinds_text(expected.kinds)}, {span_text(expected.first, expected.last)}"


def _point(rank: int, point: ChecklistPoint, expected: str, detail: ControlDetail) -> Component:
    title = _(POINTS[point])
    fits = detail.checks.get(point)
    return html.Li(
        [
            html.Span(number(rank), className="desk-rank", **aria(hidden="true")),
            _where(title, expected),
            _answers(title, fits) if detail.can_decide else _answered(fits),
        ],
        className="desk-point",
        **data(point=point.value),
    )


def _where(title: str, expected: str) -> Component:
    """Return an expected statement; clicked, it shows its place in the piece, once known."""
    location_label = html.Span(className="desk-found")
    return html.Button(
        [html.B(title), html.Span(expected), location_label],
        type="button",
        disabled=True,
        className="desk-point-words",
        **data(desk="mark"),
    )


def _answers(title: str, fits: bool | None) -> Component:  # noqa: FBT001 (None: not yet)
    return html.Div(
        [
            _answer(_("Oui"), on=fits is True, yes=True),
            _answer(_("Non"), on=fits is False, yes=False),
        ],
        className="desk-answers",
        role="group",
        **aria(label=title),
    )


def _answered(fits: bool | None) -> Component:  # noqa: FBT001 (None: not answered)
    """Return the answer of a closed control."""
    if fits is None:
        return html.Span(_("sans réponse"), className="muted small")
    if fits:
        return chip(_("Oui"), icon="check-lg", tone="ok")
    return chip(_("Non"), icon="x-lg", tone="bad")


def _answer(words: str, *, on: bool, yes: bool) -> Component:
    return html.Button(
        words,
        type="button",
        className="desk-answer",
        **aria(pressed="true" if on else "false"),
        **data(desk="answer", fits="yes" if yes else "no"),
    )


def _decisions(detail: ControlDetail) -> list[Component]:
    """List the decisions, latest first: author, reason and end of the undo period."""
    if not detail.decisions:
        return []
    lines = [_decision(detail, decision) for decision in detail.decisions]
    return [html.Ol(lines, className="desk-decisions", **aria(label=_("Décisions")))]


def _decision(detail: ControlDetail, decision: DecisionRow) -> Component:
    word, glyph, tone = VERDICTS[decision.verdict]
    who = decision.by or _("Portail")
    about: list[Child] = [html.B(_(word)), html.Span(f"{who} · {clock(decision.at)}")]
    if decision.motive:
        about.append(html.Span(_(MOTIVES[decision.motive])))
    if decision.text:
        about.append(html.Span(quoted_sentence(decision.written_text), className="desk-said"))
    if decision.undone_at:
        about.append(
            html.Span(
                _("Annulée par {who}, {at}", who=decision.undone_by, at=clock(decision.undone_at))
            )
        )
    if decision.undo_until:
        about.append(undo_button(detail.row.uid))
        about.append(html.Span(_("jusqu’au {at}", at=clock(decision.undo_until))))
    return html.Li(
        [icon(glyph), html.Div(about)],
        className=f"desk-decision desk-{'undone' if decision.undone_at else tone}",
    )


def undo_button(uids: str) -> Component:
    return button(
        _("Annuler la décision"), icon="arrow-counterclockwise", small=True,
        **data(desk="undo", uids=uids),
    )  # fmt: skip
