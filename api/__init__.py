"""What answers an HTTP client that is not Dash: forms, downloads, health."""

from flask import Blueprint

from api import exports, health, password, session

BLUEPRINTS: tuple[Blueprint, ...] = (
    session.routes,
    password.routes,
    health.routes,
    exports.routes,
)
