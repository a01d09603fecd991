"""A Blueprint for callbacks: declared at import, bound to an app later."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

from dash import ClientsideFunction, Dash, ctx
from dash.exceptions import PreventUpdate

from data.access import Permission

P = ParamSpec("P")
R = TypeVar("R")


class Scope(Protocol):
    """Opens a request: a session (writing or not) and the viewer who asked."""

    def __call__(
        self, func: Callable[..., R], permission: Permission, *, writes: bool
    ) -> Callable[..., R]: ...


def _unless_unclicked(func: Callable[..., R]) -> Callable[..., R]:
    """Do nothing for a button that only just appeared.

    Dash calls a callback when a page brings its button while its output was there already (the
    frame's), whatever `prevent_initial_call` says.
    """

    def call(*args: object, **kwargs: object) -> R:
        triggered = ctx.triggered
        if triggered and all(
            one["prop_id"].endswith(".n_clicks") and not one["value"] for one in triggered
        ):
            raise PreventUpdate
        return func(*args, **kwargs)

    return call


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
                scoped = _unless_unclicked(scope(func, permission, writes=writes))
                app.callback(*deps, **options)(wraps(func)(scoped))

            self._deferred.append(wire)
            return func

        return decorate

    def client(self, namespace: str, name: str, *deps: object) -> None:
        """Wire a function of `assets/*.js`, which runs in the browser and asks the server nothing.

        Its outputs are shared with server callbacks that redirect, so they may be written twice.
        """

        def wire(app: Dash, _scope: Scope) -> None:
            app.clientside_callback(
                ClientsideFunction(namespace, name), *deps, prevent_initial_call=True
            )

        self._deferred.append(wire)

    def bind(self, app: Dash, scope: Scope) -> None:
        for wire in self._deferred:
            wire(app, scope)
