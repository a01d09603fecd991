"""Describe the alerts of a site and a threshold: state, last value, history."""

from collections.abc import Sequence
from datetime import date

from dash.development.base_component import Component

from components.kit import spark
from components.notifications.episodes import (
    excess_text,
    last_figures,
    open_texts,
    share_text,
)
from components.notifications.filters import Tab
from core.i18n import _, near_day, number, plural, short_day
from data.notifications.rules.words import energy, euros
from data.thresholds.types import ThresholdKind, ThresholdPeriod
from data.thresholds.types.alerts import Alert, AlertBlock, AlertPage, AlertState


def lead_parts(content: AlertPage, tab: Tab) -> tuple[str, str]:
    """Return `2 dépassements en cours`, then what follows it in the sentence."""
    counts, home = content.alerts.counts, content.home
    texts = open_texts(counts.open)
    if not counts.open.exceeded and not counts.open.silences:
        elsewhere = home is not None and (home.awake.exceeded or home.awake.silences)
        calm = (
            _("Aucun dépassement en cours ne vous est adressé")
            if elsewhere
            else _("Aucun dépassement en cours")
        )
        texts.insert(0, calm)
    rest = "".join(f", {text}" for text in texts[1:])
    if tab is not Tab.INBOX or counts.messages <= counts.to_see:
        return texts[0], f"{rest}."
    messages = plural("{count} message", "{count} messages", counts.messages)
    lines = plural("en {count} ligne", "en {count} lignes", counts.to_see)
    return texts[0], f"{rest}. {messages}, {lines}."


def value_parts(alert: Alert, today: date) -> tuple[str, str]:
    """Return `10 480 kWh` and `+16 % le 28/11`, or `sur 12 000 au 28/11` below the limit."""
    row, days = alert.row, alert.days
    if row.kind is ThresholdKind.MISSING:
        return _("Aucune donnée"), _("depuis le {day}", day=near_day(row.first, today))
    value, limit, day = *last_figures(row), row.last
    if row.kind is ThresholdKind.FIXED and row.period is ThresholdPeriod.DAY and days:
        last = days.values_wh[-1]
        value, day = (value, day) if last is None else (last, days.last)
        limit = days.last_limit_wh or limit
    gap = excess_text(row) if row.expected_wh is not None else share_text(value, limit)
    when = near_day(day, today)
    if alert.key.state is AlertState.NEAR and row.expected_wh is None and limit:
        share = number(value * 100 / limit)
        note = _("{share} % de {limit} au {day}",
                 share=share, limit=number(limit / 1000), day=when)  # fmt: skip
        if row.expected_on is None:
            return energy(value), note
        expected = _("dépassement prévu le {day}", day=near_day(row.expected_on, today))
        return energy(value), f"{note}, {expected}"
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
    return counts, _("depuis le {day}", day=near_day(alert.key.since, today))


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


def gaps_text(alert: Alert) -> str:
    """Return `25 j connus sur 60` of the drawn days; empty when all are known."""
    values = alert.days.values_wh if alert.days else ()
    count = sum(value is not None for value in values)
    if count == len(values):
        return ""
    return plural(
        "{count} j connu sur {total}",
        "{count} j connus sur {total}",
        count,
        total=number(len(values)),
    )


def sites_text(alerts: Sequence[Alert], total: int) -> str:
    names = [alert.row.alias or alert.row.pce for alert in alerts[:2]]
    return _("{names} et {count} autres", names=", ".join(names), count=number(total - len(names)))
