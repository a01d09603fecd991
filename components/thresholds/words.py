"""The words of thresholds and of their episodes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Literal

from data.thresholds.types import (
    Change,
    Draft,
    Ending,
    EpisodeRow,
    EpisodeState,
    Period,
    Scope,
    Spell,
    ThresholdKind,
)
from i18n import N_, _, long_day, month_year, number, percent, plural, short_day

Tone = Literal["ok", "warn", "bad", "mute", "info"]
Choice = Literal["month", "day", "year", "relative", "low", "missing"]

CHOICES: Mapping[str, tuple[ThresholdKind, Period]] = {
    "month": (ThresholdKind.FIXED, Period.MONTH),
    "day": (ThresholdKind.FIXED, Period.DAY),
    "year": (ThresholdKind.FIXED, Period.YEAR),
    "relative": (ThresholdKind.RELATIVE, Period.MONTH),
    "low": (ThresholdKind.LOW, Period.DAY),
    "missing": (ThresholdKind.MISSING, Period.DAY),
}
CHOICE_WORDS: Mapping[str, str] = {
    "month": N_("12 valeurs mensuelles"),
    "day": N_("Une valeur par jour"),
    "year": N_("Une valeur par an"),
    "relative": N_("Par rapport à l’an passé"),
    "low": N_("Faible ou nul"),
    "missing": N_("Données absentes"),
}
KINDS: Mapping[ThresholdKind, str] = {
    ThresholdKind.FIXED: N_("Valeur fixée"),
    ThresholdKind.RELATIVE: N_("Par rapport à l’an passé"),
    ThresholdKind.LOW: N_("Faible ou nul"),
    ThresholdKind.MISSING: N_("Données absentes"),
}
TITLES: Mapping[str, str] = {
    "month": N_("Seuil mensuel"),
    "day": N_("Seuil journalier"),
    "year": N_("Seuil annuel"),
    "relative": N_("Seuil relatif à l’an passé"),
    "low": N_("Seuil de consommation faible"),
    "missing": N_("Alerte de données absentes"),
}
LIKES: Mapping[str, str] = {
    "month": N_("Un seuil mensuel"),
    "day": N_("Un seuil journalier"),
    "year": N_("Un seuil annuel"),
    "relative": N_("Un seuil relatif à l’an passé"),
    "low": N_("Un seuil de consommation faible"),
    "missing": N_("Une alerte de données absentes"),
}
PERIODS: Mapping[Period, str] = {
    Period.DAY: N_("chaque jour"),
    Period.MONTH: N_("chaque mois"),
    Period.YEAR: N_("chaque année"),
}
PER: Mapping[Period, str] = {
    Period.DAY: N_("kWh par jour"),
    Period.MONTH: N_("kWh par mois"),
    Period.YEAR: N_("kWh par an"),
}
STATES: Mapping[EpisodeState, tuple[str, str, Tone]] = {
    EpisodeState.WARNED: (N_("Approche"), "exclamation-triangle-fill", "warn"),
    EpisodeState.EXCEEDED: (N_("Dépassé"), "exclamation-octagon-fill", "bad"),
    EpisodeState.NORMAL: (N_("Revenu à la normale"), "check-circle-fill", "ok"),
    EpisodeState.WITHDRAWN: (N_("Retiré"), "arrow-counterclockwise", "mute"),
}
OTHER_WAY: Mapping[ThresholdKind, str] = {
    ThresholdKind.LOW: N_("Trop bas"),
    ThresholdKind.MISSING: N_("Données attendues"),
}
CHANGES: Mapping[Change, str] = {
    Change.CREATED: N_("Créé"),
    Change.CHANGED: N_("Modifié"),
    Change.PAUSED: N_("Suspendu"),
    Change.RESUMED: N_("Repris"),
    Change.REMOVED: N_("Retiré"),
}
ENDINGS: Mapping[Ending, str] = {
    Ending.CLEARED: N_("revenu sous le seuil"),
    Ending.PERIOD: N_("fin de la période"),
    Ending.STOPPED: N_("le seuil ne juge plus"),
    Ending.BACK: N_("les données sont arrivées"),
}


def choice_of(kind: ThresholdKind, period: Period) -> str:
    """The word of the segmented control that stands for *kind* and *period*."""
    if kind is ThresholdKind.FIXED:
        return period.value
    return kind.value


def title_of(choice: str, site: str) -> str:
    """`Seuil mensuel · Gymnase Nord`."""
    return " · ".join(part for part in (_(TITLES[choice]), site) if part)


def kwh(wh: int) -> str:
    return f"{number(wh / 1000)}\u00a0kWh"


def per(period: Period) -> str:
    return _(PERIODS[period])


def kind_text(kind: ThresholdKind, period: Period) -> str:
    """`Valeur fixée, chaque mois`."""
    if kind in {ThresholdKind.LOW, ThresholdKind.MISSING}:
        return _(KINDS[kind])
    return f"{_(KINDS[kind])}, {_(PERIODS[period])}"


def state_words(row: EpisodeRow) -> tuple[str, str, Tone]:
    """Word, icon and tone of an episode."""
    word, icon, tone = STATES[row.state]
    if row.state is EpisodeState.EXCEEDED:
        word = OTHER_WAY.get(row.kind, word)
    return _(word), icon, tone


def when(day: date, period: Period) -> str:
    """`le 24 nov. 2026`, `en novembre 2026`, `en 2026`."""
    if period is Period.MONTH:
        return _("en {month}", month=month_year(day))
    if period is Period.YEAR:
        return _("en {year}", year=day.year)
    return _("le {day}", day=long_day(day))


def episode_text(row: EpisodeRow) -> str:
    """What happened, in one sentence."""
    if row.kind is ThresholdKind.MISSING:
        return _("Aucune donnée publiée depuis le {day}.", day=long_day(row.first))
    exceeds = row.exceeded_on is not None
    low = row.kind is ThresholdKind.LOW
    shown = row.peak_wh if exceeds and not low else row.value_wh
    day = row.peak_on if exceeds and not low else row.exceeded_on or row.warned_on or row.first
    said = when(day if row.period is Period.DAY else row.first, row.period)
    values = {"value": kwh(shown), "limit": kwh(row.limit_wh), "when": said}
    if low:
        return _("{value} {when}, pour un minimum de {limit}.", **values)
    if exceeds:
        over = percent(excess(shown, row.limit_wh))
        return _("{value} {when} pour un seuil de {limit}, soit {over}.", over=over, **values)
    if row.expected_on is not None and row.open:
        expected = long_day(row.expected_on)
        return _(
            "{value} {when} ; à ce rythme, le seuil de {limit} sera dépassé le {day}.",
            day=expected,
            **values,
        )
    return _("{value} {when}, proche du seuil de {limit}.", **values)


def excess(value: int, limit: int) -> float:
    """By how many percent *value* is over *limit*; 100 over nothing."""
    return (value - limit) * 100 / limit if limit else 100.0


def follow_text(row: EpisodeRow) -> str:
    """What people did about an episode, and how it ended."""
    parts = [
        *([_("vu par {who}", who=row.acknowledged_by)] if row.acknowledged_at else []),
        *([_("« {text} »", text=row.comment)] if row.comment else []),
        *([_("confié à {who}", who=row.assigned_to)] if row.assigned_to else []),
        *([_("reporté au {day}", day=short_day(row.snoozed_until))] if row.snoozed_until else []),
        *([_("appris le {day}", day=short_day(row.learnt_on))] if row.learnt_on else []),
        *([_("provisoire")] if row.provisional and row.open else []),
        *(_ended(row)),
    ]
    return " · ".join(parts)


def _ended(row: EpisodeRow) -> list[str]:
    if row.ended_on is None or row.ending is None:
        return []
    why = _(ENDINGS[row.ending])
    return [_("terminé le {day}, {why}", day=short_day(row.ended_on), why=why)]


def spell_text(spell: Spell) -> str:
    """`14 820 kWh pour 14 000`."""
    value, limit = kwh(spell.value_wh), number(spell.limit_wh / 1000)
    return _("{value} pour {limit}", value=value, limit=limit)


def watched_text(pces: int) -> str:
    return plural("{count} PCE", "{count} PCE", pces)


def default_name(draft: Draft, site: str) -> str:
    """What a threshold is called when nobody named it."""
    where = draft.scope.tag or site
    return title_of(choice_of(draft.kind, draft.period), where)[:80]


def draft_for(
    draft: Draft, number: str, alias: str, values_wh: tuple[int, ...] | None = None
) -> Draft:
    """*draft* for one PCE of many, under its own name."""
    values = draft.values_wh if values_wh is None else values_wh
    name = draft.name or default_name(replace(draft, scope=Scope()), alias or number)
    return replace(draft, name=name, scope=Scope((number,)), values_wh=values)
