"""Answer what changed on a site in its last year: since when, how much, how sure, what to check."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dash.development.base_component import Component

from components.consumption.sentence import Text, fill, slot
from components.fleet.causes import cause_look, since_words
from components.home.amounts import euros, kwh, more_or_less
from components.kit import chip, html
from core.i18n import N_, _, number, plural
from data.analysis.signatures.types import Cause, Portrait, ProbableCause, Split

SAME = 0.02  # of the year before: a smaller drift is none
CHANGES: Mapping[Cause, tuple[str, str]] = {
    Cause.BASELOAD: (
        N_("{since}, le talon de ce site a monté."),
        N_("eau chaude et son bouclage, renouvellement d’eau ou d’air, fuite."),
    ),
    Cause.LEVEL: (
        N_("{since}, ce site consomme plus en toute saison, dans la même proportion."),
        N_("occupation, consignes, rendement de la chaudière, comptage."),
    ),
    Cause.OUT_OF_USE: (
        N_("{since}, ce site chauffe aussi les jours sans occupation."),
        N_("programmation des week-ends et des jours fériés."),
    ),
    Cause.HEATING: (
        N_("{since}, ce site consomme plus par degré de froid."),
        N_("courbe de chauffe, consignes, réglage du brûleur, ouvrants."),
    ),
    Cause.NOT_STOPPED: (
        N_("{since}, le chauffage de ce site tourne les jours doux."),
        N_("arrêt saisonnier du chauffage et température de coupure."),
    ),
    Cause.EARLY: (
        N_("{since}, le chauffage de ce site a repris, plus tôt que l’an dernier."),
        N_("date de remise en chauffe et température de coupure."),
    ),
    Cause.ZERO: (
        N_("{since}, le compteur de ce site ne compte plus rien."),
        N_("vanne fermée, compteur remplacé ou site fermé."),
    ),
}


def answer(portrait: Portrait) -> list[Text]:
    """Return what changed and since when, where that is known, then the drift of the year."""
    split, why = portrait.split, portrait.why
    if split is None or not split.before_wh or split.known_gap_wh is None:
        return [_("Aucune année mesurée ne peut encore être comparée à celle d’avant.")]
    change = _change(why, portrait.baseload_step_wh) if why else []
    if split.drift_wh is None:
        return [*change, *_raw_gap(split, split.known_gap_wh)]
    if abs(split.drift_wh) < SAME * split.before_wh:
        return [
            *change,
            _("Sur douze mois, ce site consomme autant que l’an dernier, à climat égal."),
        ]
    return [*change, *_drift(split.drift_wh, portrait.drift_cost)]


def _change(why: ProbableCause, step_wh: float | None) -> list[Text]:
    since = since_words(replace(why, is_part=False))
    since = since[0].upper() + since[1:]
    if step_wh is not None and step_wh > 0:
        amount = html.B(_("{energy} par jour", energy=kwh(round(step_wh))))
        sentence = _(
            "{since}, le talon de ce site a monté de {amount}, été comme hiver.",
            since=since,
            amount=slot("amount"),
        )
        return [*fill(sentence, {"amount": [amount]}), " "]
    change = _(CHANGES[why.cause][0], since=since)
    part = _("Ce n’est qu’une partie de sa dérive, qui a commencé avant.")
    return [change, " ", *([part, " "] if why.is_part else [])]


def _raw_gap(split: Split, gap_wh: int) -> list[Text]:
    """Return the gap of the days known in both years, which no weather corrects."""
    missing = split.missing_before + split.missing_after
    days = _("aux jours connus des deux années") if missing else _("sur douze mois")
    if not gap_wh:
        sentence = _(
            "Sans correction du climat, {days}, ce site consomme autant que l’an dernier.",
            days=days,
        )
        return [sentence]
    sentence = _(
        "Sans correction du climat, {days}, ce site consomme {energy} que l’an dernier.",
        days=days,
        energy=slot("energy"),
    )
    return fill(sentence, {"energy": [html.B(more_or_less(kwh(gap_wh), gap_wh))]})


def _drift(drift_wh: int, cost: int | None) -> list[Text]:
    """Return the drift of a year, weather-corrected, in kWh and in euros where there is a price."""
    if cost is None:
        energy = more_or_less(kwh(drift_wh), drift_wh)
        sentence = _(
            "Sur douze mois, ce site consomme {energy} que ce que le climat explique.",
            energy=slot("energy"),
        )
        return fill(sentence, {"energy": [html.B(energy)]})
    amount = more_or_less(euros(cost), drift_wh)
    sentence = _(
        "Sur douze mois, ce site consomme {energy} et coûte {amount} que ce que le climat"
        " explique.",
        energy=slot("energy"),
        amount=slot("amount"),
    )
    return fill(sentence, {"energy": [html.B(kwh(drift_wh))], "amount": [html.B(amount)]})


def evidence(portrait: Portrait) -> list[Component]:
    """Return chips of the cause, its start and how well the weeks follow it, and what to check."""
    why, fit = portrait.why, portrait.best_fit
    weeks = plural("{count} semaine", "{count} semaines", fit.weeks)
    reliable = _("{weeks}, R² {r2}", weeks=weeks, r2=number(fit.r2, 2))
    chips = [
        *(_cause_chips(why) if why else []),
        *([] if fit.reason else [chip(reliable, icon="shield-check")]),
    ]
    checks: Sequence[Component] = []
    if why:
        advice = _("À vérifier sur place : {checks}", checks=_(CHANGES[why.cause][1]))
        checks = [html.Span(advice, className="signature-checks")]
    return [html.Div([*chips, *checks], className="signature-evidence")] if chips else []


def _cause_chips(why: ProbableCause) -> list[Component]:
    icon, words = cause_look(why)
    return [chip(words, icon=icon), chip(since_words(why), icon="calendar-week")]
