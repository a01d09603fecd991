"""What answers an HTTP client that is not Dash: forms, downloads, health."""

from flask import Blueprint

from api import (
    calendars,
    consent,
    controls,
    deposits,
    exported,
    exports,
    health,
    imports,
    invitation,
    letters,
    looking,
    notices,
    password,
    people,
    pieces,
    proofs,
    readers,
    second,
    session,
    thresholds,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    session.routes,
    password.routes,
    invitation.routes,
    people.routes,
    looking.routes,
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
)
