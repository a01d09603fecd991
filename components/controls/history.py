"""Render the deposits and decisions of a control, latest first."""

from collections.abc import Sequence
from datetime import datetime

from dash.development.base_component import Component

from components.controls.labels import VERDICTS, motive_lines
from components.controls.thread import piece_list
from components.kit import Child, html, icon
from core.i18n import _, clock, plural
from data.controls.types import ControlDetail, DecisionRow, DepositRow

Line = tuple[datetime, Component]


def history(detail: ControlDetail) -> Component:
    """Return deposits and decisions, down to the request for a proof."""
    lines: list[Line] = [
        *_deposits(detail.deposits),
        *(_decision(decision) for decision in detail.decisions),
        (detail.row.opened_at, _line("patch-question", "info", _("Preuve demandée"), [],
                                     detail.row.opened_at)),
    ]  # fmt: skip
    lines.sort(key=lambda line: line[0], reverse=True)
    return html.Ol([drawn for _at, drawn in lines], className="rights-timeline")


def _deposits(deposits: Sequence[DepositRow]) -> list[Line]:
    """Return each deposit; earlier ones are marked as replaced."""
    return [_deposit(deposit, last=not place) for place, deposit in enumerate(deposits)]


def _deposit(row: DepositRow, *, last: bool) -> Line:
    at = row.sent_at or row.created_at
    title = _("Preuve envoyée") if last else _("Preuve envoyée, remplacée depuis")
    many = plural("vaut pour {count} contrôle", "vaut pour {count} contrôles", row.controls)
    summary = " · ".join([row.by, *([many] if row.controls > 1 else [])])
    parts: list[Child] = [html.P(summary), *piece_list(row.pieces)]
    return at, _line("file-earmark-check", "ok" if last else "mute", title, parts, at)


def _decision(row: DecisionRow) -> Line:
    word, glyph, tone = VERDICTS[row.verdict]
    if row.undone_at:
        word, glyph, tone = (
            _("{decision}, puis annulée", decision=_(word)),
            "arrow-90deg-left",
            "mute",
        )
    parts: list[Child] = [
        *([html.P(row.by)] if row.by else []),
        *(html.P(line, className="controls-said") for line in motive_lines(row)),
    ]
    return row.at, _line(glyph, tone, _(word), parts, row.at)


def _line(glyph: str, tone: str, title: str, parts: Sequence[Child], at: datetime) -> Component:
    return html.Li(
        [
            html.Span(icon(glyph), className=f"rights-mark rights-mark-{tone}"),
            html.Div([html.B(title), *parts]),
            html.Span(clock(at), className="rights-at tabular"),
        ]
    )
