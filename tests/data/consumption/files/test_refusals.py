"""Every broken or hostile file gets a sentence, quickly, in little memory, and nothing else."""

import resource
import time
import tracemalloc

import pytest

from data.consumption.files import read
from data.errors import Unreadable
from tests.data.consumption.files.corpus import CORPUS
from tests.data.consumption.files.making import DAY, lying, sheet

SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})
MOST_SECONDS = 2
MOST_MEMORY = 400 * 1024  # kB more than before, at the peak


@pytest.mark.parametrize(("content", "fragments"), [pytest.param(c, f, id=n) for n, c, f in CORPUS])
def test_a_broken_or_hostile_file_gets_a_sentence(content, fragments):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    with pytest.raises(Unreadable) as refused:
        read("relevés.bin", content)
    assert time.process_time() - start < MOST_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY
    sentence = str(refused.value)
    plain = sentence.translate(SPACES)
    assert all(fragment in plain for fragment in fragments), plain
    assert plain[0].isupper()
    assert plain.endswith((".", "?"))
    assert "{" not in plain.replace("{…}", "")
    assert len(plain) < 400
    sentence.encode()


def test_an_archive_that_lies_is_not_inflated_beyond_what_it_says():
    bomb = lying(sheet([DAY]), 40_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable, match="abîmé"):
            read("relevés.xlsx", bomb)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_the_corpus_is_large_and_every_file_is_another():
    assert len(CORPUS) >= 70
    assert len({name for name, _, _ in CORPUS}) == len(CORPUS)


def test_a_line_named_in_the_sentence_is_among_its_params():
    for name, content, fragments in CORPUS:
        if not fragments[0].startswith(("Ligne ", "Lignes ")):
            continue
        with pytest.raises(Unreadable) as refused:
            read(name, content)
        assert isinstance(refused.value.params["line"], int), name


def test_a_fault_of_a_parser_becomes_a_sentence(monkeypatch):
    def burst(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("data.consumption.files.read_book", burst)
    with pytest.raises(Unreadable, match="abîmé"):
        read("a\ud800.xlsx", sheet([]))
