"""Count, time and log each request in one line, without naming anybody."""

import time

import structlog
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from core.access import Viewer

log = structlog.get_logger("portal")
disable_created_metrics()  # type: ignore[no-untyped-call]  # the dates would double the lines
_EDGES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
_QUIET = ("/assets/", "/static/", "/_dash-component-suites/", "/health", "/metrics")


class Meter:
    """Requests by kind and status, and their durations by kind, since this worker started."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "portal_requests",
            "Requests answered by this worker",
            ("kind", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "portal_request_seconds",
            "Time that requests took in this worker",
            ("kind",),
            buckets=_EDGES,
            registry=self.registry,
        )

    def add(self, kind: str, status: int, seconds: float) -> None:
        self._requests.labels(kind, status).inc()
        self._seconds.labels(kind).observe(seconds)


def install(server: Flask) -> None:
    meter = Meter()
    server.extensions["meter"] = meter

    def start() -> None:
        g.started = time.perf_counter()

    def stop(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        meter.add(kind_of(request.path), response.status_code, seconds)
        if not request.path.startswith(_QUIET):
            write_line(response.status_code, seconds)
        return response

    server.before_request(start)
    server.after_request(stop)


def write_line(status: int, seconds: float) -> None:
    viewer: Viewer | None = g.get("viewer")
    log.info(
        "request",
        method=request.method,
        path=safe_path(request.path),
        status=status,
        ms=round(seconds * 1000, 1),
        user=viewer.user_id if viewer else None,
    )


_TOKENS = (
    "/mot-de-passe/",
    "/avis/",
    "/consentement/",
    "/courriels/",
    "/calendrier/",
    "/partage/",
)


def safe_path(path: str) -> str:
    """Return the path without the token that a mail's link contains."""
    carried = next((start for start in _TOKENS if path.startswith(start)), None)
    return f"{carried}…" if carried else path[:200]


def kind_of(path: str) -> str:
    """Return the family of a path; there are few, for metrics."""
    return next((kind for kind, starts in _KINDS.items() if path.startswith(starts)), "page")


_KINDS = {
    "callback": ("/_dash-update-component",),
    "static": ("/assets/", "/static/", "/_dash-component-suites/", "/_favicon"),
    "dash": ("/_dash",),
    "watch": ("/health", "/metrics"),
    "session": ("/connexion", "/deconnexion", "/mot-de-passe", "/preferences"),
    "export": ("/export",),
    "deposit": ("/operations/depot", "/droits/import/depot", "/api/controles"),
}
