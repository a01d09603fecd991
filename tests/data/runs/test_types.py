"""What a browser sends."""

import pytest

from data.errors import Invalid
from data.runs.types import Deposit


def test_one_or_several_files_are_read():
    one = Deposit.of_browser("data:text/csv;base64,UENF", "a.csv")
    assert one == (Deposit("a.csv", b"PCE"),)
    two = Deposit.of_browser(["data:;base64,UENF", "data:x;base64,"], ["a.csv", "b.csv"])
    assert two == (Deposit("a.csv", b"PCE"), Deposit("b.csv", b""))
    assert Deposit.of_browser(None, None) == ()


@pytest.mark.parametrize(
    ("contents", "names"),
    [
        ("data:text/csv;base64,UENF!", "a.csv"),
        ("data:text/csv;base64,UEN", "a.csv"),
        ("rien", "a.csv"),
        ([None], ["a.csv"]),
        ([{"a": 1}], ["a.csv"]),
        (["data:;base64,UENF"], []),
        ("data:;base64,é", "a.csv"),
    ],
)
def test_an_incomplete_upload_is_refused(contents, names):
    with pytest.raises(Invalid):
        Deposit.of_browser(contents, names)
