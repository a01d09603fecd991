"""Check a callback's request against its declaration before Dash handles it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeGuard

from flask import request
from werkzeug.exceptions import BadRequest, MethodNotAllowed, NotFound

DISPATCH = "/_dash-update-component"
LOCATION = "_pages_location"


def checker(callbacks: Mapping[str, Mapping[str, Any]]) -> Callable[[], None]:
    """Return a `before_request` that answers 400, 404 or 405 to requests no page would send."""

    def check() -> None:
        if request.path != DISPATCH:
            return
        if request.method != "POST":
            raise MethodNotAllowed(valid_methods=["POST"])
        try:
            body = request.get_json()  # 400 when malformed, 415 when it is not JSON
        except RecursionError:
            raise BadRequest from None
        if not isinstance(body, dict) or not isinstance(body.get("output"), str):
            raise BadRequest
        declared = callbacks.get(body["output"])
        if declared is None or "callback" not in declared:  # the others run in the browser
            raise NotFound
        if not is_as_declared(body, declared):
            raise BadRequest

    return check


def is_as_declared(body: Mapping[str, Any], declared: Mapping[str, Any]) -> bool:
    """Return whether inputs, states and outputs match the callback's, in number, ids and props."""
    changed = body.get("changedPropIds", [])
    return (
        (isinstance(changed, list) and all(isinstance(item, str) for item in changed))
        and is_matched(body.get("inputs", []), declared["inputs"])
        and is_matched(body.get("state", []), declared["state"])
        and is_output(body.get("outputs"), declared["output"])
    )


def is_matched(entries: object, declared: Sequence[Mapping[str, Any]]) -> bool:
    if not isinstance(entries, list) or len(entries) != len(declared):
        return False
    return all(is_one(entry, model) for entry, model in zip(entries, declared, strict=True))


def is_one(entry: object, model: Mapping[str, Any]) -> bool:
    """Return whether it is one dependency, or the list matched by a wildcard."""
    if isinstance(entry, list):
        return str(model["id"]).startswith("{") and all(
            is_dependency(item) and item["property"] == model["property"] for item in entry
        )
    if not is_dependency(entry) or entry["property"] != model["property"]:
        return False
    if entry["id"] == LOCATION and not is_address(entry):
        return False
    if isinstance(entry["id"], str):
        return entry["id"] == str(model["id"])
    return str(model["id"]).startswith("{")


def is_address(entry: Mapping[str, Any]) -> bool:
    """Return whether Dash's router can read it: a path from the root, or a query string."""
    value = entry.get("value")
    if value is None:
        return True
    rooted = entry["property"] != "pathname" or str(value).startswith("/")
    return isinstance(value, str) and rooted


def is_dependency(entry: object) -> TypeGuard[dict[str, Any]]:
    if not isinstance(entry, dict) or not isinstance(entry.get("property"), str):
        return False
    identity = entry.get("id")
    if isinstance(identity, dict):
        return all(isinstance(value, str | int | float | bool) for value in identity.values())
    return isinstance(identity, str)


def is_output(outputs: object, declared: Any) -> bool:  # noqa: ANN401 (Dash's Output, or a list)
    """Return whether the requested outputs are the declared ones, in order.

    A wildcard may match several.
    """
    models = declared if isinstance(declared, list | tuple) else [declared]
    entries = outputs if isinstance(declared, list | tuple) else [outputs]
    if outputs is None or outputs == []:
        return not models
    if not isinstance(entries, list) or len(entries) != len(models):
        return False
    return all(is_written(entry, model) for entry, model in zip(entries, models, strict=True))


def is_written(entry: object, model: Any) -> bool:  # noqa: ANN401
    items = entry if isinstance(entry, list) else [entry]
    return all(
        is_dependency(item)
        and item["property"].partition("@")[0] == model.component_property
        and (item["id"] == model.component_id or is_wildcard(item["id"], model.component_id))
        for item in items
    )


def is_wildcard(identifier: object, declared: object) -> bool:
    return isinstance(identifier, dict) and isinstance(declared, dict)
