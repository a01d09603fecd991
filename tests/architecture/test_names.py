"""Names and sentences keep to plain technical English (CONTRIBUTING.md, Language)."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from tests.architecture.sources import ROOT, modules, name, nodes, tracked, tree

# A word that says nothing of what it holds: a participle, a pronoun, an adverb.
BARE = frozenset({
    "told", "said", "found", "kept", "shown", "asked", "seen", "made", "given", "known", "one",
    "some", "ours", "theirs", "there", "held", "left", "put", "taken", "meant", "heard", "wanted",
    "whole", "alike", "again", "among", "apart", "lately",
})  # fmt: skip
# One in a thousand: attributes of tables are named as their columns, and a box has a left side.
MOST = 0.001
PREFIXES = (
    "list_", "get_", "count_", "find_", "search_", "iter_", "exists_", "is_", "has_", "can_",
    "visible", "load_", "fetch_", "sum_", "read_",
)  # fmt: skip
ODD = re.compile(
    r"\b(of|to|for|by|with|from) (who|whoever|whom)\b|\bwho may\b|\bnobody but\b"
    r"|\bno more (is|was|are)\b|\bof whom\b|\bas it is said\b",
    re.IGNORECASE,
)
MODULES = [path for path in modules() if "/migrations/" not in name(path)]
CODE_LINE = re.compile(r"\s*[\w.]+\(")


def _assigned() -> Iterator[str]:
    for path in MODULES:
        for node in nodes(path):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id.strip("_")


def test_few_variables_are_bare_words():
    words = list(_assigned())
    bare = [word for word in words if word in BARE]
    assert len(bare) <= len(words) * MOST, Counter(bare)


def test_no_function_is_named_by_a_bare_word():
    bare = {
        (name(path), node.name)
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef) and node.name.strip("_") in BARE
    }
    assert not bare


def test_public_queries_begin_with_a_standard_verb():
    queries = [
        (name(path), node.name)
        for path in MODULES
        if "/queries" in name(path)
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    off = [
        place
        for place in queries
        if not place[1].startswith(PREFIXES) and not place[1].endswith("_series")
    ]
    assert len(off) <= len(queries) * 0.02, off


def test_a_class_has_one_meaning():
    """A name used twice is one of the few that say the same thing in two features."""
    classes = Counter(
        node.name
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name != "Ids"
    )
    assert not {word for word, count in classes.items() if count > 1}


def test_no_sentence_is_a_riddle():
    """In code, only lines of prose count: docstrings and comments."""
    odd = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in [*MODULES, *(path for path in tracked() if path.suffix == ".md")]
        for number, line in enumerate(path.read_text("utf8").splitlines(), 1)
        if ODD.search(line)
        and (path.suffix == ".md" or "#" in line or '"""' in line or not CODE_LINE.match(line))
    ]
    assert not odd
