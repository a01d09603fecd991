"""Irene administers the distributor (5), and Igor (6) too."""

import pytest

from core.access import OrganisationKind, Role, Viewer
from tests.conftest import TODAY
from tests.factories import make_people, make_user


def make_administrators(db):
    make_people(db)
    for name in ("Irene", "Igor"):
        email = f"{name.lower()}@reseau.example"
        make_user(db, organisation_id=4, email=email, name=name, role=Role.ADMINISTRATOR)


@pytest.fixture
def irene(db):
    make_administrators(db)
    return administrator(5, "Irene")


@pytest.fixture
def igor(irene):
    return administrator(6, "Igor")


def administrator(number, name):
    kind = OrganisationKind.DISTRIBUTOR
    return Viewer(number, 4, kind, Role.ADMINISTRATOR, TODAY, name=name)
