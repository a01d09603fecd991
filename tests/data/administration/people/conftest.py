"""An organisation with an administrator, and what one of its people owns."""

import pytest

from core.access import OrganisationKind, Role, Viewer
from tests.conftest import TODAY
from tests.factories import make_people, make_user


@pytest.fixture
def everybody(db):
    """Alice's organisation has an administrator, Ada (5), and a client, Ines (6)."""
    make_people(db)
    named = {"organisation_id": 1}
    make_user(db, email="ada@tilleuls.example", name="Ada", role=Role.ADMINISTRATOR, **named)
    make_user(db, email="ines@tilleuls.example", name="Ines", role=Role.CLIENT, **named)
    make_user(
        db,
        organisation_id=4,
        email="irene@reseau.example",
        name="Irene",
        role=Role.ADMINISTRATOR,
    )


@pytest.fixture
def ada() -> Viewer:
    """Administers organisation 1, alice's."""
    kind = OrganisationKind.COLLECTIVITY
    return Viewer(5, 1, kind, Role.ADMINISTRATOR, TODAY, name="Ada", organisation="Tilleuls")


@pytest.fixture
def irene() -> Viewer:
    """Administers the distributor, and so every organisation."""
    return Viewer(7, 4, OrganisationKind.DISTRIBUTOR, Role.ADMINISTRATOR, TODAY, name="Irene")
