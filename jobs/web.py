"""The worker of the web server: how it starts, and what it answers where no application does."""

from contextlib import suppress
from typing import Any

from gunicorn.http.errors import LimitRequestLine
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from data.uncollected import uncollected

# In both languages: of a request that stops at its first line nobody knows whose it is.
_PAGE = """<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Adresse trop longue · Address too long</title>
<link rel="stylesheet" href="/assets/theme.css">
<link rel="stylesheet" href="/assets/login.css">
</head>
<body class="door">
<main class="door-main">
<h1>Adresse trop longue</h1>
<p>Cette adresse a plus de 8 190 caractères : le portail ne la lit pas. Revenez en arrière ;
pour voir ensemble beaucoup de PCE, donnez-leur une étiquette.</p>
<p><a href="/">Retour à l’accueil</a></p>
<h2 lang="en">Address too long</h2>
<p lang="en">This address has more than 8,190 characters: the portal does not read it. Go back;
to see many delivery points together, give them a tag.</p>
<p lang="en"><a href="/">Back to home</a></p>
</main>
</body>
</html>
""".encode()
_HEAD = (
    "HTTP/1.1 414 URI Too Long\r\n"
    "Connection: close\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'self'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Cache-Control: no-store\r\n"
    f"Content-Length: {len(_PAGE)}\r\n\r\n"
).encode()


class Worker(ThreadWorker):  # type: ignore[misc]  # it has no types
    """Gunicorn's own, which says in a sentence that an address is too long."""

    def load_wsgi(self) -> None:
        """Put the portal together; a fifth of that was looking for garbage where there is none."""
        with uncollected():
            super().load_wsgi()

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:  # noqa: ANN401
        """Answer for *exc*, raised before the application was asked."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        with suppress(OSError):  # who asked may be gone
            write_nonblock(client, _HEAD + _PAGE)
