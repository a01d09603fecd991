"""What a callback runs in."""

from collections.abc import Callable
from typing import Any, TypeVar

from api.portal import viewer_now
from data.access import Permission
from data.db import Database

R = TypeVar("R")


def scope_of(database: Database) -> Callable[..., Callable[..., Any]]:
    """Its permission checked, one transaction, db and viewer given.

    Where it has something to read beforehand, that is in a transaction of its own.
    """

    def scope(
        func: Callable[..., R],
        permission: Permission,
        *,
        writes: bool,
        before: Callable[..., object] | None,
    ) -> Callable[..., R]:
        def call(*args: object, **kwargs: Any) -> R:  # noqa: ANN401 (a callback's own)
            viewer = viewer_now()
            viewer.require(permission)
            if before is not None:
                with database.reading() as db:
                    kwargs["ready"] = before(*args, db=db, viewer=viewer, **kwargs)
            opened = database.transaction if writes else database.reading
            with opened() as db:
                return func(*args, db=db, viewer=viewer, **kwargs)

        return call

    return scope
