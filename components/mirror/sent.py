"""What left of one right for the distributor, and what it answered: in the drawer of the right."""

from dash.development.base_component import Component

from components.kit import chip, html
from components.mirror.words import SENDINGS, VERBS, waits, when
from components.rights.doubt import part
from components.told import said
from data.mirror.types import Leaving, RightSent, SendingRow
from i18n import _


def sent_of(found: RightSent) -> list[Component]:
    """Nothing for a right of which nothing leaves."""
    rows = [*found.due, *found.rows]
    if not rows:
        return []
    lines = [_line(row, found) for row in rows]
    return [part(_("Envois au distributeur"), html.Ul(lines))]


def _line(row: SendingRow, found: RightSent) -> Component:
    word, glyph, tone = SENDINGS[row.state]
    at = when(row.ended_at or row.next_attempt_at or row.created_at)
    waiting = waits(row, held=found.leaving is Leaving.HELD, crowded=found.crowded)
    return html.Li(
        [
            chip(_(word), icon=glyph, tone=tone),
            html.Span(f"{_(VERBS[row.verb])}, {waiting or at}"),
            *([html.Span(said(row.answer))] if row.answer else []),
        ],
        className="drawer-under",
    )
