"""Another program's word on signed PDFs: `pdfsig`, of poppler (`make pdfsig` brings it)."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TOOLS = {"pdfsig": "poppler-utils", "certutil": "libnss3-tools"}  # what each is in, on Debian
APT = {"DEBIAN_FRONTEND": "noninteractive"}


@dataclass(frozen=True)
class Said:
    """What it says of one seal."""

    field: str
    valid: bool
    trusted: bool
    whole: bool


def said_of(pdf: bytes, authorities: str, folder: Path) -> list[Said]:
    """Its word on each seal of *pdf*, the *authorities* (PEM) being the only ones it trusts."""
    trusted = folder / "nss"
    if not trusted.exists():
        trusted.mkdir()
        (folder / "authorities.pem").write_text(authorities)
        _run("certutil", "-N", "-d", f"sql:{trusted}", "--empty-password")
        pem = str(folder / "authorities.pem")
        trust = ("-n", "portal", "-t", "CT,C,C", "-i", pem)
        _run("certutil", "-A", "-d", f"sql:{trusted}", *trust)
    (folder / "judged.pdf").write_bytes(pdf)
    said = _run("pdfsig", "-nssdir", str(trusted), str(folder / "judged.pdf"))
    parts = re.split(r"^Signature #", said, flags=re.MULTILINE)[1:]
    return [_read(part) for part in parts if "Signature Validation:" in part]


def _read(part: str) -> Said:
    return Said(
        re.search(r"Field Name: (.+)", part)[1],
        "Signature is Valid." in part,
        "Certificate is Trusted." in part,
        "- Total document signed" in part,
    )


def _run(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


def missing() -> list[str]:
    return [package for tool, package in TOOLS.items() if shutil.which(tool) is None]


def main() -> int:
    """Bring what is missing; say so when it cannot be brought."""
    packages = missing()
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        print("looking for", *packages, flush=True)
        for command in (("update", "-q"), ("install", "-q", "-y", *packages)):
            subprocess.run(
                ("apt-get", *command), check=False, env=os.environ | APT, capture_output=True
            )
    if missing():
        print(f"The tests of seals need {', '.join(missing())}: install it.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
