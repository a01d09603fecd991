"""Identify the sender of a request from its head, and answer one who sends too many."""

import re

from werkzeug.http import parse_cookie

RETRY = 3  # seconds
_REFRESH = f'<meta http-equiv="refresh" content="{RETRY}">\n'
_AGAIN = {  # by whether a page was requested, or a form sent
    True: (
        f"Cette page se recharge d’elle-même\ndans {RETRY} secondes.",
        f"This page reloads by itself in {RETRY}\nseconds.",
    ),
    False: (
        f"Rien n’a été pris en compte :\nrevenez en arrière et recommencez dans {RETRY} secondes.",
        f"Nothing was taken into account:\ngo back and send it again in {RETRY} seconds.",
    ),
}
_PAGE = """<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{refresh}<title>Trop de demandes à la fois · Too many requests at once</title>
<link rel="stylesheet" href="/assets/theme.css">
<link rel="stylesheet" href="/assets/login.css">
</head>
<body class="door">
<main class="door-main">
<h1>Trop de demandes à la fois</h1>
<p>Vous avez déjà beaucoup de demandes en cours sur le portail. {french}</p>
<h2 lang="en">Too many requests at once</h2>
<p lang="en">You already have many requests under way. {english}</p>
</main>
</body>
</html>
"""
_HEAD = (
    "HTTP/1.1 503 Service Unavailable\r\n"
    "Connection: close\r\n"
    f"Retry-After: {RETRY}\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'self'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Cache-Control: no-store\r\n"
)
_FOR_PEOPLE = re.compile(rb"^accept:[^\r\n]*text/html", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(rb"^(cookie|x-forwarded-for):[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


def sender_of(head: bytes, *, peer: str, cookie: str, proxies: int) -> tuple[str, str]:
    """Return the session named in the `cookie` of a request, or "", and its address.

    Behind `proxies` trusted proxies, the address is the one that the farthest of them saw.
    """
    cookies, addresses = [], []
    for name, value in _FIELD.findall(head):
        text = value.decode("latin-1")
        if name.lower() == b"cookie":
            cookies.append(text)
        else:
            addresses += text.split(",")
    session = parse_cookie(";".join(cookies)).get(cookie)
    address = addresses[-proxies].strip() if 0 < proxies <= len(addresses) else peer
    # The signed part without the date: a rewritten session is the same sender.
    return (session or "").rsplit(".", 2)[0], address


def busy_answer(head: bytes) -> bytes:
    """Return a page for a browser that requested one or sent a form, else an empty answer."""
    is_get, page = head.startswith(b"GET "), b""
    if is_get or _FOR_PEOPLE.search(head):
        french, english = _AGAIN[is_get]
        words = {"refresh": _REFRESH if is_get else "", "french": french, "english": english}
        page = _PAGE.format(**words).encode()
    return _HEAD.encode() + f"Content-Length: {len(page)}\r\n\r\n".encode() + page
