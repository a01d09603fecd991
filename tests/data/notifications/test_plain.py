"""What others wrote leads nowhere in a mail."""

import timeit

import pytest

from data.notifications.rules import plain


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("THERMIA https://piege.example/x?y", "THERMIA"),
        ("Gaz piege.example", "Gaz"),
        ("Gaz www.piege.example/entrer maintenant", "Gaz maintenant"),
        ("Gaz moi@piege.example", "Gaz"),
        ("Gaz xn--pige-7oa.xn--fiq", "Gaz"),
        ("Gaz piege\u3002example", "Gaz"),
        ("Gaz 192.0.2.7:8080/x", "Gaz"),
        ("piege.example", "piege example"),
        ("Lycée\nNord", "Lycée Nord"),
        ("\u202eAIMREHT\u202c \u2067x\u2069", "AIMREHT x"),
        ("\u200e\u061c", ""),
        ("S.A.R.L. Tilleuls, bât. 3.5", "S.A.R.L. Tilleuls, bât. 3.5"),
    ],
)
def test_hosts_and_links_are_left_out(text, left):
    assert plain(text) == left


@pytest.mark.parametrize("piece", ["a", "a.", "-", "1.", "é:", "a/", "."])
def test_a_long_text_takes_a_time_that_grows_with_its_length_alone(piece):
    """It takes some hundredths of a second, where it took forty."""
    text = piece * (64_000 // len(piece))
    assert min(timeit.repeat(lambda: plain(text), number=1, repeat=3)) < 2
