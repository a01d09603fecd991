"""A Blueprint for callbacks: declared at import, bound to an app later."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial, wraps
from inspect import signature
from typing import Any, ParamSpec, Protocol, TypeVar, get_type_hints

import orjson
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate
from pydantic import ConfigDict, TypeAdapter, ValidationError

from callbacks.inputs import MALFORMED
from core.access import Permission
from core.errors import Invalid
from data.metering.pces.rules import storable

P = ParamSpec("P")
R = TypeVar("R")
_LARGEST = 2**63 - 1  # maximum integer of the database
_CLICKS = frozenset({"n_clicks", "n_submit"})
_OURS = frozenset({"request", "ready", "return"})


class RequestScope(Protocol):
    """Opens a request, writing or not, for the current viewer.

    Each person can have few costly ones at a time.
    """

    def __call__(
        self,
        func: Callable[..., R],
        permission: Permission,
        *,
        writes: bool,
        costly: bool,
        before: Callable[..., object] | None,
    ) -> Callable[..., R]: ...


def _unless_unclicked(func: Callable[..., R], *, only_clicks: bool) -> Callable[..., R]:
    """Skip calls caused by a button or input that just appeared or disappeared.

    Dash calls a callback when a page brings its button while its output was already there (the
    frame's), whatever `prevent_initial_call` says; and, without trigger, when the last of the
    buttons matched by a pattern leaves the page.
    """

    def call(*args: object, **kwargs: object) -> R:
        if only_clicks and not ctx.triggered:
            raise PreventUpdate
        if ctx.triggered and all(map(_is_unclicked, ctx.triggered)):
            raise PreventUpdate
        return func(*args, **kwargs)

    return call


def _is_unclicked(trigger: Mapping[str, Any]) -> bool:
    return trigger["prop_id"].endswith((".n_clicks", ".n_submit")) and not trigger["value"]


def _has_only_clicks(deps: Sequence[object], inputs: object) -> bool:
    """Return whether a callback only listens to clicks; `inputs` are its named inputs."""
    named = inputs.values() if isinstance(inputs, Mapping) else ()
    every = [*deps, *(dep for deps in named for dep in _as_list(deps))]
    properties = [dep.component_property for dep in every if isinstance(dep, Input)]
    return bool(properties) and set(properties) <= _CLICKS


def _unless_idle(call: Callable[..., R]) -> Callable[..., R]:
    """Skip calls caused by an empty store of a new page, before a write."""

    def run_if_triggered(*args: object, **kwargs: object) -> R:
        if ctx.triggered and all(trigger["value"] is None for trigger in ctx.triggered):
            raise PreventUpdate
        return call(*args, **kwargs)

    return run_if_triggered


@cache
def _declared(func: Callable[..., object]) -> Mapping[str, TypeAdapter[Any]]:
    """Return a validator per browser-filled parameter of `func`, from its annotations."""
    config = ConfigDict(strict=True)
    return {
        name: TypeAdapter(hint, config=config)
        for name, hint in get_type_hints(func).items()
        if name not in _OURS
    }


def _as_declared(func: Callable[..., object], call: Callable[..., R]) -> Callable[..., R]:
    """Return `call` with arguments validated against the annotations of `func`."""
    names = [name for name in signature(func).parameters if name not in _OURS]

    def checked(*args: object, **kwargs: object) -> R:
        try:
            sent = [received(value) for value in args]
            named = {name: received(value) for name, value in kwargs.items()}
        except RecursionError:
            raise Invalid(MALFORMED) from None
        _validate(func, dict(zip(names, sent, strict=False)) | named)
        return call(*sent, **named)

    return checked


def _validate(func: Callable[..., object], given: Mapping[str, object]) -> None:
    try:
        for name, kind in _declared(func).items():
            if name in given:
                kind.validate_python(given[name])
    except ValidationError:
        raise Invalid(MALFORMED) from None


def received(value: Any) -> Any:  # noqa: ANN401 (whatever JSON may hold)
    """Return `value` sanitised for a database: no NUL, lone surrogates or huge integers."""
    if isinstance(value, str):
        return value if value.isascii() and "\0" not in value else storable(value)
    if isinstance(value, list):
        return [received(item) for item in value]
    if isinstance(value, dict):
        return {received(name): received(item) for name, item in value.items()}
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise Invalid(MALFORMED)
    return value


def _as_json(call: Callable[..., R]) -> Callable[..., Mapping[str, object]]:
    """Return `call` with outputs serialised; Dash would otherwise process each component."""

    def written(*args: object, **kwargs: object) -> Mapping[str, object]:
        outputs: Any = call(*args, **kwargs)
        return {
            name: value if value is no_update else _json(value) for name, value in outputs.items()
        }

    return written


def _json(value: object) -> orjson.Fragment:
    return orjson.Fragment(orjson.dumps(value, _tree, orjson.OPT_NON_STR_KEYS))


def _tree(piece: Any) -> object:  # noqa: ANN401 (what orjson does not know)
    return piece.to_plotly_json()


def _as_list(deps: Any) -> Sequence[Any]:  # noqa: ANN401 (an id, a dependency or several)
    return deps if isinstance(deps, list | tuple) else [deps]


def _without_signals(call: Callable[..., R], count: int) -> Callable[..., R]:
    """Return `call` without the first `count` arguments, or without `signals` among named ones."""

    def run(*args: object, signals: object = None, **kwargs: object) -> R:
        del signals
        return call(*args[count:], **kwargs)

    return run


def _guarded(
    call: Callable[..., object], output: object, *, only_clicks: bool
) -> Callable[..., object]:
    """Return `call`, skipped without a click; named outputs are serialised."""
    checked = _unless_unclicked(call, only_clicks=only_clicks)
    return _as_json(checked) if isinstance(output, dict) else checked


class CallbackGroup:
    """Callbacks of one feature; each names the permission that it requires.

    Those that declare `request` receive it by keyword. `writes=True` opens a writing transaction,
    which blocks other writers: slow reads go in `before`, called first with the same arguments in a
    reading transaction, whose result is passed as `ready`. `costly=True` limits how many one person
    can have running. Callbacks do not run on page load, except with `prevent_initial_call=False`.
    """

    def __init__(self) -> None:
        self._deferred: list[Callable[[Dash, RequestScope], None]] = []

    def __call__(
        self,
        *deps: object,
        permission: Permission,
        writes: bool = False,
        costly: bool = False,
        before: Callable[..., object] | None = None,
        **options: object,
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register a function for `bind`; it is returned unchanged, so tests call it directly."""
        options = {"prevent_initial_call": True} | options
        way = {"permission": permission, "writes": writes, "costly": costly, "before": before}
        return partial(self._keep, deps, options, way)

    def click(
        self,
        buttons: object,
        *deps: object,
        **options: Any,  # noqa: ANN401 (of Dash)
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register a function called by a click, which does not receive the number of clicks.

        `buttons` are ids, or inputs such as Enter in a field.
        """
        return self._signalled("n_clicks", buttons, deps, options)

    def tick(
        self,
        clock: str,
        *deps: object,
        **options: Any,  # noqa: ANN401 (of Dash)
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register a function called at each interval of `clock`.

        Its last output is whether the clock stops.
        """
        stopped = Output(clock, "disabled")
        return self._signalled("n_intervals", clock, (*deps, stopped), options)

    def _signalled(
        self, prop: str, ids: object, deps: Sequence[object], options: Mapping[str, Any]
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        signals = [dep if isinstance(dep, Input) else Input(dep, prop) for dep in _as_list(ids)]
        if not {"output", "state"}.isdisjoint(options):
            return self(*deps, inputs={"signals": signals}, **options)
        outputs = [dep for dep in deps if isinstance(dep, Output)]
        states = [dep for dep in deps if isinstance(dep, State)]
        return self(*outputs, *signals, *states, signals=len(signals), **options)

    def _keep(
        self,
        deps: Sequence[object],
        options: Mapping[str, Any],
        way: Mapping[str, Any],
        func: Callable[P, R],
    ) -> Callable[P, R]:
        def wire(app: Dash, scope: RequestScope) -> None:
            named = dict(options)
            scoped = _as_declared(func, scope(func, **way))
            plain = _without_signals(scoped, named.pop("signals", 0))
            only_clicks = _has_only_clicks(deps, named.get("inputs"))
            call = _guarded(plain, named.get("output"), only_clicks=only_clicks)
            call = _unless_idle(call) if way["writes"] else call
            app.callback(*deps, **named)(wraps(func)(call))

        self._deferred.append(wire)
        return func

    def client(self, namespace: str, name: str, *deps: object, at_first: bool = False) -> None:
        """Register a function of `assets/*.js`, which runs in the browser without the server.

        It runs when an input changes, and on page load with `at_first`. Its outputs are shared with
        server callbacks that redirect, so they may be written twice.
        """

        def wire(app: Dash, _scope: RequestScope) -> None:
            app.clientside_callback(
                ClientsideFunction(namespace, name), *deps, prevent_initial_call=not at_first
            )

        self._deferred.append(wire)

    def rows_again(self, grid: str, changed: str) -> None:
        """Reload the rows of `grid`, without selection, when the store `changed` changes."""
        ticked = Output(grid, "selectedRows", allow_duplicate=True)
        self.client("grid", "askAgain", ticked, Input(changed, "data"), State(grid, "id"))

    def bind(self, app: Dash, scope: RequestScope) -> None:
        for wire in self._deferred:
            wire(app, scope)
