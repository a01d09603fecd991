"""Run a callback in one transaction, after a check of its permission."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeVar

from api.context import portal, viewer_now
from core.access import Permission
from core.database import Database

R = TypeVar("R")


def scope_of(database: Database) -> Callable[..., Callable[..., Any]]:
    """Its permission checked, one transaction, db and viewer given.

    Where it has something to read beforehand, that is in a transaction of its own. What is costly
    waits, or is refused, while its reader has enough of it running.
    """

    def scope(
        func: Callable[..., R],
        permission: Permission,
        *,
        writes: bool,
        costly: bool,
        before: Callable[..., object] | None,
    ) -> Callable[..., R]:
        def call(*args: object, **kwargs: Any) -> R:  # noqa: ANN401 (a callback's own)
            viewer = viewer_now()
            viewer.require(permission)
            if writes:
                viewer.require_self()
            opened = database.transaction if writes else database.reading
            with portal().running.one_more(viewer.user_id) if costly else nullcontext():
                if before is not None:
                    with database.reading() as db:
                        kwargs["ready"] = before(*args, db=db, viewer=viewer, **kwargs)
                with opened() as db:
                    return func(*args, db=db, viewer=viewer, **kwargs)

        return call

    return scope
