"""List the facts of an alert, wherever it is opened."""

from datetime import date

from components.kit import Child, Children
from components.notifications.episodes import (
    crossed_on,
    episode_chip,
    latest_of,
    share_text,
)
from core.i18n import N_, _, clock, short_day
from data.notifications.rules.words import energy, severity_name
from data.thresholds.types import Ending, EpisodeRow, ThresholdKind, ThresholdPeriod

ENDINGS = {
    Ending.CLEARED: N_("revenu sous le seuil"),
    Ending.PERIOD: N_("avec sa période"),
    Ending.STOPPED: N_("le seuil ne surveille plus ce point"),
    Ending.BACK: N_("les données sont arrivées"),
}


def episode_facts(row: EpisodeRow, today: date) -> list[tuple[Children, Children]]:
    """Return the facts of an exceedance in chronological order, without unknown ones."""
    missing = row.kind is ThresholdKind.MISSING
    warned, exceeded, learnt = row.warned_on, row.exceeded_on, row.learnt_on
    fact_rows: list[tuple[str, Child]] = [
        (_("État"), episode_chip(row, today)),
        (_("Gravité"), severity_name(row.severity)),
        (_("Seuil"), row.threshold),
        (_("PCE"), row.pce),
        (_("Première journée gazière"), short_day(row.first)),
        *([(_("Prévenu le"), short_day(warned))] if warned else []),
        *([(_("Dépassé le"), short_day(exceeded))] if exceeded and not missing else []),
        *([] if missing else _figures(row)),
        (_("Connu le"), clock(row.found_at)),
        *([(_("Appris en retard le"), short_day(learnt))] if learnt and not missing else []),
        *([(_("Terminé le"), _ended(row))] if row.ended_on else []),
        *([(_("Reporté au"), short_day(row.snoozed_until))] if row.snoozed_until else []),
        *([(_("Vu"), _seen_text(row))] if row.acknowledged_at else []),
        *([(_("Commentaire"), row.comment)] if row.comment else []),
        *([(_("Confié à"), row.assigned_to)] if row.assigned_to else []),
    ]
    return list(fact_rows)


def _figures(row: EpisodeRow) -> list[tuple[str, str]]:
    """Return each value with its day and limit: at the crossing, then the latest."""
    low = row.kind is ThresholdKind.LOW
    if row.expected_wh is not None:
        return _expected(row)
    figures = [
        (_("Limite le {day}", day=short_day(crossed_on(row))), energy(row.limit_wh)),
        _value(crossed_on(row), row.value_wh, None if low else row.limit_wh, row),
    ]
    latest = latest_of(row)
    if latest is not None:
        day, value, limit = latest
        if limit != row.limit_wh:
            figures.append((_("Limite le {day}", day=short_day(day)), energy(limit)))
        figures.append(_value(day, value, limit, row))
    if row.exceeded_on and not low and row.period is ThresholdPeriod.DAY:
        peak = _("{value} le {day}", value=energy(row.peak_wh), day=short_day(row.peak_on))
        figures += [
            (_("Plus forte valeur"), peak),
            (_("Excédent de tous ses jours"), energy(row.excess_wh)),
        ]
    return figures


def _expected(row: EpisodeRow) -> list[tuple[str, str]]:
    """Return the value expected for the weather, the reading, and the threshold."""
    day = short_day(crossed_on(row))
    a_day = _("{value} par jour")
    expected, value = energy(row.expected_wh or 0), energy(row.value_wh)
    gap = share_text(row.value_wh, row.expected_wh or 0)
    read = a_day.format(value=value)
    return [
        (_("Attendu à ces températures, au {day}", day=day), a_day.format(value=expected)),
        (_("Relevé, au {day}", day=day), f"{read} ({gap})" if gap else read),
        (_("Seuil"), a_day.format(value=energy(row.limit_wh))),
        (_("Excédent de tous ses jours"), energy(row.excess_wh)),
    ]


def _value(day: date, value: int, limit: int | None, row: EpisodeRow) -> tuple[str, str]:
    """Return `Valeur au 22/11/2026`, `57 925 kWh (+31,1 %, soit 13 725 kWh de trop)`."""
    words = _("Valeur le {day}") if row.period is ThresholdPeriod.DAY else _("Valeur au {day}")
    name, value_label = words.format(day=short_day(day)), energy(value)
    gap = "" if limit is None else share_text(value, limit)
    if not gap:
        return name, value_label
    over = "" if limit is None or value <= limit else energy(value - limit)
    inside = _("{gap}, soit {over} de trop", gap=gap, over=over) if over else gap
    return name, f"{value_label} ({inside})"


def _ended(row: EpisodeRow) -> str:
    day = short_day(row.ended_on) if row.ended_on else ""
    return f"{day}, {_(ENDINGS[row.ending])}" if row.ending else day


def _seen_text(row: EpisodeRow) -> str:
    if row.acknowledged_at is None:
        return ""
    who = row.acknowledged_by or _("un lien signé")
    return _("le {when} par {who}", when=clock(row.acknowledged_at), who=who)
