"""Who sent a request, as far as its head says, and what to tell them when they sent too many."""

import re

from werkzeug.http import parse_cookie

RETRY = 3  # seconds
_PAGE = f"""<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{RETRY}">
<title>Trop de demandes à la fois · Too many requests at once</title>
<link rel="stylesheet" href="/assets/theme.css">
<link rel="stylesheet" href="/assets/login.css">
</head>
<body class="door">
<main class="door-main">
<h1>Trop de demandes à la fois</h1>
<p>Vous avez déjà beaucoup de demandes en cours sur le portail. Cette page se recharge d’elle-même
dans {RETRY} secondes.</p>
<h2 lang="en">Too many requests at once</h2>
<p lang="en">You already have many requests under way. This page reloads by itself in {RETRY}
seconds.</p>
</main>
</body>
</html>
""".encode()
_HEAD = (
    "HTTP/1.1 503 Service Unavailable\r\n"
    "Connection: close\r\n"
    f"Retry-After: {RETRY}\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'self'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Cache-Control: no-store\r\n"
)
_FIELD = re.compile(rb"^(cookie|x-forwarded-for):[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


def sender_of(head: bytes, *, peer: str, cookie: str, proxies: int) -> tuple[str, str]:
    """Return the session that a request names by its *cookie*, else the address it came from.

    Past *proxies* that are believed, the address is the one that the farthest of them saw.
    """
    cookies, addresses = [], []
    for name, value in _FIELD.findall(head):
        text = value.decode("latin-1")
        if name.lower() == b"cookie":
            cookies.append(text)
        else:
            addresses += text.split(",")
    session = parse_cookie(";".join(cookies)).get(cookie)
    if session:
        # What is signed, without when: a session that is written anew is the same sender.
        return "session", session.rsplit(".", 2)[0]
    return "address", addresses[-proxies].strip() if 0 < proxies <= len(addresses) else peer


def busy_answer(content: bytes | bytearray) -> bytes:
    """Return what tells a browser to ask again, and a program when."""
    page = _PAGE if content.startswith(b"GET ") else b""
    return _HEAD.encode() + f"Content-Length: {len(page)}\r\n\r\n".encode() + page
