"""Render the one alert of the home page: a switch, a value, and when it would have rung."""

from datetime import date

from dash.development.base_component import Component

from components.home.ids import Ids
from components.kit import card, html, switch, text_field
from core.i18n import _, near_day, number, plural
from data.thresholds.types import DayAlert

SETTLES = 500  # ms
FEW = 3  # dates named


def alert_card(alert: DayAlert, today: date) -> Component:
    typed = "" if alert.value_wh is None else number(alert.value_wh / 1000)
    label = _("une journée dépasse, en kWh")
    return card(
        [
            text_field(
                Ids.ALERT_VALUE, label, value=typed, settles=SETTLES, inputMode="decimal",
                className="home-alert-value",
            ),
            switch(Ids.ALERT_ON, _("Me prévenir par courriel"), alert.is_on),
            html.P(
                alert_note(alert, today), id=Ids.ALERT_NOTE, className="home-note", role="status"
            ),
        ],
        title=_("Me prévenir si…"),
        className="home-alert",
    )  # fmt: skip


def alert_note(alert: DayAlert, today: date) -> str:
    """Return whether it is on, and on which days of the last year it would have rung."""
    state = _("Active.") if alert.is_on else _("Inactive.")
    if alert.value_wh is None:
        return _("Trop peu de jours connus pour proposer une valeur : saisissez la vôtre.")
    return f"{state} {_rang(alert, today)}"


def _rang(alert: DayAlert, today: date) -> str:
    count = len(alert.rang_on)
    if not count:
        return _("Ces douze derniers mois, elle n’aurait pas sonné.")
    days = ", ".join(near_day(day, today) for day in alert.rang_on[-FEW:])
    if count > FEW:
        return _(
            "Ces douze derniers mois, elle aurait sonné {count} fois, en dernier les {days}.",
            count=number(count),
            days=days,
        )
    return plural(
        "Ces douze derniers mois, elle aurait sonné {count} fois ({days}).",
        "Ces douze derniers mois, elle aurait sonné {count} fois ({days}).",
        count,
        days=days,
    )
