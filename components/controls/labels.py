"""Labels of controls: states, deadlines, verdicts and sizes."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components.kit import Child, StateLabel, chip, html
from components.kit.display import Tone
from components.upstream_message import quoted_sentence
from core.i18n import N_, _, long_day, plural
from data.controls.rules.deadlines import final_day
from data.controls.rules.labels import MOTIVES
from data.controls.types import (
    ControlFolder,
    ControlRow,
    ControlVerdict,
    DecisionRow,
    ProofDelays,
    Urgency,
)
from data.rights.types import ProofState

STATES: Mapping[ProofState, StateLabel] = {
    ProofState.AWAITED: StateLabel("Preuve en attente", "hourglass-split", "warn"),
    ProofState.UNDER_CHECK: StateLabel("En cours de vérification", "search", "info"),
    ProofState.ACCEPTED: StateLabel("Vérifiée OK", "check-circle-fill", "ok"),
    ProofState.REJECTED: StateLabel("Vérifiée KO", "x-circle-fill", "bad"),
}
CLOSED = StateLabel("Droit terminé", "archive", "out")
BOXES: Mapping[ControlFolder, str] = {
    ControlFolder.OPEN: N_("En cours"),
    ControlFolder.OVERDUE: N_("Échéance dépassée"),
    ControlFolder.THIS_WEEK: N_("D’ici dimanche"),
    ControlFolder.STAGED: N_("Pas encore envoyée"),
    ControlFolder.UNREAD: N_("Message non lu"),
}
VERDICTS: Mapping[ControlVerdict, StateLabel] = {
    ControlVerdict.ACCEPT: StateLabel("Preuve validée", "check-circle-fill", "ok"),
    ControlVerdict.AGAIN: StateLabel("Nouvelle pièce demandée", "arrow-repeat", "warn"),
    ControlVerdict.REJECT: StateLabel("Preuve refusée", "x-circle-fill", "bad"),
}
_URGENCIES: Mapping[Urgency, StateLabel] = {
    Urgency.LATE: StateLabel("dépassé", "exclamation-octagon-fill", "bad"),
    Urgency.URGENT: StateLabel("urgent", "clock-fill", "bad"),
    Urgency.SOON: StateLabel("à suivre", "clock", "warn"),
    Urgency.CALM: StateLabel("à temps", "clock", "info"),
}


def state_of(row: ControlRow) -> tuple[str, str, Tone]:
    """Return label, icon and tone of a control; a right may end before a decision."""
    word, glyph, tone = CLOSED if row.closed_at else STATES[row.state]
    return _(word), glyph, tone


def state_chip(row: ControlRow) -> Component:
    word, glyph, tone = state_of(row)
    return chip(word, icon=glyph, tone=tone)


def deadline_of(row: ControlRow) -> tuple[str, str, Tone] | None:
    """Return label (`J-12, à temps`), icon and tone of a deadline; None if nothing is due."""
    if row.urgency is None:
        return None
    word, glyph, tone = _URGENCIES[row.urgency]
    return deadline_word(row.days_left, _(word)), glyph, tone


def final_text(row: ControlRow, delays: ProofDelays) -> str:
    """Return when a right ends without proof, after its deadline."""
    return plural(
        "Sans preuve, le droit devient obsolète le {day} (délai de grâce de {count} jour ouvré).",
        "Sans preuve, le droit devient obsolète le {day} (délai de grâce de {count} jours ouvrés).",
        delays.grace,
        day=long_day(final_day(row.due_on, delays)),
    )


def deadline_word(days: int, word: str) -> str:
    if days < 0:
        return plural("dépassé de {count} j", "dépassé de {count} j", -days)
    if not days:
        return _("aujourd’hui, {word}", word=word)
    return _("J-{days}, {word}", days=days, word=word)


def deadline_chips(row: ControlRow) -> list[Component]:
    """Return the chip of the deadline, if something is due."""
    deadline = deadline_of(row)
    return [chip(deadline[0], icon=deadline[1], tone=deadline[2])] if deadline else []


def site_of(row: ControlRow) -> str:
    return row.site or row.number


def number_beside(row: ControlRow, look: str = "tabular") -> list[Component]:
    """Return the PCE beside the site name; empty if the PCE is the name."""
    return [html.Span(row.number, className=look)] if row.site else []


def count_text(total: int) -> str:
    return plural("{count} contrôle", "{count} contrôles", total)


def motive_lines(decision: DecisionRow) -> list[list[Child]]:
    """Return the motive of a decision, then its message."""
    motive: list[list[Child]] = [[_(MOTIVES[decision.motive])]] if decision.motive else []
    return [*motive, quoted_sentence(decision.written_text)] if decision.text else motive
