"""Labels of thresholds and of their episodes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from core.i18n import N_, _, number, plural
from data.thresholds.types import (
    Exceedance,
    ThresholdChange,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
)

Choice = Literal["month", "day", "year", "relative", "weather", "low", "missing"]

CHOICES: Mapping[str, tuple[ThresholdKind, ThresholdPeriod]] = {
    "month": (ThresholdKind.FIXED, ThresholdPeriod.MONTH),
    "day": (ThresholdKind.FIXED, ThresholdPeriod.DAY),
    "year": (ThresholdKind.FIXED, ThresholdPeriod.YEAR),
    "relative": (ThresholdKind.RELATIVE, ThresholdPeriod.MONTH),
    "weather": (ThresholdKind.WEATHER, ThresholdPeriod.DAY),
    "low": (ThresholdKind.LOW, ThresholdPeriod.DAY),
    "missing": (ThresholdKind.MISSING, ThresholdPeriod.DAY),
}
CHOICE_WORDS: Mapping[str, str] = {
    "month": N_("12 valeurs mensuelles"),
    "day": N_("Une valeur par jour"),
    "year": N_("Une valeur par an"),
    "relative": N_("Par rapport à l’an passé"),
    "weather": N_("Corrigé du climat"),
    "low": N_("Faible ou nul"),
    "missing": N_("Données absentes"),
}
KINDS: Mapping[ThresholdKind, str] = {
    ThresholdKind.FIXED: N_("Valeur fixée"),
    ThresholdKind.RELATIVE: N_("Par rapport à l’an passé"),
    ThresholdKind.WEATHER: N_("Corrigé du climat"),
    ThresholdKind.LOW: N_("Faible ou nul"),
    ThresholdKind.MISSING: N_("Données absentes"),
}
TITLES: Mapping[str, str] = {
    "month": N_("Seuil mensuel"),
    "day": N_("Seuil journalier"),
    "year": N_("Seuil annuel"),
    "relative": N_("Seuil relatif à l’an passé"),
    "weather": N_("Seuil corrigé du climat"),
    "low": N_("Seuil de consommation faible"),
    "missing": N_("Alerte de données absentes"),
}
LIKES: Mapping[str, str] = {
    "month": N_("Un seuil mensuel"),
    "day": N_("Un seuil journalier"),
    "year": N_("Un seuil annuel"),
    "relative": N_("Un seuil relatif à l’an passé"),
    "weather": N_("Un seuil corrigé du climat"),
    "low": N_("Un seuil de consommation faible"),
    "missing": N_("Une alerte de données absentes"),
}
PERIODS: Mapping[ThresholdPeriod, str] = {
    ThresholdPeriod.DAY: N_("chaque jour"),
    ThresholdPeriod.MONTH: N_("chaque mois"),
    ThresholdPeriod.YEAR: N_("chaque année"),
}
PER: Mapping[ThresholdPeriod, str] = {
    ThresholdPeriod.DAY: N_("kWh par jour"),
    ThresholdPeriod.MONTH: N_("kWh par mois"),
    ThresholdPeriod.YEAR: N_("kWh par an"),
}
CHANGES: Mapping[ThresholdChange, str] = {
    ThresholdChange.CREATED: N_("Créé"),
    ThresholdChange.CHANGED: N_("Modifié"),
    ThresholdChange.PAUSED: N_("Suspendu"),
    ThresholdChange.RESUMED: N_("Repris"),
    ThresholdChange.REMOVED: N_("Retiré"),
    ThresholdChange.RESTORED: N_("Rétabli"),
}


def choice_of(kind: ThresholdKind, period: ThresholdPeriod) -> str:
    """Return the option of the segmented control for a kind and period."""
    if kind is ThresholdKind.FIXED:
        return period.value
    return kind.value


def title_of(choice: str, site: str) -> str:
    """Return `Seuil mensuel · Gymnase Nord`."""
    return " · ".join(part for part in (_(TITLES[choice]), site) if part)


def kwh(wh: int) -> str:
    return f"{number(wh / 1000)}\u00a0kWh"


def per(period: ThresholdPeriod) -> str:
    return _(PERIODS[period])


def kind_text(kind: ThresholdKind, period: ThresholdPeriod) -> str:
    """Return `Valeur fixée, chaque mois`."""
    if kind in {ThresholdKind.LOW, ThresholdKind.MISSING, ThresholdKind.WEATHER}:
        return _(KINDS[kind])
    return f"{_(KINDS[kind])}, {_(PERIODS[period])}"


def exceedance_text(exceedance: Exceedance) -> str:
    """Return `14 820 kWh pour 14 000`, or the expected value for an excess."""
    if exceedance.expected_wh is not None:
        read, expected_label = kwh(exceedance.value_wh), number(exceedance.expected_wh / 1000)
        return _("{value} par jour, attendu {expected}", value=read, expected=expected_label)
    value, limit = kwh(exceedance.value_wh), number(exceedance.limit_wh / 1000)
    return _("{value} pour {limit}", value=value, limit=limit)


def watched_text(pces: int) -> str:
    return plural("{count} PCE", "{count} PCE", pces)


def default_name(draft: ThresholdDraft, site: str) -> str:
    """Return the default name of a threshold."""
    where = draft.scope.tag or site
    return title_of(choice_of(draft.kind, draft.period), where)[:80]


def draft_for(draft: ThresholdDraft, number: str, alias: str) -> ThresholdDraft:
    """Return `draft` for one PCE of several, with its own name."""
    name = draft.name or default_name(replace(draft, scope=ThresholdScope()), alias or number)
    return replace(draft, name=name, scope=ThresholdScope((number,)))
