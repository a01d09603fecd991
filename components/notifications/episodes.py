"""The words of an exceedance, the same at home, on the chart and in the fleet."""

from datetime import date

from dash.development.base_component import Component

from components.kit import chip
from data.notifications.types import Severity
from data.thresholds.types import Chip, EpisodeRow, EpisodeState, Period, ThresholdKind
from i18n import _, day_month, month_name, month_year, number, percent, plural, short_day


def site_of(row: EpisodeRow) -> str:
    return row.alias or row.pce


def energy(wh: int) -> str:
    """`14 820 kWh`."""
    return f"{number(wh / 1000)}\u00a0kWh"


def episode_title(row: EpisodeRow, today: date) -> str:
    """`Gymnase Nord : 14 820 kWh en novembre, seuil 14 000`."""
    if row.kind is ThresholdKind.MISSING:
        return _("{site} : aucune donnée depuis le {day}", site=site_of(row), day=_day(row, today))
    return _("{site} : {figure}", site=site_of(row), figure=episode_figure(row, today))


def episode_figure(row: EpisodeRow, today: date) -> str:
    """`14 820 kWh en novembre, seuil 14 000`; without the site, where the page is the site's."""
    if row.kind is ThresholdKind.MISSING:
        return _("Aucune donnée depuis le {day}", day=_day(row, today))
    return _(
        "{value} {when}, seuil {limit}",
        value=energy(row.value_wh),
        when=_when(row, today),
        limit=number(row.limit_wh / 1000),
    )


def _when(row: EpisodeRow, today: date) -> str:
    if row.period is Period.DAY:
        return _("le {day}", day=_written(row.exceeded_on or row.warned_on or row.first, today))
    if row.period is Period.YEAR:
        return _("en {month}", month=row.first.year)
    name = month_name(row.first) if row.first.year == today.year else month_year(row.first)
    return _("en {month}", month=name)


def _day(row: EpisodeRow, today: date) -> str:
    return _written(row.first, today)


def _written(day: date, today: date) -> str:
    return day_month(day) if day.year == today.year else short_day(day)


def over(row: EpisodeRow) -> str:
    """`+5,9 %`; nothing where a share would mean nothing."""
    if not row.limit_wh or row.kind in {ThresholdKind.LOW, ThresholdKind.MISSING}:
        return ""
    return percent((row.value_wh - row.limit_wh) / row.limit_wh * 100)


def episode_note(row: EpisodeRow, today: date) -> str:
    """`Dépassé le 21/11, +5,9 % ; valeur provisoire`."""
    said = [_state(row, today)]
    if row.provisional:
        said.append(_("valeur provisoire"))
    if row.learnt_on:
        said.append(_("appris le {day}", day=_written(row.learnt_on, today)))
    if row.acknowledged_at:
        said.append(_("vu par {who}", who=row.acknowledged_by or _("un lien signé")))
    if row.assigned_to:
        said.append(_("confié à {who}", who=row.assigned_to))
    return "\u202f; ".join(said)


def _state(row: EpisodeRow, today: date) -> str:
    if row.kind is ThresholdKind.MISSING:
        return _("« {threshold} »", threshold=row.threshold)
    if row.kind is ThresholdKind.LOW:
        return _("Consommation basse depuis le {day}", day=_day(row, today))
    if row.exceeded_on is None:
        return _warned(row, today)
    words = _("Dépassé le {day}", day=_written(row.exceeded_on, today))
    if row.period is Period.DAY and row.exceeded_on > row.first:
        words = _("Seuil journalier dépassé depuis le {day}", day=_day(row, today))
    share = over(row)
    return f"{words}, {share}" if share else words


def _warned(row: EpisodeRow, today: date) -> str:
    share = round(row.value_wh / row.limit_wh * 100) if row.limit_wh else 0
    words = _("{share} % du seuil", share=number(share))
    if row.expected_on is None:
        return words
    day = _written(row.expected_on, today)
    return _("{words} ; à ce rythme, dépassement le {day}", words=words, day=day)


def open_days(row: EpisodeRow, today: date) -> int:
    return max(0, (today - (row.exceeded_on or row.warned_on or row.first)).days)


def episode_chip(row: EpisodeRow, today: date) -> Component:
    """Its state in a word: `ouvert depuis 3 j`, `bientôt dépassé`, `terminé`."""
    if row.state is EpisodeState.WITHDRAWN:
        return chip(_("annulé"), icon="slash-circle", tone="mute")
    if not row.open:
        ended = _("terminé le {day}", day=_written(row.ended_on or row.first, today))
        return chip(ended, icon="check-circle-fill", tone="mute")
    if row.snoozed_until is not None and row.snoozed_until > today:
        until = _("reporté au {day}", day=_written(row.snoozed_until, today))
        return chip(until, icon="moon", tone="mute")
    if row.state is EpisodeState.WARNED:
        return chip(_("bientôt dépassé"), icon="graph-up", tone="info")
    days = open_days(row, today)
    word = (
        plural("ouvert depuis {count} j", "ouvert depuis {count} j", days)
        if days
        else _("ouvert aujourd’hui")
    )
    urgent = row.severity is Severity.URGENT
    glyph = "exclamation-octagon-fill" if urgent else "exclamation-triangle-fill"
    return chip(word, icon=glyph, tone="bad" if urgent else "warn")


def chart_address(row: EpisodeRow) -> str:
    """Where its curve opens, at its place."""
    return f"/consommations?pce={row.pce}&step={row.period.value}&episode={row.id}"


def fleet_cell(found: Chip | None) -> dict[str, str] | str:
    """What a line of the fleet says of its open exceedances."""
    if found is None:
        return "–"
    if found.state is EpisodeState.WARNED:
        return {"word": _("bientôt dépassé"), "icon": "graph-up", "tone": "info"}
    word = plural("{count} alerte", "{count} alertes", found.open)
    urgent = found.severity is Severity.URGENT
    glyph = "exclamation-octagon-fill" if urgent else "exclamation-triangle-fill"
    return {"word": word, "icon": glyph, "tone": "bad" if urgent else "warn"}
