"""What answers an HTTP client that is not Dash: forms, downloads, health."""

from flask import Blueprint

from api import (
    calendars,
    consent,
    controls,
    credentials,
    deposits,
    exported,
    exports,
    factors,
    health,
    imports,
    letters,
    notices,
    password,
    pieces,
    proofs,
    readers,
    second,
    session,
    single,
    thresholds,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    session.routes,
    password.routes,
    second.routes,
    single.routes,
    credentials.routes,
    factors.routes,
    health.routes,
    exports.routes,
    exported.routes,
    deposits.routes,
    notices.routes,
    thresholds.routes,
    consent.routes,
    letters.routes,
    imports.routes,
    readers.routes,
    proofs.routes,
    pieces.routes,
    controls.routes,
    calendars.routes,
)
