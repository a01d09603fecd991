"""One key for trying, and the contracts that it sealed."""

import pytest

from data.contracts.files.keys import KeySource, seal_key
from tests.data.contracts.files.papers import AT, contract


@pytest.fixture(scope="session")
def key(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seal")
    return seal_key(folder, "Réseau Gaz", KeySource(), now=AT)


@pytest.fixture(scope="session")
def signed(key):
    return contract(key)


@pytest.fixture(scope="session")
def amended(key):
    return contract(key, 3)
