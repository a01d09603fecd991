"""What answers an HTTP client that is not Dash: forms, downloads, health."""

from flask import Blueprint

from api import (
    calendars,
    consent,
    contracts,
    controls,
    deposits,
    exported,
    exports,
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
    signing,
    thresholds,
)

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
    consent.routes,
    letters.routes,
    imports.routes,
    readers.routes,
    proofs.routes,
    pieces.routes,
    controls.routes,
    calendars.routes,
    contracts.routes,
    signing.routes,
)
