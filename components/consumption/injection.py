"""Render the gas that a site feeds into the network as a table; it is not consumption."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.consumption.day import QUALITIES
from components.kit import card, html, table
from core.i18n import _, number, plural, short_day
from data.metering.consumption.types import InjectionStatement, Series

MOST = 60  # five years of months; of daily data, the latest days


def injected(series: Series) -> list[Component]:
    """Return the card of injected gas by period, latest first; empty if not readable."""
    if series.fed is None:
        return []
    title, periods = _("Gaz injecté"), series.fed[::-1]
    if not periods:
        message = _("Le distributeur n’a encore publié aucune quantité injectée par ce point.")
        return [card(html.P(message), title=title)]
    head = [_("Période"), _("Énergie (kWh)"), _("Volume (m³)"), _("Qualité")]
    rows = [_row(injection) for injection in periods[:MOST]]
    return [
        card(
            table(head, rows, caption=_("Gaz injecté, par période"), numbers=[1, 2]),
            title=title,
            hint=_hint(periods),
            flush=True,
        )
    ]


def _hint(periods: Sequence[InjectionStatement]) -> str:
    if len(periods) > MOST:
        return _("les {count} dernières périodes", count=number(MOST))
    return plural("{count} période publiée", "{count} périodes publiées", len(periods))


def _row(period: InjectionStatement) -> list[str]:
    return [
        _(
            "du {first} au {last}",
            first=short_day(period.first_day),
            last=short_day(period.last_day),
        ),
        _thousands(period.energy_wh),
        _thousands(period.volume_dm3),
        _(QUALITIES[period.quality]),
    ]


def _thousands(value: int | None) -> str:
    return "–" if value is None else number(value / 1000)
