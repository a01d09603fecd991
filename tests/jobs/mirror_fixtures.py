"""Fixtures of who sends: named by the tests that take them."""

import pytest

from data.exchange.mirror.channels import upstream as channel
from tests.data.exchange.mirror.conftest import braving, distributor, here, hostile, mirroring
from tests.data.exchange.mirror.distributor import QUICK, address_of, serving
from tests.factories import PCE
from tests.jobs.mirror_sides import OTHER, Moody, Sides, known_there, sends

__all__ = [
    "braved",
    "braving",
    "distributor",
    "here",
    "hostile",
    "mirroring",
    "moody",
    "sides",
]


@pytest.fixture
def sides(mirroring, distributor):
    known_there(distributor.database, PCE, OTHER)
    with mirroring.transaction() as db:
        sends(db)
    return Sides(mirroring, distributor.database, distributor.address)


@pytest.fixture
def moody(sides, distributor, monkeypatch):
    """The same, through a line whose moods a test says."""
    monkeypatch.setattr(channel, "BOUNDS", QUICK)
    line = Moody(distributor.web.server)
    with serving(line) as root:
        sides.address = address_of(root)
        line.sides = sides
        yield line


@pytest.fixture
def braved(braving, hostile):
    """Sides whose other is `hostile`."""
    with braving.transaction() as db:
        sends(db)
    return Sides(braving, None, hostile.address)
