"""English is complete: each sentence of the code has a translation with the same blanks."""

import re

from tests.architecture.catalogs import read, sentences

BLANKS = re.compile(r"{[^{}]*}")


def _english() -> dict[str, str]:
    return {str(message.id): str(message.string) for message in read() if message.id}


def test_every_sentence_has_its_english():
    english = _english()
    missing = sorted(text for text in sentences() if not english.get(text))
    assert not missing


def test_no_translation_outlives_its_sentence():
    assert not sorted(set(_english()) - set(sentences()))


def test_a_translation_fills_the_same_blanks():
    different = {
        text: said
        for text, said in _english().items()
        if said and sorted(BLANKS.findall(text)) != sorted(BLANKS.findall(said))
    }
    assert not different


def test_french_sentences_use_french_typography():
    wrong = [
        text
        for text in sentences()
        if re.search(r"\w'\w| [;!?%»]|[^\s\u202f\u00a0][;!?](\s|$)|« ", text)
    ]
    assert not wrong
