"""Ids are unique, named after their feature, shown by a component and wired to what exists."""

import ast
import importlib
import pkgutil
import re
from enum import StrEnum
from functools import cache

import pytest

import components
from app import create_app
from core.access import Permission
from core.settings import Settings
from pages import PAGES
from tests.architecture.sources import ROOT, modules, name, nodes

MODULES = [
    importlib.import_module(found.name)
    for found in pkgutil.walk_packages(components.__path__, "components.")
]


def _own() -> list[type[StrEnum]]:
    """Each class of ids, once, where it is defined."""
    return sorted(
        {
            module.Ids
            for module in MODULES
            if hasattr(module, "Ids") and module.Ids.__module__ == module.__name__
        },
        key=lambda ids: ids.__module__,
    )


IDS = [(ids.__module__.split(".")[1], id_) for ids in _own() for id_ in ids]


def test_ids_are_unique():
    values = [str(id_) for _feature, id_ in IDS]
    assert len(values) == len(set(values))


def test_an_id_starts_with_its_feature():
    assert not [str(id_) for feature, id_ in IDS if not str(id_).startswith(f"{feature}-")]


@cache
def _borne() -> frozenset[str]:
    """What components say of `Ids`: the name of an id, in each of them."""
    return frozenset(
        node.attr
        for path in modules()
        if name(path).startswith("components/")
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr) == "Ids"
    )


def test_an_id_is_borne_by_a_component():
    """Dash is told not to look for callbacks without a component: this looks instead."""
    known = {str(id_) for _feature, id_ in IDS}
    made = re.compile(r"-(list|choice|box|error)$")  # the kit made it from the id of its parent
    lost = [
        str(id_)
        for _feature, id_ in IDS
        if id_.name not in _borne() and not (made.search(id_) and made.sub("", id_) in known)
    ]
    assert not lost


def test_every_wired_id_is_one_of_them(database, tmp_path):
    app = create_app(Settings(var=tmp_path), database)
    known = {str(id_) for _feature, id_ in IDS}
    wired = set()
    for made in app.callback_map.values():
        for end in [*made["inputs"], *made["state"]]:
            wired.add(end["id"])
    for output in app.callback_map:
        wired |= {part.rpartition(".")[0] for part in re.split(r"\.\.\.|^\.\.|\.\.$", output)}
    plain = {
        re.sub(r"@.*$", "", id_)
        for id_ in wired
        if id_ and not id_.startswith(("_pages", "{", "_dash"))
    }
    assert plain
    assert plain <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_a_permission_a_picture_and_a_sentence_of_its_own(page):
    assert isinstance(page.permission, Permission)
    assert page.shots
    assert page.title
    assert [other.path for other in PAGES].count(page.path) == 1
    assert [other.name for other in PAGES].count(page.name) == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_its_test(page):
    folders = ("pages", "components", "callbacks")
    tested = [
        path
        for folder in folders
        for path in (ROOT / "tests" / folder).rglob("test_*.py")
        if page.name in path.relative_to(ROOT).as_posix()
    ]
    assert tested
