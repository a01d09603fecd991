"""Accept passwords by length and estimated guesses, without composition rules.

See NIST SP 800-63B, revision 4, 3.1.1.2. zxcvbn estimates the guesses of an attacker who first
tries leaked passwords, words, names, dates, repetitions and keyboard walks.
"""

import gzip
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from math import log10, prod

from core.errors import Invalid
from core.i18n import N_
from data.identity.accounts.rules import folded
from data.identity.accounts.rules.common_words import COMMON_WORDS, KNOWN_DIGITS

SHORTEST = 15  # of a password that may be the only factor
LONGEST = 1024
_HARD = 12  # guesses as a power of ten: millions of years at ten per quarter of an hour
_SEPARATORS_WORTH = 3  # the same, for separators within a common text
_WINDOW = 36  # characters estimated together: time grows with the square
_FRENCH_WORDS = 40_000
_YEARS = range(2049, 1899, -1)
_REPEATED = re.compile(r"(.{3,})\1+")
_DOUBLED = re.compile(r"(.)\1+")
_LEET_READINGS = 32  # maximum of leet readings of a text: they multiply quickly
_SEPARATORS = re.compile(r"[\W_]+")
_OWNER = "owner"
# Shifted keys of the number row by keyboard, in the notation of the American one.
_US = str.maketrans("!@#$%^&*()", "1234567890")
_AZERTY = str.maketrans("azqwm&é\"'(-è_çà", "qwaz;1234567890")


def normalized(password: str) -> str:
    """Return the NFKC form, in which keyboards agree."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, about: Iterable[str] = ()) -> None:
    """Raise Invalid with the reason unless `password` is hard to guess; `about` names its owner.

    It takes about a millisecond, forty for the longest, and a tenth of a second once to load the
    lists.
    """
    text = normalized(password)
    if len(text) < SHORTEST:
        raise Invalid(
            N_("Choisissez au moins {least} caractères : trois ou quatre mots suffisent."),
            least=SHORTEST,
        )
    if len(text) > LONGEST:
        raise Invalid(
            N_("Ce mot de passe est trop long : {most} caractères au plus."), most=LONGEST
        )
    if guesses(text) < _HARD:
        raise Invalid(
            N_(
                "Ce mot de passe est trop facile à deviner : il est fait de mots, de dates ou de"
                " suites de touches essayés en premier. Choisissez quatre mots sans rapport entre"
                " eux, ou laissez un gestionnaire de mots de passe en créer un."
            )
        )
    if guesses(text, about) < _HARD:
        raise Invalid(
            N_(
                "Ce mot de passe est trop proche de votre nom, de votre adresse ou de votre"
                " organisation : choisissez quatre mots sans rapport avec eux."
            )
        )


def guesses(text: str, about: Iterable[str] = ()) -> float:
    """Return the estimated guesses for `text` as a power of ten: those of its hardest part.

    A password is at least as hard as any part; parts are estimated until one is hard.
    """
    words = {word for line in about for word in re.findall(r"[^\W_]{3,}", folded(line))}
    hardest = 0.0
    for window in _windows(text):
        hardest = max(hardest, _window_guesses(window, words))
        if hardest >= _HARD:
            break
    return hardest


def _windows(text: str) -> Iterator[str]:
    last = max(len(text) - _WINDOW, 0)
    for start in range(0, last, _WINDOW):
        yield text[start : start + _WINDOW]
    yield text[last:]


def _window_guesses(window: str, words: Iterable[str]) -> float:
    """Return the fewest guesses over all readings of a `window`."""
    plain = folded(window)
    forms = {window, plain, plain.translate(_US), folded(window.casefold().translate(_AZERTY))}
    forms |= {_REPEATED.sub(r"\1", form) for form in forms} | {_DOUBLED.sub(r"\1", plain)}
    lists = {**_ranked_lists(), _OWNER: {word: rank for rank, word in enumerate(words, 1)}}
    fewest = min(_form_guesses(form, lists) for form in forms)
    bare = _SEPARATORS.sub("", plain)
    return min(fewest, _form_guesses(bare, lists) + _SEPARATORS_WORTH) if bare else fewest


def _form_guesses(form: str, lists: Mapping[str, Mapping[str, int]]) -> float:
    from zxcvbn import matching
    from zxcvbn.scoring import dictionary_guesses, most_guessable_match_sequence

    readings = prod(
        max(1, sum(sign in form for sign in signs)) for signs in matching.L33T_TABLE.values()
    )
    search = matching.omnimatch if readings <= _LEET_READINGS else matching.dictionary_match
    matches = search(form, lists)
    for match in matches:
        # The word's own rank, where zxcvbn counts at least fifty: "je", "la" or "the" are easier.
        if match["pattern"] == "dictionary" and len(match["token"]) > 1 and not match.get("l33t"):
            match["guesses"] = dictionary_guesses(match)
    # Without zxcvbn's additive term per word, which would make five common words hard.
    match_value = most_guessable_match_sequence(form, matches, _exclude_additive=True)
    return log10(match_value["guesses"])


@cache
def _ranked_lists() -> Mapping[str, Mapping[str, int]]:
    """Return zxcvbn's word lists and ours with ranks, and register them in zxcvbn."""
    from zxcvbn.matching import RANKED_DICTIONARIES, add_frequency_lists

    packed = files("spellchecker").joinpath("resources/fr.json.gz").read_bytes()
    frequencies: dict[str, int] = json.loads(gzip.decompress(packed))
    french = sorted(frequencies, key=lambda word: -frequencies[word])[:_FRENCH_WORDS]
    add_frequency_lists(
        {
            "french": list(dict.fromkeys(map(folded, french))),
            "common": [*COMMON_WORDS, *KNOWN_DIGITS],
            "years": [str(year) for year in _YEARS],
        }
    )
    ranked: Mapping[str, Mapping[str, int]] = RANKED_DICTIONARIES
    return ranked
