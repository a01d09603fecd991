"""Puts the portal together; nothing imports this module."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import dash
from dash import Dash
from flask import Flask, g

from callbacks import GROUPS
from data.access import Permission, Viewer
from data.db import Database
from data.errors import Unauthenticated
from i18n import N_
from pages import PAGES
from settings import Settings

R = TypeVar("R")


def viewer_now() -> Viewer:
    """The viewer that the guard found for this request."""
    viewer: Viewer | None = g.get("viewer")
    if viewer is None:
        raise Unauthenticated(N_("Votre session est terminée : connectez-vous de nouveau."))
    return viewer


def scope_of(database: Database) -> Callable[..., Callable[..., Any]]:
    """What a callback runs in: the permission checked, one transaction, db and viewer given."""

    def scope(func: Callable[..., R], permission: Permission, *, writes: bool) -> Callable[..., R]:
        def call(*args: object, **kwargs: object) -> R:
            viewer = viewer_now()
            viewer.require(permission)
            opened = database.transaction if writes else database.reading
            with opened() as db:
                return func(*args, db=db, viewer=viewer, **kwargs)

        return call

    return scope


def create_app(settings: Settings, database: Database) -> Dash:
    """Build a portal of its own: tests build many."""
    raise NotImplementedError


def create_server() -> Flask:
    """What gunicorn serves."""
    settings = Settings()
    return create_app(settings, Database(settings.database)).server
