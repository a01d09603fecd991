"""Render the remaining checklist points and the three decisions."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components.kit import alert, aria, button, data, html
from core.i18n import _, number, plural
from data.controls.types import ChecklistPoint, ControlDetail, ControlVerdict
from data.rights.types import RightState

_LEFT = "controls-desk-left"


def foot(detail: ControlDetail) -> list[Component]:
    """Return the remaining points and the three decisions."""
    if not detail.can_decide:
        return _why_not(detail)
    return [
        html.Footer(
            [
                html.P(
                    left_to_check(detail.checks), id=_LEFT, role="status", className="desk-left"
                ),
                button(
                    [html.Span(_("Valider la preuve")), html.Kbd("V")],
                    icon="check-lg",
                    kind="primary",
                    className="desk-accept",
                    **aria(
                        describedby=_LEFT,
                        disabled="false" if len(detail.checks) == len(ChecklistPoint) else "true",
                    ),
                    **data(desk="decide", verdict=ControlVerdict.ACCEPT.value),
                ),
                html.Div(
                    [
                        button(
                            _("Demander une pièce…"),
                            **data(desk="decide", verdict=ControlVerdict.AGAIN.value),
                        ),
                        button(
                            _("Refuser…"),
                            kind="danger",
                            **data(desk="decide", verdict=ControlVerdict.REJECT.value),
                        ),
                    ],
                    className="desk-others",
                ),
            ],
            className="desk-foot",
        )
    ]


def _why_not(detail: ControlDetail) -> list[Component]:
    """Return why no decision is possible, unless it is obvious."""
    if detail.row.closed_at or detail.right_state is not RightState.ACTIVE:
        text = _("Le droit a pris fin\u00a0: sa preuve n’est plus attendue.")
        return [html.Footer(alert(_("Rien à décider"), text), className="desk-foot")]
    return []


def left_to_check(checks: Mapping[ChecklistPoint, bool]) -> str:
    """Return the progress of the check, and what acceptance requires.

    Example: `5 points sur 6 vérifiés ; répondre au point 6 pour valider.`.
    """
    unchecked_ranks = [rank for rank, point in enumerate(ChecklistPoint, 1) if point not in checks]
    if not checks:
        return _("Aucun point vérifié\u202f; répondre aux 6 points pour valider.")
    wrong = _wrong(checks)
    if not unchecked_ranks:
        return wrong or _("Les {count} points conviennent.", count=number(len(ChecklistPoint)))
    missing = plural(
        "{done} points sur {all} vérifiés\u202f; répondre au point {ranks} pour valider.",
        "{done} points sur {all} vérifiés\u202f; répondre aux points {ranks} pour valider.",
        len(unchecked_ranks),
        done=number(len(checks)),
        all=number(len(ChecklistPoint)),
        ranks=", ".join(map(number, unchecked_ranks)),
    )
    return f"{wrong} {missing}".strip()


def _wrong(checks: Mapping[ChecklistPoint, bool]) -> str:
    wrong = [rank for rank, point in enumerate(ChecklistPoint, 1) if checks.get(point) is False]
    if not wrong:
        return ""
    return plural(
        "{count} point ne convient pas\u00a0: {ranks}.",
        "{count} points ne conviennent pas\u00a0: {ranks}.",
        len(wrong),
        ranks=", ".join(map(number, wrong)),
    )
