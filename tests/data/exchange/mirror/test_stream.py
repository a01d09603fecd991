"""Objects are read out of whatever comes, cut anywhere; what is spoilt is told by its line."""

import json
import tracemalloc
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.exchange.mirror.channels import stream
from data.exchange.mirror.channels.stream import objects, sample_of
from data.exchange.mirror.types import LineFault, UpstreamDown
from tests.choosing import examples


def read(text, size=7):
    """What is read of *text* when it comes in pieces of *size* octets."""
    body = text.encode()
    found = list(objects(body[at : at + size] for at in range(0, len(body), size)))
    told = [one for one in found if not isinstance(one, LineFault)]
    return told, [fault.line for fault in found if isinstance(fault, LineFault)]


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize(
    ("text", "told", "faults"),
    [
        ('{"a":1}\n{"a":2}\n', [(1, {"a": 1}), (2, {"a": 2})], []),
        ('{"a":1}{"a":2}{"a":3}', [(1, {"a": 1}), (1, {"a": 2}), (1, {"a": 3})], []),
        ('{"a":\n1\n}{"b":\n2}\n\n{"c":3}', [(1, {"a": 1}), (3, {"b": 2}), (6, {"c": 3})], []),
        ('\ufeff[{"a":1},\n{"a":2}]', [(1, {"a": 1}), (2, {"a": 2})], []),
        ('{"a":"}{"}\n', [(1, {"a": "}{"})], []),
        ('{"a":1\n{"b":2}\n{"c":3}\n', [(2, {"b": 2}), (3, {"c": 3})], [1]),
        (
            '{"a":1,"b":\n{"b":2}\n{"c":3}\n{"d":4}\n',
            [(2, {"b": 2}), (3, {"c": 3}), (4, {"d": 4})],
            [1],
        ),
        ('{"a":"x\n{"b":2}\n{"c":3}\n', [(2, {"b": 2}), (3, {"c": 3})], [1]),
        ('{"a":1}}}\n{"b":2}\n', [(1, {"a": 1}), (2, {"b": 2})], [1]),
        (
            '{"a":1}{"b":oops, "long": "enough"}{"c":3}\n{"d":4}\n',
            [(1, {"a": 1}), (2, {"d": 4})],
            [1],
        ),
        ('null\n12\n"a"\n{"d":4}\n', [(4, {"d": 4})], [1, 2, 3]),
        ('[1,{"a":1}]\n', [(1, {"a": 1})], [1]),
        ("[]", [], []),
        ('[{"a":[1]}]\n[{"b":2}]', [(1, {"a": [1]}), (2, {"b": 2})], []),
        ('[{"a":1},\n{"b":oops, "long": "enough"},\n{"c":3}]', [(1, {"a": 1}), (3, {"c": 3})], [2]),
        ('bonjour\n{"d":4}\n', [(2, {"d": 4})], [1]),
        ('{"a":1}\nbonjour à tous et à toutes', [(1, {"a": 1})], [2]),
        ("", [], []),
        (" \n ", [], []),
    ],
)
def test_each_object_with_its_line(text, told, faults, size):
    assert read(text, size) == (told, faults)


@pytest.mark.parametrize("size", [1, 50])
@pytest.mark.parametrize(
    "text",
    ['{"a":1}\n{"a":', '[{"a":1},', '[{"a":1}\n', "[", '{"a":1}{"b', '{"a":1}\n{"b":"x', '{"a":12'],
)
def test_what_is_cut_is_said(text, size):
    found = []
    with pytest.raises(UpstreamDown) as down:
        found.extend(read(text, size)[0])
    assert down.value.message == stream.CUT


def test_what_came_before_a_cut_is_given():
    found = objects([b'{"a":1}\n{"a":'])
    assert next(found) == (1, {"a": 1})
    with pytest.raises(UpstreamDown):
        next(found)


@pytest.mark.parametrize("text", ["<html>", "\n <!doctype html><p>{}"])
def test_a_web_page_is_no_data(text):
    with pytest.raises(UpstreamDown) as down:
        read(text)
    assert down.value.message == stream.NOT_JSON


def test_numbers_stay_exact_and_absurd_ones_do_no_harm():
    told, faults = read('{"a":12.251,"b":NaN,"c":1e999999999,"d":' + "9" * 70 + ".5}", 30)
    assert str(told[0][1]["a"]) == "12.251"
    assert faults == []
    assert read('{"a":' + "9" * 5000 + '}\n{"b":1}\n', 99) == ([(2, {"b": 1})], [1])
    deep = '{"a":' * 50_000
    assert read(f'{deep}1\n{{"b":1}}\n', 9000)[0] == [(2, {"b": 1})]


def test_octets_that_are_no_text_do_no_harm():
    (found,) = objects([b'{"a":"\xe9t\xe9"}\n'])
    assert found == (1, {"a": "\ufffdt\ufffd"})


def test_too_many_faults_or_too_long_an_object_is_an_outage(monkeypatch):
    with pytest.raises(UpstreamDown):
        list(objects([b"x,\nno json at all\n" * 600]))
    monkeypatch.setattr(stream, "LONGEST", 1000)
    with pytest.raises(UpstreamDown):
        read('{"a":"' + "x" * 200_000, 10_000)


def test_nested_lines_without_an_end_cost_little():
    lines = b'{"abcdefgh":\n' * 20_000
    with pytest.raises(UpstreamDown):
        list(objects(lines[at : at + 65_536] for at in range(0, len(lines), 65_536)))


def test_a_sample_says_nothing_of_a_person():
    text = '{"id_pce": "09999999910001", "nom_titulaire": "M. Durand", "energie": 2096, durand@x.fr'
    said = sample_of(text)
    assert said.startswith('{"id_pce": "99999999999999", "nom_titulaire": "x. xxxxxx"')
    for secret in ("Durand", "durand", "2096", "0999"):
        assert secret not in said
    assert len(sample_of("é\n" * 1000)) <= 160


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=examples(200))
@given(
    st.lists(st.dictionaries(st.text(max_size=5), _VALUES, max_size=4), max_size=8),
    st.sampled_from(["\n", "", "\r\n", " ", "\n\n"]),
    st.sampled_from([None, 1]),
    st.integers(1, 40),
)
def test_any_objects_come_back_however_they_are_written_and_cut(wanted, between, indent, size):
    text = between.join(json.dumps(one, ensure_ascii=False, indent=indent) for one in wanted)
    told, faults = read(text + between, size)
    assert [one for _line, one in told] == wanted
    assert faults == []


@settings(max_examples=examples(200))
@given(st.binary(max_size=300), st.integers(1, 50))
def test_nothing_makes_it_fail_otherwise_than_in_words(body, size):
    try:
        for found in objects(body[at : at + size] for at in range(0, len(body), size)):
            assert isinstance(found, LineFault | tuple)
    except UpstreamDown:
        pass


def test_an_array_of_small_objects_is_read_as_it_comes():
    tracemalloc.start()
    body = (b"{}," * 20_000 for _piece in range(10))
    found = sum(1 for _one in objects(chain([b"["], body, [b"{}]"])))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == 200_001
    assert peak < 5_000_000


@pytest.mark.parametrize("value", ["{},", "1,", "[[[]]],", '{"a":{}},'])
def test_an_object_of_too_many_values_is_an_outage_that_weighs_little(value, monkeypatch):
    monkeypatch.setattr(stream, "MOST_VALUES", 50_000)
    body = (value * (60_000 // len(value))).encode()
    tracemalloc.start()
    with pytest.raises(UpstreamDown) as down:
        list(objects(chain([b'{"liste_acces":['], (body for _piece in range(40)))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert down.value.message == stream.TOO_LONG
    assert peak < 8_000_000


def test_memory_stays_flat():
    line = json.dumps({"a": "x" * 900}).encode() + b"\n"

    def many(count):
        tracemalloc.start()
        for _found in objects(line * 70 for _piece in range(count)):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    many(2)
    assert many(200) < 2 * many(20)
