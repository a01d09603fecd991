"""Render a budget: its progress, its months, their method and its history."""

from collections.abc import Sequence
from urllib.parse import urlencode

from dash.development.base_component import Component

from components.budgets.curve import curve_card
from components.budgets.form import edit_card
from components.budgets.labels import (
    OUTLOOKS,
    PATH,
    SIGNS,
    amount_words,
    period_words,
    phasing_words,
    signed_words,
    standing_words,
    whom_words,
)
from components.consumption.sentence import Text, fill, slot
from components.consumption.source import deposited_mark, deposited_note
from components.fleet.kpis import apart_words
from components.kit import (
    Children,
    Kpi,
    alert,
    button,
    card,
    fold,
    html,
    kpi_strip,
    lead,
    page,
    table,
)
from core.access import Permission, Viewer
from core.i18n import _, clock, month_year, number, percent, plural
from data.metering.consumption.types import Unit
from data.money.budgets.types import BudgetLine, BudgetVersion, TrackedBudget


def budget_page(
    viewer: Viewer, followed_budget: TrackedBudget, changes: Sequence[BudgetVersion], apart: int = 0
) -> Component:
    """Return the page of one budget.

    `apart` counts its PCEs of which only the published periods can be read.
    """
    published_alone = alert(_("Consommations publiées seules"), apart_words(apart), "info")
    budget = followed_budget.budget
    title = _("Budget {period}", period=period_words(budget.draft.first))
    whom = whom_words(budget)
    return page(
        _("{title} : {whom}", title=title, whom=whom),
        crumbs=((_("Budgets"), PATH), (whom, None)),
        actions=_acts(followed_budget),
        lead=lead(_answer(followed_budget)),
        children=[
            *([published_alone] if apart else []),
            kpi_strip(_kpis(followed_budget)),
            *curve_card(viewer, followed_budget),
            _months_card(followed_budget),
            *([edit_card(budget)] if viewer.may(Permission.BUDGETS_WRITE) else []),
            html.Div(fold(_("Historique"), _past_table(changes)), className="card folds"),
        ],
        id="budgets-page",
    )


def _answer(followed_budget: TrackedBudget) -> list[Text]:
    """Return the gap to the plan of the same days, and where the year would end."""
    draft, standing = followed_budget.budget.draft, followed_budget.standing
    sentences: list[Text] = [standing_words(standing, draft.first)]
    forecast = followed_budget.forecast
    if forecast is None:
        return sentences
    gap = forecast.total - draft.amount
    amount = amount_words(abs(gap), draft.unit)
    sentence = (
        _("L’année finirait à {total}, {gap} au-dessus du budget.", total=slot("total"), gap=amount)
        if gap > 0
        else _(
            "L’année finirait à {total}, {gap} au-dessous du budget.",
            total=slot("total"),
            gap=amount,
        )
    )
    total = [html.B(amount_words(forecast.total, draft.unit))]
    return [*sentences, " ", *fill(sentence, {"total": total})]


def _acts(followed_budget: TrackedBudget) -> list[Component]:
    target = followed_budget.budget.draft.target
    if target.pce:
        href = f"/consommations?{urlencode({'pce': target.pce})}"
    elif target.tag:
        href = f"/consommations?{urlencode({'tag': target.tag})}"
    else:
        href = "/consommations/parc"
    return [button(_("Voir les consommations"), href=href, icon="bar-chart")]


def _kpis(followed_budget: TrackedBudget) -> list[Kpi]:
    budget, unit = followed_budget.budget, followed_budget.budget.draft.unit
    stands = followed_budget.standing
    sign = SIGNS[unit]
    kpis = [Kpi(_("Budget"), number(budget.draft.amount / 1000), sign, _pces(followed_budget))]
    if stands is not None:
        words = _("Consommé à fin {month}", month=month_year(stands.until))
        own = deposited_note(stands.deposited)
        kpis.append(Kpi(words, number(stands.consumed / 1000), sign, source=own))
        gap = f"{'+' if stands.gap > 0 else ''}{number(stands.gap / 1000)}"
        kpis.append(Kpi(_("Écart au budget réparti"), gap, sign, _share(stands.share)))
    end = _(OUTLOOKS[followed_budget.outlook][0])
    if followed_budget.forecast is None:
        return [*kpis, Kpi(_("Fin estimée"), "–", None, end)]
    low, high = (
        number(bound / 1000)
        for bound in (followed_budget.forecast.low, followed_budget.forecast.high)
    )
    end = _(
        "{outlook} ; fourchette probable (80 %) : {low} à {high}", outlook=end, low=low, high=high
    )
    return [*kpis, Kpi(_("Fin estimée"), number(followed_budget.forecast.total / 1000), sign, end)]


def _share(share: float | None) -> str:
    if share is None:
        return ""
    return _("{share} du budget des mêmes jours", share=percent(share - 100))


def _pces(followed_budget: TrackedBudget) -> str:
    return plural("{count} PCE", "{count} PCE", followed_budget.pces)


def _months_card(followed_budget: TrackedBudget) -> Component:
    unit = followed_budget.budget.draft.unit
    head: list[Children] = [_("Mois"), _("Budget"), _("Consommé"), _("Prévu, mêmes jours"),
                            _("Écart"), _("Jours connus")]  # fmt: skip
    rows = [_month(line, unit) for line in followed_budget.lines]
    rows.append(
        [_("Total"), amount_words(followed_budget.budget.draft.amount, unit), "", "", "", ""]
    )
    caption = _("Le budget mois par mois")
    months_table = table(head, rows, caption=caption, numbers=range(1, 6))
    note = _(
        "Un jour sans valeur ne compte jamais comme une économie : sa part du budget est retirée"
        " du prévu."
    )
    return card(
        [html.P(phasing_words(followed_budget.budget.phasing)), months_table, html.P(note)],
        title=caption,
    )


def _month(line: BudgetLine, unit: Unit) -> list[Children]:
    name = month_year(line.month)
    plan = amount_words(line.plan, unit)
    if not line.known_days:
        return [name, plan, "–", "–", "–", f"0/{number(line.days)}" if line.days else "–"]
    gap = line.consumed - line.planned
    share = f" ({percent(100 * gap / line.planned)})" if line.planned else ""
    return [
        name,
        plan,
        [amount_words(line.consumed, unit), *deposited_mark(line.deposited)],
        amount_words(line.planned, unit),
        f"{signed_words(gap, unit)}{share}",
        f"{number(line.known_days)}/{number(max(line.days, line.known_days))}",
    ]


def _past_table(changes: Sequence[BudgetVersion]) -> Component:
    head = [_("Quand"), _("Qui"), _("Budget")]
    rows: list[list[Children]] = [
        [clock(change.at), change.by, amount_words(change.amount, change.unit)]
        for change in changes
    ]
    return table(head, rows, caption=_("Historique"), numbers=(2,))
