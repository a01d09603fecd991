"""Bob administers his third party, and dora controls its rights."""

from dataclasses import replace

import pytest

from core.access import Role
from tests.data.notifications.test_channels import certificate

__all__ = ["certificate"]


@pytest.fixture
def bob(bob):
    return replace(bob, role=Role.ADMINISTRATOR)


@pytest.fixture
def charlie(charlie):
    return replace(charlie, role=Role.ADMINISTRATOR)
