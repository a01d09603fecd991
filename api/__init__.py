"""What answers an HTTP client that is not Dash: forms, downloads, health."""

from flask import Blueprint

from api import deposits, exported, exports, health, notices, password, second, session, thresholds

BLUEPRINTS: tuple[Blueprint, ...] = (
    session.routes,
    password.routes,
    second.routes,
    health.routes,
    exports.routes,
    exported.routes,
    deposits.routes,
    notices.routes,
    thresholds.routes,
)
