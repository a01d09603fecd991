"""Set the security and cache headers of every response."""

from collections.abc import Callable, Sequence

from flask import Flask, Response, request

from api.adict.errors import is_for_programs, methods_here
from api.context import portal

_POLICY = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; "
    "frame-ancestors 'none'; object-src 'none'; base-uri 'none'; form-action 'self'"
)
# A document in a frame of our own page: it fetches nothing, and runs nothing.
_INSIDE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: blob:; "
    "object-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_CSP = "Content-Security-Policy"
_YEAR = 31_536_000
FOR_ALL = ("/assets/", "/static/", "/_dash-component-suites/", "/_favicon.ico")


def install(server: Flask, script_hashes: Callable[[], Sequence[str]]) -> None:
    """Install the headers; `script_hashes` is called at the first answer.

    Dash adds scripts on its first request.
    """
    policies: list[str] = []

    def add_headers(response: Response) -> Response:
        if not policies:
            policies.append(_POLICY.format(hashes=" ".join(script_hashes())))
        for name, value in (_ALWAYS | {_CSP: policies[0]}).items():
            response.headers.setdefault(name, value)
        if portal().secure:
            response.headers["Strict-Transport-Security"] = f"max-age={_YEAR}; includeSubDomains"
        say_what_may_be_kept(response)
        if "Allow" in response.headers and is_for_programs(request.path):
            response.headers["Allow"] = ", ".join(methods_here())
        return response

    server.after_request(add_headers)


def show_inside(response: Response, *, alone: bool) -> None:
    """Allow showing the response in a frame of our pages; `alone`, in an opaque origin.

    Browsers refuse to show a PDF in an opaque origin.
    """
    response.headers[_CSP] = f"{_INSIDE}; sandbox" if alone else _INSIDE
    response.headers["X-Frame-Options"] = "SAMEORIGIN"


def say_what_may_be_kept(response: Response) -> None:
    """Set the cache headers: none for data, a year for fingerprinted files, else revalidation.

    Calendars revalidate too.
    """
    if request.endpoint == "calendars.feed" and response.status_code < 400:  # noqa: PLR2004
        response.headers["Cache-Control"] = "private, no-cache"
        return
    if not request.path.startswith(FOR_ALL) or response.status_code >= 400:  # noqa: PLR2004
        response.headers["Cache-Control"] = "no-store"
        return
    named = bool(request.query_string) or has_fingerprint(request.path)
    response.headers["Cache-Control"] = (
        f"public, max-age={_YEAR}, immutable" if named else "public, no-cache"
    )


def has_fingerprint(path: str) -> bool:
    """Return whether the file name has Dash's fingerprint: `dash_renderer.v4_4_1m17.min.js`."""
    parts = path.rpartition("/")[2].split(".")
    return len(parts) > 2 and parts[1].startswith("v") and "m" in parts[1]  # noqa: PLR2004
