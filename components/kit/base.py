"""Types shared by the kit: children, ids and class names."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from dash.development.base_component import Component

Child: TypeAlias = str | int | float | Component | None
Children: TypeAlias = Child | Sequence[Child]
Id: TypeAlias = str | dict[str, Any]
T = TypeVar("T", bound=StrEnum)


def classes(*names: str | None) -> str:
    """Join the class names that are not empty."""
    return " ".join(name for name in names if name)


def given_properties(**props: Any) -> dict[str, Any]:  # noqa: ANN401 (Dash takes any property)
    """Return the properties that are not None: Dash refuses None for an id and most others."""
    return {name: value for name, value in props.items() if value is not None}


def as_list(children: Children) -> list[Child]:
    if children is None:
        return []
    if isinstance(children, str | int | float | Component):
        return [children]
    return list(children)


def only_if(condition: object, piece: Component) -> list[Component]:
    """Return `piece` in a list, empty unless `condition` holds, such as a count above 0."""
    return [piece] if condition else []


def by_name(*ids: T) -> dict[str, T]:
    """Return the ids of fields by name: that of the member of their enum, in lower case."""
    return {id_.name.lower(): id_ for id_ in ids}


def key_of(id_: Id) -> str:
    """Return a text form of `id_`, used in names and ids derived from it."""
    if isinstance(id_, str):
        return str(id_)
    return "-".join(str(value) for value in id_.values())


def aria(**words: str) -> dict[str, Any]:
    """Return ARIA attributes to unpack into a component: `aria(label="x")` is `aria-label="x"`."""
    return {f"aria-{name}": word for name, word in words.items()}


def data(**words: str) -> dict[str, Any]:
    """Return data attributes to unpack into a component: `data(kit="x")` is `data-kit="x"`."""
    return {f"data-{name}": word for name, word in words.items()}
