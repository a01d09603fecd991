"""The credentials of programs as they are listed."""

from dataclasses import replace
from datetime import timedelta

from components.accounts_security import credentials_page
from core.access import Role
from core.i18n import clock, long_day
from data.identity.accounts.types.security import ApiScope, CredentialRow, CredentialState
from tests.callbacks.test_accounts import as_text
from tests.factories import NOW

ROW = CredentialRow(
    3, "Supervision", "ec_1", tuple(ApiScope), "Alice", NOW, NOW, None, CredentialState.LIVE
)


def shown(alice, *rows, most=20):
    return as_text(credentials_page(replace(alice, role=Role.ADMINISTRATOR), rows, most=most))


def test_what_stands_is_told_and_may_be_ended(alice):
    text = shown(alice, ROW)
    for words in ("En service", "Jamais", "déclaration de droits", "/compte/api/3/revocation"):
        assert words in text


def test_what_is_over_may_not(alice):
    for state, words in (
        (CredentialState.EXPIRED, "Expiré"),
        (CredentialState.REVOKED, "Révoqué"),
    ):
        text = shown(alice, replace(ROW, state=state, last_used_at=NOW))
        assert words in text
        assert "revocation" not in text


def test_one_that_was_revoked_says_when_and_no_other_end(alice):
    row = replace(ROW, state=CredentialState.REVOKED, expires_at=NOW + timedelta(days=365))
    ended = NOW + timedelta(hours=2)
    text = shown(alice, replace(row, revoked_at=ended))
    assert f"Révoqué le {clock(ended)}" in text
    assert long_day(row.expires_at.date()) not in text


def test_none_and_too_many_say_what_to_do(alice):
    assert "Créez-en un" in shown(alice)
    assert "/compte/api/nouveau" in shown(alice, ROW)
    assert "/compte/api/nouveau" not in shown(alice, ROW, most=1)
