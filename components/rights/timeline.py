"""Render the history of a right: states, letters and answers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from operator import itemgetter

from dash.development.base_component import Component

from components.kit import definition_list, drawer_part, html, icon
from components.rights.labels import ACTORS, SOURCES, STATES, TRIGGERS
from core.i18n import N_, _, clock, short_day
from data.rights.types import RightActor, RightDetail, RightEvent, RightState, RightTrigger


def timeline(detail: RightDetail, events: Sequence[RightEvent], today: date) -> Component:
    """Return the history, latest first, above it the future end."""
    dated_lines = [(event.at, _event(event)) for event in events]
    dated_lines += [(at, _written(detail, at)) for at in detail.written_at]
    lines = [line for _at, line in sorted(dated_lines, key=itemgetter(0))][::-1]
    end = detail.row.ends_on
    if end and end >= today and not detail.row.state.final:
        lines.insert(0, _line("circle", "mute", _("Fin du droit"), "", short_day(end)))
    return html.Ol(lines, className="rights-timeline")


def _event(event: RightEvent) -> Component:
    _word, glyph, tone = STATES[event.after]
    who = event.who or _(ACTORS[RightActor(event.actor)])
    by = [who, *([_(SOURCES[event.source])] if event.source else [])]
    authors = " · ".join(dict.fromkeys(by))
    return _line(glyph, tone, _(_word_of(event)), authors, clock(event.at))


def _word_of(event: RightEvent) -> str:
    """Return the label of an event; a pending right updated from upstream was answered there."""
    answered = event.trigger is RightTrigger.ALIGNED and event.before is RightState.PENDING
    return _TOLD.get(event.after, TRIGGERS[event.trigger]) if answered else TRIGGERS[event.trigger]


_TOLD: Mapping[RightState, str] = {
    RightState.ACTIVE: N_("Acceptée, selon le distributeur"),
    RightState.REFUSED: N_("Refusée, selon le distributeur"),
}


def _written(detail: RightDetail, at: datetime) -> Component:
    return _line("envelope", "mute", _("Courriel envoyé au titulaire"), detail.row.email, clock(at))


def _line(glyph: str, tone: str, title: str, note: str, at: str) -> Component:
    return html.Li(
        [
            html.Span(icon(glyph), className=f"rights-mark rights-mark-{tone}"),
            html.Div([html.B(title), html.P(note)]),
            html.Span(at, className="rights-at tabular"),
        ]
    )


_ANSWERS: Mapping[RightTrigger, str] = {
    RightTrigger.ACCEPTED: N_("Acceptation du titulaire"),
    RightTrigger.REFUSED: N_("Refus du titulaire"),
    RightTrigger.WITHDRAWN: N_("Retrait par le titulaire"),
}


def answers(detail: RightDetail, events: Sequence[RightEvent]) -> list[Component]:
    """Return the evidence of each answer: who, when, from which address, which text."""
    row = detail.row
    by_link = f"{row.holder} ({row.email})" if row.email else row.holder
    signed_in = _("{holder}, depuis son espace client", holder=row.holder)
    return [
        drawer_part(
            _(_ANSWERS[event.trigger]),
            definition_list(
                [
                    (_("Qui"), signed_in if event.signed_in else by_link),
                    (_("Quand"), clock(event.at)),
                    (_("Depuis l’adresse IP"), event.evidence.address or "–"),
                    (_("Version du texte lu"), event.evidence.text_version or "–"),
                ]
            ),
        )
        for event in events
        if event.trigger in _ANSWERS and event.evidence is not None
    ]
