"""Kept views: what may be kept, who opens which, what `/` opens, and why one is lost."""

from dataclasses import replace

import pytest

from core.access import Role
from core.errors import Conflict, Invalid, NotFound
from data.analysis.marks import actions, queries
from data.analysis.marks.models import HomeView
from data.analysis.marks.rules.views import number_in, split_address
from data.identity.accounts.models import UserTag
from data.metering.pces.models import PceTag
from tests.factories import NOW, PCE, make_grant, make_pce, make_user

ONE, MANY = f"/consommations?pce={PCE}&step=week", "/consommations/parc?tag=lycees"


def keep(db, viewer, name="Hiver", address=ONE, shared=False):
    return actions.keep_view(db, viewer, name, address, shared=shared, now=NOW)


def shown(db, viewer):
    return [(one.name, one.yours, bool(one.why)) for one in queries.list_views(db, viewer)]


@pytest.fixture
def ann(db, people, alice):
    user = make_user(db, organisation_id=1, email="ann@tilleuls.example", role=Role.CLIENT)
    return replace(alice, user_id=user.id, role=Role.CLIENT)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        (ONE, ("/consommations", f"pce={PCE}&step=week")),
        (f"{ONE}&day=2026-01-01&episode=3", ("/consommations", f"pce={PCE}&step=week")),
        ("/consommations/parc", ("/consommations/parc", "")),
        ("/consommations?compare=1,2", ("/consommations", "compare=1,2")),
    ],
)
def test_an_address_of_a_page_with_filters_is_a_view(address, kept):
    assert split_address(address) == kept


@pytest.mark.parametrize(
    "address",
    ["", "/compte", "//ailleurs.example/consommations", "https://ailleurs.example/consommations",
     "javascript:alert(1)", "//[", "/consommations?pce=" + "1" * 600],
)  # fmt: skip
def test_no_other_address_is(address):
    with pytest.raises(Invalid):
        split_address(address)


def test_the_pce_of_a_view_is_found_as_its_page_finds_it():
    assert number_in("/consommations", f"pce={PCE}") == PCE
    assert number_in("/consommations", "pce=x") == ""
    assert number_in("/consommations/parc", f"pce={PCE}") == ""


def test_it_is_named_shared_renamed_and_forgotten(db, people, alice, ann):
    make_pce(db, holder_id=1)
    key = keep(db, alice)
    assert shown(db, alice) == [("Hiver", True, False)]
    assert shown(db, ann) == []
    with pytest.raises(Conflict):
        keep(db, alice)
    actions.rename_view(db, alice, key, "  Mon\nhiver ", shared=True, now=NOW)
    assert shown(db, ann) == [("Mon hiver", False, False)]
    with pytest.raises(NotFound):
        actions.rename_view(db, ann, key, "x", shared=False, now=NOW)
    with pytest.raises(NotFound):
        actions.drop_view(db, ann, key, now=NOW)
    actions.open_first(db, ann, key)
    assert queries.find_home_view(db, ann).address == ONE
    actions.drop_view(db, alice, key, now=NOW)
    assert queries.find_home_view(db, ann) is None
    assert shown(db, alice) == []


@pytest.mark.parametrize("name", ["", " \n", "x" * 61])
def test_a_name_is_some_words(db, people, alice, name):
    make_pce(db, holder_id=1)
    with pytest.raises(Invalid):
        keep(db, alice, name)


def test_nobody_keeps_or_opens_what_they_may_not_read(db, people, alice, charlie):
    make_pce(db, holder_id=1)
    with pytest.raises(NotFound):
        keep(db, charlie)
    key = keep(db, alice, shared=True)
    with pytest.raises(NotFound):
        actions.open_first(db, charlie, key)
    with pytest.raises(NotFound):
        queries.get_view(db, charlie, key)


def test_one_that_can_no_longer_be_read_says_why(db, people, bob):
    grant = make_grant(db, make_pce(db, holder_id=1), 2)
    key = keep(db, bob)
    actions.open_first(db, bob, key)
    db.delete(grant)
    db.flush()
    (lost,) = queries.list_views(db, bob)
    assert (lost.name, lost.number, lost.address) == ("Hiver", PCE, "")
    assert "n’est plus lisible" in lost.why
    assert queries.find_home_view(db, bob).why == lost.why
    with pytest.raises(Invalid):
        actions.open_first(db, bob, key)
    assert db.get(HomeView, bob.user_id) is None


def test_who_is_limited_to_tags_opens_what_is_within_them(db, people, alice, ann):
    pce = make_pce(db, holder_id=1)
    keep(db, alice, shared=True)
    keep(db, alice, "Parc", MANY, shared=True)
    keep(db, ann, "Avant", MANY)
    keep(db, ann, "Un seul")
    db.add(UserTag(user_id=ann.user_id, tag="lycees", at=NOW.replace(hour=9)))
    db.flush()
    limited = replace(ann, limited=True)
    assert shown(db, limited) == [("", True, True), ("", True, True)]
    db.add(PceTag(pce_id=pce.id, organisation_id=1, tag="lycees"))
    db.flush()
    assert shown(db, limited) == [("", True, True), ("Un seul", True, False),
                                  ("Hiver", False, False)]  # fmt: skip
    actions.keep_view(db, limited, "Après", MANY, shared=False, now=NOW.replace(hour=10))
    assert ("Après", True, False) in shown(db, limited)
