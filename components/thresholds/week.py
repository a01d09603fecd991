"""Render the limits of a daily threshold on week-ends and closed days."""

from datetime import date

from dash.development.base_component import Component

from components.kit import html, multi_segments, text_field
from components.thresholds.ids import Ids
from core.i18n import _, number, weekday_name, weekday_short
from data.thresholds.types import Proposal, ThresholdDraft, WeekLimits

_MONDAY = date(2026, 11, 23)  # of any week
DAYS_IN_WEEK = 7


def week_fields(draft: ThresholdDraft, proposal: Proposal | None) -> Component:
    """Return the fields, which CSS shows for a daily threshold."""
    proposed = proposal.week if proposal else WeekLimits()
    names = [(str(day), weekday_short(_weekday(day))) for day in range(DAYS_IN_WEEK)]
    closed = multi_segments(
        Ids.CLOSED_ON,
        _("Jours fermés, en plus des jours fériés"),
        names,
        [str(day) for day in draft.week.closed_on],
    )
    return html.Div(
        [
            _value(Ids.WEEKEND, _("Samedi et dimanche"), draft.week.weekend_wh, Ids.WEEKEND_HINT,
                   weekend_hint(proposed)),
            _value(Ids.CLOSED, _("Jours fermés (hors ouverture)"), draft.week.closed_wh,
                   Ids.CLOSED_HINT, closed_hint(proposed)),
            html.Div(
                [html.Span(_("Fermé aussi le"), className="field-label"), closed],
                className="field",
            ),
        ],
        className="thresholds-week thresholds-only-day",
    )  # fmt: skip


def weekend_hint(week: WeekLimits) -> str:
    return _hint(week.weekend_wh)


def closed_hint(week: WeekLimits) -> str:
    return _hint(week.closed_wh)


def _hint(proposed: int | None) -> str:
    words = _("Vide : comme les autres jours.")
    if proposed is None:
        return words
    suggestion = _("Proposé : {value}.", value=number(proposed / 1000))
    return f"{suggestion} {words}"


def _value(id_: Ids, label: str, value: int | None, hint_id: Ids, hint: str) -> Component:
    text = number(value / 1000) if value is not None and value >= 0 else ""
    return text_field(
        id_,
        label,
        value=text,
        inputMode="decimal",
        autoComplete="off",
        hint=html.Span(hint, id=hint_id),
    )


def _weekday(day: int) -> date:
    return _MONDAY.replace(day=_MONDAY.day + day)


def week_rows(week: WeekLimits) -> list[tuple[str, str]]:
    """Return the name and the value of each limit that is set, in kWh."""
    rows = []
    if week.weekend_wh is not None:
        rows.append((_("Samedi et dimanche"), number(week.weekend_wh / 1000)))
    if week.closed_wh is not None:
        days = ", ".join([_("fériés"), *(weekday_name(_weekday(day)) for day in week.closed_on)])
        rows.append((_("Jours fermés ({days})", days=days), number(week.closed_wh / 1000)))
    return rows
