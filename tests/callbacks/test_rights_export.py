"""From the grid of rights to the form of exports, opened on what is ticked or found."""

from dataclasses import replace

import pytest

from callbacks import rights, rights_export
from core.access import Role
from core.errors import Invalid
from data.exports.queries import get_picked
from pages.exports import PAGE as EXPORTS
from pages.rights import PAGE
from tests.components.kit.trees import text_of
from tests.factories import PCE, make_pce, make_right
from tests.web import request_of

OTHER, THIRD = "09999999910002", "09999999910003"
UNFILTERED = {"role": "all", "ending": False, "org": "", "run": ""}


@pytest.fixture
def uids(db, people):
    """Three rights of bob's, the last two on one PCE, and one of charlie's."""
    pces = [make_pce(db), make_pce(db, OTHER, alias="Gymnase")]
    make_right(db, make_pce(db, THIRD), 3)
    made = [(pces[0], "Lycée"), (pces[1], "Gymnase Nord"), (pces[1], "Gymnase Sud")]
    return [make_right(db, pce, 2, site=site, search=site.casefold()).uid for pce, site in made]


def exported(db, viewer, rows=(), picked=None, model=None):
    told = {"rows": list(rows), "picked": picked, "model": model}
    ready = rights_export.find_exported(**told, request=request_of(db, viewer))
    address = rights_export.export(**told, ready=ready, request=request_of(db, viewer))
    pick = int(address.removeprefix("/exports?picked="))
    page = EXPORTS.layout(request_of(db, viewer), picked=str(pick))
    return get_picked(db, viewer, pick), str(page)


def filtered(viewer, text="", state="all"):
    return rights.filter_list(fields=UNFILTERED | {"q": text, "state": state})[0]


def test_ticked_rights_open_the_form_on_their_pce_each_once(db, uids, bob):
    make_pce(db, "GI999901", holder_id=2)  # without a PCE of one's own to read, there is no form
    numbers, said = exported(db, bob, [{"uid": uids[0]}, {"uid": uids[1]}, {"uid": uids[2]}])
    assert numbers == (PCE, OTHER)
    assert "2 PCE choisis" in said


def test_the_filter_in_force_is_exported_when_nothing_is_ticked(db, uids, bob):
    model = filtered(bob, "gymnase")
    assert exported(db, bob, model=model)[0] == (OTHER,)
    assert exported(db, bob)[0] == (PCE, OTHER)


def test_all_that_the_filter_finds_is_chosen_whatever_lines_say(db, uids, bob):
    model = filtered(bob, "gymnase")
    assert exported(db, bob, [{"uid": uids[0]}], {"all": True}, model)[0] == (OTHER,)


def test_rights_of_others_are_not_exported(db, uids, charlie, dora):
    with pytest.raises(Invalid, match="aucun PCE à exporter"):
        exported(db, charlie, [{"uid": uids[0]}])
    assert exported(db, charlie)[0] == (THIRD,)
    assert exported(db, dora)[0] == (PCE, OTHER, THIRD)


def test_more_ticked_lines_than_a_grid_has_are_refused(db, uids, bob):
    with pytest.raises(Invalid, match="Choisissez au plus"):
        exported(db, bob, [{"uid": str(number)} for number in range(5001)])


def test_who_is_no_manager_ticks_exports_and_declares_but_revokes_nothing(db, uids, bob):
    reader = replace(bob, role=Role.CLIENT)
    shown = text_of(PAGE.layout(request_of(db, reader)))
    assert shown.count("Exporter") == 2
    assert "Renouveler" in shown
    assert "Révoquer" not in shown
