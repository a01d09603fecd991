"""Send static parts of a screen to the browser as plain elements (ADR 0012).

At each interaction, Dash checks each of the hundreds of components of a screen for changes. A
heading, an icon or a list of facts never changes.
"""

from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Any

from dash.development.base_component import Component

from components.kit import html

Piece = str | int | float | list[Any]
_UNSAID = frozenset({"children", "disable_n_clicks", "n_clicks", "n_clicks_timestamp", "key"})
_LINK = "Link"  # rendered by assets/kit-still.js as dcc.Link does: without a page load


class Still(html.Div):
    """Static components, rendered as one."""

    _type = "Still"
    _namespace = "portal_kit"

    def __init__(self, parts: list[Any]) -> None:
        super().__init__(parts)

    def to_plotly_json(self) -> dict[str, Any]:
        pieces = [piece(part) for part in self.children]
        return {"props": {"pieces": pieces}, "type": self._type, "namespace": self._namespace}


def piece(part: Any) -> Piece:  # noqa: ANN401 (whatever Dash takes as a child)
    """Return a component as a list: `["span", {"className": "x"}, "words", …]`.

    Text is unchanged.
    """
    if type(part) is str or not isinstance(part, Component):
        return str(part)
    quick = getattr(part, "_quick", False)
    props = {
        name: value
        for name, value in (vars(part) if quick else part.to_plotly_json()["props"]).items()
        if name not in _UNSAID and value is not None
    }
    kind = part._type if part._type == _LINK else part._type.lower()  # noqa: SLF001
    if kind == "input":
        props["defaultValue"] = props.pop("value", "")  # a script may change it
    return [kind, props, *(piece(child) for child in _children(part))]


def make_static(part: Any, ids: Collection[str] = ()) -> Any:  # noqa: ANN401
    """Replace the static components within `part` by plain elements, and return it.

    A component with an id is dynamic unless its id is in `ids`; so is anything but plain HTML.
    """
    if isinstance(part, list | tuple):
        return list(_settled(part, ids))
    if not isinstance(part, Component) or isinstance(part, Still):
        return part
    if is_still(part, ids):
        return Still([part])
    children = getattr(part, "children", None)
    if children is not None:
        part.children = make_static(children, ids)
    return part


def _settled(parts: Collection[Any], ids: Collection[str]) -> Iterator[Any]:
    """Yield `parts`, with adjacent static ones merged."""
    for still, run in groupby(parts, lambda part: is_still(part, ids)):
        together = [part for part in run if part is not None]
        if still and any(isinstance(part, Component) for part in together):
            yield Still(together)
        else:
            yield from (make_static(part, ids) for part in together)


def is_still(part: Any, ids: Collection[str]) -> bool:  # noqa: ANN401
    if isinstance(part, str | int | float) or part is None:
        return True
    if not _is_plain(part):
        return False
    named = getattr(part, "id", None)
    if named is not None and named not in ids:
        return False
    children = getattr(part, "children", None)
    if isinstance(children, list | tuple):
        return all(is_still(child, ids) for child in children)
    return is_still(children, ids)


def _is_plain(part: Any) -> bool:  # noqa: ANN401
    if getattr(part, "_namespace", None) == "dash_html_components":
        return True
    kind = getattr(part, "_type", None)
    return (kind == _LINK and not getattr(part, "refresh", None)) or (
        kind == "Input" and getattr(part, "type", None) == "hidden"
    )


def _children(part: Component) -> list[Any]:
    children = getattr(part, "children", None)
    if isinstance(children, list | tuple):
        return [child for child in children if child is not None]
    return [] if children is None else [children]
