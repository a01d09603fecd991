"""Describe the alerts of a site and a threshold: state, last value, history."""

from collections.abc import Sequence
from datetime import date

from dash.development.base_component import Component

from components.kit import chip, spark
from components.notifications.episodes import (
    crossed_on,
    episode_chip,
    excess_text,
    last_figures,
    reached_text,
    share_text,
    tone_of,
)
from core.i18n import _, day_month, number, plural, short_day
from data.notifications.rules.words import energy, euros
from data.thresholds.types import EpisodeRow, EpisodeState, ThresholdKind, ThresholdPeriod
from data.thresholds.types.alerts import Alert, AlertBlock, AlertCounts, AlertState


def lead_parts(counts: AlertCounts) -> tuple[str, str]:
    """Return `4 sites dépassent leur seuil`, then what follows it in the sentence."""
    return _open_text(counts.open), _rest_text(counts)


def _open_text(count: int) -> str:
    if not count:
        return _("Aucun dépassement en cours")
    return plural("{count} alerte en cours", "{count} alertes en cours", count)


def _rest_text(counts: AlertCounts) -> str:
    near = (
        ", "
        + plural("{count} seuil presque atteint", "{count} seuils presque atteints", counts.near)
        if counts.near
        else ""
    )
    if counts.messages <= counts.to_see:
        return f"{near}."
    messages = plural("{count} message", "{count} messages", counts.messages)
    lines = plural("en {count} ligne", "en {count} lignes", counts.to_see)
    return f"{near}. {messages}, {lines}."


def state_chip(alert: Alert, today: date) -> Component:
    """Return `dépassé depuis 6 j`, `96 % du seuil` or `revenu le 21/11`."""
    row = alert.row
    if row.state is EpisodeState.WITHDRAWN or alert.key.snoozed:
        return episode_chip(row, today)
    if alert.key.state is AlertState.BACK:
        word = _("revenu le {day}", day=_day(row.ended_on or row.last, today))
        return chip(word, icon="check-circle", tone="ok")
    if alert.key.state is AlertState.NEAR:
        return chip(_near_text(row, today), icon="hourglass-split", tone="warn")
    days = max(0, (today - crossed_on(row)).days)
    if row.kind is ThresholdKind.MISSING:
        days = (today - row.first).days + 1
        word = plural("sans données depuis {count} j", "sans données depuis {count} j", days)
        return chip(word, icon="hourglass-split", tone=tone_of(row.severity))
    word = plural("dépassé depuis {count} j", "dépassé depuis {count} j", days) if days else ""
    return chip(word or _("dépassé"), icon="exclamation-triangle", tone="bad")


def _near_text(row: EpisodeRow, today: date) -> str:
    if row.expected_on is not None:
        return _("dépassement prévu le {day}", day=_day(row.expected_on, today))
    return reached_text(row)


def value_parts(alert: Alert, today: date) -> tuple[str, str]:
    """Return `10 480 kWh` and `+16 % le 28/11`, or `sur 12 000 au 28/11` below the limit."""
    row, days = alert.row, alert.days
    if row.kind is ThresholdKind.MISSING:
        return _("Aucune donnée"), _("depuis le {day}", day=_day(row.first, today))
    value, limit, day = *last_figures(row), row.last
    if row.kind is ThresholdKind.FIXED and row.period is ThresholdPeriod.DAY and days:
        last = days.values_wh[-1]
        value, day = (value, day) if last is None else (last, days.last)
        limit = days.last_limit_wh or limit
    gap = excess_text(row) if row.expected_wh is not None else share_text(value, limit)
    when = _day(day, today)
    if alert.key.state is AlertState.NEAR and row.expected_wh is None and limit:
        return energy(value), _("sur {limit} au {day}", limit=number(limit / 1000), day=when)
    if row.period is ThresholdPeriod.DAY or row.expected_wh is not None:
        note = _("{gap} le {day}", gap=gap, day=when) if gap else _("le {day}", day=when)
    else:
        note = _("{gap} au {day}", gap=gap, day=when) if gap else _("au {day}", day=when)
    return energy(value), note


def history_parts(alert: Alert, today: date) -> tuple[str, str]:
    """Return the number of episodes and messages, then since when, or how the last one ended."""
    counts = count_text(alert.key.episodes, alert.key.messages)
    if alert.key.state is AlertState.BACK:
        return counts, return_text(alert)
    return counts, _("depuis le {day}", day=_day(alert.key.since, today))


def count_text(episodes: int, messages: int) -> str:
    return ", ".join(
        (
            plural("{count} épisode", "{count} épisodes", episodes),
            plural("{count} message", "{count} messages", messages),
        )
    )


def return_text(alert: Alert) -> str:
    """Return how the last episode ended: `5 j, 1 230 kWh de trop, 98 €`."""
    row = alert.row
    end = row.ended_on or row.last
    duration = plural("{count} j", "{count} j", max(1, (end - row.first).days))
    if row.kind is ThresholdKind.MISSING:
        return _("sans données pendant {duration}", duration=duration)
    parts = [duration]
    if row.exceeded_on is None:
        parts.append(_("sans dépassement"))
    elif row.excess_wh > 0 and row.kind is not ThresholdKind.LOW:
        parts.append(_("{energy} de trop", energy=energy(row.excess_wh)))
    if alert.excess_cents:
        parts.append(euros(alert.excess_cents))
    return ", ".join(parts)


def block_excess_text(block: AlertBlock) -> tuple[str, str]:
    """Return the range of the gaps and the cost of what one threshold found on several sites."""
    gaps = sorted(
        alert.row.excess_wh for alert in block.alerts if alert.row.exceeded_on is not None
    )
    cents = sum(alert.excess_cents or 0 for alert in block.alerts)
    energy_text = _("{energy} de trop", energy=energy(sum(gaps))) if gaps and sum(gaps) else ""
    return energy_text, euros(cents) if cents else ""


def spark_of(alert: Alert) -> Component | None:
    """Return the drawing of the last 60 days; None without any."""
    days = alert.days
    if days is None:
        return None
    over = sum(days.over)
    label = plural(
        "60 jours au {day}, {count} en dépassement",
        "60 jours au {day}, {count} en dépassement",
        over,
        day=short_day(days.last),
    )
    return spark(days.values_wh, days.over, label, days.limit_wh)


def sites_text(alerts: Sequence[Alert], total: int) -> str:
    names = [alert.row.alias or alert.row.pce for alert in alerts[:2]]
    return _("{names} et {count} autres", names=", ".join(names), count=number(total - len(names)))


def _day(day: date, today: date) -> str:
    return day_month(day) if day.year == today.year else short_day(day)
