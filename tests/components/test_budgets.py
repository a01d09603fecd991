"""The pages of budgets: none, one, more than a page; what is said of each, and of its months."""

from dataclasses import replace
from datetime import date

import pytest

from components.budgets.curve import actual_of, curve
from components.budgets.detail import budget_page
from components.budgets.form import edit_card
from components.budgets.ids import Ids
from components.budgets.labels import phasing_words, summary_words, typed_of
from components.budgets.listing import SIZE, BudgetPeriod, BudgetsFacts, budgets_page
from core.access import OrganisationKind, Role, Viewer
from data.analysis.signatures.types import Reason
from data.metering.consumption.types import BudgetOutlook, BudgetStanding, Forecast, Unit
from data.metering.prices.types import EVERY, PriceTarget
from data.money.budgets.rules.checks import amount_in
from data.money.budgets.types import (
    Budget,
    BudgetDraft,
    BudgetEquivalent,
    BudgetLine,
    BudgetVersion,
    Phasing,
    TrackedBudget,
)
from tests.factories import NOW, PCE

FIRST = date(2026, 1, 1)
KWH = Unit.KWH
KIND = OrganisationKind.COLLECTIVITY
MANAGER = Viewer(1, 1, KIND, Role.FACILITY_MANAGER, date(2026, 11, 24))
READER = Viewer(1, 1, KIND, Role.CLIENT, date(2026, 11, 24))
END, ONE = Forecast(120_000, 110_000, 130_000), PriceTarget(PCE)
STANDS = BudgetStanding(date(2026, 10, 1), 110_000, 100_000, 100_000, 300, 304)


def followed(*, standing=STANDS, forecast=END, target=ONE):
    draft = BudgetDraft(125_000, Unit.KWH, FIRST, target)
    budget = Budget(7, draft, Phasing((125_000,), climate=1), NOW, "Alice", alias="Lycée")
    lines = (BudgetLine(FIRST, 125_000, 110_000, 100_000, 30, 31), BudgetLine(FIRST, 1, 0, 0, 0, 0))
    return TrackedBudget(budget, standing, forecast, BudgetOutlook.POSSIBLE, lines, 1)


def page(told, viewer=MANAGER, total=1, **facts):
    return str(budgets_page(viewer, BudgetsFacts(told, BudgetPeriod.NOW, total, **facts)))


def test_none_says_who_may_enter_one():
    assert "/budgets?new=1&pce=1" in page((), total=0, pce="1")
    assert "Un administrateur" in page((), READER, total=0)
    assert "Aucun budget saisi" in page((), READER, total=0)
    none = page((), total=2)
    assert "Aucun budget en cours" in none
    assert "2 budgets sont sous les autres onglets." in none
    assert "0 budget" not in none


def test_one_says_its_gap_and_how_it_is_likely_to_end():
    said = page([followed()], alias="Lycée", pce=PCE)

    assert "de plus que prévu" in said
    assert "1 au-dessus du prévu" in said
    assert "Dépassement possible" in said
    assert "/budgets?budget=7" in said
    assert "de plus que prévu" not in page([followed(standing=None)])
    assert "Tous les PCE" in page([followed(target=EVERY, forecast=None)])
    assert "/budgets?new=1" not in page([followed()], READER)


def test_the_list_the_page_and_the_chart_say_one_word_for_one_standing():
    near = followed(standing=replace(STANDS, consumed=100_400))
    said = page([near])

    assert "0 au-dessus du prévu" in said
    for drawn in (said, str(budget_page(MANAGER, near, ())), summary_words(FIRST, 1, KWH, near)):
        assert "comme prévu" in drawn
        assert "de plus que prévu" not in drawn


def test_a_running_month_has_no_percentage_and_the_ended_ones_a_sum():
    lines = (
        BudgetLine(date(2026, 10, 1), 100_000, 110_000, 100_000, 300, 304),
        BudgetLine(date(2026, 11, 1), 60_000, 13_000, 10_000, 4, 4),
    )
    said = str(budget_page(MANAGER, replace(followed(), lines=lines), ()))

    assert "Jusqu’à fin octobre 2026" in said
    assert said.count("+10,0") == 2  # October, and up to its end
    assert "+30,0" not in said
    assert "Celle du mois en cours est la même chaque jour" in said


@pytest.mark.parametrize(
    ("phasing", "words"),
    [
        (Phasing((1,), past=47), "47 PCE n’ont pas de signature fiable"),
        (Phasing((1,), climate=3, days=1), "1 PCE n’a pas d’historique"),
        (Phasing((1,), climate=3), "n’ont pas de prix"),
        (Phasing((1,)), "aucun PCE"),
    ],
)
def test_an_end_that_is_not_estimated_says_why(phasing, words):
    tracked = followed(forecast=None)
    budget = replace(tracked.budget, phasing=phasing)
    untold = replace(tracked, budget=budget, outlook=BudgetOutlook.UNTOLD)
    assert words in str(budget_page(MANAGER, untold, ()))


def test_the_field_of_a_budget_holds_the_figure_that_is_shown():
    near = followed().budget.draft
    large, small = replace(near, amount=11_276_834_531), replace(near, amount=12_500)

    assert typed_of(large)["amount"] == "11\u202f276\u202f835"
    assert amount_in(typed_of(large)["amount"]) == 11_276_835_000
    assert typed_of(small)["amount"] == "12,5"


def test_more_than_a_page_are_turned():
    many = [followed()] * (SIZE + 1)

    assert "page=2" in page(many)
    assert "page=1" in page(many, page=9)


@pytest.mark.parametrize("target", [PriceTarget(PCE), PriceTarget(tag="Écoles"), EVERY])
def test_a_budget_has_its_months_and_its_past(target):
    changes = (BudgetVersion(125_000, Unit.KWH, NOW, "Alice", removed=False),)
    said = str(budget_page(MANAGER, followed(target=target), changes))

    assert "300 jours connus de 304" in said
    assert "30/31" in said
    assert "Modifier le budget" in said
    assert "Alice" in said
    bare = str(budget_page(READER, followed(standing=None, forecast=None, target=target), ()))
    assert "Modifier le budget" not in bare
    assert "publiées" not in bare
    alone = str(budget_page(READER, followed(standing=None, forecast=None, target=target), (), 2))
    assert "2 PCE ne se lisent que par leurs consommations publiées" in alone


def test_missing_days_are_no_saving_on_the_curve_and_a_fan_ends_it():
    tracked = followed()
    lines = (
        BudgetLine(date(2026, 1, 1), 62_000, 22_000, 20_000, 10, 31),  # 21 days are missing
        BudgetLine(date(2026, 2, 1), 56_000, 30_000, 28_000, 14, 14),
        BudgetLine(date(2026, 3, 1), 7_000, 0, 0, 0, 0),
    )
    tracked = replace(tracked, lines=lines)

    months, values = actual_of(lines, 1)
    figure = curve(tracked, "light")

    assert months == [0, 1, 1.5]
    assert values == [0, 62_000 + 2_000, 62_000 + 28_000 + 4_000]
    low, high, end, plan, actual = (trace["y"][-1] for trace in figure["data"])
    assert (low, end, high) == (110, 120, 130)
    assert (plan, actual) == (125, 94)
    assert "compte comme prévu" in str(budget_page(MANAGER, tracked, ()))


def test_a_budget_is_said_in_kwh_and_euros_and_leads_to_the_prices_that_lack():
    stands = replace(STANDS, consumed=9_000_000, planned=8_000_000)
    line = BudgetLine(FIRST, 5_000_000, 9_000_000, 8_000_000, 30, 31)
    euros = BudgetEquivalent(Unit.EUR, (line, line), stands, Forecast(12_000_000, 1, 2))
    whole = replace(followed(), equivalent=euros)
    lacking = replace(followed(), equivalent=replace(euros, lines=(line, None)))

    for drawn in (page([whole]), str(budget_page(MANAGER, whole, ()))):
        for words in (
            "10\u202f000\xa0€",
            "9\u202f000\xa0€",
            "+1\u202f000\xa0€",
            "12\u202f000\xa0€",
        ):
            assert repr(words)[1:-1] in drawn
        assert "/prix?" not in drawn
    for drawn in (page([lacking]), str(budget_page(MANAGER, lacking, ()))):
        assert "Compléter les tarifs" in drawn
        assert f"/prix?pce={PCE}" in drawn
    assert "Compléter les tarifs" not in str(budget_page(READER, lacking, ()))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Phasing((), climate=1), "selon la signature"),
        (Phasing((), past=1, reason=Reason.LOOSE), "mois des dernières années"),
        (Phasing((), days=1), "par jours"),
        (Phasing((), climate=3, past=2, days=1), "3 PCE selon leur signature"),
        (Phasing(()), "aucun PCE"),
    ],
)
def test_it_is_said_what_its_months_are_told_from(told, said):
    assert said in phasing_words(told)


def test_deleting_a_budget_stands_apart_and_asks_first():
    drawn = edit_card(followed().budget)
    (asked,) = [one for one in drawn._traverse() if getattr(one, "className", "") == "asks-first"]
    assert any(getattr(one, "id", "") == Ids.REMOVE for one in asked._traverse())
    (row,) = [one for one in drawn._traverse() if getattr(one, "className", "") == "form-actions"]
    assert [one.id for one in row._traverse() if getattr(one, "id", "")] == [Ids.SAVE]
