"""Render the panel of the bell: the open alerts, over any page."""

from datetime import date

from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.notifications.alert_words import spark_of, value_parts
from components.notifications.episodes import chart_address, site_of
from components.notifications.filters import PATH
from components.notifications.ids import panel_button
from core.i18n import _, plural
from data.thresholds.types.alerts import Alert, AlertBlock, AlertList, AlertState

MOST = 6  # lines of the panel


def bell_panel(alerts: AlertList, others: int, today: date) -> list[Component]:
    """Return the open alerts first; `others` is the number of other unread messages."""
    opened = [
        block
        for section in alerts.sections
        if section.state is not AlertState.BACK
        for block in section.blocks
    ]
    back = sum(section.sites for section in alerts.sections if section.state is AlertState.BACK)
    exceeded, silences, _near = alerts.counts.open
    count = plural("{count} en cours", "{count} en cours", exceeded + silences)
    return [
        html.Div(
            [html.H2(_("Alertes")), html.Span(count, className="card-hint"), _settings()],
            className="bell-head",
        ),
        *([html.Ul([_line(block, today) for block in opened[:MOST]])] if opened else [_calm()]),
        *_notes(len(opened) - MOST, back, others),
        html.P(kit.link(_("Ouvrir les alertes"), PATH), className="bell-foot"),
    ]


def _settings() -> Component:
    words = _("Qui est prévenu, comment")
    return kit.icon_button(words, "gear", href=f"{PATH}?tab=settings")


def _calm() -> Component:
    return html.P(_("Aucun dépassement en cours."), className="bell-note")


def _notes(hidden: int, back: int, others: int) -> list[Component]:
    notes = [
        *([plural("{count} autre ligne", "{count} autres lignes", hidden)] if hidden > 0 else []),
        *([plural("{count} alerte terminée", "{count} alertes terminées", back)] if back else []),
        *(
            [plural("{count} autre message non lu", "{count} autres messages non lus", others)]
            if others
            else []
        ),
    ]
    return [html.P(" · ".join(notes), className="bell-note")] if notes else []


def _line(block: AlertBlock, today: date) -> Component:
    alert = block.head
    site = site_of(alert.row)
    value, note = value_parts(alert, today)
    more = plural("et {count} autre site", "et {count} autres sites", block.total - 1)
    words = [
        html.Div(
            [kit.link(site, chart_address(alert.row)), *([f" {more}"] if block.total > 1 else [])]
        ),
        html.Div([html.B(value), f", {note}"], className="bell-value"),
        html.Div(alert.row.threshold, className="alert-note"),
    ]
    return html.Li(
        [
            html.Span(className=f"bell-dot bell-dot-{alert.key.state}", **kit.aria(hidden="true")),
            html.Div(words, className="bell-words"),
            html.Div([spark_of(alert), _act(alert, site)], className="bell-side"),
        ]
    )


def _act(alert: Alert, site: str) -> Component:
    words = _("Vu")
    return kit.button(
        words,
        id=panel_button("seen", alert.key.episode_id),
        kind="ghost",
        small=True,
        className="alert-act",
        **kit.aria(label=f"{words}, {site}"),
    )
