"""Every broken or hostile file gets a sentence, quickly, in little memory, and nothing else."""

import resource
import time
import tracemalloc

import pytest

from core.errors import Unreadable
from data.metering.consumption.files import read
from tests.data.metering.consumption.files.corpus import CORPUS
from tests.data.metering.consumption.files.making import (
    CSV_LINE,
    DAY,
    PERIODIC,
    csv,
    line,
    lying,
    ndjson,
    reading,
    sheet,
    web,
)

SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})
MOST_SECONDS = 2
MOST_MEMORY = 400 * 1024  # kB more than before, at the peak


@pytest.mark.parametrize(("content", "fragments"), [pytest.param(c, f, id=n) for n, c, f in CORPUS])
@pytest.mark.sampled
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

    monkeypatch.setattr("data.metering.consumption.files.read_book", burst)
    with pytest.raises(Unreadable, match="abîmé"):
        read("a\ud800.xlsx", sheet([]))


def numbered(problem):
    """(line, column, found) of each line that *problem* names."""
    every = [(problem.message, problem.params), *problem.params.get("also", ())]
    for message, params in every:
        assert message.format(**params)
    return [(p["line"], p.get("column"), p.get("found")) for _message, p in every]


def refused(content):
    with pytest.raises(Unreadable) as found:
        read("relevés", content)
    return found.value


def bad_csv(count):
    lines = [CSV_LINE.replace("133,4", f"x{n}").replace("01-05", "01-06") for n in range(count)]
    return csv(CSV_LINE, "", *lines)


def test_a_csv_names_up_to_five_wrong_lines_and_counts_the_others():
    problem = refused(bad_csv(7))
    column = "Energie (kWh PCS)"
    assert numbered(problem) == [(n + 4, column, f"x{n}") for n in range(5)]
    assert (problem.params["further"], problem.params["stopped"]) == (2, False)
    alone = refused(bad_csv(1))
    assert numbered(alone) == [(4, column, "x0")]
    assert "also" not in alone.params
    whole = refused(bad_csv(5)).params
    assert (len(whole["also"]), whole["further"]) == (4, 0)


def test_a_file_that_is_wrong_throughout_is_not_counted_to_its_end():
    problem = refused(bad_csv(200_000))
    assert (problem.params["further"], problem.params["stopped"]) == (995, True)


def test_different_faults_are_named_in_the_order_of_the_file():
    twice = CSV_LINE.replace("133,4", "99")
    problem = refused(csv(CSV_LINE, twice, "a;b", CSV_LINE.replace("2021-01-05", "hier")))
    assert numbered(problem) == [
        (3, None, None),
        (4, None, 2),
        (5, "Journée gazière", "hier"),
    ]


def test_a_line_that_cannot_be_parsed_comes_last():
    problem = refused(csv("a;b", '"' + CSV_LINE + '"x;', CSV_LINE.replace("133,4", "x")))
    assert [line for line, *_ in numbered(problem)] == [2, 3]
    broken = refused(ndjson(line(energie=-1)) + b"{")
    assert [line for line, *_ in numbered(broken)] == [1, 2]


def test_sheets_name_several_lines_too():
    daily = refused(sheet([["hier", *DAY[1:]], DAY, [*DAY[:4], "x", *DAY[5:]]]))
    assert [line for line, *_ in numbered(daily)] == [10, 12]
    monthly = refused(sheet([["Brumaire 2020", 1, 1], ["Mai 2020", "y", 1]], header=PERIODIC))
    assert [line for line, *_ in numbered(monthly)] == [10, 11]


def test_both_jsons_name_several_readings():
    lines = [line(energie=n) for n in ("a", 1, "b")]
    assert [n for n, *_ in numbered(refused(ndjson(*lines)))] == [1, 3]
    found = numbered(refused(web(*[reading(energieConsomme=n) for n in range(-1, -8, -1)])))
    assert [column for _line, column, _found in found] == ["energieConsomme"] * 5
    assert [line for line, *_ in found] == sorted({line for line, *_ in found})
    assert [found for *_, found in found] == ["-1", "-2", "-3", "-4", "-5"]
