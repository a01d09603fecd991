"""Below the check: what is left to answer, and the three decisions."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components.kit import alert, button, data, html
from data.controls.types import ControlDetail, Point, Verdict
from data.rights.types import RightState
from i18n import _, number, plural


def foot(detail: ControlDetail) -> list[Component]:
    """What is left to check, and the three decisions."""
    if not detail.can_decide:
        return _why_not(detail)
    return [
        html.Footer(
            [
                html.P(left_to_check(detail.checks), role="status", className="desk-left"),
                button(
                    [html.Span(_("Valider la preuve")), html.Kbd("V")],
                    icon="check-lg",
                    kind="primary",
                    className="desk-accept",
                    **data(desk="decide", verdict=Verdict.ACCEPT.value),
                ),
                html.Div(
                    [
                        button(
                            _("Demander une pièce…"),
                            **data(desk="decide", verdict=Verdict.AGAIN.value),
                        ),
                        button(
                            _("Refuser…"),
                            kind="danger",
                            **data(desk="decide", verdict=Verdict.REJECT.value),
                        ),
                    ],
                    className="desk-others",
                ),
            ],
            className="desk-foot",
        )
    ]


def _why_not(detail: ControlDetail) -> list[Component]:
    """Why there is nothing to decide, where that is no plain sight."""
    if detail.row.closed_at or detail.right_state is not RightState.ACTIVE:
        text = _("Le droit a pris fin\u00a0: sa preuve n’est plus attendue.")
        return [html.Footer(alert(_("Rien à décider"), text), className="desk-foot")]
    return []


def left_to_check(checks: Mapping[Point, bool]) -> str:
    """How far the check is, as in `5 points sur 6 vérifiés ; reste le point 6.`."""
    wrong = [rank for rank, point in enumerate(Point, 1) if checks.get(point) is False]
    if wrong:
        return plural(
            "{count} point ne convient pas\u00a0: {ranks}.",
            "{count} points ne conviennent pas\u00a0: {ranks}.",
            len(wrong),
            ranks=", ".join(map(number, wrong)),
        )
    left = [rank for rank, point in enumerate(Point, 1) if point not in checks]
    if not checks:
        return _("Aucun point n’est encore vérifié.")
    if not left:
        return _("Les {count} points conviennent.", count=number(len(Point)))
    return plural(
        "{done} points sur {all} vérifiés\u202f; reste le point {ranks}.",
        "{done} points sur {all} vérifiés\u202f; restent les points {ranks}.",
        len(left),
        done=number(len(checks)),
        all=number(len(Point)),
        ranks=", ".join(map(number, left)),
    )
