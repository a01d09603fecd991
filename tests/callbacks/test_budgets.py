"""The form of a budget: what is wrong is said at its field, nothing typed is lost."""

from dataclasses import replace

import pytest
from dash import no_update

from callbacks import budgets
from core.access import Role
from core.errors import Conflict, Forbidden, Invalid
from data.money.budgets.queries import list_budgets
from pages import budgets as page
from tests.factories import PCE, make_pce
from tests.web import request_of

GOOD = {
    "amount": "120 000", "unit": "kwh", "first": "2026", "scope": "pce", "tag": "", "pce": PCE,
}  # fmt: skip


def save(db, viewer, seen=None, **typed):
    return budgets.save(fields=GOOD | typed, seen=seen, request=request_of(db, viewer))


def test_a_budget_is_entered_changed_and_removed(act, alice):
    with act() as db:
        make_pce(db, holder_id=1)
        href = save(db, alice)[0]
        (one,) = list_budgets(db, alice)
        assert href == f"/budgets?budget={one.id}"
        assert save(db, alice, [one.id, 1], amount="1 000,5", first="07/2026")[0] == href
        (one,) = list_budgets(db, alice)
        assert (one.draft.amount, one.draft.first.month) == (1_000_500, 7)
        with pytest.raises(Conflict):
            budgets.remove([one.id, 1], request=request_of(db, alice))
        gone = budgets.remove([one.id, 2], request=request_of(db, alice))
        assert gone == f"/budgets?removed={one.id}"
        assert list_budgets(db, alice) == ()
        notice = str(page.layout(request_of(db, alice), removed=str(one.id)).to_plotly_json())
        assert "Budget supprimé" in notice
        assert budgets.restore(one.id, request=request_of(db, alice))[0] == href


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "cher"}, "n’est pas un budget"),
        ({"amount": "0"}, "supérieur à zéro"),
        ({"unit": "m3"}, "Choisissez l’unité"),
        ({"first": "demain"}, "n’est pas un mois"),
        ({"scope": "tag"}, "Choisissez l’étiquette"),
        ({"scope": "tag", "tag": "bains"}, "bains"),
        ({"pce": "123"}, "PCE"),
        ({"scope": "all"}, "pour lui seul"),
        ({"scope": "all", "tag": "écoles", "pce": ""}, "pour tous les PCE"),
        ({"scope": "tag", "tag": "écoles"}, "pour lui seul"),
        ({"pce": "09999999910009"}, "introuvable"),
        ({"unit": "eur"}, "Aucun prix ne couvre"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(act, alice, typed, said):
    with act() as db:
        make_pce(db, holder_id=1)
        href, _toasts, drawn = save(db, alice, **typed)
        assert href is no_update
        text = str(drawn)
        assert said in text
        assert (GOOD | typed)["amount"] in text
        assert list_budgets(db, alice) == ()


def test_months_that_have_a_budget_already_are_said_at_the_month(act, alice):
    with act() as db:
        make_pce(db, holder_id=1)
        save(db, alice)
        assert "ont déjà un budget" in str(save(db, alice)[2])
        for seen in ([1], ["1", 2], [0, 1]):
            with pytest.raises(Invalid):
                save(db, alice, seen)


def test_a_reader_writes_none(act, alice):
    with act() as db, pytest.raises(Forbidden):
        save(db, replace(alice, role=Role.CLIENT), scope="all", pce="")
