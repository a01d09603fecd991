"""What each answer says to the browser: where scripts may come from, what may be kept."""

from collections.abc import Callable, Sequence

from flask import Flask, Response, request

from api.portal import portal

_POLICY = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; "
    "frame-ancestors 'none'; object-src 'none'; base-uri 'none'; form-action 'self'"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_YEAR = 31_536_000
_FOR_ALL = ("/assets/", "/static/", "/_dash-component-suites/", "/_favicon.ico")


def install(server: Flask, script_hashes: Callable[[], Sequence[str]]) -> None:
    """*script_hashes* is asked at the first answer: Dash adds scripts on its first request."""
    policies: list[str] = []

    def add_headers(response: Response) -> Response:
        if not policies:
            policies.append(_POLICY.format(hashes=" ".join(script_hashes())))
        response.headers.update(_ALWAYS)
        response.headers["Content-Security-Policy"] = policies[0]
        if portal().secure:
            response.headers["Strict-Transport-Security"] = f"max-age={_YEAR}; includeSubDomains"
        say_what_may_be_kept(response)
        return response

    server.after_request(add_headers)


def say_what_may_be_kept(response: Response) -> None:
    """Nothing with data in it; files named after their content, a year; other files, ask again."""
    if not request.path.startswith(_FOR_ALL) or response.status_code >= 400:  # noqa: PLR2004
        response.headers["Cache-Control"] = "no-store"
        return
    named = bool(request.query_string) or has_fingerprint(request.path)
    response.headers["Cache-Control"] = (
        f"public, max-age={_YEAR}, immutable" if named else "public, no-cache"
    )


def has_fingerprint(path: str) -> bool:
    """Whether Dash wrote version and time in the file's name: `dash_renderer.v4_4_1m17.min.js`."""
    parts = path.rpartition("/")[2].split(".")
    return len(parts) > 2 and parts[1].startswith("v") and "m" in parts[1]  # noqa: PLR2004
