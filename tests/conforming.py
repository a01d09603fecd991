"""Another maker's OpenID Connect provider: npm's `oidc-provider` (`make npm` installs it)."""

import json
import re
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

from tests.npm_packages import MODULES, NODE

LIBRARY = MODULES / "oidc-provider" / "lib" / "index.js"
SCRIPT = Path(__file__).with_name("conforming_provider.mjs")


@contextmanager
def conforming_for(client: dict[str, Any], person: dict[str, Any], **more: Any) -> Iterator[str]:
    """Serve *person* to *client* until the block ends; its issuer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = {"port": port, "client": client, "person": person} | more
    command = [NODE, SCRIPT, LIBRARY.as_uri(), json.dumps(said)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout.readline().strip() == b"ready"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


class _Stop(urllib.request.HTTPRedirectHandler):
    """Follow the provider's redirections, and stop at the one that leads back to the portal."""

    def __init__(self, back: str) -> None:
        self.back = back

    def redirect_request(self, request, file, code, message, headers, url):
        if url.startswith(self.back):
            return None
        return super().redirect_request(request, file, code, message, headers, url)


def signed_in_there(address: str, back: str, login: str) -> str:
    """The address that leads *back*, once *login* came in and agreed on the provider's pages."""
    jar = urllib.request.HTTPCookieProcessor(CookieJar())
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar, _Stop(back))
    forms: list[dict[str, str] | None] = [
        None,
        {"prompt": "login", "login": login, "password": "any"},
        {"prompt": "consent"},
    ]
    for form in forms:
        data = urlencode(form).encode() if form else None
        try:
            with opener.open(address, data, timeout=10) as answer:
                action = re.search(r'<form[^>]* action="([^"]+)"', answer.read().decode())
                address = urljoin(answer.url, action[1])
        except urllib.error.HTTPError as answer:
            with answer:
                found: str = answer.headers["Location"]
                return found
    raise AssertionError(address)
