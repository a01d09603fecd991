"""Check a draft field by field, in sentences."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from core.i18n import N_
from data.metering.pces.rules import LONGEST_TAG
from data.thresholds.rules import winter
from data.thresholds.rules.evaluated_days import WHOLE
from data.thresholds.rules.evaluators import EVALUATORS
from data.thresholds.types import (
    MONTHS,
    MOST_PCES,
    WINDOWS,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
)

Problem: TypeAlias = tuple[str, str, Mapping[str, object]]  # field, French sentence, its params
LONGEST_NAME = 80
MOST_WH = 10**15
MOST_DAYS = 31
DAYS_IN_WEEK = 7
MOST_DELAY = 366
LEAST_PERCENT, MOST_PERCENT = -90, 500
MOST_HYSTERESIS = 50
MOST_RECIPIENTS = 50
MOST_HOURS = 168  # before a second person is notified


def problems_in(draft: ThresholdDraft) -> tuple[Problem, ...]:
    """Return all problems of `draft`; empty when it can be saved."""
    return (*_named(draft), *_valued(draft), *_weekly(draft), *_tuned(draft), *_scoped(draft))


def _named(draft: ThresholdDraft) -> Iterator[Problem]:
    if not draft.name.strip():
        yield "name", N_("Donnez un nom à ce seuil."), {}
    if len(draft.name) > LONGEST_NAME:
        yield (
            "name",
            N_("Ce nom est trop long : {most} caractères au plus."),
            {"most": LONGEST_NAME},
        )
    if (draft.kind, draft.period) not in EVALUATORS:
        yield "period", N_("Ce type de seuil ne peut pas être évalué sur cette période."), {}


def _valued(draft: ThresholdDraft) -> Iterator[Problem]:
    needed = 0
    if draft.kind is ThresholdKind.FIXED:
        needed = MONTHS if draft.period is ThresholdPeriod.MONTH else 1
    elif draft.kind is ThresholdKind.LOW:
        needed = 1
    if len(draft.values_wh) != needed:
        sentence = (
            N_("Il faut douze valeurs, une par mois.")
            if needed == MONTHS
            else N_("Indiquez une valeur, en kWh.")
        )
        yield "values", sentence, {}
    if any(not 0 <= value <= MOST_WH for value in draft.values_wh):
        yield "values", N_("Une valeur est un nombre de kWh, 0 ou plus."), {}
    if draft.kind is ThresholdKind.RELATIVE and not LEAST_PERCENT <= draft.percent <= MOST_PERCENT:
        yield (
            "percent",
            N_("L’écart à l’an passé va de {least} % à {most} %."),
            {"least": LEAST_PERCENT, "most": MOST_PERCENT},
        )
    if draft.kind is ThresholdKind.WEATHER:
        yield from _expecting(draft)
    if not 0 <= draft.delay <= MOST_DELAY:
        yield "delay", N_("Le délai va de 0 à {most} jours."), {"most": MOST_DELAY}


def _weekly(draft: ThresholdDraft) -> Iterator[Problem]:
    week = draft.week
    if not week.is_set:
        return
    if (draft.kind, draft.period) != (ThresholdKind.FIXED, ThresholdPeriod.DAY):
        sentence = N_("Les valeurs de week-end et de jours fermés sont celles d’un seuil par jour.")
        yield "week", sentence, {}
    values = (week.weekend_wh, week.closed_wh)
    if any(value is not None and not 0 <= value <= MOST_WH for value in values):
        sentence = N_("Week-end et jours fermés : un nombre de kWh, ou vide.")
        yield "week", sentence, {}
    if not set(week.closed_on) <= set(range(DAYS_IN_WEEK)):
        yield "week", N_("Un jour fermé est un jour de la semaine."), {}


def _expecting(draft: ThresholdDraft) -> Iterator[Problem]:
    if not winter.LEAST_PERCENT <= draft.percent <= winter.MOST_PERCENT:
        yield (
            "percent",
            N_("L’écart à l’attendu va de {least} % à {most} %."),
            {"least": winter.LEAST_PERCENT, "most": winter.MOST_PERCENT},
        )
    if draft.window not in WINDOWS:
        yield "window", N_("L’écart est évalué sur 7, 14 ou 28 jours."), {}


def _tuned(draft: ThresholdDraft) -> Iterator[Problem]:
    if draft.warn_at is not None and not 1 <= draft.warn_at <= WHOLE:
        yield "warn_at", N_("L’alerte avant dépassement va de 1 % à 100 % du seuil."), {}
    if not 0 <= draft.hysteresis <= MOST_HYSTERESIS:
        yield (
            "hysteresis",
            N_("La marge de retour à la normale va de 0 à {most} %."),
            {"most": MOST_HYSTERESIS},
        )
    if not 1 <= draft.consecutive <= MOST_DAYS:
        yield "consecutive", N_("Il faut de 1 à {most} jours consécutifs."), {"most": MOST_DAYS}
    elif draft.consecutive > 1 and draft.period is not ThresholdPeriod.DAY:
        yield "consecutive", N_("Les jours consécutifs ne valent que pour un seuil par jour."), {}
    if draft.valid_from and draft.valid_to and draft.valid_to < draft.valid_from:
        yield "valid_to", N_("La fin de validité précède son début."), {}
    if len(draft.recipients) > MOST_RECIPIENTS:
        yield (
            "recipients",
            N_("Un seuil prévient au plus {most} personnes."),
            {"most": MOST_RECIPIENTS},
        )
    delays = [recipient.after_hours for recipient in draft.recipients]
    if delays and all(delays):
        yield "recipients", N_("Une personne au moins est prévenue dès le dépassement."), {}
    if not all(0 <= delay <= MOST_HOURS for delay in delays):
        sentence = N_("Une seconde personne est prévenue sous {most} heures au plus.")
        yield "recipients", sentence, {"most": MOST_HOURS}


def _scoped(draft: ThresholdDraft) -> Iterator[Problem]:
    if not draft.scope.pces and not draft.scope.tag:
        yield "scope", N_("Choisissez au moins un PCE, ou une étiquette."), {}
    if len(draft.scope.pces) > MOST_PCES:
        yield "scope", N_("Choisissez au plus {most} PCE à la fois."), {"most": MOST_PCES}
    if len(draft.scope.tag) > LONGEST_TAG:
        sentence = N_("Cette étiquette est trop longue : {most} caractères au plus.")
        yield "scope", sentence, {"most": LONGEST_TAG}
