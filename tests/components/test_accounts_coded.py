"""Who may be helped after a telephone is lost, as it is listed; the tabs that lead there."""

import re
from dataclasses import replace

from components.accounts_security import coded_page, tabs
from core.access import Role
from data.identity.accounts.types.security import SecondFactorOwner
from tests.callbacks.test_accounts import as_text
from tests.factories import NOW


def test_each_has_a_way_to_be_helped(alice):
    one = SecondFactorOwner(9, "Anna", "anna@tilleuls.example", "Tilleuls", Role.CLIENT, NOW)
    text = as_text(coded_page(replace(alice, role=Role.ADMINISTRATOR), [one]))
    assert "/compte/collegues/9/second-facteur" in text
    assert "Remettre à zéro, pour Anna" in text
    assert "Personne à aider" in as_text(coded_page(alice, []))


def test_the_tabs_follow_the_role(alice, dora):
    administrator = replace(alice, role=Role.ADMINISTRATOR)
    mine = ["/compte", "/compte/journal", "/compte/donnees"]
    for viewer, more in (
        (alice, []),
        (dora, ["/compte/collegues"]),
        (administrator, ["/compte/api", "/compte/collegues"]),
    ):
        assert re.findall(r'"href": "([^"]+)"', as_text(tabs(viewer, "/compte"))) == mine + more
