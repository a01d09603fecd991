"""Walks the components that the tests build."""

from collections.abc import Iterator
from typing import Any

from dash.development.base_component import Component


def every(node: Any) -> Iterator[Component]:
    """*node* and every component below it."""
    if isinstance(node, list | tuple):
        for child in node:
            yield from every(child)
    elif isinstance(node, Component):
        yield node
        yield from every(getattr(node, "children", None))


def of_kind(node: Any, kind: str) -> list[Component]:
    return [part for part in every(node) if part._type == kind]


def with_id(node: Any, id_: str) -> Component:
    return next(part for part in every(node) if getattr(part, "id", None) == id_)


def text_of(node: Any) -> str:
    """What is read, in order."""
    if isinstance(node, list | tuple):
        return "".join(text_of(child) for child in node)
    if isinstance(node, Component):
        return text_of(getattr(node, "children", None))
    return "" if node is None else str(node)


def in_french(node: Any) -> list[str]:
    """What is marked as French, whatever the rest of the page is in."""
    return [text_of(one) for one in every(node) if getattr(one, "lang", None) == "fr"]


def attributes(node: Component) -> dict[str, Any]:
    props: dict[str, Any] = node.to_plotly_json()["props"]
    return props
