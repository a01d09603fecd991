"""Render a right's messages to the distributor and the answers, in its drawer."""

from dash.development.base_component import Component

from components.kit import drawer_part, html, label_chip
from components.mirror.labels import SENDINGS, VERBS, waiting_reason, when
from components.upstream_message import quoted_sentence
from core.i18n import _
from data.exchange.mirror.types import Leaving, RightSent, SendingRow


def sendings_part(outgoing: RightSent) -> list[Component]:
    """Return the messages of a right; empty if it has none."""
    rows = [*outgoing.due, *outgoing.rows]
    if not rows:
        return []
    lines = [_line(row, outgoing) for row in rows]
    return [drawer_part(_("Envois au distributeur"), html.Ul(lines))]


def _line(row: SendingRow, found: RightSent) -> Component:
    at = when(row.ended_at or row.next_attempt_at or row.created_at)
    waiting = waiting_reason(row, held=found.leaving is Leaving.HELD, crowded=found.crowded)
    return html.Li(
        [
            label_chip(SENDINGS[row.state]),
            html.Span(f"{_(VERBS[row.verb])}, {waiting or at}"),
            *([html.Span(quoted_sentence(row.answer))] if row.answer else []),
        ],
        className="drawer-under",
    )
