"""Dash HTML elements without per-element validation, for screens with hundreds of them.

Use it like `dash.html`. A test, not the constructor, reports properties that an element lacks.
"""

from typing import TYPE_CHECKING, Any

import dash.html

if TYPE_CHECKING:
    from dash.development.base_component import Component
    from dash.html._imports_ import *  # noqa: F403
else:

    def __getattr__(name: str) -> "type[Component]":
        """Return the element `name`, derived from that of Dash on first use."""
        if name.startswith("_"):
            raise AttributeError(name)
        globals()[name] = quick(getattr(dash.html, name)())
        return globals()[name]


def quick(sample: "Component") -> "type[Component]":
    """Return a class like that of `sample`, without Dash's checks at construction."""
    kind = type(sample)
    same = {attribute: getattr(sample, attribute) for attribute in _SAME}
    return type(kind.__name__, (kind,), {**same, **_QUICK, "__module__": kind.__module__})


_SAME = (
    "_namespace",
    "_prop_names",
    "_valid_wildcard_attributes",
    "available_properties",
    "available_wildcard_properties",
)


def _init(self: "Component", children: Any = None, **props: Any) -> None:  # noqa: ANN401
    self.__dict__.update(props, children=children)


def _to_plotly_json(self: "Component") -> dict[str, Any]:
    """Serialise a component.

    Only buttons count clicks, which would otherwise redraw their parents.
    """
    counts = {} if self._type in {"Button", "Link"} else {"disable_n_clicks": True}
    props = {**self.__dict__, **counts}
    return {"props": props, "type": self._type, "namespace": self._namespace}


_QUICK = {
    "_quick": True,  # its attributes are exactly its properties
    "__init__": _init,
    "to_plotly_json": _to_plotly_json,
    "_children_props": [],
}
