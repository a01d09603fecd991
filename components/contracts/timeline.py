"""Render the history of a contract, latest first, below its next step."""

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from components.contracts.labels import step_text
from components.kit import html, icon
from core.access import Viewer
from core.i18n import _, clock, short_day
from data.contracts.rules.labels import ACTORS, HAPPENED
from data.contracts.rules.states import waits_for
from data.contracts.types import ContractDetail, ContractState, ContractTrigger, TimelineEntry

_LOOKS: Mapping[ContractTrigger, tuple[str, str]] = {
    ContractTrigger.DRAFTED: ("plus-circle", "mute"),
    ContractTrigger.SENT: ("send", "info"),
    ContractTrigger.TAKEN_BACK: ("arrow-counterclockwise", "mute"),
    ContractTrigger.REFUSED_BY_CLIENT: ("x-circle-fill", "bad"),
    ContractTrigger.SIGNED: ("pen", "info"),
    ContractTrigger.REFUSED_BY_OPERATOR: ("x-circle-fill", "bad"),
    ContractTrigger.COUNTERSIGNED: ("check-circle-fill", "ok"),
    ContractTrigger.STARTED: ("check-circle-fill", "ok"),
    ContractTrigger.EXPIRED: ("archive", "mute"),
    ContractTrigger.TERMINATED_BY_CLIENT: ("x-circle-fill", "bad"),
    ContractTrigger.TERMINATED_BY_OPERATOR: ("x-circle-fill", "bad"),
    ContractTrigger.RENEWED: ("arrow-repeat", "info"),
    ContractTrigger.ABANDONED: ("slash-circle", "mute"),
    ContractTrigger.AMENDED: ("file-earmark-diff", "ok"),
    ContractTrigger.INVITED: ("person-plus", "info"),
    ContractTrigger.TEXT_DOWNLOADED: ("download", "mute"),
    ContractTrigger.PROOF_DOWNLOADED: ("download", "mute"),
}


def timeline(viewer: Viewer, detail: ContractDetail, entries: Sequence[TimelineEntry]) -> Component:
    return html.Ol(
        [*_to_come(viewer, detail), *map(_entry, entries)],
        className="rights-timeline contracts-timeline",
    )


def _to_come(viewer: Viewer, detail: ContractDetail) -> list[Component]:
    """Return future events: end, start, and the pending step."""
    row, lines = detail.row, list[Component]()
    if row.ends_on and not row.state.final and row.state is not ContractState.DRAFT:
        lines.append(_line("circle", "mute", _("Fin du contrat"), "", short_day(row.ends_on)))
    if row.state is ContractState.COUNTERSIGNED and row.starts_on:
        day = short_day(row.starts_on)
        lines.append(_line("circle", "mute", _("Entrée en vigueur"), "", day))
    if waits_for(row.state, row.amendment):
        title = step_text(row, viewer)
        lines.append(_line("hourglass-split", "warn", title, _("Étape en cours"), ""))
    return lines


def _entry(entry: TimelineEntry) -> Component:
    glyph, tone = _LOOKS[entry.trigger]
    title = _(HAPPENED[entry.trigger])
    if entry.number:
        title = _("{what} (avenant n° {number})", what=title, number=entry.number)
    details = [entry.who or _(ACTORS[entry.actor])]
    if entry.reason:
        details.append(_("« {reason} »", reason=entry.reason))
    return _line(glyph, tone, title, " · ".join(details), clock(entry.at))


def _line(glyph: str, tone: str, title: str, note: str, at: str) -> Component:
    return html.Li(
        [
            html.Span(icon(glyph), className=f"rights-mark rights-mark-{tone}"),
            html.Div([html.B(title), *([html.P(note)] if note else [])]),
            html.Span(at, className="rights-at tabular"),
        ]
    )
