"""Describe a right to its holder: its terms and its particularities."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import html
from components.rights.labels import ROLES
from core.i18n import _, clock, long_day
from data.rights.messages import days_said, kinds_said, purpose_said
from data.rights.types import HeldRight, RightState


def terms(said: Sequence[str]) -> Component:
    return html.Div([html.P(words) for words in said], className="rights-access-terms")


def notes_of(held_right: HeldRight) -> list[str]:
    """Return when a right was closed and last read, which is specific to it."""
    right = held_right.right
    if right.state.waiting:
        return []
    if right.state.final and right.closed_at:
        return [_("Clos le {at}.", at=clock(right.closed_at)) + f" {_read(held_right)}"]
    return [_read(held_right)]


def terms_of(held_right: HeldRight) -> list[str]:
    """Return data kinds, days, purpose, role and end."""
    right = held_right.right
    what = ", ".join(kinds_said(right)) or "–"
    what = what[:1].upper() + what[1:]
    days = days_said(right)
    why = _(ROLES[held_right.role])
    if held_right.consented_on:
        why = _(
            "{role} ; déclare avoir votre accord du {day}",
            role=why,
            day=long_day(held_right.consented_on),
        )
    read = _("{what} – {days}", what=what, days=days)
    return [read, *purpose_said(right), f"{why}. {_until(held_right)}".strip()]


def _until(held_right: HeldRight) -> str:
    right = held_right.right
    if right.state.final:
        return ""
    ends = _("Sans fin prévue.")
    if right.ends_on:
        ends = _("Jusqu’au {day}.", day=long_day(right.ends_on))
    if right.state is RightState.PENDING and right.answer_due:
        due = long_day(right.answer_due)
        return f"{ends} " + _("Sans réponse avant le {day}, la demande expire.", day=due)
    return ends


def _read(held_right: HeldRight) -> str:
    if held_right.read_at:
        return _("Dernière lecture le {at}.", at=clock(held_right.read_at))
    return _("N’a rien lu.") if held_right.right.state.final else _("N’a encore rien lu.")
