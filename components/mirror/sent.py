"""What left of one right for the distributor, and what it answered: in the drawer of the right."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import chip, html
from components.mirror.told import said
from components.mirror.words import SENDINGS, VERBS, when
from components.rights.doubt import part
from data.mirror.types import SendingRow, SendingState, Verb
from i18n import _


def sent_of(rows: Sequence[SendingRow], *, due: Sequence[Verb] = ()) -> list[Component]:
    """Nothing for a right of which nothing leaves; what is *due* is not in the queue yet."""
    if not rows and not due:
        return []
    lines = [*(_soon(verb) for verb in reversed(due)), *(_line(row) for row in rows)]
    return [part(_("Envois au distributeur"), html.Ul(lines))]


def _soon(verb: Verb) -> Component:
    word, glyph, tone = SENDINGS[SendingState.QUEUED]
    said = html.Span(_(VERBS[verb]))
    return html.Li([chip(_(word), icon=glyph, tone=tone), said], className="drawer-under")


def _line(row: SendingRow) -> Component:
    word, glyph, tone = SENDINGS[row.state]
    at = row.ended_at or row.next_attempt_at or row.created_at
    return html.Li(
        [
            chip(_(word), icon=glyph, tone=tone),
            html.Span(f"{_(VERBS[row.verb])}, {when(at)}"),
            *([html.Span(said(row.answer))] if row.answer else []),
        ],
        className="drawer-under",
    )
