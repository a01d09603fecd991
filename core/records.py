"""Build a dataclass from an object that has fields of the same names."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar, cast

T = TypeVar("T")


def copy_fields(target: type[T], source: object, **others: Any) -> T:  # noqa: ANN401 (of its type)
    """Return a `target` of `others` and, for its remaining fields, of what `source` has.

    A field that `source` lacks raises AttributeError: nothing takes its default in silence.
    """
    build: Callable[..., T] = target
    names = (field.name for field in fields(cast("Any", target)) if field.name not in others)
    return build(**{name: getattr(source, name) for name in names}, **others)
