"""Render the messages of both sides about a control; internal notes are separate."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import Child, chip, html, icon, link
from core.access import Viewer
from core.i18n import _, clock, size
from data.controls.types import MessageRow, PieceKind, PieceRow, Side

PIECE_ICONS = {
    PieceKind.PDF: "file-earmark-pdf",
    PieceKind.JPEG: "file-earmark-image",
    PieceKind.PNG: "file-earmark-image",
}


def thread(rows: Sequence[MessageRow], viewer: Viewer) -> Component:
    """Return the messages, oldest first; notes of the distributor are marked as internal."""
    if not rows:
        return html.P(_("Aucun message pour l’instant."), className="controls-quiet")
    return html.Ol([_message(row, viewer) for row in rows], className="controls-thread")


def _message(row: MessageRow, viewer: Viewer) -> Component:
    look = ["controls-message"]
    if row.internal:
        look.append("controls-note")
    elif row.side is (Side.DISTRIBUTOR if viewer.staff else Side.THIRD_PARTY):
        look.append("controls-mine")
    words = [html.P(line, className="controls-said") for line in row.text.splitlines() if line]
    return html.Li([_head(row), *words, *piece_list(row.pieces)], className=" ".join(look))


def _head(row: MessageRow) -> Component:
    author_parts: list[Child] = [html.B(row.by)]
    if row.internal:
        author_parts = [
            html.B(_("Note interne")),
            _(", invisible du client, par {who}", who=row.by),
        ]
    return html.Div(
        [
            icon("lock-fill" if row.internal else "person", 14),
            html.Span(author_parts),
            *([chip(_("Nouveau"), tone="info")] if row.unread else []),
            html.Span(clock(row.at), className="controls-at tabular"),
        ],
        className="controls-message-head",
    )


def piece_list(pieces: Sequence[PieceRow]) -> list[Component]:
    """Return links to the pieces, each in a new tab; empty without any."""
    if not pieces:
        return []
    return [html.Ul([html.Li(piece_link(piece)) for piece in pieces], className="controls-pieces")]


def piece_link(piece: PieceRow) -> Component:
    return link(
        [
            icon(PIECE_ICONS[piece.kind]),
            html.Bdi(piece.name, className="file-name"),
            html.Span(size(piece.size), className="file-size"),
        ],
        piece_address(piece.uid),
        download=True,
        target="_blank",
        rel="noopener",
    )


def piece_address(uid: str) -> str:
    return f"/controles/pieces/{uid}"
