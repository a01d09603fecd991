"""Run a callback in one transaction, after a check of its permission."""

from collections.abc import Callable
from contextlib import nullcontext
from inspect import signature
from typing import Any, TypeVar

from api.context import open_reading, open_writing, portal, viewer_now
from core.access import Permission

R = TypeVar("R")


def run_in_request(
    func: Callable[..., R],
    permission: Permission,
    *,
    writes: bool,
    costly: bool,
    before: Callable[..., object] | None,
) -> Callable[..., R]:
    """`func`, its permission checked, in one transaction, given the request if it declares one.

    What it has to read beforehand is read in a transaction of its own. What is costly waits, or is
    refused, while its reader has enough of it running.
    """
    parts = {"request"} & signature(func).parameters.keys()
    parts_before = {"request"} & signature(before or func).parameters.keys()

    def call(*args: object, **kwargs: Any) -> R:  # noqa: ANN401 (a callback's own)
        viewer = viewer_now()
        viewer.require(permission)
        if writes:
            viewer.require_self()
        with portal().running.one_more(viewer.user_id) if costly else nullcontext():
            if before is not None:
                with open_reading() as request:
                    read = dict.fromkeys(parts_before, request)
                    kwargs["ready"] = before(*args, **read, **kwargs)
            with (open_writing if writes else open_reading)() as request:
                return func(*args, **dict.fromkeys(parts, request), **kwargs)

    return call
