"""A Blueprint for callbacks: declared at import, bound to an app later."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

from dash import Dash

from data.access import Permission

P = ParamSpec("P")
R = TypeVar("R")


class Scope(Protocol):
    """Opens a request: a session (writing or not) and the viewer who asked."""

    def __call__(
        self, func: Callable[..., R], permission: Permission, *, writes: bool
    ) -> Callable[..., R]: ...


class Group:
    """Callbacks of one feature; each names the permission without which it answers nothing."""

    def __init__(self) -> None:
        self._deferred: list[Callable[[Dash, Scope], None]] = []

    def __call__(
        self, *deps: object, permission: Permission, writes: bool = False, **options: object
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Wire *func* on `bind`; return it untouched, so tests call it directly.

        It is called with `db` and `viewer` by keyword. `writes=True` opens a writing transaction.
        """

        def decorate(func: Callable[P, R]) -> Callable[P, R]:
            def wire(app: Dash, scope: Scope) -> None:
                app.callback(*deps, **options)(
                    wraps(func)(scope(func, permission, writes=writes))
                )

            self._deferred.append(wire)
            return func

        return decorate

    def bind(self, app: Dash, scope: Scope) -> None:
        for wire in self._deferred:
            wire(app, scope)
