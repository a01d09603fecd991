"""Surfaces are stated with their dates, by who reads the PCE, and never overlap."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict, Invalid, NotFound
from data.metering.surfaces import actions
from data.metering.surfaces.queries import find_surface_on, list_surfaces
from data.metering.surfaces.rules import surface_in, surface_text, use_of_category
from data.metering.surfaces.types import SiteUse, SurfaceDraft
from tests.factories import NOW, PCE, make_grant, make_pce

OLD = SurfaceDraft(PCE, 100_000, use=SiteUse.TEACHING, source="Permis")
NEW = SurfaceDraft(PCE, 150_000, first=date(2025, 9, 1))


@given(st.none() | st.integers(100, 10**8))
def test_a_surface_is_read_back_as_it_is_written(surface):
    assert surface_in(surface_text(surface)) == surface


@pytest.mark.parametrize("wrong", ["grand", "12,345", "0", "-5", "99999999"])
def test_what_is_no_surface_is_a_sentence(wrong):
    with pytest.raises(Invalid, match="n’est pas une surface"):
        surface_in(wrong)


def test_a_category_of_activity_names_a_use():
    assert use_of_category("Bureaux – administrations publiques") is SiteUse.OFFICES
    assert use_of_category("Établissements d’enseignement") is SiteUse.TEACHING
    assert use_of_category("") is None


@pytest.fixture
def pce(db, people):
    row = make_pce(db, holder_id=1, alias="Lycée")
    make_grant(db, row, 2)
    return row


def test_a_surface_follows_the_one_before_and_is_removed_and_restored(db, pce, alice, bob):
    actions.add(db, alice, OLD, now=NOW)
    key = actions.add(db, alice, NEW, now=NOW)
    before, after = date(2025, 8, 31), date(2025, 9, 1)
    areas = [find_surface_on(db, alice, PCE, day).draft.area_dm2 for day in (before, after)]
    assert areas == [100_000, 150_000]
    assert list_surfaces(db, bob, PCE) == ()  # each organisation states its own
    with pytest.raises(Invalid, match="ont déjà une surface"):
        actions.add(db, alice, replace(OLD, last=date(2020, 1, 1)), now=NOW)
    with pytest.raises(Conflict):
        actions.change(db, alice, (key, 9), NEW, now=NOW)
    with pytest.raises(Invalid, match="inversez"):
        actions.change(db, alice, (key, 1), replace(NEW, last=date(2025, 1, 1)), now=NOW)
    with pytest.raises(NotFound):
        actions.remove(db, bob, (key, 1), now=NOW)
    actions.remove(db, alice, (key, 1), now=NOW)
    assert find_surface_on(db, alice, PCE, after) is None
    with pytest.raises(NotFound):
        actions.restore(db, bob, key, now=NOW)
    actions.restore(db, alice, key, now=NOW)
    assert find_surface_on(db, alice, PCE, after).draft == NEW


def test_the_surface_of_today_keeps_its_dates(db, pce, alice):
    actions.state_today(db, alice, OLD, now=NOW)
    actions.add(db, alice, replace(NEW, first=date(2027, 1, 1)), now=NOW)
    corrected = replace(OLD, area_dm2=110_000, source="OPERAT")
    actions.state_today(db, alice, corrected, now=NOW)
    (_later, surface) = list_surfaces(db, alice, PCE)
    assert surface.draft == replace(OLD, area_dm2=110_000, last=date(2026, 12, 31))
    actions.remove_today(db, alice, PCE, now=NOW)
    actions.remove_today(db, alice, PCE, now=NOW)
    actions.state_today(db, alice, OLD, now=NOW)
    assert list_surfaces(db, alice, PCE)[1].draft.last == date(2026, 12, 31)
