"""What refuses a deposit, and the sentence that says so."""

import pytest

from core.errors import Conflict, Invalid, TooBig
from data.runs.rules import check_deposit
from data.runs.types import DepositLimits, DepositUsage

LIMITS = DepositLimits(2, 5, 10, 4, 3)
NOTHING = DepositUsage(0, 0)


def refusal(taken=NOTHING, files=1, octets=1):
    with pytest.raises((Invalid, Conflict)) as raised:
        check_deposit(LIMITS, taken, files, octets)
    return raised.value


def test_what_fits_to_the_last_octet_is_taken():
    check_deposit(LIMITS, NOTHING, 3, 5_000_000)
    check_deposit(LIMITS, DepositUsage(9_000_000, 3), 1, 1_000_000)


def test_no_file_at_all_is_said():
    assert "Aucun fichier" in str(refusal(files=0, octets=0))


def test_too_many_files_are_refused():
    assert str(refusal(files=4)) == "Déposez au plus 3 fichiers à la fois."


def test_too_much_at_once_is_refused_as_too_big():
    refused = refusal(octets=5_000_001)
    assert isinstance(refused, TooBig)
    assert refused.status == 413
    assert "dépasse 5\u00a0Mo" in str(refused)


def test_a_single_file_may_always_be_as_large_as_a_file_may_be():
    check_deposit(DepositLimits(8, 5), NOTHING, 1, 8_000_000)


def test_too_many_files_waiting_are_said_with_what_to_do():
    refused = refusal(DepositUsage(0, 3), files=2)
    assert refused.status == 409
    assert refused.params == {"waiting": 3, "most": 4}
    assert "Derniers fichiers" in str(refused)


def test_a_full_quota_is_said_with_what_to_do():
    refused = refusal(DepositUsage(9_500_001, 0), octets=500_000)
    assert refused.status == 409
    assert refused.params == {"used": 10, "most": 10}
    assert "recommencez" in str(refused)
