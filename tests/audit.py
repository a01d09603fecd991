"""Known vulnerabilities of what is installed, and its bill of materials (`make audit`).

Python's own library only: it runs where nothing but the portal's packages are.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

TOOLS = Path("var/audit/bin")  # an environment of their own, which the bill leaves out
SBOM = Path("var/sbom.json")
AUDIT = ("--require-hashes", "--disable-pip", "--progress-spinner=off", "--timeout=15")
UNREACHED = (
    "Vulnerabilities were not looked for: no vulnerability data can be reached from this machine."
    " Run make audit where the package index answers."
)


def write_bill() -> None:
    """Write a CycloneDX bill of the environment in `var/sbom.json`."""
    asked = ("--pyproject", "pyproject.toml", "--output-reproducible", "--of", "JSON")
    command = (TOOLS / "cyclonedx-py", "environment", ".venv/bin/python", *asked, "-o", SBOM)
    subprocess.run(command, check=True, capture_output=True)
    print(f"{SBOM}: {len(json.loads(SBOM.read_text('utf8'))['components'])} components")


def audit(requirements: str) -> tuple[str, bool]:
    """What is known of the packages of a list, and whether that is bad.

    `--strict` fails on a package that could not be audited; without it, one that no data is known
    of passes for safe. The second run only tells why the first failed.
    """
    command = (str(TOOLS / "pip-audit"), *AUDIT, "-r", requirements)
    strict = subprocess.run((*command, "--strict"), check=False, capture_output=True, text=True)
    if strict.returncode == 0:
        return f"{requirements}: no known vulnerability", False
    found = subprocess.run((*command, "-f", "json"), check=False, capture_output=True, text=True)
    return verdict(requirements, found.stdout, strict.stdout + strict.stderr)


def verdict(requirements: str, report: str, said: str) -> tuple[str, bool]:
    """What a *report* without `--strict` means, beside what the strict run *said*."""
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        unreached = "ConnectionError" in said or "ConnectTimeout" in said or "timed out" in said
        return (UNREACHED, False) if unreached else (said, True)
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if len(skipped) == len(packages):
        return UNREACHED, False
    lines = [
        f"{package['name']} {package['version']}: {flaw['id']}, mended in"
        f" {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for package in packages
        for flaw in package.get("vulns", ())
    ]
    lines += [f"{name}: could not be audited" for name in skipped]
    return "\n".join((f"{requirements}:", *lines)), True


def main() -> int:
    write_bill()
    said, bad = audit("requirements/test.txt")  # what runs, at the same versions, and what tests
    print(said)
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
