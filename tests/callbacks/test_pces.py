import pytest
from sqlalchemy import select

from callbacks import pces as callbacks
from data.errors import Forbidden, Invalid, NotFound
from data.pces import queries
from data.pces.models import Pce
from tests.factories import PCE, make_grant, make_pce

OTHER = "09999999910002"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    from tests.factories import NOW

    monkeypatch.setattr(callbacks, "now", lambda: NOW)


@pytest.fixture
def fleet(db, people):
    mine = make_pce(db, holder_id=1)
    make_pce(db, OTHER, holder_id=3, alias="Usine")
    make_grant(db, mine, 2)


def numbers(answer):
    return [row["number"] for row in answer[0]["rowData"]]


def test_each_sees_their_own_pce_and_their_count(db, fleet, alice, bob, charlie, dora):
    request = {"startRow": 0, "endRow": 100}
    shown = {
        who: numbers(callbacks.show_rows(request, db=db, viewer=viewer))
        for who, viewer in {"a": alice, "b": bob, "c": charlie, "d": dora}.items()
    }
    assert shown == {"a": [PCE], "b": [PCE], "c": [OTHER], "d": [PCE, OTHER]}
    assert callbacks.show_rows(request, db=db, viewer=dora)[1] == "2 points de livraison"


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"startRow": -5, "endRow": 10**12, "sortModel": [{"colId": "id; drop", "sort": "x"}]},
        {"startRow": "0", "endRow": None, "sortModel": "no", "filterModel": [1]},
    ],
)
def test_a_hostile_request_gets_an_ordinary_page(db, fleet, dora, request_):
    if isinstance(request_.get("filterModel"), list):
        request_ = request_ | {"filterModel": None}
    assert len(numbers(callbacks.show_rows(request_, db=db, viewer=dora))) == 2


def test_the_grid_filters_by_what_is_typed(db, fleet, dora):
    model, url = callbacks.filter_list("usine", "", "all", False, db=db, viewer=dora)
    assert url == "?q=usine"
    assert numbers(callbacks.show_rows({"filterModel": model}, db=db, viewer=dora)) == [OTHER]


def test_pce_held_by_nobody_are_found(db, fleet, dora):
    make_pce(db, "GI999901", alias="Trouvée")
    model, url = callbacks.filter_list("", "", "all", True, db=db, viewer=dora)
    assert url == "?holder=none"
    assert numbers(callbacks.show_rows({"filterModel": model}, db=db, viewer=dora)) == ["GI999901"]
    assert queries.count_unheld(db, dora) == 1


def test_a_foreign_pce_cannot_be_renamed(db, fleet, charlie):
    with pytest.raises(NotFound):
        callbacks.rename(1, PCE, "Pris", db=db, viewer=charlie)


def test_a_grantee_may_read_but_not_rename(db, fleet, bob):
    with pytest.raises(Forbidden):
        callbacks.rename(1, PCE, "Pris", db=db, viewer=bob)


def test_the_holder_renames(db, fleet, alice):
    callbacks.rename(1, PCE, "Lycée neuf", db=db, viewer=alice)
    assert db.scalar(select(Pce.alias).where(Pce.number == PCE)) == "Lycée neuf"


def test_only_the_staff_gives_a_pce_a_holder(db, fleet, alice, dora):
    rows = [{"number": PCE}]
    with pytest.raises(Forbidden):
        callbacks.assign_selected(1, "3", rows, {}, db=db, viewer=alice)
    callbacks.assign_selected(1, "3", rows, {}, db=db, viewer=dora)
    assert db.scalar(select(Pce.holder_id).where(Pce.number == PCE)) == 3


@pytest.mark.parametrize(
    ("rows", "model", "address"),
    [
        ([], {}, "/exports"),
        ([{"number": PCE}, {"number": OTHER}], {}, f"/exports?pces={PCE}%2C{OTHER}"),
        ([], {"tags": {"filter": "Écoles"}}, "/exports?tag=%C3%89coles"),
        (None, {"number": {"filter": "lycée"}}, "/exports?q=lyc%C3%A9e"),
    ],
)
def test_what_is_ticked_or_found_opens_the_form_of_exports(db, alice, rows, model, address):
    assert callbacks.export_shown(1, rows, model, db=db, viewer=alice) == address


def test_too_many_ticked_lines_are_better_tagged(db, alice):
    rows = [{"number": str(number)} for number in range(101)]
    with pytest.raises(Invalid, match="Cochez 100 lignes"):
        callbacks.export_shown(1, rows, {}, db=db, viewer=alice)
