"""A link that opens a page without a reload opens one of the application's.

What the server itself draws (a form apart, a file) is nothing to Dash, which would say so: such a
link is a plain one, `download=True`.
"""

import ast
from pathlib import Path

from pages import PAGES

LINKS = {"button", "icon_button", "link"}
COMPONENTS = Path(__file__).parents[2] / "components"


def address_of(node):
    """The path that a literal address begins with; "" for what only running tells."""
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.partition("?")[0].partition("#")[0]
    return ""


def links_of(tree):
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else None
        name = call.func.id if isinstance(call.func, ast.Name) else name
        options = {word.arg: word.value for word in call.keywords}
        if name not in LINKS or "download" in options:
            continue
        second = call.args[1] if name == "link" and len(call.args) > 1 else None
        yield call.lineno, address_of(options.get("href", second))


def test_links_without_a_reload_open_pages():
    pages = {page.path for page in PAGES}
    found = {
        (path.relative_to(COMPONENTS).as_posix(), line, address)
        for path in COMPONENTS.rglob("*.py")
        for line, address in links_of(ast.parse(path.read_text("utf-8")))
        if address.startswith("/")
    }
    assert len(found) > 50, "the links are not found any more"
    assert [one for one in sorted(found) if one[2] not in pages] == []
