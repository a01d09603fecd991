"""English is complete: each sentence of the code has a translation with the same blanks."""

import ast
import re

from tests.architecture.catalogs import KEYWORDS, read, sentences
from tests.architecture.sources import modules, name, nodes

BLANKS = re.compile(r"{[^{}]*}")


def _english() -> dict[str, str]:
    return {str(message.id): str(message.string) for message in read() if message.id}


def _keyword(call: ast.Call) -> str:
    """Return the name of what is called, without that of its module."""
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def test_every_sentence_has_its_english():
    english = _english()
    missing = sorted(text for text in sentences() if not english.get(text))
    assert not missing


def test_no_sentence_stands_inside_an_f_string():
    """What gathers the sentences reads such a string whole: none inside it would be found."""
    hidden = [
        (name(path), call.lineno)
        for path in modules()
        for node in nodes(path)
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and _keyword(call) in KEYWORDS
        if any(isinstance(arg, ast.Constant) for arg in call.args)
    ]
    assert not hidden


def test_every_marked_string_is_gathered():
    """What gathers the sentences does not read a string that has parentheses of its own."""
    missed = [
        (name(path), arg.lineno)
        for path in modules()
        for call in nodes(path)
        if isinstance(call, ast.Call) and _keyword(call) in KEYWORDS
        for arg in call.args[: len(KEYWORDS[_keyword(call)] or (1,))]
        if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        if arg.value not in sentences()
    ]
    assert not missed


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
