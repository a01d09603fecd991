"""Describe an exceedance, for the home page, the chart and the fleet."""

from datetime import date

from dash.development.base_component import Component

from components.kit import chip
from components.kit.display import Tone
from core.i18n import _, day_month, near_day, number, percent, plural
from data.notifications.rules.words import energy, share
from data.notifications.types import Severity
from data.thresholds.types import (
    Chip,
    EpisodeCounts,
    EpisodeRow,
    EpisodeState,
    ThresholdKind,
    ThresholdPeriod,
)

_TONES: dict[Severity, Tone] = {
    Severity.INFO: "info",
    Severity.WARNING: "warn",
    Severity.URGENT: "bad",
}


def site_of(row: EpisodeRow) -> str:
    return row.alias or row.pce


def episode_title(row: EpisodeRow, today: date) -> str:
    """Return `Gymnase Nord : 14 820 kWh au 21/11, seuil 14 000`."""
    if row.kind is ThresholdKind.MISSING:
        return _("{site} : aucune donnée depuis le {day}", site=site_of(row), day=_day(row, today))
    return _("{site} : {figure}", site=site_of(row), figure=episode_figure(row, today))


def task_title(row: EpisodeRow, today: date) -> str:
    """Return the title, or `Gymnase Nord : seuil presque atteint, 83 %`."""
    if row.state is not EpisodeState.WARNED:
        return episode_title(row, today)
    value, limit = last_figures(row)
    share_now = number(value * 100 / limit if limit else 0)
    return _("{site} : seuil presque atteint, {share} %", site=site_of(row), share=share_now)


def open_texts(counts: EpisodeCounts) -> list[str]:
    """Return `2 dépassements en cours`, `1 PCE sans données`, `1 seuil presque atteint`.

    Without those of which there are none.
    """
    exceeded = plural(
        "{count} dépassement en cours", "{count} dépassements en cours", counts.exceeded
    )
    silences = plural("{count} PCE sans données", "{count} PCE sans données", counts.silences)
    warned = plural(
        "{count} seuil presque atteint", "{count} seuils presque atteints", counts.warned
    )
    texts = (counts.exceeded, exceeded), (counts.silences, silences), (counts.warned, warned)
    return [text for count, text in texts if count]


def episode_figure(row: EpisodeRow, today: date) -> str:
    """Return `14 820 kWh au 21/11, seuil 14 000`: the title without the site, for its page."""
    if row.kind is ThresholdKind.MISSING:
        return _("Aucune donnée depuis le {day}", day=_day(row, today))
    if row.expected_wh is not None:
        return expected_text(row, today)
    return _(
        "{value} {when}, seuil {limit}",
        value=energy(row.value_wh),
        when=_when(row, crossed_on(row), today),
        limit=number(row.limit_wh / 1000),
    )


def expected_text(row: EpisodeRow, today: date) -> str:
    """Return `412 kWh par jour au 21/11, attendu à ces températures 356`."""
    return _(
        "{value} par jour au {day}, attendu à ces températures {expected}",
        value=energy(row.value_wh),
        day=near_day(crossed_on(row), today),
        expected=number((row.expected_wh or 0) / 1000),
    )


def crossed_on(row: EpisodeRow) -> date:
    """Return the day of the value that determined the state."""
    return row.exceeded_on or row.warned_on or row.first


def _when(row: EpisodeRow, day: date, today: date) -> str:
    """Return the day or, for a running total, the day up to which it is counted."""
    if row.period is ThresholdPeriod.DAY:
        return _("le {day}", day=near_day(day, today))
    if row.period is ThresholdPeriod.YEAR:
        return _("en {year}, au {day}", year=row.first.year, day=day_month(day))
    return _("au {day}", day=near_day(day, today))


def latest_of(row: EpisodeRow) -> tuple[date, int, int] | None:
    """Return the last evaluated day of a running total, its value and limit.

    None unless that day is after the crossing.
    """
    if row.last_wh is None or row.last_limit_wh is None or row.period is ThresholdPeriod.DAY:
        return None
    later = row.last > crossed_on(row)
    return (row.last, row.last_wh, row.last_limit_wh) if later else None


def last_figures(row: EpisodeRow) -> tuple[int, int]:
    """Return the value and the limit of the latest evaluated day."""
    if row.last_wh is None or row.last_limit_wh is None:
        return row.value_wh, row.limit_wh
    return row.last_wh, row.last_limit_wh


def reached_text(row: EpisodeRow) -> str:
    """Return `83 % du seuil`, of the latest evaluated day."""
    value, limit = last_figures(row)
    return _("{share} % du seuil", share=number(value * 100 / limit if limit else 0))


def latest_text(row: EpisodeRow, today: date) -> str:
    """Return `57 925 kWh au 22/11, +31,1 %`; "" without newer value."""
    latest = latest_of(row)
    if latest is None:
        return ""
    day, value, limit = latest
    value_label = _("{value} {when}", value=energy(value), when=_when(row, day, today))
    mark = share_text(value, limit)
    return f"{value_label}, {mark}" if mark else value_label


def _day(row: EpisodeRow, today: date) -> str:
    return near_day(row.first, today)


def excess_text(row: EpisodeRow) -> str:
    """Return `+5,9 %`; empty where a percentage is meaningless."""
    if row.kind in {ThresholdKind.LOW, ThresholdKind.MISSING}:
        return ""
    if row.expected_wh:
        return percent((row.value_wh - row.expected_wh) * 100 / row.expected_wh)
    return share_text(row.value_wh, row.limit_wh)


def share_text(value: int, limit: int) -> str:
    """Return the excess in percent, the same everywhere and never `0,0 %`; "" for a zero limit."""
    gap = share(value, limit)
    if gap is None:
        return ""
    if not round(gap, 1):
        return _("juste au-dessus") if value > limit else _("au niveau du seuil")
    return percent(gap)


def episode_note(row: EpisodeRow, today: date) -> str:
    """Return `Dépassé le 21/11, +5,9 % ; 17 000 kWh au 24/11, +21,4 % ; valeur provisoire`."""
    notes = [_state(row, today), *filter(None, [latest_text(row, today)])]
    if row.provisional:
        notes.append(_("valeur provisoire"))
    if row.learnt_on and row.kind is not ThresholdKind.MISSING:
        notes.append(_("appris le {day}", day=near_day(row.learnt_on, today)))
    if row.acknowledged_at:
        notes.append(_("vu par {who}", who=row.acknowledged_by or _("un lien signé")))
    if row.comment:
        notes.append(_("«\u00a0{text}\u00a0»", text=row.comment))
    if row.assigned_to:
        notes.append(_("confié à {who}", who=row.assigned_to))
    return _("\u202f; ").join(notes)


def _state(row: EpisodeRow, today: date) -> str:
    if row.kind is ThresholdKind.MISSING:
        return _("« {threshold} »", threshold=row.threshold)
    if row.kind is ThresholdKind.LOW:
        return _("Consommation basse depuis le {day}", day=_day(row, today))
    if row.exceeded_on is None:
        return _warned(row, today)
    words = _("Dépassé le {day}", day=near_day(row.exceeded_on, today))
    if row.period is ThresholdPeriod.DAY and row.exceeded_on > row.first:
        words = _("Seuil journalier dépassé depuis le {day}", day=_day(row, today))
    if row.kind is ThresholdKind.WEATHER:
        since = near_day(row.exceeded_on, today)
        words = _("Plus qu’attendu à ces températures depuis le {day}", day=since)
    gap = excess_text(row)
    return f"{words}, {gap}" if gap else words


def _warned(row: EpisodeRow, today: date) -> str:
    words = reached_text(row)
    if row.expected_on is None:
        return words
    day = near_day(row.expected_on, today)
    return _("{words} ; à ce rythme, dépassement le {day}", words=words, day=day)


def episode_chip(row: EpisodeRow, today: date) -> Component:
    """Return the state: `dépassé depuis 3 j`, `presque atteint`, `terminé`."""
    if row.state is EpisodeState.WITHDRAWN:
        return chip(_("annulé"), icon="slash-circle", tone="mute")
    if not row.open:
        ended = _("terminé le {day}", day=near_day(row.ended_on or row.first, today))
        return chip(ended, icon="check-circle-fill", tone="mute")
    if row.snoozed_until is not None and row.snoozed_until > today:
        until = _("reporté au {day}", day=near_day(row.snoozed_until, today))
        return chip(until, icon="moon", tone="mute")
    if row.state is EpisodeState.WARNED:
        return chip(_("presque atteint"), icon="graph-up", tone="info")
    if row.kind is ThresholdKind.MISSING:
        days = (today - row.first).days + 1
        word = plural("sans données depuis {count} j", "sans données depuis {count} j", days)
        return chip(word, icon="hourglass-split", tone=tone_of(row.severity))
    days = max(0, (today - crossed_on(row)).days)
    word = plural("dépassé depuis {count} j", "dépassé depuis {count} j", days) if days else ""
    urgent = row.severity is Severity.URGENT
    glyph = "exclamation-octagon-fill" if urgent else "exclamation-triangle-fill"
    return chip(word or _("dépassé aujourd’hui"), icon=glyph, tone=tone_of(row.severity))


def tone_of(severity: Severity) -> Tone:
    """Return the tone of an open alert, determined by its severity alone."""
    return _TONES[severity]


def look_of(row: EpisodeRow) -> tuple[str, Tone]:
    """Return the icon of an alert, by its kind, and its tone."""
    if row.kind is ThresholdKind.MISSING:
        return "hourglass-split", tone_of(row.severity)
    if row.exceeded_on is None:
        return "graph-up", "info"
    glyph = "graph-down-arrow" if row.kind is ThresholdKind.LOW else "graph-up-arrow"
    return glyph, tone_of(row.severity)


def chart_address(row: EpisodeRow) -> str:
    """Return the address of the chart, open on the exceedance."""
    return f"/consommations?pce={row.pce}&step={row.period.value}&episode={row.id}"


def fleet_cell(threshold_chip: Chip | None) -> dict[str, str] | str:
    """Return the cell of open exceedances in the list of PCEs."""
    if threshold_chip is None:
        return "–"
    if threshold_chip.state is EpisodeState.WARNED:
        return {"word": _("presque atteint"), "icon": "graph-up", "tone": "info"}
    word = plural("{count} alerte", "{count} alertes", threshold_chip.open)
    urgent = threshold_chip.severity is Severity.URGENT
    glyph = "exclamation-octagon-fill" if urgent else "exclamation-triangle-fill"
    return {"word": word, "icon": glyph, "tone": tone_of(threshold_chip.severity)}
