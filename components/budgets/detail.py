"""One budget: where it stands, its months, how they were made, and what it was before."""

from collections.abc import Sequence
from urllib.parse import urlencode

from dash.development.base_component import Component

from components.budgets.form import edit_card
from components.budgets.words import (
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
from components.consumption.source import deposited_mark, deposited_note
from components.kit import Children, Kpi, button, card, html, kpi_strip, lead, page, table
from data.access import Permission, Viewer
from data.budgets.types import Change, Followed, Line
from data.consumption.types import Unit
from i18n import _, clock, month_year, number, percent, plural


def budget_page(viewer: Viewer, told: Followed, changes: Sequence[Change]) -> Component:
    budget = told.budget
    title = _("Budget {period}", period=period_words(budget.draft.first))
    whom = whom_words(budget)
    return page(
        _("{title} : {whom}", title=title, whom=whom),
        _("Savoir où en est le budget, à jours égaux."),
        crumbs=((_("Budgets"), PATH), (whom, None)),
        actions=_acts(told),
        lead=lead(standing_words(told.standing, budget.draft.first)),
        children=[
            kpi_strip(_kpis(told)),
            _months_card(told),
            *([edit_card(budget)] if viewer.may(Permission.BUDGETS_WRITE) else []),
            _past_card(changes),
        ],
        id="budgets-page",
    )


def _acts(told: Followed) -> list[Component]:
    target = told.budget.draft.target
    if target.pce:
        href = f"/consommations?{urlencode({'pce': target.pce})}"
    elif target.tag:
        href = f"/consommations?{urlencode({'tag': target.tag})}"
    else:
        href = "/consommations/parc"
    return [button(_("Voir les consommations"), href=href, icon="bar-chart")]


def _kpis(told: Followed) -> list[Kpi]:
    budget, unit = told.budget, told.budget.draft.unit
    stands = told.standing
    sign = SIGNS[unit]
    found = [Kpi(_("Budget"), number(budget.draft.amount / 1000), sign, _pces(told))]
    if stands is not None:
        words = _("Consommé à fin {month}", month=month_year(stands.until))
        own = deposited_note(stands.deposited)
        found.append(Kpi(words, number(stands.consumed / 1000), sign, source=own))
        gap = f"{'+' if stands.gap > 0 else ''}{number(stands.gap / 1000)}"
        found.append(Kpi(_("Écart au budget réparti"), gap, sign, _share(stands.share)))
    end = _(OUTLOOKS[told.outlook])
    if told.forecast is None:
        return [*found, Kpi(_("Fin estimée"), "–", None, end)]
    low, high = (number(one / 1000) for one in (told.forecast.low, told.forecast.high))
    end = _(
        "{outlook} ; fourchette probable (80 %) : {low} à {high}", outlook=end, low=low, high=high
    )
    return [*found, Kpi(_("Fin estimée"), number(told.forecast.total / 1000), sign, end)]


def _share(share: float | None) -> str:
    if share is None:
        return ""
    return _("{share} du budget des mêmes jours", share=percent(share - 100))


def _pces(told: Followed) -> str:
    return plural("{count} PCE", "{count} PCE", told.pces)


def _months_card(told: Followed) -> Component:
    unit = told.budget.draft.unit
    head: list[Children] = [_("Mois"), _("Budget"), _("Consommé"), _("Prévu, mêmes jours"),
                            _("Écart"), _("Jours connus")]  # fmt: skip
    rows = [_month(one, unit) for one in told.lines]
    rows.append([_("Total"), amount_words(told.budget.draft.amount, unit), "", "", "", ""])
    caption = _("Le budget mois par mois")
    shown = table(head, rows, caption=caption, numbers=range(1, 6))
    note = _(
        "Un jour sans valeur ne compte jamais comme une économie : sa part du budget est retirée"
        " du prévu."
    )
    return card([html.P(phasing_words(told.budget.phasing)), shown, html.P(note)], title=caption)


def _month(one: Line, unit: Unit) -> list[Children]:
    name = month_year(one.month)
    plan = amount_words(one.plan, unit)
    if not one.known:
        return [name, plan, "–", "–", "–", f"0/{number(one.days)}" if one.days else "–"]
    gap = one.consumed - one.planned
    share = f" ({percent(100 * gap / one.planned)})" if one.planned else ""
    return [
        name,
        plan,
        [amount_words(one.consumed, unit), *deposited_mark(one.deposited)],
        amount_words(one.planned, unit),
        f"{signed_words(gap, unit)}{share}",
        f"{number(one.known)}/{number(max(one.days, one.known))}",
    ]


def _past_card(changes: Sequence[Change]) -> Component:
    head = [_("Quand"), _("Qui"), _("Budget")]
    rows: list[list[Children]] = [
        [clock(one.at), one.by, amount_words(one.amount, one.unit)] for one in changes
    ]
    caption = _("Historique")
    return card(table(head, rows, caption=caption, numbers=(2,)), title=caption)
