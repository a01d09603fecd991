"""What answers an HTTP client that is not Dash: forms, downloads, health."""

from flask import Blueprint

from api import deposits, exports, health, password, second, session

BLUEPRINTS: tuple[Blueprint, ...] = (
    session.routes,
    password.routes,
    second.routes,
    health.routes,
    exports.routes,
    deposits.routes,
)
