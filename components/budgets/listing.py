"""Render the list of budgets with progress and forecast, worst first."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dash.development.base_component import Component

from components import kit
from components.budgets.equivalents import figure_lines, unpriced_note
from components.budgets.ids import Ids
from components.budgets.labels import (
    OUTLOOKS,
    PATH,
    SIGNS,
    ends_words,
    gap_words,
    period_words,
    signed_words,
    whom_words,
)
from components.colleagues import ask, sentence_of
from components.consumption.source import deposited_mark
from components.costs import costs_head, method_fold
from components.kit import html
from core.access import Permission, Viewer
from core.i18n import N_, _, month_year, plural
from data.metering.pces.types import PceRow
from data.money.budgets.types import TrackedBudget
from data.notifications.types import HelpSubject

SIZE = 50


class BudgetPeriod(StrEnum):
    """Budgets of a list, by their months relative to today."""

    NOW = "now"
    NEXT = "next"
    PAST = "past"


WHEN = {  # label, and what is said without any
    BudgetPeriod.NOW: (N_("En cours"), N_("Aucun budget en cours")),
    BudgetPeriod.NEXT: (N_("À venir"), N_("Aucun budget à venir")),
    BudgetPeriod.PAST: (N_("Terminés"), N_("Aucun budget terminé")),
}

REMOVED = kit.RestoreNotice(
    Ids.RESTORE,
    Ids.REMOVED,
    N_("Budget supprimé"),
    N_("Vous pouvez le rétablir pendant un jour."),
    N_("Le rétablir"),
)


@dataclass(frozen=True, slots=True)
class BudgetsFacts:
    """Content of the list: the budgets of `when`, worst first, and the total of all.

    `pce` and `alias` are set when the address names a PCE.
    """

    followed_budgets: Sequence[TrackedBudget]
    when: BudgetPeriod
    total: int
    page: int = 1
    pce: str = ""
    alias: str = ""
    deciders: Sequence[str] = ()  # colleagues who set budgets, for a viewer who cannot
    sites: Sequence[PceRow] = ()  # suggestions of the picker
    removed: int = 0  # id of a budget just removed


def budgets_page(viewer: Viewer, facts: BudgetsFacts) -> Component:
    writes = viewer.may(Permission.BUDGETS_WRITE)
    here = f"&pce={facts.pce}" if facts.pce else ""
    add = kit.button(
        _("Ajouter un budget"), href=f"{PATH}?new=1{here}", icon="plus-lg", kind="primary"
    )
    bring = kit.button(_("Importer"), href=f"{PATH}?sheet=1", icon="upload")
    export = kit.button(
        _("Exporter"), href="/export/feuilles/budgets?format=xlsx", icon="download", download=True
    )
    acts = [*([export] if facts.total else []), *([bring, add] if writes else [])]
    return kit.page(
        _("Coûts"),
        actions=acts,
        lead=kit.lead(_opening(facts)) if facts.followed_budgets else None,
        children=[
            costs_head(PATH, facts.pce, facts.alias, facts.sites),
            *REMOVED.draw(facts.removed),
            *_body(facts, writes=writes),
            *unpriced_note(viewer, facts.followed_budgets),
            _rules(),
        ],
        id="budgets-page",
    )


def _opening(facts: BudgetsFacts) -> str:
    standings = [budget.standing for budget in facts.followed_budgets if budget.standing]
    above = sum(standing.is_above for standing in standings)
    count_label = plural("{count} budget", "{count} budgets", len(facts.followed_budgets))
    drift = plural(
        "{count} au-dessus du prévu à ce jour",
        "{count} au-dessus du prévu à ce jour",
        above,
    )
    site = facts.alias or facts.pce
    if site:
        return _("{site} : {said}, {drift}.", site=site, said=count_label, drift=drift)
    return _("{said}, {drift}.", said=count_label, drift=drift)


def _body(facts: BudgetsFacts, *, writes: bool) -> list[Component]:
    if not facts.total:
        return [kit.card(_nothing(facts, writes=writes))]
    here = f"&pce={facts.pce}" if facts.pce else ""
    items = [
        (_(words), f"{PATH}?when={when.value}{here}", when is facts.when)
        for when, (words, _none) in WHEN.items()
    ]
    choice = kit.tabs(_("Quels budgets"), items)
    if not facts.followed_budgets:
        others = plural(
            "{count} budget est sous un autre onglet.",
            "{count} budgets sont sous les autres onglets.",
            facts.total,
        )
        return [choice, kit.card(kit.empty("calendar-x", _(WHEN[facts.when][1]), others))]
    pages = kit.Pages(len(facts.followed_budgets), SIZE, facts.page)
    rows = [_row(budget) for budget in pages.rows(facts.followed_budgets)]
    head = [
        _("Pour"), _("Écart"), _("Issue"), _("Consommé"), _("Réparti, mêmes jours"), _("Budget"),
        _("Fin estimée"),
    ]  # fmt: skip
    numbers = (1, *range(3, 7))
    listed = kit.table(
        head, rows, caption=_("Budgets, du plus dépassé au moins"), numbers=numbers, cards=True
    )
    links = pages.links(
        _("Pages des budgets"),
        (_("Précédents"), _("Suivants")),
        lambda page: f"{PATH}?when={facts.when.value}{here}&page={page}",
    )
    return [choice, kit.card([listed, *links], flush=True)]


def _row(followed_budget: TrackedBudget) -> list[kit.Children]:
    draft, stands = followed_budget.budget.draft, followed_budget.standing
    name = kit.link(
        whom_words(followed_budget.budget), f"{PATH}?budget={followed_budget.budget.id}"
    )
    perimeter_label = draft.target.pce or plural("{count} PCE", "{count} PCE", followed_budget.pces)
    under = f"{period_words(draft.first)} · {perimeter_label}"
    whom = [html.Div(name), html.Div(under, className="muted small")]
    issue = kit.label_chip(OUTLOOKS[followed_budget.outlook])
    other_stands = followed_budget.equivalent_standing
    last: list[kit.Children] = [
        figure_lines(draft.amount, draft.unit, followed_budget.equivalent_amount),
        _end(followed_budget),
    ]
    if stands is None:
        return [whom, kit.NONE, issue, kit.NONE, kit.NONE, *last]
    consumed = figure_lines(
        stands.consumed,
        draft.unit,
        other_stands.consumed if other_stands else None,
        _("à fin {month}", month=month_year(stands.until)),
        marks=deposited_mark(stands.deposited),
    )
    gap = [
        html.Div(html.B(gap_words(stands)), className="nowrap"),
        *figure_lines(
            stands.gap, draft.unit, other_stands.gap if other_stands else None, write=signed_words
        ),
    ]
    planned = figure_lines(
        stands.planned, draft.unit, other_stands.planned if other_stands else None
    )
    return [whom, gap, issue, consumed, planned, *last]


def _end(followed_budget: TrackedBudget) -> kit.Children:
    """Return the forecast, with its bounds on a line of their own so that they are not cut."""
    forecast, other = followed_budget.forecast, followed_budget.equivalent_forecast
    if forecast is None:
        return kit.NONE
    unit = followed_budget.budget.draft.unit
    bounds = f"{ends_words(forecast)}\u00a0{SIGNS[unit]}"
    return figure_lines(forecast.total, unit, other.total if other else None, bounds)


def _nothing(facts: BudgetsFacts, *, writes: bool) -> Component:
    text = _(
        "Saisissez ce que vous prévoyez de consommer en douze mois, pour un PCE, une étiquette ou"
        " tout le parc : le budget est réparti automatiquement selon le climat normal."
    )
    if not writes:
        text = sentence_of(facts.deciders, HelpSubject.BUDGETS)
    here = f"&pce={facts.pce}" if facts.pce else ""
    add = kit.button(_("Ajouter un budget"), href=f"{PATH}?new=1{here}", kind="primary")
    acts = [add] if writes else ask(facts.deciders, HelpSubject.BUDGETS, facts.pce)
    return kit.empty("bullseye", _("Aucun budget saisi"), text, acts)


def _rules() -> Component:
    rules = [
        _(
            "Un budget est réparti selon le climat normal : le talon par jour, le chauffage selon"
            " les DJU normaux de la station du site."
        ),
        _(
            "Sans signature fiable ou sans températures, il est réparti selon les mois des"
            " dernières années, ou à défaut par jour ; sa page indique la méthode."
        ),
        _(
            "Consommé et prévu portent sur les mêmes jours : un jour sans valeur ne compte jamais"
            " comme une économie."
        ),
        _("La fourchette probable contient la valeur finale quatre fois sur cinq."),
        _(
            "Un dépassement est dit probable à partir de 75 % ; entre 25 et 75 %, l’issue est"
            " incertaine."
        ),
    ]
    return method_fold(_("Comment les lire"), rules)
