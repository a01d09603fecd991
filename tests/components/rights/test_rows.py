"""The columns of the grid of rights: what they are called, and that none cuts its words."""

import pytest

from components.rights.filters import RightListParams
from components.rights.rows import columns
from core.access import OrganisationKind, Role, Viewer
from tests.data.rights.declarations import TODAY

DIGITS, EDGES = 116, 34  # px: a PCE of 14 digits at 13 px, measured, and what a cell keeps aside


def named(role, **wanted):
    staff = role is Role.ACCOUNT_MANAGER
    kind = OrganisationKind.DISTRIBUTOR if staff else OrganisationKind.THIRD_PARTY
    viewer = Viewer(1, 1, kind, role, TODAY)
    return {one["field"]: one for one in columns(viewer, RightListParams(**wanted))}


@pytest.mark.parametrize("role", [Role.FACILITY_MANAGER, Role.ACCOUNT_MANAGER])
@pytest.mark.parametrize("full", [False, True])
def test_no_column_is_squeezed_under_its_words(role, full):
    found = named(role, full=full)
    assert found["number"]["minWidth"] >= DIGITS + EDGES
    assert min(found[name]["minWidth"] for name in ("holder", "third_party")) >= 150
    for one in found.values():
        lines = 2 if one.get("wrapHeaderText") else 1
        assert lines * (one["minWidth"] - 24) >= 7 * len(one["headerName"])


def test_the_day_a_right_was_made_is_called_as_everywhere():
    assert named(Role.CLIENT)["created_at"]["headerName"] == "Date de création du droit"
