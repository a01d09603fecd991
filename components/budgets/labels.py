"""Describe a budget, and parse its form fields."""

from collections.abc import Mapping
from datetime import date

from components.kit import Errors, FieldReader, StateLabel, Typed
from components.prices.target import TargetSentences, read_target, typed_target
from core.errors import Invalid
from core.i18n import N_, _, month_name, month_year, number, percent, plural
from data.analysis.signatures.rules.reasons import reason_words
from data.metering.consumption.types import (
    BudgetOutlook,
    BudgetStanding,
    ChartedBudget,
    Forecast,
    Unit,
)
from data.money.budgets.rules.checks import UNITS, amount_in, amount_text, last_month, month_in
from data.money.budgets.types import Budget, BudgetDraft, Phasing, TrackedBudget

PATH = "/budgets"
SIGNS = {Unit.KWH: "kWh", Unit.EUR: "€"}
SHOWN_WHOLE = 1_000_000  # a thousand units: below, decimals count
_TARGET = TargetSentences(
    no_tag=N_("Choisissez l’étiquette des PCE de ce budget."),
    also_tag=N_(
        "Une étiquette est choisie, mais le budget est pour tous les PCE : changez « Pour », ou"
        " choisissez « aucune »."
    ),
    also_pce=N_(
        "Un PCE est saisi, mais le budget n’est pas pour lui seul : changez « Pour », ou videz ce"
        " numéro."
    ),
)
OUTLOOKS: Mapping[BudgetOutlook, StateLabel] = {
    BudgetOutlook.OVER: StateLabel("Budget dépassé", "exclamation-octagon-fill", "bad"),
    BudgetOutlook.LIKELY: StateLabel("Dépassement probable", "exclamation-triangle-fill", "bad"),
    BudgetOutlook.UNCERTAIN: StateLabel("Issue incertaine", "question-circle", "warn"),
    BudgetOutlook.POSSIBLE: StateLabel("Dépassement possible", "exclamation-circle", "warn"),
    BudgetOutlook.UNLIKELY: StateLabel("Dans le budget", "check-circle-fill", "ok"),
    BudgetOutlook.UNTOLD: StateLabel("Fin non estimée", "question-circle", "mute"),
}


def amount_words(amount: int, unit: Unit) -> str:
    """Format thousandths of a unit: `120 000 kWh`, `9 500 €`."""
    return f"{number(amount / 1000)}\u00a0{SIGNS[unit]}"


def signed_words(amount: int, unit: Unit) -> str:
    return f"{'+' if amount >= 500 else ''}{amount_words(amount, unit)}"  # noqa: PLR2004 (rounded)


def period_words(first: date) -> str:
    """Format twelve months: `2026`, or `juillet 2026 – juin 2027`."""
    if first.month == 1:
        return str(first.year)
    return f"{month_year(first)} – {month_year(last_month(first))}"


def whom_words(budget: Budget) -> str:
    target = budget.draft.target
    if target.pce:
        return budget.alias or target.pce
    return _("Étiquette {tag}", tag=target.tag) if target.tag else _("Tous les PCE")


def gap_words(standing: BudgetStanding) -> str:
    """Format the gap to the budget: `8 % de moins que prévu`."""
    gap = standing.gap_percent
    if gap is None:
        return _("rien n’était prévu")
    if not gap:
        return _("comme prévu")
    share = percent(abs(gap), 0).lstrip("+")
    if gap < 0:
        return _("{share} de moins que prévu", share=share)
    return _("{share} de plus que prévu", share=share)


def standing_words(standing: BudgetStanding | None, first: date) -> str:
    """Format the progress, such as `À fin octobre : 8 % de moins que prévu`.

    Missing days are counted at the end.
    """
    if standing is None:
        return _("Aucun mois fini n’est encore connu depuis {month}.", month=month_year(first))
    month = (
        month_name(standing.until)
        if standing.until.year == first.year
        else month_year(standing.until)
    )
    fields = {"month": month, "gap": gap_words(standing)}
    if standing.share is None or standing.known_days >= standing.days:
        return _("À fin {month} : {gap}.", **fields)
    return _(
        "À fin {month} : {gap}, sur les {known} jours connus de {days}.",
        known=number(standing.known_days),
        days=number(standing.days),
        **fields,
    )


def ends_words(forecast: Forecast) -> str:
    """Format the bounds of a forecast: `110 000 – 126 000`."""
    return f"{number(forecast.low / 1000)}\u00a0–\u00a0{number(forecast.high / 1000)}"


def summary_words(
    first: date, amount: int, unit: Unit, budget: ChartedBudget | TrackedBudget
) -> str:
    """Return the amount of a budget, its progress and its estimated end, in sentences."""
    name = _("Budget {period}", period=period_words(first))
    sentences = [
        _("{name} : {amount}.", name=name, amount=amount_words(amount, unit)),
        standing_words(budget.standing, first),
    ]
    if budget.forecast is not None:
        end = f"{amount_words(budget.forecast.total, unit)} ({ends_words(budget.forecast)})"
        word = _(OUTLOOKS[budget.outlook][0])
        low = word[:1].lower() + word[1:]
        sentences.append(_("Fin estimée {end} : {outlook}.", end=end, outlook=low))
    return " ".join(sentences)


def unestimated_words(tracked: TrackedBudget) -> str:
    """Return why the end of a budget is not estimated."""
    phasing = tracked.budget.phasing
    if tracked.outlook is BudgetOutlook.OVER:
        return _(OUTLOOKS[tracked.outlook][0])
    if not phasing.pces:
        return _("Non estimée : aucun PCE.")
    if phasing.days:
        return plural(
            "Non estimée : {count} PCE n’a pas d’historique.",
            "Non estimée : {count} PCE n’ont pas d’historique.",
            phasing.days,
        )
    if phasing.past:
        return plural(
            "Non estimée : {count} PCE n’a pas de signature fiable.",
            "Non estimée : {count} PCE n’ont pas de signature fiable.",
            phasing.past,
        )
    return _("Non estimée : des jours à venir n’ont pas de prix.")


def phasing_words(phasing: Phasing) -> str:
    """Return how the budget was split over its months."""
    if phasing.pces == 1:
        return _budget_label(phasing)
    parts = [
        plural(
            "{count} PCE selon sa signature et les DJU normaux",
            "{count} PCE selon leur signature et les DJU normaux",
            phasing.climate,
        ),
        plural(
            "{count} PCE selon ses mois des dernières années",
            "{count} PCE selon leurs mois des dernières années",
            phasing.past,
        ),
        plural(
            "{count} PCE sans historique, comme les autres",
            "{count} PCE sans historique, comme les autres",
            phasing.days,
        ),
    ]
    counts = (phasing.climate, phasing.past, phasing.days)
    sources = ", ".join(part for part, count in zip(parts, counts, strict=True) if count)
    return (
        _("Répartition\u00a0: {said}.", said=sources)
        if sources
        else _("Réparti par jours : aucun PCE.")
    )


def _budget_label(phasing: Phasing) -> str:
    if phasing.climate:
        return _("Réparti selon la signature du site et les DJU normaux de sa station.")
    why = reason_words(phasing.reason) if phasing.reason else ""
    if phasing.past:
        return _("Réparti selon ses mois des dernières années : {why}.", why=why)
    return _("Réparti par jours : ni signature ni année passée ({why}).", why=why)


def units() -> list[tuple[str, str]]:
    words = {Unit.KWH: _("kWh PCS"), Unit.EUR: _("euros, taxes comprises")}
    return [(unit.value, words[unit]) for unit in UNITS]


def typed_of(draft: BudgetDraft) -> Typed:
    """Return the field values of a budget."""
    return {
        "amount": _typed_amount(draft.amount),
        "unit": draft.unit.value,
        "first": f"{draft.first:%m/%Y}",
        **typed_target(draft.target),
    }


def _typed_amount(amount: int) -> str:
    """Return an amount as `amount_in` parses it, whole from a thousand on, as it is shown."""
    if amount < SHOWN_WHOLE:
        return amount_text(amount)
    return f"{round(amount / 1000):,}".replace(",", "\u202f")


def draft_of(typed: Typed) -> tuple[BudgetDraft | None, Errors]:
    """Return the budget of the fields, or None with the errors by field."""
    reader = FieldReader(typed)
    amount, first = reader.read("amount", amount_in), reader.read("first", month_in)
    unit = reader.read("unit", _unit)
    target = read_target(reader, _TARGET)
    if reader.errors or amount is None or first is None or unit is None or target is None:
        return None, reader.errors
    return BudgetDraft(amount, unit, first, target), {}


def _unit(text: str) -> Unit:
    if text in {unit.value for unit in UNITS}:
        return Unit(text)
    raise Invalid(N_("Choisissez l’unité du budget."))
