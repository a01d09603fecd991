"""Render the last decision and its undo button during the undo period."""

from dash.development.base_component import Component

from components.controls.checklist import undo_button
from components.controls.labels import VERDICTS
from components.kit import data, html, icon, toast
from core.i18n import _, hour, plural
from data.controls.types import BulkDecision, Ruling

_SHOWN_LOST = 3


def lost_toast(many: BulkDecision) -> Component:
    """Tell which decisions were not made, and who was first; the page shows the others."""
    if not many.decided:
        return toast(_("Rien n’a été décidé"), lost_words(many), tone="bad")
    return toast(_count(many), lost_words(many), tone="info")


def lost_words(many: BulkDecision) -> str:
    """Describe who was first on each control left unchanged; empty without any."""
    sentences = [
        _(lost_control.sentence, **lost_control.params) for lost_control in many.lost[:_SHOWN_LOST]
    ]
    if len(many.lost) > _SHOWN_LOST:
        further = len(many.lost) - _SHOWN_LOST
        sentences.append(plural("et {count} autre", "et {count} autres", further))
    return " ".join(sentences)


def _count(many: BulkDecision) -> str:
    return plural("{count} contrôle décidé.", "{count} contrôles décidés.", len(many.decided))


def last_decision(ruling: Ruling, many: BulkDecision) -> list[Component]:
    """Return a line above the queue, which stays until the undo period ends."""
    word, glyph, _tone = VERDICTS[ruling.verdict]
    until = many.decided[0].undo_until
    labels = [_(word), *([_count(many)] if len(many.decided) > 1 else [])]
    return [
        html.Div(
            [
                icon(glyph),
                html.Span(" · ".join(labels)),
                html.Span(
                    _("peut être annulé jusqu’à {time}", time=hour(until)), className="muted"
                ),
                undo_button(" ".join(control.uid for control in many.decided)),
            ],
            className="row-line desk-undo",
            **data(until=until.isoformat()),
        )
    ]


def undone_toast(count: int) -> Component:
    words = plural(
        "{count} contrôle à vérifier de nouveau", "{count} contrôles à vérifier de nouveau", count
    )
    return toast(_("Décision annulée"), words, tone="ok")
