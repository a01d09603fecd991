"""Render a budget: its progress, its months, their method and its history."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from dash.development.base_component import Component

from components.budgets.curve import curve_card
from components.budgets.equivalents import OTHER, both_words, figure_lines, unpriced_note
from components.budgets.form import edit_card
from components.budgets.labels import (
    OUTLOOKS,
    PATH,
    SIGNS,
    amount_words,
    gap_words,
    period_words,
    phasing_words,
    signed_words,
    standing_words,
    unestimated_words,
    whom_words,
)
from components.consumption.sentence import Text, fill, slot
from components.consumption.source import deposited_mark, deposited_note
from components.fleet.kpis import apart_words
from components.fleet.labels import PATH as FLEET
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
from data.metering.consumption.types import BudgetStanding, Unit
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
            *unpriced_note(viewer, [followed_budget]),
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
    gap, other_gap = forecast.total - draft.amount, _other_end_gap(followed_budget)
    if other_gap is not None and (gap > 0) is not (other_gap > 0):
        other_gap = None  # prices of the months differ: the sentence says one side only
    amount = both_words(abs(gap), draft.unit, None if other_gap is None else abs(other_gap))
    sentence = (
        _("L’année finirait à {total}, {gap} au-dessus du budget.", total=slot("total"), gap=amount)
        if gap > 0
        else _(
            "L’année finirait à {total}, {gap} au-dessous du budget.",
            total=slot("total"),
            gap=amount,
        )
    )
    other = followed_budget.equivalent_forecast
    total = [html.B(both_words(forecast.total, draft.unit, other.total if other else None))]
    return [*sentences, " ", *fill(sentence, {"total": total})]


def _other_end_gap(followed_budget: TrackedBudget) -> int | None:
    """Return the gap of the forecast in the other unit, None when a day has no price."""
    amount, forecast = followed_budget.equivalent_amount, followed_budget.equivalent_forecast
    return None if amount is None or forecast is None else forecast.total - amount


def _acts(followed_budget: TrackedBudget) -> list[Component]:
    target = followed_budget.budget.draft.target
    if target.pce:
        href = f"/consommations?{urlencode({'pce': target.pce})}"
    elif target.tag:
        href = f"/consommations?{urlencode({'tag': target.tag})}"
    else:
        href = FLEET
    return [button(_("Voir les consommations"), href=href, icon="bar-chart")]


def _kpis(followed_budget: TrackedBudget) -> list[Kpi]:
    budget, unit = followed_budget.budget, followed_budget.budget.draft.unit
    stands, forecast = followed_budget.standing, followed_budget.forecast
    other_stands, sign = followed_budget.equivalent_standing, SIGNS[unit]
    plan = followed_budget.equivalent_amount
    amount, notes = number(budget.draft.amount / 1000), _notes(plan, unit, _pces(followed_budget))
    kpis = [Kpi(_("Budget"), amount, sign, notes)]
    if stands is not None:
        words = _("Consommé à fin {month}", month=month_year(stands.until))
        notes = _notes(other_stands.consumed if other_stands else None, unit)
        own = deposited_note(stands.deposited)
        kpis.append(Kpi(words, number(stands.consumed / 1000), sign, notes, source=own))
        gap = f"{'+' if stands.gap > 0 else ''}{number(stands.gap / 1000)}"
        other_gap = other_stands.gap if other_stands else None
        notes = _notes(other_gap, unit, gap_words(stands), write=signed_words)
        kpis.append(Kpi(_("Écart au budget réparti"), gap, sign, notes))
    if forecast is None:
        return [*kpis, Kpi(_("Fin estimée"), "–", None, unestimated_words(followed_budget))]
    end = _(OUTLOOKS[followed_budget.outlook][0])
    low, high = (number(bound / 1000) for bound in (forecast.low, forecast.high))
    end = _(
        "{outlook} ; fourchette probable (80 %) : {low} à {high}",
        outlook=end,
        low=low,
        high=high,
    )
    likely = followed_budget.equivalent_forecast
    notes = _notes(likely.total if likely else None, unit, end)
    return [*kpis, Kpi(_("Fin estimée"), number(forecast.total / 1000), sign, notes)]


def _notes(
    other: int | None, unit: Unit, note: str = "", write: Callable[[int, Unit], str] = amount_words
) -> Children:
    """Return the lines below a figure: its equivalent, and `note`."""
    others = [] if other is None else [html.Div(html.B(write(other, OTHER[unit])))]
    return [*others, *([html.Div(note)] if note else [])] or None


def _pces(followed_budget: TrackedBudget) -> str:
    return plural("{count} PCE", "{count} PCE", followed_budget.pces)


def _months_card(followed_budget: TrackedBudget) -> Component:
    unit, other = followed_budget.budget.draft.unit, followed_budget.equivalent
    standing = followed_budget.standing
    head: list[Children] = [_("Mois"), _("Budget"), _("Consommé"), _("Prévu, mêmes jours"),
                            _("Écart"), _("Jours connus")]  # fmt: skip
    others = other.lines if other else (None,) * len(followed_budget.lines)
    pairs = zip(followed_budget.lines, others, strict=True)
    ended = [line for line in followed_budget.lines if standing and line.month <= standing.until]
    rows = [_month(line, unit, other_line, ended=line in ended) for line, other_line in pairs]
    if standing is not None:
        rows.append(_so_far(standing, unit, followed_budget.equivalent_standing))
    total = figure_lines(
        followed_budget.budget.draft.amount, unit, followed_budget.equivalent_amount
    )
    rows.append([_("Douze mois"), total, "–", "–", "–", "–"])
    caption = _("Le budget mois par mois")
    months_table = table(head, rows, caption=caption, numbers=range(1, 6))
    note = _(
        "Un jour sans valeur ne compte jamais comme une économie : sa part du budget est retirée"
        " du prévu."
    )
    if any(line.known_days and line not in ended for line in followed_budget.lines):
        note += " " + _("Celle du mois en cours est la même chaque jour.")
    return card(
        [html.P(phasing_words(followed_budget.budget.phasing)), months_table, html.P(note)],
        title=caption,
    )


def _so_far(standing: BudgetStanding, unit: Unit, other: BudgetStanding | None) -> list[Children]:
    """Return the sum of the elapsed months, whose gap is that of the key figures."""
    other_line = _sum_line(other) if other else None
    name = html.B(_("Jusqu’à fin {month}", month=month_year(standing.until)))
    return [name, *_month(_sum_line(standing), unit, other_line, ended=True)[1:]]


def _sum_line(sums: BudgetStanding) -> BudgetLine:
    return BudgetLine(
        sums.until, sums.phased, sums.consumed, sums.planned,
        sums.known_days, sums.days, sums.deposited,
    )  # fmt: skip


def _month(
    line: BudgetLine, unit: Unit, other: BudgetLine | None, *, ended: bool
) -> list[Children]:
    """Return the row of a month; a percentage only once it has `ended`."""
    name = month_year(line.month)
    plan = figure_lines(line.plan, unit, other.plan if other else None)
    if not line.known_days:
        return [name, plan, "–", "–", "–", f"0/{number(line.days)}" if line.days else "–"]
    marks = deposited_mark(line.deposited)
    share = f" ({percent(100 * line.gap / line.planned)})" if line.planned and ended else ""
    return [
        name,
        plan,
        figure_lines(line.consumed, unit, other.consumed if other else None, marks=marks),
        figure_lines(line.planned, unit, other.planned if other else None),
        figure_lines(
            line.gap, unit, other.gap if other else None, write=signed_words, marks=[share]
        ),
        f"{number(line.known_days)}/{number(max(line.days, line.known_days))}",
    ]


def _past_table(changes: Sequence[BudgetVersion]) -> Component:
    head = [_("Quand"), _("Qui"), _("Budget")]
    rows: list[list[Children]] = [
        [clock(change.at), change.by, amount_words(change.amount, change.unit)]
        for change in changes
    ]
    return table(head, rows, caption=_("Historique"), numbers=(2,))
