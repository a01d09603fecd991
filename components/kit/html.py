"""Dash's HTML elements without what it checks at each of them: a screen has hundreds.

Use it as `dash.html`. A property that an element lacks is told by a test, not when it is made.
"""

from typing import TYPE_CHECKING, Any

import dash.html

if TYPE_CHECKING:
    from dash.development.base_component import Component
    from dash.html._imports_ import *  # noqa: F403
else:

    def __getattr__(name: str) -> "type[Component]":
        """The element *name*, made from Dash's the first time it is asked for."""
        if name.startswith("_"):
            raise AttributeError(name)
        kind = getattr(dash.html, name)
        sample = kind()
        same = {attribute: getattr(sample, attribute) for attribute in _SAME}
        globals()[name] = type(name, (kind,), {**same, **_QUICK, "__module__": kind.__module__})
        return globals()[name]


_SAME = (
    "_prop_names",
    "_valid_wildcard_attributes",
    "available_properties",
    "available_wildcard_properties",
)


def _init(self: "Component", children: Any = None, **props: Any) -> None:  # noqa: ANN401
    self.__dict__.update(props, children=children)


def _to_plotly_json(self: "Component") -> dict[str, Any]:
    """Only buttons count their clicks: else each element around one is drawn again at each."""
    counts = {} if self._type == "Button" else {"disable_n_clicks": True}
    props = {**self.__dict__, **counts}
    return {"props": props, "type": self._type, "namespace": self._namespace}


_QUICK = {
    "__init__": _init,
    "to_plotly_json": _to_plotly_json,
    "_namespace": "dash_html_components",
    "_children_props": [],
}
